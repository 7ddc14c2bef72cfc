"""MQTT update: which software is installed and which could be, as plain versions or as JSON."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Final

from msgspec import UNSET, Struct, UnsetType

from marge.core.errors import OperationFailed
from marge.entities.update import DEVICE_CLASSES, Features, UpdateEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import ReadConfig
from marge.mqtt.discovery.entity import MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.reading import NotTaken
from marge.mqtt.discovery.words import Count, LowerWord, Number, PublishTopic, SubscribeTopic, TemplateText, Url, Word
from marge.util import jsonx
from marge.util.schema import Flag, Invalid, Text, convert


class UpdateConfig(ReadConfig, frozen=True, kw_only=True):
    """Software with a `command_topic` can be installed."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES

    command_topic: PublishTopic | None = None
    device_class: LowerWord | None = None
    display_precision: Count = 0
    latest_version_template: TemplateText | None = None
    latest_version_topic: SubscribeTopic | None = None
    payload_install: Word | None = None
    release_summary: Text | None = None
    release_url: Text | None = None
    retain: Flag = False
    title: Text | None = None


class Report(Struct, frozen=True, forbid_unknown_fields=True):
    """A state in JSON."""

    installed_version: Text | UnsetType = UNSET
    latest_version: Text | UnsetType = UNSET
    title: Text | UnsetType = UNSET
    release_summary: Text | UnsetType = UNSET
    release_url: Url | UnsetType = UNSET
    entity_picture: Url | UnsetType = UNSET
    in_progress: Flag | UnsetType = UNSET
    update_percentage: Number | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        """Raises Invalid for a percentage that is none."""
        percentage = self.update_percentage
        if percentage is not UNSET and percentage is not None and not 0 <= percentage <= 100:
            raise Invalid(f"value must be between 0 and 100, got {percentage}", ("update_percentage",))


class MqttUpdate(MqttEntity, UpdateEntity):
    """The software of something behind MQTT."""

    default_name = "MQTT Update"
    names_by_device_class = True

    config: UpdateConfig
    device_class: Any = from_config("device_class")
    display_precision: Any = from_config("display_precision")
    entity_picture = None

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        config = self.config
        self.entity_picture = config.entity_picture or self.entity_picture
        self.release_summary = config.release_summary or self.release_summary
        self.release_url = config.release_url or self.release_url
        self.title = config.title or self.title
        self.supported_features = Features.PROGRESS.value
        if config.command_topic is not None:
            self.supported_features |= Features.INSTALL.value

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config = self.config
        topics.on(config.state_topic, self._report_received, config.value_template, strict=True)
        topics.on(config.latest_version_topic, self._latest_received, config.latest_version_template)

    def _report_received(self, value: str) -> None:
        if not value or value == "{}":
            return
        data = jsonx.loads_object(value)
        if data is None:
            self.installed_version = value
            return
        try:
            report = convert(data, Report)
        except Invalid as error:
            raise NotTaken(f"is no report of an update ({error})") from None
        for name in ("installed_version", "latest_version", "title", "release_summary", "release_url"):
            if (found := getattr(report, name)) is not UNSET:
                setattr(self, name, found)
        if report.entity_picture is not UNSET and report.entity_picture != self.entity_picture:
            self.entity_picture = report.entity_picture
            self.description_changed()
        if report.update_percentage is not UNSET:
            percentage = report.update_percentage
            whole = percentage is not None and percentage.is_integer()
            self.update_percentage = int(percentage) if whole and percentage is not None else percentage
            self.in_progress = percentage is not None
        if report.in_progress is not UNSET:
            self.in_progress = report.in_progress

    def _latest_received(self, value: str) -> None:
        if value:
            self.latest_version = value

    async def do_install(self, version: str | None, backup: bool) -> None:
        """See `UpdateEntity.do_install`; raises OperationFailed without `payload_install`."""
        if self.config.payload_install is None:
            raise OperationFailed(f"{self.entity_id} was announced without a payload_install: there is nothing to send")
        self.send(self.config.command_topic, self.config.payload_install)


COMPONENT: Final = entity_component("update", UpdateConfig, MqttUpdate)
