"""The composition root: every subsystem in the order in which it is built and started; stopped in reverse."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from marge import __version__
from marge.api import start_api
from marge.api.context import ApiContext
from marge.app.actions import HouseActions
from marge.app.config_check import check_config
from marge.app.core_config import CoreConfig
from marge.app.homeassistant import HomeAssistantServices
from marge.app.house_changes import HouseChanges
from marge.app.metrics import Metrics
from marge.app.mqtt import HubMqtt
from marge.app.runtime_file import Runtime, RuntimeFile
from marge.app.status import Status
from marge.app.system_log import SystemLog
from marge.app.whereabouts import Whereabouts
from marge.auth import AuthManager, Onboarding, User
from marge.auth.passwords import DEFAULT_COST
from marge.automation import Engine
from marge.automation import House as AutomatedHouse
from marge.config.house import HouseConfig, load
from marge.core import events
from marge.core.clock import Clock, SystemClock
from marge.core.errors import MargeError
from marge.core.hub import Hub
from marge.core.lifecycle import RunState
from marge.entities import EntityIndex
from marge.helpers import Helpers
from marge.recorder import Recorder, read_options
from marge.registries import Registries
from marge.registries.entity_host import EntityHost
from marge.storage import Database, SqlStore, database_path
from marge.templates import TemplateEngine
from marge.templates.house_registries import HouseRegistries

_LOGGER = logging.getLogger("marge.app")

STOP_SECONDS = 4.5
"""What all subsystems together may take to stop, so that the hub ends within the five seconds that are promised."""
LEAST_STOP_SECONDS = 0.5
"""What each is given even when those before it took too long."""


class App:
    """One hub: `start`, `wait`, `stop`. Its parts are plain attributes once it has started."""

    def __init__(
        self, house: HouseConfig, data: Path, *, clock: Clock | None = None, password_cost: int = DEFAULT_COST
    ) -> None:
        """`clock` is the machine's unless another is handed in; `password_cost` is bcrypt's."""
        self.house = house
        self.data = data
        self.clock: Clock = clock or SystemClock()
        self._password_cost = password_cost
        self.exit_code = 0
        self._stops: list[tuple[str, Callable[[], Awaitable[object] | object]]] = []
        self._stop_requested = asyncio.Event()

    async def start(self) -> None:
        """Build and start everything; raises MargeError when the hub cannot run, after stopping what was started."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        began = time.perf_counter()
        settings = self.house.settings
        clock = self.clock

        runtime = RuntimeFile(self.data)
        runtime.lock()
        self._on_stop("runtime file", runtime.release)

        database = Database(database_path(settings.recorder.db_url, self.data))
        database.open()
        database.start()
        self._on_stop("database", database.stop)

        store = SqlStore(database, clock)
        store.start()
        self._on_stop("store", store.stop)

        hub = self.hub = Hub(clock, store, self.house.hub)
        hub.lifecycle.state = RunState.STARTING
        self._on_stop("tasks", hub.tasks.stop)
        phase = hub.lifecycle.phase
        logs = self.logs = SystemLog(hub)
        logs.start()
        self._on_stop("log", logs.stop)

        with phase("registries"):
            self.core_config = CoreConfig(hub, self.house.configured)
            self.core_config.load()
            registries = self.registries = Registries(hub)
            registries.load()

        with phase("accounts"):
            auth = self.auth = AuthManager(clock, store, hub.bus.fire, password_cost=self._password_cost)
            auth.start()
            self._on_stop("accounts", auth.stop)
            hub.services.users = auth.users
            onboarding = self.onboarding = Onboarding(store, auth, self._new_home)

        with phase("recorder"):
            options = read_options(msgspec.to_builtins(settings.recorder))
            recorder = self.recorder = Recorder(hub, database, options)
            recorder.load()
            await recorder.start()
            self._on_stop("recorder", recorder.stop)

        index = self.index = EntityIndex(hub, registries.targets)
        place = self.place = EntityHost(
            hub,
            registries,
            index,
            restorer=recorder.last_states,
            customize=lambda entity_id: self.house.customize.attributes(entity_id),
        )
        self._changes = HouseChanges(hub, index, place)
        templates = self.templates = TemplateEngine(
            hub, HouseRegistries(registries, index), custom_templates=self.house.config_dir / "custom_templates"
        )

        templates.load_custom_templates()
        self._on_stop("templates", templates.close)

        hub.allowed_dirs = (str(self.house.config_dir / "www"), str(self.data / "media"))
        hub.render_template = lambda text, variables: templates.template(text).render(variables)

        mqtt = self.mqtt = HubMqtt(
            hub,
            settings.mqtt,
            place,
            registries,
            templates,
            self._zone_of,
            self._reread,
            self.house.config_dir,
        )
        automated = AutomatedHouse(
            hub,
            templates,
            registries,
            mqtt.link,
            index=index,
            device_triggers={"mqtt": mqtt.device_triggers},
            notifications=lambda: self.helpers.notifications,
        )
        engine = self.engine = Engine(automated, place, index, self._reread)
        status = self.status = Status(hub, self.data, recorder, mqtt.figures, engine.figures)
        HomeAssistantServices(
            hub=hub,
            index=index,
            registries=registries,
            templates=templates,
            core_config=self.core_config,
            config_dir=self.house.config_dir,
            stop=self.request_stop,
            flush=self._flush,
            reread=self._take_over,
            reloads={"mqtt": mqtt.reload},
        ).register()
        metrics = Metrics(hub, recorder, mqtt.figures, lambda: len(self.api.websockets))

        helpers = self.helpers = Helpers(
            self.house,
            hub,
            registries,
            place,
            index,
            templates,
            lambda: load(self.house.config_dir),
            HouseActions(engine.house),
            recorder.history,
        )

        with phase("http"):
            self.api = ApiContext(
                hub=hub,
                auth=auth,
                onboarding=onboarding,
                registries=registries,
                index=index,
                templates=templates,
                history=recorder.history,
                logbook=recorder.logbook,
                recorder=recorder,
                core_config=self.core_config,
                mqtt=mqtt.link,
                engine=engine,
                notifications=helpers.notifications,
                shopping_list=helpers.shopping_list,
                health=status.health,
                config_dir=str(self.house.config_dir),
                collections=tuple(helpers.collections.values()),
                metrics=metrics.text,
                logs=logs,
                check_config=lambda: check_config(hub, self.house.config_dir),
                stop=self.request_stop,
                blueprint_users=self._blueprint_users,
            )
            server = self.http = await start_api(self.api, settings.http)
            self._on_stop("http", server.stop)

        with phase("helpers"):
            helpers.start()
            self._on_stop("helpers", helpers.stop)

        with phase("mqtt"):
            await mqtt.start(self.house.items("mqtt"))
            self._on_stop("mqtt", mqtt.stop)

        with phase("sun and templates"):
            await helpers.settle()

        with phase("automations"):
            engine.start(self.house)
            self._on_stop("automations", engine.stop)

        with phase("entities without a source"):
            place.unbacked.write_all()

        database.loaded()
        status.start(mqtt.link, mqtt.status_link)
        self._on_stop("status", status.stop)
        hub.lifecycle.state = RunState.RUNNING
        hub.bus.fire(events.HOMEASSISTANT_START)
        hub.bus.fire(events.HOMEASSISTANT_STARTED)
        self._on_stop("announcement", self._announce_stop)
        where = Runtime(
            pid=os.getpid(),
            http_port=server.port,
            http_host=settings.http.host,
            http_certificate=server.fingerprint,
            mqtt_port=mqtt.port,
            mqtt_websocket_port=mqtt.websocket_port,
            started_at=clock.now(),
            version=__version__,
            config_dir=str(self.house.config_dir.absolute()),
        )
        whereabouts = Whereabouts(clock, auth, self.data, runtime, where)
        whereabouts.tell()
        self._on_stop("whereabouts", whereabouts.stop)
        took = (time.perf_counter() - began) * 1e3
        _LOGGER.info("Marge %s runs with %d entities, started in %.0f ms", __version__, hub.states.count(), took)

    def _zone_of(self, latitude: float, longitude: float, accuracy: float) -> str | None:
        return self.helpers.zone_lookup(latitude, longitude, accuracy)

    def _blueprint_users(self, domain: str, path: str) -> list[str]:
        if domain == "template":
            return self.helpers.templates_with_blueprint(path)
        return self.engine.with_blueprint(domain, path)

    async def _reread(self) -> HouseConfig:
        """The configuration as its files have it now."""
        return await asyncio.to_thread(load, self.house.config_dir)

    async def _new_home(self, user: User, language: str) -> None:
        """What a new home starts with: the owner's person and three areas, as in Home Assistant."""
        await self.core_config.update({"language": language})
        await self.helpers.new_person(user.id, user.name or "Owner")
        for name in ("Living Room", "Kitchen", "Bedroom"):
            self.registries.areas.get_or_create(name)
        await self.hub.store.flush()

    async def _flush(self) -> None:
        """Put on disk what waits for it."""
        await self.hub.store.flush()
        await self.recorder.flush()

    def _take_over(self, house: HouseConfig) -> None:
        """Take over a new configuration of the house itself."""
        before, self.house = self.house, house
        self.core_config.reload(house.hub, house.configured)
        self._changes.customized(before, house)

    def request_stop(self, exit_code: int = 0) -> None:
        """Let `wait` return; the hub is to end with `exit_code`."""
        self.exit_code = exit_code
        self._stop_requested.set()

    async def wait(self) -> None:
        """Return when the hub has been asked to stop."""
        await self._stop_requested.wait()

    def _on_stop(self, name: str, stop: Callable[[], Awaitable[object] | object]) -> None:
        self._stops.append((name, stop))

    def _announce_stop(self) -> None:
        self.hub.lifecycle.state = RunState.STOPPING
        self.hub.bus.fire(events.HOMEASSISTANT_STOP)
        self.hub.lifecycle.state = RunState.FINAL_WRITE
        self.hub.bus.fire(events.HOMEASSISTANT_FINAL_WRITE)

    async def stop(self) -> None:
        """Stop what was started, last first; what fails or hangs is logged and never keeps the rest from stopping."""
        deadline = time.perf_counter() + STOP_SECONDS
        while self._stops:
            name, stop = self._stops.pop()
            began = time.perf_counter()
            left = max(LEAST_STOP_SECONDS, deadline - began)
            try:
                result = stop()
                if inspect.isawaitable(result):
                    await asyncio.wait_for(result, left)
            except TimeoutError:
                _LOGGER.error("Stopping %s took longer than %.1f s and was given up", name, left)
            except MargeError as error:
                _LOGGER.error("Stopping %s failed: %s", name, error)
            except Exception:
                _LOGGER.exception("Stopping %s failed", name)
            else:
                _LOGGER.debug("Stopped %s in %.1f ms", name, (time.perf_counter() - began) * 1e3)
        _LOGGER.info("Marge has stopped")
