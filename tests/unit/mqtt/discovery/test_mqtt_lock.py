"""Locks announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig

from marge.core.errors import ServiceValidationError


async def test_a_code_must_match_its_format() -> None:
    rig = DiscoveryRig()
    lock = rig.announce("lock", {"command_topic": "l", "code_format": "^\\d{4}$", "command_template": "{{ code }}!"})
    assert await rig.call("lock.unlock", lock, code="1234") == [("l", "1234!")]
    with pytest.raises(ServiceValidationError):
        await rig.call("lock.unlock", lock, code="12")


async def test_opening_needs_its_payload() -> None:
    rig = DiscoveryRig()
    lock = rig.announce("lock", {"command_topic": "l", "payload_open": "3"})
    assert rig.attribute(lock, "supported_features") == 1
    assert await rig.call("lock.open", lock) == [("l", "3")]
    assert rig.state(lock) == "open"


def test_a_code_format_is_a_regular_expression(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("lock", {"command_topic": "l", "code_format": "("}) == ""
    assert "no valid regular expression" in caplog.text
