"""Where a hub's files are when nobody says: system folders for root and the marge user, XDG folders for others."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

Kind = Literal["config", "data", "log"]

VARIABLES: Final[dict[Kind, str]] = {"config": "MARGE_CONFIG", "data": "MARGE_DATA", "log": "MARGE_LOG_DIR"}
_SYSTEM: Final[dict[Kind, str]] = {"config": "/etc/marge", "data": "/var/lib/marge", "log": "/var/log/marge"}
_XDG: Final[dict[Kind, tuple[str, str, str]]] = {
    "config": ("XDG_CONFIG_HOME", ".config", "marge"),
    "data": ("XDG_DATA_HOME", ".local/share", "marge"),
    "log": ("XDG_STATE_HOME", ".local/state", "marge/log"),
}


def directory(kind: Kind, env: Mapping[str, str], *, system: bool, home: Path) -> Path:
    """Return the folder of `kind`: what the environment names, else the system's or the user's own."""
    if named := env.get(VARIABLES[kind]):
        return Path(named)
    if system:
        return Path(_SYSTEM[kind])
    variable, below_home, name = _XDG[kind]
    base = env.get(variable, "")
    # The XDG specification says that a relative path in such a variable is to be ignored.
    return (Path(base) if base.startswith("/") else home / below_home) / name


def default_directory(kind: Kind) -> Path:
    """Return the folder of `kind` for the user who runs this process."""
    return directory(kind, os.environ, system=_is_system_user(), home=Path.home())


def _is_system_user() -> bool:
    if os.geteuid() == 0:
        return True
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name == "marge"
    except KeyError:
        return False


def config_folder(given: Path) -> Path:
    """Return the configuration folder that a user means, who may have named its configuration.toml."""
    return given.parent if given.suffix in (".toml", ".yaml") else given
