"""An ordinary Tuesday of the demo home, from 05:29 to 03:47, through the real broker and the real API only.

Each part of the day is a function that asserts the state changes, the service calls and the automation behind them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import quote

from tuesday.home import Home, at, home
from tuesday.journal import Entry

from marge.demo_home.simulator.esphome.components import Thermostat
from marge.demo_home.simulator.zigbee.device import ZigbeeDevice
from marge.demo_home.simulator.zigbee.movers import Siren
from marge.util.dt import to_iso

LAMPS = {"light.bedroom_lamp_left", "light.bedroom_lamp_right"}
EVENING = {
    "light.sofa_lamp",
    "light.floor_lamp",
    "light.living_room_bookshelf",
    "light.media_wall_tv_backlight",
    "switch.television",
}
ROOMS = ("living_room", "kitchen", "bedroom", "bathroom", "office", "nursery", "basement")
CLIMATE = [f"sensor.{room}_climate_{what}" for room in ROOMS for what in ("temperature", "humidity")]
ENERGY = [f"sensor.house_meter_house_meter_energy_{what}" for what in ("power", "voltage", "current")]
DEVICES = ("light", "switch", "climate", "lock", "alarm_control_panel", "cover", "siren", "valve")


def devices(entries: list[Entry]) -> set[str]:
    """The entities of devices that changed, without the hub's own (automations, helpers, groups)."""
    return {entry.entity_id for entry in entries if entry.entity_id.startswith(DEVICES)}


async def test_an_ordinary_tuesday(tmp_path: Path) -> None:
    async with home(tmp_path, at("05:29:00")) as day:
        await morning(day)
        await front_door(day)
        await daytime(day)
        await sunset(day)
        await goodnight(day)
        await quiet_night(day)


async def morning(day: Home) -> None:
    assert (await day.state("climate.hallway_thermostat"))["attributes"]["temperature"] == 66
    await day.until(at("05:29:58"))
    await day.until(at("05:30:10"), 0.25)
    await day.noted()
    window = at("05:30"), at("05:30:10")

    ran = day.journal.triggered(*window)
    assert set(ran) == {"automation.morning"}
    cause = ran["automation.morning"].cause
    calls = day.journal.caused_by(cause, day.journal.between(*window, "call_service"))
    assert [call.service for call in calls] == ["light.turn_on", "climate.set_temperature", "switch.turn_on"]
    ramp = calls[0].data["service_data"]
    assert (ramp["brightness_pct"], ramp["color_temp_kelvin"], ramp["transition"]) == (20, 2700, 600)
    changes = day.journal.caused_by(cause, day.journal.changes(*window))
    assert devices(changes) == LAMPS | {"climate.hallway_thermostat", "switch.kitchen_coffee_maker"}
    assert max(change.at for change in changes) - window[0] <= 1.0

    for lamp in LAMPS:
        state = await day.state(lamp)
        assert state["state"] == "on"
        assert state["attributes"]["brightness"] == 51
        assert 2690 <= state["attributes"]["color_temp_kelvin"] <= 2710
    assert (await day.state("climate.hallway_thermostat"))["attributes"]["temperature"] == 70
    assert (await day.state("switch.kitchen_coffee_maker"))["state"] == "on"
    # It is so at the devices too; the thermostat speaks Celsius.
    thermostat, bulb = day.house.things["Hallway Thermostat"], day.house.things["Bedroom Lamp Left"]
    assert isinstance(thermostat, Thermostat) and isinstance(bulb, ZigbeeDevice)
    assert round(thermostat.target, 1) == 21.1
    assert bulb.state["brightness"] == 51


async def front_door(day: Home) -> None:
    await day.until(at("06:14:58"))
    await day.until(at("06:15:20"), 0.25)
    await day.noted()
    window = at("06:15"), at("06:15:20")

    changes = day.journal.changes(*window)
    unlocked = next(change for change in changes if change.entity_id == "lock.front_door_lock")
    assert (unlocked.data["old_state"]["state"], unlocked.new["state"]) == ("locked", "unlocked")
    motion = next(change for change in changes if change.entity_id == "binary_sensor.entryway_motion_occupancy")
    assert motion.new["state"] == "on"
    assert unlocked.at - window[0] <= 1.0

    # The house is not armed: the automation looks and does nothing.
    assert (await day.state("alarm_control_panel.house_alarm"))["state"] == "disarmed"
    assert (await day.state("automation.motion_in_the_entryway_while_armed"))["attributes"]["last_triggered"] is None
    assert not day.journal.triggered(*window)
    assert not list(day.journal.between(*window, "call_service"))
    assert day.messages == []


async def daytime(day: Home) -> None:
    await day.until(at("17:00"))
    await day.noted()
    window = at("06:15"), at("17:00")
    changes = day.journal.changes(*window)
    assert len(changes) >= 2000
    count = Counter(change.entity_id for change in changes)
    minutes = round((window[1] - window[0]) / 60)
    assert all(minutes * 0.85 <= count[entity_id] <= minutes + 1 for entity_id in CLIMATE)  # some read as before
    assert all(abs(count[entity_id] - minutes * 6) <= 1 for entity_id in ENERGY)  # each report is told, the same or not
    assert minutes // 30 - 1 <= count["sensor.outdoor_temperature"] <= minutes // 30 + 1
    assert {count[f"binary_sensor.{name}_contact"] for name in ("front_door", "back_door", "mailbox")} == {6, 2}
    phone = [change for change in changes if change.entity_id == "device_tracker.nora_phone"]
    assert list(dict.fromkeys(change.new["state"] for change in phone)) == ["home", "not_home"]

    # The coffee maker was switched off after its hour, also while nobody looked.
    ran = day.journal.triggered(*window)
    calls = day.journal.caused_by(
        ran["automation.coffee_maker_off_after_an_hour"].cause, day.journal.between(*window, "call_service")
    )
    assert [call.service for call in calls] == ["switch.turn_off"]
    assert abs(calls[0].at - at("06:30")) <= 10

    # Everybody left at 08:11 and the house was armed; Nora came back at 15:32.
    assert abs(ran["automation.everybody_left"].at - at("08:16")) <= 10
    armed = [change for change in changes if change.entity_id == "alarm_control_panel.house_alarm"]
    assert [change.new["state"] for change in armed] == ["arming", "armed_away", "disarmed"]
    assert abs(ran["automation.somebody_came_home"].at - at("15:32")) <= 10
    assert (await day.state("input_select.house_mode"))["state"] == "home"
    assert (await day.state("input_boolean.mail_waiting"))["state"] == "on"
    assert "The washing is done" in day.messages
    assert "Somebody rang at the door" in day.messages

    await recorded(day, window)


async def recorded(day: Home, window: tuple[float, float]) -> None:
    """Every state change is in the database, and comes back over the history API."""
    await day.app.recorder.flush()
    start, end = quote(to_iso(window[0])), quote(to_iso(window[1]))
    for entity_id in CLIMATE + ENERGY:
        answer = await day.client.get(
            f"/api/history/period/{start}?end_time={end}&filter_entity_id={entity_id}&significant_changes_only=0&no_attributes"
        )
        assert answer.status == 200, answer
        (rows,) = answer.json
        heard = [change for change in day.journal.changes(*window) if change.entity_id == entity_id]
        # The first row is the state that held when the window began.
        states = [row["state"] for row in rows]
        assert states[1:] == [change.new["state"] for change in heard], entity_id
    assert day.app.recorder.info().rows_lost == 0


async def sunset(day: Home) -> None:
    setting = (await day.state("sun.sun"))["attributes"]["next_setting"]
    assert setting.startswith("2026-02-11T00:35")  # 17:35 in Denver, as high as it lies
    await day.until(at("17:35"))
    await day.until(at("17:37"), 0.5)
    await day.noted()
    window = at("17:35"), at("17:37")

    ran = day.journal.triggered(*window)
    assert set(ran) == {"automation.evening_at_sunset"}
    evening = ran["automation.evening_at_sunset"]
    assert to_iso(evening.at)[:16] == setting[:16]
    calls = day.journal.caused_by(evening.cause, day.journal.between(*window, "call_service"))
    assert [call.service for call in calls][:2] == ["light.turn_on", "scene.turn_on"]
    assert calls[0].data["service_data"]["entity_id"] == ["light.porch_light"]
    changes = day.journal.caused_by(evening.cause, day.journal.changes(*window))
    assert devices(changes) == EVENING | {"light.porch_light"}
    for entity_id in EVENING:
        assert (await day.state(entity_id))["state"] == "on"
    assert (await day.state("light.sofa_lamp"))["attributes"]["brightness"] == 140


async def goodnight(day: Home) -> None:
    await day.until(at("21:59:58"))
    lit = {state["entity_id"] for state in (await day.client.get("/api/states")).json if state["state"] == "on"}
    lights = {entity_id for entity_id in lit if entity_id.startswith("light.")} - {"light.living_room_lamps"}
    assert len(lights) == 9
    said = len(day.messages)
    await day.until(at("22:00:20"), 0.25)
    await day.noted()
    window = at("22:00"), at("22:00:20")

    ran = day.journal.triggered(*window)
    assert set(ran) == {"automation.goodnight", "automation.goodnight_verifies_the_locks"}
    # The press came over Zigbee; the automation goes back to it, and the verification to the automation.
    pressed = next(entry for entry in day.journal.changes(*window) if entry.entity_id == "event.bedside_button_action")
    assert pressed.new["attributes"]["event_type"] == "single"
    assert ran["automation.goodnight"].parent == pressed.cause
    said_goodnight = next(day.journal.between(*window, "goodnight_said"))
    assert said_goodnight.data == {"by": "bedside"}
    assert ran["automation.goodnight_verifies_the_locks"].parent == said_goodnight.cause

    family = ran["automation.goodnight"].cause
    changes = day.journal.caused_by(family, day.journal.changes(*window))
    assert devices(changes) == lights | {
        "switch.television",
        "climate.hallway_thermostat",
        "alarm_control_panel.house_alarm",
    }
    assert len(devices(changes)) == 12
    services = [call.service for call in day.journal.caused_by(family, day.journal.between(*window, "call_service"))]
    for service in (
        "script.goodnight",
        "scene.turn_on",
        "climate.set_temperature",
        "input_select.select_option",
        "alarm_control_panel.alarm_arm_night",
    ):
        assert services.count(service) == 1, services
    assert "lock.lock" not in services

    # All locks are confirmed and nobody is told.
    confirmed = next(day.journal.between(*window, "house_locked"))
    assert confirmed.data["doors"] == ["lock.front_door_lock", "lock.back_door_lock"]
    assert confirmed in day.journal.caused_by(family, [confirmed])
    assert len(day.messages) == said
    for entity_id in lights | {"switch.television"}:
        assert (await day.state(entity_id))["state"] == "off"
    assert (await day.state("alarm_control_panel.house_alarm"))["state"] == "armed_night"
    assert (await day.state("climate.hallway_thermostat"))["attributes"]["temperature"] == 66
    assert (await day.state("input_select.house_mode"))["state"] == "night"


async def quiet_night(day: Home) -> None:
    await day.until(at("22:30"))
    before = len(day.app.hub.tasks), day.app.hub.bus.fired
    await day.until(at("03:47", 1))
    await day.noted()
    window = at("22:30"), at("03:47", 1)
    # Sensors only: nothing of the house is switched, smoke and gas stay watched.
    assert not {call.service for call in day.journal.between(*window, "call_service")} - {"light.turn_off"}
    assert set(day.journal.triggered(*window)) == {"automation.garden_lights"}
    for entity_id in ("binary_sensor.hallway_smoke_smoke", "binary_sensor.basement_co_carbon_monoxide"):
        assert (await day.state(entity_id))["state"] == "off"
    assert len(day.app.hub.tasks) <= before[0]
    assert (await day.client.get("/api/health")).json["status"] == "healthy"
    # The whole day is there for the graphs.
    await recorded(day, (at("06:15"), at("03:47", 1)))


async def test_motion_in_the_entryway_alerts_while_the_house_is_armed(tmp_path: Path) -> None:
    async with home(tmp_path, at("09:00"), steps=()) as day:
        day.act("Alarm Panel", "command", "ARM_AWAY")
        await day.pass_time(40, 1.0)
        assert (await day.state("alarm_control_panel.house_alarm"))["state"] == "armed_away"
        start = day.clock.now()
        day.act("Entryway Motion", "motion")
        await day.settle()
        await day.pass_time(5)
        await day.noted()
        window = start, day.clock.now()
        ran = day.journal.triggered(*window)
        assert set(ran) == {"automation.motion_in_the_entryway_while_armed", "automation.the_alarm_went_off"}
        motion = next(
            e for e in day.journal.changes(*window) if e.entity_id == "binary_sensor.entryway_motion_occupancy"
        )
        assert ran["automation.motion_in_the_entryway_while_armed"].parent == motion.cause
        assert day.messages == ["Somebody is in the entryway while the house is armed"]
        assert (await day.state("alarm_control_panel.house_alarm"))["state"] == "triggered"
        assert (await day.state("siren.siren"))["state"] == "on"
        siren = day.house.things["Siren"]
        assert isinstance(siren, Siren)
        assert siren.sounding == "burglar"


async def test_a_lock_that_stays_open_at_night_is_told_to_the_family(tmp_path: Path) -> None:
    async with home(tmp_path, at("21:58"), steps=()) as day:
        day.act("Back Door Lock", "unlock")
        day.act("Back Door Lock", "jam")
        await day.pass_time(2)
        start = day.clock.now()
        day.act("Bedside Button", "press", "single")
        await day.settle()
        await day.pass_time(10)
        await day.noted()
        ran = day.journal.triggered(start, day.clock.now())
        verify = ran["automation.goodnight_verifies_the_locks"].cause
        calls = day.journal.caused_by(verify, day.journal.between(start, day.clock.now(), "call_service"))
        assert [call.service for call in calls if call.service.startswith("lock.")] == ["lock.lock"]
        assert day.messages == []  # the bolt has half a minute

        await day.pass_time(30, 1.0)
        await day.noted()
        assert day.messages == ["Not locked: Back Door Lock"]
        calls = day.journal.caused_by(verify, day.journal.between(start, day.clock.now(), "call_service"))
        assert "notify.send_message" in [call.service for call in calls]
        assert not list(day.journal.between(start, day.clock.now(), "house_locked"))
        assert (await day.state("lock.back_door_lock"))["state"] == "unlocked"
