"""Device trigger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from automation_house import House, automation, house_with
from device_house import add_device, registry_id, with_ids

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

ON = "triggers: {trigger: device, device_id: <Lamp>, domain: light, entity_id: <light.lamp>, type: turned_on}"
FOR = ON[:-1] + ", for: {minutes: 1}}"
SHOW = """
action: test.note
data: {p: "{{ trigger.platform }}", e: "{{ trigger.entity_id }}", t: "{{ trigger.to_state.state }}"}
"""


@asynccontextmanager
async def lamp_house(body: str) -> AsyncIterator[House]:
    async with house_with(start=False) as house:
        add_device(house, "Lamp", "light.lamp", "sensor.power")
        house.set("light.lamp", "off")
        house.write({"automations.yaml": with_ids(house, automation(body, SHOW))})
        house.start()
        yield house


async def test_fires_as_a_trigger_of_the_kind_device() -> None:
    async with lamp_house(ON) as house:
        house.set("light.lamp", "on")
        await house.settle()
        assert house.notes() == [{"p": "device", "e": "light.lamp", "t": "on"}]


async def test_an_entity_is_followed_under_its_new_id() -> None:
    async with house_with(start=False) as house:
        add_device(house, "Lamp", "light.lamp")
        house.write({"automations.yaml": with_ids(house, automation(ON, SHOW))})
        house.registries.entities.update("light.lamp", new_entity_id="light.other")
        house.start()
        house.set("light.other", "off")
        house.set("light.other", "on")
        await house.settle()
        assert [note["e"] for note in house.notes()] == ["light.other"]


async def test_for_has_to_last() -> None:
    async with lamp_house(FOR) as house:
        house.set("light.lamp", "on")
        await house.advance(59)
        house.set("light.lamp", "off")
        house.set("light.lamp", "on")
        await house.advance(59)
        assert house.notes() == []
        await house.advance(1)
        assert len(house.notes()) == 1


async def test_a_sensor_has_to_come_into_the_range() -> None:
    sensor = "domain: sensor, entity_id: sensor.power, type: power, above: 10, below: 20"
    async with lamp_house(f"triggers: {{trigger: device, device_id: <Lamp>, {sensor}}}") as house:
        for watts in (5, 15, 16, 25, 12):
            house.set("sensor.power", str(watts))
            await house.settle()
        assert [note["t"] for note in house.notes()] == [15, 12]


async def test_an_announced_trigger_needs_somebody_who_announces(caplog: pytest.LogCaptureFixture) -> None:
    announced = "triggers: {trigger: device, device_id: <Lamp>, domain: mqtt, type: press, subtype: one}"
    async with lamp_house(announced) as house:
        assert house.state("automation.it").state == "on"
        assert "trigger 0 (device) cannot be set up: there is no mqtt to listen to" in caplog.text


async def test_what_old_automations_have_beside_an_announced_trigger_is_taken() -> None:
    common = {"trigger": "device", "device_id": "d", "domain": "mqtt", "type": "press", "subtype": "one"}
    parse_triggers({**common, "discovery_id": "0x1 press", "metadata": {}})
    for wrong in ({"subtype": None}, {"entity_id": "light.lamp"}, {"discovery": "0x1"}):
        with pytest.raises(Invalid):
            parse_triggers({**common, **wrong})


async def test_a_device_that_is_gone_makes_the_automation_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    other = automation("triggers: {trigger: event, event_type: other}").replace("id: it", "id: two")
    async with house_with(start=False) as house:
        device_id = add_device(house, "Lamp", "light.lamp")
        text = with_ids(house, automation(ON, SHOW)) + other.replace("alias: It", "alias: Two")
        house.registries.entities.remove("light.lamp")
        house.registries.devices.remove(device_id)
        house.write({"automations.yaml": text})
        house.start()
        assert house.state("automation.it").state == "unavailable"
        assert house.state("automation.two").state == "on"
        (line,) = (record.getMessage() for record in caplog.records if "failed to load" in record.getMessage())
        assert line.startswith(
            "Automation 'it' failed to load: device trigger 'turned_on' of light: there is no device"
        )
        assert f"{device_id}; it was removed" in line
        assert line.endswith("automations.yaml:3")


async def test_an_entity_that_is_gone_is_told_with_the_name_of_its_device(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(start=False) as house:
        add_device(house, "Lamp", "light.lamp", "sensor.power")
        text, gone = with_ids(house, automation(ON, SHOW)), registry_id(house, "light.lamp")
        house.registries.entities.remove("light.lamp")
        house.write({"automations.yaml": text})
        house.start()
        assert house.state("automation.it").state == "unavailable"
        assert f"the device 'Lamp' has no entity {gone} any more: choose another of its entities" in caplog.text


async def test_a_device_that_goes_later_is_told_when_it_is_watched_again(caplog: pytest.LogCaptureFixture) -> None:
    async with lamp_house(ON) as house:
        await house.hub.services.call("automation", "turn_off", {}, target={"entity_id": "automation.it"})
        (device,) = house.registries.devices
        house.registries.devices.remove(device.id)
        await house.hub.services.call("automation", "turn_on", {}, target={"entity_id": "automation.it"})
        assert (
            "It: trigger 0 (device) cannot be set up: device trigger 'turned_on' of light: there is no" in caplog.text
        )


@pytest.mark.parametrize(
    ("changes", "path", "text"),
    [
        ({"type": "turned_no"}, ("type",), "there is no device trigger 'turned_no' of light"),
        ({"domain": "zha"}, ("domain",), "this release knows no device triggers of 'zha'"),
        ({"entity_id": "light.a, light.b"}, ("entity_id",), "expected one entity of the device, got several"),
        ({"entity_id": "lamp"}, ("entity_id",), "expected an entity id"),
        ({"for": "{{ 5 }}"}, ("for",), "templates are not allowed here"),
        ({"above": 5}, ("above",), "extra keys not allowed"),
        ({"device_id": None}, ("device_id",), "expected text, got nothing"),
        ({"domain": "sensor", "type": "power"}, (), "needs 'above' or 'below'"),
        ({"domain": "sensor", "type": "power", "above": 5, "below": 1}, (), "no value is above 5.0 and below 1.0"),
    ],
)
def test_refuses(changes: dict[str, Any], path: tuple[str | int, ...], text: str) -> None:
    config = {"device_id": "d", "domain": "light", "entity_id": "light.lamp", "type": "turned_on"}
    with pytest.raises(Invalid) as refused:
        parse_triggers({"trigger": "device", **config, **changes})
    assert refused.value.path == path
    assert text in refused.value.message
