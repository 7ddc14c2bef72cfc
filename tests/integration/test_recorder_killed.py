"""The recorder in a real process: stopped by SIGTERM, killed while it writes, on a disk that is full or read-only."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from marge.recorder.restore import LastStates
from marge.storage import Database

CHILD = Path(__file__).with_name("recorder_child.py")


class Child:
    """The process, with what it printed so far and when."""

    def __init__(self, path: Path, first: int = 0, how: str = "steady", **more: object) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), str(path), str(first), how],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            **more,  # type: ignore[call-overload]
        )
        self.lines: list[tuple[float, str]] = []
        self.ready = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), line.strip()))
            self.ready.set()

    def run_for(self, seconds: float) -> None:
        assert self.ready.wait(30), "the child did not start"
        time.sleep(seconds)

    def end(self, number: signal.Signals) -> float:
        """Send a signal, wait for the end, and return the seconds that took."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=30)
        took = time.monotonic() - started
        self._reader.join()
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return took

    def last(self, word: str, before: float = float("inf")) -> int:
        """The last number printed after `word` at a time before `before`."""
        return max(
            (int(line.split()[1]) for when, line in self.lines if line.startswith(word) and when < before), default=-1
        )


def recorded(path: Path) -> list[int]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT CAST(state AS INTEGER) FROM states ORDER BY 1").fetchall()
    connection.close()
    return [row[0] for row in rows]


def reopened(path: Path) -> tuple[dict[str, int], int]:
    """Open as the hub would; returns the restored states and the number in the registry."""
    database = Database(path)
    database.open()
    last = LastStates()
    last.load(database)
    states = {
        f"sensor.s{number}": int(state.state)
        for number in range(50)
        if (state := last.last_state(f"sensor.s{number}")) is not None
    }
    items = database.load(lambda db: db.execute("SELECT value FROM items").fetchall())
    assert database.load(lambda db: db.execute("PRAGMA integrity_check").fetchall()) == [("ok",)]
    asyncio.run(database.stop())
    return states, int(items[0][0]) if items else -1


def test_sigterm_writes_everything_within_a_second(tmp_path: Path) -> None:
    path = tmp_path / "marge.db"
    child = Child(path)
    child.run_for(1.2)
    assert child.end(signal.SIGTERM) < 1.0
    last = child.last("stopped")
    assert last > 0
    assert recorded(path) == list(range(last + 1))
    states, registry = reopened(path)
    assert max(states.values()) == registry == last
    assert os.listdir(tmp_path) == ["marge.db"]


@pytest.mark.parametrize("how", ["steady", "flood"])
def test_kill_loses_at_most_the_last_second_and_leaves_a_sound_database(tmp_path: Path, how: str) -> None:
    path = tmp_path / "marge.db"
    first = 0
    lost: list[int] = []
    for seconds in (0.3, 1.4, 2.2, 1.05):
        child = Child(path, first, how)
        child.run_for(seconds)
        child.end(signal.SIGKILL)
        killed = child.lines[-1][0]
        states, registry = reopened(path)
        found = [number for number in recorded(path) if number >= first]
        # Nothing is missing in between: what was lost is the end.
        assert found == list(range(first, first + len(found)))
        kept = first + len(found) - 1
        # Everything heard more than a commit interval (and the time a commit takes) before the end is there.
        assert kept >= child.last("heard", before=killed - 1.5)
        # What a client was told is saved was saved.
        assert registry >= child.last("registry")
        # What would be restored is what was recorded last.
        if found:
            assert max(states.values()) == kept
        lost.append(child.last("heard") - kept)
        first = child.last("heard") + 1
    assert first > 1000


def limit_file_size(size: int) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_file_that_cannot_grow_stops_neither_the_loop_nor_the_end(tmp_path: Path) -> None:
    path = tmp_path / "marge.db"
    child = Child(path, 0, "flood", preexec_fn=lambda: limit_file_size(700_000))
    child.run_for(3.0)
    heard = child.last("heard")
    assert child.end(signal.SIGTERM) < 2.0
    assert child.process.returncode == 0
    assert child.last("refused") > 0
    # The loop went on after the disk refused.
    assert child.last("stopped") >= heard > 10_000
    assert str(path) in child.errors
    assert "kept in memory and tried again" in child.errors
    assert "could not be recorded before the end" in child.errors
    found = recorded(path)
    assert 0 < len(found) < heard
    assert found == list(range(len(found)))
    reopened(path)
