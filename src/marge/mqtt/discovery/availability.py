"""Whether devices are there: the topics that tell, once for all entities that follow the same ones."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from marge.core.errors import TemplateError
from marge.mqtt.discovery.sharing import needs_entity
from marge.templates import OWNER

if TYPE_CHECKING:
    from marge.mqtt.discovery.config import Availability, AvailabilityConfig
    from marge.mqtt.discovery.ports import MqttPlatform
    from marge.templates.template import Variables

_LOGGER = logging.getLogger("marge.mqtt.entity")


class Member(Protocol):
    """An entity whose availability depends on the topics."""

    def availability_changed(self) -> None:
        """Called when the device came or went."""

    def template_variables(self) -> Variables:
        """What the entity adds to the variables of a template."""


class AvailabilityGroup:
    """The entities that follow the same availability topics; a topic that said nothing yet counts as not available."""

    __slots__ = (
        "_config",
        "_encoding",
        "_key",
        "_latest",
        "_members",
        "_mqtt",
        "_qos",
        "_removes",
        "_said",
        "available",
    )

    def __init__(self, mqtt: MqttPlatform, config: AvailabilityConfig, qos: int, encoding: str, key: object) -> None:
        self._mqtt = mqtt
        self._config = config
        self._qos = qos
        self._encoding = encoding
        self._key = key
        self._members: dict[Member, None] = {}
        self._said = dict.fromkeys((each.topic for each in config.topics), False)
        self._latest = False
        self._removes: list[Callable[[], None]] = []
        self.available = False
        """Whether the broker and the device are there."""

    def join(self, member: Member) -> None:
        """Tell `member` of changes from now on; the first one starts the subscriptions."""
        self._members[member] = None
        if not self._removes:
            link = self._mqtt.link
            self._removes.append(link.on_connection(self._update))
            for topic in self._config.topics:
                self._removes.append(link.subscribe(topic.topic, partial(self._receive, topic), self._qos))
            self._update()

    def leave(self, member: Member) -> None:
        """Tell `member` no more; without any the subscriptions end."""
        self._members.pop(member, None)
        if not self._members:
            for remove in self._removes:
                remove()
            self._removes.clear()
            self._mqtt.groups.pop(self._key, None)

    def _receive(self, availability: Availability, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        message = self._mqtt.messages(topic, payload, qos, retain).decode(self._encoding)
        if message is None:
            _LOGGER.warning("Can't decode the availability on %s with encoding %s", topic, self._encoding)
            return
        said = message.value
        if (template := availability.value_template) is not None:
            variables = next(iter(self._members)).template_variables() if needs_entity(template) else None
            try:
                owner = OWNER.set(f"availability on {topic}")
                try:
                    said = self._mqtt.shared.reader(template).render(message, variables=variables)
                finally:
                    OWNER.reset(owner)
            except TemplateError as error:
                _LOGGER.warning("The availability template failed on a message of %s: %s", topic, error)
                return
        if said == availability.payload_available:
            self._said[availability.topic] = self._latest = True
        elif said == availability.payload_not_available:
            self._said[availability.topic] = self._latest = False
        else:
            return
        self._update()

    def _update(self, _connected: bool = False) -> None:
        # The broker ends with the hub: that says nothing about the devices, and their last states are to be kept.
        linked = self._mqtt.link.connected or self._mqtt.hub.lifecycle.stopping
        available = linked and self._device_available()
        if available != self.available:
            self.available = available
            for member in list(self._members):
                member.availability_changed()

    def _device_available(self) -> bool:
        """Whether the device counts as there: always, without topics; else by the mode all, any or latest."""
        if not self._said:
            return True
        if self._config.mode == "all":
            return all(self._said.values())
        if self._config.mode == "any":
            return any(self._said.values())
        return self._latest


def group_for(
    mqtt: MqttPlatform, config: AvailabilityConfig, qos: int, encoding: str, member: Member
) -> AvailabilityGroup:
    """The group of a configuration; an entity that its templates name has one of its own."""
    own = any(each.value_template is not None and needs_entity(each.value_template) for each in config.topics)
    key = (config, qos, encoding, member if own else None)
    group = mqtt.groups.get(key)
    if group is None:
        group = mqtt.groups[key] = AvailabilityGroup(mqtt, config, qos, encoding, key)
    return group
