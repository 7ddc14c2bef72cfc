"""Is a number below, above or between? Shared by the numeric_state trigger and condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marge.automation.errors import ConditionFailed
from marge.automation.ports import House
from marge.automation.views import state_view
from marge.automation.words import TemplateText, entity_of
from marge.core.errors import TemplateError
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.util.schema import word

Threshold = float | str | None

_DOMAINS: Final = ("input_number", "number", "sensor", "zone")
_NO_NUMBERS: Final = (None, UNAVAILABLE, UNKNOWN)


def number_matches(
    house: House,
    state: State,
    *,
    below: Threshold,
    above: Threshold,
    attribute: str | None,
    value_template: TemplateText | None,
    variables: Mapping[str, Any],
) -> bool:
    """Whether the state (or attribute, or what the template makes of it) lies between; raises ConditionFailed."""
    value = number_of(house, state, attribute=attribute, value_template=value_template, variables=variables)
    if value is None:
        return False
    if below is not None and ((limit := limit_of(house, below)) is None or value >= limit):
        return False
    return above is None or ((limit := limit_of(house, above)) is not None and value > limit)


def number_of(
    house: House,
    state: State,
    *,
    attribute: str | None,
    value_template: TemplateText | None,
    variables: Mapping[str, Any],
) -> float | None:
    """The number in a state, None when there is none yet; raises ConditionFailed for what is no number."""
    if attribute is not None and attribute not in state.attributes:
        return None
    value: Any
    if value_template is not None:
        template = value_template.bind(house.templates)
        try:
            value = template.render({**variables, "state": state_view(house.templates, state)})
        except TemplateError as error:
            raise ConditionFailed(f"template error: {error}") from error
    else:
        value = state.state if attribute is None else state.attributes.get(attribute)
    if value in _NO_NUMBERS:
        return None
    try:
        return float(value)
    except (ValueError, TypeError, OverflowError):
        raise ConditionFailed(f"'{value}' of {state.entity_id} is no number") from None


def limit_of(house: House, limit: float | str) -> float | None:
    """A threshold, or the number of the entity that it names; None while that has none; raises ConditionFailed."""
    if isinstance(limit, float):
        return limit
    state = house.hub.states.get(limit)
    if state is None:
        raise ConditionFailed(f"there is no entity {limit} to compare with")
    if state.state in (UNAVAILABLE, UNKNOWN):
        return None
    try:
        return float(state.state)
    except ValueError:
        raise ConditionFailed(f"'{state.state}' of {limit} is no number") from None


def check_limits(below: Threshold, above: Threshold) -> None:
    """Raise ValueError when there is no threshold, or no number can meet both."""
    if below is None and above is None:
        raise ValueError("needs 'above' or 'below'")
    if isinstance(above, float) and isinstance(below, float) and above > below:
        raise ValueError(f"no value is above {above} and below {below} at once; two triggers may be what is meant")


def _threshold(value: Any) -> float | str:
    if isinstance(value, bool) or value is None:
        raise ValueError(f"expected a number or an entity, got {value!r}")
    try:
        return float(value)
    except (ValueError, TypeError, OverflowError):
        pass
    entity_id = entity_of(value, _DOMAINS)
    if entity_id is None:
        raise ValueError(f"expected a number or an entity of {', '.join(_DOMAINS)}, got {value!r}")
    return entity_id


Limit = word("Limit", _threshold)
