"""Groups of media players, events and receivers of messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import ServiceNotFound, ServiceValidationError
from marge.core.services import Service
from marge.entities import Entity
from marge.entities.event import EventEntity
from marge.entities.media_player import Features, MediaPlayerEntity
from marge.entities.notify import NotifyEntity
from marge.testing.house import recording

F = Features


def member(house: HelperHouse, kind: type[Entity], object_id: str, **attributes: Any) -> Any:
    entity = recording(kind, inherit=("do_volume_up", "do_volume_down", "do_media_play_pause"), **attributes)
    entity.entity_id = f"{kind.domain}.{object_id}"
    assert house.place.add(entity)
    return entity


def group(domain: str) -> str:
    return f"{domain}:\n  - platform: group\n    name: All\n    entities: [{domain}.a, {domain}.b]\n"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((), "unavailable"),
        (("unavailable", "unavailable"), "unavailable"),
        (("unknown", "unavailable"), "unknown"),
        (("playing", "playing"), "playing"),
        (("odd", "odd"), "unknown"),
        (("playing", "off"), "on"),
        (("off", "unavailable"), "off"),
    ],
)
def test_media_players_are_in_the_state_of_all_or_on(tmp_path: Path, states: tuple[str, ...], expected: str) -> None:
    house = HelperHouse(tmp_path, group("media_player"))
    for object_id, state in zip("ab", states, strict=False):
        house.hub.states.set(f"media_player.{object_id}", state)
    assert house.state("media_player.all") == expected


@pytest.mark.parametrize(
    ("service", "data", "features", "called"),
    [
        ("turn_on", {}, F.TURN_ON, ("do_turn_on",)),
        ("turn_off", {}, F.TURN_OFF, ("do_turn_off",)),
        ("volume_set", {"volume_level": 0.25}, F.VOLUME_SET, ("do_volume_set", 0.25)),
        ("volume_up", {}, F.VOLUME_SET, ("do_volume_set", 0.6)),
        ("volume_down", {}, F.VOLUME_SET, ("do_volume_set", 0.4)),
        ("volume_mute", {"is_volume_muted": True}, F.VOLUME_MUTE, ("do_volume_mute", True)),
        ("media_play", {}, F.PLAY, ("do_media_play",)),
        ("media_pause", {}, F.PAUSE, ("do_media_pause",)),
        ("media_stop", {}, F.STOP, ("do_media_stop",)),
        ("media_play_pause", {}, F.PLAY, ("do_media_play",)),
        ("media_next_track", {}, F.NEXT_TRACK, ("do_media_next_track",)),
        ("media_previous_track", {}, F.PREVIOUS_TRACK, ("do_media_previous_track",)),
        ("media_seek", {"seek_position": 9}, F.SEEK, ("do_media_seek", 9.0)),
        ("clear_playlist", {}, F.CLEAR_PLAYLIST, ("do_clear_playlist",)),
        ("shuffle_set", {"shuffle": True}, F.SHUFFLE_SET, ("do_shuffle_set", True)),
        (
            "play_media",
            {"media_content_type": "music", "media_content_id": "x", "enqueue": "add"},
            F.PLAY_MEDIA,
            ("do_play_media", {"media_content_type": "music", "media_content_id": "x", "enqueue": "add", "extra": {}}),
        ),
    ],
)
async def test_media_players_are_asked_for_what_they_can_do(
    tmp_path: Path, service: str, data: dict[str, Any], features: Features, called: tuple[Any, ...]
) -> None:
    house = HelperHouse(tmp_path, group("media_player"))
    first = member(
        house, MediaPlayerEntity, "a", player_state="idle", volume_level=0.5, supported_features=features.value
    )
    second = member(house, MediaPlayerEntity, "b", player_state="idle")
    await house.call(f"media_player.{service}", "media_player.all", **data)
    assert first.calls == [called]
    assert second.calls == []


async def test_a_group_of_media_players_has_the_features_that_belong_together(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("media_player"))
    member(house, MediaPlayerEntity, "a", player_state="idle", supported_features=F.PLAY.value)
    member(house, MediaPlayerEntity, "b", player_state="idle", supported_features=F.VOLUME_STEP.value)
    expected = F.PLAY | F.PAUSE | F.STOP | F.VOLUME_MUTE | F.VOLUME_SET | F.VOLUME_STEP
    assert house.attributes("media_player.all")["supported_features"] == expected
    with pytest.raises(ServiceValidationError):
        await house.call("media_player.media_seek", "media_player.all", seek_position=1)


async def test_an_event_group_tells_what_a_member_tells(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("event"))
    assert house.state("event.all") == "unavailable"
    first = member(house, EventEntity, "a", event_types=["press", "hold"], device_class="button")
    second = member(house, EventEntity, "b", event_types=["ring"])
    assert house.attributes("event.all")["event_types"] == ["hold", "press", "ring"]
    assert house.state("event.all") == "unknown"
    first.trigger("press")
    assert house.state("event.all") == "unknown"  # The member was not known before.
    house.clock.advance(5)
    first.trigger("hold", {"seconds": 3})
    moment = house.state("event.all")
    assert moment == "2026-01-01T12:00:05.000+00:00"
    attributes = house.attributes("event.all")
    assert (attributes["event_type"], attributes["seconds"], attributes["friendly_name"]) == ("hold", 3, "All")
    assert attributes["entity_id"] == ["event.a", "event.b"]
    assert "device_class" not in attributes
    house.clock.advance(5)
    first.name = "Renamed"
    first.description_changed()
    first.write_state()
    assert house.state("event.all") == moment
    first.available = second.available = False
    first.write_state()
    second.write_state()
    assert house.state("event.all") == "unavailable"
    house = house.restart()
    second = member(house, EventEntity, "b", event_types=["ring"])
    assert (house.state("event.all"), house.attributes("event.all")["event_types"]) == ("unknown", ["ring"])


async def test_the_last_event_of_a_group_outlives_a_restart(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("event"))
    first = member(house, EventEntity, "a", event_types=["press"])
    first.trigger("press")
    house.clock.advance(1)
    first.trigger("press", {"n": 1})
    before = house.state("event.all")
    house = house.restart(after=60)
    member(house, EventEntity, "a", event_types=["press"])
    assert house.state("event.all") == before
    assert (house.attributes("event.all")["event_type"], house.attributes("event.all")["n"]) == ("press", 1)


async def test_receivers_of_messages_are_told_together(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, group("notify"))
    first = member(house, NotifyEntity, "a", supported_features=1)
    second = member(house, NotifyEntity, "b")
    assert house.attributes("notify.all")["supported_features"] == 1
    await house.call("notify.send_message", "notify.all", message="M", title="T")
    assert first.calls == [("do_send_message", "M", "T")]
    assert second.calls == [("do_send_message", "M", None)]
    assert house.state("notify.all") == "2026-01-01T12:00:00+00:00"
    await house.call("notify.send_message", "notify.all", message="M")
    assert first.calls[-1] == ("do_send_message", "M", None)


SERVICES = """
notify:
  - platform: group
    name: Every Body
    services:
      - action: one
      - service: two
        data: {title: Default, data: {push: {sound: bell, loud: true}}}
      - action: persistent_notification
"""


def receivers(house: HelperHouse) -> list[tuple[str, dict[str, Any]]]:
    heard: list[tuple[str, dict[str, Any]]] = []
    for name in ("one", "two"):
        house.hub.services.register(
            Service("notify", name, lambda call: heard.append((call.service, call.service_data)))
        )
    return heard


async def test_a_notify_group_of_actions_passes_messages_on(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, SERVICES)
    heard = receivers(house)
    await house.call("notify.every_body", message="M", data={"push": {"sound": "horn"}})
    assert heard == [
        ("one", {"message": "M", "data": {"push": {"sound": "horn"}}}),
        ("two", {"message": "M", "title": "Default", "data": {"push": {"sound": "horn", "loud": True}}}),
    ]
    assert [each["message"] for each in house.helpers.notifications.current.values()] == ["M"]
    await house.call("notify.every_body", message="M", title="T")
    assert heard[-1][1]["title"] == "T"


async def test_a_receiver_that_fails_does_not_keep_the_message_from_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = HelperHouse(tmp_path, SERVICES)
    await house.call("notify.every_body", message="M")
    assert "notify.every_body: notify.one cannot be told" in caplog.text
    assert len(house.helpers.notifications.current) == 1


async def test_notify_groups_come_and_go_with_the_file(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, SERVICES)
    service = house.hub.services.get("notify", "every_body")
    await house.call("group.reload")
    assert house.hub.services.get("notify", "every_body") is service
    house.write("notify:\n  - {platform: group, name: Other, services: [{action: notify}]}\n")
    await house.call("group.reload")
    with pytest.raises(ServiceNotFound):
        await house.call("notify.every_body", message="M")
    await house.call("notify.other", message="M")
    assert len(house.helpers.notifications.current) == 1


async def test_a_notify_group_that_tells_itself_is_stopped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(
        tmp_path,
        "notify:\n  - {platform: group, name: a, services: [{action: b}]}\n"
        "  - {platform: group, name: b, services: [{action: a}]}\n",
    )
    await house.call("notify.a", message="M")
    assert "notify.a is a receiver of its own messages" in caplog.text


def test_wrong_notify_groups_are_left_out_with_file_and_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(
        tmp_path,
        "notify:\n  - {platform: group, services: [{action: x}]}\n"
        "  - {platform: group, name: a, services: [{action: notify.x}]}\n"
        "  - {platform: group, name: b}\n  - {platform: group, name: c, services: [{acton: x}]}\n",
    )
    assert set(house.hub.services.domains()["notify"]) == {"notify", "persistent_notification"}
    for line in (2, 3, 4, 5):
        assert f"configuration.yaml:{line}" in caplog.text
    assert "there is an action notify.notify already" in caplog.text
