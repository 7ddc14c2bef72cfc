"""trend: whether a sensor rises, or with a negative gradient falls."""

from __future__ import annotations

import logging
import math
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.core.state import State
from marge.entities.base import Entity
from marge.entities.binary_sensor import BinarySensorEntity
from marge.entities.words import whole
from marge.helpers.derived.following import NOTHING_KNOWN, DerivedEntity, real
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import BinaryClass
from marge.helpers.words import Real
from marge.util.schema import EntityId, Flag, Text

_LOGGER = logging.getLogger("marge.helpers")

if TYPE_CHECKING:
    Samples = int
    Seconds = int
else:
    Samples = whole("Samples", 0, 100_000)
    Seconds = whole("Seconds", 0)


class TrendItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensors`; `min_gradient` is by second."""

    entity_id: EntityId
    attribute: Text | UnsetType = UNSET
    device_class: BinaryClass | UnsetType = UNSET
    friendly_name: Text | UnsetType = UNSET
    invert: Flag = False
    max_samples: Samples = 2
    min_samples: Samples = 2
    min_gradient: Real = 0.0
    sample_duration: Seconds = 0

    def __post_init__(self) -> None:
        """Refuse what never comes to a trend."""
        if self.max_samples < self.min_samples:
            raise ValueError("'max_samples' must be at least 'min_samples'")


class TrendSensor(DerivedEntity, BinarySensorEntity):
    """On while the straight line through the samples is steep enough."""

    platform = "trend"

    def __init__(self, object_id: str, item: TrendItem) -> None:
        self.item = item
        self.suggested_object_id = object_id
        self.unique_id = given(item.unique_id)
        self.name = object_id if item.friendly_name is UNSET else item.friendly_name
        self.device_class = given(item.device_class)
        self._samples: deque[tuple[float, float]] = deque(maxlen=item.max_samples)
        self._gradient = 0.0

    def added(self) -> None:
        """See `Entity.added`."""
        self.follow([self.item.entity_id], self._changed)
        last = self.last_state
        if last is not None and last.state not in NOTHING_KNOWN:
            self.is_on = last.state == "on"

    def attributes(self) -> dict[str, Any]:
        """How steep it is, and out of how many samples."""
        item = self.item
        return {
            "entity_id": item.entity_id,
            "gradient": self._gradient,
            "invert": item.invert,
            "min_gradient": item.min_gradient,
            "sample_count": len(self._samples),
            "sample_duration": item.sample_duration,
        }

    def _changed(self, old: State | None, new: State | None) -> None:
        if new is None:
            return
        item = self.item
        value = new.state if item.attribute is UNSET else new.attributes.get(item.attribute)
        if value in NOTHING_KNOWN:
            self.available = False
        else:
            self.available = True
            if (found := real(value)) is None:
                _LOGGER.error("%s passes over %.100r of %s, which is no number", self.entity_id, value, item.entity_id)
                return
            self._samples.append((new.last_updated, found))
        self._work_out()
        self.write_state()

    def _work_out(self) -> None:
        item, samples = self.item, self._samples
        if item.sample_duration > 0:
            oldest = self.hub.clock.now() - item.sample_duration
            while samples and samples[0][0] < oldest:
                samples.popleft()
        if len(samples) < item.min_samples or not samples:
            return
        self._gradient = gradient(list(samples))
        least = item.min_gradient
        steep = abs(self._gradient) > abs(least) and math.copysign(self._gradient, least) == self._gradient
        self.is_on = steep != item.invert


def gradient(samples: list[tuple[float, float]]) -> float:
    """How much the straight line that fits best rises by second; 0 when all samples are of one moment."""
    middle = math.fsum(at for at, _ in samples) / len(samples)
    mean = math.fsum(value for _, value in samples) / len(samples)
    width = math.fsum((at - middle) ** 2 for at, _ in samples)
    if width == 0:
        return 0.0
    return math.fsum((at - middle) * (value - mean) for at, value in samples) / width


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    assert asked.object_id is not None
    return [TrendSensor(asked.object_id, item)]


PLATFORM: Final = Platform(TrendItem, _make, nested="sensors")
