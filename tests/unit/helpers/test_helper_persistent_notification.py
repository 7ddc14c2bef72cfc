"""persistent_notification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.helpers.persistent_notification import MOST
from marge.util.schema import Invalid


async def test_messages_are_made_replaced_and_dismissed(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    notifications = house.helpers.notifications
    heard: list[tuple[str, list[str]]] = []
    stop = notifications.listen(lambda change, which: heard.append((change, list(which))))
    await house.call("persistent_notification.create", message="M", title="T", notification_id="n")
    assert notifications.current == {
        "n": {"notification_id": "n", "title": "T", "message": "M", "created_at": "2026-01-01T12:00:00+00:00"}
    }
    await house.call("persistent_notification.create", message="M2", notification_id="n")
    assert (notifications.current["n"]["message"], notifications.current["n"]["title"]) == ("M2", None)
    await house.call("persistent_notification.dismiss", notification_id="n")
    await house.call("persistent_notification.dismiss", notification_id="n")
    await house.call("persistent_notification.create", message="a")
    await house.call("persistent_notification.dismiss_all")
    assert notifications.current == {}
    assert [change for change, _ in heard] == ["added", "added", "removed", "added", "removed"]
    stop()
    notifications.create("unheard")
    assert len(heard) == 5


@pytest.mark.parametrize("service", ["notify.notify", "notify.persistent_notification"])
async def test_notify_makes_them_too(tmp_path: Path, service: str) -> None:
    house = HelperHouse(tmp_path)
    await house.call(service, message="M", title="T", data={"notification_id": "n"})
    await house.call(service, message="M", target=["somebody"])
    assert house.helpers.notifications.current["n"]["title"] == "T"
    assert len(house.helpers.notifications.current) == 2


@pytest.mark.parametrize("data", [{}, {"message": None}, {"message": "x", "colour": "red"}])
async def test_a_wrong_message_is_refused(tmp_path: Path, data: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await HelperHouse(tmp_path).call("persistent_notification.create", **data)


def test_the_oldest_goes_when_there_are_too_many(tmp_path: Path) -> None:
    notifications = HelperHouse(tmp_path).helpers.notifications
    for number in range(MOST + 1):
        notifications.create("m", notification_id=str(number))
    assert len(notifications.current) == MOST
    assert "0" not in notifications.current
