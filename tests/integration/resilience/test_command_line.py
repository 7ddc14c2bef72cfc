"""The command line against a running hub, and without one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from child_hub import ENVIRONMENT, ChildHub

from marge import __version__
from marge.cli.main import main

FILES = {
    "configuration.yaml": """
input_boolean:
  guests:
    name: Guests
input_number:
  target:
    min: 0
    max: 100
    unit_of_measurement: "°C"
input_select:
  mode:
    options: ["home", "7"]
scene: !include scenes.yaml
automation: !include automations.yaml
""",
    "automations.yaml": "- alias: A\n  triggers: []\n  actions: []\n",
    "scenes.yaml": "- name: Evening\n  entities:\n    input_boolean.guests: 'on'\n",
}


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildHub]:
    """A hub with a few helpers."""
    child = ChildHub(tmp_path_factory.mktemp("cli"), FILES)
    asyncio.run(child.start())
    yield child
    child.clear()


class Marge:
    """`marge` with these arguments, as a process; the data directory is the child's, or none that a hub runs on."""

    def __init__(self, child: ChildHub | None, *arguments: str, cwd: Path | None = None) -> None:
        environment = {} if child is None else {"MARGE_DATA": str(child.data), "MARGE_CONFIG": str(child.config)}
        done = subprocess.run(
            [sys.executable, "-m", "marge", *arguments],
            env={**ENVIRONMENT, **environment},
            capture_output=True,
            text=True,
            timeout=30,
            cwd=cwd,
        )
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr


def paths(command: click.Command, *names: str) -> list[tuple[str, ...]]:
    """The names of a command and of all below it."""
    found = [names]
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                assert below is not None
                found += paths(below, *names, name)
    return found


@pytest.mark.parametrize("names", paths(main), ids=lambda names: " ".join(("marge", *names)))
def test_every_command_explains_itself(names: tuple[str, ...]) -> None:
    for option in ("--help", "-h"):
        marge = Marge(None, *names, option)
        assert marge.code == 0
        assert marge.out.startswith(f"Usage: {' '.join(('marge', *names))} ")
        assert "Traceback" not in marge.err


def test_version_names_the_release(child: ChildHub) -> None:
    assert Marge(None, "--version").out == f"marge {__version__}\n"
    assert Marge(None, "version").out.startswith(f"marge {__version__}\ncompatible with Home Assistant 2025.")


def test_info_shows_the_running_hub(child: ChildHub) -> None:
    marge = Marge(child, "info")
    assert marge.code == 0
    rows = dict(line.split(":", 1) for line in marge.out.splitlines())
    assert rows["version"].strip() == __version__
    assert rows["data"].strip() == str(child.data)
    assert rows["hub"].strip().startswith(f"healthy, process {child.pid}, up ")
    assert rows["http"].strip() == f"port {child.port}"
    assert rows["mqtt"].strip() == f"port {child.mqtt_port}"


def test_info_without_a_hub_says_so(tmp_path: Path) -> None:
    marge = Marge(None, "info", "--data", str(tmp_path))
    assert marge.code == 0
    assert "hub:           not running" in marge.out


def test_entity_list_shows_all_or_a_domain_or_a_pattern(child: ChildHub) -> None:
    everything = Marge(child, "entity", "list")
    assert everything.code == 0
    assert "input_boolean.guests" in everything.out
    assert "sun.sun" in everything.out
    domain = Marge(child, "entity", "list", "input_boolean")
    assert domain.out.split() == ["input_boolean.guests", "off", "Guests"]
    assert domain.err == "1 entity\n"
    assert "input_number.target" in Marge(child, "entity", "list", "input_*.t*").out
    nothing = Marge(child, "entity", "list", "vacuum")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "0 entities\n")


def test_entity_list_as_json_is_what_the_api_says(child: ChildHub) -> None:
    [state] = json.loads(Marge(child, "entity", "list", "input_boolean", "--json").out)
    assert state == asyncio.run(child.state("input_boolean.guests"))


def test_entity_get_shows_state_and_attributes(child: ChildHub) -> None:
    marge = Marge(child, "entity", "get", "input_number.target")
    assert marge.code == 0
    assert marge.out.startswith("input_number.target: 0.0\n  last changed: 20")
    assert "  unit_of_measurement: °C\n" in marge.out
    assert json.loads(Marge(child, "entity", "get", "input_number.target", "--json").out)["state"] == "0.0"


def test_entity_get_of_an_unknown_entity_suggests_one(child: ChildHub) -> None:
    marge = Marge(child, "entity", "get", "input_boolean.guest")
    assert marge.code == 1
    assert marge.err == "Error: there is no entity input_boolean.guest, did you mean 'input_boolean.guests'?\n"


def test_entity_call_acts_and_shows_what_changed(child: ChildHub) -> None:
    marge = Marge(child, "entity", "call", "input_boolean.turn_on", "input_boolean.guests")
    assert (marge.code, marge.out) == (0, "input_boolean.guests: on\n")
    marge = Marge(child, "entity", "call", "input_boolean.turn_off", "entity_id=input_boolean.guests")
    assert (marge.code, marge.out) == (0, "input_boolean.guests: off\n")


def test_entity_call_says_which_entity_is_not_there(child: ChildHub) -> None:
    marge = Marge(child, "entity", "call", "input_boolean.turn_on", "input_boolean.gests")
    assert (marge.code, marge.out) == (1, "")
    assert marge.err == "Error: there is no entity input_boolean.gests, did you mean 'input_boolean.guests'?\n"
    both = "entity_id=input_boolean.guests, input_boolean.zzzzzz"
    marge = Marge(child, "entity", "call", "input_boolean.toggle", both)
    assert marge.code == 1
    assert marge.out.startswith("input_boolean.guests: o")
    assert marge.err.startswith("Error: there is no entity input_boolean.zzzzzz")
    Marge(child, "entity", "call", "input_boolean.turn_off", "input_boolean.guests")
    for arguments in (
        ("input_boolean.turn_off", "entity_id=all"),
        ("input_boolean.turn_off", "input_boolean.guests"),
        ("recorder.purge_entities", "entity_id=sensor.long_gone"),
    ):
        marge = Marge(child, "entity", "call", *arguments)
        assert (marge.code, marge.err) == (0, "")


def test_entity_call_takes_json_values_and_else_text(child: ChildHub) -> None:
    marge = Marge(child, "entity", "call", "input_number.set_value", "input_number.target", "value=21.5")
    assert (marge.code, marge.out) == (0, "input_number.target: 21.5\n")
    marge = Marge(child, "entity", "call", "input_select.select_option", "input_select.mode", 'option="7"')
    assert (marge.code, marge.out) == (0, "input_select.mode: 7\n")
    marge = Marge(child, "entity", "call", "input_select.set_options", "input_select.mode", 'options=["a b", "c"]')
    assert (marge.code, marge.out) == (0, "input_select.mode: a b\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("input_bolean.turn_on", "input_boolean.guests"), 1, "input_bolean.turn_on"),
        (("input_boolean.turn_onn", "input_boolean.guests"), 1, "input_boolean.turn_onn"),
        (("input_number.set_value", "input_number.target", "value=900"), 1, "900"),
        (("input_number.set_value", "input_number.target", "volume=9"), 1, "volume"),
        (("turn_on", "input_boolean.guests"), 2, "write domain.service, such as light.turn_on"),
        (("input_number.set_value", "input_number.target", "21"), 2, "'21' is no FIELD=VALUE"),
    ],
)
def test_entity_call_refuses_with_a_sentence(
    child: ChildHub, arguments: tuple[str, ...], code: int, words: str
) -> None:
    marge = Marge(child, "entity", "call", *arguments)
    assert marge.code == code
    assert words in marge.err
    assert "Traceback" not in marge.err
    assert marge.out == ""


@pytest.mark.parametrize("arguments", [("list",), ("get", "light.a"), ("call", "light.turn_on")])
def test_without_a_hub_commands_say_how_to_get_one(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    marge = Marge(None, "entity", *arguments, "--data", str(tmp_path))
    assert marge.code == 1
    assert marge.err.startswith(f"Error: no hub runs on {tmp_path}. Start one with `marge`")


def test_init_then_check_config(tmp_path: Path) -> None:
    first = Marge(None, "init", "--config", str(tmp_path / "new"))
    assert first.code == 0
    assert first.out.startswith(f"Written to {tmp_path / 'new'}:\n  configuration.toml\n")
    check = Marge(None, "check-config", "--config", str(tmp_path / "new"))
    assert check.code == 0
    assert check.out.splitlines()[0] == "✓ configuration.toml: valid"
    assert check.out.endswith("\nResult: 0 errors, 0 warnings\n")


def test_check_config_counts_what_it_found(child: ChildHub) -> None:
    marge = Marge(child, "check-config")
    assert marge.code == 0, marge.out
    assert "✓ automations.yaml: valid (1 automation)\n" in marge.out
    assert "✓ scenes.yaml: valid (1 scene)\n" in marge.out


def test_check_config_names_file_line_and_the_nearest(tmp_path: Path) -> None:
    files = {**FILES, "scenes.yaml": "- name: Evening\n  entities:\n    input_boolean.guests: 'on'\n  icn: x\n"}
    house = ChildHub(tmp_path, files)
    marge = Marge(None, "check-config", "--config", str(house.config))
    assert marge.code == 1
    assert "✗ scenes.yaml: error on line 4:\n" in marge.out
    assert "did you mean" in marge.out
    assert "✓ automations.yaml: valid (1 automation)\n" in marge.out
    assert marge.out.endswith("\nResult: 1 error, 0 warnings\n")


def test_check_config_without_a_configuration_is_wrong_usage(tmp_path: Path) -> None:
    marge = Marge(None, "check-config", "--config", str(tmp_path / "none"))
    assert marge.code == 2
    assert f"`marge init --config {tmp_path / 'none'}` writes a first configuration" in marge.err


def test_an_unknown_command_is_wrong_usage() -> None:
    marge = Marge(None, "entitty")
    assert marge.code == 2
    assert "No such command 'entitty'" in marge.err
