"""Scenes: activation, apply, create, delete, reload."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, house_with

from marge.core.context import Context
from marge.core.errors import ServiceValidationError
from marge.core.services import Service, ServiceCall
from marge.util.schema import Invalid

EVENING = """
- id: evening
  name: Evening
  icon: mdi:weather-night
  entities:
    light.a: {state: on, brightness: 80}
    switch.b: off
    sensor.c: 'warm'
- name: Bad
  entities: {light.a: 5}
"""


def services(house: House) -> list[tuple[str, dict[str, Any]]]:
    """Take the calls of lights and switches; returns where they are noted."""
    calls: list[tuple[str, dict[str, Any]]] = []

    def note(call: ServiceCall) -> None:
        calls.append((f"{call.domain}.{call.service}", call.service_data))

    for domain in ("light", "switch"):
        for name in ("turn_on", "turn_off"):
            house.hub.services.register(Service(domain, name, note))
    return calls


async def call(house: House, service: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
    return await house.hub.services.call("scene", service, data, **options)


async def test_activation_brings_entities_into_their_states(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(scenes=EVENING) as house:
        calls = services(house)
        house.set("light.a", "off")
        house.set("switch.b", "on")
        house.set("sensor.c", "cold")
        context = Context("c")
        await call(house, "turn_on", {"transition": 4}, target={"entity_id": "scene.evening"}, context=context)
        assert sorted(calls) == [
            ("light.turn_on", {"transition": 4.0, "brightness": 80, "entity_id": "light.a"}),
            ("switch.turn_off", {"entity_id": "switch.b"}),
        ]
        assert {e.context for e in house.log if e.event_type == "call_service"} == {context}
        assert "sensor.c cannot be set by a scene" in caplog.text
        assert house.state("scene.evening").state.startswith("2026-01-01T12:00:00")
        assert house.state("scene.evening").attributes == {
            "entity_id": ["light.a", "switch.b", "sensor.c"],
            "id": "evening",
            "icon": "mdi:weather-night",
            "friendly_name": "Evening",
        }


async def test_a_bad_scene_is_named_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(scenes=EVENING) as house:
        assert "Scene 'Bad' failed to load: 'light.a': expected a state as text" in caplog.text
        assert "at scenes.yaml:10" in caplog.text
        assert house.hub.states.get("scene.bad") is None


async def test_apply_needs_no_scene() -> None:
    async with house_with() as house:
        calls = services(house)
        house.set("switch.b", "off")
        await call(house, "apply", {"entities": {"switch.b": True}})
        assert calls == [("switch.turn_on", {"entity_id": "switch.b"})]
        with pytest.raises(Invalid):
            await call(house, "apply", {"entities": {"switch": "on"}})


async def test_a_snapshot_is_made_replaced_and_deleted() -> None:
    async with house_with() as house:
        calls = services(house)
        house.set("switch.b", "off")
        await call(house, "create", {"scene_id": "before", "snapshot_entities": ["switch.b", "switch.gone"]})
        house.set("switch.b", "on")
        await call(house, "turn_on", target={"entity_id": "scene.before"})
        assert calls == [("switch.turn_off", {"entity_id": "switch.b"})]
        await call(house, "create", {"scene_id": "before", "entities": {"light.a": "on"}})
        assert house.state("scene.before").attributes["entity_id"] == ["light.a"]
        await call(house, "delete", target={"entity_id": "scene.before"})
        assert house.hub.states.get("scene.before") is None


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"scene_id": "Not A Slug", "entities": {"light.a": "on"}}, Invalid),
        ({"scene_id": "a"}, ServiceValidationError),
        ({"scene_id": "a", "entities": {"light.a": "on"}, "snapshot_entities": ["light.a"]}, Invalid),
    ],
)
async def test_create_refuses(data: dict[str, Any], error: type[Exception]) -> None:
    async with house_with() as house:
        with pytest.raises(error):
            await call(house, "create", data)


async def test_scenes_of_the_configuration_are_neither_replaced_nor_deleted(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(scenes=EVENING) as house:
        await call(house, "create", {"scene_id": "evening", "entities": {"light.z": "on"}})
        assert "is not replaced" in caplog.text
        with pytest.raises(ServiceValidationError):
            await call(house, "delete", target={"entity_id": "scene.evening"})
        with pytest.raises(ServiceValidationError):
            await call(house, "delete", target={"entity_id": "light.a"})


async def test_reload_takes_over_changes_and_drops_the_made_ones() -> None:
    async with house_with(scenes=EVENING) as house:
        await call(house, "create", {"scene_id": "made", "entities": {"light.z": "on"}})
        house.write({"scenes.yaml": "- {name: Morning, entities: {light.a: 'on'}}\n"})
        await call(house, "reload")
        assert house.state("scene.morning")
        assert house.hub.states.get("scene.made") is None
        await call(house, "create", {"scene_id": "made", "entities": {"light.z": "on"}})
        assert house.state("scene.made")
        assert len(house.events("scene_reloaded")) == 1


async def test_what_is_related_to_a_scene() -> None:
    uses = "- {id: it, alias: It, triggers: [], actions: [{scene: scene.evening}]}\n"
    async with house_with(uses, scenes=EVENING) as house:
        search = house.registries.search
        assert search.related("entity", "light.a") == {"scene": ["scene.evening"]}
        assert search.related("scene", "scene.evening") == {
            "automation": ["automation.it"],
            "entity": ["light.a", "sensor.c", "switch.b"],
        }
        through_it = search.related("automation", "automation.it")
        assert through_it["entity"] == ["light.a", "scene.evening", "sensor.c", "switch.b"]
        await house.hub.services.call("scene", "create", {"scene_id": "made", "entities": {"light.z": "on"}})
        assert search.related("entity", "light.z") == {"scene": ["scene.made"]}
        assert search.related("entity", "scene.made") == {"integration": ["homeassistant"]}
