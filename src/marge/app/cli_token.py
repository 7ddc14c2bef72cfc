"""The token with which the command line speaks to the hub that runs on the same data directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from marge.auth import AuthManager

FILE: Final = "cli-token"


def write_cli_token(auth: AuthManager, data: Path) -> None:
    """Write a fresh token to a file that only the user who runs the hub can read; the one before stops working."""
    path = data / FILE
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(auth.command_line_token())
    temporary.replace(path)


def read_cli_token(data: Path) -> str | None:
    """The token of the hub on `data`; None when there is none or it may not be read."""
    try:
        return (data / FILE).read_text().strip()
    except OSError:
        return None
