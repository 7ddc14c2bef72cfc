"""Which services bring an entity into a state: one plan per domain."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from automation_house import house_with

from marge.automation.reproduce import PLANS, Plan, Unreachable, Wanted, reproduce
from marge.core.context import Context
from marge.core.errors import OperationFailed
from marge.core.services import Service, ServiceCall
from marge.core.state import State
from marge.entities.media_player_data import Features


def plan(domain: str, now: str, wanted: str, was: dict[str, Any] | None = None, **attributes: Any) -> list[Any]:
    """The calls from one state to another, with the state seen as it was all along."""
    module, _, name = PLANS[domain].partition(":")
    function: Plan = getattr(import_module(f"marge.automation.reproduce.{module}"), name)
    entity_id = f"{domain}.x"
    state = State(entity_id, now, was or {}, 1.0, 1.0, 1.0, Context("c"))
    return list(function(Wanted(entity_id, wanted, attributes), lambda: state))


@pytest.mark.parametrize("domain", sorted(PLANS))
def test_every_plan_exists(domain: str) -> None:
    module, _, name = PLANS[domain].partition(":")
    assert callable(getattr(import_module(f"marge.automation.reproduce.{module}"), name))


@pytest.mark.parametrize(
    ("domain", "now", "wanted", "call"),
    [
        ("switch", "off", "on", ("turn_on", {})),
        ("input_boolean", "on", "off", ("turn_off", {})),
        ("automation", "on", "off", ("turn_off", {})),
        ("alarm_control_panel", "disarmed", "armed_night", ("alarm_arm_night", {})),
        ("lock", "unlocked", "locked", ("lock", {})),
        ("lock", "locked", "opening", ("open", {})),
        ("vacuum", "docked", "cleaning", ("start", {})),
        ("vacuum", "cleaning", "returning", ("return_to_base", {})),
        ("number", "1", "2.5", ("set_value", {"value": "2.5"})),
        ("input_number", "1", "2", ("set_value", {"value": "2"})),
        ("input_text", "a", "b", ("set_value", {"value": "b"})),
        ("counter", "1", "2", ("set_value", {"value": 2})),
        ("timer", "idle", "active", ("start", {})),
        ("timer", "active", "idle", ("cancel", {})),
    ],
)
def test_one_call_when_it_is_not_so_already(domain: str, now: str, wanted: str, call: Any) -> None:
    assert plan(domain, now, wanted) == [call]
    assert plan(domain, wanted, wanted) == []


@pytest.mark.parametrize(
    ("domain", "wanted"),
    [
        ("switch", "open"),
        ("alarm_control_panel", "on"),
        ("lock", "on"),
        ("number", "much"),
        ("counter", "-1"),
        ("select", "c"),
        ("cover", "half"),
        ("fan", "auto"),
        ("humidifier", "auto"),
        ("water_heater", "boiling"),
        ("input_datetime", "noon"),
    ],
)
def test_states_that_a_domain_does_not_have(domain: str, wanted: str) -> None:
    with pytest.raises(Unreachable):
        plan(domain, "off", wanted, {"options": ["a", "b"], "has_time": True})


def test_selects() -> None:
    assert plan("select", "a", "b", {"options": ["a", "b"]}) == [("select_option", {"option": "b"})]
    assert plan("input_select", "a", "b", {}, options=["b", "c"]) == [
        ("set_options", {"options": ["b", "c"]}),
        ("select_option", {"option": "b"}),
    ]


def test_dates_and_times() -> None:
    assert plan("input_datetime", "x", "07:00:00", {"has_time": True}) == [("set_datetime", {"time": "07:00:00"})]
    assert plan("input_datetime", "x", "2026-01-01", {"has_date": True}) == [("set_datetime", {"date": "2026-01-01"})]
    both = {"has_date": True, "has_time": True}
    assert plan("input_datetime", "x", "2026-01-01 07:00:00", both)[0][1] == {"datetime": "2026-01-01 07:00:00"}


def test_lights_get_the_colour_of_their_mode() -> None:
    assert plan("light", "off", "on", brightness=80, rgb_color=[1, 2, 3], xy_color=[0.1, 0.2]) == [
        ("turn_on", {"brightness": 80, "rgb_color": [1, 2, 3]})
    ]
    assert plan("light", "on", "on", color_mode="xy", rgb_color=[1, 2, 3], xy_color=[0.1, 0.2]) == [
        ("turn_on", {"xy_color": [0.1, 0.2]})
    ]
    assert plan("light", "on", "on", color_mode="white", brightness=9) == [("turn_on", {"brightness": 9, "white": 9})]
    assert plan("light", "off", "on", color_mode="color_temp", color_temp=250) == [
        ("turn_on", {"color_temp_kelvin": 4000})
    ]
    assert plan("light", "on", "off") == [("turn_off", {})]
    same = {"brightness": 80, "rgb_color": (1, 2, 3), "color_mode": "rgb"}
    assert plan("light", "on", "on", same, brightness=80, rgb_color=[1, 2, 3], color_mode="rgb") == []
    with pytest.raises(Unreachable, match="hs_color"):
        plan("light", "off", "on", color_mode="hs")


def test_covers_by_position_and_without() -> None:
    full = {"current_position": 0, "current_tilt_position": 0, "supported_features": 255}
    assert plan("cover", "closed", "open", full, current_position=40, current_tilt_position=100) == [
        ("set_cover_position", {"position": 40}),
        ("open_cover_tilt", {}),
    ]
    assert plan("cover", "closed", "open", {"supported_features": 3}) == [("open_cover", {})]
    assert plan("cover", "open", "closed", {"supported_features": 4, "current_position": 50}) == [
        ("set_cover_position", {"position": 0})
    ]
    assert plan("cover", "open", "open", {"current_position": 40}, current_position=40) == []
    assert plan("valve", "closed", "open", {"supported_features": 7}, current_position=30) == [
        ("set_valve_position", {"position": 30})
    ]


def test_fans() -> None:
    assert plan("fan", "off", "on", percentage=50, preset_mode=None, direction="reverse") == [
        ("turn_on", {"percentage": 50}),
        ("set_direction", {"direction": "reverse"}),
    ]
    assert plan("fan", "on", "on", {"percentage": 20}, percentage=50, oscillating=True) == [
        ("set_percentage", {"percentage": 50}),
        ("oscillate", {"oscillating": True}),
    ]
    assert plan("fan", "on", "off", percentage=50) == [("turn_off", {})]


def test_climate_humidifiers_and_water_heaters() -> None:
    assert plan("climate", "off", "heat", temperature=21, preset_mode="eco", fan_mode="low", humidity=40) == [
        ("set_hvac_mode", {"hvac_mode": "heat"}),
        ("set_temperature", {"temperature": 21}),
        ("set_preset_mode", {"preset_mode": "eco"}),
        ("set_fan_mode", {"fan_mode": "low"}),
        ("set_humidity", {"humidity": 40}),
    ]
    assert plan("humidifier", "off", "on", mode="boost", humidity=50) == [
        ("turn_on", {}),
        ("set_mode", {"mode": "boost"}),
        ("set_humidity", {"humidity": 50}),
    ]
    assert plan("humidifier", "on", "off", mode="boost") == [("turn_off", {})]
    assert plan("water_heater", "off", "eco", temperature=55, away_mode="off") == [
        ("set_operation_mode", {"operation_mode": "eco"}),
        ("set_temperature", {"temperature": 55}),
        ("set_away_mode", {"away_mode": "off"}),
    ]


def test_media_players_do_what_they_can() -> None:
    able = {"supported_features": int(Features.TURN_ON | Features.VOLUME_SET | Features.PLAY | Features.SELECT_SOURCE)}
    assert plan("media_player", "off", "playing", able, volume_level=0.3, source="TV", sound_mode="loud") == [
        ("turn_on", {}),
        ("select_source", {"source": "TV"}),
        ("volume_set", {"volume_level": 0.3}),
        ("media_play", {}),
    ]
    assert plan("media_player", "on", "off", able) == []
    paused = {"supported_features": int(Features.PAUSE | Features.PLAY_MEDIA)}
    content = {"media_content_type": "music", "media_content_id": "1"}
    assert plan("media_player", "idle", "paused", paused, **content) == [("play_media", content), ("media_pause", {})]


async def test_groups_reach_their_members_and_their_members_members() -> None:
    async with house_with() as house:
        calls: list[Any] = []
        house.hub.services.register(Service("switch", "turn_on", lambda call: calls.append(call.service_data)))
        house.hub.states.set("group.all", "off", {"entity_id": ["group.inner", "switch.a", "group.all"]})
        house.hub.states.set("group.inner", "off", {"entity_id": ["switch.b", "switch.a"]})
        for name in "ab":
            house.set(f"switch.{name}", "off")
        await reproduce(house.house, [Wanted("group.all", "on")], Context("c"))
        assert calls == [{"entity_id": "switch.b"}, {"entity_id": "switch.a"}]


async def test_one_failure_stops_no_other_entity(caplog: pytest.LogCaptureFixture) -> None:
    def turn_on(call: ServiceCall) -> None:
        if call.service_data["entity_id"] == "switch.a":
            raise OperationFailed("away")
        house.set(call.service_data["entity_id"], "on")

    async with house_with() as house:
        house.hub.services.register(Service("switch", "turn_on", turn_on))
        for name in "ab":
            house.set(f"switch.{name}", "off")
        wanted = [Wanted(f"switch.{name}", "on") for name in ("a", "b", "gone")]
        with pytest.raises(OperationFailed, match="away"):
            await reproduce(house.house, wanted, Context("c"))
        assert house.state("switch.b").state == "on"
        assert "switch.a could not be brought into the state" in caplog.text
        assert "switch.gone cannot be set by a scene: there is no such entity" in caplog.text
