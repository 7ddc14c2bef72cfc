"""Old and new spellings of automations become one: `platform:` is `trigger:`, `service:` is `action:`, plurals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marge.util.schema import Invalid
from marge.util.suggest import nearest

_PLURALS: Final = {"trigger": "triggers", "condition": "conditions", "action": "actions"}


def automation(config: Mapping[str, Any]) -> dict[str, Any]:
    """An automation with the plural keys; raises Invalid when both forms of one are given."""
    spelled = dict(config)
    for old, new in _PLURALS.items():
        if old in spelled:
            if new in spelled:
                raise Invalid(f"cannot specify both '{old}' and '{new}'", (old,))
            spelled[new] = spelled.pop(old)
    return spelled


def trigger(config: Mapping[str, Any]) -> dict[str, Any]:
    """A trigger with `trigger:` naming its kind; raises Invalid when both forms are given."""
    spelled = dict(config)
    if "platform" in spelled:
        if "trigger" in spelled:
            raise Invalid("cannot specify both 'platform' and 'trigger'", ("platform",))
        spelled["trigger"] = spelled.pop("platform")
    return spelled


def action(config: Mapping[str, Any]) -> dict[str, Any]:
    """An action with `action:` naming the service; raises Invalid when both forms are given."""
    spelled = dict(config)
    if "service" in spelled:
        if "action" in spelled:
            raise Invalid("cannot specify both 'service' and 'action'", ("service",))
        spelled["action"] = spelled.pop("service")
    return spelled


def path_as_written(config: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """`path` in the words of the file: a plural key that the file has in the singular is named so."""
    written: list[str | int] = []
    here = config
    singular = {new: old for old, new in _PLURALS.items()} | {"trigger": "platform", "action": "service"}
    for part in path:
        if isinstance(here, Mapping) and isinstance(part, str) and part not in here and singular.get(part) in here:
            part = singular[part]
        written.append(part)
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
    return tuple(written)


def without_kind(config: Mapping[str, Any], *names: str) -> Invalid:
    """The mistake of an item in which none of `names` says what it is: a key that is nearly one, or the first name."""
    for key in config:
        if (meant := nearest(key, names)) is not None:
            return Invalid("extra keys not allowed", (key,), meant)
    return Invalid("required key not provided", (names[0],))
