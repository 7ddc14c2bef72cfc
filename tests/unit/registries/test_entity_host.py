"""How an entity gets its place, and how it follows what the user changes."""

from __future__ import annotations

from typing import Any

import pytest
from registry_house import House

from marge.core.context import Context
from marge.core.state import State
from marge.entities import DeviceInfo, Entity, EntityIndex
from marge.entities.sensor import SensorEntity
from marge.registries import EntityHost


class Sensor(Entity):
    """A sensor that shows `value` and counts its comings and goings."""

    domain = "sensor"
    platform = "demo"

    def __init__(self, unique_id: str | None = "u", **facts: Any) -> None:
        self.unique_id = unique_id
        self.value: str | None = "1"
        self.calls: list[str] = []
        for name, value in facts.items():
            setattr(self, name, value)

    @property
    def state(self) -> str | None:
        return self.value

    def capabilities(self) -> dict[str, Any] | None:
        return {"state_class": "measurement"}

    def added(self) -> None:
        self.calls.append(f"added {self.entity_id}")

    def removed(self) -> None:
        self.calls.append(f"removed {self.entity_id}")


class LivingHouse(House):
    """A house with a host for entities; the last run's states and the customizing can be set."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.customized: dict[str, dict[str, Any]] = {}
        self.last_states: dict[str, State] = {}
        self.index = EntityIndex(self.hub, self.registries.targets)
        self.host = EntityHost(
            self.hub, self.registries, self.index, restorer=self, customize=lambda id: self.customized.get(id, {})
        )
        self.entry_id = self.registries.entries.ensure("demo", "Demo").id

    def last_state(self, entity_id: str) -> State | None:
        return self.last_states.get(entity_id)

    def restart(self) -> LivingHouse:
        return LivingHouse(self.store, self.clock, seed=2)

    def shown(self, entity_id: str) -> tuple[str, dict[str, Any]] | None:
        state = self.hub.states.get(entity_id)
        return None if state is None else (state.state, state.attributes)

    def on_device(self, **facts: Any) -> Sensor:
        device = DeviceInfo(identifiers=frozenset({("demo", "d")}), name="Plug", manufacturer="Maker")
        return Sensor(config_entry_id=self.entry_id, device=device, has_entity_name=True, **facts)


@pytest.fixture
def living() -> LivingHouse:
    return LivingHouse()


def test_an_entity_with_a_unique_id_is_registered_with_what_it_says_of_itself(living: LivingHouse) -> None:
    sensor = living.on_device(
        name="Power", device_class="power", unit_of_measurement="W", icon="mdi:flash", entity_category="diagnostic"
    )
    assert living.host.add(sensor)
    entry = living.registries.entities.get("sensor.plug_power")
    assert entry is not None
    assert (entry.platform, entry.unique_id, entry.original_name, entry.has_entity_name) == ("demo", "u", "Power", True)
    assert (entry.original_device_class, entry.unit_of_measurement, entry.original_icon) == ("power", "W", "mdi:flash")
    assert (entry.entity_category, entry.capabilities) == ("diagnostic", {"state_class": "measurement"})
    device = living.registries.devices.get(entry.device_id or "")
    assert device is not None
    assert (device.name, device.manufacturer, device.config_entries) == ("Plug", "Maker", (living.entry_id,))
    assert living.index.get("sensor.plug_power") is sensor
    assert sensor.calls == ["added sensor.plug_power"]
    assert living.shown("sensor.plug_power") == (
        "1",
        {
            "state_class": "measurement",
            "unit_of_measurement": "W",
            "device_class": "power",
            "icon": "mdi:flash",
            "friendly_name": "Plug Power",
        },
    )


@pytest.mark.parametrize(
    ("facts", "entity_id"),
    [
        ({"name": None}, "sensor.plug"),
        ({"name": "Power", "suggested_object_id": "my id"}, "sensor.my_id"),
        ({"name": "Power", "entity_id": "sensor.asked_for"}, "sensor.asked_for"),
        ({"name": "Power", "has_entity_name": False}, "sensor.power"),
    ],
)
def test_what_the_entity_id_is_made_of(living: LivingHouse, facts: dict[str, Any], entity_id: str) -> None:
    sensor = living.on_device()
    for name, value in facts.items():
        setattr(sensor, name, value)
    living.host.add(sensor)
    assert sensor.entity_id == entity_id


def test_an_entity_without_a_unique_id_takes_the_id_it_asks_for_or_a_free_one(living: LivingHouse) -> None:
    living.host.add(Sensor("u", suggested_object_id="taken"))
    wishes = [
        Sensor(None, entity_id="sensor.wanted"),
        Sensor(None, entity_id="sensor.taken"),
        Sensor(None, name="Wanted"),
        Sensor(None),
    ]
    assert all(living.host.add(sensor) for sensor in wishes)
    assert [sensor.entity_id for sensor in wishes] == [
        "sensor.wanted",
        "sensor.taken_2",
        "sensor.wanted_2",
        "sensor.unnamed_device",
    ]
    assert len(living.registries.entities) == 1


def test_a_second_entity_with_the_same_unique_id_is_refused_by_name(
    living: LivingHouse, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = Sensor("u", name="First"), Sensor("u", name="Second")
    assert living.host.add(first)
    assert not living.host.add(second)
    assert "demo sensor Second (unique id u) is not added: sensor.first has this unique id already" in caplog.text
    assert living.index.get("sensor.first") is first
    assert (second.calls, second.is_added) == ([], False)


def test_wrong_descriptions_are_refused_with_the_reason_and_leave_nothing(
    living: LivingHouse, caplog: pytest.LogCaptureFixture
) -> None:
    for sensor, reason in (
        (Sensor("1", entity_category="nonsense"), "nonsense"),
        (Sensor("2", config_entry_id=living.entry_id, device=DeviceInfo(name="x")), "identifiers and connections"),
        (Sensor("3", config_entry_id="gone"), "Config entry gone"),
        (Sensor(None, entity_id="light.x"), "light.x is no entity id of the domain sensor"),
        (Sensor(None, entity_id="sensor.X"), "sensor.X is no entity id"),
    ):
        caplog.clear()
        assert not living.host.add(sensor)
        assert reason in caplog.text
    living.host.add(Sensor(None, entity_id="sensor.x"))
    assert not living.host.add(Sensor(None, entity_id="sensor.x"))
    assert len(living.index) == 1
    assert len(living.registries.entities) == 0


def test_an_entity_that_fails_is_left_out_and_the_hub_goes_on(
    living: LivingHouse, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Sensor):
        def added(self) -> None:
            raise RuntimeError("no")

    assert not living.host.add(Broken("b", name="Broken"))
    assert not living.host.add(Broken(None, name="Nameless"))
    assert "sensor.broken failed while it was added" in caplog.text
    assert len(living.index) == 0
    assert living.shown("sensor.broken") == (
        "unavailable",
        {"restored": True, "state_class": "measurement", "friendly_name": "Broken", "supported_features": 0},
    )
    assert living.shown("sensor.nameless") is None


def test_the_last_runs_state_is_there_before_added(living: LivingHouse) -> None:
    last = State("sensor.power", "5", {}, 1.0, 1.0, 1.0, Context("c"))
    living.last_states["sensor.power"] = last
    seen: list[State | None] = []

    class Restored(Sensor):
        def added(self) -> None:
            super().added()
            seen.append(self.last_state)

    sensor = Restored(name="Power")
    living.host.add(sensor)
    assert seen == [last]
    assert sensor.last_state is None


def test_a_rename_moves_the_state_and_keeps_the_entity(living: LivingHouse) -> None:
    sensor = Sensor(name="Power")
    living.host.add(sensor)
    living.registries.entities.update("sensor.power", new_entity_id="sensor.watt")
    assert living.shown("sensor.power") is None
    assert living.index.get("sensor.power") is None
    assert living.index.get("sensor.watt") is sensor
    assert sensor.calls == ["added sensor.power"]
    sensor.value = "2"
    sensor.write_state()
    assert living.shown("sensor.watt") == ("2", {"state_class": "measurement", "friendly_name": "Power"})


def test_overrides_of_name_icon_and_class_show_at_once_and_after_a_restart(living: LivingHouse) -> None:
    sensor = living.on_device(name="Power", device_class="power", unit_of_measurement="W", icon="mdi:flash")
    living.host.add(sensor)
    entities = living.registries.entities
    entities.update("sensor.plug_power", name="Mine", icon="mdi:star", device_class="energy")
    wanted = {
        "state_class": "measurement",
        "friendly_name": "Mine",
        "icon": "mdi:star",
        "device_class": "energy",
        "unit_of_measurement": "W",
    }
    assert living.shown("sensor.plug_power") == ("1", wanted)
    again = living.restart()
    again.host.add(again.on_device(name="Power", device_class="power", unit_of_measurement="W", icon="mdi:flash"))
    assert again.shown("sensor.plug_power") == ("1", wanted)
    again.registries.entities.update("sensor.plug_power", name=None)
    assert again.shown("sensor.plug_power")[1]["friendly_name"] == "Plug Power"  # type: ignore[index]


def power_sensor() -> SensorEntity:
    sensor = SensorEntity()
    sensor.platform, sensor.unique_id, sensor.name = "demo", "p", "Power"
    sensor.device_class, sensor.native_unit_of_measurement, sensor.suggested_display_precision = "power", "W", 0
    sensor.native_value = 1500
    return sensor


def test_the_registry_keeps_the_unit_that_is_shown_and_the_decimals_that_go_with_it(living: LivingHouse) -> None:
    living.host.add(power_sensor())
    entities = living.registries.entities
    entry = entities.get("sensor.power")
    assert entry is not None
    assert (entry.unit_of_measurement, entry.options) == ("W", {"sensor": {"suggested_display_precision": 0}})
    entities.update_options("sensor.power", "sensor", {"unit_of_measurement": "kW", "display_precision": 1})
    shown = living.shown("sensor.power")
    assert shown is not None
    assert (shown[0], shown[1]["unit_of_measurement"]) == ("1.5", "kW")
    entry = entities.get("sensor.power")
    assert entry is not None
    assert entry.unit_of_measurement == "kW"
    assert entry.options == {
        "sensor": {"unit_of_measurement": "kW", "display_precision": 1, "suggested_display_precision": 3}
    }
    again = living.restart()
    again.host.add(power_sensor())
    assert again.shown("sensor.power") == shown
    assert again.fired("entity_registry_updated") == []


def test_a_unit_that_the_value_cannot_be_converted_to_is_not_shown(living: LivingHouse) -> None:
    living.host.add(power_sensor())
    living.registries.entities.update_options("sensor.power", "sensor", {"unit_of_measurement": "°C"})
    shown = living.shown("sensor.power")
    assert shown is not None
    assert (shown[0], shown[1]["unit_of_measurement"]) == ("1500", "W")


def test_a_change_that_does_not_show_writes_no_state(living: LivingHouse) -> None:
    living.host.add(Sensor(name="Power"))
    before = living.hub.states.get("sensor.power")
    living.clock.advance(1)
    living.registries.entities.update("sensor.power", hidden_by="user", labels=["l"])
    assert before is not None
    assert living.hub.states.get("sensor.power") is before
    assert before.last_reported == living.clock.now() - 1


def test_a_renamed_device_renames_the_entities_that_carry_its_name(living: LivingHouse) -> None:
    living.host.add(living.on_device(name="Power"))
    device = living.registries.devices.find(identifiers=[("demo", "d")])
    assert device is not None
    living.registries.devices.update(device.id, name_by_user="Kettle")
    assert living.shown("sensor.plug_power")[1]["friendly_name"] == "Kettle Power"  # type: ignore[index]


def test_customize_has_the_last_word(living: LivingHouse) -> None:
    living.customized["sensor.power"] = {"friendly_name": "Custom", "extra": 1}
    living.customized["sensor.plain"] = {"icon": "mdi:x"}
    living.host.add(Sensor(name="Power"))
    living.host.add(Sensor(None, name="Plain"))
    assert living.shown("sensor.power")[1] == {"state_class": "measurement", "friendly_name": "Custom", "extra": 1}  # type: ignore[index]
    assert living.shown("sensor.plain")[1]["icon"] == "mdi:x"  # type: ignore[index]


def test_disabling_takes_the_entity_out_and_enabling_brings_it_back(living: LivingHouse) -> None:
    sensor = Sensor(name="Power")
    living.host.add(sensor)
    entities = living.registries.entities
    entities.update("sensor.power", disabled_by="user")
    assert living.shown("sensor.power") is None
    assert len(living.index) == 0
    sensor.write_state()
    assert living.shown("sensor.power") is None
    entities.update("sensor.power", new_entity_id="sensor.watt")
    entities.update("sensor.watt", disabled_by=None)
    assert living.index.get("sensor.watt") is sensor
    assert living.shown("sensor.watt") is not None
    assert sensor.calls == ["added sensor.power", "removed sensor.power", "added sensor.watt"]


def test_an_entity_disabled_by_default_waits_for_the_user(living: LivingHouse) -> None:
    sensor = Sensor(name="Power", enabled_by_default=False, visible_by_default=False)
    assert living.host.add(sensor)
    entry = living.registries.entities.get("sensor.power")
    assert entry is not None
    assert (entry.disabled_by, entry.hidden_by) == ("integration", "integration")
    assert (living.shown("sensor.power"), sensor.calls) == (None, [])
    assert not living.host.add(Sensor(name="Twin"))
    living.registries.entities.update("sensor.power", disabled_by=None)
    assert living.shown("sensor.power") is not None


def test_a_disabled_device_takes_its_entities_out_even_those_to_come(living: LivingHouse) -> None:
    living.host.add(living.on_device(name="Power"))
    device = living.registries.devices.find(identifiers=[("demo", "d")])
    assert device is not None
    living.registries.devices.update(device.id, disabled_by="user")
    late = living.on_device(name="Late")
    late.unique_id = "late"
    living.host.add(late)
    assert living.hub.states.entity_ids() == []
    living.registries.devices.update(device.id, disabled_by=None)
    assert sorted(living.hub.states.entity_ids()) == ["sensor.plug_late", "sensor.plug_power"]


def test_removal_from_the_registry_removes_entity_and_state(living: LivingHouse) -> None:
    sensor, aside = Sensor(name="Power"), Sensor("aside", name="Aside", enabled_by_default=False)
    living.host.add(sensor)
    living.host.add(aside)
    living.registries.entities.remove("sensor.power")
    living.registries.entities.remove("sensor.aside")
    assert living.shown("sensor.power") is None
    assert sensor.calls[-1] == "removed sensor.power"
    assert not sensor.is_added
    assert living.host.add(Sensor(name="Power"))
    assert living.host.add(Sensor("aside", name="Aside"))


def test_an_entity_that_leaves_stays_visible_as_unavailable_and_takes_its_place_again(living: LivingHouse) -> None:
    sensor = living.on_device(name="Power", device_class="power", unit_of_measurement="W", icon="mdi:flash")
    sensor.supported_features = 3
    living.host.add(sensor)
    living.host.remove(sensor)
    assert sensor.calls[-1] == "removed sensor.plug_power"
    assert living.shown("sensor.plug_power") == (
        "unavailable",
        {
            "restored": True,
            "state_class": "measurement",
            "device_class": "power",
            "icon": "mdi:flash",
            "friendly_name": "Plug Power",
            "unit_of_measurement": "W",
            "supported_features": 3,
        },
    )
    living.host.remove(sensor)
    assert len(sensor.calls) == 2
    assert living.host.add(living.on_device(name="Power"))
    assert living.shown("sensor.plug_power")[0] == "1"  # type: ignore[index]


def test_an_entity_that_is_forgotten_or_was_never_registered_leaves_nothing(living: LivingHouse) -> None:
    known, unknown, aside = Sensor(name="A"), Sensor(None, name="B"), Sensor("c", name="C", enabled_by_default=False)
    for sensor in (known, unknown, aside):
        living.host.add(sensor)
        living.host.remove(sensor, forget=True)
    assert living.hub.states.entity_ids() == []
    assert len(living.registries.entities) == len(living.index) == 0


def test_refresh_tells_the_registry_and_shows_the_new_description(living: LivingHouse) -> None:
    sensor = living.on_device(name="Power")
    living.host.add(sensor)
    sensor.name, sensor.device_class = "Load", "power"
    sensor.device = DeviceInfo(identifiers=frozenset({("demo", "d")}), name="Socket", sw_version="2")
    living.host.refresh(sensor)
    entry = living.registries.entities.get("sensor.plug_power")
    assert entry is not None
    assert (entry.original_name, entry.original_device_class) == ("Load", "power")
    assert living.shown("sensor.plug_power") == (
        "1",
        {"state_class": "measurement", "device_class": "power", "friendly_name": "Socket Load"},
    )


def test_refresh_with_a_wrong_description_is_logged_and_the_entity_lives_on(
    living: LivingHouse, caplog: pytest.LogCaptureFixture
) -> None:
    sensor = Sensor(name="Power")
    living.host.add(sensor)
    sensor.entity_category, sensor.value = "nonsense", "2"
    living.host.refresh(sensor)
    assert "The new description of sensor.power is not kept" in caplog.text
    assert living.shown("sensor.power")[0] == "2"  # type: ignore[index]


def test_an_entity_that_cannot_describe_itself_is_refused_or_shows_the_rest(
    living: LivingHouse, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Sensor):
        broken = True

        def capabilities(self) -> dict[str, Any] | None:
            if self.broken:
                raise RuntimeError("no")
            return {"state_class": "total"}

    sensor = Broken(name="Power")
    assert not living.host.add(sensor)
    assert "cannot describe itself" in caplog.text
    assert len(living.registries.entities) == 0
    sensor.broken = False
    assert living.host.add(sensor)
    sensor.broken = True
    living.host.refresh(sensor)
    assert "sensor.power cannot show its capabilities" in caplog.text
    assert living.shown("sensor.power") == ("1", {"friendly_name": "Power"})


def test_refresh_of_an_entity_that_was_let_go_does_not_register_it_again(living: LivingHouse) -> None:
    sensor = Sensor(name="Power")
    living.host.add(sensor)
    living.registries.entities.remove("sensor.power")
    living.host.refresh(sensor)
    assert len(living.registries.entities) == 0
    assert living.shown("sensor.power") is None


def test_a_disabled_entity_may_be_refreshed(living: LivingHouse) -> None:
    sensor = Sensor(name="Power", enabled_by_default=False)
    living.host.add(sensor)
    sensor.name = "Load"
    living.host.refresh(sensor)
    assert living.registries.entities.get("sensor.power").original_name == "Load"  # type: ignore[union-attr]
    assert living.shown("sensor.power") is None


def test_after_a_start_what_nothing_backs_is_unavailable_and_follows_the_registry(living: LivingHouse) -> None:
    for name in ("One", "Two", "Three", "Back"):
        living.host.add(Sensor(name, name=name))
    living.registries.entities.update("sensor.three", disabled_by="user")
    again = living.restart()
    again.host.add(Sensor("Back", name="Back"))
    assert again.host.unbacked.write_all() == 2
    assert {state.entity_id: state.state for state in again.hub.states.all()} == {
        "sensor.one": "unavailable",
        "sensor.two": "unavailable",
        "sensor.back": "1",
    }
    entities = again.registries.entities
    entities.update("sensor.one", new_entity_id="sensor.uno", name="Uno")
    entities.remove("sensor.two")
    assert sorted(again.hub.states.entity_ids()) == ["sensor.back", "sensor.uno"]
    assert again.shown("sensor.uno")[1]["friendly_name"] == "Uno"  # type: ignore[index]
    assert again.host.add(Sensor("One", name="One"))
    assert again.shown("sensor.uno") == ("1", {"state_class": "measurement", "friendly_name": "Uno"})
    entities.update("sensor.uno", disabled_by="user")
    assert again.shown("sensor.uno") is None
