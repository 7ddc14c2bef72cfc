"""Vacuums, lawn mowers and remotes: what they show and what reaches the platform."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.lawn_mower import LawnMowerEntity
from marge.entities.remote import RemoteEntity
from marge.entities.vacuum import Features, VacuumEntity, battery_icon
from marge.testing.house import House, recording
from marge.util.schema import Invalid

ALL = sum(feature.value for feature in Features)


@pytest.mark.parametrize(
    ("level", "charging", "icon"),
    [
        (None, False, "mdi:battery-unknown"),
        (5, False, "mdi:battery-alert"),
        (50, False, "mdi:battery-50"),
        (95, False, "mdi:battery"),
        (10, True, "mdi:battery-outline"),
        (50, True, "mdi:battery-charging-40"),
        (100, True, "mdi:battery-charging-100"),
    ],
)
def test_battery_icon_follows_the_level(level: int | None, charging: bool, icon: str) -> None:
    assert battery_icon(level, charging=charging) == icon


async def test_vacuum_shows_battery_and_fan_speed() -> None:
    house = House()
    house.add(
        recording(
            VacuumEntity,
            activity="docked",
            battery_level=80,
            fan_speed="max",
            fan_speed_list=["max"],
            supported_features=ALL,
        )
    )
    state = house.state("vacuum.it")
    assert state.state == "docked"
    assert state.attributes == {
        "fan_speed_list": ["max"],
        "battery_level": 80,
        "battery_icon": "mdi:battery-charging-80",
        "fan_speed": "max",
        "supported_features": ALL,
    }


async def test_vacuum_takes_commands_of_its_maker() -> None:
    house = House()
    it = house.add(recording(VacuumEntity, supported_features=ALL))
    for params in ({"a": 1}, [1], "x"):
        await house.call("vacuum.send_command", {"command": "go", "params": params})
    assert it.calls == [
        ("do_send_command", "go", {"a": 1}),
        ("do_send_command", "go", [1]),
        ("do_send_command", "go", ["x"]),
    ]
    with pytest.raises(Invalid, match=r"required key not provided @ data\['fan_speed'\]"):
        await house.call("vacuum.set_fan_speed")


@pytest.mark.parametrize(
    ("kind", "features", "services"),
    [
        (VacuumEntity, ALL, ["start", "pause", "stop", "return_to_base", "clean_spot", "locate"]),
        (LawnMowerEntity, 7, ["start_mowing", "pause", "dock"]),
    ],
)
async def test_robots_do_what_they_can(kind: Any, features: int, services: list[str]) -> None:
    house = House()
    it = house.add(recording(kind, activity="docked", supported_features=features))
    assert house.state(it.entity_id).state == "docked"
    for service in services:
        await house.call(f"{kind.domain}.{service}")
    assert it.calls == [(f"do_{service}",) for service in services]
    it.supported_features = 0
    with pytest.raises(ServiceValidationError, match="does not support action"):
        await house.call(f"{kind.domain}.pause")


async def test_remote_sends_learns_and_forgets() -> None:
    house = House()
    it = house.add(
        recording(RemoteEntity, is_on=True, supported_features=7, activity_list=["tv"], current_activity="tv")
    )
    assert house.state("remote.it").attributes == {
        "activity_list": ["tv"],
        "current_activity": "tv",
        "supported_features": 7,
    }
    await house.call("remote.toggle", {"activity": "tv"})
    await house.call("remote.send_command", {"command": "mute", "num_repeats": "2"})
    await house.call("remote.learn_command", {"command": ["a"], "timeout": 5})
    await house.call("remote.delete_command", {"command": "a"})
    assert it.calls == [
        ("do_turn_off", "tv"),
        ("do_send_command", {"command": ["mute"], "num_repeats": 2, "hold_secs": 0.0}),
        ("do_learn_command", {"command": ["a"], "timeout": 5}),
        ("do_delete_command", {"command": ["a"]}),
    ]


async def test_remote_that_cannot_says_so() -> None:
    house = House()
    house.add(RemoteEntity())
    for service, data in (("learn_command", {}), ("send_command", {"command": "x"}), ("turn_on", {})):
        with pytest.raises(
            ServiceValidationError, match=rf"Entity remote\.it does not support action remote\.{service}"
        ):
            await house.call(f"remote.{service}", data)
