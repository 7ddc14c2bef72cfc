"""What happens to a remote that announces triggers over MQTT: told by record_announced.py and in the tests.

A step is `say` (topic, payload), `watch` (the name of a watcher, type and subtype) or `leave` (the name).
"""

from __future__ import annotations

import json
from typing import Any, Final

DEVICE: Final = {"identifiers": ["remote"], "name": "Remote"}
ONE: Final = "homeassistant/device_automation/remote/one/config"
TWO: Final = "homeassistant/device_automation/remote/two/config"
THREE: Final = "homeassistant/device_automation/remote/three/config"


def _announce(on: str, type: str, subtype: str, **more: Any) -> dict[str, Any]:
    payload = {"automation_type": "trigger", "type": type, "subtype": subtype, "device": DEVICE, **more}
    return {"say": [on, json.dumps(payload)]}


STORY: Final[list[dict[str, Any]]] = [
    _announce(ONE, "button_short_press", "button_1", topic="remote/action", payload="press"),
    {"watch": ["first", "button_short_press", "button_1"]},
    {"say": ["remote/action", "press"]},
    {"say": ["remote/action", "hold"]},
    {"say": ["remote/action", ""]},
    {"watch": ["again", "button_short_press", "button_1"]},
    {"say": ["remote/action", "press"]},
    {"leave": "again"},
    {"watch": ["early", "button_long_press", "button_2"]},
    {"say": ["remote/json", '{"action": "hold", "n": 1}']},
    _announce(
        TWO,
        "button_long_press",
        "button_2",
        topic="remote/json",
        payload="hold",
        value_template="{{ value_json.action }}",
        qos=1,
    ),
    {"say": ["remote/json", '{"action": "hold", "n": 2}']},
    {"say": ["remote/json", '{"action": "press"}']},
    {"say": ["remote/json", "no json"]},
    _announce(THREE, "turn", "left", topic="remote/turn"),
    {"watch": ["turn", "turn", "left"]},
    {"say": ["remote/turn", "12"]},
    {"say": ["remote/turn", "[1, 2]"]},
    _announce(THREE, "turn", "left", topic="remote/turned", payload=""),
    {"say": ["remote/turn", "1"]},
    {"say": ["remote/turned", "anything"]},
    # Another trigger of the same device, type and subtype.
    _announce("homeassistant/device_automation/remote/four/config", "turn", "left", topic="remote/other", payload="x"),
    {"say": ["remote/other", "x"]},
    # Gone, and back with another topic.
    {"say": [ONE, ""]},
    {"say": ["remote/action", "press"]},
    _announce(ONE, "button_short_press", "button_1", topic="remote/moved", payload="press"),
    {"say": ["remote/moved", "press"]},
    {"leave": "first"},
    {"say": ["remote/moved", "press"]},
    # A tag is announced in the same way, but is no trigger of a device.
    {"say": ["homeassistant/tag/remote/config", json.dumps({"topic": "remote/tag", "device": DEVICE})]},
]
