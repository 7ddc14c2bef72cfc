"""Devices that are reached through one that is not there yet: which is named, by whom."""

from __future__ import annotations

from collections.abc import Iterable

from marge.registries.device_entry import Pair


class Awaited:
    """Knows which devices wait for one with an identifier; a device waits for one other only."""

    def __init__(self) -> None:
        self._waiting: dict[Pair, list[str]] = {}
        self._awaited: dict[str, list[Pair]] = {}

    def wait(self, device_id: str, identifiers: Iterable[Pair]) -> None:
        """From now on `device_id` waits for the device with any of these, and for no other."""
        self.forget(device_id)
        pairs = list(identifiers)
        if pairs:
            self._awaited[device_id] = pairs
        for pair in pairs:
            self._waiting.setdefault(pair, []).append(device_id)

    def forget(self, device_id: str) -> None:
        """A device waits no more."""
        for pair in self._awaited.pop(device_id, ()):
            waiting = self._waiting[pair]
            waiting.remove(device_id)
            if not waiting:
                del self._waiting[pair]

    def arrived(self, identifiers: Iterable[Pair]) -> list[str]:
        """The devices that waited for the one with these identifiers, in the order they came in; they wait no more."""
        found = (
            [device_id for pair in identifiers for device_id in self._waiting.get(pair, ())] if self._waiting else []
        )
        for device_id in found:
            self.forget(device_id)
        return list(dict.fromkeys(found))
