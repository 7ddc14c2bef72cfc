"""What has changed since it was last written, and a word when there is something at all."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


class Changes(set[T]):
    """A set that calls `on_first` when it gets its first member, so that nobody has to look again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.on_first: Callable[[], object] = lambda: None

    def add(self, item: T) -> None:
        """Add `item`."""
        if not self:
            super().add(item)
            self.on_first()
        else:
            super().add(item)
