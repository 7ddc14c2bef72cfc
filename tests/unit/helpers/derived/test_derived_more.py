"""history_stats, bayesian and generic_thermostat beyond what Home Assistant was asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import OperationFailed
from marge.core.services import Service, ServiceCall


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        (
            "sensor: {platform: history_stats, entity_id: sensor.a, state: a, start: '{{ now() }}'}",
            "exactly two of 'start', 'end' and 'duration' are needed",
        ),
        (
            "sensor: {platform: history_stats, entity_id: sensor.a, state: a, start: '{{ now( }}', duration: 5}",
            "history_stats 'unnamed statistics' is left out:",
        ),
        (
            "binary_sensor: {platform: bayesian, prior: 0.5, observations: {platform: state, entity_id: sensor.a, "
            "prob_given_true: 0.5, prob_given_false: 0.5}}",
            "an observation of 'state' needs 'to_state'",
        ),
        (
            "binary_sensor: {platform: bayesian, prior: 0.5, observations: {platform: state, entity_id: sensor.a, "
            "to_state: a, prob_given_true: 0.5}}",
            "key 'prob_given_false' is missing",
        ),
        (
            "binary_sensor: {platform: bayesian, prior: 0.5, observations: ["
            "{platform: numeric_state, entity_id: sensor.a, below: 9, prob_given_true: 1, prob_given_false: 0}, "
            "{platform: numeric_state, entity_id: sensor.a, above: 8, prob_given_true: 1, prob_given_false: 0}]}",
            "two ranges of sensor.a overlap",
        ),
        (
            "binary_sensor: {platform: bayesian, prior: 0.5, observations: {platform: numeric_state, "
            "entity_id: sensor.a, below: 1, above: 2, prob_given_true: 1, prob_given_false: 0}}",
            "'above' is greater than 'below'",
        ),
        (
            "binary_sensor: {platform: bayesian, prior: 1.5, observations: []}",
            "value must be at most 1, got 1.5",
        ),
        (
            "climate: {platform: generic_thermostat, heater: switch.a, target_sensor: sensor.a, precision: 0.2}",
            "expected 0.1, 0.5 or 1.0, got 0.2",
        ),
    ],
)
async def test_wrong_items_say_why(tmp_path: Path, caplog: pytest.LogCaptureFixture, yaml: str, message: str) -> None:
    house = HelperHouse(tmp_path, yaml)
    await house.helpers.settle()
    [record] = [each for each in caplog.records if message in each.message]
    assert "is left out" in record.message
    assert "configuration.yaml:1" in record.message


async def test_a_period_that_is_none_makes_the_sensor_unavailable_until_it_is_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    start = "{{ states('sensor.since') }}"
    item = f'{{platform: history_stats, entity_id: sensor.a, state: x, name: S, start: "{start}", duration: 99}}'
    house = HelperHouse(tmp_path, f"sensor: {item}")
    await house.helpers.settle()
    assert house.state("sensor.s") == "unavailable"
    house.clock.advance(61)
    assert caplog.text.count("The 'start' of sensor.s is no date and time: 'unknown'") == 1
    house.hub.states.set("sensor.since", str(house.clock.now()))
    house.hub.states.set("sensor.a", "x")
    house.clock.advance(72)
    house.hub.states.set("sensor.a", "y")
    assert house.state("sensor.s") == "0.02"


async def test_certain_observations_leave_no_division_by_zero(tmp_path: Path) -> None:
    observation = "{platform: state, entity_id: sensor.a, to_state: x, prob_given_true: 0, prob_given_false: 0}"
    house = HelperHouse(
        tmp_path, f"binary_sensor: {{platform: bayesian, prior: 0.5, name: B, observations: {observation}}}"
    )
    house.hub.states.set("sensor.a", "x")
    await house.helpers.settle()
    assert house.attributes("binary_sensor.b")["probability"] == 0.5


async def test_a_heater_that_cannot_be_switched_is_told_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = HelperHouse(
        tmp_path,
        "climate: {platform: generic_thermostat, name: T, heater: switch.a, target_sensor: sensor.a, "
        "target_temp: 20, initial_hvac_mode: heat}",
    )

    async def fail(call: ServiceCall) -> Any:
        raise OperationFailed("no radio")

    house.hub.services.register(Service("homeassistant", "turn_on", fail, takes_target=True))
    await house.helpers.settle()
    house.hub.states.set("sensor.a", "15")
    await house.hub.tasks.settle()
    assert "climate.t cannot switch switch.a: no radio" in caplog.text
    assert house.attributes("climate.t")["hvac_action"] == "idle"


async def test_a_thermostat_that_leaves_stops_its_reminders(tmp_path: Path) -> None:
    yaml = "climate: {platform: generic_thermostat, heater: switch.a, target_sensor: sensor.a, keep_alive: 60}"
    house = HelperHouse(tmp_path, yaml)
    pending = house.clock.pending
    await house.helpers.settle()
    house.write("")
    await house.call("generic_thermostat.reload")
    settled = house.clock.pending
    house = HelperHouse(tmp_path, "")
    await house.helpers.settle()
    assert settled == house.clock.pending
    assert pending <= settled
