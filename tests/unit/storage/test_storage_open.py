"""Opening the database file: new, damaged, foreign, newer, and migrated."""

from __future__ import annotations

import logging
import sqlite3
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from marge.core import migration
from marge.core.errors import OperationFailed, StorageDamaged
from marge.core.migration import NewerData, Step
from marge.storage import migrations
from marge.storage.open import APPLICATION_ID, migrate, open_database
from marge.storage.salvage import mark, marker


def tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def put(connection: sqlite3.Connection, key: str = "k") -> None:
    connection.execute("INSERT INTO items VALUES ('c', ?, 'v')", (key,))


def test_a_new_file_gets_the_newest_schema_and_our_mark(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "deep" / "marge.db")
    newest = migration.steps_in(migrations)[-1].version
    assert connection.execute("PRAGMA user_version").fetchone()[0] == newest
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA auto_vacuum").fetchone()[0] == 2
    assert {"items", "states", "states_last", "attributes", "events"} <= tables(connection)
    connection.close()
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["marge.db"]


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "marge.db"
    connection = open_database(path)
    put(connection)
    connection.close()
    connection = open_database(path)
    assert connection.execute("SELECT count(*) FROM items").fetchone()[0] == 1
    connection.close()
    assert [file.name for file in tmp_path.iterdir()] == ["marge.db"]


@pytest.mark.parametrize("damage", ["not a database", "header", "registries"])
def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    path = tmp_path / "marge.db"
    if damage == "not a database":
        path.write_bytes(b"hello, I am no database at all" * 100)
    else:
        connection = open_database(path)
        for number in range(500):
            put(connection, f"{number:05}" * 20)
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'items'").fetchone()[0]
        connection.close()
        content = bytearray(path.read_bytes())
        start = 16 if damage == "header" else (root - 1) * 4096
        content[start : start + 4000] = b"\xa5" * 4000
        path.write_bytes(content)
    broken = path.read_bytes()
    with caplog.at_level(logging.CRITICAL):
        connection = open_database(path)
    assert connection.execute("SELECT count(*) FROM items").fetchone()[0] == 0
    connection.close()
    [aside] = [file for file in tmp_path.iterdir() if ".corrupt-" in file.name and file.name.endswith("Z")]
    # Opening it may have touched the counter in its header, nothing else.
    assert aside.read_bytes()[4096:] == broken[4096:]
    assert len(aside.read_bytes()) == len(broken)
    assert str(path) in caplog.text
    assert aside.name in caplog.text
    assert "backup" in caplog.text


def test_what_is_readable_of_registries_is_saved_from_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "marge.db"
    connection = open_database(path)
    connection.executemany("INSERT INTO items VALUES ('c', ?, 'v')", [(f"{number:05}",) for number in range(500)])
    connection.execute("INSERT INTO entities (entity_id) VALUES ('sensor.a')")
    connection.executemany(
        "INSERT INTO states VALUES (1, ?, 'x', NULL, 1, 0, NULL, NULL, NULL)", [(number,) for number in range(5000)]
    )
    root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'states'").fetchone()[0]
    connection.close()
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    # Damage of history is not looked for at every start: that would take minutes on a card.
    connection = open_database(path)
    connection.close()
    mark(path)
    connection = open_database(path)
    assert connection.execute("SELECT count(*) FROM items").fetchone()[0] == 500
    assert connection.execute("SELECT count(*) FROM states").fetchone()[0] == 0
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert not marker(path).exists()


def test_a_marked_file_that_is_sound_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "marge.db"
    connection = open_database(path)
    put(connection)
    connection.close()
    mark(path)
    connection = open_database(path)
    assert connection.execute("SELECT count(*) FROM items").fetchone()[0] == 1
    connection.close()
    assert [file.name for file in tmp_path.iterdir()] == ["marge.db"]


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "marge.db"
    path.touch()
    open_database(path).close()
    assert [file.name for file in tmp_path.iterdir()] == ["marge.db"]


def test_an_empty_file_is_said_to_be_a_loss_and_a_missing_one_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    open_database(tmp_path / "new.db").close()
    assert caplog.messages == []
    (tmp_path / "marge.db").touch()
    open_database(tmp_path / "marge.db").close()
    [record] = caplog.records
    assert record.levelno == logging.CRITICAL
    assert "was empty (0 bytes)" in record.getMessage()
    assert "restore a backup" in record.getMessage()


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE treasure (gold)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StorageDamaged, match="another program"):
        open_database(path)
    other = sqlite3.connect(path)
    assert tables(other) == {"treasure"}
    other.close()
    assert len(path.read_bytes()) == len(before)


def test_a_newer_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "marge.db"
    connection = open_database(path)
    put(connection)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    with pytest.raises(NewerData, match="version 9999"):
        open_database(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM items").fetchone()[0] == 1
    connection.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OperationFailed, match=r"file.*marge\.db"):
        open_database(tmp_path / "file" / "marge.db")


def steps(monkeypatch: pytest.MonkeyPatch, *functions: Any) -> list[Step]:
    known = migration.steps_in(migrations)
    made = []
    for number, function in enumerate(functions, known[-1].version + 1):
        module = ModuleType(f"step{number}")
        module.migrate = function  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        made.append(Step(number, "test", module.__name__))
    return [*known, *made]


def test_a_migration_keeps_a_copy_of_what_was_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "marge.db"
    connection = open_database(path)
    put(connection)
    plan = steps(
        monkeypatch,
        lambda db: db.execute("CREATE TABLE extra (x)"),
        lambda db: db.execute("INSERT INTO extra SELECT key FROM items"),
    )
    before = plan[-3].version
    migrate(connection, path, plan)
    assert connection.execute("SELECT x FROM extra").fetchall() == [("k",)]
    assert connection.execute("PRAGMA user_version").fetchone()[0] == before + 2
    connection.close()
    copy = sqlite3.connect(tmp_path / f"marge.db.v{before}.bak")
    assert copy.execute("SELECT key FROM items").fetchall() == [("k",)]
    assert "extra" not in tables(copy)
    copy.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "marge.db"
    connection = open_database(path)
    put(connection)
    plan = steps(
        monkeypatch,
        lambda db: db.execute("DROP TABLE items"),
        lambda db: db.execute("INSERT INTO nowhere VALUES (1)"),
    )
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, path, plan)
    assert connection.execute("SELECT key FROM items").fetchall() == [("k",)]
    assert connection.execute("PRAGMA user_version").fetchone()[0] == plan[-3].version
    connection.close()
