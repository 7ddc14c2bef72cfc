"""Automations in a whole hub: over the real API, the real broker, and a restart with the real database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hub import House, hub

CONFIGURATION = """
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
input_boolean:
  guest:
    name: Guest
  lamp:
"""
AUTOMATIONS = """
- id: guest
  alias: Guest arrives
  triggers: {trigger: state, entity_id: input_boolean.guest, to: "on"}
  actions:
    - scene: scene.welcome
    - event: guest_arrived
      event_data: {lamp: "{{ states('input_boolean.lamp') }}"}
- id: button
  alias: Button
  triggers: {trigger: mqtt, topic: home/button}
  actions: {action: script.answer, data: {text: "{{ trigger.payload }}"}}
- id: long
  alias: Long visit
  triggers: {trigger: state, entity_id: input_boolean.guest, to: "on", for: 3}
  actions: {event: long_visit}
- id: broken
  alias: Broken
  triggers: {trigger: stat}
  actions: []
"""
SCRIPTS = """
answer:
  sequence:
    - event: pressed
      event_data: {text: "{{ text }}"}
    - variables: {answer: {said: "{{ text }}"}}
    - {stop: done, response_variable: answer}
"""
SCENES = """
- name: Welcome
  entities: {input_boolean.lamp: "on"}
"""
FILES = {
    "configuration.yaml": CONFIGURATION,
    "automations.yaml": AUTOMATIONS,
    "scripts.yaml": SCRIPTS,
    "scenes.yaml": SCENES,
}


async def heard(house: House, event_type: str, cause: Any) -> dict[str, Any]:
    """The event that `cause` leads to, as a WebSocket client hears it."""
    async with house.ws() as ws:
        subscription = await ws.subscribe("subscribe_events", event_type=event_type)
        await cause()
        event: dict[str, Any] = await ws.event(subscription)
        return event


async def test_from_a_service_call_to_the_event_of_an_automation(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:

        async def arrive() -> None:
            answer = await house.post("/api/services/input_boolean/turn_on", {"entity_id": "input_boolean.guest"})
            assert answer.status == 200

        event = await heard(house, "guest_arrived", arrive)
        assert event["data"] == {"lamp": "on"}
        assert event["context"]["parent_id"] is not None
        health = (await house.get("/api/health")).json["core"]["automations"]
        assert health == {"total": 4, "enabled": 3, "triggered_last_hour": 1}
        states = {state["entity_id"]: state for state in (await house.get("/api/states")).json}
        assert states["automation.guest_arrives"]["attributes"]["last_triggered"] is not None
        assert states["automation.broken"]["state"] == "unavailable"


async def test_a_message_of_a_device_runs_a_script(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:

        async def press() -> None:
            house.app.mqtt.link.publish("home/button", "twice")

        assert (await heard(house, "pressed", press))["data"] == {"text": "twice"}
        answer = await house.post("/api/services/script/answer?return_response", {"text": "hello"})
        assert answer.json["service_response"] == {"said": "hello"}


async def test_a_running_for_survives_a_restart(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fired: list[float] = []
    async with hub(tmp_path, FILES) as house:
        began = house.hub.clock.now()
        await house.post("/api/services/input_boolean/turn_on", {"entity_id": "input_boolean.guest"})
        await asyncio.sleep(0.5)
    caplog.set_level("INFO")
    async with hub(tmp_path, FILES, owner=False) as house:
        house.hub.bus.listen("long_visit", lambda event: fired.append(event.time_fired))
        assert house.hub.clock.now() - began < 3, "the restart took too long for this test"
        await asyncio.sleep(began + 3.5 - house.hub.clock.now())
        assert len(fired) == 1
        assert 3 <= fired[0] - began < 3.4
        assert "goes on: it ends in" in caplog.text
        state = house.hub.states.get("automation.guest_arrives")
        assert state is not None
        assert state.attributes["last_triggered"] is not None
