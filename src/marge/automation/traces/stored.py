"""Traces in the store: one document per automation or script, a list of what `trace/get` answers, the oldest first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from marge.automation.traces.shape import whole
from marge.automation.traces.trace import Trace
from marge.core.ports import Store

_LOGGER = logging.getLogger("marge.automation")

COLLECTION: Final = "traces"
MAX_STORED: Final = 8 * 1024 * 1024
"""Bytes of all documents that one run of the hub leaves; the newest traces are the ones that stay."""
AT_A_TIME: Final = 20
"""After so many traces that are made into JSON the rest of the hub has its turn."""


class _Head(msgspec.Struct):
    """What `trace/list` tells, in the order of Home Assistant."""

    last_step: str | None
    run_id: str
    state: str
    script_execution: str | None
    timestamp: dict[str, str | None]
    domain: str
    item_id: str
    error: str | msgspec.UnsetType = msgspec.UNSET
    trigger: str | msgspec.UnsetType | None = msgspec.UNSET


class _Context(msgspec.Struct):
    id: str


class _Whole(_Head):
    context: _Context = msgspec.field(default_factory=lambda: _Context(""))


class RestoredTrace:
    """The trace of a run before the restart."""

    __slots__ = ("_head", "context_id", "json")

    def __init__(self, json: bytes) -> None:
        """`json` is what `trace/get` answered; raises msgspec.MsgspecError for what is none."""
        head = msgspec.json.decode(json, type=_Whole)
        self.json = json
        self.context_id = head.context.id
        self._head = head

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self._head.run_id

    @property
    def domain(self) -> str:
        """`automation` or `script`."""
        return self._head.domain

    @property
    def item_id(self) -> str:
        """The id of the automation, the name of the script."""
        return self._head.item_id

    @property
    def started(self) -> str:
        """When the run began, ISO in UTC."""
        return self._head.timestamp["start"] or ""

    def short(self) -> dict[str, Any]:
        """What `trace/list` tells."""
        told = ((name, getattr(self._head, name)) for name in _Head.__struct_fields__)
        return {name: value for name, value in told if value is not msgspec.UNSET}


async def restore(store: Store, known: set[str]) -> dict[str, list[RestoredTrace]]:
    """What former runs of the hub left, by key; what is of nobody in `known` is deleted."""
    restored: dict[str, list[RestoredTrace]] = {}
    for key, value in (await store.read(COLLECTION)).items():
        if key not in known:
            store.delete(COLLECTION, key)
            continue
        try:
            documents = msgspec.json.decode(value, type=list[msgspec.Raw])
            restored[key] = [RestoredTrace(bytes(each)) for each in documents]
        except msgspec.MsgspecError as error:
            _LOGGER.warning("The stored traces of %s cannot be read and are dropped: %s", key, error)
            store.delete(COLLECTION, key)
    return restored


async def save(store: Store, traces: Iterable[Trace], restored: Mapping[str, list[RestoredTrace]]) -> None:
    """Store `traces`, the newest first, and of what was `restored` as much as there is room for."""
    left = MAX_STORED
    documents: dict[str, list[bytes]] = {key: [] for key in restored}
    for count, trace in enumerate(traces, 1):
        if count % AT_A_TIME == 0:
            await asyncio.sleep(0)
        json = whole(trace)
        left -= len(json)
        if left < 0:
            break
        documents.setdefault(trace.key, []).append(json)
    # Those of one key keep their order, whatever the clock said.
    older = [(key, each) for key, listed in restored.items() for each in reversed(listed)]
    for key, each in sorted(older, key=lambda item: item[1].started, reverse=True):
        left -= len(each.json)
        if left < 0:
            break
        documents[key].append(each.json)
    for key, newest_first in documents.items():
        if not newest_first:
            store.delete(COLLECTION, key)
        elif newest_first != [each.json for each in reversed(restored.get(key, ()))]:
            store.put(COLLECTION, key, b"[%b]" % b",".join(reversed(newest_first)))
