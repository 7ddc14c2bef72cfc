"""Cameras announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig

from marge.entities.camera import CameraEntity


async def test_the_last_picture_is_shown_and_is_no_new_state() -> None:
    rig = DiscoveryRig()
    camera = rig.announce("camera", {"topic": "c"})
    entity = rig.index.get(camera)
    assert isinstance(entity, CameraEntity)
    assert await entity.image() is None
    before = rig.hub.states.get(camera)
    rig.publish("c", b"\xff\xd8picture")
    assert await entity.image() == b"\xff\xd8picture"
    assert rig.hub.states.get(camera) is before


async def test_pictures_in_base64(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    camera = rig.announce("camera", {"topic": "c", "image_encoding": "b64"})
    entity = rig.index.get(camera)
    assert isinstance(entity, CameraEntity)
    rig.publish("c", "aGVsbG8=")
    rig.publish("c", "a")
    assert "not in base64" in caplog.text
    assert await entity.image() == b"hello"


def test_a_new_token_shows_while_it_lives_and_no_timer_stays_behind() -> None:
    rig = DiscoveryRig()
    camera = rig.announce("camera", {"topic": "c"})
    token = rig.attribute(camera, "access_token")
    rig.clock.advance(301)
    assert rig.attribute(camera, "access_token") != token
    rig.publish("homeassistant/camera/it/config", "")
    assert rig.clock.pending == 0


def test_another_encoding_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("camera", {"topic": "c", "image_encoding": "b32"}) == ""
    assert "image_encoding" in caplog.text
