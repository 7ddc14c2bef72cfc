"""The services of the domain `homeassistant`: the hub as a whole, and on/off for entities of any domain."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from marge.app.config_check import check_config
from marge.app.core_config import CoreConfig
from marge.app.exit_codes import EXIT_RESTART
from marge.config.house import HouseConfig, load
from marge.core.errors import NotFound, OperationFailed, ServiceValidationError
from marge.core.hub import Hub
from marge.core.services import Service, ServiceCall
from marge.entities import EntityIndex
from marge.entities.domain import NoFields
from marge.registries import Registries
from marge.templates import TemplateEngine
from marge.util.schema import EntityIds, Text, convert

_LOGGER = logging.getLogger("marge.app")

DOMAIN: Final = "homeassistant"


class UpdateEntity(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `update_entity`."""

    entity_id: EntityIds


class SetLocation(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_location`: degrees and metres."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    elevation: int | UnsetType = UNSET


class ReloadConfigEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `reload_config_entry`: an entry by its id, when it is not meant by the target."""

    entry_id: Text | None = None


@dataclass(frozen=True, slots=True)
class HomeAssistantServices:
    """Registers and answers the services.

    `flush` puts everything on disk, `reread` takes over a new configuration, `reloads` has for each integration that
    can be reloaded what does it.
    """

    hub: Hub
    index: EntityIndex
    registries: Registries
    templates: TemplateEngine
    core_config: CoreConfig
    config_dir: Path
    stop: Callable[[int], None]
    flush: Callable[[], Awaitable[None]]
    reread: Callable[[HouseConfig], None]
    reloads: Mapping[str, Callable[[], None]]

    def register(self) -> None:
        """Register all of them."""
        add = self._add
        for name in ("turn_on", "turn_off", "toggle"):
            self.hub.services.register(
                Service(
                    DOMAIN, name, self._turn, None, takes_target=True, needs_target=False, describe=_describer(name)
                )
            )
        add("update_entity", self._update_entity, UpdateEntity, admin=False)
        add("save_persistent_states", self._save, admin=False)
        add("stop", self._stop)
        add("restart", self._restart)
        add("check_config", self._check_config)
        add("set_location", self._set_location, SetLocation)
        add("reload_core_config", self._reload_core_config)
        add("reload_custom_templates", self._reload_custom_templates)
        add("reload_all", self._reload_all)
        self.hub.services.register(
            Service(
                DOMAIN,
                "reload_config_entry",
                self._reload_config_entry,
                ReloadConfigEntry,
                takes_target=True,
                needs_target=False,
                admin_only=True,
                describe=_describer("reload_config_entry"),
            )
        )
        self.hub.load_component(DOMAIN)

    def _add(
        self,
        name: str,
        handler: Callable[[ServiceCall], Awaitable[None] | None],
        schema: type[msgspec.Struct] = NoFields,
        *,
        admin: bool = True,
    ) -> None:
        self.hub.services.register(Service(DOMAIN, name, handler, schema, admin_only=admin, describe=_describer(name)))

    async def _turn(self, call: ServiceCall) -> None:
        """Hand a call on to the domains of its entities; `all` and `none` are refused, as in Home Assistant."""
        convert({"entity_id": call.target.entity_id}, UpdateEntity)
        resolved = self.registries.targets.resolve(call.target)
        by_domain: dict[str, list[str]] = {}
        for entity_id in sorted(resolved.referenced | resolved.indirect):
            by_domain.setdefault(entity_id.partition(".")[0], []).append(entity_id)
        if not by_domain:
            _LOGGER.error("The service homeassistant.%s cannot be called without a target", call.service)
            return
        services = self.hub.services
        calls: list[Awaitable[Any]] = []
        left_out: list[str] = []
        for domain, entity_ids in by_domain.items():
            if domain == DOMAIN or not services.has(domain, call.service):
                left_out += [each for each in entity_ids if each in resolved.referenced]
                continue
            data = {**call.data, "entity_id": entity_ids}
            calls.append(services.call(domain, call.service, data, context=call.context))
        if left_out:
            _LOGGER.warning(
                "The service homeassistant.%s does not support entities %s", call.service, ", ".join(left_out)
            )
        results = await asyncio.gather(*calls, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    def _update_entity(self, call: ServiceCall) -> None:
        """Write the states of entities anew; they hold what their devices told last."""
        for entity_id in call.data.entity_id:
            entity = self.index.get(entity_id)
            if entity is None:
                _LOGGER.warning("Forced update failed. Entity %s not found.", entity_id)
            else:
                entity.write_state()

    async def _save(self, call: ServiceCall) -> None:
        await self.flush()

    def _stop(self, call: ServiceCall) -> None:
        self.stop(0)

    async def _restart(self, call: ServiceCall) -> None:
        await self._must_start("restart")
        self.stop(EXIT_RESTART)

    async def _check_config(self, call: ServiceCall) -> None:
        check = await check_config(self.hub, self.config_dir)
        self._refuse("check_config", check.errors)

    async def _must_start(self, what: str) -> None:
        """Refuse while the hub would not start with its files, or without one of them; one bad item is no reason."""
        check = await check_config(self.hub, self.config_dir)
        self._refuse(what, check.grave)

    def _refuse(self, what: str, errors: str | None) -> None:
        if errors is not None:
            raise OperationFailed(f"The system cannot {what} because the configuration is not valid: {errors}")

    async def _set_location(self, call: ServiceCall) -> None:
        data: SetLocation = call.data
        changes: dict[str, Any] = {"latitude": data.latitude, "longitude": data.longitude}
        if data.elevation is not UNSET:
            changes["elevation"] = data.elevation
        await self.core_config.update(changes)

    async def _reload_core_config(self, call: ServiceCall) -> None:
        house = await asyncio.to_thread(load, self.config_dir)
        if house.fatal:
            raise OperationFailed(f"The configuration is not valid: {house.fatal[0]}")
        self.reread(house)

    async def _reload_custom_templates(self, call: ServiceCall) -> None:
        await self.templates.reload_custom_templates()

    def _reload_config_entry(self, call: ServiceCall) -> None:
        registries = self.registries
        entry_ids = set() if call.data.entry_id is None else {call.data.entry_id}
        for device_id in call.target.device_id:
            if (device := registries.devices.get(device_id)) is not None:
                entry_ids.update(device.config_entries)
        resolved = registries.targets.resolve(call.target)
        for entity_id in resolved.referenced | resolved.indirect:
            entity = registries.entities.get(entity_id)
            if entity is not None and entity.config_entry_id is not None:
                entry_ids.add(entity.config_entry_id)
        if not entry_ids:
            raise ServiceValidationError("There were no matching config entries to reload")
        for entry_id in sorted(entry_ids):
            entry = registries.entries.get(entry_id)
            if entry is None:
                raise NotFound("Config entry", entry_id)
            if (reload := self.reloads.get(entry.domain)) is None:
                raise OperationFailed(f"{entry.title} cannot be reloaded; restart the hub instead")
            reload()

    async def _reload_all(self, call: ServiceCall) -> None:
        """Call every domain's `reload`; one that fails does not keep the others from it."""
        await self._must_start("reload")
        await self._reload_core_config(call)
        await self._reload_custom_templates(call)
        services = self.hub.services
        domains = [domain for domain, of_domain in services.domains().items() if "reload" in of_domain]
        calls = [services.call(domain, "reload", context=call.context) for domain in domains]
        for domain, result in zip(domains, await asyncio.gather(*calls, return_exceptions=True), strict=True):
            if isinstance(result, Exception):
                _LOGGER.error("Reloading %s failed: %s", domain, result)


_TEXTS: Final = {
    "turn_on": ("Generic turn on", "Turns entities of any domain on."),
    "turn_off": ("Generic turn off", "Turns entities of any domain off."),
    "toggle": ("Generic toggle", "Turns entities of any domain on that are off, and off that are on."),
    "update_entity": ("Update entity", "Writes the state of entities anew."),
    "save_persistent_states": ("Save persistent states", "Puts everything that is to be kept on disk now."),
    "stop": ("Stop", "Stops the hub."),
    "restart": (
        "Restart",
        "Ends the hub with exit code 100, so that it is started again; not while it would not start, or would lose a "
        "whole file to a mistake in it.",
    ),
    "check_config": ("Check configuration", "Looks for mistakes in the configuration files."),
    "set_location": ("Set location", "Sets where the house is."),
    "reload_core_config": ("Reload core configuration", "Reads name, place, units and customizations again."),
    "reload_custom_templates": ("Reload custom Jinja2 templates", "Reads the files of custom_templates again."),
    "reload_config_entry": ("Reload config entry", "Reads again what an integration has announced."),
    "reload_all": ("Reload all", "Reads everything again that can be read without a restart."),
}

_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "update_entity": {"entity_id": {"name": "Entities", "required": True, "selector": {"entity": {"multiple": True}}}},
    "reload_config_entry": {"entry_id": {"name": "Config entry ID", "selector": {"config_entry": None}}},
    "set_location": {
        "latitude": {"name": "Latitude", "required": True, "selector": {"number": {"min": -90, "max": 90}}},
        "longitude": {"name": "Longitude", "required": True, "selector": {"number": {"min": -180, "max": 180}}},
        "elevation": {"name": "Elevation", "selector": {"number": {"min": -500, "max": 9000}}},
    },
}


def _describer(name: str) -> Callable[[], dict[str, Any]]:
    def describe() -> dict[str, Any]:
        title, description = _TEXTS[name]
        described: dict[str, Any] = {"name": title, "description": description, "fields": _FIELDS.get(name, {})}
        if name in ("turn_on", "turn_off", "toggle", "reload_config_entry"):
            described["target"] = {"entity": [{}]}
        return described

    return describe
