"""What keeps a hub from starting is said in one clear sentence, with the exit code for it."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest
from child_hub import ENVIRONMENT, TOML, ChildHub, Ended

NOBODY = 65534


async def refused(child: ChildHub) -> tuple[int, str]:
    """Start a hub that does not come up; returns its exit code and its last line."""
    with pytest.raises(Ended) as ended:
        await child.start()
    child.assert_no_failures()
    return ended.value.code, child.log.strip().splitlines()[-1]


async def test_a_second_hub_on_the_same_data_is_refused(tmp_path: Path) -> None:
    async with ChildHub(tmp_path).running() as child:
        second = ChildHub(tmp_path / "second", data=child.data)
        second.launch()
        assert await second.finished() == 1
        assert f"another marge runs on the data directory {child.data}. Stop it first" in second.log
        second.assert_no_failures()
        # The first one is as it was, and can still be found.
        await child.assert_serves()
        assert (child.data / "runtime.json").exists()


@pytest.mark.parametrize("section", ["http", "mqtt"])
async def test_a_port_in_use_is_named_with_the_remedy(tmp_path: Path, section: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        toml = TOML.replace(
            f'[{section}]\nhost = "127.0.0.1"\nport = 0', f'[{section}]\nhost = "127.0.0.1"\nport = {port}'
        )
        child = ChildHub(tmp_path, {"configuration.toml": toml})
        with pytest.raises(Ended) as ended:
            await child.start()
    assert ended.value.code == 1
    [line] = [line for line in child.log.splitlines() if "Marge cannot start" in line]
    assert str(port) in line
    assert "Stop the other program" in line
    assert f"under [{section}]" in line
    child.assert_no_failures()


@pytest.mark.parametrize(
    ("toml", "place", "words"),
    [
        ("[http]\nport = 8123\nprot = 1\n", "configuration.toml:3", "did you mean 'port'?"),
        ("[http]\nport = 'x'\n", "configuration.toml:2", "port"),
        ("[http\nport = 1\n", "configuration.toml:1", ""),
        ("[marge]\ntime_zone = 'Mars/Olympus'\n", "configuration.toml:2", "Mars/Olympus"),
    ],
)
async def test_a_wrong_configuration_toml_names_file_and_line(
    tmp_path: Path, toml: str, place: str, words: str
) -> None:
    child = ChildHub(tmp_path, {"configuration.toml": toml})
    code, _ = await refused(child)
    assert code == 2
    [line] = [line for line in child.log.splitlines() if place in line]
    assert words in line
    assert not (child.data / "marge.db").exists()


async def test_wrong_arguments_are_told_with_the_usage(tmp_path: Path) -> None:
    child = ChildHub(tmp_path)
    done = subprocess.run([*child.command, "--prot", "1"], env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert "No such option '--prot'" in done.stderr


async def test_a_data_directory_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    code, line = await refused(ChildHub(tmp_path))
    assert code == 1
    assert f"the data directory {tmp_path / 'data'} cannot be written" in line
    assert "choose another with --data" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
async def test_a_data_directory_of_somebody_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    os.chown(tmp_path / "data", NOBODY, NOBODY)
    # Root that may not override permissions is a user like any other.
    code, line = await refused(ChildHub(tmp_path, prefix=("setpriv", "--bounding-set=-dac_override")))
    assert code == 1
    assert f"the data directory {tmp_path / 'data'} cannot be written: Permission denied" in line


async def test_what_a_killed_hub_left_is_no_running_hub(tmp_path: Path) -> None:
    async with ChildHub(tmp_path).running() as child:
        await child.kill()
        assert (child.data / "runtime.json").exists()
        done = subprocess.run(
            [*child.command[:3], "info", "--config", str(child.config), "--data", str(child.data)],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=20,
        )
        assert done.returncode == 0, done.stderr
        assert "hub:           not running" in done.stdout
        await child.start()
        await child.assert_serves()


async def test_the_command_line_finds_a_hub_that_listens_on_one_address(tmp_path: Path) -> None:
    toml = TOML.replace('[http]\nhost = "127.0.0.1"', '[http]\nhost = "127.0.0.2"')
    async with ChildHub(tmp_path, {"configuration.toml": toml}).running() as child:
        done = subprocess.run(
            [*child.command[:3], "info", "--config", str(child.config), "--data", str(child.data)],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=20,
        )
        assert "hub:           healthy" in done.stdout, done.stderr
