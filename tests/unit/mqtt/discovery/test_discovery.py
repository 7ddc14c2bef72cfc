"""Announcing, changing, moving and removing things."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.testing import FakeClock
from marge.util.schema import Invalid

DEVICE = {"identifiers": ["d1"], "name": "Device", "manufacturer": "Acme"}
SENSOR = {"state_topic": "s", "unique_id": "u1", "device": DEVICE, "name": "Value"}
NUMERIC = {**SENSOR, "unit_of_measurement": "W"}
CONFIG = "homeassistant/sensor/it/config"
BUNDLE: dict[str, Any] = {
    "dev": {"ids": "d1", "name": "Device"},
    "o": {"name": "test", "sw": "1"},
    "state_topic": "state",
    "availability_topic": "alive",
    "cmps": {
        "t": {"p": "sensor", "uniq_id": "t", "val_tpl": "{{ value_json.t }}", "dev_cla": "temperature"},
        "h": {"p": "sensor", "uniq_id": "h", "val_tpl": "{{ value_json.h }}", "name": "Humidity"},
        "b": {"p": "device_automation", "atype": "trigger", "type": "press", "stype": "one", "t": "button"},
    },
}
DEVICE_TOPIC = "homeassistant/device/d1/config"


def bundle(**components: Any) -> dict[str, Any]:
    return {**BUNDLE, "cmps": {**BUNDLE["cmps"], **components}}


def test_an_empty_message_removes_the_entity_and_the_device_that_has_nothing_left() -> None:
    rig = DiscoveryRig()
    rig.announce("sensor", SENSOR)
    rig.publish("homeassistant/tag/scanner/config", {"topic": "tag", "device": DEVICE})
    assert len(rig.registries.devices) == 1
    rig.publish(CONFIG, "", retain=True)
    assert len(rig.hub.states) == 0
    assert len(rig.registries.entities) == 0
    assert len(rig.registries.devices) == 1
    rig.publish("homeassistant/tag/scanner/config", "")
    assert len(rig.registries.devices) == 0
    rig.publish(CONFIG, "")
    assert len(rig.discovery) == 0


def test_an_update_in_place_keeps_the_state_and_follows_the_new_topics() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", SENSOR)
    assert sensor == "sensor.device_value"
    rig.publish("s", "5")
    rig.announce("sensor", {**SENSOR, "state_topic": "s2", "icon": "mdi:new", "unit_of_measurement": "W"})
    assert rig.state(sensor) == "5"
    assert rig.attribute(sensor, "icon") == "mdi:new"
    rig.publish("s", "6")
    assert rig.state(sensor) == "5"
    rig.publish("s2", "7")
    assert rig.state(sensor) == "7"
    entry = rig.registries.entities.get(sensor)
    assert entry is not None
    assert (entry.original_icon, entry.unit_of_measurement) == ("mdi:new", "W")


def test_the_same_announcement_again_changes_nothing() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", {**SENSOR, "availability_topic": "alive"})
    rig.publish("alive", "online")
    rig.publish("s", "5")
    before = rig.broker.router.subscription_count
    state = rig.hub.states.get(sensor)
    rig.announce("sensor", {**SENSOR, "availability_topic": "alive"})
    assert rig.hub.states.get(sensor) is state
    assert rig.broker.router.subscription_count == before


def test_a_wrong_update_leaves_the_entity_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", SENSOR)
    rig.announce("sensor", {**SENSOR, "state_class": "nonsense"})
    assert "data['state_class']" in caplog.text
    rig.publish("s", "5")
    assert rig.state(sensor) == "5"


def test_another_unique_id_makes_another_entity() -> None:
    rig = DiscoveryRig()
    rig.announce("sensor", SENSOR)
    rig.announce("sensor", {**SENSOR, "unique_id": "u2"})
    assert rig.registries.entities.get_entity_id("sensor", "mqtt", "u1") is None
    assert rig.registries.entities.get_entity_id("sensor", "mqtt", "u2") == "sensor.device_value"
    assert len(rig.hub.states) == 1
    assert rig.sent() == []
    assert len(rig.discovery) == 1


def test_a_second_use_of_a_unique_id_is_refused_until_the_first_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.announce("sensor", SENSOR)
    rig.announce("sensor", {**SENSOR, "state_topic": "other"}, "second")
    assert "has this unique id already" in caplog.text
    assert rig.hub.states.entity_ids() == ["sensor.device_value"]
    rig.publish(CONFIG, "")
    assert rig.hub.states.entity_ids() == []
    rig.announce("sensor", {**SENSOR, "state_topic": "other"}, "second")
    rig.publish("other", "1")
    assert rig.state("sensor.device_value") == "1"


def test_two_messages_in_a_burst_are_processed_in_order() -> None:
    rig = DiscoveryRig()
    for unit in ("W", "kW", "MW"):
        rig.link.publish(CONFIG, '{"state_topic":"s","name":"it","unit_of_measurement":"%s"}' % unit)  # noqa: UP031
    rig.settle()
    assert rig.attribute("sensor.it", "unit_of_measurement") == "MW"


def test_the_registry_knows_the_device_and_its_parent() -> None:
    rig = DiscoveryRig()
    rig.announce(
        "sensor", {"state_topic": "x", "unique_id": "p", "device": {"identifiers": "parent", "name": "Parent"}}
    )
    child = rig.announce(
        "sensor",
        {
            **SENSOR,
            "device": {
                **DEVICE,
                "via_device": "parent",
                "connections": [["mac", "AA-BB-CC-00-11-22"]],
                "suggested_area": "Attic",
                "configuration_url": "http://192.0.2.1",
            },
        },
        "child",
    )
    entry = rig.registries.entities.get(child)
    assert entry is not None and entry.device_id is not None
    device = rig.registries.devices.get(entry.device_id)
    assert device is not None and device.via_device_id is not None
    parent = rig.registries.devices.get(device.via_device_id)
    assert parent is not None and parent.name == "Parent"
    assert device.connections == {("mac", "aa:bb:cc:00:11:22")}
    assert device.area_id is not None
    area = rig.registries.areas.get(device.area_id)
    assert area is not None and area.name == "Attic"


def test_a_bundle_announces_all_components_of_a_device() -> None:
    rig = DiscoveryRig()
    rig.publish(DEVICE_TOPIC, BUNDLE, retain=True)
    assert rig.hub.states.entity_ids() == ["sensor.device_temperature", "sensor.device_humidity"]
    assert len(rig.mqtt.triggers) == 1
    assert rig.state("sensor.device_humidity") == "unavailable"
    rig.publish("alive", "online")
    rig.publish("state", {"t": 20, "h": 50})
    assert rig.state("sensor.device_temperature") == "20"
    assert rig.state("sensor.device_humidity") == "50"
    rig.publish(DEVICE_TOPIC, bundle(h={"p": "sensor"}))
    assert rig.hub.states.entity_ids() == ["sensor.device_temperature"]
    without = {**BUNDLE, "cmps": {"t": BUNDLE["cmps"]["t"]}}
    rig.publish(DEVICE_TOPIC, without)
    assert len(rig.mqtt.triggers) == 1
    rig.publish(DEVICE_TOPIC, "")
    assert len(rig.hub.states) == len(rig.registries.devices) == len(rig.mqtt.triggers) == 0


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        ({key: value for key, value in BUNDLE.items() if key != "o"}, "origin"),
        ({key: value for key, value in BUNDLE.items() if key != "dev"}, "device"),
        ({key: value for key, value in BUNDLE.items() if key != "cmps"}, "components"),
        (bundle(x={"p": "sensor", "stat_t": "x"}), "unique_id"),
        (bundle(x={"p": "toaster", "uniq_id": "x"}), "toaster"),
        (bundle(x={"uniq_id": "x"}), "platform"),
        (bundle(x="sensor"), "expected an object"),
        ({**BUNDLE, "o": {"sw": "1"}}, "origin['name']"),
    ],
)
def test_a_malformed_bundle_changes_nothing(payload: Any, where: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.publish(DEVICE_TOPIC, payload)
    assert len(rig.hub.states) == 0
    assert where in caplog.text


def test_one_bad_component_of_a_bundle_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.publish(DEVICE_TOPIC, bundle(x={"p": "switch", "uniq_id": "x"}))
    assert len(rig.hub.states) == 2
    assert "data['command_topic']" in caplog.text


def test_single_announcements_move_into_a_bundle_and_back() -> None:
    rig = DiscoveryRig()
    single = "homeassistant/sensor/d1/t/config"
    config = {"uniq_id": "t", "stat_t": "state", "val_tpl": "{{ value_json.t }}", "dev": BUNDLE["dev"], "name": "T"}
    rig.publish(single, config, retain=True)
    entry = rig.registries.entities.get("sensor.device_t")
    assert entry is not None
    rig.registries.entities.update(entry.entity_id, name="Mine")
    rig.publish(single, {"migrate_discovery": True}, retain=True)
    assert rig.state("sensor.device_t") == "unavailable"
    rig.publish(DEVICE_TOPIC, BUNDLE, retain=True)
    rig.publish(single, "", retain=True)
    rig.publish("alive", "online")
    rig.publish("state", {"t": 3, "h": 4})
    assert rig.state("sensor.device_t") == "3"
    assert rig.attribute("sensor.device_t", "friendly_name") == "Mine"
    moved = rig.registries.entities.get("sensor.device_t")
    assert moved is not None and moved.id == entry.id
    rig.publish(DEVICE_TOPIC, {"migr_discvry": True}, retain=True)
    rig.publish(single, config, retain=True)
    rig.publish(DEVICE_TOPIC, "", retain=True)
    rig.publish("state", {"t": 5})
    assert rig.state("sensor.device_t") == "5"


def test_a_second_way_of_announcing_without_a_migration_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.publish(DEVICE_TOPIC, BUNDLE)
    rig.publish("homeassistant/sensor/d1/t/config", {"uniq_id": "t", "stat_t": "other", "name": "T"})
    assert "migrate_discovery" in caplog.text
    rig.publish("homeassistant/sensor/d1/t/config", "")
    assert rig.state("sensor.device_temperature") == "unavailable"
    assert len(rig.hub.states) == 2


def test_deleting_an_entity_clears_its_announcement() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", SENSOR)
    rig.registries.entities.remove(sensor)
    rig.settle()
    assert rig.sent() == [(CONFIG, "")]
    assert rig.flags[-1] == (0, True)
    assert rig.broker.router.retained.get(CONFIG) is None
    assert len(rig.hub.states) == 0
    rig.announce("sensor", SENSOR)
    assert rig.hub.states.entity_ids() == [sensor]


def test_deleting_a_device_clears_the_announcements_of_all_that_it_has() -> None:
    rig = DiscoveryRig()
    rig.announce("sensor", SENSOR)
    rig.publish("homeassistant/tag/scanner/config", {"topic": "tag", "device": DEVICE}, retain=True)
    (device,) = rig.registries.devices
    rig.registries.devices.remove(device.id)
    rig.settle()
    assert sorted(rig.sent()) == [(CONFIG, ""), ("homeassistant/tag/scanner/config", "")]
    assert len(rig.discovery) == len(rig.hub.states) == 0
    assert rig.mqtt.holders == {}


def test_a_device_goes_with_the_last_that_it_had() -> None:
    rig = DiscoveryRig()
    first = rig.announce("sensor", SENSOR)
    second = rig.announce("sensor", {**SENSOR, "unique_id": "u2"}, "other")
    rig.publish("homeassistant/tag/scanner/config", {"topic": "tag", "device": DEVICE}, retain=True)
    rig.registries.entities.remove(first)
    rig.registries.entities.remove(second)
    assert len(rig.registries.devices) == 1
    rig.publish("homeassistant/tag/scanner/config", "", retain=True)
    assert len(rig.registries.devices) == 0
    third = rig.announce("sensor", SENSOR)
    assert len(rig.registries.devices) == 1
    rig.registries.entities.remove(third)
    assert len(rig.registries.devices) == 0


def test_the_announcement_of_a_whole_device_is_cleared_with_the_last_of_it() -> None:
    rig = DiscoveryRig()
    rig.publish(DEVICE_TOPIC, BUNDLE, retain=True)
    rig.registries.entities.remove("sensor.device_temperature")
    rig.settle()
    assert rig.sent() == []
    (device,) = rig.registries.devices
    rig.registries.devices.remove_config_entry(device.id, rig.mqtt.config_entry_id)
    rig.settle()
    assert rig.sent() == [(DEVICE_TOPIC, "")]
    assert rig.broker.router.retained.get(DEVICE_TOPIC) is None
    assert len(rig.registries.devices) == len(rig.hub.states) == len(rig.mqtt.triggers) == len(rig.discovery) == 0


def test_a_device_that_another_integration_has_too_only_leaves_mqtt() -> None:
    rig = DiscoveryRig()
    rig.publish(DEVICE_TOPIC, BUNDLE, retain=True)
    (device,) = rig.registries.devices
    other = rig.registries.entries.create("other", "Other")
    rig.registries.devices.get_or_create(other.id, identifiers=device.identifiers)
    rig.registries.devices.update(device.id, name_by_user="Mine")
    assert len(rig.mqtt.triggers) == 1
    rig.registries.devices.remove_config_entry(device.id, rig.mqtt.config_entry_id)
    rig.settle()
    assert rig.sent() == [(DEVICE_TOPIC, "")]
    assert len(rig.hub.states) == len(rig.mqtt.triggers) == len(rig.discovery) == 0
    (left,) = rig.registries.devices
    assert left.config_entries == (other.id,)


def test_a_removed_thing_leaves_no_subscription_behind() -> None:
    rig = DiscoveryRig()
    before = rig.broker.router.subscription_count
    rig.publish(DEVICE_TOPIC, BUNDLE)
    rig.announce("sensor", {**SENSOR, "json_attributes_topic": "j", "expire_after": 5, "availability_topic": "alive"})
    rig.publish("s", "1")
    rig.publish(DEVICE_TOPIC, "")
    rig.publish(CONFIG, "")
    assert rig.broker.router.subscription_count == before
    assert rig.mqtt.groups == {}
    assert rig.clock.pending == 0


@pytest.mark.parametrize(
    ("topic", "payload", "line"),
    [
        ("homeassistant/sensor/a b/config", "{}", "illegal discovery topic"),
        (CONFIG, "no json", "no JSON"),
        (CONFIG, "[]", "no JSON object"),
        (CONFIG, b"\xff\xfe", "no JSON"),
        (CONFIG, {"name": "x"}, "required key not provided @ data['state_topic']"),
        (CONFIG, {"state_topic": "a/#/b"}, "data['state_topic']"),
        (CONFIG, {"state_topic": "a", "qos": 3}, "data['qos']"),
        (CONFIG, {"state_topic": "a", "device": {"name": "x"}}, "at least one identifying value"),
        (CONFIG, {"state_topic": "a", "device": {"identifiers": "x", "connections": [["mac"]]}}, "data['device']"),
        (CONFIG, {"state_topic": "a", "value_template": "{{ value"}, "data['value_template']"),
        (
            CONFIG,
            {"state_topic": "a", "availability": [{"payload_available": "x"}]},
            "data['availability'][0]['topic']",
        ),
        (CONFIG, {"state_topic": "a", "availability": [{"topic": "x"}], "availability_topic": "y"}, "not both"),
        (CONFIG, {"state_topic": "a", "origin": {"sw": "1"}}, "origin['name']"),
        (CONFIG, {"state_topic": "a", "entity_category": "system"}, "entity_category"),
        (CONFIG, {"state_topic": "a", "entity_picture": "no url"}, "invalid url"),
    ],
)
def test_a_wrong_message_is_logged_with_its_place(
    topic: str, payload: Any, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig = DiscoveryRig()
    good = rig.announce("sensor", {"state_topic": "good"}, "good")
    rig.publish(topic, payload)
    assert line in caplog.text
    assert topic in caplog.text
    assert len(rig.discovery) == 1
    rig.publish("good", "1")
    assert rig.state(good) == "1"


def test_unknown_keys_are_passed_over_and_short_ones_win() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce(
        "sensor", {"state_topic": "long", "stat_t": "~/s", "~": "base", "whatever": [1], "name": "it"}
    )
    rig.publish("long", "1")
    rig.publish("base/s", "2")
    assert rig.state(sensor) == "2"


def test_topics_and_names_of_unknown_components_are_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.publish("homeassistant/toaster/it/config", {"a": 1})
    rig.publish("homeassistant/sensr/it/config", {"a": 1})
    rig.publish("homeassistant/sensor/config", {"a": 1})
    assert len(rig.discovery) == 0
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "There is no component 'toaster': passed over 'homeassistant/toaster/it/config'",
        "There is no component 'sensr': passed over 'homeassistant/sensr/it/config', did you mean 'sensor'?",
    ]


@pytest.mark.parametrize(
    ("component", "config", "words"),
    [
        (
            "sensor",
            {"state_topic": "s", "device_class": "tempreature"},
            "'tempreature' @ data['device_class'], did you",
        ),
        ("binary_sensor", {"state_topic": "s", "device_class": "dor"}, "device class 'dor'"),
        ("switch", {"command_topic": "c", "device_class": "lamp"}, "expected one of outlet, switch @ data["),
        ("number", {"command_topic": "c", "device_class": "timestamp"}, "device class 'timestamp'"),
        ("cover", {"command_topic": "c", "device_class": "x"}, "device class 'x'"),
        ("valve", {"command_topic": "c", "device_class": "x"}, "expected one of gas, water"),
        ("button", {"command_topic": "c", "device_class": "x"}, "expected one of identify, restart, update"),
        ("event", {"state_topic": "s", "event_types": ["x"], "device_class": "x"}, "button, doorbell, motion"),
        ("update", {"state_topic": "s", "device_class": "x"}, "expected one of firmware"),
    ],
)
def test_an_unknown_device_class_is_refused(
    component: str, config: dict[str, Any], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig = DiscoveryRig()
    rig.publish(f"homeassistant/{component}/it/config", {"unique_id": "u", **config})
    assert len(rig.discovery) == 0
    assert "refused: unknown device class" in caplog.text
    assert words in caplog.text


@pytest.mark.parametrize("device_class", ["Temperature", "wind_direction", None])
def test_a_device_class_may_be_written_in_capitals_be_new_or_be_none(device_class: str | None) -> None:
    rig = DiscoveryRig()
    rig.announce("sensor", {"state_topic": "s", "unique_id": "u", "device_class": device_class})
    assert len(rig.discovery) == 1


def test_the_name_comes_from_the_payload_the_class_or_the_component() -> None:
    rig = DiscoveryRig()
    common = {"state_topic": "s", "device": DEVICE}
    rig.announce("sensor", {**common, "name": None, "unique_id": "a"}, "a")
    rig.announce("sensor", {**common, "name": ..., "unique_id": "b", "device_class": "pm25"}, "b")
    rig.announce("sensor", {**common, "name": ..., "unique_id": "c"}, "c")
    rig.announce("sensor", {**common, "name": "Own", "unique_id": "d", "object_id": "chosen"}, "d")
    names = {state.entity_id: state.name for state in rig.hub.states.all()}
    assert names == {
        "sensor.device": "Device",
        "sensor.device_pm2_5": "Device PM2.5",
        "sensor.device_mqtt_sensor": "Device MQTT Sensor",
        "sensor.chosen": "Device Own",
    }


def test_an_entity_may_be_announced_as_disabled() -> None:
    rig = DiscoveryRig()
    rig.announce("sensor", {**SENSOR, "enabled_by_default": False})
    assert len(rig.hub.states) == 0
    rig.registries.entities.update("sensor.device_value", disabled_by=None)
    rig.publish("s", "4")
    assert rig.state("sensor.device_value") == "4"


def test_retained_states_come_with_the_announcement() -> None:
    rig = DiscoveryRig()
    rig.publish("s", "12", retain=True)
    rig.publish("alive", "online", retain=True)
    sensor = rig.announce("sensor", {**SENSOR, "availability_topic": "alive"})
    assert rig.state(sensor) == "12"


def test_a_restart_brings_everything_back_with_the_last_states() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", NUMERIC)
    rig.publish("s", "12")
    last = rig.hub.states.get(sensor)
    assert last is not None
    again = DiscoveryRig(store=rig.hub.store, clock=FakeClock(rig.clock.now() + 60))  # type: ignore[arg-type]
    again.last.states[sensor] = last
    again.announce("sensor", NUMERIC)
    assert again.state(sensor) == "12"
    again.publish("s", "")
    assert again.state(sensor) == "12"
    again.publish("s", "None")
    assert again.state(sensor) == "unknown"
    again.publish("s", "13")
    assert again.state(sensor) == "13"


def test_devices_that_announce_themselves_before_their_bridge_are_linked_to_it() -> None:
    rig = DiscoveryRig()
    lamp = {"identifiers": "lamp", "name": "Lamp", "via_device": "bridge"}
    sensor = rig.announce("sensor", {**SENSOR, "unique_id": "u", "device": lamp}, "lamp")
    rig.announce(
        "sensor", {**SENSOR, "unique_id": "b", "device": {"identifiers": "bridge", "name": "Bridge"}}, "bridge"
    )
    entry = rig.registries.entities.get(sensor)
    assert entry is not None and entry.device_id is not None
    device = rig.registries.devices.get(entry.device_id)
    bridge = rig.registries.devices.find([("mqtt", "bridge")])
    assert device is not None and bridge is not None
    assert device.via_device_id == bridge.id


def restarted(rig: DiscoveryRig, *entity_ids: str) -> DiscoveryRig:
    """The next run of the hub, with the last states of these entities."""
    again = DiscoveryRig(store=rig.hub.store, clock=FakeClock(rig.clock.now() + 60))  # type: ignore[arg-type]
    for entity_id in entity_ids:
        state = rig.hub.states.get(entity_id)
        assert state is not None
        again.last.states[entity_id] = state
    return again


def test_what_has_not_spoken_since_the_restart_can_be_renamed() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", {**NUMERIC, "unique_id": "u"})
    rig.publish("s", "12")
    before = rig.hub.states.get(sensor)
    again = restarted(rig, sensor)
    again.announce("sensor", {**NUMERIC, "unique_id": "u"})
    again.registries.entities.update(sensor, new_entity_id="sensor.mine", name="Mine", icon="mdi:pot")
    assert again.hub.states.get(sensor) is None
    state = again.hub.states.get("sensor.mine")
    assert state is not None and before is not None
    assert (state.state, state.last_changed) == ("12", before.last_changed)
    assert (state.attributes["friendly_name"], state.attributes["icon"]) == ("Mine", "mdi:pot")
    again.publish("s", "13")
    assert again.state("sensor.mine") == "13"
    assert again.hub.states.get(sensor) is None


def test_a_new_description_counts_at_once_and_a_new_unit_forgets_the_last_state() -> None:
    rig = DiscoveryRig()
    config = {**NUMERIC, "unique_id": "u", "icon": "mdi:old"}
    sensor = rig.announce("sensor", config)
    rig.publish("s", "12")
    again = restarted(rig, sensor)
    again.announce("sensor", {**NUMERIC, "unique_id": "u"})
    state = again.hub.states.get(sensor)
    assert state is not None
    assert state.state == "12"
    assert "icon" not in state.attributes
    third = restarted(rig, sensor)
    third.announce("sensor", {**config, "unit_of_measurement": "kW", "device_class": "power"})
    assert third.state(sensor) == "unknown"


def test_entities_of_the_configuration_are_as_good_as_announced_ones() -> None:
    rig = DiscoveryRig()
    rig.discovery.add_manual("switch", {"name": "Manual", "command_topic": "m/set", "state_topic": "m"})
    rig.discovery.add_manual("light", {"schema": "json", "name": "Lamp", "command_topic": "l/set"})
    rig.publish("m", "ON")
    assert rig.state("switch.manual") == "on"
    with pytest.raises(Invalid, match="did you mean 'command_topic'"):
        rig.discovery.add_manual("switch", {"comand_topic": "m/set"})
    with pytest.raises(Invalid, match="toaster"):
        rig.discovery.add_manual("toaster", {})
    with pytest.raises(Invalid, match="tag"):
        rig.discovery.add_manual("tag", {"topic": "x"})


def test_everything_is_unavailable_without_the_broker() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", SENSOR)
    rig.publish("s", "1")
    rig.link.set_connected(False)
    assert rig.state(sensor) == "unavailable"
    rig.link.set_connected(True)
    assert rig.state(sensor) == "1"
