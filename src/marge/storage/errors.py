"""What SQLite says, in words that tell the user what to do."""

from __future__ import annotations

import sqlite3
from typing import Final

from marge.core.errors import OperationFailed

CORRUPT: Final = "SQLITE_CORRUPT"
MAKE_WRITABLE: Final = "make the file, its folder and the disk writable for the user that runs Marge"
MAKE_ROOM: Final = "free some space on that disk"
# Result codes by name, the special before the general: https://www.sqlite.org/rescode.html
_REMEDIES: Final = {
    "SQLITE_FULL": MAKE_ROOM,
    # The index of the log is made as large as it will be when the file is opened.
    "SQLITE_IOERR_SHMSIZE": MAKE_ROOM,
    "SQLITE_READONLY": MAKE_WRITABLE,
    "SQLITE_CANTOPEN": "check that the folder exists and is writable for the user that runs Marge",
    "SQLITE_PERM": "give the user that runs Marge the right to write it",
    "SQLITE_IOERR": "check the disk and its cable or card",
    "SQLITE_BUSY": "end the other program that has the file open",
    "SQLITE_LOCKED": "end the other program that has the file open",
    CORRUPT: "restart Marge, or restore a backup if that does not help",
    "SQLITE_NOTADB": "restart Marge, or restore a backup if that does not help",
}


def disk_error(error: sqlite3.Error, path: str, doing: str = "write") -> OperationFailed:
    """The error to raise for one of SQLite's."""
    name = getattr(error, "sqlite_errorname", None) or ""
    remedy = next((text for code, text in _REMEDIES.items() if name.startswith(code)), None)
    advice = f"; {remedy}" if remedy else ""
    return OperationFailed(f"Cannot {doing} {path}: {error}{advice}")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, as opposed to the disk being full, read-only or busy."""
    name = getattr(error, "sqlite_errorname", None) or ""
    return name.startswith((CORRUPT, "SQLITE_NOTADB"))


def is_unwritable(error: sqlite3.Error) -> bool:
    """Whether the file may be read but not written, or is not where it was: opening it again may help."""
    name = getattr(error, "sqlite_errorname", None) or ""
    return name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR_SHM"))
