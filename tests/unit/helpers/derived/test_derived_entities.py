"""What all derived entities have in common: found in the files, checked, reloaded, restored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.config.check import check
from marge.core.errors import OperationFailed
from marge.helpers.derived.memory import COLLECTION
from marge.helpers.derived.threshold import ThresholdSensor
from marge.helpers.ports import House
from marge.helpers.validate import validators
from marge.templates import TemplateEngine

MIXED = """
sensor:
  - platform: min_max
    name: Both
    entity_ids: [sensor.a, sensor.b]
    unique_id: both
  - platform: integration
    name: Work
    source: sensor.power
    unique_id: energy
binary_sensor:
  platform: threshold
  name: Hot
  entity_id: sensor.a
  upper: 25
utility_meter:
  daily_energy:
    source: sensor.energy
    cycle: daily
"""


async def start(tmp_path: Path, yaml: str, **config: Any) -> HelperHouse:
    house = HelperHouse(tmp_path, yaml, **config)
    await house.helpers.settle()
    return house


async def test_items_of_lists_of_sections_and_of_packages_are_found(tmp_path: Path) -> None:
    house = await start(
        tmp_path,
        MIXED
        + """
homeassistant:
  packages:
    attic:
      sensor: {platform: derivative, source: sensor.a, name: Slope}
      utility_meter: {monthly_energy: {source: sensor.energy, cycle: monthly}}
""",
    )
    ids = {"sensor.both", "sensor.work", "binary_sensor.hot", "sensor.daily_energy", "sensor.slope"}
    assert ids | {"sensor.monthly_energy"} <= set(house.hub.states.entity_ids())
    entry = house.registries.entities.get("sensor.both")
    assert entry is not None and (entry.platform, entry.unique_id) == ("min_max", "both")
    assert {"min_max", "integration", "threshold", "utility_meter", "derivative"} <= house.hub.components


async def test_a_reload_keeps_what_did_not_change(tmp_path: Path) -> None:
    house = await start(tmp_path, MIXED)
    for value in ("5", "7"):
        house.hub.states.set("sensor.energy", value, {"unit_of_measurement": "kWh"})
    kept = house.index.get("sensor.daily_energy")
    changed = house.index.get("sensor.both")
    house.write(MIXED.replace("[sensor.a, sensor.b]", "[sensor.a]"))
    await house.call("min_max.reload")
    await house.call("utility_meter.reload")
    assert house.index.get("sensor.daily_energy") is kept
    assert house.state("sensor.daily_energy") == "2"
    assert house.index.get("sensor.both") not in (None, changed)
    house.write("")
    await house.call("utility_meter.reload")
    assert house.index.get("sensor.daily_energy") is None
    assert house.hub.states.get("sensor.daily_energy") is None


async def test_a_meter_whose_options_change_keeps_its_count(tmp_path: Path) -> None:
    house = await start(tmp_path, MIXED)
    for value in ("5", "7"):
        house.hub.states.set("sensor.energy", value, {"unit_of_measurement": "kWh"})
    house.write(MIXED.replace("cycle: daily", "cycle: weekly"))
    await house.call("utility_meter.reload")
    assert house.state("sensor.daily_energy") == "2"
    house.hub.states.set("sensor.energy", "10", {"unit_of_measurement": "kWh"})
    assert house.state("sensor.daily_energy") == "5"


async def test_broken_files_change_nothing(tmp_path: Path) -> None:
    house = await start(tmp_path, MIXED)
    house.write("sensor: [")
    with pytest.raises(OperationFailed, match="Nothing is reloaded"):
        await house.call("min_max.reload")
    assert house.index.get("sensor.both") is not None


async def test_without_items_nothing_is_there(tmp_path: Path) -> None:
    house = await start(tmp_path, "sensor: {platform: template, sensors: {}}")
    assert not house.hub.services.has("min_max", "reload")
    assert "min_max" not in house.hub.components


async def test_a_total_survives_a_restart_while_its_source_is_away(tmp_path: Path) -> None:
    house = await start(tmp_path, MIXED)
    for value in ("5", "7", "unavailable"):
        house.hub.states.set("sensor.energy", value, {"unit_of_measurement": "kWh"})
    assert house.state("sensor.daily_energy") == "unavailable"
    house = house.restart(after=60)
    await house.helpers.settle()
    assert house.state("sensor.daily_energy") == "2"
    assert house.attributes("sensor.daily_energy")["unit_of_measurement"] == "kWh"


async def test_a_crash_leaves_the_state_that_was_recorded_last(tmp_path: Path) -> None:
    house = await start(tmp_path, MIXED)
    for value in ("5", "7"):
        house.hub.states.set("sensor.energy", value, {"unit_of_measurement": "kWh"})
    house = house.restart(after=1)
    await house.helpers.settle()
    house.hub.states.set("sensor.energy", "9", {"unit_of_measurement": "kWh"})
    house.clock.advance(10)
    house.hub.states.set("sensor.energy", "12", {"unit_of_measurement": "kWh"})
    assert house.state("sensor.daily_energy") == "5"
    before = dict(house.store.collections[COLLECTION])
    house.stop()
    house.store.collections[COLLECTION] = before
    house = house.restart(after=1)
    await house.helpers.settle()
    assert house.state("sensor.daily_energy") == "5"


async def test_what_was_kept_for_entities_that_are_gone_is_forgotten_after_a_week(tmp_path: Path) -> None:
    house = await start(tmp_path, MIXED)
    for value in ("5", "7"):
        house.hub.states.set("sensor.energy", value, {"unit_of_measurement": "kWh"})
    house = house.restart("sensor: {platform: min_max, entity_ids: sensor.a}", after=6 * 86400)
    await house.helpers.settle()
    assert any("daily_energy" in key for key in house.store.load(COLLECTION))
    house = house.restart(after=2 * 86400)
    await house.helpers.settle()
    assert not any("daily_energy" in key for key in house.store.load(COLLECTION))


MISTAKES = """
sensor:
  - platform: min_max
    entity_ids: sensor.a
    typo: min
  - platform: derivative
    name: Slope
  - platform: threshold
    entity_id: sensor.a
    upper: 1
  - platform: integraton
    source: sensor.a
binary_sensor:
  - platform: threshold
    name: Neither
    entity_id: sensor.a
utility_meter:
  energy:
    source: sensor.energy
    cron: "61 * * * *"
  Energy:
    source: sensor.energy
  both:
    source: sensor.energy
    cron: "0 0 * * *"
    cycle: daily
"""

PROBLEMS = {
    (5, "min_max: unknown key 'typo'"),
    (6, "derivative 'Slope': key 'source' is missing"),
    (8, "'threshold' makes no sensor and is left out: it belongs under 'binary_sensor'"),
    (11, "platform 'integraton' of 'sensor' is not known to Marge and is left out"),
    (14, "threshold 'Neither': 'lower' or 'upper' is needed, or both"),
    (20, "utility_meter 'energy': 'cron': the minute of the cron pattern cannot be '61'"),
    (21, "'Energy' is no name for a utility_meter: use lower-case letters, digits and '_'"),
    (24, "utility_meter 'both': a meter has 'cycle' or 'cron', not both"),
}


async def test_mistakes_are_found_with_their_place(tmp_path: Path) -> None:
    house = await start(tmp_path, MISTAKES)
    assert {each for each in house.hub.states.entity_ids("sensor") if not each.startswith("sensor.sun_")} == set()
    table = validators(
        House(house.hub, house.registries, house.place, house.index, TemplateEngine(house.hub), lambda: None)  # type: ignore[arg-type, return-value]
    )
    report = check(tmp_path, table)
    problems = [problem for file in report.files for problem in file.problems]
    assert {(problem.line, problem.message) for problem in problems} == PROBLEMS
    hints = {problem.line: problem.hint for problem in problems}
    assert (hints[5], hints[11]) == ("type", "integration")


async def test_what_is_disabled_and_enabled_again_begins_anew(tmp_path: Path) -> None:
    house = await start(
        tmp_path,
        """
sensor:
  - {platform: statistics, entity_id: sensor.a, name: S, state_characteristic: count, sampling_size: 9, unique_id: s}
  - {platform: filter, entity_id: sensor.a, name: F, filters: {filter: throttle, window_size: 3}, unique_id: f}
utility_meter: {m: {source: sensor.a, unique_id: m}}
""",
    )
    for value in ("1", "2", "4"):
        house.hub.states.set("sensor.a", value)
    entities = ("sensor.s", "sensor.f", "sensor.m")
    assert [house.state(entity_id) for entity_id in entities] == ["3", "1.0", "3"]
    for entity_id in entities:
        house.registries.entities.update(entity_id, disabled_by="user")
    house.hub.states.set("sensor.a", "9")
    for entity_id in entities:
        house.registries.entities.update(entity_id, disabled_by=None)
    house.hub.states.set("sensor.a", "10")
    assert [house.state(entity_id) for entity_id in entities] == ["1", "10.0", "4"]


async def test_a_thermostat_keeps_nothing_of_what_is_done(tmp_path: Path) -> None:
    house = await start(
        tmp_path, "climate: {platform: generic_thermostat, heater: switch.a, target_sensor: sensor.a, target_temp: 5}"
    )
    entity: Any = house.index.get("climate.generic_thermostat")
    before = len(entity._ends)
    for value in range(50):
        house.hub.states.set("sensor.a", str(value))
        await house.hub.tasks.settle()
    assert (len(entity._ends), len(entity._tasks)) == (before, 0)


async def test_an_interval_for_asking_is_passed_over_and_mistakes_keep_their_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = await start(
        tmp_path,
        """
sensor:
  - platform: min_max
    scan_interval: 30
    entity_ids: sensor.a
    name: Alone
  - platform: min_max
    scan_interval: 30
    entity_ids: sensor.a
    typ: max
""",
    )
    assert house.state("sensor.alone") == "unknown"
    assert "unknown key 'typ' at configuration.yaml:10" in caplog.text


async def test_one_that_fails_while_it_is_made_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(ThresholdSensor, "__init__", fail)
    house = await start(tmp_path, MIXED)
    assert house.hub.states.get("binary_sensor.hot") is None
    assert house.state("sensor.daily_energy") == "unknown"
    assert "threshold 'Hot' is left out: by zero" in caplog.text
