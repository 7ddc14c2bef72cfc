"""A damaged marge.db costs history at most: the hub starts, says so, and keeps the file for those who can mend it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from child_hub import ChildHub, Ended


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a helper, two thousand states and an owner in it."""
    import asyncio

    directory = tmp_path_factory.mktemp("sound")
    child = ChildHub(directory, {"configuration.yaml": "input_number:\n  n:\n    min: 0\n    max: 100\n"})

    async def fill() -> None:
        async with child.running():
            await child.onboard()
            await child.call("input_number.set_value", entity_id="input_number.n", value=42)
            async with child.ws() as ws:
                await ws.call("config/area_registry/create", name="Observatory")
            async with child.mqtt() as device:
                await child.announce(device, "sensor", "s", name="S", state_topic="s")
                for number in range(2000):
                    await device.publish("s", str(number))
            await child.becomes("sensor.s", "1999")
            await child.end()

    asyncio.run(fill())
    return directory / "data" / "marge.db"


def house(tmp_path: Path, sound: Path) -> ChildHub:
    """A hub on a copy of the sound database."""
    child = ChildHub(tmp_path, {"configuration.yaml": "input_number:\n  n:\n    min: 0\n    max: 100\n"})
    child.data.mkdir()
    shutil.copy(sound, child.data / "marge.db")
    return child


def garble_the_head(path: Path) -> None:
    path.write_bytes(b"\xde\xad\xbe\xef" * 4096)


def garble_the_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    half = len(data) // 2
    data[4096 : 4096 + half] = bytes(len(data[4096 : 4096 + half]))
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


@pytest.mark.parametrize("damage", [garble_the_head, garble_the_middle, truncate])
async def test_a_damaged_file_is_kept_aside_and_the_hub_starts(tmp_path: Path, sound: Path, damage: object) -> None:
    child = house(tmp_path, sound)
    damage(child.data / "marge.db")  # type: ignore[operator]
    size = (child.data / "marge.db").stat().st_size
    async with child.running():
        await child.assert_serves()
        [aside] = child.data.glob("marge.db.corrupt-*Z")
        assert aside.stat().st_size == size
        [line] = [line for line in child.log.splitlines() if " CRITICAL " in line]
        assert "is damaged" in line
        assert str(aside) in line
        assert "Restore a backup" in line
        code, _ = await child.end()
        assert code == 0
    child.assert_no_failures()
    with closing(sqlite3.connect(child.data / "marge.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_registries_users_and_last_states_are_saved_from_damaged_history(tmp_path: Path, sound: Path) -> None:
    child = house(tmp_path, sound)
    path = child.data / "marge.db"
    with closing(sqlite3.connect(path)) as db:
        page = db.execute("PRAGMA page_size").fetchone()[0]
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'states'").fetchone()[0]
    data = bytearray(path.read_bytes())
    data[(root - 1) * page : root * page] = b"\xff" * page
    path.write_bytes(data)
    async with child.running():
        # Found while it runs; from then on the whole file is checked at the next start.
        async with child.mqtt() as device:
            await device.publish("s", "7")
        await child.becomes("sensor.s", "7")
        code, _ = await child.end()
        assert code == 0
        await child.start()
        assert "Observatory" in [area["name"] for area in await child.registry("area")]
        state = await child.state("input_number.n")
        assert state is not None and state["state"] == "42.0"
        [_] = child.data.glob("marge.db.corrupt-*Z")


async def test_an_empty_file_is_a_new_hub(tmp_path: Path) -> None:
    child = ChildHub(tmp_path)
    child.data.mkdir()
    (child.data / "marge.db").touch()
    async with child.running():
        await child.assert_serves()
        await child.onboard()
    child.assert_no_failures()


async def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    child = ChildHub(tmp_path)
    child.data.mkdir()
    with closing(sqlite3.connect(child.data / "marge.db")) as db:
        db.execute("CREATE TABLE songs (title)")
        db.execute("INSERT INTO songs VALUES ('x')")
        db.commit()
    before = (child.data / "marge.db").read_bytes()
    with pytest.raises(Ended) as ended:
        await child.start()
    assert ended.value.code == 1
    assert "is the database of another program. Point db_url to another file, or move this one away" in child.log
    assert (child.data / "marge.db").read_bytes() == before
    child.assert_no_failures()


async def test_a_log_of_another_database_is_no_harm(tmp_path: Path, sound: Path) -> None:
    child = house(tmp_path, sound)
    (child.data / "marge.db-wal").write_bytes(b"\x37\x7f\x06\x82" + b"garbage " * 1000)
    async with child.running():
        state = await child.state("input_number.n")
        assert state is not None and state["state"] == "42.0"
    child.assert_no_failures()
