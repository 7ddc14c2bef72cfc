"""What core and domain need from the edges; the edges implement these and `app.py` hands them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from marge.core.state import State

if TYPE_CHECKING:
    import asyncio
    import sqlite3

T = TypeVar("T")


class Store(Protocol):
    """Named collections of small JSON values.

    `put` and `delete` are queued and coalesced by key; they never block and never fail. Once `flush` returns,
    everything queued before it is on disk. `load` blocks: it is for start-up; `read` is for later.
    """

    def load(self, collection: str) -> dict[str, bytes]:
        """Everything in a collection, by key."""

    async def read(self, collection: str) -> dict[str, bytes]:
        """As `load`, while the hub runs; raises OperationFailed when the disk refuses."""

    def put(self, collection: str, key: str, value: bytes) -> None:
        """Keep `value` under `key`."""

    def delete(self, collection: str, key: str) -> None:
        """Forget `key`; nothing happens when it is not there."""

    def commit(self) -> None:
        """Begin to write what is queued, without waiting for it, where otherwise up to a second would pass."""

    async def flush(self) -> None:
        """Wait until all that was queued is durable; raises OperationFailed when the disk refuses."""


class SqlDatabase(Protocol):
    """The database file: one thread writes, a few read. Jobs run in the order they were handed in."""

    @property
    def path(self) -> str:
        """Where the file is."""

    @property
    def running(self) -> bool:
        """Whether the writer thread is alive."""

    @property
    def writable(self) -> bool:
        """Whether the disk took what it was given last."""

    def load(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Run `query` at once, in this thread; for start-up, before anything is written."""

    def submit(
        self,
        run: Callable[[sqlite3.Connection], T],
        *,
        durable: bool = False,
        undo: Callable[[], object] | None = None,
    ) -> asyncio.Future[T]:
        """Run `run` on the writer thread, inside a transaction, and resolve once that is committed.

        Several jobs may share a commit. `durable` ones go first and resolve when the disk has confirmed. When the
        transaction is rolled back, `undo` is called on the writer thread, and `run` may be called again after it. The
        future raises OperationFailed (its text names the file and the remedy) when the disk refuses.
        """

    async def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Run `query` in a reader thread with a read-only connection; raises OperationFailed."""

    def size(self) -> int:
        """Bytes that the file and its write-ahead log take."""


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
        minimal_response: bool = False,
        limit: int | None = None,
    ) -> dict[str, list[HistoryRow]]:
        """Rows after `start` and before `end`, in time order, per entity; entities without any are left out.

        With `include_start_state` the first is what held at `start`, with that time. The state of a removed entity is
        "". `attributes=False` leaves them out (None), save for the domains whose graphs need them (climate,
        humidifier, input_datetime, water_heater). `significant_changes_only` drops changes of attributes alone, save
        for climate, device_tracker, humidifier and water_heater, and gives both times the same value.
        `minimal_response` drops repeated states and the attributes of all rows but the first, save for the domains
        whose graphs need them. `limit` counts the rows of each entity.
        """

    async def newest(self, entity_id: str, number: int | None, since: float) -> list[HistoryRow]:
        """The newest changes of an entity's state after `since`, at most `number`, in time order.

        Changes of attributes alone do not count; a time without the entity is left out.
        """

    async def events(
        self, start: float, end: float, event_types: Iterable[str] | None = None, *, limit: int | None = None
    ) -> list[EventRow]:
        """Recorded events in time order."""


class LogbookReader(Protocol):
    """What happened, in words: Home Assistant's logbook entries."""

    async def entries(
        self,
        start: float,
        end: float,
        entity_ids: Sequence[str] | None = None,
        device_ids: Sequence[str] | None = None,
        context_id: str | None = None,
    ) -> list[dict[str, Any]]:
        """Entries in time order; `when` is in Unix seconds. An entry of a state change carries `name`."""


class RecorderInfo(msgspec.Struct, frozen=True):
    """How the recorder is doing; sizes in bytes, ages in seconds."""

    recording: bool
    backlog: int
    max_backlog: int
    thread_running: bool
    writable: bool
    db_size: int
    last_write_age: float | None
    rows_written: int
    rows_lost: int


class RecorderStatus(Protocol):
    """The recorder, as `recorder/info`, the metrics and the health page see it."""

    def info(self) -> RecorderInfo:
        """How it is doing right now."""


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


class AnnouncedTrigger(Protocol):
    """A trigger that a device announced, such as a button that can be pressed."""

    @property
    def type(self) -> str:
        """What happens, such as `button_short_press`."""

    @property
    def subtype(self) -> str:
        """To what of the device, such as `button_1`."""


class DeviceTriggers(Protocol):
    """The triggers that devices of an integration announced themselves."""

    def of_device(self, device_id: str) -> Sequence[AnnouncedTrigger]:
        """Those of a device."""

    def listen(self, key: tuple[str, str, str], fired: Callable[[str, bytes, int], object]) -> Callable[[], None]:
        """Call `fired` with topic, payload and qos each time the trigger of a device id, type and subtype fires.

        The trigger may be announced later. Returns what ends it.
        """


class StorageCollection(Protocol):
    """Things that users make, change and delete, each a JSON object; what was done is durable when it returns."""

    kind: str
    """What begins the names of its commands, such as `input_boolean`."""

    @property
    def id_key(self) -> str:
        """The key that names an item in `update` and `delete`, such as `input_boolean_id`."""

    def items(self) -> list[dict[str, Any]]:
        """All items that can be changed, each with its `id`."""

    def config_items(self) -> list[dict[str, Any]]:
        """The items of the configuration files."""

    async def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """Make an item; raises `util.schema.Invalid` for data that does not fit."""

    async def update(self, item_id: str, data: dict[str, Any]) -> dict[str, Any]:
        """Change the given fields of an item; raises NotFound and Invalid."""

    async def delete(self, item_id: str) -> None:
        """Delete an item; raises NotFound."""


TemplateRenderer = Callable[[str, Mapping[str, Any]], Any]
"""Renders a template with variables; raises TemplateError. Text without a template comes back as it is."""


class StateRestorer(Protocol):
    """The states of the last run, until their entities are back."""

    def last_state(self, entity_id: str) -> State | None:
        """What the entity was when the hub last stopped or died, with the times of then."""
