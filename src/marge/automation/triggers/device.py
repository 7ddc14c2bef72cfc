"""Device trigger: what one of a device's entities does, or what the device itself announced that it can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from marge.automation.devices.missing import gone
from marge.automation.devices.reading import Reference, note, read, refuse_others, text_of
from marge.automation.ports import Detach, Fire, Trigger, TriggerHost
from marge.automation.triggers import trigger_type
from marge.automation.triggers.mqtt import message_variables
from marge.core.errors import Refused
from marge.util.schema import convert, made_by_read

ANNOUNCING: Final = frozenset({"mqtt"})
"""Integrations whose devices announce triggers of their own, known by type and subtype."""


class AnnouncedTrigger(Struct, frozen=True):
    """Fires when a device tells that its button was pressed or the like, announced before or after it is watched."""

    about: Reference
    subtype: str

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        source = host.house.device_triggers.get(self.about.domain)
        if source is None:
            raise Refused(f"there is no {self.about.domain} to listen to")

        def fired(topic: str, payload: bytes, qos: int) -> None:
            text = payload.decode(errors="replace")
            fire({"platform": self.about.domain, **message_variables(topic, text, qos)})

        return source.listen((self.about.device_id, self.about.type, self.subtype), fired)


@made_by_read
class DeviceTrigger:
    """Fires as the plain trigger does that its kind stands for; `trigger.platform` is `device`."""

    __slots__ = ("about", "trigger")

    def __init__(self, about: Reference, trigger: Trigger) -> None:
        self.about = about
        self.trigger = trigger

    @classmethod
    def read(cls, config: Any) -> DeviceTrigger:
        """Read one from the keys of its kind; raises Invalid."""
        if text_of(config, "domain") in ANNOUNCING:
            return _announced(config)
        about, plain = read("trigger", config)
        return cls(about, convert(plain, trigger_type(plain.pop("trigger"))))

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        if (problem := gone(host.house.registries, self.about)) is not None:
            raise Refused(problem)
        return self.trigger.attach(host, fire)


def _announced(config: Mapping[str, Any]) -> DeviceTrigger:
    device_id, domain, type, subtype = (text_of(config, key) for key in ("device_id", "domain", "type", "subtype"))
    # Automations of old name the discovery message too; device, type and subtype say as much.
    refuse_others(config, ["subtype", "discovery_id"])
    about = note(Reference("trigger", device_id, domain, type))
    return DeviceTrigger(about, AnnouncedTrigger(about, subtype))
