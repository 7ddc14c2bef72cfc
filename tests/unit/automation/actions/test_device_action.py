"""Action of a device."""

from __future__ import annotations

import json
from typing import Any

import pytest
from automation_house import House, house_with
from device_house import add_device, registry_id

from marge.automation.actions import parse_action
from marge.core.errors import OperationFailed
from marge.core.services import Service, ServiceCall
from marge.util.schema import Invalid

TURN_ON: dict[str, Any] = {"device_id": "d", "domain": "light", "entity_id": "light.lamp", "type": "turn_on"}


class Lamp:
    """A house with a lamp whose service notes its calls."""

    def __init__(self, house: House) -> None:
        self.device_id = add_device(house, "Lamp", "light.lamp")
        self.entity = registry_id(house, "light.lamp")
        self.calls: list[ServiceCall] = []
        house.hub.services.register(Service("light", "turn_on", self._note, takes_target=True))

    async def _note(self, call: ServiceCall) -> None:
        self.calls.append(call)

    def action(self, **more: Any) -> dict[str, Any]:
        return {**TURN_ON, "device_id": self.device_id, "entity_id": self.entity, **more}


async def test_calls_the_service_with_the_context_of_the_run() -> None:
    async with house_with() as house:
        lamp = Lamp(house)
        context = house.hub.new_context()
        await house.engine.execute([lamp.action(brightness_pct=40, alias="Light")], context=context)
        (call,) = lamp.calls
        assert call.service_data == {"entity_id": "light.lamp", "brightness_pct": 40}
        assert call.target.entity_id == ["light.lamp"]
        assert call.context.id == context.id


async def test_text_is_no_template() -> None:
    async with house_with() as house:
        device_id = add_device(house, "Sign", "text.sign")
        calls: list[Any] = []
        house.hub.services.register(Service("text", "set_value", lambda call: calls.append(call.service_data)))
        item = {"device_id": device_id, "domain": "text", "entity_id": "text.sign", "type": "set_value"}
        await house.engine.execute([{**item, "value": "{{ 1 + 1 }}"}])
        assert calls == [{"entity_id": "text.sign", "value": "{{ 1 + 1 }}"}]


async def test_a_device_that_is_gone_fails_the_step_only() -> None:
    async with house_with() as house:
        lamp = Lamp(house)
        gone = lamp.action(device_id="gone")
        with pytest.raises(OperationFailed, match="device action 'turn_on' of light: there is no device gone"):
            await house.engine.execute([gone, {"event": "after"}])
        await house.engine.execute([{**gone, "continue_on_error": True}, {"event": "after"}])
        assert house.events("after") == [{}]
        assert lamp.calls == []


async def test_a_script_whose_device_is_gone_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    scripts = json.dumps(
        {"light_up": {"sequence": [{"sequence": [{**TURN_ON, "device_id": "gone"}]}]}, "fine": {"sequence": []}}
    )
    async with house_with(scripts=scripts) as house:
        assert house.state("script.light_up").state == "unavailable"
        assert house.state("script.fine").state == "off"
        assert (
            "Script 'light_up' failed to load: device action 'turn_on' of light: there is no device gone" in caplog.text
        )


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"device_id": "d"}, ("domain",)),
        ({**TURN_ON, "type": "jump"}, ("type",)),
        ({**TURN_ON, "domain": "update"}, ("domain",)),
        ({**TURN_ON, "transition": 5}, ("transition",)),
        ({**TURN_ON, "brightness_pct": "much"}, ("brightness_pct",)),
        ({**TURN_ON, "entity_id": None}, ("entity_id",)),
        ({key: value for key, value in TURN_ON.items() if key != "entity_id"}, ("entity_id",)),
        ({**TURN_ON, "type": ["turn_on"]}, ("type",)),
    ],
)
def test_refuses(config: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        parse_action(config)
    assert refused.value.path == path
