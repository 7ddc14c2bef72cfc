"""The fixture `house`: a hub with a real database and a recorder, driven by a clock that tests move."""

from __future__ import annotations

from pathlib import Path

import pytest
from recorder_house import OpenHouse, make_house


@pytest.fixture
def house(tmp_path: Path) -> OpenHouse:
    """See `make_house`."""
    return make_house(tmp_path / "marge.db")
