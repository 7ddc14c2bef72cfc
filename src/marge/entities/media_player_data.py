"""The features of a media player and what its services take."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Any

import msgspec

from marge.entities.words import Fraction, PositiveNumber, choice
from marge.util.schema import EntityIds, Flag, Text, word

if TYPE_CHECKING:
    Enqueue = str
    Repeat = str
else:
    _choose = ("play", "next", "add", "replace")

    def _enqueue(value: Any) -> str:
        if value is True or value is False:
            return "add" if value else "play"
        if isinstance(value, str) and value in _choose:
            return value
        raise ValueError(f"value must be one of {sorted(_choose)}, got {value!r}")

    Enqueue = word("Enqueue", _enqueue)
    Repeat = choice("Repeat", "off", "all", "one")


class Features(IntFlag):
    """What a media player can do."""

    PAUSE = 1
    SEEK = 2
    VOLUME_SET = 4
    VOLUME_MUTE = 8
    PREVIOUS_TRACK = 16
    NEXT_TRACK = 32
    TURN_ON = 128
    TURN_OFF = 256
    PLAY_MEDIA = 512
    VOLUME_STEP = 1024
    SELECT_SOURCE = 2048
    STOP = 4096
    CLEAR_PLAYLIST = 8192
    PLAY = 16384
    SHUFFLE_SET = 32768
    SELECT_SOUND_MODE = 65536
    BROWSE_MEDIA = 131072
    REPEAT_SET = 262144
    GROUPING = 524288
    MEDIA_ANNOUNCE = 1048576
    MEDIA_ENQUEUE = 2097152


class SetVolume(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `media_player.volume_set`: 0 to 1."""

    volume_level: Fraction


class Mute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `media_player.volume_mute`."""

    is_volume_muted: Flag


class Seek(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `media_player.media_seek`, in seconds."""

    seek_position: PositiveNumber


class PlayMedia(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The data of `media_player.play_media`; `enqueue` is play, next, add or replace."""

    media_content_type: Text
    media_content_id: Text
    enqueue: Enqueue | None = None
    announce: Flag | None = None
    extra: dict[str, Any] = {}

    def __post_init__(self) -> None:
        if self.enqueue is not None and self.announce is not None:
            raise ValueError(
                "two or more values in the same group of exclusion 'enqueue_announce' @ data[<enqueue_announce>]: "
                "enqueue, announce"
            )


class SelectSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `media_player.select_source`."""

    source: Text


class SelectSoundMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `media_player.select_sound_mode`."""

    sound_mode: Text


class SetShuffle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `media_player.shuffle_set`."""

    shuffle: Flag


class SetRepeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `media_player.repeat_set`: off, all or one."""

    repeat: Repeat


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `media_player.join`: the players that follow this one."""

    group_members: EntityIds
