"""`db_url`: where the database is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from marge.core.errors import InvalidConfig

_PREFIX: Final = "sqlite:///"
FILE_NAME: Final = "marge.db"


def database_path(db_url: str | None, data_dir: Path) -> Path:
    """The database file that `db_url` means; `marge.db` in the data directory without one.

    `sqlite:////absolute/file.db`, `sqlite:///relative/to/data.db` and plain paths are understood, as in SQLAlchemy's
    URLs. Raises InvalidConfig for anything else.
    """
    if not db_url:
        return data_dir / FILE_NAME
    if db_url.startswith(_PREFIX):
        name = db_url.removeprefix(_PREFIX)
    elif "://" in db_url:
        scheme = db_url.partition("://")[0]
        raise InvalidConfig(
            f"recorder: db_url with '{scheme}' is not supported; use sqlite:///<path>, or leave db_url out to keep "
            f"everything in {data_dir / FILE_NAME}"
        )
    else:
        name = db_url
    if not name or ":memory:" in name:
        raise InvalidConfig("recorder: db_url needs the path of a file; a database in memory would forget everything")
    return data_dir / Path(name).expanduser()
