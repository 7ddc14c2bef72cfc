"""Plan for media players: on, source, sound, volume, and what is played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from marge.automation.reproduce import Call, Wanted
from marge.core.state import State
from marge.entities.media_player_data import Features

_ON: Final = ("buffering", "idle", "on", "paused", "playing")

# What is set, by which service, and the feature that it needs.
_SETTINGS: Final = (
    ("source", "select_source", Features.SELECT_SOURCE),
    ("sound_mode", "select_sound_mode", Features.SELECT_SOUND_MODE),
    ("volume_level", "volume_set", Features.VOLUME_SET),
    ("is_volume_muted", "volume_mute", Features.VOLUME_MUTE),
)


def media_player(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Media players; what one cannot do is passed over."""
    if wanted.state == "off":
        if _features(current()) & Features.TURN_OFF:
            yield "turn_off", {}
        return
    if wanted.state in _ON and _features(current()) & Features.TURN_ON:
        yield "turn_on", {}
    features = _features(current())
    for name, service, feature in _SETTINGS:
        if name in wanted.attributes and features & feature:
            yield service, {name: wanted.get(name)}
    has_content = "media_content_type" in wanted.attributes and "media_content_id" in wanted.attributes
    if has_content and features & Features.PLAY_MEDIA:
        yield "play_media", {name: wanted.get(name) for name in ("media_content_type", "media_content_id")}
    if wanted.state in ("buffering", "playing"):
        if not has_content and features & Features.PLAY:
            yield "media_play", {}
    elif wanted.state == "idle" and features & Features.STOP:
        yield "media_stop", {}
    elif wanted.state == "paused" and features & Features.PAUSE:
        yield "media_pause", {}


def _features(state: State) -> int:
    features = state.attributes.get("supported_features", 0)
    return features if isinstance(features, int) else 0
