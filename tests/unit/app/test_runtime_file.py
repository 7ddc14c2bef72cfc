"""Whether a hub runs on a data directory: its lock says so, not the number of a process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from marge.app.runtime_file import Runtime, RuntimeFile, read_runtime
from marge.cli.commands.info import command
from marge.core.errors import OperationFailed

HERE = Runtime(pid=os.getpid(), http_port=1, mqtt_port=2, started_at=0.0)


def test_a_hub_that_has_the_lock_runs(tmp_path: Path) -> None:
    file = RuntimeFile(tmp_path)
    file.lock()
    file.write(HERE)
    assert read_runtime(tmp_path) == HERE
    file.release()
    assert read_runtime(tmp_path) is None


def test_what_a_killed_hub_left_is_no_hub_even_when_its_number_is_in_use(tmp_path: Path) -> None:
    file = RuntimeFile(tmp_path)
    file.lock()
    file.release()
    file.write(HERE)
    assert read_runtime(tmp_path) is None


def test_a_hub_that_cannot_be_asked_about_its_lock_is_known_by_its_process(tmp_path: Path) -> None:
    RuntimeFile(tmp_path).write(HERE)
    assert read_runtime(tmp_path) == HERE


def test_asking_leaves_the_lock_to_the_next_hub(tmp_path: Path) -> None:
    first, second = RuntimeFile(tmp_path), RuntimeFile(tmp_path)
    first.lock()
    first.write(HERE)
    with pytest.raises(OperationFailed, match="another marge runs"):
        second.lock()
    first.release()
    RuntimeFile(tmp_path).write(HERE)
    assert read_runtime(tmp_path) is None
    second.lock()
    second.release()


def test_info_of_what_a_killed_hub_left_says_that_none_runs(tmp_path: Path) -> None:
    file = RuntimeFile(tmp_path)
    file.lock()
    file.release()
    file.write(HERE)
    result = CliRunner().invoke(command, ["--data", str(tmp_path)])
    assert result.exit_code == 0
    assert "hub:           not running\n" in result.output


def test_info_of_a_hub_that_does_not_answer_still_shows_what_is_known(tmp_path: Path) -> None:
    file = RuntimeFile(tmp_path)
    file.lock()
    file.write(HERE)
    (tmp_path / "cli-token").write_text("x")
    result = CliRunner().invoke(command, ["--data", str(tmp_path)])
    file.release()
    assert result.exit_code == 1
    assert result.output.startswith("version:")
    assert f"data:          {tmp_path}\n" in result.output
    assert f"hub:           process {os.getpid()}, does not answer\n" in result.output
    assert f"Error: the hub (process {os.getpid()}) does not answer on port 1" in result.output
