"""All that triggers, conditions and actions may touch of the hub."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from marge.core.clock import Clock
from marge.core.context import Context
from marge.core.hub import Hub
from marge.core.ports import Mqtt
from marge.templates import TemplateEngine

if TYPE_CHECKING:
    from marge.registries import Registries

Variables = Mapping[str, Any]
Detach = Callable[[], None]


class Fire(Protocol):
    """Starts the automation: called with what the trigger adds to `trigger`, and the context that led to it."""

    def __call__(self, trigger: dict[str, Any], context: Context | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class House:
    """The parts of the hub that automations act on and listen to; put together by `app.py`."""

    hub: Hub
    templates: TemplateEngine
    registries: Registries
    mqtt: Mqtt | None = None

    @property
    def clock(self) -> Clock:
        """The hub's clock."""
        return self.hub.clock


class Timers(Protocol):
    """Delays of triggers that outlive a restart, each under a key of its own."""

    def start(self, key: str, seconds: float, callback: Callable[[], object], *, since: float) -> Detach:
        """Call `callback` once `seconds` have passed since `since` (Unix seconds).

        One that a former run of the hub started under the same key with the same `since` keeps its due time.
        """


@dataclass(frozen=True, slots=True)
class TriggerHost:
    """What a trigger attaches to. `name` is for log lines; `variables` are the automation's, for its templates."""

    house: House
    name: str
    timers: Timers
    variables: Variables

    @property
    def hub(self) -> Hub:
        """The hub."""
        return self.house.hub


class Trigger(Protocol):
    """Something that starts an automation."""

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """Watch for it until the returned function is called; raises Refused for what cannot be watched."""


@dataclass(frozen=True, slots=True)
class View:
    """What a condition looks at: the house now, and the variables of the run."""

    house: House
    variables: Variables

    @property
    def hub(self) -> Hub:
        """The hub."""
        return self.house.hub


class Condition(Protocol):
    """Something that holds or does not."""

    def check(self, view: View) -> bool:
        """Whether it holds now; raises ConditionFailed when that cannot be told."""


class Action(Protocol):
    """One step of a sequence."""

    def run(self, run: Any) -> Awaitable[None]:
        """Take the step within a `run.Run`; raises what stops the sequence."""
