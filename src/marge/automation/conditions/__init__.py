"""Conditions: one module per kind, and how a list of them is read and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec import Struct

from marge.automation import spelling
from marge.automation.errors import ConditionFailed
from marge.automation.kinds import find_kind
from marge.automation.ports import Condition, View
from marge.automation.telling import any_is
from marge.automation.traces.trace import CONDITIONS_KEPT
from marge.automation.words import ON, Enabled
from marge.core.errors import TemplateError
from marge.templates import is_template_string
from marge.util.schema import Invalid, Text, convert, kind_of, word

# A kind is imported when the first condition of it is read: "module:name of its Struct".
CONDITIONS: Final[Mapping[str, str]] = {
    "and": "marge.automation.conditions.logic:And",
    "device": "marge.automation.conditions.device:DeviceCondition",
    "not": "marge.automation.conditions.logic:Not",
    "numeric_state": "marge.automation.conditions.numeric_state:NumericStateCondition",
    "or": "marge.automation.conditions.logic:Or",
    "state": "marge.automation.conditions.state:StateCondition",
    "sun": "marge.automation.conditions.sun:SunCondition",
    "template": "marge.automation.conditions.template:TemplateCondition",
    "time": "marge.automation.conditions.time:TimeCondition",
    "trigger": "marge.automation.conditions.trigger:TriggerCondition",
    "zone": "marge.automation.conditions.zone:ZoneCondition",
}

_Result = TypeVar("_Result", bool, bool | None)

SHORTHANDS: Final = ("and", "or", "not")


class Common(Struct, frozen=True):
    """The keys that every condition has."""

    alias: Text | None = None
    enabled: Enabled = ON


_COMMON: Final = frozenset(Common.__struct_fields__)


@dataclass(frozen=True, slots=True)
class ConfiguredCondition:
    """A condition with its common keys."""

    kind: str
    common: Common
    condition: Condition

    def check(self, view: View) -> bool | None:
        """Whether it holds; None when it is not enabled. Raises ConditionFailed when that cannot be told."""
        return noted(view, self.holds)

    def holds(self, view: View) -> bool | None:
        """As `check`, as part of the step that the trace is at."""
        if self.common.enabled is not ON:
            try:
                if not self.common.enabled.holds(view.house.templates):
                    return None
            except TemplateError as error:
                raise ConditionFailed(f"'enabled' of a condition: {error}") from error
        return self.condition.check(view)


def noted(view: View, check: Callable[[View], _Result]) -> _Result:
    """What `check` gives, as a step of its own at the place of `view` in the trace, if there is one."""
    tracer = view.tracer
    if tracer is None:
        return check(view)
    step = tracer.open(view.path, view.variables, CONDITIONS_KEPT)
    try:
        result = check(view)
        if step.result is None:
            step.result = {"result": result}
        else:
            step.result["result"] = result
        return result
    except Exception as error:
        step.fail(error)
        raise
    finally:
        tracer.close(step)


def all_hold(conditions: Iterable[ConfiguredCondition], view: View) -> bool:
    """Whether none is false; raises ConditionFailed when one of them cannot be told and none is false."""
    return not any_is(conditions, lambda place, each: each.check(view.part(place)) is False)


def parse_conditions(config: Any) -> tuple[ConfiguredCondition, ...]:
    """Read one condition or a list of them; raises Invalid with the path of a mistake."""
    if config is None:
        return ()
    if not isinstance(config, list):
        return (parse_condition(config),)
    parsed: list[ConfiguredCondition] = []
    for place, item in enumerate(config):
        try:
            parsed.append(parse_condition(item))
        except Invalid as error:
            raise Invalid(error.message, (place, *error.path), error.hint) from None
    return tuple(parsed)


def parse_condition(item: Any) -> ConfiguredCondition:
    """Read one condition: a mapping, a shorthand (`and:`, `or:`, `not:`) or a template; raises Invalid."""
    if isinstance(item, str) and is_template_string(item):
        return _configured("template", {"value_template": item})
    if not isinstance(item, Mapping):
        raise Invalid(f"expected a condition, got {kind_of(item)}")
    config = dict(item)
    kind = config.pop("condition", None)
    if kind is None:
        for shorthand in SHORTHANDS:
            if shorthand in config:
                return _shorthand(shorthand, config)
        raise spelling.without_kind(config, "condition")
    if isinstance(kind, str) and is_template_string(kind):
        config["value_template"] = kind
        kind = "template"
    elif isinstance(kind, list):
        # `condition:` with a list is an `and`.
        return _renamed(_configured, "and", {**config, "conditions": kind}, "condition")
    return _configured(kind, config)


def _shorthand(kind: str, config: dict[str, Any]) -> ConfiguredCondition:
    config["conditions"] = config.pop(kind)
    return _renamed(_configured, kind, config, kind)


def _renamed(read: Any, kind: str, config: dict[str, Any], key: str) -> ConfiguredCondition:
    try:
        condition: ConfiguredCondition = read(kind, config)
        return condition
    except Invalid as error:
        if error.path[:1] == ("conditions",):
            raise Invalid(error.message, (key, *error.path[1:]), error.hint) from None
        raise


def _configured(kind: Any, config: dict[str, Any]) -> ConfiguredCondition:
    found = condition_type(kind)
    common = convert({key: config.pop(key) for key in _COMMON if key in config}, Common)
    return ConfiguredCondition(str(kind), common, convert(config, found))


def condition_type(kind: Any) -> Any:
    """The Struct of a kind; raises Invalid with the nearest kind there is."""
    return find_kind("condition", kind, CONDITIONS)


if TYPE_CHECKING:
    Conditions = tuple[ConfiguredCondition, ...]
else:
    Conditions = word("Conditions", parse_conditions)
