"""Derived entities in a whole hub: fed over the API, and what they know after a restart with the real recorder."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hub import House, hub

CONFIGURATION = """
input_number: {power: {min: 0, max: 5000, initial: 0}}
input_boolean: {heater: {}}
sensor:
  - platform: template
    sensors:
      power:
        value_template: "{{ states('input_number.power') }}"
        unit_of_measurement: W
        device_class: power
      energy:
        value_template: "{{ states('input_number.power') | float / 10 }}"
        unit_of_measurement: kWh
  - {platform: statistics, name: Most, entity_id: sensor.power, state_characteristic: value_max, sampling_size: 10}
  - {platform: filter, name: Low, entity_id: sensor.power, filters: {filter: lowpass, time_constant: 2}}
  - {platform: history_stats, name: Heated, entity_id: input_boolean.heater, state: "on", type: count,
     end: "{{ now() }}", duration: 3600}
utility_meter:
  meter: {source: sensor.energy, cycle: yearly, unique_id: meter}
climate:
  - {platform: generic_thermostat, name: Room, heater: input_boolean.heater, target_sensor: input_number.power,
     target_temp: 20, initial_hvac_mode: heat}
"""


async def shown(house: House, wanted: dict[str, str]) -> None:
    """Wait until the entities show these states."""
    found: dict[str, Any] = {}
    for _ in range(100):
        states = {state.entity_id: state.state for state in house.hub.states.all()}
        found = {entity_id: states.get(entity_id) for entity_id in wanted}
        if found == wanted:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"{found} is not {wanted}")


async def set_power(house: House, value: int) -> None:
    data = {"entity_id": "input_number.power", "value": value}
    assert (await house.post("/api/services/input_number/set_value", data)).status == 200


async def test_a_day_in_a_hub_and_the_next_run(tmp_path: Path) -> None:
    async with hub(tmp_path, {"configuration.yaml": CONFIGURATION}) as house:
        await set_power(house, 100)
        await shown(house, {"sensor.most": "100.0", "sensor.meter": "10.0", "sensor.heated": "0"})
        await set_power(house, 10)
        await shown(house, {"input_boolean.heater": "on", "climate.room": "heat", "sensor.heated": "1"})
        await set_power(house, 40)
        await shown(house, {"sensor.most": "100.0", "sensor.meter": "13.0", "input_boolean.heater": "off"})
        calibrate = {"entity_id": "sensor.meter", "value": 50}
        assert (await house.post("/api/services/utility_meter/calibrate", calibrate)).status == 200
        await shown(house, {"sensor.meter": "50"})
        services = (await house.get("/api/services")).json
        reloads = {each["domain"] for each in services if "reload" in each["services"]}
        assert {"statistics", "filter", "history_stats", "utility_meter", "generic_thermostat"} <= reloads
    async with hub(tmp_path, {"configuration.yaml": CONFIGURATION}, owner=False) as house:
        # Looked up, counted on, restored.
        await shown(house, {"sensor.most": "100.0", "sensor.heated": "1", "sensor.meter": "50"})
