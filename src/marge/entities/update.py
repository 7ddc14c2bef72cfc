"""Update: whether newer software is there for something, and its installation."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final

import msgspec

from marge.core.errors import OperationFailed
from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.util.schema import Flag, Text
from marge.util.versions import is_newer

LONGEST_SUMMARY: Final = 255

DEVICE_CLASSES: Final = frozenset({"firmware"})


class Features(IntFlag):
    """Bits of `supported_features`."""

    INSTALL = 1
    SPECIFIC_VERSION = 2
    PROGRESS = 4
    BACKUP = 8
    RELEASE_NOTES = 16


class Install(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `install`; the latest version when none is named."""

    version: Text | msgspec.UnsetType = msgspec.UNSET
    backup: Flag = False


class UpdateEntity(Entity):
    """Software and its versions. `in_progress` and `update_percentage` are the source's if it has PROGRESS."""

    domain = "update"
    has_features = True

    installed_version: str | None = None
    latest_version: str | None = None
    title: str | None = None
    release_summary: str | None = None
    release_url: str | None = None
    auto_update: bool = False
    display_precision: int = 0
    in_progress: bool = False
    update_percentage: float | None = None
    skipped_version: str | None = None

    _installing = False

    @property
    def state(self) -> str | None:
        """`on` when a newer version is there that was not skipped, None when a version is not known."""
        installed, latest = self.installed_version, self.latest_version
        if installed is None or latest is None:
            return None
        if latest in (self.skipped_version, installed):
            return "off"
        return "off" if self.is_newer(latest, installed) is False else "on"

    def is_newer(self, latest: str, installed: str) -> bool | None:
        """How versions compare, None when they do not; a platform may know better."""
        return is_newer(latest, installed)

    def attributes(self) -> dict[str, Any]:
        """Versions, progress and what the release is about."""
        skipped, installed, latest = self.skipped_version, self.installed_version, self.latest_version
        if skipped is not None and (skipped == installed or (latest is not None and skipped != latest)):
            # What was skipped is installed meanwhile, or no longer the latest.
            skipped = self.skipped_version = None
        if self.supported_features & Features.PROGRESS:
            in_progress, percentage = self.in_progress, self.update_percentage if self.in_progress else None
        else:
            in_progress, percentage = self._installing, None
        summary = self.release_summary
        return {
            "auto_update": self.auto_update,
            "display_precision": self.display_precision,
            "installed_version": installed,
            "in_progress": in_progress,
            "latest_version": latest,
            "release_summary": None if summary is None else summary[:LONGEST_SUMMARY],
            "release_url": self.release_url,
            "skipped_version": skipped,
            "title": self.title,
            "update_percentage": percentage,
        }

    def added(self) -> None:
        """Take over which version was skipped in the last run."""
        if self.last_state is not None and (skipped := self.last_state.attributes.get("skipped_version")) is not None:
            self.skipped_version = skipped

    async def install(self, data: Install) -> None:
        """Install a version; raises OperationFailed when there is none, or it cannot be done so."""
        version = None if data.version is msgspec.UNSET else data.version
        if version is None and self.latest_version in (None, self.installed_version):
            raise OperationFailed(f"No update available for {self.entity_id}")
        if version is not None and not self.supported_features & Features.SPECIFIC_VERSION:
            raise OperationFailed(f"{self.entity_id} cannot install a specific version")
        if data.backup and not self.supported_features & Features.BACKUP:
            raise OperationFailed(f"{self.entity_id} cannot make a backup")
        if self.in_progress or self._installing:
            raise OperationFailed(f"{self.entity_id} is being updated already")
        if not self.supported_features & Features.PROGRESS:
            self._installing = True
            self.write_state()
        try:
            await self.do_install(version, data.backup)
        finally:
            self.in_progress = self._installing = False
            self.write_state()

    async def skip(self) -> None:
        """Pass over the latest version; raises OperationFailed when there is nothing to pass over."""
        if self.auto_update:
            raise OperationFailed(f"{self.entity_id} updates by itself: nothing can be skipped")
        if self.latest_version is None:
            raise OperationFailed(f"The latest version of {self.entity_id} is not known: it cannot be skipped")
        if self.installed_version == self.latest_version:
            raise OperationFailed(f"No update available to skip for {self.entity_id}")
        self.skipped_version = self.latest_version
        self.write_state()

    async def clear_skipped(self) -> None:
        """Offer a skipped version again; raises OperationFailed for what updates by itself."""
        if self.auto_update:
            raise OperationFailed(f"{self.entity_id} updates by itself: nothing was skipped")
        self.skipped_version = None
        self.write_state()

    async def do_install(self, version: str | None, backup: bool) -> None:
        """Install `version`, the latest if None; given by the platform."""
        raise NotImplementedError

    async def do_release_notes(self) -> str | None:
        """The release notes as Markdown; given by a platform with RELEASE_NOTES."""
        raise NotImplementedError

    def _build_common(self) -> dict[str, Any]:
        common = super()._build_common()
        common.setdefault("entity_picture", f"https://brands.home-assistant.io/_/{self.platform}/icon.png")
        return common


UPDATE: Final = Domain(
    "update",
    UpdateEntity,
    (
        EntityService("install", "install", Install, (Features.INSTALL,)),
        EntityService("skip", "skip"),
        EntityService("clear_skipped", "clear_skipped"),
    ),
)
