"""Talking to the hub over real sockets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub import READ_ONLY, Refusal, hub

FILES = {
    "configuration.yaml": """
automation:
  - alias: Lamp
    triggers:
      trigger: conversation
      command: "[please] switch {what} on"
    actions:
      - set_conversation_response: "{{ trigger.slots.what }} is on"
"""
}


async def test_rest_websocket_and_service(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        answer = await house.post("/api/conversation/process", {"text": "Please switch the lamp on."})
        assert answer.status == 200
        assert answer.json["response"]["speech"]["plain"]["speech"] == "the lamp is on"
        assert answer.json["continue_conversation"] is False
        async with house.ws() as ws:
            said = await ws.call(
                "conversation/process", text="dance", conversation_id=answer.json["conversation_id"], language="en"
            )
            assert said["conversation_id"] == answer.json["conversation_id"]
            assert said["response"]["data"] == {"code": "no_intent_match"}
            agents = await ws.call("conversation/agent/list", language="en")
            assert agents["agents"][0]["id"] == "conversation.home_assistant"
            sentences = await ws.call("conversation/sentences/list")
            assert sentences == {"trigger_sentences": ["[please] switch {what} on"]}
            with pytest.raises(Refusal, match="invalid agent ID"):
                await ws.call("conversation/process", text="x", agent_id="conversation.other")
        answer = await house.post("/api/services/conversation/process?return_response", {"text": "switch tv on"})
        assert answer.json["service_response"]["response"]["speech"]["plain"]["speech"] == "tv is on"


async def test_who_may_and_what_is_wrong(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        assert (await house.post("/api/conversation/process", {"text": "x"}, token="")).status == 401
        token = await house.user("guest", READ_ONLY)
        assert (await house.post("/api/conversation/process", {"text": "x"}, token=token)).status == 401
        for data in ({}, {"text": None}, {"text": "x", "agent": "y"}, [1]):
            assert (await house.post("/api/conversation/process", data)).status == 400
