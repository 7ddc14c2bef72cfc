"""timer: counts down in whole seconds; one with `restore` goes on over a restart.

A timer that ran out while the hub was away says so once automations listen; `finished_at` is when it really ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.core.clock import Cancel
from marge.core.errors import OperationFailed
from marge.core.events import HOMEASSISTANT_STARTED, Event, Remove
from marge.core.lifecycle import RunState
from marge.core.state import State
from marge.entities.domain import Domain, EntityService
from marge.helpers.kind import HelperConfig, HelperEntity, Kind
from marge.util.dt import parse_datetime, parse_duration, to_iso
from marge.util.schema import Flag, PositiveSeconds, Seconds, word

IDLE: Final = "idle"
ACTIVE: Final = "active"
PAUSED: Final = "paused"


def shown(seconds: float) -> str:
    """A duration as timers show it: `H:MM:SS`."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _duration(value: Any) -> str:
    seconds = parse_duration(value).total_seconds()
    if seconds < 0:
        raise ValueError(f"expected a duration of zero or more, got {value!r}")
    return shown(seconds)


if TYPE_CHECKING:
    Duration = str
else:
    Duration = word("Duration", _duration)


class TimerConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; `duration` as it is shown."""

    duration: Duration = "0:00:00"
    restore: Flag = False

    @property
    def seconds(self) -> float:
        """How long it runs."""
        return parse_duration(self.duration).total_seconds()


class Start(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `start`; without a duration it goes on, or starts with its own."""

    duration: PositiveSeconds = 0.0


class Change(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `change`: the seconds to add, or with a minus to take away."""

    duration: Seconds = 0.0


class Timer(HelperEntity):
    """Idle, running, or paused; times are whole Unix seconds."""

    domain = "timer"
    force_update = True
    config: TimerConfig

    status = IDLE
    running_duration = 0.0
    remaining: float | None = None
    end: float | None = None

    _cancel: Cancel | None = None
    _announce: Remove | None = None

    def configure(self, config: HelperConfig) -> None:
        """See `HelperEntity.configure`; a running timer keeps its time."""
        super().configure(config)
        if self.status == IDLE:
            self.running_duration = self.config.seconds

    @property
    def state(self) -> str:
        """`idle`, `active` or `paused`."""
        return self.status

    def attributes(self) -> dict[str, Any]:
        """Its duration, when it ends, and what was left when it was last started, paused or changed."""
        attributes: dict[str, Any] = {"duration": shown(self.running_duration), "editable": self.editable}
        if self.end is not None:
            attributes["finishes_at"] = to_iso(self.end)
        if self.remaining is not None:
            attributes["remaining"] = shown(self.remaining)
        if self.config.restore:
            attributes["restore"] = True
        return attributes

    def added(self) -> None:
        """See `Entity.added`."""
        if self.status == ACTIVE:
            self._wait()
        elif self.status == IDLE and self.config.restore and self.last_state is not None:
            self._restore(self.last_state)

    def removed(self) -> None:
        """See `Entity.removed`."""
        self._stop()
        if self._announce is not None:
            self._announce()
            self._announce = None

    async def start(self, data: Start) -> None:
        """Start, restart, or go on."""
        event = "timer.started" if self.status == IDLE else "timer.restarted"
        if data.duration:
            self.remaining = self.running_duration = data.duration
        elif not self.remaining:
            self.remaining = self.running_duration
        self._run(self._now() + self.remaining)
        self._tell(event)

    async def pause(self) -> None:
        """Keep what is left; nothing happens when it does not run."""
        if self.status != ACTIVE or self.end is None:
            return
        self._stop()
        self.remaining = max(0.0, self.end - self._now())
        self.status, self.end = PAUSED, None
        self._tell("timer.paused")

    async def cancel(self) -> None:
        """Back to idle without having finished."""
        if self.status != IDLE:
            self._to_idle()
            self._tell("timer.cancelled")

    async def finish(self) -> None:
        """End it now."""
        if self.status != IDLE:
            end = self._now() if self.end is None else self.end
            self._to_idle()
            self._tell("timer.finished", finished_at=to_iso(end))

    async def change(self, data: Change) -> None:
        """Lengthen or shorten a running timer; raises OperationFailed beyond its duration and below zero."""
        if self.status != ACTIVE or self.end is None:
            raise OperationFailed(f"Timer {self.entity_id} is not running, only active timers can be changed")
        remaining = self.end + data.duration - self._now()
        if self.remaining and remaining > self.running_duration:
            raise OperationFailed(f"Not possible to change timer {self.entity_id} beyond duration")
        if self.remaining and self.remaining + data.duration < 0:
            raise OperationFailed(f"Not possible to change timer {self.entity_id} to negative time remaining")
        self.remaining = max(0.0, remaining)
        self._run(self.end + data.duration)
        self._tell("timer.changed")

    def _now(self) -> float:
        return float(int(self.hub.clock.now()))

    def _run(self, end: float) -> None:
        self._stop()
        self.status, self.end = ACTIVE, end
        self._wait()

    def _wait(self) -> None:
        assert self.end is not None
        self._cancel = self.hub.clock.call_at(self.end, self._finished)

    def _stop(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _to_idle(self) -> None:
        self._stop()
        self.status = IDLE
        self.end = self.remaining = None
        self.running_duration = self.config.seconds

    def _finished(self) -> None:
        end = self.end
        if self.status == ACTIVE and end is not None:
            self._to_idle()
            self._tell("timer.finished", finished_at=to_iso(end))

    def _tell(self, event_type: str, **data: str) -> None:
        self.write_state()
        self.hub.bus.fire(event_type, {"entity_id": self.entity_id, **data})

    def _restore(self, last: State) -> None:
        """Go on where the last run was; what cannot be read starts idle."""
        try:
            duration = parse_duration(last.attributes["duration"]).total_seconds()
            if last.state == PAUSED:
                self.remaining = parse_duration(last.attributes["remaining"]).total_seconds()
                self.status, self.running_duration = PAUSED, duration
            elif last.state == ACTIVE:
                end = parse_datetime(last.attributes["finishes_at"])
                if end is not None and end.tzinfo is not None:
                    self._go_on(duration, end.timestamp())
        except (KeyError, ValueError):
            self.status = IDLE

    def _go_on(self, duration: float, end: float) -> None:
        remaining = end - self._now()
        if remaining > 0:
            self.running_duration, self.remaining = duration, remaining
            self._run(end)
            self._when_running(lambda: self.hub.bus.fire("timer.restarted", {"entity_id": self.entity_id}))
        else:
            data = {"finished_at": to_iso(end)}
            self._when_running(lambda: self.hub.bus.fire("timer.finished", {"entity_id": self.entity_id, **data}))

    def _when_running(self, tell: Any) -> None:
        if self.hub.lifecycle.state == RunState.RUNNING:
            tell()
            return

        def started(_event: Event) -> None:
            if self._announce is not None:
                self._announce()
                self._announce = None
            tell()

        self._announce = self.hub.bus.listen(HOMEASSISTANT_STARTED, started)


KIND: Final = Kind(
    Domain(
        "timer",
        Timer,
        (
            EntityService("start", "start", Start),
            EntityService("pause", "pause"),
            EntityService("cancel", "cancel"),
            EntityService("finish", "finish"),
            EntityService("change", "change", Change),
        ),
    ),
    Timer,
    TimerConfig,
)
