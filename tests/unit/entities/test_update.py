"""Update."""

from __future__ import annotations

import pytest

from marge.core.errors import OperationFailed, ServiceValidationError
from marge.entities.update import Features, UpdateEntity
from marge.testing.entity_house import House

ALL = Features.INSTALL | Features.SPECIFIC_VERSION | Features.BACKUP


class Update(UpdateEntity):
    platform = "mqtt"
    supported_features = ALL
    installed_version = "1.0"
    latest_version = "1.1"

    def __init__(self) -> None:
        self.asked: list[tuple[str | None, bool, bool]] = []
        self.fails = False

    async def do_install(self, version: str | None, backup: bool) -> None:
        found = self.hub.states.get(self.entity_id)
        assert found is not None
        self.asked.append((version, backup, found.attributes["in_progress"]))
        if self.fails:
            raise OperationFailed("no power")
        self.installed_version = version or self.latest_version


async def test_the_attributes_are_all_there() -> None:
    house = House()
    update = Update()
    update.release_summary = "x" * 300
    house.add(update, "update.lamp")
    assert house.state("update.lamp") == "on"
    assert house.attributes("update.lamp") == {
        "auto_update": False,
        "display_precision": 0,
        "installed_version": "1.0",
        "in_progress": False,
        "latest_version": "1.1",
        "release_summary": "x" * 255,
        "release_url": None,
        "skipped_version": None,
        "title": None,
        "update_percentage": None,
        "entity_picture": "https://brands.home-assistant.io/_/mqtt/icon.png",
        "supported_features": 11,
    }


async def test_an_unknown_version_is_an_unknown_state() -> None:
    house = House()
    update = Update()
    update.latest_version = None
    house.add(update, "update.lamp")
    assert house.state("update.lamp") == "unknown"
    with pytest.raises(OperationFailed, match="No update available"):
        await house.call("update.install", "update.lamp")
    with pytest.raises(OperationFailed, match="not known"):
        await house.call("update.skip", "update.lamp")


async def test_an_installation_shows_that_it_is_going_on() -> None:
    house = House()
    update = house.add(Update(), "update.lamp")
    await house.call("update.install", "update.lamp", backup="yes")
    assert update.asked == [(None, True, True)]
    assert house.attributes("update.lamp")["in_progress"] is False
    assert house.state("update.lamp") == "off"
    with pytest.raises(OperationFailed, match="No update available"):
        await house.call("update.install", "update.lamp")
    await house.call("update.install", "update.lamp", version="0.9")
    assert update.asked[-1] == ("0.9", False, True)
    assert house.state("update.lamp") == "on"


async def test_a_failed_installation_is_over() -> None:
    house = House()
    update = house.add(Update(), "update.lamp")
    update.fails = True
    with pytest.raises(OperationFailed, match="no power"):
        await house.call("update.install", "update.lamp")
    assert house.attributes("update.lamp")["in_progress"] is False
    assert house.state("update.lamp") == "on"


async def test_progress_is_the_source_s_when_it_tells() -> None:
    house = House()
    update = Update()
    update.supported_features = Features.INSTALL | Features.PROGRESS
    house.add(update, "update.lamp")
    update.update_percentage = 40
    update.write_state()
    assert house.attributes("update.lamp")["update_percentage"] is None
    update.in_progress = True
    update.write_state()
    assert house.attributes("update.lamp")["update_percentage"] == 40
    assert house.attributes("update.lamp")["in_progress"] is True
    with pytest.raises(OperationFailed, match="being updated already"):
        await house.call("update.install", "update.lamp")


async def test_what_cannot_be_done_is_refused() -> None:
    house = House()
    update = Update()
    update.supported_features = Features.INSTALL
    house.add(update, "update.lamp")
    with pytest.raises(OperationFailed, match="specific version"):
        await house.call("update.install", "update.lamp", version="2")
    with pytest.raises(OperationFailed, match="backup"):
        await house.call("update.install", "update.lamp", backup=True)
    update.supported_features = 0
    with pytest.raises(ServiceValidationError, match=r"does not support action update\.install"):
        await house.call("update.install", "update.lamp")


async def test_a_skipped_version_is_off_until_there_is_another() -> None:
    house = House()
    update = house.add(Update(), "update.lamp")
    await house.call("update.skip", "update.lamp")
    assert house.state("update.lamp") == "off"
    assert house.attributes("update.lamp")["skipped_version"] == "1.1"
    await house.call("update.clear_skipped", "update.lamp")
    assert house.state("update.lamp") == "on"
    await house.call("update.skip", "update.lamp")
    update.latest_version = "1.2"
    update.write_state()
    assert house.state("update.lamp") == "on"
    assert house.attributes("update.lamp")["skipped_version"] is None


async def test_a_skipped_version_survives_a_restart() -> None:
    house = House()
    house.add(Update(), "update.lamp", last=house.last("update.lamp", "off", skipped_version="1.1"))
    assert house.state("update.lamp") == "off"


async def test_what_updates_itself_or_is_up_to_date_is_not_skipped() -> None:
    house = House()
    update = house.add(Update(), "update.lamp")
    update.auto_update = True
    for service in ("update.skip", "update.clear_skipped"):
        with pytest.raises(OperationFailed, match="updates by itself"):
            await house.call(service, "update.lamp")
    update.auto_update = False
    update.installed_version = "1.1"
    with pytest.raises(OperationFailed, match="No update available to skip"):
        await house.call("update.skip", "update.lamp")
