"""What Home Assistant made of a remote's triggers announced over MQTT, replayed against Marge."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from discovery_rig import DiscoveryRig

from marge.automation.devices.listing import capabilities, of_device
from marge.automation.ports import House, PlainTimers, TriggerHost
from marge.automation.triggers import attach_all, parse_triggers

(RECORDED,) = json.loads((Path(__file__).parent / "announced.json").read_text())


class Watchers:
    """Who watches a trigger of the device, and what they were told."""

    def __init__(self, rig: DiscoveryRig) -> None:
        announced = {"mqtt": rig.mqtt.triggers}
        self.house = House(rig.hub, rig.templates, rig.registries, rig.link, device_triggers=announced)
        self._removes: dict[str, Callable[[], None]] = {}
        self._told: list[list[Any]] = []

    @property
    def device_id(self) -> str:
        (device,) = self.house.registries.devices
        return device.id

    def watch(self, name: str, type: str, subtype: str) -> None:
        config = {"platform": "device", "domain": "mqtt", "device_id": self.device_id, "type": type, "subtype": subtype}
        host = TriggerHost(self.house, name, PlainTimers(self.house.clock))
        remove = attach_all(parse_triggers(config), host, partial(self._note, name))
        assert remove is not None
        self._removes[name] = remove

    def _note(self, name: str, variables: dict[str, Any], context: Any = None) -> None:
        self._told.append([name, {key: variables["trigger"][key] for key in variables["trigger"] if key not in _OWN}])

    def leave(self, name: str) -> None:
        self._removes.pop(name)()

    def told(self) -> list[list[Any]]:
        told, self._told = self._told, []
        return sorted(told, key=lambda each: str(each[0]))


_OWN = ("id", "idx")


def test_announced_triggers_are_listed_and_fire_as_in_home_assistant() -> None:
    rig = DiscoveryRig()
    watchers = Watchers(rig)
    for each in RECORDED["steps"]:
        step = each["step"]
        if "say" in step:
            rig.publish(*step["say"])
        elif "watch" in step:
            watchers.watch(*step["watch"])
        else:
            watchers.leave(step["leave"])
        listed = of_device(watchers.house, "trigger", watchers.device_id)
        assert _sorted({**item, "device_id": "<device>"} for item in listed) == _sorted(each["listed"]), step
        assert watchers.told() == sorted(each["told"], key=lambda told: str(told[0])), step
    items = of_device(watchers.house, "trigger", watchers.device_id)
    assert [capabilities(watchers.house, "trigger", item) for item in items] == RECORDED["capabilities"]


def _sorted(items: Any) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: (item["type"], item["subtype"]))
