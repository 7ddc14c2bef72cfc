"""Media players: what is shown when, volume steps, and the ways to play."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from marge.entities.media_player import Features, MediaPlayerEntity
from marge.testing.house import House, recording
from marge.util.schema import Invalid

ALL = sum(feature.value for feature in Features)
OWN = ("do_volume_up", "do_volume_down", "do_media_play_pause")


def player(**attributes: Any) -> Any:
    return recording(MediaPlayerEntity, inherit=OWN, **{"supported_features": ALL, **attributes})


async def test_player_that_is_off_shows_its_group_and_what_can_be_selected() -> None:
    house = House()
    it = house.add(
        player(player_state="playing", volume_level=0.4, media_title="Song", source_list=["tv"], shuffle=False)
    )
    it.media_position_updated_at = datetime(2026, 1, 2, tzinfo=UTC)
    it.write_state()
    state = house.state("media_player.it")
    assert state.state == "playing"
    assert state.attributes == {
        "source_list": ["tv"],
        "group_members": None,
        "volume_level": 0.4,
        "media_position_updated_at": datetime(2026, 1, 2, tzinfo=UTC),
        "media_title": "Song",
        "shuffle": False,
        "supported_features": ALL,
    }
    assert b'"media_position_updated_at":"2026-01-02T00:00:00+00:00"' in state.json
    it.player_state = "off"
    it.write_state()
    attributes = house.state("media_player.it").attributes
    assert attributes == {"source_list": ["tv"], "group_members": None, "supported_features": ALL}


async def test_volume_goes_by_its_step_within_its_range() -> None:
    house = House()
    it = house.add(player(volume_level=0.96, volume_step=0.05))
    await house.call("media_player.volume_up")
    it.volume_level = 0.5
    await house.call("media_player.volume_down")
    it.volume_level = None
    await house.call("media_player.volume_up")
    assert it.calls == [("do_volume_set", 1.0), ("do_volume_set", pytest.approx(0.45))]


@pytest.mark.parametrize(
    ("state", "service", "hook"),
    [
        ("playing", "media_play_pause", "do_media_pause"),
        ("paused", "media_play_pause", "do_media_play"),
        ("standby", "toggle", "do_turn_on"),
        ("idle", "toggle", "do_turn_off"),
    ],
)
async def test_toggles_go_by_the_state(state: str, service: str, hook: str) -> None:
    house = House()
    it = house.add(player(player_state=state))
    await house.call(f"media_player.{service}")
    assert it.calls == [(hook,)]


async def test_play_media_reads_old_and_new_ways_to_enqueue() -> None:
    house = House()
    it = house.add(player())
    media = {"media_content_type": "music", "media_content_id": 5}
    for enqueue in ("next", True, False):
        await house.call("media_player.play_media", {**media, "enqueue": enqueue})
    assert [call[1]["enqueue"] for call in it.calls] == ["next", "add", "play"]
    assert it.calls[0][1]["media_content_id"] == "5"
    with pytest.raises(Invalid, match="two or more values in the same group of exclusion 'enqueue_announce'"):
        await house.call("media_player.play_media", {**media, "enqueue": "add", "announce": True})


async def test_wrong_values_are_refused_with_their_place() -> None:
    house = House()
    house.add(player())
    for service, data, message in (
        ("volume_set", {"volume_level": 2}, "value must be at most 1, got 2 @ data['volume_level']"),
        ("media_seek", {"seek_position": -1}, "value must be at least 0, got -1 @ data['seek_position']"),
        ("repeat_set", {"repeat": "two"}, "value must be one of ['all', 'off', 'one'], got 'two' @ data['repeat']"),
        ("join", {"group_members": ["x"]}, "expected an entity id (domain.object_id), got 'x' @ data['group_members']"),
    ):
        with pytest.raises(Invalid) as refusal:
            await house.call(f"media_player.{service}", data)
        assert str(refusal.value) == message
