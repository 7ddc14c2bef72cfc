"""Texts announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.core.state import State


async def test_texts_are_set_and_reported(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    text = rig.announce("text", {"command_topic": "c", "state_topic": "s", "max": 5, "pattern": "[a-z]*"})
    rig.publish("s", "abc")
    rig.publish("s", "much too long")
    assert "too long" in caplog.text
    assert rig.state(text) == "abc"
    rig.publish("s", "")
    assert rig.state(text) == ""
    rig.publish("s", "None")
    assert rig.state(text) == "unknown"
    assert await rig.call("text.set_value", text, value="xyz") == [("c", "xyz")]


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"min": 6, "max": 5}, "below"),
        ({"max": 256}, "at most 255"),
        ({"pattern": "["}, "regular expression"),
        ({"mode": "secret"}, "mode"),
    ],
)
def test_keys_that_leave_no_room(keys: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("text", {"command_topic": "c", **keys}) == ""
    assert line in caplog.text


def test_the_text_of_the_last_run_is_taken_over() -> None:
    rig = DiscoveryRig()
    rig.last.states["text.it"] = State("text.it", "hello", {}, 0, 0, 0, rig.hub.new_context())
    assert rig.state(rig.announce("text", {"command_topic": "c"})) == "hello"
