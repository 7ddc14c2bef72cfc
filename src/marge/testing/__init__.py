"""Fakes for tests of Marge and of what is built on it: a clock moved by hand, a store in memory, a hub of both."""

from __future__ import annotations

import random
from typing import Any

from marge.core.hub import Hub
from marge.core.hubconfig import HubConfig
from marge.testing.fake_clock import FakeClock
from marge.testing.list_resolver import ListResolver
from marge.testing.memory_store import MemoryStore

__all__ = ["FakeClock", "ListResolver", "MemoryStore", "make_hub"]


def make_hub(*, clock: FakeClock | None = None, store: MemoryStore | None = None, seed: int = 1, **config: Any) -> Hub:
    """A hub with a fake clock, a memory store and ids that are the same in every run."""
    return Hub(
        clock or FakeClock(),
        store or MemoryStore(),
        HubConfig(**config),
        random_bits=random.Random(seed).getrandbits,  # noqa: S311  ids of a test should repeat
    )
