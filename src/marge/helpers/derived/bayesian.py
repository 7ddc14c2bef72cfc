"""bayesian: how likely something is, out of several observations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.errors import TemplateError
from marge.core.events import Event
from marge.core.state import State
from marge.entities.base import Entity
from marge.entities.binary_sensor import BinarySensorEntity
from marge.entities.words import Fraction
from marge.helpers.derived.following import NOTHING_KNOWN, DerivedEntity, real
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateText
from marge.helpers.words import Real
from marge.templates import TemplateResult, TemplateTracker, TrackedTemplate, result_as_boolean
from marge.util.schema import EntityId, Invalid, Text, convert, word

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "state": ("entity_id", "to_state"),
    "numeric_state": ("entity_id", "above", "below"),
    "template": ("value_template",),
}
"""Platform of an observation → its keys; all but the limits are needed."""


class ObservationItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One observation, and how likely it is when the thing is true and when it is not."""

    platform: Text
    prob_given_true: Fraction
    prob_given_false: Fraction
    entity_id: EntityId | UnsetType = UNSET
    to_state: Text | UnsetType = UNSET
    above: Real | UnsetType = UNSET
    below: Real | UnsetType = UNSET
    value_template: TemplateText | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Ask for the keys of its platform, and refuse those of others."""
        if self.platform not in _KEYS:
            raise ValueError(f"the platform of an observation is {', '.join(_KEYS)}, not {self.platform!r}")
        own = _KEYS[self.platform]
        for key in ("entity_id", "to_state", "above", "below", "value_template"):
            there = getattr(self, key) is not UNSET
            if there and key not in own:
                raise ValueError(f"an observation of '{self.platform}' has no '{key}'")
            if not there and key in own and key not in ("above", "below"):
                raise ValueError(f"an observation of '{self.platform}' needs '{key}'")
        if self.platform == "numeric_state":
            low, high = self.limits()
            if self.above is UNSET and self.below is UNSET:
                raise ValueError("an observation of 'numeric_state' needs 'above' or 'below'")
            if low > high:
                raise ValueError("'above' is greater than 'below'")

    def limits(self) -> tuple[float, float]:
        """The limits of a range, endless where there is none."""
        return (
            -math.inf if self.above is UNSET else self.above,
            math.inf if self.below is UNSET else self.below,
        )


def _observations(value: Any) -> list[ObservationItem]:
    items = value if isinstance(value, (list, tuple)) else [value]
    found: list[ObservationItem] = []
    for index, item in enumerate(items):
        try:
            found.append(convert(item, ObservationItem))
        except Invalid as invalid:
            raise Invalid(invalid.message, (index, *invalid.path), invalid.hint) from None
    ranges = sorted((each.entity_id, *each.limits()) for each in found if each.platform == "numeric_state")
    for one, other in pairwise(ranges):
        if one[0] == other[0] and one[2] > other[1]:
            raise ValueError(f"two ranges of {one[0]} overlap")
    return found


if TYPE_CHECKING:
    Observations = list[ObservationItem]
else:
    Observations = word("Observations", _observations)


class BayesianItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `binary_sensor:`."""

    prior: Fraction
    observations: Observations
    name: Text = "Bayesian Binary Sensor"
    probability_threshold: Fraction = 0.5
    device_class: Text | UnsetType = UNSET


class Observation:
    """An observation as it is now: True, False, or None when nobody knows."""

    def __init__(self, item: ObservationItem, several: bool) -> None:
        self.item = item
        self.observed: bool | None = None
        self.entity_id: str | None = given(item.entity_id)
        self._several = several
        """Whether others watch the same entity: then it tells nothing by not being so."""

    def look(self, state: State | None) -> None:
        """Take over the state of its entity."""
        if state is None or state.state in NOTHING_KNOWN:
            self.observed = None
        elif self.item.platform == "state":
            self.observed = True if state.state == self.item.to_state else None if self._several else False
        else:
            self.observed = self._within(state.state)

    def _within(self, text: str) -> bool | None:
        number = real(text)
        if number is None:
            return None
        low, high = self.item.limits()
        if low < number < high or (self._several and number == high):
            return True
        return None if self._several else False

    def update(self, probability: float) -> float:
        """How likely the thing is, given this too."""
        if self.observed is None:
            return probability
        item = self.item
        true, false = item.prob_given_true, item.prob_given_false
        if not self.observed:
            true, false = 1 - true, 1 - false
        whole = true * probability + false * (1 - probability)
        return true * probability / whole if whole else probability

    def shown(self) -> dict[str, Any]:
        """What the attribute `observations` has of it."""
        item = {key: value for key, value in msgspec.to_builtins(self.item).items() if value is not None}
        own = {"entity_id": self.entity_id, "observed": self.observed}
        return item | {key: value for key, value in own.items() if value is not None}


class BayesianSensor(DerivedEntity, BinarySensorEntity):
    """On while the thing is likely enough."""

    platform = "bayesian"

    def __init__(self, house: House, item: BayesianItem) -> None:
        self.item = item
        self.unique_id = None if item.unique_id is UNSET else f"bayesian-{item.unique_id}"
        self.name = item.name
        self.device_class = given(item.device_class)
        self._engine = house.templates
        self._by_entity: dict[str, list[Observation]] = {}
        self._by_template: dict[str, list[Observation]] = {}
        watched = [each.entity_id for each in item.observations]
        for each in item.observations:
            observation = Observation(each, watched.count(each.entity_id) > 1)
            if each.entity_id is not UNSET:
                self._by_entity.setdefault(each.entity_id, []).append(observation)
            if each.value_template is not UNSET:
                self._by_template.setdefault(each.value_template, []).append(observation)
        self._templates = [self._engine.template(text) for text in self._by_template]
        for template in self._templates:
            template.ensure_valid()
        groups = (*self._by_template.values(), *self._by_entity.values())
        self._observations = [each for group in groups for each in group]
        self._probability = item.prior
        self._begun = False

    def added(self) -> None:
        """See `Entity.added`."""
        self._begun = False
        tracked = [TrackedTemplate(template, None) for template in self._templates]
        if tracked:
            tracker = TemplateTracker(self._engine, tracked, self._rendered, owner=lambda: self.entity_id)
            self.on_end(tracker.remove)
            tracker.refresh()
        for entity_id, observations in self._by_entity.items():
            for each in observations:
                each.look(self.hub.states.get(entity_id))
        self.follow(list(self._by_entity), self._changed)
        self._begun = True
        self._work_out()

    def attributes(self) -> dict[str, Any]:
        """How likely it is, and why."""
        known = (each.entity_id for each in self._observations if each.observed is not None)
        return {
            "probability": round(self._probability, 2),
            "probability_threshold": self.item.probability_threshold,
            "occurred_observation_entities": list(dict.fromkeys(each for each in known if each is not None)),
            "observations": [each.shown() for each in self._observations],
        }

    def _changed(self, old: State | None, new: State | None) -> None:
        known = new or old
        assert known is not None
        for each in self._by_entity[known.entity_id]:
            each.look(new)
        self._work_out()
        self.write_state()

    def _rendered(self, event: Event | None, results: Sequence[TemplateResult]) -> None:
        cause = None if event is None else event.data.entity_id
        for result in results:
            self._take(self._templates[result.index].template, result.result, cause)
        if event is not None:
            self.set_context(event.context)
        if self._begun:
            self._work_out()
            self.write_state()

    def _take(self, template: str, result: Any, cause: str | None) -> None:
        for each in self._by_template[template]:
            each.observed = None if isinstance(result, TemplateError) else result_as_boolean(result)
            each.entity_id = cause or each.entity_id

    def _work_out(self) -> None:
        probability = self.item.prior
        for each in self._observations:
            probability = each.update(probability)
        self._probability = probability
        self.is_on = probability >= self.item.probability_threshold


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [BayesianSensor(house, item)]


PLATFORM: Final = Platform(BayesianItem, _make)
