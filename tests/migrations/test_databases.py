"""The database of every release, kept in tests/data/databases as SQL, opens with today's program and keeps its data.

A release that changes the schema adds its own dump: `sqlite3 marge.db .dump`, with the two pragmas in front.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from recorder_house import make_house

from marge.core import migration
from marge.storage import migrations
from marge.storage.open import open_database

DUMPS = sorted((Path(__file__).parent.parent / "data" / "databases").glob("v*.sql"))


def schema(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    return {
        (row[0], " ".join(row[1].split()))
        for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    }


def restored(dump: Path, path: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(dump.read_text())
    connection.close()
    return path


def test_every_version_of_the_schema_has_its_dump() -> None:
    versions = [step.version for step in migration.steps_in(migrations)]
    assert [int(dump.stem[1:]) for dump in DUMPS] == versions


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_an_old_database_gets_exactly_the_schema_of_a_new_one(dump: Path, tmp_path: Path) -> None:
    old = open_database(restored(dump, tmp_path / "old.db"))
    new = open_database(tmp_path / "new.db")
    assert schema(old) == schema(new)
    old.close()
    new.close()


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
async def test_an_old_database_keeps_its_registries_history_and_last_states(dump: Path, tmp_path: Path) -> None:
    async with make_house(restored(dump, tmp_path / "marge.db"))() as h:
        assert h.store.load("core.area_registry") == {"kitchen": '{"name":"Küche"}'.encode()}
        light = h.recorder.last_states.last_state("light.kitchen")
        assert light is not None
        assert light.state == "on"
        assert light.attributes == {"friendly_name": "Küche (oben)", "supported_features": 4, "brightness": 80}
        found = await h.recorder.history.states(0, h.clock.now() + 100, None)
        assert {entity_id: [row.state for row in rows] for entity_id, rows in found.items()} == {
            "light.kitchen": ["off", "on", "on"],
            "sensor.gone": ["1", ""],
            "sensor.power": ["12.5"],
        }
        turned_on = found["light.kitchen"][1]
        assert turned_on.attributes == '{"friendly_name":"Küche"}'.encode()
        assert turned_on.context_id == "01KDWXYJ0000000000000000AB"
        assert turned_on.context_user_id == "0123456789abcdef0123456789abcdef"
        [bell] = await h.recorder.history.events(0, h.clock.now() + 100, ["doorbell"])
        assert (bell.data, bell.context_id) == (b'{"where":"gate"}', "not a ulid")
