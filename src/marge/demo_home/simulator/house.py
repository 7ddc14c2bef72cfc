"""The house: every device with its address. Entities get their ids from what the devices say of themselves."""

from __future__ import annotations

import random
from typing import Any

from marge.core.clock import Clock
from marge.demo_home.simulator.esphome.components import (
    BinarySensor,
    Button,
    Cover,
    Fan,
    Number,
    Presses,
    RgbLight,
    Select,
    Sensor,
    Switch,
    Text,
    Thermostat,
    Valve,
)
from marge.demo_home.simulator.esphome.node import Node
from marge.demo_home.simulator.gateways.alarm import AlarmPanel
from marge.demo_home.simulator.gateways.camera import FrontCamera
from marge.demo_home.simulator.gateways.household import Humidifier, MessageBoard, Mower, Phone, WeatherStation
from marge.demo_home.simulator.gateways.valetudo import Vacuum
from marge.demo_home.simulator.station import Station, Surroundings, Thing
from marge.demo_home.simulator.tasmota.devices import Dimmer, Meter, Plug, Relay, RelayLight, Shutter
from marge.demo_home.simulator.world import World
from marge.demo_home.simulator.zigbee.device import ZigbeeDevice
from marge.demo_home.simulator.zigbee.gateway import Group, Zigbee2Mqtt
from marge.demo_home.simulator.zigbee.lamps import ColorLamp, WarmLamp, WhiteLamp
from marge.demo_home.simulator.zigbee.lamps import Plug as ZigbeePlug
from marge.demo_home.simulator.zigbee.movers import Blinds, Lock, Siren
from marge.demo_home.simulator.zigbee.sensors import (
    Button as ZigbeeButton,
)
from marge.demo_home.simulator.zigbee.sensors import (
    ClimateSensor,
    Contact,
    GasDetector,
    LeakSensor,
    MotionSensor,
    SmokeDetector,
    SoilSensor,
)

# Name → kind, for those that need no more than an address.
ZIGBEE: tuple[tuple[type[ZigbeeDevice], tuple[str, ...]], ...] = (
    (WarmLamp, ("Bedroom Lamp Left", "Bedroom Lamp Right", "Floor Lamp", "Hallway Ceiling")),
    (ColorLamp, ("Sofa Lamp",)),
    (WhiteLamp, ("Kitchen Ceiling",)),
    (ZigbeePlug, ("Television", "Washing Machine")),
    (Lock, ("Front Door Lock", "Back Door Lock")),
    (MotionSensor, ("Entryway Motion", "Hallway Motion", "Kitchen Motion", "Living Room Motion")),
    (Contact, ("Front Door", "Back Door", "Bedroom Window", "Mailbox")),
    (LeakSensor, ("Bathroom Leak", "Laundry Leak")),
    (SmokeDetector, ("Hallway Smoke",)),
    (GasDetector, ("Basement CO",)),
    (SoilSensor, ("Ficus",)),
    (ZigbeeButton, ("Bedside Button",)),
    (Siren, ("Siren",)),
    (Blinds, ("Living Room Blinds",)),
)
# Room → how much warmer and damper it is than the house.
CLIMATES = (
    ("Living Room", 0.6, 0.0),
    ("Kitchen", 1.0, 3.0),
    ("Bedroom", -1.2, 1.0),
    ("Bathroom", 0.8, 12.0),
    ("Office", 0.2, -1.0),
    ("Nursery", 0.4, 2.0),
    ("Basement", -3.5, 9.0),
)
RESIDENTS = ("Nora", "Theo")


class House:
    """All stations, and all things by name."""

    def __init__(self, clock: Clock, rng: random.Random, time_zone: str = "America/Denver") -> None:
        self.clock = clock
        self.world = World(clock, time_zone)
        around = Surroundings(clock, rng, self.world)
        self.board = MessageBoard(around)
        self.stations: list[Station] = [
            zigbee(around),
            *tasmota(around),
            *esphome(around),
            AlarmPanel(around),
            Vacuum(around),
            FrontCamera(around),
            Humidifier(around),
            Mower(around),
            WeatherStation(around),
            self.board,
            *(Phone(around, resident) for resident in RESIDENTS),
        ]
        self.things: dict[str, Thing] = {thing.name: thing for station in self.stations for thing in station.things}

    def act(self, name: str, action: str, value: Any = None) -> None:
        """Let something happen; raises KeyError for an unknown thing and ValueError for what it cannot do."""
        self.things[name].act(action, value)

    def start(self) -> None:
        """Let all devices begin to measure."""
        for station in self.stations:
            station.start()

    def stop(self) -> None:
        """Stop all timers."""
        for station in self.stations:
            station.stop()


def zigbee(around: Surroundings) -> Zigbee2Mqtt:
    """The gateway with its devices and one group."""
    gateway = Zigbee2Mqtt(around)
    number = 0x00158D0001A20000
    for kind, names in ZIGBEE:
        for name in names:
            number += 0x11
            gateway.devices.append(kind(gateway, f"0x{number:016x}", name))
    for room, warmer, damper in CLIMATES:
        number += 0x11
        gateway.devices.append(ClimateSensor(gateway, f"0x{number:016x}", f"{room} Climate", warmer, damper))
    lamps = [device for device in gateway.devices if device.name in ("Sofa Lamp", "Floor Lamp")]
    relax = {"state": "ON", "brightness": 90, "color_temp": 420}
    bright = {"state": "ON", "brightness": 254, "color_temp": 250}
    gateway.groups.append(Group(1, "Living Room Lamps", lamps, {1: ("Relax", relax), 2: ("Bright", bright)}))
    return gateway


def tasmota(around: Surroundings) -> list[Station]:
    """The Wi-Fi switches and lights."""
    return [
        Plug(around, "3A7F10", "coffee-maker", "Kitchen", "Coffee Maker"),
        Meter(around, "5C11E2", "house-meter", "House Meter", ""),
        RelayLight(around, "4B2A91", "porch-light", "Porch", "Light"),
        RelayLight(around, "4B2AA7", "garden-lights", "Garden", "Lights"),
        Dimmer(around, "7D30C4", "bookshelf", "Living Room", "Bookshelf"),
        Relay(around, "3A8055", "bathroom-fan", "Bathroom", "Fan"),
        Shutter(around, "6E01B8", "office-blinds", "Office", "Blinds"),
    ]


def esphome(around: Surroundings) -> list[Station]:
    """The nodes that somebody soldered."""
    hallway = Node(around, "a0b76510c2d4", "hallway", "Hallway")
    Thermostat(hallway, "Thermostat")

    garage = Node(around, "a0b76510d018", "garage", "Garage")
    Cover(garage, "Door", "garage")
    BinarySensor(garage, "Car", "occupancy")
    Sensor(garage, "Temperature", lambda: around.world.outdoor_temperature() + 4, unit="°C", device_class="temperature")
    Button(garage, "Restart")

    media = Node(around, "a0b76510e7aa", "media-wall", "Media Wall")
    RgbLight(media, "TV Backlight")

    bedroom = Node(around, "a0b765110b3c", "bedroom", "Bedroom")
    Fan(bedroom, "Fan")

    irrigation = Node(around, "a0b7651132f6", "irrigation", "Irrigation")
    valve = Valve(irrigation, "Valve")
    Number(irrigation, "Minutes", 12, 1, 60, 1, "min")
    Sensor(
        irrigation,
        "Water Flow",
        lambda: 7.4 + around.rng.gauss(0, 0.2) if valve.open else 0.0,
        unit="L/min",
        device_class="volume_flow_rate",
        seconds=30,
    )

    display = Node(around, "a0b765114411", "kitchen-display", "Kitchen Display")
    Text(display, "Message")
    Select(display, "Page", ("Clock", "Weather", "Calendar", "Energy"))
    Number(display, "Backlight", 70, 0, 100, 5, "%")
    Switch(display, "Screen")

    doorbell = Node(around, "a0b7651155c8", "doorbell", "Doorbell")
    Presses(doorbell, "Button")
    Switch(doorbell, "Chime")
    return [hallway, garage, media, bedroom, irrigation, display, doorbell]
