"""The services of the domain `mqtt`: publish, dump, reload."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from marge.automation.matching import files_of
from marge.config.house import HouseConfig
from marge.config.nodes import NodeList
from marge.core.errors import MargeError, OperationFailed, ServiceValidationError
from marge.core.hub import Hub
from marge.core.ports import Mqtt
from marge.core.services import Service, ServiceCall
from marge.entities.descriptions import describer
from marge.entities.domain import NoFields
from marge.mqtt.discovery import ManualEntities
from marge.mqtt.discovery.entity import bytes_literal
from marge.mqtt.discovery.words import PublishTopic, Qos, SubscribeTopic
from marge.util.schema import Flag, Text

_LOGGER = logging.getLogger("marge.mqtt")

Reread = Callable[[], Awaitable[HouseConfig]]

DOMAIN: Final = "mqtt"
DUMP_FILE: Final = "mqtt_dump.txt"
DUMP_LIMIT: Final = 8 * 1024 * 1024
"""Bytes that a dump may have; what comes then is left out."""
RELOADED: Final = "event_mqtt_reloaded"


class Publish(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`mqtt.publish`; a number is published as its text, nothing as the empty payload."""

    topic: PublishTopic
    payload: Text | None = None
    evaluate_payload: Flag = False
    qos: Qos = 0
    retain: Flag = False


class DumpMessages(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`mqtt.dump`: which messages, for how many seconds."""

    topic: SubscribeTopic
    duration: Annotated[int, Meta(ge=1, le=300)] = 5


class Dump:
    """Collects messages for the file, one line `topic,payload` each."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size = 0
        self.left_out = 0

    def add(self, topic: str, payload: bytes, _qos: int, _retain: bool) -> None:
        """Keep a message if there is room for it."""
        text = payload.decode("utf-8", "replace").replace("\n", "")
        line = f"{topic},{text}\n".encode()
        if self._size + len(line) > DUMP_LIMIT:
            self.left_out += 1
            return
        self._lines.append(line)
        self._size += len(line)

    def write(self, path: Path) -> None:
        """Write the file; blocks, raises OSError."""
        path.write_bytes(b"".join(self._lines))


class MqttServices:
    """Answers the services on `link`."""

    def __init__(self, hub: Hub, link: Mqtt, manual: ManualEntities, reread: Reread, config_dir: Path) -> None:
        self._hub = hub
        self._link = link
        self._manual = manual
        self._reread = reread
        self._dump_path = config_dir / DUMP_FILE
        self._files: set[str] = set()
        self._reloading = asyncio.Lock()
        self._finish_dump: Callable[[], Awaitable[None]] | None = None

    def register(self, manual: NodeList) -> None:
        """Register them; `manual` are the items of the files that are loaded."""
        self._files = files_of(manual)
        self._add("publish", self._publish, Publish)
        self._add("dump", self._dump, DumpMessages)
        self._add("reload", self._reload, NoFields, admin=True)

    async def stop(self) -> None:
        """Write what a dump has collected, if one runs."""
        if self._finish_dump is not None:
            await self._finish_dump()

    def _add(
        self,
        name: str,
        handler: Callable[[ServiceCall], Awaitable[None] | None],
        schema: type[msgspec.Struct],
        *,
        admin: bool = False,
    ) -> None:
        self._hub.services.register(
            Service(DOMAIN, name, handler, schema, admin_only=admin, describe=describer(DOMAIN, name))
        )

    def _publish(self, call: ServiceCall) -> None:
        data: Publish = call.data
        payload: str | bytes = data.payload or ""
        if data.evaluate_payload and data.payload:
            payload = bytes_literal(data.payload)
        try:
            self._link.publish(data.topic, payload, data.qos, data.retain)
        except MargeError as error:
            raise ServiceValidationError(str(error)) from error

    def _dump(self, call: ServiceCall) -> None:
        """Begin to collect; the file is written when the time is over."""
        data: DumpMessages = call.data
        if self._finish_dump is not None:
            raise ServiceValidationError(f"Messages are collected for {DUMP_FILE} already: wait until it is written")
        dump = Dump()
        end = self._link.subscribe(data.topic, dump.add)

        async def finish() -> None:
            self._finish_dump = None
            cancel()
            end()
            try:
                await asyncio.to_thread(dump.write, self._dump_path)
            except OSError as error:
                _LOGGER.error("%s cannot be written: %s", self._dump_path, error)
                return
            if dump.left_out:
                _LOGGER.warning(
                    "%s has %d messages less than came: it was longer than %d MiB. Dump a narrower topic",
                    self._dump_path,
                    dump.left_out,
                    DUMP_LIMIT // 1024 // 1024,
                )

        cancel = self._hub.clock.call_later(
            data.duration, lambda: self._hub.tasks.create(finish(), f"write {DUMP_FILE}")
        )
        self._finish_dump = finish

    async def _reload(self, call: ServiceCall) -> None:
        async with self._reloading:
            config = await self._reread()
            for problem in config.problems:
                # What a broken file held would be taken for deleted.
                if problem.severity == "error" and not problem.item and (problem.fatal or problem.path in self._files):
                    raise OperationFailed(f"Nothing is reloaded, because of a mistake: {problem}")
            items = config.items(DOMAIN)
            self._files = files_of(items)
            self._manual.load(items)
        self._hub.bus.fire(RELOADED, context=call.context)
