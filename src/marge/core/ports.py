"""What core and domain need from the edges; the edges implement these and `app.py` hands them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from marge.core.state import State


class Store(Protocol):
    """Named collections of small JSON values.

    `put` and `delete` are queued and coalesced by key; they never block and never fail. Once `flush` returns,
    everything queued before it is on disk. `load` blocks: it is for start-up.
    """

    def load(self, collection: str) -> dict[str, bytes]:
        """Everything in a collection, by key."""

    def put(self, collection: str, key: str, value: bytes) -> None:
        """Keep `value` under `key`."""

    def delete(self, collection: str, key: str) -> None:
        """Forget `key`; nothing happens when it is not there."""

    async def flush(self) -> None:
        """Wait until all that was queued is durable; raises OperationFailed when the disk refuses."""


class HistoryRow(msgspec.Struct, frozen=True, gc=False):
    """A recorded state: times are Unix seconds; `attributes` is JSON, None when not asked for."""

    entity_id: str
    state: str
    attributes: bytes | None
    last_changed: float
    last_updated: float
    context_id: str | None = None
    context_parent_id: str | None = None
    context_user_id: str | None = None


class EventRow(msgspec.Struct, frozen=True, gc=False):
    """A recorded event that is not a state change; `data` is JSON, `time_fired` Unix seconds."""

    event_type: str
    data: bytes
    time_fired: float
    context_id: str | None
    context_parent_id: str | None
    context_user_id: str | None


class HistoryReader(Protocol):
    """Reads back what was recorded, in threads of its own. Everything written before the call is seen."""

    async def states(
        self,
        start: float,
        end: float,
        entity_ids: Sequence[str] | None,
        *,
        include_start_state: bool = True,
        attributes: bool = True,
        significant_changes_only: bool = False,
        limit: int | None = None,
    ) -> dict[str, list[HistoryRow]]:
        """Rows per entity in time order; with `include_start_state` the first is what held at `start`."""

    async def events(
        self, start: float, end: float, event_types: Iterable[str] | None = None, *, limit: int | None = None
    ) -> list[EventRow]:
        """Recorded events in time order."""


class RecorderInfo(msgspec.Struct, frozen=True):
    """How the recorder is doing; sizes in bytes, ages in seconds."""

    recording: bool
    backlog: int
    max_backlog: int
    thread_running: bool
    db_size: int
    last_write_age: float | None
    rows_written: int
    rows_lost: int


class UserDirectory(Protocol):
    """Who is an admin; for services that only admins may call."""

    def is_admin(self, user_id: str) -> bool | None:
        """True or False, None when there is no such user."""


class ResolvedTarget(msgspec.Struct, frozen=True):
    """The entities that a target means: named one by one, and through device, area, floor or label."""

    referenced: set[str]
    indirect: set[str]
    missing: dict[str, list[str]]
    """Ids that nothing is known of: kind (`device`, `area`, …) → ids."""


class TargetResolver(Protocol):
    """Finds the entities of a service target; implemented by the registries."""

    def resolve(self, target: Any) -> ResolvedTarget:
        """Resolve a `marge.core.services.Target`; groups are expanded by their members' domain elsewhere."""


MqttMessage = Callable[[str, bytes, int, bool], None]
"""Called with topic, payload, qos and whether the message was a retained one."""


class Mqtt(Protocol):
    """The MQTT broker in use, ours or an external one."""

    @property
    def connected(self) -> bool:
        """Whether messages go through right now."""

    def subscribe(self, topic_filter: str, callback: MqttMessage, qos: int = 0) -> Callable[[], None]:
        """Call `callback` for every message that matches, retained ones at once; returns what ends it."""

    def publish(self, topic: str, payload: str | bytes, qos: int = 0, retain: bool = False) -> None:
        """Publish; queued while an external broker is away."""

    def on_connection(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """Call `callback(connected)` at each change; returns what ends it."""


TemplateRenderer = Callable[[str, Mapping[str, Any]], Any]
"""Renders a template with variables; raises TemplateError. Text without a template comes back as it is."""


class StateRestorer(Protocol):
    """The states of the last run, until their entities are back."""

    def last_state(self, entity_id: str) -> State | None:
        """What the entity was when the hub last stopped or died, with the times of then."""
