"""Switches shown as something else beyond what Home Assistant was asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import OperationFailed
from marge.core.services import Service, ServiceCall
from marge.registries.entity import EntityRegistry


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("light: {platform: switch_as_x, entity_id: light.a}", "'entity_id' must be a switch, not light.a"),
        ("light: {platform: switch_as_x, entity_id: switch.a, invert: true}", "unknown key 'invert'"),
        ("climate: {platform: switch_as_x, entity_id: switch.a}", "'switch_as_x' makes no climate and is left out"),
        ("fan: {platform: switch, entity_id: switch.a}", "'switch' makes no fan and is left out: it belongs under"),
    ],
)
async def test_wrong_items_say_why(tmp_path: Path, caplog: pytest.LogCaptureFixture, yaml: str, message: str) -> None:
    house = HelperHouse(tmp_path, yaml)
    await house.helpers.settle()
    assert message in caplog.text
    assert "configuration.yaml:1" in caplog.text


def register(registry: EntityRegistry) -> None:
    registry.get_or_create(
        "switch", "mqtt", "pump-1", suggested_object_id="pump", original_name="Pump", entity_category="config"
    )


async def test_what_is_registered_of_the_switch_is_taken_over(tmp_path: Path) -> None:
    house = HelperHouse(
        tmp_path,
        """
valve: {platform: switch_as_x, entity_id: switch.pump, unique_id: v}
light: {platform: switch, entity_id: switch.pump}
""",
    )
    register(house.registries.entities)
    await house.helpers.settle()
    entry = house.registries.entities.get("valve.pump")
    assert entry is not None and (entry.entity_category, entry.original_name) == ("config", "Pump")
    light = house.registries.entities.get("light.light_switch")
    assert light is not None and (light.platform, light.unique_id) == ("switch", "pump-1")
    assert house.state("valve.pump") == "unavailable"


async def test_a_switch_that_fails_fails_the_call(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "light: {platform: switch_as_x, entity_id: switch.pump}")
    house.hub.states.set("switch.pump", "off", {"friendly_name": "The pump"})

    async def fail(call: ServiceCall) -> Any:
        raise OperationFailed("no radio")

    house.hub.services.register(Service("switch", "turn_on", fail, takes_target=True))
    await house.helpers.settle()
    with pytest.raises(OperationFailed, match="no radio"):
        await house.call("light.turn_on", "light.the_pump")
    assert house.state("light.the_pump") == "off"


async def test_without_a_name_it_is_called_like_the_switch_with_its_device(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "light: {platform: switch_as_x, entity_id: switch.plug_left, unique_id: l}")
    entry = house.registries.entries.ensure("mqtt", "MQTT")
    device = house.registries.devices.get_or_create(entry.id, identifiers={("mqtt", "plug")}, name="Plug")
    house.registries.entities.get_or_create(
        "switch",
        "mqtt",
        "left",
        suggested_object_id="plug_left",
        original_name="Left",
        has_entity_name=True,
        device_id=device.id,
    )
    await house.helpers.settle()
    assert house.attributes("light.plug_left")["friendly_name"] == "Plug Left"
    house.hub.states.set("switch.plug_left", "on", {"friendly_name": "Lamp of the cat"})
    assert house.attributes("light.plug_left")["friendly_name"] == "Lamp of the cat"
    assert house.state("light.plug_left") == "on"
