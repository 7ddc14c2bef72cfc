"""What many discovered things have in common and is kept once: devices, availability, templates."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final
from weakref import WeakValueDictionary

import msgspec

from marge.core.errors import TemplateError
from marge.mqtt.discovery.config import Availability, AvailabilityConfig, AvailabilityKeys, Device
from marge.templates import TemplateEngine, ValueTemplate
from marge.util.schema import Invalid, Path, convert

_OF_ENTITY: Final = re.compile(r"\b(?:this|entity_id|name)\b")
_MAX_SHARED: Final = 2000

_NO_AVAILABILITY: Final = AvailabilityConfig()


class Shared:
    """Reads the parts of payloads that repeat, and gives the same object for the same part."""

    def __init__(self, templates: TemplateEngine) -> None:
        self._templates = templates
        self._devices: WeakValueDictionary[tuple[str, ...], Device] = WeakValueDictionary()
        self._availabilities: dict[AvailabilityConfig, AvailabilityConfig] = {}
        self._readers: dict[str, ValueTemplate] = {}

    def device(self, data: Any) -> Device:
        """The device that `data` describes; raises Invalid."""
        try:
            device = convert(data, Device)
        except Invalid as error:
            raise _below(error, ("device",)) from None
        key = (*device.identifiers, "", *(f"{kind}\0{value}" for kind, value in device.connections))
        known = self._devices.get(key)
        if known == device:
            return known
        self._devices[key] = device
        return device

    def availability(self, data: dict[str, Any]) -> AvailabilityConfig:
        """What the availability keys of a payload say; raises Invalid, TemplateError."""
        if "availability" not in data and "availability_topic" not in data:
            if not any(key in data for key in _AVAILABILITY_KEYS):
                return _NO_AVAILABILITY
        elif isinstance(data.get("availability"), dict):
            data["availability"] = [data["availability"]]
        keys = convert(data, AvailabilityKeys)
        if keys.availability_topic is not None:
            entries = [
                Availability(
                    topic=keys.availability_topic,
                    payload_available=keys.payload_available,
                    payload_not_available=keys.payload_not_available,
                    value_template=keys.availability_template,
                )
            ]
        else:
            entries = keys.availability
        if not entries:
            return _NO_AVAILABILITY
        for entry in entries:
            self.check_templates(entry)
        by_topic = {entry.topic: entry for entry in entries}
        config = AvailabilityConfig(tuple(by_topic.values()), keys.availability_mode)
        if len(self._availabilities) > _MAX_SHARED:
            self._availabilities.clear()
        return self._availabilities.setdefault(config, config)

    def reader(self, template: str) -> ValueTemplate:
        """A value template; what it needs of an entity is handed to `render`."""
        reader = self._readers.get(template)
        if reader is None:
            if len(self._readers) > _MAX_SHARED:
                self._readers.clear()
            reader = self._readers[template] = ValueTemplate(self._templates, template)
        return reader

    def check_templates(self, config: msgspec.Struct) -> None:
        """Raise TemplateError when a text of a field `…template` is no template."""
        for field in _template_fields(type(config)):
            text = getattr(config, field)
            if text is not None:
                try:
                    self._check(text)
                except TemplateError as error:
                    raise Invalid(f"invalid template ({error})", (field,)) from None

    def _check(self, text: str) -> None:
        if text in self._readers:
            return
        reader = self.reader(text)
        if not (reader.is_fast or reader.template.is_static):
            try:
                reader.template.ensure_valid()
            except TemplateError:
                del self._readers[text]
                raise


def needs_entity(template: str) -> bool:
    """Whether a template may use `this`, `entity_id` or `name`."""
    return _OF_ENTITY.search(template) is not None


_AVAILABILITY_KEYS: Final = (
    "availability_mode",
    "availability_template",
    "payload_available",
    "payload_not_available",
)


@cache
def _template_fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(field for field in kind.__struct_fields__ if field.endswith("template"))


def _below(error: Invalid, path: Path) -> Invalid:
    return Invalid(error.message, (*path, *error.path), error.hint, error.name)
