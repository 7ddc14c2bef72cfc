"""What automations and scripts refer to, for search/related."""

from __future__ import annotations

from marge.automation.related import references


def test_everything_that_is_named_counts() -> None:
    found = references(
        {
            "alias": "A",
            "variables": {"entity_id": "light.not_this"},
            "triggers": [
                {"trigger": "state", "entity_id": ["binary_sensor.a", "binary_sensor.b"]},
                {"platform": "sun", "event": "sunset"},
                {"trigger": "zone", "entity_id": "person.a", "zone": "zone.home"},
                {"trigger": "event", "event_data": {"entity_id": "light.of_event"}},
            ],
            "conditions": {"and": [{"condition": "state", "entity_id": "input_boolean.c"}]},
            "actions": [
                {"scene": "scene.night"},
                {
                    "choose": [
                        {
                            "conditions": "{{ true }}",
                            "sequence": {
                                "action": "light.turn_on",
                                "target": {
                                    "entity_id": "light.a, light.b",
                                    "area_id": "kitchen",
                                    "floor_id": ["ground"],
                                    "label_id": "{{ label }}",
                                    "device_id": ["abc"],
                                },
                            },
                        }
                    ]
                },
                {"action": "light.turn_off", "data": {"entity_id": "all"}},
            ],
        }
    )
    assert found.entity == {
        "binary_sensor.a",
        "binary_sensor.b",
        "sun.sun",
        "person.a",
        "zone.home",
        "light.of_event",
        "input_boolean.c",
        "scene.night",
        "light.a",
        "light.b",
    }
    assert (found.area, found.floor, found.label, found.device) == ({"kitchen"}, {"ground"}, frozenset(), {"abc"})
    assert found.blueprint is None
