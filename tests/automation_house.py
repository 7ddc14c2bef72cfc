"""A house with automations from YAML, on a fake clock: for tests of triggers, conditions, actions and modes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from marge.automation import Engine
from marge.automation import House as AutomatedHouse
from marge.config import HouseConfig, load
from marge.core.events import HOMEASSISTANT_STARTED, HOMEASSISTANT_STOP, Event, StateChanged
from marge.core.hub import Hub
from marge.core.services import Service, ServiceCall, SupportsResponse
from marge.core.state import State
from marge.entities import EntityIndex
from marge.helpers.persistent_notification import Notifications
from marge.registries import Registries
from marge.registries.entity_host import EntityHost
from marge.templates import TemplateEngine
from marge.templates.house_registries import HouseRegistries
from marge.testing import FakeClock, MemoryStore, make_hub


class FakeMqtt:
    """Implements `marge.core.ports.Mqtt`: messages are handed in by the test."""

    connected = True

    def __init__(self) -> None:
        self.subscriptions: list[tuple[str, Callable[[str, bytes, int, bool], None]]] = []

    def subscribe(
        self, topic_filter: str, callback: Callable[[str, bytes, int, bool], None], qos: int = 0
    ) -> Callable[[], None]:
        """See `Mqtt.subscribe`; topics match exactly."""
        entry = (topic_filter, callback)
        self.subscriptions.append(entry)
        return lambda: self.subscriptions.remove(entry)

    def publish(self, topic: str, payload: str | bytes, qos: int = 0, retain: bool = False) -> None:
        """See `Mqtt.publish`."""
        data = payload.encode() if isinstance(payload, str) else payload
        for wanted, callback in list(self.subscriptions):
            if wanted == topic:
                callback(topic, data, qos, retain)

    def on_connection(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """See `Mqtt.on_connection`."""
        return lambda: None


class Restorer:
    """States of a former run."""

    def __init__(self, states: dict[str, State]) -> None:
        self.states = states

    def last_state(self, entity_id: str) -> State | None:
        """See `StateRestorer.last_state`."""
        return self.states.get(entity_id)


class House:
    """The hub, its engine, and what happened: `events` are (type, data) of all but state changes and calls."""

    def __init__(
        self,
        folder: Path,
        files: dict[str, str],
        *,
        now: float | datetime | None = None,
        store: MemoryStore | None = None,
        last: dict[str, State] | None = None,
        **config: Any,
    ) -> None:
        self.folder = folder
        self.clock = FakeClock() if now is None else FakeClock(now)
        self.hub: Hub = make_hub(clock=self.clock, store=store, **config)
        self.registries = Registries(self.hub)
        self.registries.load()
        self.index = EntityIndex(self.hub, self.registries.targets)
        self.place = EntityHost(self.hub, self.registries, self.index, restorer=Restorer(last or {}))
        self.templates = TemplateEngine(self.hub, HouseRegistries(self.registries, self.index))
        self.mqtt = FakeMqtt()
        self.notifications = Notifications(self.hub)
        self.house = AutomatedHouse(
            self.hub,
            self.templates,
            self.registries,
            self.mqtt,
            index=self.index,
            notifications=lambda: self.notifications,
        )
        self.engine = Engine(self.house, self.place, self.index, self.reread)
        self.calls: list[ServiceCall] = []
        self.log: list[Event] = []
        self.write(files)
        self.hub.services.register(Service("test", "note", self._note, supports_response=SupportsResponse.OPTIONAL))
        self.hub.bus.listen_all(self.log.append)

    def write(self, files: dict[str, str]) -> None:
        """Write files of the configuration."""
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)

    async def reread(self) -> HouseConfig:
        """The configuration as it is now."""
        return load(self.folder)

    def _note(self, call: ServiceCall) -> dict[str, Any] | None:
        self.calls.append(call)
        return {"told": dict(call.service_data)} if call.return_response else None

    def start(self) -> None:
        """Load, and say that the hub has started."""
        self.engine.start(load(self.folder))
        self.hub.bus.fire(HOMEASSISTANT_STARTED)

    async def stop(self) -> None:
        """Stop as the hub does."""
        self.hub.bus.fire(HOMEASSISTANT_STOP)
        await self.engine.stop()
        await self.hub.tasks.stop()
        self.templates.close()

    def set(self, entity_id: str, state: str, **attributes: Any) -> State:
        """Write a state."""
        return self.hub.states.set(entity_id, state, attributes)

    async def settle(self) -> None:
        """Let everything happen that is due now."""
        await self.clock.advance_async(0)

    async def advance(self, seconds: float) -> None:
        """Let time pass."""
        await self.clock.advance_async(seconds)

    def events(self, *types: str) -> list[Any]:
        """The data of the events of a type; of several, with the type."""
        if len(types) == 1:
            return [event.data for event in self.log if event.event_type == types[0]]
        return [(event.event_type, event.data) for event in self.log if event.event_type in types]

    def notes(self) -> list[dict[str, Any]]:
        """What `test.note` was called with."""
        return [dict(call.service_data) for call in self.calls]

    def changes(self, entity_id: str) -> list[State | None]:
        """The states that an entity had."""
        return [
            event.data.new_state
            for event in self.log
            if isinstance(event.data, StateChanged) and event.data.entity_id == entity_id
        ]

    def state(self, entity_id: str) -> State:
        """The state of an entity that has one."""
        state = self.hub.states.get(entity_id)
        assert state is not None, f"{entity_id} has no state"
        return state


@asynccontextmanager
async def house_with(
    automations: str = "[]",
    *,
    scripts: str | None = None,
    scenes: str | None = None,
    files: dict[str, str] | None = None,
    start: bool = True,
    **options: Any,
) -> AsyncIterator[House]:
    """A house with these files, started; stopped at the end."""
    files = {"automations.yaml": automations, **(files or {})}
    if scripts is not None:
        files["scripts.yaml"] = scripts
    if scenes is not None:
        files["scenes.yaml"] = scenes
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), files, **options)
        try:
            if start:
                house.start()
                await asyncio.sleep(0)
            yield house
        finally:
            await house.stop()


def automation(body: str, actions: str = "action: test.note") -> str:
    """An automation `It` with the trigger, conditions and so on in `body`, and an action that notes the trigger."""
    import textwrap

    lines = ["- id: it", "  alias: It", textwrap.indent(textwrap.dedent(body).strip("\n"), "  "), "  actions:"]
    lines.append(textwrap.indent(textwrap.dedent(actions).strip("\n"), "    "))
    return "\n".join(lines) + "\n"
