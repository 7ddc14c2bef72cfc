"""What `get_services` shows of the domains that control something, against their schemas and features."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from marge.entities.descriptions import load
from marge.entities.index import DOMAINS, load_domain
from marge.testing.house import House

NAMES = (
    "alarm_control_panel",
    "climate",
    "cover",
    "fan",
    "humidifier",
    "lawn_mower",
    "light",
    "lock",
    "media_player",
    "remote",
    "siren",
    "vacuum",
    "valve",
    "water_heater",
)

# A field that a service takes and that is not offered to people, or offered with other features than those checked.
HIDDEN = {
    "light": {"color_temp_kelvin", "brightness_step", "brightness_step_pct"},
    "media_player": {"extra"},
    "remote": {"activity"},
}
# Home Assistant shows other features than it checks for these.
OTHER_FEATURES = {
    ("fan", "set_preset_mode"),
    ("fan", "toggle"),
    ("vacuum", "clean_spot"),
    ("vacuum", "set_fan_speed"),
    ("vacuum", "send_command"),
    ("water_heater", "turn_on"),
    ("water_heater", "turn_off"),
}


def flat(fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in fields.items():
        found.update(field["fields"] if "collapsed" in field else {name: field})
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_service_of_a_domain_is_described_as_it_is(name: str) -> None:
    domain, described = load_domain(name), load(name)
    assert name in DOMAINS
    assert {service.name for service in domain.services} == described.keys()
    for service in domain.services:
        shown = described[service.name]
        assert shown["name"]
        assert shown["description"].endswith(".")
        fields = flat(shown.get("fields", {}))
        known = {field.name: field for field in msgspec.structs.fields(service.schema)} if service.schema else {}
        assert fields.keys() <= known.keys(), service.name
        assert known.keys() - fields.keys() <= HIDDEN.get(name, set()), service.name
        for key, field in fields.items():
            assert field["name"]
            assert field["description"]
            assert len(field["selector"]) == 1
            if field.get("required"):
                assert known[key].required, (service.name, key)
        (target,) = shown["target"]["entity"]
        assert target["domain"] == [name]
        if (name, service.name) not in OTHER_FEATURES:
            assert target.get("supported_features", []) == [int(bits) for bits in service.features], service.name


def test_get_services_shows_groups_of_fields_and_filters() -> None:
    house = House()
    house.index.setup("light")
    shown = house.hub.services.describe()["light"]
    assert list(shown["turn_on"]["fields"])[:3] == ["transition", "rgb_color", "kelvin"]
    group = shown["turn_on"]["fields"]["advanced_fields"]
    assert group["collapsed"] is True
    assert group["fields"]["flash"]["filter"] == {"supported_features": [8]}
    assert "purple" in group["fields"]["color_name"]["selector"]["select"]["options"]
    assert shown["turn_on"]["target"] == {"entity": [{"domain": ["light"]}]}
