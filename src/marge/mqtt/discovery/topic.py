"""Discovery topics: `<prefix>/<component>/[<node_id>/]<object_id>/config`."""

from __future__ import annotations

import re
from typing import Final

import msgspec

_ID: Final = re.compile(r"^[a-zA-Z0-9_-]+$")


class DiscoveryTopic(msgspec.Struct, frozen=True):
    """The parts of a discovery topic; `id` identifies the thing together with its component."""

    component: str
    node_id: str | None
    object_id: str

    @property
    def id(self) -> str:
        """`object_id`, or `node_id object_id`."""
        return f"{self.node_id} {self.object_id}" if self.node_id else self.object_id


def parse(topic: str, prefix: str) -> DiscoveryTopic | None:
    """Return the parts of a discovery topic below `prefix`, None when it is none."""
    if not topic.startswith(prefix + "/") or not topic.endswith("/config"):
        return None
    parts = topic[len(prefix) + 1 : -7].split("/")
    if len(parts) not in (2, 3) or not all(_ID.match(part) for part in parts[1:]):
        return None
    return DiscoveryTopic(parts[0], parts[1] if len(parts) == 3 else None, parts[-1])
