"""A group of media players: what is asked of it goes to those that can do it."""

from __future__ import annotations

from typing import Final

import msgspec

from marge.core.state import State
from marge.entities.media_player import Features, MediaPlayerEntity, PlayMedia
from marge.helpers.member_group import NOTHING_KNOWN, MemberGroup, able

_STATES: Final = frozenset({"off", "on", "idle", "playing", "paused", "standby", "buffering"})
_OFF: Final = NOTHING_KNOWN | {"off"}
_VOLUME: Final = Features.VOLUME_SET | Features.VOLUME_STEP

_TOGETHER: Final = (
    Features.CLEAR_PLAYLIST,
    Features.NEXT_TRACK | Features.PREVIOUS_TRACK,
    Features.PAUSE | Features.PLAY | Features.STOP,
    Features.PLAY_MEDIA,
    Features.SEEK,
    Features.SHUFFLE_SET,
    Features.TURN_ON | Features.TURN_OFF,
    Features.VOLUME_MUTE | _VOLUME,
    Features.MEDIA_ANNOUNCE,
    Features.MEDIA_ENQUEUE,
)
"""A group has all of these features when a member has one of them, as in Home Assistant."""


class MediaPlayerGroup(MemberGroup, MediaPlayerEntity):
    """Media players as one; what plays is shown by the members."""

    NAME = "Media Group"

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`: the state of all if it is the same, else on when one is not off."""
        found = {state.state for state in states}
        if found <= NOTHING_KNOWN:
            self.player_state = None
        elif len(found) == 1:
            state = found.pop()
            self.player_state = state if state in _STATES else None
        else:
            self.player_state = "off" if found <= _OFF else "on"
        features = sum(bits.value for bits in _TOGETHER if able(states, bits.value))
        if features != self.supported_features:
            self.supported_features = features
            self.description_changed()

    async def do_turn_on(self) -> None:
        """Switch on those that can be switched on."""
        await self.forward("turn_on", self.able_members(Features.TURN_ON))

    async def do_turn_off(self) -> None:
        """Switch off those that can be switched off."""
        await self.forward("turn_off", self.able_members(Features.TURN_OFF))

    async def do_volume_up(self) -> None:
        """Each louder by its own step."""
        await self.forward("volume_up", self.able_members(_VOLUME))

    async def do_volume_down(self) -> None:
        """Each quieter by its own step."""
        await self.forward("volume_down", self.able_members(_VOLUME))

    async def do_volume_set(self, volume_level: float) -> None:
        """All to the same volume."""
        await self.forward("volume_set", self.able_members(Features.VOLUME_SET), volume_level=volume_level)

    async def do_volume_mute(self, mute: bool) -> None:
        """Mute or unmute those that can be muted."""
        await self.forward("volume_mute", self.able_members(Features.VOLUME_MUTE), is_volume_muted=mute)

    async def do_media_play(self) -> None:
        """Play on those that can."""
        await self.forward("media_play", self.able_members(Features.PLAY))

    async def do_media_pause(self) -> None:
        """Pause those that can."""
        await self.forward("media_pause", self.able_members(Features.PAUSE))

    async def do_media_stop(self) -> None:
        """Stop those that can."""
        await self.forward("media_stop", self.able_members(Features.STOP))

    async def do_media_next_track(self) -> None:
        """Skip on those that can."""
        await self.forward("media_next_track", self.able_members(Features.NEXT_TRACK))

    async def do_media_previous_track(self) -> None:
        """Skip back on those that can."""
        await self.forward("media_previous_track", self.able_members(Features.PREVIOUS_TRACK))

    async def do_media_seek(self, position: float) -> None:
        """All to the same position."""
        await self.forward("media_seek", self.able_members(Features.SEEK), seek_position=position)

    async def do_play_media(self, data: PlayMedia) -> None:
        """Play the same on all that can."""
        given = {key: value for key, value in msgspec.structs.asdict(data).items() if value is not None}
        await self.forward("play_media", self.able_members(Features.PLAY_MEDIA), **given)

    async def do_clear_playlist(self) -> None:
        """Empty the playlists."""
        await self.forward("clear_playlist", self.able_members(Features.CLEAR_PLAYLIST))

    async def do_shuffle_set(self, shuffle: bool) -> None:
        """Switch shuffling on those that have it."""
        await self.forward("shuffle_set", self.able_members(Features.SHUFFLE_SET), shuffle=shuffle)
