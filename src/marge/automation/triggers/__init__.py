"""Triggers: one module per kind, and how a list of them is read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation import spelling
from marge.automation.kinds import find_kind
from marge.automation.ports import Detach, Trigger, TriggerHost
from marge.automation.variables import VariableBlock
from marge.automation.words import ON, Enabled
from marge.core.context import Context
from marge.core.errors import MargeError, TemplateError
from marge.templates import OWNER
from marge.util.schema import Invalid, Text, convert, kind_of

if TYPE_CHECKING:
    import asyncio

    from marge.automation.outcome import Outcome

_LOGGER = logging.getLogger("marge.automation")

# A kind is imported when the first trigger of it is read: "module:name of its Struct".
TRIGGERS: Final[Mapping[str, str]] = {
    "calendar": "marge.automation.triggers.calendar:CalendarTrigger",
    "conversation": "marge.automation.triggers.conversation:ConversationTrigger",
    "device": "marge.automation.triggers.device:DeviceTrigger",
    "event": "marge.automation.triggers.event:EventTrigger",
    "geo_location": "marge.automation.triggers.geo_location:GeoLocationTrigger",
    "homeassistant": "marge.automation.triggers.homeassistant:HomeAssistantTrigger",
    "mqtt": "marge.automation.triggers.mqtt:MqttTrigger",
    "numeric_state": "marge.automation.triggers.numeric_state:NumericStateTrigger",
    "persistent_notification": "marge.automation.triggers.persistent_notification:PersistentNotificationTrigger",
    "state": "marge.automation.triggers.state:StateTrigger",
    "sun": "marge.automation.triggers.sun:SunTrigger",
    "tag": "marge.automation.triggers.tag:TagTrigger",
    "template": "marge.automation.triggers.template:TemplateTrigger",
    "time": "marge.automation.triggers.time:TimeTrigger",
    "time_pattern": "marge.automation.triggers.time_pattern:TimePatternTrigger",
    "webhook": "marge.automation.triggers.webhook:WebhookTrigger",
    "zone": "marge.automation.triggers.zone:ZoneTrigger",
}

MAX_TRIGGERS: Final = 1000

Start = Callable[[dict[str, Any], Context | None], "asyncio.Task[Outcome] | None"]
"""Called with the variables of the run, `trigger` among them, and the context that led to it; gives the run."""


class Common(Struct, frozen=True):
    """The keys that every trigger has."""

    id: Text | None = None
    alias: Text | None = None
    enabled: Enabled = ON
    variables: dict[str, Any] = {}


_COMMON: Final = frozenset(Common.__struct_fields__)


@dataclass(frozen=True, slots=True)
class ConfiguredTrigger:
    """A trigger with its common keys and its place in the list."""

    kind: str
    index: int
    common: Common
    trigger: Trigger
    variables: VariableBlock

    @property
    def id(self) -> str:
        """The id that conditions and `trigger.id` know it by: the one given, or its place."""
        return self.common.id if self.common.id is not None else str(self.index)

    def attach(self, host: TriggerHost, start: Start) -> Detach:
        """Watch for it; `start` is called with the variables of the run to start. Raises Refused, TemplateError."""
        given = {"id": self.id, "idx": str(self.index), "alias": self.common.alias, "platform": self.kind}

        def on_fire(trigger: dict[str, Any], context: Context | None = None) -> asyncio.Task[Outcome] | None:
            variables: dict[str, Any] = {"trigger": {**given, **trigger}}
            if self.variables:
                try:
                    variables = self.variables.under(host.house.templates, variables)
                except TemplateError as error:
                    _LOGGER.error("%s: the variables of trigger %s cannot be rendered: %s", host.name, self.id, error)
                    return None
            return start(variables, context)

        return self.trigger.attach(replace(host, key=f"{host.key}/{self.index}"), on_fire)


def attach_all(triggers: list[ConfiguredTrigger], host: TriggerHost, start: Start) -> Detach | None:
    """Watch for all triggers that are enabled; one that cannot be watched is logged. None when none could be."""
    removes: list[Detach] = []
    for each in triggers:
        owner = OWNER.set(host.name)
        try:
            if each.common.enabled.holds(host.house.templates, host.variables):
                removes.append(each.attach(host, start))
        except (MargeError, Invalid) as error:
            _LOGGER.error("%s: trigger %s (%s) cannot be set up: %s", host.name, each.id, each.kind, error)
        except Exception:
            _LOGGER.exception("%s: trigger %s (%s) cannot be set up", host.name, each.id, each.kind)
        finally:
            OWNER.reset(owner)
    if not removes:
        return None

    def detach() -> None:
        for remove in removes:
            remove()

    return detach


def parse_triggers(config: Any) -> list[ConfiguredTrigger]:
    """Read one trigger or a list of them, nested `triggers:` lists too; raises Invalid with the path of a mistake."""
    listed = config if isinstance(config, list) else [] if config is None else [config]
    parsed: list[ConfiguredTrigger] = []
    _parse_into(parsed, listed, () if config is listed else None)
    return parsed


def _parse_into(parsed: list[ConfiguredTrigger], listed: list[Any], path: tuple[str | int, ...] | None) -> None:
    for place, item in enumerate(listed):
        here: tuple[str | int, ...] = () if path is None else (*path, place)
        if isinstance(item, Mapping) and set(item) == {"triggers"}:
            nested = item["triggers"]
            _parse_into(parsed, nested if isinstance(nested, list) else [nested], (*here, "triggers"))
            continue
        if len(parsed) >= MAX_TRIGGERS:
            raise Invalid(f"more than {MAX_TRIGGERS} triggers", here)
        try:
            parsed.append(_parse_one(item, len(parsed)))
        except Invalid as error:
            raise Invalid(error.message, (*here, *error.path), error.hint) from None


def _parse_one(item: Any, index: int) -> ConfiguredTrigger:
    if not isinstance(item, Mapping):
        raise Invalid(f"expected a trigger, got {kind_of(item)}")
    config = spelling.trigger(item)
    kind = config.pop("trigger", None)
    if kind is None:
        raise spelling.without_kind(config, "trigger", "platform")
    found = trigger_type(kind)
    common = convert({key: config.pop(key) for key in _COMMON if key in config}, Common)
    return ConfiguredTrigger(str(kind), index, common, convert(config, found), VariableBlock(common.variables))


def trigger_type(kind: Any) -> Any:
    """The Struct of a kind; raises Invalid with the nearest kind there is."""
    return find_kind("trigger", kind, TRIGGERS)
