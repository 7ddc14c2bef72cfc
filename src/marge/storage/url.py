"""`db_url`: where the database is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from marge.core.errors import InvalidConfig
from marge.util.database_url import file_of

FILE_NAME: Final = "marge.db"


def database_path(db_url: str | None, data_dir: Path) -> Path:
    """The database file that `db_url` means; `marge.db` in the data directory without one.

    Relative paths are meant from the data directory. Raises InvalidConfig for what `file_of` refuses.
    """
    if not db_url:
        return data_dir / FILE_NAME
    try:
        return data_dir / Path(file_of(db_url)).expanduser()
    except ValueError as error:
        raise InvalidConfig(f"recorder: db_url: {error}") from None
