"""utility_meter: what a meter counted in the present hour, day, month …, by tariff if there are several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.entities.base import Entity
from marge.entities.select import SelectEntity
from marge.entities.words import choice
from marge.helpers.derived.cron import Cron
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.utility_meter_sensor import Meter, UtilityMeterSensor
from marge.helpers.derived.utility_meter_services import services
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.schema import EntityId, Flag, PositiveSeconds, Strings, Text, word
from marge.util.slug import slugify

_CYCLES: Final = {
    "quarter-hourly": "{minute}/15 * * * *",
    "hourly": "{minute} * * * *",
    "daily": "{minute} {hour} * * *",
    "weekly": "{minute} {hour} * * {day}",
    "monthly": "{minute} {hour} {day} * *",
    "bimonthly": "{minute} {hour} {day} */2 *",
    "quarterly": "{minute} {hour} {day} */3 *",
    "yearly": "{minute} {hour} {day} 1/12 *",
}
"""Cycle → its cron pattern; the offset moves minute, hour and day."""

_MOST_DAYS: Final = 28


def _pattern(value: Any) -> str:
    text = str(value)
    Cron(text)
    return text


if TYPE_CHECKING:
    Cycle = str
    CronPattern = str
else:
    Cycle = choice("Cycle", *_CYCLES)
    CronPattern = word("CronPattern", _pattern)


class UtilityMeterItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `utility_meter:`."""

    source: EntityId
    name: Text | UnsetType = UNSET
    cycle: Cycle | UnsetType = UNSET
    offset: PositiveSeconds = 0
    cron: CronPattern | UnsetType = UNSET
    delta_values: Flag = False
    net_consumption: Flag = False
    periodically_resetting: Flag = True
    tariffs: Strings = []
    always_available: Flag = False

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        if self.cron is not UNSET and self.cycle is not UNSET:
            raise ValueError("a meter has 'cycle' or 'cron', not both")
        if self.cron is not UNSET and self.offset:
            raise ValueError("'offset' belongs to 'cycle': with 'cron' the pattern says it")
        if self.offset >= _MOST_DAYS * 86400:
            raise ValueError("'offset' must be less than 28 days: use 'cron' instead")
        if len(set(self.tariffs)) < len(self.tariffs):
            raise ValueError("a tariff is named twice in 'tariffs'")

    def schedule(self) -> Cron | None:
        """When the meter begins anew."""
        if self.cron is not UNSET:
            return Cron(self.cron)
        if self.cycle is UNSET:
            return None
        days, seconds = divmod(int(self.offset), 86400)
        day = (days + 1) % 7 if self.cycle == "weekly" else days + 1
        return Cron(_CYCLES[self.cycle].format(minute=seconds % 3600 // 60, hour=seconds // 3600, day=day))


class TariffSelect(SelectEntity):
    """Which tariff holds; over a restart it is what it was."""

    platform = "utility_meter"
    translation_key = "tariff"

    def __init__(self, object_id: str, item: UtilityMeterItem) -> None:
        self.suggested_object_id = object_id
        self.unique_id = given(item.unique_id)
        self.name = given(item.name) or object_id
        self.options = item.tariffs

    def added(self) -> None:
        """See `Entity.added`."""
        last = self.last_state
        self.current_option = last.state if last is not None and last.state in self.options else self.options[0]

    async def do_select_option(self, option: str) -> None:
        """See `SelectEntity.do_select_option`."""
        self.current_option = option
        self.write_state()


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    assert isinstance(item, UtilityMeterItem)
    assert asked.object_id is not None
    object_id, unique_id = asked.object_id, given(item.unique_id)
    name = given(item.name) or object_id
    meter = Meter(item, item.schedule(), TariffSelect(object_id, item) if item.tariffs else None)
    tariffs: list[str | None] = [*item.tariffs] or [None]
    for tariff in tariffs:
        sensor = UtilityMeterSensor(meter, tariff)
        sensor.unique_id = f"{unique_id}_{tariff or 'single_tariff'}" if unique_id else None
        sensor.name = f"{name} {tariff}" if tariff else name
        sensor.suggested_object_id = slugify(f"{object_id} {tariff}") if tariff else None
        meter.sensors.append(sensor)
    return [*([] if meter.select is None else [meter.select]), *meter.sensors]


PLATFORM: Final = Platform(UtilityMeterItem, _make, services=services)
