"""All that triggers, conditions and actions may touch of the hub."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from marge.automation.conversation.registry import Sentences
from marge.core.clock import Clock
from marge.core.context import Context
from marge.core.hub import Hub
from marge.core.ports import DeviceTriggers, Mqtt
from marge.templates import TemplateEngine

if TYPE_CHECKING:
    import asyncio

    from marge.automation.outcome import Outcome
    from marge.automation.run import Run
    from marge.automation.traces import Tracer
    from marge.entities import EntityIndex
    from marge.helpers.persistent_notification import Notifications
    from marge.registries import Registries

Variables = Mapping[str, Any]
Detach = Callable[[], None]


class Fire(Protocol):
    """Starts the automation: called with what the trigger adds to `trigger`, and the context that led to it.

    Gives the run, for triggers that answer somebody; None when none was started.
    """

    def __call__(self, trigger: dict[str, Any], context: Context | None = None) -> asyncio.Task[Outcome] | None: ...


@dataclass(frozen=True, slots=True)
class House:
    """The parts of the hub that automations act on and listen to; put together by `app.py`."""

    hub: Hub
    templates: TemplateEngine
    registries: Registries
    mqtt: Mqtt | None = None
    _: KW_ONLY
    index: EntityIndex | None = None
    device_triggers: Mapping[str, DeviceTriggers] = field(default_factory=dict)
    """The triggers that devices announced, by integration."""
    notifications: Callable[[], Notifications] | None = None
    """The messages of the user interface; they may be there later than this."""
    sentences: Sentences = field(default_factory=Sentences)

    @property
    def clock(self) -> Clock:
        """The hub's clock."""
        return self.hub.clock

    def entity_ids(self, references: Iterable[str]) -> list[str]:
        """Entity ids from entity ids and ids of the entity registry."""
        resolve = self.registries.entities.resolve
        return [each if "." in each else resolve(each) or each for each in references]


class Pending(Struct, frozen=True):
    """A timer that a former run of the hub left behind: times are Unix seconds, `memo` is the trigger's own."""

    since: float
    due: float
    seconds: float
    memo: dict[str, Any] = {}


class Timers(Protocol):
    """Delays of triggers that outlive a restart, each under a key of its own."""

    def start(self, key: str, pending: Pending, callback: Callable[[], object], *, resumed: bool = False) -> Detach:
        """Call `callback` when `pending` is due; one that is `resumed` after it was due is told in the log."""

    def left(self, key: str) -> Pending | None:
        """What a former run left under `key`, until it is forgotten or a timer of that key is started."""

    def forget(self, key: str) -> None:
        """What a former run left under `key` is of no use any more."""


class PlainTimers:
    """Timers of something that ends with the hub."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def start(self, key: str, pending: Pending, callback: Callable[[], object], *, resumed: bool = False) -> Detach:
        """See `Timers.start`."""
        return self._clock.call_at(pending.due, callback)

    def left(self, key: str) -> None:
        """There is never anything left."""

    def forget(self, key: str) -> None:
        """See `Timers.forget`."""


@dataclass(frozen=True, slots=True)
class TriggerHost:
    """What a trigger attaches to. `name` is for log lines; `variables` are the automation's, for its templates.

    `starting` is true while the hub starts, and not when an automation is reloaded or turned on later. `key` begins the
    keys of the trigger's timers. `told` are log lines that need not be written once more for this automation.
    """

    house: House
    name: str
    timers: Timers
    variables: Variables = field(default_factory=dict)
    starting: bool = False
    key: str = ""
    told: set[str] = field(default_factory=set)

    @property
    def hub(self) -> Hub:
        """The hub."""
        return self.house.hub


class Trigger(Protocol):
    """Something that starts an automation."""

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """Watch for it until the returned function is called; raises Refused for what cannot be watched."""


class View(Struct, frozen=True):
    """What a condition looks at: the house now, the variables of the run, and its place in the trace of that."""

    house: House
    variables: Variables
    tracer: Tracer | None = None
    path: str = ""

    @property
    def hub(self) -> Hub:
        """The hub."""
        return self.house.hub

    def part(self, name: str | int) -> View:
        """The same, one level deeper in the trace."""
        if self.tracer is None:
            return self
        return View(self.house, self.variables, self.tracer, f"{self.path}/{name}")

    def note(self, **details: Any) -> None:
        """Say in the trace what was compared, in Home Assistant's words."""
        if self.tracer is not None and self.tracer.top is not None:
            self.tracer.top.result = details


class Condition(Protocol):
    """Something that holds or does not."""

    def check(self, view: View) -> bool:
        """Whether it holds now; raises ConditionFailed when that cannot be told."""


class Action(Protocol):
    """One step of a sequence."""

    def run(self, run: Run) -> Awaitable[None]:
        """Take the step; raises MargeError or Invalid when it fails, `errors.Halt` to end the sequence."""
