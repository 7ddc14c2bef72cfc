"""The services `recorder.*` and `logbook.log`, with Home Assistant's fields."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from marge.core.errors import OperationFailed, ServiceValidationError
from marge.core.hub import Hub
from marge.core.services import Service, ServiceCall
from marge.recorder.filters import EntityFilter, Matcher
from marge.recorder.logbook import LOGBOOK_ENTRY
from marge.util.schema import EntityId, EntityIds, Flag, Strings, Text

if TYPE_CHECKING:
    from marge.recorder.recorder import Recorder

Days = Annotated[int, msgspec.Meta(ge=0)]


class PurgeData(msgspec.Struct, forbid_unknown_fields=True):
    """`recorder.purge`."""

    keep_days: Days | None = None
    repack: Flag = False
    apply_filter: Flag = False


class PurgeEntitiesData(msgspec.Struct, forbid_unknown_fields=True):
    """`recorder.purge_entities`."""

    entity_id: EntityIds = []
    domains: Strings = []
    entity_globs: Strings = []
    keep_days: Days = 0


class NothingData(msgspec.Struct, forbid_unknown_fields=True):
    """Services without data."""


class LogData(msgspec.Struct, forbid_unknown_fields=True):
    """`logbook.log`."""

    name: Text
    message: Text
    domain: Text | None = None
    entity_id: EntityId | None = None


def register_services(hub: Hub, recorder: Recorder) -> None:
    """Register what the recorder offers; purging goes on in the background."""

    def purge(call: ServiceCall) -> None:
        data: PurgeData = call.data
        keep = recorder.options.purge_keep_days if data.keep_days is None else data.keep_days
        purging = recorder.purger.purge(keep, repack=data.repack, apply_filter=data.apply_filter)
        recorder.purger.run(purging)

    def purge_entities(call: ServiceCall) -> None:
        data: PurgeEntitiesData = call.data
        if not (data.entity_id or data.domains or data.entity_globs):
            raise ServiceValidationError("At least one of entity_id, domains, or entity_globs must have a value")
        wanted = EntityFilter(Matcher(data.domains, data.entity_globs, data.entity_id))
        recorder.purger.run(recorder.purger.purge_entities(wanted, data.keep_days))

    async def switch(on: bool) -> None:
        # What was heard before is treated the way it was then.
        with suppress(OperationFailed):
            await recorder.flush()
        recorder.recording = on

    def log(call: ServiceCall) -> None:
        data: LogData = call.data
        entry: dict[str, Any] = {"name": data.name, "message": data.message}
        if data.entity_id is not None:
            entry["entity_id"] = data.entity_id
        if data.domain is not None:
            entry["domain"] = data.domain
        elif data.entity_id is None:
            entry["domain"] = "logbook"
        hub.bus.fire(LOGBOOK_ENTRY, entry, context=call.context)

    register = hub.services.register
    register(Service("recorder", "purge", purge, PurgeData, admin_only=True, describe=_describe_purge))
    register(
        Service(
            "recorder",
            "purge_entities",
            purge_entities,
            PurgeEntitiesData,
            admin_only=True,
            describe=_describe_entities,
        )
    )
    register(
        Service("recorder", "enable", lambda _: switch(True), NothingData, admin_only=True, describe=_describe_enable)
    )
    register(
        Service(
            "recorder", "disable", lambda _: switch(False), NothingData, admin_only=True, describe=_describe_disable
        )
    )
    register(Service("logbook", "log", log, LogData, describe=_describe_log))


_KEEP_DAYS = {"selector": {"number": {"min": 0, "max": 365, "unit_of_measurement": "days", "mode": "box"}}}


def _describe_purge() -> dict[str, Any]:
    return {
        "name": "Purge",
        "description": "Removes old history.",
        "fields": {
            "keep_days": {"name": "Days to keep", "description": "History older than this goes.", **_KEEP_DAYS},
            "repack": {
                "name": "Repack",
                "description": "Gives the space that became free back to the disk.",
                "default": False,
                "selector": {"boolean": {}},
            },
            "apply_filter": {
                "name": "Apply filter",
                "description": "Also removes what the configuration excludes by now.",
                "default": False,
                "selector": {"boolean": {}},
            },
        },
    }


def _describe_entities() -> dict[str, Any]:
    return {
        "name": "Purge entities",
        "description": "Removes the history of some entities.",
        "fields": {
            "entity_id": {
                "name": "Entities",
                "description": "Whose history goes.",
                "selector": {"entity": {"multiple": True}},
            },
            "domains": {
                "name": "Domains",
                "description": "Domains whose history goes.",
                "example": "sun",
                "selector": {"object": {}},
            },
            "entity_globs": {
                "name": "Patterns",
                "description": "Patterns of entity ids whose history goes.",
                "example": "sensor.*_signal",
                "selector": {"object": {}},
            },
            "keep_days": {
                "name": "Days to keep",
                "description": "What is younger stays.",
                "default": 0,
                **_KEEP_DAYS,
            },
        },
    }


def _describe_log() -> dict[str, Any]:
    return {
        "name": "Log",
        "description": "Writes an entry into the logbook.",
        "fields": {
            "name": {
                "name": "Name",
                "description": "Who or what it is about.",
                "required": True,
                "example": "Kitchen",
                "selector": {"text": {}},
            },
            "message": {
                "name": "Message",
                "description": "What happened.",
                "required": True,
                "example": "is being used",
                "selector": {"text": {}},
            },
            "entity_id": {
                "name": "Entity",
                "description": "The entity the entry belongs to.",
                "selector": {"entity": {}},
            },
            "domain": {
                "name": "Domain",
                "description": "Whose icon the entry gets.",
                "example": "light",
                "selector": {"text": {}},
            },
        },
    }


def _describe_enable() -> dict[str, Any]:
    return {"name": "Enable", "description": "Records states and events again."}


def _describe_disable() -> dict[str, Any]:
    return {"name": "Disable", "description": "Stops recording states and events."}
