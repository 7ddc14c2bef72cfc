"""Device condition."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, automation, house_with
from device_house import add_device, registry_id, with_ids

from marge.automation.errors import ConditionFailed


def lit(house: House, device_id: str, **more: Any) -> bool | None:
    config = {"condition": "device", "device_id": device_id, "domain": "light", "type": "is_on"}
    return house.engine.test_condition({**config, "entity_id": registry_id(house, "light.lamp"), **more})


async def test_looks_at_the_entity_that_the_registry_knows() -> None:
    async with house_with() as house:
        device_id = add_device(house, "Lamp", "light.lamp")
        house.set("light.lamp", "on")
        assert lit(house, device_id) is True
        assert lit(house, device_id, **{"for": {"seconds": 10}}) is False
        await house.advance(11)
        assert lit(house, device_id, **{"for": {"seconds": 10}}) is True
        house.set("light.lamp", "unavailable")
        assert lit(house, device_id) is False


async def test_a_device_that_is_gone_cannot_be_told() -> None:
    async with house_with() as house:
        device_id = add_device(house, "Lamp", "light.lamp")
        house.set("light.lamp", "on")
        with pytest.raises(ConditionFailed, match="device condition 'is_on' of light: there is no device gone"):
            lit(house, "gone")
        with pytest.raises(ConditionFailed, match=r"there is no entity light\.never_seen"):
            lit(house, device_id, entity_id="light.never_seen")


async def test_a_condition_deep_in_a_sequence_whose_device_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    deep = """
    choose:
      - conditions:
          or: [{condition: device, device_id: gone, domain: light, entity_id: light.lamp, type: is_on}]
        sequence: []
    """
    async with house_with(start=False) as house:
        text = automation("triggers: {trigger: event, event_type: go}", deep)
        house.write({"automations.yaml": with_ids(house, text), "scripts.yaml": f"deep: {{sequence: {_flow(deep)}}}\n"})
        house.start()
        assert house.state("automation.it").state == "unavailable"
        assert (
            "Automation 'it' failed to load: device condition 'is_on' of light: there is no device gone" in caplog.text
        )
        assert "automations.yaml:7" in caplog.text


def _flow(text: str) -> str:
    import json

    import yaml

    return json.dumps([yaml.safe_load(text)])
