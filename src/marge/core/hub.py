"""The hub: one place that holds what every part of the house shares."""

from __future__ import annotations

import random
from collections.abc import Callable

from marge.core.clock import Clock
from marge.core.context import Context
from marge.core.events import COMPONENT_LOADED, CORE_CONFIG_UPDATED, EventBus
from marge.core.hubconfig import HubConfig
from marge.core.lifecycle import Lifecycle
from marge.core.ports import Store, TemplateRenderer
from marge.core.services import ServiceRegistry
from marge.core.state import StateMachine
from marge.core.tasks import Tasks
from marge.core.webhooks import Webhooks
from marge.util.ids import UlidMaker


class Hub:
    """Clock, ids, bus, states, services, webhooks, tasks, configuration and store; knows no domain and no edge."""

    def __init__(
        self,
        clock: Clock,
        store: Store,
        config: HubConfig | None = None,
        random_bits: Callable[[int], int] = random.getrandbits,
    ) -> None:
        self.clock = clock
        self.created_at = clock.now()
        """When this run of the hub began, in Unix seconds."""
        self.store = store
        self.config = config or HubConfig()
        self.ulid = UlidMaker(clock.now, random_bits)
        self.random_bits = random_bits
        self.tasks = Tasks()
        self.bus = EventBus(clock.now, self.new_context)
        self.states = StateMachine(self.bus, clock.now, self.new_context)
        self.services = ServiceRegistry(self.bus, self.tasks, self.new_context)
        self.lifecycle = Lifecycle()
        self.webhooks = Webhooks()
        self.components: set[str] = set()
        self.allowed_dirs: tuple[str, ...] = ()
        """Directories that services may write files to (`allowlist_external_dirs`, `www` and media)."""
        self.render_template: TemplateRenderer | None = None
        """Renders a template in service data that only its service can render, with variables of its own."""

    def new_context(self, parent: Context | None = None, user_id: str | None = None) -> Context:
        """A context for something that starts here, or that `parent` led to."""
        return Context(self.ulid(), None if parent is None else parent.id, user_id)

    def hex_id(self) -> str:
        """A random id of 32 hexadecimal digits."""
        return f"{self.random_bits(128):032x}"

    def load_component(self, name: str) -> None:
        """List `name` in `get_config().components`, once, and fire `component_loaded`."""
        if name not in self.components:
            self.components.add(name)
            self.bus.fire(COMPONENT_LOADED, {"component": name})

    def update_config(self, config: HubConfig) -> None:
        """Replace the configuration and fire `core_config_updated` with what changed."""
        changes = {
            field: getattr(config, field)
            for field in config.__struct_fields__
            if getattr(config, field) != getattr(self.config, field)
        }
        self.config = config
        if changes:
            self.bus.fire(CORE_CONFIG_UPDATED, changes)
