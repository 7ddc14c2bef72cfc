"""The traces of all automations and scripts that can be asked for, so many of each and so many bytes of all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from marge.automation.traces.breakpoints import Breakpoints
from marge.automation.traces.trace import TRACER, Child, Trace
from marge.core.clock import Cancel
from marge.core.context import Context
from marge.core.hub import Hub

if TYPE_CHECKING:
    from marge.automation.traces.stored import RestoredTrace

SETTLE_AFTER: Final = 1.0
"""Seconds after which new traces are put in order."""
MAX_FRESH: Final = 100
"""So many of them may wait for that."""
AT_A_TIME: Final = 5
"""So many are put in order in one turn of the loop."""
MAX_ALL: Final = 16 * 1024 * 1024
"""What all traces together may weigh, in bytes; the oldest give way."""

_GONE: Final = object()


class Traces:
    """Begins traces, keeps those of the last runs, and answers what is asked of them.

    `known` gives the keys (`automation.<id>`, `script.<name>`) of what there is; traces of others are not stored.
    What is kept is put in order now and then, not while runs are on their way.
    """

    def __init__(self, hub: Hub, known: Callable[[], set[str]]) -> None:
        self.breakpoints = Breakpoints()
        self._hub = hub
        self._known = known
        self._by_key: dict[str, list[Trace]] = {}
        self._keep: dict[str, int] = {}
        self._in_order: dict[Trace, None] = {}
        self._weight = 0
        self._fresh: dict[Trace, None] = {}
        """Those that are not in order yet."""
        self._cancel_settling: Cancel | None = None
        self._restored: dict[str, list[RestoredTrace]] | None = None
        self._restoring = asyncio.Lock()

    def begin(
        self,
        domain: str,
        item_id: str,
        context: Context,
        *,
        keep: int,
        config: Any,
        blueprint_inputs: Any = None,
        called: bool = True,
    ) -> Trace | None:
        """The trace of a run that starts; None when none of its kind are kept.

        `called`: the step that the present code is part of started it and is to name it.
        """
        if keep <= 0:
            return None
        key = f"{domain}.{item_id}"
        now = self._hub.clock.now
        trace = Trace(
            domain,
            item_id,
            self._hub.hex_id(),
            context,
            config,
            blueprint_inputs,
            self.breakpoints,
            now,
            self._on_finish,
            now(),
            key,
        )
        if called and (caller := TRACER.get()) is not None and caller.top is not None:
            caller.top.child = Child(domain, item_id, trace.run_id)
        of_key = self._by_key.get(key)
        if of_key is None:
            of_key = self._by_key[key] = []
        of_key.append(trace)
        self._keep[key] = keep
        self._in_order[trace] = None
        self._to_be_settled(trace)
        return trace

    def _on_finish(self, trace: Trace) -> None:
        if self.breakpoints.points:
            self.breakpoints.forget(trace)
        key = trace.key
        if len(self._by_key.get(key, ())) > 2 * self._keep[key]:
            # Of what runs often little is left to be put in order later.
            self._trim(key)
        if trace in self._in_order:
            self._to_be_settled(trace)

    def _to_be_settled(self, trace: Trace) -> None:
        fresh = self._fresh
        fresh[trace] = None
        if self._cancel_settling is None:
            self._cancel_settling = self._hub.clock.call_later(SETTLE_AFTER, self._on_time)
        elif len(fresh) > MAX_FRESH:
            self._settle_some(2)

    def _on_time(self) -> None:
        # What is large takes a while to be weighed: the rest of the hub has its turns in between.
        self._settle_some(AT_A_TIME)
        self._cancel_settling = self._hub.clock.call_later(0, self._on_time) if self._fresh else None

    def _settle(self) -> None:
        """Put in order what has not been yet."""
        self._settle_some(len(self._fresh))

    def _settle_some(self, count: int) -> None:
        """Keep so many of each automation or script, and so many bytes of all; what goes is the oldest."""
        for trace in list(islice(self._fresh, count)):
            self._trim(trace.key)
            if self._fresh.pop(trace, _GONE) is _GONE:
                continue
            trace.settle()
            self._weight += trace.weight - trace.counted
            trace.counted = trace.weight
        while self._weight > MAX_ALL and self._in_order:
            oldest = next(iter(self._in_order))
            self._by_key[oldest.key].remove(oldest)
            self._forget(oldest)

    def _trim(self, key: str) -> None:
        of_key = self._by_key.get(key, [])
        keep = self._keep.get(key, 0)
        older = [] if self._restored is None else self._restored.get(key, [])
        del older[: max(0, len(older) + len(of_key) - keep)]
        for trace in of_key[: max(0, len(of_key) - keep)]:
            self._forget(trace)
        del of_key[: max(0, len(of_key) - keep)]

    def _forget(self, trace: Trace) -> None:
        del self._in_order[trace]
        self._fresh.pop(trace, None)
        self._weight -= trace.counted

    # ── what is asked ──

    async def runs(self, domain: str | None = None, item_id: str | None = None) -> list[Trace | RestoredTrace]:
        """The traces of an automation or script, or of all of them, each from the oldest to the newest.

        Raises OperationFailed when what former runs of the hub left cannot be read.
        """
        await self._restore()
        assert self._restored is not None
        self._settle()
        keys = [f"{domain}.{item_id}"] if item_id is not None else [*self._restored, *self._by_key]
        found: list[Trace | RestoredTrace] = []
        for key in dict.fromkeys(keys):
            if domain is None or key.partition(".")[0] == domain:
                found += self._restored.get(key, ())
                found += self._by_key.get(key, ())
        return found

    async def summaries(self, domain: str, item_id: str | None = None) -> list[dict[str, Any]]:
        """What `trace/list` answers."""
        from marge.automation.traces.shape import short

        found = await self.runs(domain, item_id)
        return [short(each) if isinstance(each, Trace) else each.short() for each in found]

    async def json(self, domain: str, item_id: str, run_id: str) -> bytes | None:
        """What `trace/get` answers, as JSON; None for a run whose trace is not kept."""
        from marge.automation.traces.shape import whole

        for each in await self.runs(domain, item_id):
            if each.run_id == run_id:
                return whole(each) if isinstance(each, Trace) else each.json
        return None

    async def contexts(self, domain: str | None = None, item_id: str | None = None) -> dict[str, dict[str, str]]:
        """What `trace/contexts` answers: which run belongs to which context."""
        return {
            each.context_id: {"run_id": each.run_id, "domain": each.domain, "item_id": each.item_id}
            for each in await self.runs(domain, item_id)
        }

    def stop_run(self, domain: str, item_id: str, run_id: str) -> None:
        """End a run that is under way."""
        for trace in self._by_key.get(f"{domain}.{item_id}", ()):
            if trace.run_id == run_id and trace.stop is not None:
                trace.stop()

    # ── over a restart ──

    async def _restore(self) -> None:
        async with self._restoring:
            if self._restored is None:
                from marge.automation.traces.stored import restore

                self._restored = await restore(self._hub.store, self._known())
                for key in self._by_key:
                    self._trim(key)

    async def save(self) -> None:
        """Put the traces into the store, for the end of the hub: runs that are under way end with it."""
        if not self._in_order:
            return
        for trace in list(self._in_order):
            trace.finish("cancelled")
        from marge.automation.traces.stored import save

        await self._restore()
        assert self._restored is not None
        self._settle()
        known = self._known()
        newest_first = [each for each in reversed(self._in_order) if each.key in known]
        await save(self._hub.store, newest_first, self._restored)
