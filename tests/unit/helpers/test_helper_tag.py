"""tag."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.core.errors import OperationFailed
from marge.helpers.tag import MOST
from marge.util.schema import Invalid


async def test_a_tag_is_made_named_scanned_and_deleted(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    tags = house.helpers.collections["tag"]
    assert await tags.create({"tag_id": "abc-1", "name": "Front door", "description": "D"}) == {
        "id": "abc-1",
        "description": "D",
        "name": "Front door",
    }
    assert house.state("tag.front_door") == "unknown"
    house.hub.bus.fire("tag_scanned", {"tag_id": "abc-1", "device_id": "reader"})
    assert house.state("tag.front_door") == "2026-01-01T12:00:00.000+00:00"
    assert house.attributes("tag.front_door") == {
        "tag_id": "abc-1",
        "last_scanned_by_device_id": "reader",
        "friendly_name": "Front door",
    }
    changed = await tags.update("abc-1", {"name": "Back door"})
    assert (changed["name"], changed["device_id"]) == ("Back door", "reader")
    house.stop()
    house = house.restart()
    assert house.helpers.collections["tag"].items() == [changed]
    assert house.state("tag.front_door") == "2026-01-01T12:00:00.000+00:00"
    await house.helpers.collections["tag"].delete("abc-1")
    assert house.hub.states.entity_ids("tag") == []
    assert house.registries.entities.get("tag.front_door") is None


async def test_without_an_id_it_gets_one_and_no_id_comes_twice(tmp_path: Path) -> None:
    tags = HelperHouse(tmp_path).helpers.collections["tag"]
    created = await tags.create({"tag_id": "", "name": "A"})
    assert len(created["id"]) == 36
    with pytest.raises(OperationFailed, match="already exists"):
        await tags.create({"tag_id": created["id"]})
    with pytest.raises(Invalid):
        await tags.create({"tag_id": 5})
    with pytest.raises(Invalid):
        await tags.create({"name": ""})


def test_scanning_an_unknown_tag_keeps_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(tmp_path)
    for number in range(MOST + 1):
        house.hub.bus.fire("tag_scanned", {"tag_id": f"t{number}", "device_id": None})
    house.hub.bus.fire("tag_scanned", {})
    assert house.attributes("tag.t0")["friendly_name"] == "Tag t0"
    assert len(house.hub.states.entity_ids("tag")) == MOST
    assert "is not kept" in caplog.text
    house.stop()
    house.hub.states.remove("tag.t0")
    house.hub.bus.fire("tag_scanned", {"tag_id": "t0"})
    assert "tag.t0" not in house.hub.states
