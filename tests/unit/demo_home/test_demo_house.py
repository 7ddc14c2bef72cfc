"""What the simulated devices announce, and how they answer; on a clock that the test moves, without a network."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from marge.demo_home.simulator.day import Day
from marge.demo_home.simulator.house import House
from marge.demo_home.simulator.mqtt import Address, MqttClient
from marge.demo_home.simulator.station import Station
from marge.demo_home.simulator.timetable import TUESDAY, Step
from marge.mqtt.topics import matches
from marge.testing import FakeClock

NOON = datetime(2026, 2, 10, 12, tzinfo=ZoneInfo("America/Denver"))


class Wire(MqttClient):
    """Notes what a device publishes instead of sending it."""

    def __init__(self, station: Station) -> None:
        super().__init__(
            Address("", 0), station.client_id, on_connect=lambda: None, on_message=lambda topic, payload: None
        )
        self.sent: list[tuple[str, bytes, bool]] = []

    def publish(self, topic: str, payload: str | bytes, qos: int = 0, retain: bool = False) -> None:
        self.sent.append((topic, payload.encode() if isinstance(payload, str) else payload, retain))


class Rig:
    """The house with a wire to each station."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = FakeClock(NOON)
        self.house = House(self.clock, random.Random(seed))
        self.wires = {station.client_id: Wire(station) for station in self.house.stations}
        for station in self.house.stations:
            station.client = self.wires[station.client_id]

    def announce(self) -> None:
        for station in self.house.stations:
            station.announce()

    def tell(self, topic: str, payload: str) -> None:
        """A command from the hub, to whoever listens to its topic; half a minute later."""
        heard = [station for station in self.house.stations if any(matches(name, topic) for name in station.filters)]
        assert len(heard) == 1, topic
        heard[0].on_message(topic, payload.encode())
        self.clock.advance(30)

    def last(self, topic: str) -> Any:
        """The last message on a topic."""
        payloads = [payload for wire in self.wires.values() for at, payload, _retain in wire.sent if at == topic]
        assert payloads, topic
        try:
            return json.loads(payloads[-1])
        except ValueError:
            return payloads[-1].decode()

    def discovered(self) -> Iterator[tuple[Station, str, dict[str, Any]]]:
        """Each entity: who announced it, its component, its configuration."""
        for station in self.house.stations:
            for topic, payload, retain in self.wires[station.client_id].sent:
                if not topic.startswith("homeassistant/"):
                    continue
                assert retain and topic.endswith("/config"), topic
                config = json.loads(payload)
                component = topic.split("/")[1]
                if component == "device":
                    for each in config["cmps"].values():
                        yield station, each["p"], {**each, "dev": config["dev"]}
                else:
                    yield station, component, config


@pytest.fixture
def rig() -> Rig:
    made = Rig()
    made.announce()
    return made


def test_there_are_more_than_sixty_entities_in_more_than_fifteen_domains_on_more_than_25_devices(rig: Rig) -> None:
    found = list(rig.discovered())
    domains = Counter(component for _station, component, _config in found)
    devices = {
        json.dumps((config.get("device") or config["dev"]).get("ids") or config["device"]["identifiers"])
        for _station, _component, config in found
    }
    assert len(found) >= 150
    assert len(domains) >= 24
    assert len(devices) >= 45
    assert {"light", "climate", "lock", "cover", "event", "camera", "vacuum", "valve", "notify"} <= domains.keys()


def test_unique_ids_are_unique(rig: Rig) -> None:
    ids = Counter(config.get("unique_id") or config["uniq_id"] for _station, _component, config in rig.discovered())
    assert [unique for unique, count in ids.items() if count > 1] == []


def test_devices_listen_to_every_command_topic_that_they_announce(rig: Rig) -> None:
    topics = [
        (station, value)
        for station, _component, config in rig.discovered()
        for key, value in config.items()
        if key.endswith(("command_topic", "cmd_t", "set_pos_t", "set_position_topic", "set_fan_speed_topic"))
    ]
    assert len(topics) > 60
    deaf = [topic for station, topic in topics if not any(matches(name, topic) for name in station.filters)]
    assert deaf == []


def test_the_same_seed_makes_the_same_house() -> None:
    first, second, other = Rig(), Rig(), Rig(seed=2)
    for made in (first, second, other):
        made.announce()
        made.house.start()
        made.clock.advance(600)
    sent = [{name: wire.sent for name, wire in made.wires.items()} for made in (first, second, other)]
    assert sent[0] == sent[1]
    assert sent[0] != sent[2]


def test_a_lamp_answers_over_zigbee2mqtt(rig: Rig) -> None:
    rig.tell("zigbee2mqtt/Sofa Lamp/set", '{"state": "ON", "brightness": 51, "transition": 600}')
    state = rig.last("zigbee2mqtt/Sofa Lamp")
    assert (state["state"], state["brightness"]) == ("ON", 51)
    assert rig.last("zigbee2mqtt/Living Room Lamps")["state"] == "ON"
    rig.tell("zigbee2mqtt/Sofa Lamp/set/state", "OFF")
    assert rig.last("zigbee2mqtt/Living Room Lamps")["state"] == "OFF"


def test_a_scene_of_a_group_sets_its_lamps(rig: Rig) -> None:
    rig.tell("zigbee2mqtt/Living Room Lamps/set", '{ "scene_recall": 1 }')
    assert rig.last("zigbee2mqtt/Floor Lamp")["brightness"] == 90


def test_a_jammed_lock_stays_unlocked(rig: Rig) -> None:
    rig.house.act("Back Door Lock", "unlock")
    rig.house.act("Back Door Lock", "jam")
    rig.tell("zigbee2mqtt/Back Door Lock/set", "LOCK")
    assert rig.last("zigbee2mqtt/Back Door Lock")["state"] == "UNLOCK"
    rig.house.act("Back Door Lock", "free")
    rig.tell("zigbee2mqtt/Back Door Lock/set", "LOCK")
    assert rig.last("zigbee2mqtt/Back Door Lock")["state"] == "LOCK"


def test_tasmota_obeys_and_tells_result_power_and_state(rig: Rig) -> None:
    rig.tell("cmnd/coffee-maker/POWER", "ON")
    assert rig.last("stat/coffee-maker/RESULT") == {"POWER": "ON"}
    assert rig.last("stat/coffee-maker/POWER") == "ON"
    assert rig.last("tele/coffee-maker/STATE")["POWER"] == "ON"
    rig.tell("cmnd/office-blinds/Backlog", "ShutterClose1")
    assert rig.last("stat/office-blinds/SHUTTER1") == 0
    rig.tell("cmnd/bookshelf/Dimmer", "35")
    state = rig.last("tele/bookshelf/STATE")
    assert (state["POWER"], state["Dimmer"]) == ("ON", 35)
    rig.tell("cmnd/coffee-maker/NONSENSE", "")
    assert rig.last("stat/coffee-maker/RESULT") == {"Command": "Unknown"}


def test_esphome_obeys_and_reports_each_aspect(rig: Rig) -> None:
    rig.tell("hallway/climate/thermostat/target_temperature/command", "21.11")
    assert rig.last("hallway/climate/thermostat/target_temperature/state") == 21.1
    rig.tell("garage/cover/door/command", "OPEN")
    assert rig.last("garage/cover/door/state") == "open"
    rig.tell("bedroom/fan/fan/speed_level/command", "3")
    assert rig.last("bedroom/fan/fan/speed_level/state") == 3
    rig.tell("irrigation/valve/valve/command", "OPEN")
    assert rig.last("irrigation/valve/valve/state") == "open"


@pytest.mark.parametrize(
    "payload", ["", "null", "[1]", "{", '{"state": 7}', '{"brightness": "x", "state": null}', "\udcff"]
)
def test_nonsense_breaks_no_device(rig: Rig, payload: str) -> None:
    data = payload.encode(errors="surrogateescape")
    for station, _component, config in list(rig.discovered()):
        for key, value in config.items():
            if key.endswith(("command_topic", "cmd_t", "set_pos_t", "set_fan_speed_topic")):
                station.on_message(value, data)
    rig.clock.advance(60)


def test_the_alarm_arms_after_its_exit_delay(rig: Rig) -> None:
    rig.house.act("Alarm Panel", "command", "ARM_AWAY")
    assert rig.last("alarmo/state") == "arming"
    rig.clock.advance(31)
    assert rig.last("alarmo/state") == "armed_away"
    rig.tell("alarmo/command", "DISARM")
    assert rig.last("alarmo/state") == "disarmed"


def test_every_step_of_the_timetable_can_happen(rig: Rig) -> None:
    rig.clock.move_to(NOON.replace(hour=0))
    day = Day(rig.house, TUESDAY)
    day.start()
    rig.clock.advance(86_400)
    assert rig.last("zigbee2mqtt/Bedside Button")["action"] == "single"
    day.stop()


def test_a_day_begins_where_the_clock_is_and_comes_again(rig: Rig) -> None:
    rang = []
    rig.house.act = lambda name, action, value=None: rang.append((rig.clock.now(), name))  # type: ignore[method-assign]
    day = Day(rig.house, (Step("11:00:00", "early", "x"), Step("13:30:00", "late", "x")))
    day.start()
    rig.clock.advance(86_400)
    assert rang == [(NOON.timestamp() + 5400, "late"), (NOON.timestamp() + 23 * 3600, "early")]
    day.stop()
    rig.clock.advance(86_400)
    assert len(rang) == 2


def test_an_unknown_thing_or_action_is_refused(rig: Rig) -> None:
    with pytest.raises(KeyError):
        rig.house.act("Nothing", "on")
    for name in rig.house.things:
        with pytest.raises(ValueError, match="cannot fly"):
            rig.house.act(name, "fly")
