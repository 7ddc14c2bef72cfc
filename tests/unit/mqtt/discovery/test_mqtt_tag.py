"""Tag scanners announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

DEVICE = {"identifiers": ["scanner"], "name": "Scanner"}
CONFIG = "homeassistant/tag/it/config"


def _scans(rig: DiscoveryRig) -> list[dict[str, Any]]:
    scans: list[dict[str, Any]] = []
    rig.hub.bus.listen("tag_scanned", lambda event: scans.append(event.data))
    return scans


def test_a_tag_becomes_an_event_of_its_device() -> None:
    rig = DiscoveryRig()
    scans = _scans(rig)
    rig.publish(CONFIG, {"topic": "tag", "device": DEVICE, "value_template": "{{ value_json.uid }}"})
    (device,) = rig.registries.devices
    rig.publish("tag", {"uid": " 04-AB "})
    rig.publish("tag", {"other": 1})
    rig.publish("tag", b"\xff")
    assert scans == [{"tag_id": "04-AB", "name": None, "device_id": device.id}]


def test_a_scanner_without_a_device() -> None:
    rig = DiscoveryRig()
    scans = _scans(rig)
    rig.publish(CONFIG, {"topic": "tag"})
    rig.publish("tag", "1")
    assert scans == [{"tag_id": "1", "name": None, "device_id": None}]


def test_a_scan_names_a_tag_that_has_a_name() -> None:
    rig = DiscoveryRig()
    scans = _scans(rig)
    rig.publish(CONFIG, {"topic": "tag"})
    entry = rig.registries.entities.get_or_create("tag", "tag", "1", original_name="Tag 1")
    rig.publish("tag", "1")
    rig.registries.entities.update(entry.entity_id, name="Front door")
    rig.publish("tag", "1")
    assert [scan["name"] for scan in scans] == ["Tag 1", "Front door"]


def test_an_update_moves_the_scanner() -> None:
    rig = DiscoveryRig()
    scans = _scans(rig)
    rig.publish(CONFIG, {"topic": "tag", "device": DEVICE})
    rig.publish(CONFIG, {"topic": "other", "device": {"identifiers": ["new"], "name": "New"}})
    rig.publish("tag", "old")
    rig.publish("other", "new")
    (device,) = rig.registries.devices
    assert device.name == "New"
    assert scans == [{"tag_id": "new", "name": None, "device_id": device.id}]
    rig.publish(CONFIG, "")
    rig.publish("other", "gone")
    assert len(scans) == 1
    assert len(rig.registries.devices) == 0
    assert rig.mqtt.holders == {}


def test_a_failing_template_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    scans = _scans(rig)
    rig.publish(CONFIG, {"topic": "tag", "value_template": "{{ 1 / 0 }}"})
    rig.publish("tag", "1")
    assert scans == []
    assert "template of the tag scanner on tag failed" in caplog.text


def test_a_wrong_update_changes_nothing() -> None:
    rig = DiscoveryRig()
    scans = _scans(rig)
    rig.publish(CONFIG, {"topic": "tag"})
    rig.publish(CONFIG, {"topic": "tag/#/x"})
    rig.publish("tag", "1")
    assert len(scans) == 1
