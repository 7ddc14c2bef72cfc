"""`kill -9`, SIGTERM, and the same data directory again: the house is as it was."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from child_hub import ChildHub
from restart_house import FILES, Furnished, Snapshot

from marge.util.dt import parse_datetime


def seconds(text: str) -> float:
    moment = parse_datetime(text)
    assert moment is not None
    return moment.timestamp()


@pytest.fixture(scope="module", params=[signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "kill -9"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A furnished house after a restart; its devices have not said a word since."""
    child = ChildHub(tmp_path_factory.mktemp("restart"), FILES)
    furnished = Furnished(child)

    async def prepare() -> None:
        await child.start()
        await furnished.furnish()
        await child.end(request.param)
        # The shorter of the two `for` timers runs out while there is no hub.
        await asyncio.sleep(
            max(0.0, seconds(furnished.before.states["binary_sensor.window"]["last_changed"]) + 2.2 - time.time())
        )
        furnished.restarted_at = time.time()
        await child.start()
        furnished.after = await Snapshot.of(child)

    try:
        asyncio.run(prepare())
        yield furnished
    finally:
        child.clear()


@pytest.mark.parametrize(
    "entity_id",
    [
        "switch.lamp_switch",
        "sensor.reading_power",
        "sensor.secret",
        "binary_sensor.window",
        "input_boolean.guests",
        "input_number.target",
        "input_text.note",
        "input_select.mode",
        "input_datetime.wake",
        "counter.visits",
        "timer.iron",
        "automation.button",
        "automation.sleepy",
        "automation.due",
    ],
)
def test_a_state_is_back_with_its_attributes_and_times(house: Furnished, entity_id: str) -> None:
    before, after = house.before.states[entity_id], house.after.states[entity_id]
    for key in ("state", "attributes", "last_changed"):
        assert after[key] == before[key]


def test_nothing_appears_that_was_not_there(house: Furnished) -> None:
    assert house.after.states.keys() - house.before.states.keys() <= set()


@pytest.mark.parametrize("kind", ["entity", "device", "area", "floor", "label"])
def test_a_registry_is_back(house: Furnished, kind: str) -> None:
    assert house.before.registries[kind]
    key = f"{kind}_id" if kind in ("area", "floor", "label") else "id"
    before, after = (
        {entry[key]: entry for entry in snapshot.registries[kind]} for snapshot in (house.before, house.after)
    )
    assert after == before


def test_a_renamed_entity_keeps_its_name_and_a_disabled_one_has_no_state(house: Furnished) -> None:
    assert house.after.states["sensor.reading_power"]["attributes"]["friendly_name"] == "Draw"
    assert "sensor.dull" not in house.after.states


def test_an_entity_whose_announcement_was_not_retained_is_unavailable(house: Furnished) -> None:
    state = house.after.states["sensor.passing"]
    assert state["state"] == "unavailable"
    assert state["attributes"]["restored"] is True


async def test_a_silent_device_is_heard_again(house: Furnished) -> None:
    async with house.child.mqtt() as device:
        await device.publish("lamp/power", "12")
        await house.child.becomes("sensor.reading_power", "12")


async def test_a_retained_message_is_back_and_a_cleared_one_is_not(house: Furnished) -> None:
    async with house.child.mqtt() as client:
        await client.subscribe("notes/#", qos=1)
        message = await asyncio.wait_for(anext(client.messages), 5)
        assert (str(message.topic), message.payload, message.retain) == ("notes/kept", b"on the fridge", True)
        await client.publish("notes/end", "", qos=1)
        assert str((await asyncio.wait_for(anext(client.messages), 5)).topic) == "notes/end"


async def test_a_persistent_session_gets_what_was_queued_for_it(house: Furnished) -> None:
    async with house.child.mqtt("phone", clean_session=False) as phone:
        got: list[Any] = [(await asyncio.wait_for(anext(phone.messages), 5)).payload for _ in range(3)]
        assert got == [b"0", b"1", b"2"]


async def test_a_token_still_works_and_a_revoked_one_does_not(house: Furnished) -> None:
    child = house.child
    assert (await child.get("/api/")).status == 200
    assert (await child.get("/api/", token=house.revoked["access_token"])).status == 401
    form = {"grant_type": "refresh_token", "client_id": "http://127.0.0.1/", "refresh_token": child.refresh_token}
    fresh = await child.form("/auth/token", form)
    assert (await child.get("/api/", token=fresh["access_token"])).status == 200
    answer = await child.request(
        "POST",
        "/auth/token",
        body=f"grant_type=refresh_token&client_id=http://127.0.0.1/&refresh_token={house.revoked['refresh_token']}".encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        token="",
    )
    assert answer.status == 400


async def test_a_long_lived_token_still_works_and_a_revoked_one_does_not(house: Furnished) -> None:
    kept, revoked = house.long_lived
    assert (await house.child.get("/api/", token=kept)).status == 200
    assert (await house.child.get("/api/", token=revoked)).status == 401


def test_a_running_timer_helper_goes_on(house: Furnished) -> None:
    before, after = house.before.states["timer.oven"], house.after.states["timer.oven"]
    assert after["state"] == "active"
    assert abs(seconds(after["attributes"]["finishes_at"]) - seconds(before["attributes"]["finishes_at"])) < 1.1


async def test_an_overdue_for_fires_at_once(house: Furnished) -> None:
    await house.child.becomes("input_boolean.fired_overdue", "on")
    state = await house.child.state("automation.overdue")
    assert state is not None
    assert house.restarted_at < seconds(state["attributes"]["last_triggered"]) < house.restarted_at + 5


async def test_a_running_for_fires_when_it_is_due(house: Furnished) -> None:
    await house.child.becomes("input_boolean.fired_due", "on")
    state = await house.child.state("automation.due")
    assert state is not None
    since = seconds(house.before.states["binary_sensor.window"]["last_changed"])
    assert 6.0 <= seconds(state["attributes"]["last_triggered"]) - since < 7.0


async def test_nothing_failed(house: Furnished) -> None:
    await house.child.assert_serves()
    house.child.assert_no_failures()
