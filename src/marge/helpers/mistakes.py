"""Where a mistake in the files goes that costs one item: into the log at the start, into the report of a check."""

from __future__ import annotations

import logging
from collections.abc import Callable

from marge.core.errors import InvalidConfig

_LOGGER = logging.getLogger("marge.helpers")

Report = Callable[[str, InvalidConfig], None]
"""Told what is left out, such as `input_boolean.guests`, and why; empty when the reason says what it is."""


def log(what: str, error: InvalidConfig) -> None:
    """Write one line into the log: implements `Report`."""
    if what:
        _LOGGER.warning("%s is left out: %s", what, error)
    else:
        _LOGGER.warning("%s", error)
