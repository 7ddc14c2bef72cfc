"""Whatever a source says and however time passes, no derived entity fails, and all can leave."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from helper_house import HelperHouse
from hypothesis import given, settings
from hypothesis import strategies as st

YAML = """
sensor:
  - {platform: min_max, entity_ids: [sensor.a, sensor.b], type: mean, name: mean}
  - {platform: min_max, entity_ids: [sensor.a, sensor.b], type: sum, name: sum}
  - {platform: derivative, source: sensor.a, time_window: 60}
  - {platform: integration, source: sensor.a, max_sub_interval: 30}
  - {platform: statistics, entity_id: sensor.a, name: linear, state_characteristic: average_linear, max_age: 60}
  - {platform: statistics, entity_id: sensor.a, name: circular, state_characteristic: mean_circular, sampling_size: 3}
  - {platform: statistics, entity_id: sensor.a, name: deviation, state_characteristic: variance, sampling_size: 3}
  - {platform: filter, entity_id: sensor.a, name: chained, filters: [{filter: outlier, window_size: 3},
     {filter: lowpass}, {filter: time_simple_moving_average, window_size: 60}, {filter: throttle, window_size: 2}]}
  - {platform: history_stats, entity_id: sensor.a, state: "1", type: ratio, end: "{{ now() }}", duration: 60}
binary_sensor:
  - {platform: threshold, entity_id: sensor.a, upper: 5, lower: 1}
  - {platform: bayesian, prior: 0.5, observations: [{platform: numeric_state, entity_id: sensor.a, above: 3,
     prob_given_true: 0.9, prob_given_false: 0.1}]}
  - {platform: trend, sensors: {rises: {entity_id: sensor.a, max_samples: 5, sample_duration: 60}}}
utility_meter:
  plain: {source: sensor.a, cycle: quarter-hourly}
  net: {source: sensor.a, net_consumption: true, tariffs: [a, b]}
climate: {platform: generic_thermostat, heater: switch.a, target_sensor: sensor.a, target_temp: 5, keep_alive: 45}
light: {platform: switch_as_x, entity_id: switch.a}
"""

NUMBERS = st.floats(allow_nan=True, allow_infinity=True).map(str) | st.integers(-(10**40), 10**40).map(str)
WORDS = st.sampled_from(["unknown", "unavailable", "on", "off", "", "nan", "1e999", "-0", " 5 ", "٣"]) | st.text(
    max_size=9
)
VALUES = st.sampled_from(
    ["W", "kWh", "°C", "", None, 5, ["W"], {"a": 1}, "power", "energy", "timestamp", "nonsense", True]
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["unit_of_measurement", "device_class", "state_class", "icon"]), VALUES)
ENTITY = st.sampled_from(["sensor.a", "sensor.b", "switch.a"])
STEPS = st.lists(
    st.tuples(ENTITY, NUMBERS | WORDS | st.none(), ATTRIBUTES, st.sampled_from([0, 1e-6, 0.5, 31, 1000])), max_size=12
)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_nothing_fails(steps: list[tuple[str, str | None, dict[str, Any], float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), steps))


async def play(folder: Path, steps: list[tuple[str, str | None, dict[str, Any], float]]) -> None:
    house = HelperHouse(folder, YAML)
    failed: list[str] = []
    house.hub.bus._failed = lambda listener, event: failed.append(f"{listener}")  # type: ignore[method-assign]
    await house.helpers.settle()
    there = set(house.hub.states.entity_ids())
    assert len([each for each in there if house.index.get(each) is not None]) >= 16
    for entity_id, state, attributes, seconds in steps:
        if state is None:
            house.hub.states.remove(entity_id)
        else:
            house.hub.states.set(entity_id, state, attributes)
        house.clock.advance(seconds)
        await asyncio.sleep(0)
    assert not failed
    house.write("")
    for kind in ("min_max", "derivative", "integration", "statistics", "filter", "history_stats", "threshold"):
        await house.call(f"{kind}.reload")
    for kind in ("bayesian", "trend", "utility_meter", "generic_thermostat", "switch_as_x"):
        await house.call(f"{kind}.reload")
    await house.hub.tasks.stop()
    assert not failed
    followed = set(house.hub.bus._entities) | set(house.hub.bus._reports)
    assert not followed & {"sensor.a", "sensor.b", "switch.a"}
