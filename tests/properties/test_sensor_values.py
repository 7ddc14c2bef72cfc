"""Whatever a source reports and however it describes it, a sensor or number writes a state."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marge.core.state import MAX_STATE_LENGTH
from marge.entities import Overrides
from marge.entities.number import NumberEntity
from marge.entities.sensor import SensorEntity
from marge.entities.sensor_classes import DEVICE_CLASSES
from marge.testing.entity_house import House
from marge.util import jsonx
from marge.util.units.convert import UNIT_CLASSES

UNITS = st.sampled_from(
    [None, "", "bananas", *sorted({unit for kind in UNIT_CLASSES.values() for unit in kind.per_base if unit})]
)
CLASSES = st.sampled_from([None, "custom", *DEVICE_CLASSES])
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**300, -(10**400), 1e308, 5e-324, -0.0])
VALUES = (
    st.none()
    | st.booleans()
    | NUMBERS
    | NUMBERS.map(str)
    | st.text(max_size=300)
    | st.decimals()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.lists(st.integers(), max_size=2)
)
PRECISIONS = st.none() | st.integers(0, 9)


@settings(max_examples=400, deadline=None)
@given(
    value=VALUES,
    device_class=CLASSES,
    unit=UNITS,
    chosen=UNITS,
    suggested=UNITS,
    state_class=st.sampled_from([None, "measurement", "total", "nonsense"]),
    options=st.none() | st.lists(st.text(max_size=3), max_size=2),
    precision=PRECISIONS,
    system=st.sampled_from(["metric", "us_customary"]),
    unique=st.booleans(),
)
def test_a_sensor_writes_a_state(
    value: Any,
    device_class: str | None,
    unit: str | None,
    chosen: str | None,
    suggested: str | None,
    state_class: str | None,
    options: list[str] | None,
    precision: int | None,
    system: str,
    unique: bool,
) -> None:
    house = House(unit_system=system)
    sensor = SensorEntity()
    sensor.native_value = value
    sensor.device_class = device_class
    sensor.native_unit_of_measurement = unit
    sensor.suggested_unit_of_measurement = suggested
    sensor.state_class = state_class
    sensor.options = options
    sensor.suggested_display_precision = precision
    sensor.unique_id = "u" if unique else None
    house.add(sensor, "sensor.x", Overrides(options={"unit_of_measurement": chosen} if chosen else {}))
    assert len(house.state("sensor.x")) <= MAX_STATE_LENGTH
    jsonx.dumps(house.attributes("sensor.x"))
    sensor.registry_precision()


@settings(max_examples=200, deadline=None)
@given(
    value=st.none() | st.floats(),
    low=st.floats(allow_nan=False, allow_infinity=False),
    high=st.floats(allow_nan=False, allow_infinity=False),
    device_class=CLASSES,
    unit=UNITS,
    chosen=UNITS,
)
def test_a_number_writes_a_state(
    value: float | None, low: float, high: float, device_class: str | None, unit: str | None, chosen: str | None
) -> None:
    house = House(unit_system="us_customary")
    number = NumberEntity()
    number.native_value, number.native_min_value, number.native_max_value = value, low, high
    number.device_class, number.native_unit_of_measurement, number.unique_id = device_class, unit, "u"
    house.add(number, "number.x", Overrides(options={"unit_of_measurement": chosen} if chosen else {}))
    assert len(house.state("number.x")) <= MAX_STATE_LENGTH


def test_a_decimal_that_is_no_number_is_unknown() -> None:
    for text in ("NaN", "sNaN", "Infinity", "1E+400"):
        house = House()
        sensor = SensorEntity()
        sensor.native_value, sensor.native_unit_of_measurement = Decimal(text), "W"
        house.add(sensor, "sensor.x")
        assert house.state("sensor.x") == "unknown"
