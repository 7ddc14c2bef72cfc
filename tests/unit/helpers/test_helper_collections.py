"""What all kinds share: mistakes in files, reloading, listeners, loading when needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from helper_house import HelperHouse

import marge
from marge.core.errors import OperationFailed
from marge.helpers.kinds import HELPERS

SOURCE = str(Path(marge.__file__).parents[1])


def test_a_mistake_is_skipped_with_file_and_line_and_the_rest_works(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = HelperHouse(
        tmp_path, "input_boolean:\n  good:\n  Bad Id:\n  typo:\n    icno: mdi:x\n  text: hello\n  also_good:\n"
    )
    assert house.hub.states.entity_ids("input_boolean") == ["input_boolean.good", "input_boolean.also_good"]
    assert "invalid slug 'Bad Id' at configuration.yaml:3, did you mean 'bad_id'?" in caplog.text
    assert "unknown key 'icno' at configuration.yaml:5, did you mean 'icon'?" in caplog.text
    assert "configuration.yaml:6" in caplog.text


async def test_reloading_keeps_the_unchanged_changes_the_changed_and_removes_the_gone(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "input_boolean:\n  a:\n  b: {name: B}\n  c:\n")
    await house.call("input_boolean.turn_on", "input_boolean.a")
    await house.call("input_boolean.turn_on", "input_boolean.b")
    house.events.clear()
    house.write("input_boolean:\n  a:\n  b: {name: New B}\n  d:\n")
    await house.call("input_boolean.reload")
    assert house.hub.states.entity_ids("input_boolean") == [f"input_boolean.{each}" for each in "abd"]
    assert house.state("input_boolean.a") == "on"
    assert house.state("input_boolean.b") == "on"
    assert house.attributes("input_boolean.b")["friendly_name"] == "New B"
    assert house.registries.entities.get("input_boolean.c") is None
    changed = {event.data.entity_id for event in house.fired("state_changed")}
    assert changed == {"input_boolean.b", "input_boolean.c", "input_boolean.d"}


async def test_a_broken_file_leaves_everything_as_it_is(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "input_boolean:\n  a:\n")
    house.write("input_boolean: [\n")
    with pytest.raises(OperationFailed, match=r"configuration\.yaml"):
        await house.call("input_boolean.reload")
    assert house.state("input_boolean.a") == "off"


async def test_a_kind_can_be_reloaded_before_it_is_in_use(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    await house.call("input_number.reload")
    assert not house.hub.services.has("input_number", "set_value")
    house.write("input_number:\n  a: {min: 1, max: 2}\n")
    await house.call("input_number.reload")
    assert house.state("input_number.a") == "1.0"
    assert house.hub.services.has("input_number", "set_value")


def test_a_stored_row_that_cannot_be_read_costs_only_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(tmp_path)
    house.store.put("input_boolean", "bad", b'{"name": 1}')
    house.store.put("input_boolean", "worse", b"{")
    house.store.put("input_boolean", "good", b'{"name": "Good"}')
    house = house.restart()
    assert house.hub.states.entity_ids("input_boolean") == ["input_boolean.good"]
    assert "input_boolean bad cannot be read" in caplog.text
    assert "input_boolean worse cannot be read" in caplog.text


async def test_a_renamed_entity_stays_the_item_s(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    items = house.helpers.collections["input_boolean"]
    await items.create({"name": "A"})
    house.registries.entities.update("input_boolean.a", new_entity_id="input_boolean.z", name="Zed")
    await items.update("a", {"name": "B"})
    assert house.attributes("input_boolean.z")["friendly_name"] == "Zed"
    await items.delete("a")
    assert house.hub.states.entity_ids("input_boolean") == []


def test_all_kinds_are_listed_as_components(tmp_path: Path) -> None:
    assert HelperHouse(tmp_path).hub.components >= set(HELPERS)


def test_only_what_is_in_use_is_imported() -> None:
    code = (
        "import sys, marge.helpers.front as front\n"
        "print(*(name for name in sys.modules if name.startswith('marge.helpers.') or name in ('astral', 'jinja2')))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": SOURCE}
    )
    loaded = out.stdout.split()
    assert not {f"marge.helpers.{name}" for name in HELPERS} & set(loaded)
    assert not {"astral", "jinja2"} & set(loaded)


def test_the_log_names_the_item_that_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(tmp_path, "input_boolean:\n  good:\n  ok: {icn: 'mdi:x'}\n")
    assert house.hub.states.entity_ids("input_boolean") == ["input_boolean.good"]
    assert (
        "input_boolean.ok is left out: unknown key 'icn' at configuration.yaml:3, did you mean 'icon'?" in caplog.text
    )
