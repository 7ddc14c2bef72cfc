"""The services of the domain `mqtt`, on a broker in this process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from discovery_rig import DiscoveryRig

from marge.app import mqtt_services
from marge.app.mqtt_services import DUMP_FILE, MqttServices
from marge.config.house import HouseConfig, load
from marge.core.errors import OperationFailed, ServiceValidationError
from marge.core.events import Event
from marge.mqtt.discovery import ManualEntities
from marge.util.schema import Invalid

SWITCH = """
mqtt:
  - switch:
      - {unique_id: one, name: One, command_topic: one/set, state_topic: one}
      - {name: Two, command_topic: two/set, state_topic: two}
  - sensor: {unique_id: three, name: Three, state_topic: three}
"""


class Services(DiscoveryRig):
    """The services on a configuration in `folder`."""

    def __init__(self, folder: Path, configuration: str = "") -> None:
        super().__init__()
        self.folder = folder
        self.write(configuration)
        self.manual = ManualEntities(self.discovery)
        self.services = MqttServices(self.hub, self.link, self.manual, self._read, folder)
        items = load(folder).items("mqtt")
        self.services.register(items)
        self.manual.load(items)

    def write(self, configuration: str) -> None:
        (self.folder / "configuration.yaml").write_text(configuration)

    async def _read(self) -> HouseConfig:
        return load(self.folder)

    async def do(self, service: str, **data: object) -> None:
        await self.hub.services.call("mqtt", service, data)
        self.settle()

    async def dumped(self, seconds: float) -> str:
        self.clock.advance(seconds)
        await self.hub.tasks.settle()
        return (self.folder / DUMP_FILE).read_text()


async def test_a_dump_has_a_line_per_message_until_its_time_is_over(tmp_path: Path) -> None:
    rig = Services(tmp_path)
    rig.publish("home/kept", "before", retain=True)
    await rig.do("dump", topic="home/#", duration=2)
    rig.publish("home/a", "1")
    rig.publish("home/b", "two\nlines, and a comma")
    rig.publish("elsewhere", "x")
    rig.publish("home/c", b"\xff")
    rig.clock.advance(1.9)
    await rig.hub.tasks.settle()
    assert not (tmp_path / DUMP_FILE).exists()
    text = await rig.dumped(0.1)
    assert text == "home/kept,before\nhome/a,1\nhome/b,twolines, and a comma\nhome/c,\ufffd\n"
    rig.publish("home/a", "late")
    assert await rig.dumped(300) == text


async def test_one_dump_at_a_time_and_another_one_after_it(tmp_path: Path) -> None:
    rig = Services(tmp_path)
    await rig.do("dump", topic="a")
    with pytest.raises(ServiceValidationError, match=DUMP_FILE):
        await rig.do("dump", topic="b")
    assert await rig.dumped(5) == ""
    await rig.do("dump", topic="b")
    rig.publish("b", "1")
    await rig.services.stop()
    assert (tmp_path / DUMP_FILE).read_text() == "b,1\n"


@pytest.mark.parametrize(
    "data", [{}, {"topic": "a/#/b"}, {"topic": "a", "duration": 0}, {"topic": "a", "duration": 301}]
)
async def test_a_dump_wants_a_topic_filter_and_one_to_300_seconds(tmp_path: Path, data: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        await Services(tmp_path).do("dump", **data)


async def test_a_dump_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mqtt_services, "DUMP_LIMIT", 20)
    rig = Services(tmp_path)
    await rig.do("dump", topic="a")
    for _ in range(5):
        rig.publish("a", "123456")
    assert await rig.dumped(5) == "a,123456\n" * 2
    assert "3 messages less" in caplog.text


async def test_a_dump_that_cannot_be_written_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rig = Services(tmp_path)
    (tmp_path / DUMP_FILE).mkdir()
    await rig.do("dump", topic="a")
    rig.clock.advance(5)
    await rig.hub.tasks.settle()
    assert "cannot be written" in caplog.text
    await rig.do("dump", topic="a")


async def test_publish_sends_bytes_when_the_payload_is_to_be_evaluated(tmp_path: Path) -> None:
    rig = Services(tmp_path)
    rig.sent()
    await rig.do("publish", topic="a", payload="b'\\xde\\xad'")
    await rig.do("publish", topic="a", payload="b'\\xde\\xad'", evaluate_payload=True)
    await rig.do("publish", topic="a", payload="text", evaluate_payload=True, retain=True, qos="1")
    assert rig.sent() == [("a", "b'\\xde\\xad'"), ("a", "\xde\xad"), ("a", "text")]
    assert rig.flags[-1] == (1, True)


async def test_publish_takes_texts_numbers_and_what_a_template_wrote(tmp_path: Path) -> None:
    rig = Services(tmp_path)
    rig.sent()
    written = rig.templates.template('{{ {"a": 1} | to_json }}').render({})
    assert isinstance(written, dict)
    for payload in ("text", 5, 2.5, True, None, written):
        await rig.do("publish", topic="a", payload=payload)
    assert [payload for _, payload in rig.sent()] == ["text", "5", "2.5", "True", "", '{"a":1}']


@pytest.mark.parametrize("payload", [{"a": 1}, ["a"]])
async def test_publish_refuses_what_is_no_text(tmp_path: Path, payload: object) -> None:
    rig = Services(tmp_path)
    rig.sent()
    with pytest.raises(Invalid, match=r"expected text, got a (mapping|list) @ data\['payload'\]"):
        await rig.do("publish", topic="a", payload=payload)
    assert rig.sent() == []


async def test_reload_leaves_alone_what_did_not_change(tmp_path: Path) -> None:
    rig = Services(tmp_path, SWITCH)
    rig.announce("switch", {"command_topic": "d/set", "state_topic": "d"}, "discovered")
    for topic in ("one", "two", "d"):
        rig.publish(topic, "ON")
    rig.publish("three", "3")
    before = {state.entity_id: state for state in rig.hub.states.all()}
    heard: list[Event] = []
    rig.hub.bus.listen("event_mqtt_reloaded", heard.append)
    changes: list[Event] = []
    rig.hub.bus.listen("state_changed", changes.append)
    rig.clock.advance(10)
    await rig.do("reload")
    assert {state.entity_id: state for state in rig.hub.states.all()} == before
    assert len(heard) == 1 and not changes


async def test_reload_changes_adds_and_removes_entities(tmp_path: Path) -> None:
    rig = Services(tmp_path, SWITCH)
    rig.announce("switch", {"command_topic": "d/set", "state_topic": "d"}, "discovered")
    for topic in ("one", "two", "d"):
        rig.publish(topic, "ON")
    rig.publish("three", "3")
    rig.write("""
mqtt:
  - switch:
      - {unique_id: one, name: Uno, command_topic: one/set, state_topic: new/one}
      - {name: Four, command_topic: four/set}
""")
    await rig.do("reload")
    assert rig.state("switch.discovered") == "on"
    assert rig.state("switch.one") == "on"
    assert rig.attribute("switch.one", "friendly_name") == "Uno"
    rig.publish("one", "OFF")
    assert rig.state("switch.one") == "on"
    rig.publish("new/one", "OFF")
    assert rig.state("switch.one") == "off"
    assert rig.state("switch.four") == "unknown"
    assert rig.hub.states.get("switch.two") is None
    # It has a unique id: the registry knows it until the user deletes it.
    assert rig.state("sensor.three") == "unavailable"
    rig.write(SWITCH)
    await rig.do("reload")
    rig.publish("three", "4")
    assert rig.state("sensor.three") == "4"
    assert rig.state("switch.two") == "unknown"
    assert rig.hub.states.get("switch.four") is None


async def test_a_mistake_costs_only_its_entity(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rig = Services(tmp_path, SWITCH)
    rig.publish("one", "ON")
    rig.write("""
mqtt:
  - switch:
      - {unique_id: one, name: One, comand_topic: one/set}
      - just text
      - {name: Five, command_topic: five/set}
  - toaster: {name: Six}
""")
    await rig.do("reload")
    assert rig.state("switch.one") == "on"
    assert "stays as it was" in caplog.text and "did you mean 'command_topic'" in caplog.text
    assert rig.state("switch.five") == "unknown"
    assert caplog.text.count("left out") == 2
    caplog.clear()
    await rig.do("reload")
    assert "stays as it was" in caplog.text, "a mistake that is still there is told again"


async def test_nothing_is_reloaded_from_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "mqtt.yaml").write_text("- switch: {name: One, command_topic: one/set}\n")
    rig = Services(tmp_path, "mqtt: !include mqtt.yaml\n")
    (tmp_path / "mqtt.yaml").write_text("- switch: {name: One\n- x")
    with pytest.raises(OperationFailed, match=r"mqtt\.yaml"):
        await rig.do("reload")
    assert rig.state("switch.one") == "unknown"
    (tmp_path / "configuration.yaml").write_text(": : [")
    with pytest.raises(OperationFailed, match=r"configuration\.yaml"):
        await asyncio.wait_for(rig.do("reload"), 5)
    assert rig.state("switch.one") == "unknown"
