"""A house for every test."""

from __future__ import annotations

import pytest
from registry_house import House


@pytest.fixture
def house() -> House:
    """A house with nothing in it."""
    return House()
