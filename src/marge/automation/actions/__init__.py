"""Actions: one module per kind, and how a sequence of them is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation import spelling
from marge.automation.ports import Action
from marge.automation.words import ON, Enabled
from marge.util.schema import Flag, Invalid, Text, convert, kind_of, word

if TYPE_CHECKING:
    from marge.automation.run import Run

# A kind is known by the key that only it has, and imported when the first of it is read: "module:name of its Struct".
ACTIONS: Final[Mapping[str, str]] = {
    "action": "marge.automation.actions.service:ServiceAction",
    "choose": "marge.automation.actions.choose:ChooseAction",
    "condition": "marge.automation.actions.condition:ConditionAction",
    "delay": "marge.automation.actions.delay:DelayAction",
    "device_id": "marge.automation.actions.device:DeviceAction",
    "event": "marge.automation.actions.event:EventAction",
    "if": "marge.automation.actions.if_then:IfAction",
    "parallel": "marge.automation.actions.parallel:ParallelAction",
    "repeat": "marge.automation.actions.repeat:RepeatAction",
    "scene": "marge.automation.actions.scene:SceneAction",
    "sequence": "marge.automation.actions.sequence:SequenceAction",
    "set_conversation_response": ("marge.automation.actions.set_conversation_response:SetConversationResponseAction"),
    "stop": "marge.automation.actions.stop:StopAction",
    "variables": "marge.automation.actions.variables:VariablesAction",
    "wait_for_trigger": "marge.automation.actions.wait_for_trigger:WaitForTriggerAction",
    "wait_template": "marge.automation.actions.wait_template:WaitTemplateAction",
}

_LOGIC: Final = ("and", "or", "not")

# `sequence` is also a key of others, `scene` and `event` may be data of theirs: the telling ones come first.
_ORDER: Final = (
    "delay",
    "wait_template",
    "condition",
    *_LOGIC,
    "event",
    "device_id",
    "scene",
    "repeat",
    "choose",
    "wait_for_trigger",
    "variables",
    "if",
    "action",
    "service_template",
    "stop",
    "parallel",
    "sequence",
    "set_conversation_response",
)

MAX_STEPS: Final = 10_000


class Common(Struct, frozen=True):
    """The keys that every action has."""

    alias: Text | None = None
    enabled: Enabled = ON
    continue_on_error: Flag = False

    def is_on(self, run: Run) -> bool:
        """Whether the action is to be taken; raises TemplateError."""
        return self.enabled is ON or self.enabled.holds(run.house.templates)


_COMMON: Final = frozenset(Common.__struct_fields__)


@dataclass(frozen=True, slots=True)
class Step:
    """An action with its common keys."""

    kind: str
    common: Common
    action: Action


def parse_actions(config: Any) -> tuple[Step, ...]:
    """Read one action or a list of them; raises Invalid with the path of a mistake."""
    if config is None:
        return ()
    if not isinstance(config, list):
        return (parse_action(config),)
    if len(config) > MAX_STEPS:
        raise Invalid(f"more than {MAX_STEPS} actions")
    parsed: list[Step] = []
    for place, item in enumerate(config):
        try:
            parsed.append(parse_action(item))
        except Invalid as error:
            raise Invalid(error.message, (place, *error.path), error.hint) from None
    return tuple(parsed)


def parse_action(item: Any) -> Step:
    """Read one action; raises Invalid."""
    if not isinstance(item, Mapping):
        raise Invalid(f"expected an action, got {kind_of(item)}")
    config = spelling.action(item)
    key = next((key for key in _ORDER if key in config), None)
    if key is None:
        raise _unknown(config)
    kind = "action" if key == "service_template" else "condition" if key in _LOGIC else key
    module, _, name = ACTIONS[kind].partition(":")
    found = getattr(import_module(module), name)
    if kind == "condition":
        return _condition(config, found)
    common = convert({key: config.pop(key) for key in _COMMON if key in config}, Common)
    return Step(kind, common, convert(config, found))


def _condition(config: dict[str, Any], found: Any) -> Step:
    from marge.automation.conditions import parse_condition

    keys = _COMMON - {"alias"}
    common = convert({key: config.pop(key) for key in keys if key in config}, Common)
    parsed = parse_condition(config)
    return Step("condition", Common(parsed.common.alias, common.enabled, common.continue_on_error), found(parsed))


def _unknown(config: Mapping[str, Any]) -> Invalid:
    from difflib import get_close_matches

    keys = [str(key) for key in config if key not in _COMMON]
    for key in keys:
        if close := get_close_matches(key, (*ACTIONS, "service"), 1):
            return Invalid(f"unknown action '{key}'", (key,), close[0])
    what = f"'{keys[0]}'" if keys else "nothing"
    return Invalid(f"no action is known by {what}: expected one of {', '.join(sorted(ACTIONS))}", tuple(keys[:1]))


if TYPE_CHECKING:
    Actions = tuple[Step, ...]
else:
    Actions = word("Actions", parse_actions)
