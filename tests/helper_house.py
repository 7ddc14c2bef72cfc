"""A hub with registries and helpers out of a configuration folder; `restart` plays the next run on the same store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from marge.app.actions import HouseActions
from marge.automation import House as AutomatedHouse
from marge.config.house import load
from marge.core.events import Event
from marge.core.lifecycle import RunState
from marge.core.ports import HistoryReader
from marge.core.state import State
from marge.entities import EntityIndex
from marge.helpers import Helpers
from marge.registries import EntityHost, Registries
from marge.templates import TemplateEngine
from marge.templates.house_registries import HouseRegistries
from marge.testing import FakeClock, MemoryStore, make_hub


class LastStates:
    """Implements `StateRestorer` with the states of another run."""

    def __init__(self, states: dict[str, State]) -> None:
        self.states = states

    def last_state(self, entity_id: str) -> State | None:
        return self.states.get(entity_id)


class HelperHouse:
    """`yaml` is configuration.yaml; the sun and the templates come with `helpers.settle`."""

    def __init__(
        self,
        folder: Path,
        yaml: str = "",
        *,
        clock: FakeClock | None = None,
        store: MemoryStore | None = None,
        last: dict[str, State] | None = None,
        history: HistoryReader | None = None,
        **config: Any,
    ) -> None:
        self.folder = folder
        self.config = config
        self.write(yaml)
        self.clock = clock or FakeClock()
        self.store = store or MemoryStore()
        self.hub = make_hub(clock=self.clock, store=self.store, **config)
        self.events: list[Event] = []
        self.hub.bus.listen_all(self.events.append)
        self.registries = Registries(self.hub)
        self.registries.load()
        self.index = EntityIndex(self.hub, self.registries.targets)
        self.place = EntityHost(self.hub, self.registries, self.index, restorer=LastStates(last or {}))
        self.templates = TemplateEngine(self.hub, HouseRegistries(self.registries, self.index))
        self.helpers = Helpers(
            load(folder, env={}),
            self.hub,
            self.registries,
            self.place,
            self.index,
            self.templates,
            lambda: load(folder, env={}),
            HouseActions(AutomatedHouse(self.hub, self.templates, self.registries)),
            history,
        )
        self.hub.lifecycle.state = RunState.STARTING
        self.helpers.start()
        self.hub.lifecycle.state = RunState.RUNNING
        self.hub.bus.fire("homeassistant_start")

    def write(self, yaml: str) -> None:
        (self.folder / "configuration.yaml").write_text(yaml, encoding="utf-8")

    def restart(self, yaml: str | None = None, *, after: float = 0.0, **config: Any) -> HelperHouse:
        """The next run: the same store, the states of this one, `after` seconds later."""
        self.stop()
        clock = FakeClock(self.clock.now() + after)
        last = {state.entity_id: state for state in self.hub.states.all()}
        text = (self.folder / "configuration.yaml").read_text(encoding="utf-8") if yaml is None else yaml
        return HelperHouse(self.folder, text, clock=clock, store=self.store, last=last, **{**self.config, **config})

    def stop(self) -> None:
        self.hub.lifecycle.state = RunState.STOPPING
        self.helpers.stop()
        self.templates.close()

    async def call(self, service: str, entity_id: str | None = None, **data: Any) -> Any:
        domain, _, name = service.partition(".")
        target = None if entity_id is None else {"entity_id": entity_id}
        return await self.hub.services.call(domain, name, data, target=target)

    def state(self, entity_id: str) -> str:
        state = self.hub.states.get(entity_id)
        assert state is not None, f"{entity_id} is not among {sorted(self.hub.states.entity_ids())}"
        return state.state

    def attributes(self, entity_id: str) -> dict[str, Any]:
        state = self.hub.states.get(entity_id)
        assert state is not None, f"{entity_id} is not among {sorted(self.hub.states.entity_ids())}"
        return state.attributes

    def fired(self, event_type: str) -> list[Event]:
        return [event for event in self.events if event.event_type == event_type]
