"""Runs that wait, kept in the store so that a restart of the hub does not end them.

A run is written when it has waited for a second, or when the hub stops. What was written is taken back, durably, before
the run takes its next step: a run goes on at most once from where it waited, whenever the hub dies. One that cannot go
on (see `paused.obstacle_of`) is written all the same, so that it can be named after the restart.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.automation.kept_values import CannotBeKept, bring_back
from marge.automation.paused import Owner, Pause, PausedRun, digest, kept_variables, obstacle_of
from marge.automation.places import inside, parts
from marge.core.errors import MargeError

if TYPE_CHECKING:
    from marge.automation.ports import House
    from marge.automation.run import Run
    from marge.core.clock import Cancel
    from marge.core.context import Context

_LOGGER = logging.getLogger("marge.automation")

COLLECTION: Final = "automation_runs"
WRITE_AFTER: Final = 1.0
"""Seconds of waiting after which a run is written."""
PATIENCE: Final = 5.0
"""Seconds that a run waits for the disk before it goes on all the same."""

NOTIFICATION: Final = "automation_runs_ended"


class KeptRuns:
    """All runs that wait, and those that the last run of the hub left."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.stopping = False
        self._left: dict[str, dict[str, PausedRun]] = {}
        self._waiting: set[KeptRun] = set()
        self._ended: list[str] = []
        self._begun = 0

    def load(self) -> None:
        """Read what the last run left; blocks. What cannot be read is dropped, with a warning."""
        store = self.house.hub.store
        for key, value in store.load(COLLECTION).items():
            try:
                run = msgspec.json.decode(value, type=PausedRun)
            except msgspec.MsgspecError as error:
                _LOGGER.warning("A run of an automation (%s) cannot be read and is dropped: %s", key, error)
                store.delete(COLLECTION, key)
            else:
                self._left.setdefault(run.owner, {})[key] = run

    def left(self, owner: Owner) -> list[tuple[KeptRun, PausedRun]]:
        """The runs of `owner` that can go on, the oldest first; those that cannot are named."""
        found: list[tuple[KeptRun, PausedRun]] = []
        if not self._left:
            return found
        for key, run in sorted(self._left.pop(owner.run_key, {}).items()):
            changed = "it has been changed since" if run.digest != digest(owner.run_source) else None
            obstacle = run.obstacle or changed
            if obstacle is None:
                found.append((KeptRun(self, owner, key), run))
            else:
                self.ended(key, run, obstacle)
        return found

    def ended(self, key: str, run: PausedRun, why: str) -> None:
        """Name a run that does not go on."""
        self.house.hub.store.delete(COLLECTION, key)
        _LOGGER.warning("%s: a run that waited (%s) when the hub stopped does not go on: %s", run.name, run.where, why)
        self._ended.append(f"- {run.name} ({run.where}): {why}")

    def settle(self) -> None:
        """All have asked for their runs: what is left belongs to nobody. Tells the household what does not go on."""
        for runs in self._left.values():
            for key, run in sorted(runs.items()):
                self.ended(key, run, "it is not there any more, or has a mistake")
        self._left.clear()
        if self._ended and self.house.notifications is not None:
            text = "These runs waited when the hub stopped, and do not go on:\n\n" + "\n".join(self._ended)
            self.house.notifications().create(text, "Runs ended by a restart", NOTIFICATION)
        self._ended.clear()

    def begin(self, owner: Owner, context: Context) -> KeptRun:
        """A run starts. Keys are in the order in which runs started."""
        self._begun += 1
        return KeptRun(self, owner, (self.house.clock.now(), self._begun, context.id))

    def keep(self) -> None:
        """The hub stops: write all that wait; what ends from now on stays in the store."""
        for each in list(self._waiting):
            each.write()
        self.stopping = True

    def note(self, run: KeptRun, waits: bool) -> None:
        """Whether `run` has something that is not written yet."""
        (self._waiting.add if waits else self._waiting.discard)(run)


class KeptRun:
    """One run, and its row in the store if it has one.

    `begun` is the key of a run that is in the store, else when it began (Unix seconds), its number and its context.
    """

    __slots__ = ("_begun", "_draft", "_owner", "_row", "_runs", "_timer")

    def __init__(self, runs: KeptRuns, owner: Owner, begun: str | tuple[float, int, str]) -> None:
        self._runs = runs
        self._owner = owner
        self._begun = begun
        self._row: bytes | None = b"" if isinstance(begun, str) else None
        self._draft: Callable[[], PausedRun] | None = None
        self._timer: Cancel | None = None

    @property
    def _key(self) -> str:
        if isinstance(self._begun, tuple):
            when, number, context_id = self._begun
            self._begun = f"{int(when * 1000):014d}-{number:08d}-{context_id[-10:]}"
        return self._begun

    def pause(self, run: Run, pause: Pause) -> None:
        """The run begins to wait."""
        if self._runs.stopping:
            return
        path, where = run.at, run.where
        if self._row is not None and (not self._row or inside(path) is not None):
            # It is written: it goes on with the wait of the last time, or its loop or branch is named already.
            return
        self._draft = lambda: self._paused(run, pause, path, where)
        if self._timer is None:
            self._timer = self._runs.house.clock.call_later(WRITE_AFTER, self.write)
            self._runs.note(self, True)

    def write(self) -> None:
        """Put into the store what the run waits for."""
        self._stop_timer()
        if self._draft is not None:
            self._put(msgspec.json.encode(self._draft()))

    async def over(self, run: Run) -> None:
        """The wait is over: what was written is taken back before anything else is done.

        In a loop or a branch it was written only to be named; that stays until the run ends.
        """
        if inside(run.at) is not None or self._runs.stopping:
            return
        self._stop_timer()
        self._draft = None
        row, self._row = self._row, None
        if row is None:
            return
        store = self._runs.house.hub.store
        store.delete(COLLECTION, self._key)
        try:
            async with asyncio.timeout(PATIENCE):
                await store.flush()
        except asyncio.CancelledError:
            if self._runs.stopping and row:
                self._put(row)
            raise
        except (MargeError, TimeoutError) as error:
            text = "that its wait is over could not be written: if the hub fails now, the run may go on twice: %s"
            run.log(logging.ERROR, text, str(error) or f"the disk takes more than {PATIENCE:.0f} s")

    def end(self) -> None:
        """The run has ended, or was ended by somebody; when the hub stops, its row stays."""
        self._stop_timer()
        self._draft = None
        if self._row is not None and not self._runs.stopping:
            self._runs.house.hub.store.delete(COLLECTION, self._key)
            self._row = None

    def variables(self, paused: PausedRun) -> dict[str, Any]:
        """The variables of a run of the last time; raises ValueError when they cannot be read."""
        try:
            found = bring_back(paused.variables, self._runs.house.templates)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"its variables cannot be read: {error!r}") from error
        if not isinstance(found, dict):
            raise ValueError("its variables cannot be read")
        return found

    def refuse(self, paused: PausedRun, why: str) -> None:
        """The run cannot go on after all."""
        self._runs.ended(self._key, paused, why)

    def _put(self, row: bytes) -> None:
        self._row = row
        self._runs.house.hub.store.put(COLLECTION, self._key, row)

    def _stop_timer(self) -> None:
        self._runs.note(self, False)
        if self._timer is not None:
            self._timer()
            self._timer = None

    def _paused(self, run: Run, pause: Pause, path: str, where: str) -> PausedRun:
        variables: dict[str, Any] = {}
        obstacle = obstacle_of(path, pause)
        if obstacle is None:
            try:
                variables = kept_variables(run.values)
            except CannotBeKept as error:
                obstacle = str(error)
        return PausedRun(
            owner=self._owner.run_key,
            name=run.name,
            digest=digest(self._owner.run_source),
            where=where if parts(path) else "waiting for its turn",
            path=path,
            pause=pause,
            context=run.context,
            variables=variables,
            obstacle=obstacle,
        )
