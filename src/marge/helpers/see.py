"""The service `device_tracker.see`; trackers are loaded with the first that is seen or known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.core.services import Service, ServiceCall
from marge.entities.descriptions import describer
from marge.entities.words import Position, PositiveInt, choice
from marge.util.schema import PositiveSeconds, Text, word
from marge.util.slug import slugify

if TYPE_CHECKING:
    from marge.entities.device_tracker import ZoneLookup
    from marge.helpers.ports import House
    from marge.helpers.seen_devices import SeenDevices

DOMAIN: Final = "device_tracker"
FILE: Final = "known_devices.yaml"
"""The trackers that were made, and what the household says of them."""


def _device_id(value: Any) -> str:
    device_id = str(value).lower()
    if not device_id or slugify(device_id) != device_id:
        raise ValueError(f"expected letters, digits and underscores, got {value!r}")
    return device_id


def _mac(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected the address of a device, got {value!r}")
    return value.upper()


if TYPE_CHECKING:
    DeviceId = str
    Mac = str
    SourceType = str
else:
    DeviceId = word("DeviceId", _device_id)
    Mac = word("Mac", _mac)
    SourceType = choice("SourceType", "gps", "router", "bluetooth", "bluetooth_le")


class Seen(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Data of `see`: which device, by `mac` or `dev_id`, and where. `gps` is latitude and longitude."""

    mac: Mac | None = None
    dev_id: DeviceId | None = None
    host_name: Text | None = None
    location_name: Text | None = None
    gps: Position | None = None
    gps_accuracy: PositiveInt | None = None
    battery: PositiveInt | None = None
    attributes: dict[str, Any] | None = None
    source_type: SourceType = "gps"
    consider_home: PositiveSeconds | None = None

    def __post_init__(self) -> None:
        if self.mac is None and self.dev_id is None:
            raise ValueError("must contain at least one of mac, dev_id.")


class See:
    """Registers the service, and brings the trackers of known_devices.yaml if there is such a file."""

    def __init__(self, house: House, config_dir: Path, zone_lookup: ZoneLookup) -> None:
        self._house = house
        self._config_dir = config_dir
        self._zone_lookup = zone_lookup
        self._devices: SeenDevices | None = None

    def start(self) -> None:
        """Bring the trackers; reads the file."""
        if (self._config_dir / FILE).exists():
            self._known()
        self._house.hub.services.register(
            Service(DOMAIN, "see", self._see, Seen, describe=describer("known_devices", "see"))
        )

    def _known(self) -> SeenDevices:
        from marge.helpers.seen_devices import SeenDevices

        if self._devices is None:
            self._devices = SeenDevices(self._house, self._config_dir, self._zone_lookup)
            self._devices.load()
        return self._devices

    async def _see(self, call: ServiceCall) -> None:
        await self._known().see(call.data, call.context)
