"""Where configuration, data and logs are: as asked for, else the system's folders for root, else the user's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec


class Paths(msgspec.Struct, frozen=True):
    """The three directories of a hub."""

    config: Path
    data: Path
    log: Path

    @classmethod
    def find(
        cls,
        config: str | None = None,
        data: str | None = None,
        log: str | None = None,
        *,
        env: Mapping[str, str] = os.environ,
        is_root: bool | None = None,
    ) -> Paths:
        """An option wins over MARGE_CONFIG, MARGE_DATA and MARGE_LOG_DIR, those over the defaults.

        Root and the user `marge` use /etc, /var/lib and /var/log; everybody else the XDG folders.
        """
        system = _is_system_user(env) if is_root is None else is_root
        home = Path(env.get("HOME") or "~").expanduser()
        if system:
            defaults = Path("/etc/marge"), Path("/var/lib/marge"), Path("/var/log/marge")
        else:
            defaults = (
                Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "marge",
                Path(env.get("XDG_DATA_HOME") or home / ".local" / "share") / "marge",
                Path(env.get("XDG_STATE_HOME") or home / ".local" / "state") / "marge",
            )
        asked = config or env.get("MARGE_CONFIG"), data or env.get("MARGE_DATA"), log or env.get("MARGE_LOG_DIR")
        chosen = [
            Path(wanted).absolute() if wanted else default for wanted, default in zip(asked, defaults, strict=True)
        ]
        return cls(*chosen)


def _is_system_user(env: Mapping[str, str]) -> bool:
    return os.geteuid() == 0 or env.get("USER") == "marge"
