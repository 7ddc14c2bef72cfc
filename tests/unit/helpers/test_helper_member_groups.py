"""Groups that are an entity of their members' domain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import ServiceValidationError
from marge.entities import Entity
from marge.entities.cover import CoverEntity
from marge.entities.fan import FanEntity, Features
from marge.entities.light import LightEntity
from marge.entities.switch import SwitchEntity
from marge.testing.house import recording


def member(house: HelperHouse, kind: type[Entity], object_id: str, **attributes: Any) -> Any:
    entity = recording(kind, **attributes)
    entity.entity_id = f"{kind.domain}.{object_id}"
    assert house.place.add(entity)
    return entity


def group(domain: str, extra: str = "") -> str:
    return f"{domain}:\n  - platform: group\n    name: All\n    entities: [{domain}.a, {domain}.b]\n{extra}"


@pytest.mark.parametrize("domain", ["switch", "binary_sensor", "light"])
@pytest.mark.parametrize(
    ("states", "of_any", "of_all"),
    [
        ((None, None), "unavailable", "unavailable"),
        (("unavailable", "unavailable"), "unavailable", "unavailable"),
        (("unknown", "unavailable"), "unknown", "unknown"),
        (("off", "unknown"), "off", "unknown"),
        (("on", "off"), "on", "off"),
        (("on", "on"), "on", "on"),
        (("off", "off"), "off", "off"),
    ],
)
def test_on_when_any_is_or_when_all_are(
    tmp_path: Path, domain: str, states: tuple[str | None, ...], of_any: str, of_all: str
) -> None:
    house = HelperHouse(
        tmp_path,
        group(domain, f"  - {{platform: group, name: Each, all: true, entities: [{domain}.a, {domain}.b]}}\n"),
    )
    for object_id, state in zip("ab", states, strict=True):
        if state is not None:
            house.hub.states.set(f"{domain}.{object_id}", state)
    assert (house.state(f"{domain}.all"), house.state(f"{domain}.each")) == (of_any, of_all)
    assert house.attributes(f"{domain}.all")["friendly_name"] == "All"


async def test_switches_are_switched_together(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("switch"))
    switches = [member(house, SwitchEntity, each, inherit=("do_",), is_on=False) for each in "ab"]
    called: list[str] = []
    for switch in switches:

        async def turn_on(self: Any = switch) -> None:
            called.append(self.entity_id)
            self.is_on = True
            self.write_state()

        switch.turn_on = turn_on
    await house.call("switch.turn_on", "switch.all")
    assert sorted(called) == ["switch.a", "switch.b"]
    assert house.state("switch.all") == "on"
    assert house.attributes("switch.all")["entity_id"] == ["switch.a", "switch.b"]


async def test_lights_show_their_mean_and_do_what_each_can(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("light"))
    first = member(
        house,
        LightEntity,
        "a",
        is_on=True,
        brightness=100,
        color_mode="hs",
        hs_color=(10.0, 50.0),
        supported_color_modes=frozenset({"hs", "color_temp"}),
        supported_features=4,
        effect_list=["rain", "None"],
        effect="rain",
    )
    second = member(
        house, LightEntity, "b", is_on=True, brightness=201, supported_color_modes=frozenset({"brightness"})
    )
    attributes = house.attributes("light.all")
    assert attributes["brightness"] == 150
    assert attributes["supported_color_modes"] == ["color_temp", "hs"]
    assert attributes["color_mode"] == "hs"
    assert attributes["hs_color"] == (10.0, 50.0)
    assert (attributes["effect_list"], attributes["effect"]) == (["None", "rain"], "rain")
    assert (attributes["supported_features"], attributes["icon"]) == (4, "mdi:lightbulb-group")
    await house.call("light.turn_on", "light.all", brightness=50, hs_color=[20, 30])
    assert first.calls == [("do_turn_on", {"brightness": 50, "hs_color": (20.0, 30.0)})]
    assert second.calls == [("do_turn_on", {"brightness": 50})]
    await house.call("light.turn_off", "light.all")
    assert first.calls[-1] == ("do_turn_off", {})


async def test_covers_are_asked_for_what_they_can_do(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("cover"))
    assert house.state("cover.all") == "unavailable"
    first = member(house, CoverEntity, "a", is_closed=True, current_position=0, supported_features=7)
    second = member(house, CoverEntity, "b", is_closed=True, supported_features=3)
    assert house.state("cover.all") == "closed"
    assert house.attributes("cover.all")["supported_features"] == 7
    assert house.attributes("cover.all")["current_position"] == 0
    await house.call("cover.open_cover", "cover.all")
    await house.call("cover.set_cover_position", "cover.all", position=40)
    assert first.calls == [("do_open_cover",), ("do_set_cover_position", 40)]
    assert second.calls == [("do_open_cover",)]
    second.is_opening = True
    second.write_state()
    assert house.state("cover.all") == "opening"
    second.is_opening, second.is_closed = False, False
    second.write_state()
    assert house.state("cover.all") == "open"


async def test_fans_are_asked_for_what_they_can_do(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("fan"))
    first = member(
        house,
        FanEntity,
        "a",
        is_on=True,
        percentage=50,
        speed_count=4,
        oscillating=True,
        supported_features=Features.SET_SPEED | Features.OSCILLATE | Features.TURN_ON | Features.TURN_OFF,
    )
    second = member(house, FanEntity, "b", is_on=False, supported_features=Features.TURN_ON | Features.TURN_OFF)
    assert house.state("fan.all") == "on"
    attributes = house.attributes("fan.all")
    assert [attributes[key] for key in ("percentage", "percentage_step", "oscillating")] == [50, 25.0, True]
    assert attributes["supported_features"] == first.supported_features
    await house.call("fan.turn_on", "fan.all")
    await house.call("fan.turn_on", "fan.all", percentage=75)
    await house.call("fan.oscillate", "fan.all", oscillating=False)
    await house.call("fan.set_percentage", "fan.all", percentage=0)
    assert first.calls == [
        ("do_turn_on", None, None),
        ("do_set_percentage", 75),
        ("do_oscillate", False),
        ("do_turn_off",),
        ("do_set_percentage", 0),
    ]
    assert second.calls == [("do_turn_on", None, None), ("do_turn_off",)]
    with pytest.raises(ServiceValidationError):
        await house.call("fan.set_direction", "fan.all", direction="forward")


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("locked", "locked"), "locked"),
        (("locked", "unlocked"), "unlocked"),
        (("locked", "jammed"), "jammed"),
        (("locking", "unlocking"), "locking"),
        (("unknown", "unavailable"), "unknown"),
    ],
)
def test_locks_are_locked_when_all_are(tmp_path: Path, states: tuple[str, str], expected: str) -> None:
    house = HelperHouse(tmp_path, group("lock"))
    for object_id, state in zip("ab", states, strict=True):
        house.hub.states.set(f"lock.{object_id}", state)
    assert house.state("lock.all") == expected


@pytest.mark.parametrize("service", ["lock.lock", "lock.unlock", "lock.open", "button.press"])
async def test_locks_and_buttons_pass_on_what_is_asked(tmp_path: Path, service: str) -> None:
    domain, _, name = service.partition(".")
    house = HelperHouse(tmp_path, group(domain))
    house.hub.states.set(f"{domain}.a", "unknown")
    heard: list[Any] = []
    call = house.hub.services.call

    async def listen(*args: Any, **kwargs: Any) -> Any:
        heard.append((args[0], args[1], (kwargs.get("target") or {}).get("entity_id")))
        return await call(*args, **kwargs)

    house.hub.services.call = listen  # type: ignore[method-assign]
    await house.call(service, f"{domain}.all")
    assert heard == [(domain, name, f"{domain}.all"), (domain, name, [f"{domain}.a", f"{domain}.b"])]


async def test_the_context_of_a_call_reaches_the_members(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("light"))
    member(house, LightEntity, "a", is_on=False)
    contexts: list[str] = []
    house.hub.bus.listen("call_service", lambda event: contexts.append(event.context.id))
    await house.call("light.turn_on", "light.all")
    assert len(contexts) == 2
    assert len(set(contexts)) == 1


async def test_mistakes_and_other_domains_are_left_out_with_file_and_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = HelperHouse(
        tmp_path,
        "light:\n  - {platform: group, entities: [light.a]}\n  - {platform: group, entities: [switch.a]}\n"
        "  - {platform: group, entitys: [light.a]}\n  - {platform: group, entities: []}\n"
        "siren:\n  - {platform: group, entities: [siren.a]}\n",
    )
    assert house.hub.states.entity_ids("light") == ["light.light_group"]
    for line in (3, 4, 5, 7):
        assert f"configuration.yaml:{line}" in caplog.text
    house.write("light:\n  - {platform: group, entities: [light.a], unique_id: u}\n")
    await house.call("group.reload")
    entry = house.registries.entities.get("light.light_group")
    assert entry is not None
    assert (entry.platform, entry.unique_id) == ("group", "u")
