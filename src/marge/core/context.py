"""Who or what caused a change: travels from the cause to every effect."""

from __future__ import annotations

import msgspec


class Context(msgspec.Struct, frozen=True, gc=False):
    """`id` is a ULID; `parent_id` the context that led to this one; `user_id` the user who asked."""

    id: str
    parent_id: str | None = None
    user_id: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """The context as it is on the wire."""
        return {"id": self.id, "parent_id": self.parent_id, "user_id": self.user_id}
