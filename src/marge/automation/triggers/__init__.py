"""Triggers: one module per kind, and how a list of them is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from msgspec import Struct

from marge.automation import spelling
from marge.automation.ports import Trigger
from marge.util.schema import Flag, Invalid, Text, convert

# A kind is imported when the first trigger of it is read: "module:name of its Struct".
TRIGGERS: Final[Mapping[str, str]] = {}

MAX_TRIGGERS: Final = 1000


class Common(Struct, frozen=True):
    """The keys that every trigger has."""

    id: Text | None = None
    alias: Text | None = None
    enabled: Flag = True
    variables: dict[str, Any] = {}


_COMMON: Final = frozenset(Common.__struct_fields__)


@dataclass(frozen=True, slots=True)
class ConfiguredTrigger:
    """A trigger with its common keys and its place in the list."""

    kind: str
    index: int
    common: Common
    trigger: Trigger

    @property
    def id(self) -> str:
        """The id that conditions and `trigger.id` know it by: the one given, or its place."""
        return self.common.id if self.common.id is not None else str(self.index)


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
        raise Invalid(f"expected a trigger, got {type(item).__name__}")
    config = spelling.trigger(item)
    kind = config.pop("trigger", None)
    if kind is None:
        raise Invalid("required key not provided", ("trigger",))
    common = convert({key: config.pop(key) for key in _COMMON if key in config}, Common)
    return ConfiguredTrigger(str(kind), index, common, convert(config, trigger_type(kind)))


def trigger_type(kind: Any) -> Any:
    """The Struct of a kind; raises Invalid with the nearest kind there is."""
    try:
        module, _, name = TRIGGERS[kind].partition(":")
    except (KeyError, TypeError):
        from difflib import get_close_matches

        close = get_close_matches(str(kind), TRIGGERS, 1)
        raise Invalid(f"invalid trigger type '{kind}'", ("trigger",), close[0] if close else None) from None
    return getattr(import_module(module), name)
