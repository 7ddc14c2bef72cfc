"""`marge init` writes a first configuration and never touches what exists."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from marge.config.init import FILES, write_default
from marge.config.settings import SECTIONS, Settings
from marge.config.toml_config import parse_toml
from marge.config.yaml_loader import YamlLoader
from marge.core.errors import InvalidConfig


def test_everything_is_written_and_listed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "marge"
    assert write_default(folder) == [
        "configuration.toml", "configuration.yaml", "automations.yaml", "scripts.yaml", "scenes.yaml", "secrets.yaml",
        "blueprints/automation/homeassistant/motion_light.yaml",
        "blueprints/automation/homeassistant/notify_leaving_zone.yaml",
        "blueprints/script/homeassistant/confirmable_notification.yaml",
        "blueprints/template/homeassistant/inverted_binary_sensor.yaml",
        "custom_cards/", "integrations/",
    ]  # fmt: skip
    assert (folder / "secrets.yaml").stat().st_mode & 0o777 == 0o600


def test_a_shipped_blueprint_that_was_deleted_does_not_come_back(tmp_path: Path) -> None:
    write_default(tmp_path)
    (tmp_path / "blueprints/automation/homeassistant/motion_light.yaml").unlink()
    assert write_default(tmp_path) == []


def test_what_exists_stays(tmp_path: Path) -> None:
    (tmp_path / "configuration.yaml").write_text("mine: 1\n")
    (tmp_path / "scenes.yaml").write_text("")
    written = write_default(tmp_path)
    assert "configuration.yaml" not in written
    assert "scenes.yaml" not in written
    assert (tmp_path / "configuration.yaml").read_text() == "mine: 1\n"
    assert write_default(tmp_path) == []


def test_the_commented_lines_are_right_and_show_the_defaults(tmp_path: Path) -> None:
    lines = FILES["configuration.toml"].splitlines()
    text = "\n".join(line.removeprefix("# ") if " = " in line else line for line in lines)
    tables = tomllib.loads(text)
    (tmp_path / "secrets.yaml").write_text("mqtt_password: x")
    assert parse_toml(text, tmp_path, YamlLoader(tmp_path).secrets).problems == []
    without_default = {("marge", "country"), ("mqtt", "username"), ("mqtt", "password")}
    for section, table in tables.items():
        defaults = msgspec.structs.asdict(SECTIONS[section]())
        for key, value in table.items():
            assert (section, key) in without_default or defaults[key] == value, (section, key)
    assert parse_toml(FILES["configuration.toml"], tmp_path, YamlLoader(tmp_path).secrets).settings() == Settings()


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidConfig, match=r"file/marge' cannot be written: Not a directory"):
        write_default(tmp_path / "file" / "marge")
