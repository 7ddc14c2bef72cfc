"""What programs and firmwares in the field announce becomes the right entities (payloads in tests/data)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from discovery_rig import DiscoveryRig

DATA = Path(__file__).parents[3] / "data"
STORIES = [
    pytest.param(json.loads(path.read_text()), id=f"{path.parent.name}-{path.stem}")
    for path in sorted(DATA.glob("*/*.json"))
    if path.parent.name in ("bundle", "esphome", "tasmota", "valetudo", "zigbee2mqtt")
]


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("order", ["announced first", "retained first"])
async def test_announced_devices_become_entities(
    story: dict[str, Any], order: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig = DiscoveryRig()
    messages = [(topic, payload, True) for topic, payload in story["announced"]]
    states = [(topic, payload, order == "retained first") for topic, payload in story["said"]]
    for topic, payload, retain in [*messages, *states] if order == "announced first" else [*states, *messages]:
        rig.publish(topic, payload, retain=retain)
    assert not caplog.text
    assert sorted(rig.hub.states.entity_ids()) == sorted(story["entities"])
    for entity_id, expected in story["entities"].items():
        shown = json.loads(json.dumps({"state": rig.state(entity_id), **rig.attributes(entity_id)}, default=str))
        assert {key: shown.get(key) for key in expected} == expected, entity_id
    assert len(rig.mqtt.triggers) == story.get("triggers", 0)
    for entity_id in story.get("disabled", []):
        entry = rig.registries.entities.get(entity_id)
        assert entry is not None and entry.disabled_by == "integration"
    for service, entity_id, data, sent in story["calls"]:
        assert await rig.call(service, entity_id, **data) == [tuple(pair) for pair in sent]
    for topic, _ in story["announced"]:
        rig.publish(topic, "", retain=True)
    assert len(rig.hub.states) == len(rig.registries.devices) == len(rig.mqtt.triggers) == rig.clock.pending == 0
