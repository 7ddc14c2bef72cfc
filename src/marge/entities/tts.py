"""Text to speech: an engine that speaks texts; its state is the time it last did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from marge.entities.domain import Domain, EntityService
from marge.entities.stamped import StampedEntity
from marge.util import jsonx
from marge.util.schema import EntityIds, Flag, Text


class Speak(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `speak`."""

    media_player_entity_id: EntityIds
    message: Text
    cache: Flag = True
    language: Text | msgspec.UnsetType = msgspec.UNSET
    options: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class TtsEntity(StampedEntity):
    """An engine. Audio is fetched with `audio` by whoever serves it."""

    domain = "tts"

    default_language: str = "en"
    supported_languages: Sequence[str] = ()
    default_options: Mapping[str, Any] | None = None
    supported_options: Sequence[str] | None = None

    async def audio(self, message: str, language: str, options: Mapping[str, Any]) -> tuple[str, bytes]:
        """Speak `message`: the file extension and the audio; the time is written first, as in Home Assistant."""
        self.stamp()
        return await self.do_audio(message, language, options)

    async def do_audio(self, message: str, language: str, options: Mapping[str, Any]) -> tuple[str, bytes]:
        """Speak `message`; raises OperationFailed when that fails. Given by the platform."""
        raise NotImplementedError

    async def speak(self, data: Speak) -> None:
        """Have media players fetch and play the text."""
        await self.hub.services.call(
            "media_player",
            "play_media",
            {
                "entity_id": data.media_player_entity_id,
                "media_content_id": media_source_id(
                    self.entity_id,
                    data.message,
                    cache=data.cache,
                    language=None if data.language is msgspec.UNSET else data.language,
                    options=None if data.options is msgspec.UNSET else data.options,
                ),
                "media_content_type": "music",
                "announce": True,
            },
            context=self._context,
        )


def media_source_id(
    engine: str,
    message: str,
    *,
    cache: bool | None = None,
    language: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> str:
    """The media source id of a spoken text, in Home Assistant's form."""
    from urllib.parse import quote, urlencode

    query = {"message": message}
    if cache is not None:
        query["cache"] = "true" if cache else "false"
    if language is not None:
        query["language"] = language
    if options is not None:
        query["tts_options"] = jsonx.dumps(dict(options)).decode()
    return f"media-source://tts/{quote(engine)}?{urlencode(query)}"


TTS: Final = Domain("tts", TtsEntity, (EntityService("speak", "speak", Speak),))
