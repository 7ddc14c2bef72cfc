"""Button, scene and notify: their state is the time they were last used."""

from __future__ import annotations

import pytest

from marge.entities.button import ButtonEntity
from marge.entities.notify import NotifyEntity
from marge.entities.scene import SceneEntity
from marge.testing.entity_house import House
from marge.util.schema import Invalid


class Recorder:
    """What a platform was asked to do."""

    def __init__(self) -> None:
        self.asked: list[object] = []


class Button(Recorder, ButtonEntity):
    async def do_press(self) -> None:
        self.asked.append(self.state)


class Scene(Recorder, SceneEntity):
    async def do_activate(self, transition: float | None) -> None:
        self.asked.append(transition)


class Notify(Recorder, NotifyEntity):
    async def do_send_message(self, message: str, title: str | None) -> None:
        self.asked.append((message, title))


async def test_a_press_is_stamped_before_the_platform_is_asked() -> None:
    house = House()
    button = house.add(Button(), "button.bell")
    assert house.state("button.bell") == "unknown"
    await house.call("button.press", "button.bell")
    assert button.asked == ["2026-01-01T00:00:00+00:00"]
    assert house.state("button.bell") == "2026-01-01T00:00:00+00:00"


async def test_the_last_press_survives_a_restart() -> None:
    house = House()
    house.add(Button(), "button.a", last=house.last("button.a", "2025-12-24T18:00:00+00:00"))
    house.add(Button(), "button.b", last=house.last("button.b", "unavailable"))
    assert house.state("button.a") == "2025-12-24T18:00:00+00:00"
    assert house.state("button.b") == "unknown"


async def test_a_button_takes_no_data() -> None:
    house = House()
    house.add(Button(), "button.bell")
    with pytest.raises(Invalid, match="extra keys not allowed @ data\\['speed'\\]"):
        await house.call("button.press", "button.bell", speed=1)


async def test_a_scene_is_activated_with_a_transition_within_limits() -> None:
    house = House()
    scene = house.add(Scene(), "scene.movie")
    await house.call("scene.turn_on", "scene.movie")
    await house.call("scene.turn_on", "scene.movie", transition="2.5")
    await house.call("scene.turn_on", "scene.movie", transition=99999)
    await house.call("scene.turn_on", "scene.movie", transition=-1)
    assert scene.asked == [None, 2.5, 6553.0, 0.0]
    assert house.state("scene.movie") == "2026-01-01T00:00:00+00:00"


async def test_a_title_is_sent_only_where_one_is_shown() -> None:
    house = House()
    plain = house.add(Notify(), "notify.plain")
    titled = Notify()
    titled.supported_features = 1
    house.add(titled, "notify.titled")
    for entity_id in ("notify.plain", "notify.titled"):
        await house.call("notify.send_message", entity_id, message="Done", title="Washer")
    assert plain.asked == [("Done", None)]
    assert titled.asked == [("Done", "Washer")]
    assert house.attributes("notify.plain") == {"supported_features": 0}


async def test_a_message_is_required() -> None:
    house = House()
    house.add(Notify(), "notify.plain")
    with pytest.raises(Invalid, match="required key not provided @ data\\['message'\\]"):
        await house.call("notify.send_message", "notify.plain", title="Washer")
