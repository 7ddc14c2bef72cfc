"""What derived entities do while the recorder is slow or fails, and with items that are wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import OperationFailed

YAML = """
sensor:
  - {platform: statistics, entity_id: sensor.a, name: Mean, state_characteristic: mean, sampling_size: 3}
  - {platform: filter, entity_id: sensor.a, name: Low, filters: {filter: lowpass}}
"""


class SlowHistory:
    """A recorder that answers when it is let, with an error."""

    def __init__(self) -> None:
        self.free = asyncio.Event()

    async def newest(self, *_: Any) -> list[Any]:
        await self.free.wait()
        raise OperationFailed("the disk is gone")

    async def states(self, *_: Any, **__: Any) -> dict[str, list[Any]]:
        await self.free.wait()
        raise OperationFailed("the disk is gone")

    async def events(self, *_: Any, **__: Any) -> list[Any]:
        return []


async def test_a_recorder_that_fails_leaves_the_sensor_working(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    history = SlowHistory()
    house = HelperHouse(tmp_path, YAML, history=history)
    await house.helpers.settle()
    house.hub.states.set("sensor.a", "3")
    assert house.state("sensor.mean") == "unavailable"
    history.free.set()
    await house.hub.tasks.settle()
    assert "cannot be read: the disk is gone" in caplog.text
    assert (house.state("sensor.mean"), house.state("sensor.low")) == ("3.0", "3.0")
    house.hub.states.set("sensor.a", "4")
    assert (house.state("sensor.mean"), house.state("sensor.low")) == ("3.5", "3.1")


async def test_a_sensor_that_leaves_while_it_looks_back_leaves_no_task(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, history=SlowHistory())
    await house.helpers.settle()
    assert len(house.hub.tasks) == 2
    house.write("")
    await house.call("statistics.reload")
    await house.call("filter.reload")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(house.hub.tasks) == 0


async def test_a_sensor_does_not_follow_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(
        tmp_path, "sensor: {platform: statistics, entity_id: sensor.a, name: A, state_characteristic: sum, max_age: 9}"
    )
    await house.helpers.settle()
    house.hub.states.set("sensor.a", "4")
    assert "sensor.a is its own source" in caplog.text


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (
            "{platform: statistics, entity_id: sensor.a, state_characteristic: count_on, max_age: 9}",
            "not one of a sensor",
        ),
        ("{platform: statistics, entity_id: sensor.a, state_characteristic: mean}", "'max_age' or 'sampling_size'"),
        (
            "{platform: statistics, entity_id: sensor.a, state_characteristic: mean, sampling_size: 2, "
            "keep_last_sample: true}",
            "'keep_last_sample' belongs to 'max_age'",
        ),
        ("{platform: filter, entity_id: light.a, filters: {filter: range}}", "expected a sensor, binary_sensor or"),
        ("{platform: filter, entity_id: sensor.a, filters: []}", "at least one filter is needed"),
        ("{platform: filter, entity_id: sensor.a, filters: {filter: range, radius: 2}}", "has no 'radius'"),
        ("{platform: filter, entity_id: sensor.a, filters: {filter: time_throttle}}", "needs a 'window_size'"),
        ("{platform: filter, entity_id: sensor.a, filters: {filter: lowpass, window_size: no}}", "at least 1"),
        ("{platform: filter, entity_id: sensor.a, filters: [{filter: time_throttle, window_size: 0}]}", "longer than"),
        ("{platform: time_date, display_options: [tme]}", "expected some of time, date"),
    ],
)
async def test_wrong_items_say_why(tmp_path: Path, caplog: pytest.LogCaptureFixture, item: str, message: str) -> None:
    house = HelperHouse(tmp_path, f"sensor:\n  - {item}\n")
    await house.helpers.settle()
    [record] = [each for each in caplog.records if message in each.message]
    assert "is left out" in record.message
    assert "configuration.yaml:2" in record.message


@pytest.mark.parametrize(
    ("sensors", "message"),
    [
        ("{a: {entity_id: sensor.a, max_samples: 2, min_samples: 3}}", "'max_samples' must be at least 'min_samples'"),
        ("{Big One: {entity_id: sensor.a}}", "'Big One' is no name for a trend"),
        ("[]", "'trend' has no 'sensors'"),
    ],
)
async def test_wrong_items_of_a_mapping_say_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, sensors: str, message: str
) -> None:
    house = HelperHouse(tmp_path, f"binary_sensor:\n  - platform: trend\n    sensors: {sensors}\n")
    await house.helpers.settle()
    assert message in caplog.text
