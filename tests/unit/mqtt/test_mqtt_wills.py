"""Wills across a stop of the broker: published after the next start when the client stays away, and only then."""

from __future__ import annotations

import pytest
from mqtt_rig import Rig

from marge.mqtt.packets import V5, Will
from marge.mqtt.properties import Properties
from marge.mqtt.wills import GRACE, WILLS, Wills

TOPIC = "dev/availability"
WILL = Will(TOPIC, b"offline", 1, True)


def wills_of(rig: Rig) -> Wills:
    wills = Wills(rig.broker, rig.local, rig.store, rig.clock)
    wills.load()
    return wills


async def stopped(*wills: Will) -> Rig:
    """A broker that has stopped while clients `c0`, `c1` … were connected and online."""
    rig = Rig()
    here = wills_of(rig)
    for number, will in enumerate(wills):
        client = rig.client(f"c{number}", V5, will=will)
        client.publish(will.topic, b"online", retain=True)
    here.leave()
    await rig.broker.stop()
    await rig.persistence.stop()
    return rig


def said(rig: Rig) -> bytes | None:
    message = rig.broker.router.retained.get(TOPIC)
    return None if message is None else message.payload


async def test_a_client_that_stays_away_is_offline_a_minute_after_the_start() -> None:
    rig = (await stopped(WILL)).restart()
    wills_of(rig)
    rig.clock.advance(GRACE - 1)
    assert said(rig) == b"online"
    rig.clock.advance(1)
    assert said(rig) == b"offline"
    assert rig.store.collections[WILLS] == {}


async def test_a_client_that_is_back_under_its_name_is_well() -> None:
    rig = (await stopped(WILL)).restart()
    wills_of(rig)
    rig.client("c0")
    rig.clock.advance(GRACE)
    assert said(rig) == b"online"
    assert rig.store.collections[WILLS] == {}


async def test_a_client_that_speaks_under_another_name_is_well_even_if_it_says_what_was_said() -> None:
    rig = (await stopped(WILL)).restart()
    wills_of(rig)
    rig.client("mqttjs_7f3a").publish(TOPIC, b"online", retain=True)
    rig.clock.advance(GRACE)
    assert said(rig) == b"online"
    assert rig.store.collections[WILLS] == {}


async def test_what_is_not_decided_yet_outlives_another_stop() -> None:
    rig = (await stopped(WILL)).restart()
    wills = wills_of(rig)
    rig.clock.advance(GRACE / 2)
    wills.leave()
    await rig.broker.stop()
    again = rig.restart()
    wills_of(again)
    again.clock.advance(GRACE)
    assert said(again) == b"offline"


async def test_a_will_that_nobody_would_find_later_is_not_kept() -> None:
    rig = await stopped(Will(TOPIC, b"offline"))
    assert WILLS not in rig.store.collections


async def test_properties_come_along_and_the_message_expires_from_when_it_is_published() -> None:
    properties = Properties(message_expiry_interval=30, user_properties=(("a", "1"),))
    rig = (await stopped(Will(TOPIC, b"offline", 0, True, properties))).restart()
    wills_of(rig)
    listener = rig.client("listener", V5)
    listener.subscribe("dev/#")
    listener.take()
    rig.clock.advance(GRACE)
    rig.settle()
    [message] = listener.messages()
    assert message.properties.user_properties == (("a", "1"),)
    assert message.properties.message_expiry_interval == 30


async def test_what_cannot_be_read_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    rig.store.put(WILLS, "dev/#", b"{}")
    wills_of(rig)
    assert rig.store.collections[WILLS] == {}
    assert "cannot be read and is given up" in caplog.text
