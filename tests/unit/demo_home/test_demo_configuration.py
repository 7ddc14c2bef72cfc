"""The demo home's configuration: valid, complete, and of one mind about where the house stands."""

from __future__ import annotations

from pathlib import Path

from marge.config.check import check
from marge.config.house import HouseConfig, load
from marge.demo_home import CONFIG_DIR


def house() -> HouseConfig:
    return load(CONFIG_DIR)


def test_nothing_is_wrong_with_it() -> None:
    report = check(CONFIG_DIR, {})
    assert report.text().endswith("Result: 0 errors, 0 warnings")
    assert not house().problems


def test_a_household_has_34_automations_and_8_scripts() -> None:
    automations = house().items("automation")
    assert len(automations) == 34
    assert len({item["id"] for item in automations}) == len({item["alias"] for item in automations}) == 34
    assert len(house().mapping("script")) == 8


def test_old_and_new_spellings_and_all_modes_are_in_it() -> None:
    text = (CONFIG_DIR / "automations.yaml").read_text()
    for spelling in ("- platform: ", "- trigger: ", "service: ", "action: ", "triggers:", "trigger:"):
        assert spelling in text
    modes = {item.get("mode", "single") for item in house().items("automation")}
    assert modes == {"single", "restart", "queued", "parallel"}


def test_both_files_put_the_house_in_the_same_place(tmp_path: Path) -> None:
    for path in CONFIG_DIR.rglob("*.yaml"):
        copy = tmp_path / path.relative_to(CONFIG_DIR)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(path.read_text())
    assert load(tmp_path).hub == house().hub
    assert house().hub.time_zone == "America/Denver"
    assert house().hub.unit_system == "us_customary"


def test_it_listens_on_this_machine_only() -> None:
    settings = house().settings
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8123)
    assert (settings.mqtt.host, settings.mqtt.port) == ("127.0.0.1", 1883)
