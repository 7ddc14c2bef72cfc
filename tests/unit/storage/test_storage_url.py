"""`db_url`: what is understood and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from marge.core.errors import InvalidConfig
from marge.storage import database_path

DATA = Path("/data")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (None, "/data/marge.db"),
        ("", "/data/marge.db"),
        ("sqlite:////srv/history.db", "/srv/history.db"),
        ("sqlite:///history.db", "/data/history.db"),
        ("/srv/history.db", "/srv/history.db"),
        ("history.db", "/data/history.db"),
    ],
)
def test_paths(url: str | None, path: str) -> None:
    assert database_path(url, DATA) == Path(path)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://user:secret@host/db", "'postgresql' is not supported"),
        ("mysql://host/db", "'mysql' is not supported"),
        ("sqlite:///:memory:", "would forget everything"),
        ("sqlite:///", "needs the path of a file"),
    ],
)
def test_other_schemes_are_refused_without_repeating_passwords(url: str, says: str) -> None:
    with pytest.raises(InvalidConfig, match=says) as caught:
        database_path(url, DATA)
    assert "secret" not in str(caught.value)
