"""What the runs of automations and scripts did, and halting them at breakpoints."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.automation.traces import Trace

Domain = Literal["automation", "script"]


class ListTraces(Struct, forbid_unknown_fields=True, frozen=True):
    """All automations or scripts, or one of them."""

    domain: Domain
    item_id: str | None = None


class Run(Struct, forbid_unknown_fields=True, frozen=True):
    """One run."""

    domain: Domain
    item_id: str
    run_id: str


class Contexts(Struct, forbid_unknown_fields=True, frozen=True):
    """Everything, or one automation or script."""

    domain: Domain | None = None
    item_id: str | None = None

    def __post_init__(self) -> None:
        if (self.domain is None) != (self.item_id is None):
            raise ValueError("'domain' and 'item_id' belong together: give both or neither")


class Breakpoint(Struct, forbid_unknown_fields=True, frozen=True):
    """A step by its path, in one run or in all."""

    domain: Domain
    item_id: str
    node: str
    run_id: str | None = None


def _key(data: Run | Breakpoint) -> str:
    return f"{data.domain}.{data.item_id}"


async def list_traces(message: Message) -> list[dict[str, Any]]:
    """The runs whose traces are kept, in short."""
    data: ListTraces = message.data
    return await message.api.engine.traces.summaries(data.domain, data.item_id)


async def get_trace(message: Message) -> object:
    """One trace with all its steps."""
    data: Run = message.data
    json = await message.api.engine.traces.json(data.domain, data.item_id, data.run_id)
    if json is None:
        raise WsError("not_found", "The trace could not be found")
    message.result_json(json)
    return UNANSWERED


async def contexts(message: Message) -> dict[str, dict[str, str]]:
    """Which run made which context: the links of the logbook."""
    data: Contexts = message.data
    return await message.api.engine.traces.contexts(data.domain, data.item_id)


def set_breakpoint(message: Message) -> None:
    """Halt runs before a step."""
    data: Breakpoint = message.data
    message.api.engine.traces.breakpoints.set(_key(data), data.run_id, data.node)


def clear_breakpoint(message: Message) -> None:
    """Halt them there no more."""
    data: Breakpoint = message.data
    message.api.engine.traces.breakpoints.clear(_key(data), data.run_id, data.node)


def list_breakpoints(message: Message) -> list[dict[str, str]]:
    """All breakpoints."""
    listed = []
    for point in message.api.engine.traces.breakpoints.points:
        domain, _, item_id = point.key.partition(".")
        listed.append({"run_id": point.run_id, "node": point.node, "domain": domain, "item_id": item_id})
    return listed


def subscribe_breakpoints(message: Message) -> None:
    """Tell of each run that halts; without any subscription there are no breakpoints."""

    def on_hit(trace: Trace, node: str) -> None:
        message.event({"domain": trace.domain, "item_id": trace.item_id, "run_id": trace.run_id, "node": node})

    message.subscribe(message.api.engine.traces.breakpoints.subscribe(on_hit))


def go_on(message: Message) -> None:
    """Let a halted run go on to the next breakpoint."""
    data: Run = message.data
    message.api.engine.traces.breakpoints.go_on(_key(data), data.run_id)


def step(message: Message) -> None:
    """Let a halted run take one step."""
    data: Run = message.data
    message.api.engine.traces.breakpoints.step(_key(data), data.run_id)


def stop(message: Message) -> None:
    """End a run that is under way, halted or not."""
    data: Run = message.data
    message.api.engine.traces.stop_run(data.domain, data.item_id, data.run_id)


COMMANDS: Final = (
    Command("trace/contexts", contexts, Contexts, Access.ADMIN),
    Command("trace/debug/breakpoint/clear", clear_breakpoint, Breakpoint, Access.ADMIN),
    Command("trace/debug/breakpoint/list", list_breakpoints, access=Access.ADMIN),
    Command("trace/debug/breakpoint/set", set_breakpoint, Breakpoint, Access.ADMIN),
    Command("trace/debug/breakpoint/subscribe", subscribe_breakpoints, access=Access.ADMIN),
    Command("trace/debug/continue", go_on, Run, Access.ADMIN),
    Command("trace/debug/step", step, Run, Access.ADMIN),
    Command("trace/debug/stop", stop, Run, Access.ADMIN),
    Command("trace/get", get_trace, Run, Access.ADMIN),
    Command("trace/list", list_traces, ListTraces, Access.ADMIN),
)
