"""The file known_devices.yaml: the trackers that `device_tracker.see` made, and what the household says of them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import msgspec

from marge.config import YamlLoader
from marge.core.errors import InvalidConfig
from marge.helpers.see import FILE, Mac
from marge.helpers.words import Icon
from marge.util import jsonx
from marge.util.schema import Flag, Invalid, PositiveSeconds, Text, convert
from marge.util.slug import slugify

_LOGGER = logging.getLogger("marge.helpers")

CONSIDER_HOME: Final = 180.0
"""Seconds for which a device that was seen at home counts as there."""


class KnownDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device of the file; only one with `track` has a state. `consider_home` in seconds."""

    name: Text | None = None
    mac: Mac | None = None
    icon: Icon | None = None
    picture: Text | None = None
    gravatar: Text | None = None
    track: Flag = False
    consider_home: PositiveSeconds = CONSIDER_HOME

    @property
    def shown_picture(self) -> str | None:
        """The picture, or the one that Gravatar has for an address."""
        if self.gravatar is None:
            return self.picture
        from hashlib import md5

        address = md5(self.gravatar.encode().lower(), usedforsecurity=False).hexdigest()
        return f"https://www.gravatar.com/avatar/{address}.jpg?s=80&d=wavatar"


_WRITTEN: Final = ("name", "mac", "icon", "picture", "track")

# Keys of former times that say nothing any more.
_PASSED_OVER: Final = frozenset({"hide_if_away", "vendor"})


def read(config_dir: Path) -> dict[str, KnownDevice]:
    """The devices of the file by id; mistakes are named in the log and cost the device that has one. Blocks."""
    path = config_dir / FILE
    if not path.exists():
        return {}
    try:
        content = YamlLoader(config_dir).load(path)
    except InvalidConfig as error:
        _LOGGER.error("%s", error)
        return {}
    if content is None:
        return {}
    if not isinstance(content, dict):
        _LOGGER.error("%s: expected a mapping of devices", FILE)
        return {}
    devices = {}
    for key, item in content.items():
        try:
            if isinstance(item, dict):
                item = {name: value for name, value in item.items() if name not in _PASSED_OVER and value is not None}
            devices[slugify(str(key))] = convert(item, KnownDevice)
        except Invalid as error:
            _LOGGER.warning("%s: the device '%s' is left out: %s", FILE, key, error)
    return devices


def append(config_dir: Path, device_id: str, device: KnownDevice) -> None:
    """Add a device to the file, as Home Assistant writes it; blocks, raises OSError."""
    # JSON is YAML: what looks like a number or a boolean is quoted.
    lines = [f"  {key}: {jsonx.dumps(getattr(device, key)).decode()}\n" for key in _WRITTEN]
    with (config_dir / FILE).open("a", encoding="utf-8") as file:
        file.write("".join([f"\n{jsonx.dumps(device_id).decode()}:\n", *lines]))
