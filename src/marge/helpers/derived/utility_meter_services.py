"""The services of utility meters: `reset` and `calibrate`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from marge.core.services import Service, ServiceCall
from marge.entities.descriptions import describer
from marge.entities.domain import NoFields
from marge.helpers.derived.following import exact
from marge.helpers.derived.utility_meter_sensor import UtilityMeterSensor
from marge.helpers.ports import House
from marge.util.schema import word


def _reading(value: Any) -> Decimal:
    found = None if isinstance(value, bool) else exact(value)
    if found is None:
        raise ValueError(f"expected a number, got {value!r}")
    return found


if TYPE_CHECKING:
    Reading = Decimal
else:
    Reading = word("Reading", _reading)


class Calibrate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `calibrate`."""

    value: Reading


def services(house: House) -> list[Service]:
    """`utility_meter.reset`, aimed at the select of the tariffs or the only sensor, and `utility_meter.calibrate`."""

    def meant(call: ServiceCall) -> set[str]:
        resolved = house.registries.targets.resolve(call.target)
        return resolved.referenced | resolved.indirect

    def sensors() -> list[UtilityMeterSensor]:
        return [each for each in house.index.of_domain("sensor").values() if isinstance(each, UtilityMeterSensor)]

    async def reset(call: ServiceCall) -> None:
        wanted = meant(call)
        for sensor in sensors():
            select = sensor.meter.select
            if (sensor if select is None else select).entity_id in wanted:
                sensor.set_context(call.context)
                sensor.reset()

    async def calibrate(call: ServiceCall) -> None:
        wanted = meant(call)
        for sensor in sensors():
            if sensor.entity_id in wanted and sensor.available:
                sensor.set_context(call.context)
                sensor.calibrate(call.data.value)

    return [
        Service("utility_meter", name, handler, schema, takes_target=True, describe=describer("utility_meter", name))
        for name, handler, schema in (("reset", reset, NoFields), ("calibrate", calibrate, Calibrate))
    ]
