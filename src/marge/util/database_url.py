"""`db_url`: which file it means."""

from __future__ import annotations

from typing import Final

_PREFIX: Final = "sqlite:///"


def file_of(db_url: str) -> str:
    """The path in `db_url`: `sqlite:////absolute/file.db`, `sqlite:///relative/to/data.db`, or a plain path.

    Raises ValueError for anything else; what it says never repeats a password.
    """
    scheme, mark, _ = db_url.partition("://")
    if mark and scheme != "sqlite":
        raise ValueError(
            f"'{scheme}' is not supported; use sqlite:///<path>, or leave it out to keep everything in marge.db in the "
            "data directory"
        )
    name = db_url.removeprefix(_PREFIX)
    if not name or name.startswith("sqlite:") or ":memory:" in name:
        raise ValueError("it needs the path of a file; a database in memory would forget everything")
    return name
