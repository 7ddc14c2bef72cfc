"""Media player: a television, a speaker, a receiver."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.entities.media_player_data import (
    Features,
    Join,
    Mute,
    PlayMedia,
    Seek,
    SelectSoundMode,
    SelectSource,
    SetRepeat,
    SetShuffle,
    SetVolume,
)

__all__ = ["MEDIA_PLAYER", "Features", "MediaPlayerEntity", "PlayMedia"]

_VOLUME_SET: Final = Features.VOLUME_SET.value
_SELECT_SOURCE: Final = Features.SELECT_SOURCE.value
_SELECT_SOUND_MODE: Final = Features.SELECT_SOUND_MODE.value
_GROUPING: Final = Features.GROUPING.value

_SHOWN: Final = (
    "volume_level",
    "is_volume_muted",
    "media_content_id",
    "media_content_type",
    "media_duration",
    "media_position",
    "media_position_updated_at",
    "media_title",
    "media_artist",
    "media_album_name",
    "media_album_artist",
    "media_track",
    "media_series_title",
    "media_season",
    "media_episode",
    "media_channel",
    "media_playlist",
    "app_id",
    "app_name",
    "source",
    "sound_mode",
    "shuffle",
    "repeat",
)


class MediaPlayerEntity(Entity):
    """A media player.

    `player_state` is off, on, idle, playing, paused, standby or buffering. Volumes are 0 to 1, duration and position
    seconds; `media_position_updated_at` says when the position was right. `repeat` is off, all or one. Device classes:
    receiver, speaker, tv.
    """

    domain = "media_player"
    has_features = True

    player_state: str | None = None
    volume_level: float | None = None
    volume_step: float = 0.1
    is_volume_muted: bool | None = None
    media_content_id: str | None = None
    media_content_type: str | None = None
    media_duration: float | None = None
    media_position: float | None = None
    media_position_updated_at: datetime | None = None
    media_title: str | None = None
    media_artist: str | None = None
    media_album_name: str | None = None
    media_album_artist: str | None = None
    media_track: int | None = None
    media_series_title: str | None = None
    media_season: str | None = None
    media_episode: str | None = None
    media_channel: str | None = None
    media_playlist: str | None = None
    app_id: str | None = None
    app_name: str | None = None
    source: str | None = None
    source_list: list[str] | None = None
    sound_mode: str | None = None
    sound_mode_list: list[str] | None = None
    shuffle: bool | None = None
    repeat: str | None = None
    group_members: list[str] | None = None

    @property
    def state(self) -> str | None:
        """`player_state`."""
        return self.player_state

    def capabilities(self) -> dict[str, Any] | None:
        """What can be selected."""
        features = self.supported_features
        data: dict[str, Any] = {}
        if features & _SELECT_SOURCE and (sources := self.source_list):
            data["source_list"] = sources
        if features & _SELECT_SOUND_MODE and (modes := self.sound_mode_list):
            data["sound_mode_list"] = modes
        return data

    def attributes(self) -> dict[str, Any]:
        """What is known of volume and media; next to nothing while it is off."""
        data: dict[str, Any] = {}
        if self.supported_features & _GROUPING:
            data["group_members"] = self.group_members
        if self.player_state != "off":
            for name in _SHOWN:
                if (value := getattr(self, name)) is not None:
                    data[name] = value
            if (updated_at := self.media_position_updated_at) is not None:
                data["media_position_updated_at"] = updated_at
        return data

    async def turn_on(self) -> None:
        """Switch on."""
        await self.do_turn_on()

    async def turn_off(self) -> None:
        """Switch off."""
        await self.do_turn_off()

    async def toggle(self) -> None:
        """Switch on when off or in standby, else off."""
        await (self.do_turn_on() if self.state in ("off", "standby") else self.do_turn_off())

    async def volume_up(self) -> None:
        """Louder by one step."""
        await self.do_volume_up()

    async def volume_down(self) -> None:
        """Quieter by one step."""
        await self.do_volume_down()

    async def volume_set(self, data: SetVolume) -> None:
        """Set the volume."""
        await self.do_volume_set(data.volume_level)

    async def volume_mute(self, data: Mute) -> None:
        """Mute or unmute."""
        await self.do_volume_mute(data.is_volume_muted)

    async def media_play_pause(self) -> None:
        """Pause when playing, else play."""
        await self.do_media_play_pause()

    async def media_play(self) -> None:
        """Play."""
        await self.do_media_play()

    async def media_pause(self) -> None:
        """Pause."""
        await self.do_media_pause()

    async def media_stop(self) -> None:
        """Stop."""
        await self.do_media_stop()

    async def media_next_track(self) -> None:
        """Skip to the next track."""
        await self.do_media_next_track()

    async def media_previous_track(self) -> None:
        """Skip to the previous track."""
        await self.do_media_previous_track()

    async def media_seek(self, data: Seek) -> None:
        """Go to a position."""
        await self.do_media_seek(data.seek_position)

    async def play_media(self, data: PlayMedia) -> None:
        """Play something by its id."""
        await self.do_play_media(data)

    async def select_source(self, data: SelectSource) -> None:
        """Choose an input."""
        await self.do_select_source(data.source)

    async def select_sound_mode(self, data: SelectSoundMode) -> None:
        """Choose a sound mode."""
        await self.do_select_sound_mode(data.sound_mode)

    async def clear_playlist(self) -> None:
        """Empty the playlist."""
        await self.do_clear_playlist()

    async def shuffle_set(self, data: SetShuffle) -> None:
        """Switch shuffling."""
        await self.do_shuffle_set(data.shuffle)

    async def repeat_set(self, data: SetRepeat) -> None:
        """Set what is repeated."""
        await self.do_repeat_set(data.repeat)

    async def join(self, data: Join) -> None:
        """Let other players follow this one."""
        await self.do_join(data.group_members)

    async def unjoin(self) -> None:
        """Leave the group."""
        await self.do_unjoin()

    async def do_volume_up(self) -> None:
        """Platform: louder. Unless overridden: by `volume_step`, when the volume can be set and is known."""
        level = self.volume_level
        if level is not None and level < 1 and self.supported_features & _VOLUME_SET:
            await self.do_volume_set(min(1.0, level + self.volume_step))

    async def do_volume_down(self) -> None:
        """Platform: quieter. Unless overridden: by `volume_step`, when the volume can be set and is known."""
        level = self.volume_level
        if level is not None and level > 0 and self.supported_features & _VOLUME_SET:
            await self.do_volume_set(max(0.0, level - self.volume_step))

    async def do_media_play_pause(self) -> None:
        """Platform: pause or play. Unless overridden: by what it does now."""
        await (self.do_media_pause() if self.state == "playing" else self.do_media_play())

    async def do_turn_on(self) -> None:
        """Platform: switch on."""
        raise NotImplementedError

    async def do_turn_off(self) -> None:
        """Platform: switch off."""
        raise NotImplementedError

    async def do_volume_set(self, volume_level: float) -> None:
        """Platform: set the volume, 0 to 1."""
        raise NotImplementedError

    async def do_volume_mute(self, mute: bool) -> None:
        """Platform: mute or unmute."""
        raise NotImplementedError

    async def do_media_play(self) -> None:
        """Platform: play."""
        raise NotImplementedError

    async def do_media_pause(self) -> None:
        """Platform: pause."""
        raise NotImplementedError

    async def do_media_stop(self) -> None:
        """Platform: stop."""
        raise NotImplementedError

    async def do_media_next_track(self) -> None:
        """Platform: skip to the next track."""
        raise NotImplementedError

    async def do_media_previous_track(self) -> None:
        """Platform: skip to the previous track."""
        raise NotImplementedError

    async def do_media_seek(self, position: float) -> None:
        """Platform: go to a position in seconds."""
        raise NotImplementedError

    async def do_play_media(self, data: PlayMedia) -> None:
        """Platform: play what `data` says."""
        raise NotImplementedError

    async def do_select_source(self, source: str) -> None:
        """Platform: choose an input."""
        raise NotImplementedError

    async def do_select_sound_mode(self, sound_mode: str) -> None:
        """Platform: choose a sound mode."""
        raise NotImplementedError

    async def do_clear_playlist(self) -> None:
        """Platform: empty the playlist."""
        raise NotImplementedError

    async def do_shuffle_set(self, shuffle: bool) -> None:
        """Platform: switch shuffling."""
        raise NotImplementedError

    async def do_repeat_set(self, repeat: str) -> None:
        """Platform: set what is repeated."""
        raise NotImplementedError

    async def do_join(self, group_members: list[str]) -> None:
        """Platform: let these players follow this one."""
        raise NotImplementedError

    async def do_unjoin(self) -> None:
        """Platform: leave the group."""
        raise NotImplementedError


_ON_OFF: Final = Features.TURN_OFF | Features.TURN_ON
_VOLUME: Final = (Features.VOLUME_SET, Features.VOLUME_STEP)

MEDIA_PLAYER: Final = Domain(
    "media_player",
    MediaPlayerEntity,
    (
        EntityService("turn_on", "turn_on", features=(Features.TURN_ON,)),
        EntityService("turn_off", "turn_off", features=(Features.TURN_OFF,)),
        EntityService("toggle", "toggle", features=(_ON_OFF,)),
        EntityService("volume_up", "volume_up", features=_VOLUME),
        EntityService("volume_down", "volume_down", features=_VOLUME),
        EntityService("volume_set", "volume_set", SetVolume, (Features.VOLUME_SET,)),
        EntityService("volume_mute", "volume_mute", Mute, (Features.VOLUME_MUTE,)),
        EntityService("media_play_pause", "media_play_pause", features=(Features.PLAY | Features.PAUSE,)),
        EntityService("media_play", "media_play", features=(Features.PLAY,)),
        EntityService("media_pause", "media_pause", features=(Features.PAUSE,)),
        EntityService("media_stop", "media_stop", features=(Features.STOP,)),
        EntityService("media_next_track", "media_next_track", features=(Features.NEXT_TRACK,)),
        EntityService("media_previous_track", "media_previous_track", features=(Features.PREVIOUS_TRACK,)),
        EntityService("media_seek", "media_seek", Seek, (Features.SEEK,)),
        EntityService("play_media", "play_media", PlayMedia, (Features.PLAY_MEDIA,)),
        EntityService("select_source", "select_source", SelectSource, (Features.SELECT_SOURCE,)),
        EntityService("select_sound_mode", "select_sound_mode", SelectSoundMode, (Features.SELECT_SOUND_MODE,)),
        EntityService("clear_playlist", "clear_playlist", features=(Features.CLEAR_PLAYLIST,)),
        EntityService("shuffle_set", "shuffle_set", SetShuffle, (Features.SHUFFLE_SET,)),
        EntityService("repeat_set", "repeat_set", SetRepeat, (Features.REPEAT_SET,)),
        EntityService("join", "join", Join, (Features.GROUPING,)),
        EntityService("unjoin", "unjoin", features=(Features.GROUPING,)),
    ),
)
