"""Text to speech."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from marge.core.errors import ServiceNotFound
from marge.core.services import Service, ServiceCall
from marge.entities.tts import TtsEntity, media_source_id
from marge.testing.entity_house import House
from marge.util.schema import Invalid


class Engine(TtsEntity):
    async def do_audio(self, message: str, language: str, options: Mapping[str, Any]) -> tuple[str, bytes]:
        return "wav", f"{language}:{message}".encode()


async def test_speak_hands_a_media_source_to_the_players() -> None:
    house = House()
    calls: list[ServiceCall] = []
    house.hub.services.register(Service("media_player", "play_media", calls.append))
    house.add(Engine(), "tts.robot")
    context = house.hub.new_context()
    await house.hub.services.call(
        "tts",
        "speak",
        {
            "entity_id": "tts.robot",
            "media_player_entity_id": "media_player.a, media_player.b",
            "message": "Dinner & more",
            "language": "de",
            "options": {"voice": "anna"},
        },
        context=context,
    )
    (call,) = calls
    assert call.context is context
    assert call.service_data == {
        "entity_id": ["media_player.a", "media_player.b"],
        "media_content_id": "media-source://tts/tts.robot?message=Dinner+%26+more&cache=true&language=de"
        "&tts_options=%7B%22voice%22%3A%22anna%22%7D",
        "media_content_type": "music",
        "announce": True,
    }
    assert house.state("tts.robot") == "unknown"


async def test_audio_is_made_and_the_time_kept() -> None:
    house = House()
    engine = house.add(Engine(), "tts.robot")
    assert await engine.audio("Hello", "en", {}) == ("wav", b"en:Hello")
    assert house.state("tts.robot") == "2026-01-01T00:00:00+00:00"


async def test_without_media_players_there_is_nobody_to_speak() -> None:
    house = House()
    house.add(Engine(), "tts.robot")
    with pytest.raises(ServiceNotFound, match=r"media_player\.play_media"):
        await house.call("tts.speak", "tts.robot", media_player_entity_id="media_player.a", message="Hello")
    with pytest.raises(Invalid, match="required key not provided @ data\\['media_player_entity_id'\\]"):
        await house.call("tts.speak", "tts.robot", message="Hello")


def test_the_source_id_names_only_what_is_given() -> None:
    assert media_source_id("tts.robot", "Hi", cache=False) == "media-source://tts/tts.robot?message=Hi&cache=false"
    assert media_source_id("tts.robot", "Hi") == "media-source://tts/tts.robot?message=Hi"
