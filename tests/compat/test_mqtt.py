"""What Home Assistant made of announced devices, replayed: states, registries, commands (see README.md)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.core.errors import MargeError
from marge.util.schema import Invalid

HERE = Path(__file__).parent / "mqtt"
RECORDS = [
    pytest.param(record, id=f"{path.stem}-{record['case'].replace(' ', '-')}")
    for path in sorted(HERE.glob("*.json"))
    for record in json.loads(path.read_text())
]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00\Z")
_NOW = {"button", "event", "image", "notify", "scene"}


def _hide(component: str, shown: dict[str, Any]) -> dict[str, Any]:
    """A state without what differs in each run."""
    state, attributes = shown["state"], dict(shown["attributes"])
    if component in _NOW and _TIME.match(state):
        state = "<time>"
    for key in ("access_token", "entity_picture"):
        if isinstance(attributes.get(key), str):
            attributes[key] = re.sub(r"[0-9a-f]{50,64}", "<token>", attributes[key])
    return {"state": state, "attributes": attributes}


class Replay:
    """One recorded case on a hub of its own."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.component: str = record["component"]
        self.rig = DiscoveryRig()
        self.entity_id: str = record["entity_id"]

    def show(self) -> dict[str, Any]:
        state, attributes = self.rig.state(self.entity_id), self.rig.attributes(self.entity_id)
        plain = json.loads(json.dumps({"state": state, "attributes": attributes}, default=str))
        return _hide(self.component, plain)

    async def step(self, step: dict[str, Any]) -> dict[str, Any]:
        """Do what was done and answer as it was recorded."""
        if "say" in step:
            self.rig.publish(step["say"], step["data"])
            self.rig.sent()
            return self.show()
        try:
            sent = await self.rig.call(step["call"], self.entity_id, **step["data"])
            ok = True
        except (MargeError, Invalid):
            sent, ok = self.rig.sent(), False
        return {"ok": ok, "sent": [list(pair) for pair in sent], **self.show()}


@pytest.mark.parametrize("record", RECORDS)
async def test_an_announced_device_is_what_home_assistant_makes_of_it(record: dict[str, Any]) -> None:
    replay = Replay(record)
    replay.rig.announce(record["component"], {"name": ..., **record["payload"]})
    assert replay.rig.hub.states.entity_ids() == [record["entity_id"]]
    assert replay.show() == _hide(replay.component, record["start"])
    for number, step in enumerate(record["steps"]):
        expected = {key: value for key, value in step.items() if key in ("ok", "sent")}
        expected |= _hide(replay.component, step)
        assert await replay.step(step) == expected, f"step {number}: {step}"
    _compare_registries(replay)


def _compare_registries(replay: Replay) -> None:
    registries = replay.rig.registries
    entry = registries.entities.get(replay.entity_id)
    assert (entry is None) == ("entry" not in replay.record)
    if entry is None:
        return
    shown = entry.as_extended_dict()
    assert {key: shown[key] for key in replay.record["entry"]} == replay.record["entry"]
    assert (entry.device_id is None) == ("device" not in replay.record)
    if entry.device_id is not None:
        device = registries.devices.get(entry.device_id)
        assert device is not None
        area = None if device.area_id is None else registries.areas.get(device.area_id)
        found = {**device.as_dict(), "area": None if area is None else area.name}
        plain = json.loads(json.dumps({key: found[key] for key in replay.record["device"]}))
        assert plain == replay.record["device"]
