"""Updates announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig

from marge.core.errors import OperationFailed


async def test_versions_and_their_installation() -> None:
    rig = DiscoveryRig()
    update = rig.announce("update", {"state_topic": "s", "command_topic": "c", "payload_install": "go"})
    rig.publish("s", {"installed_version": "1", "latest_version": "2", "title": "T"})
    assert rig.state(update) == "on"
    assert await rig.call("update.install", update) == [("c", "go")]
    rig.publish("s", {"update_percentage": 12.5})
    assert (rig.attribute(update, "in_progress"), rig.attribute(update, "update_percentage")) == (True, 12.5)
    rig.publish("s", {"update_percentage": None, "installed_version": "2"})
    assert (rig.state(update), rig.attribute(update, "in_progress")) == ("off", False)
    await rig.hub.services.call("update", "clear_skipped", {}, target={"entity_id": update})


def test_plain_versions_and_a_topic_for_the_latest() -> None:
    rig = DiscoveryRig()
    update = rig.announce("update", {"state_topic": "s", "latest_version_topic": "l", "value_template": "{{ value }}"})
    rig.publish("s", "2024.10")
    rig.publish("l", "2025.1")
    assert rig.state(update) == "on"
    assert rig.attribute(update, "supported_features") == 4


def test_a_report_with_a_mistake_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    update = rig.announce("update", {"state_topic": "s"})
    for payload in ({"update_percentage": 101}, {"release_url": "nowhere"}, {"colour": "red"}):
        rig.publish("s", {"installed_version": "1", **payload})
        assert rig.attribute(update, "installed_version") is None
    assert caplog.text.count("on s is no report of an update (") == 1


def test_the_picture_may_come_with_a_report() -> None:
    rig = DiscoveryRig()
    update = rig.announce("update", {"state_topic": "s"})
    rig.publish("s", {"entity_picture": "https://example.org/p.png"})
    assert rig.attribute(update, "entity_picture") == "https://example.org/p.png"


async def test_without_a_payload_there_is_nothing_to_send() -> None:
    rig = DiscoveryRig()
    update = rig.announce("update", {"state_topic": "s", "command_topic": "c"})
    rig.publish("s", {"installed_version": "1", "latest_version": "2"})
    with pytest.raises(OperationFailed, match="payload_install"):
        await rig.call("update.install", update)
