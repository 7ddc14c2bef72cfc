"""The last warnings and errors of the hub, kept for the log page, and the services `system_log` and `logger`."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from marge.app.logs import logger_name
from marge.core.hub import Hub
from marge.core.services import Service, ServiceCall
from marge.util.schema import Text, word

MAX_ENTRIES: Final = 50
MAX_MESSAGES: Final = 5
MAX_TEXT: Final = 16_384
"""Characters that are kept of one message, and of one traceback."""
MAX_FILE: Final = 10 * 1024 * 1024
"""Bytes that are shown of the end of the log file."""
LOGGING_CHANGED: Final = "logging_changed"

_LEVELS: Final = ("critical", "debug", "error", "fatal", "info", "notset", "warn", "warning")
_SOURCE: Final = Path(__file__).parents[1]


def _level(value: Any) -> str:
    if isinstance(value, str) and value.lower() in _LEVELS:
        return value.lower()
    raise ValueError(f"value must be one of {', '.join(level.upper() for level in _LEVELS)}")


if TYPE_CHECKING:
    Level = str
else:
    Level = word("Level", _level)


class Write(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `system_log.write`."""

    message: Text
    level: Literal["debug", "info", "warning", "error", "critical"] = "error"
    logger: Text | None = None


class NoData(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The schema of a service that takes nothing."""


class SetDefaultLevel(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `logger.set_default_level`."""

    level: Level


class _Entry:
    """What was logged at one place: its last messages, how often, when."""

    __slots__ = ("count", "exception", "first", "last", "level", "messages", "name", "source")

    def __init__(self, record: logging.LogRecord, source: tuple[str, int], exception: str) -> None:
        self.name = record.name
        self.level = record.levelname
        self.source = source
        self.exception = exception
        self.messages: deque[str] = deque(maxlen=MAX_MESSAGES)
        self.count = 0
        self.first = self.last = record.created

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "message": list(self.messages),
            "level": self.level,
            "source": list(self.source),
            "timestamp": self.last,
            "exception": self.exception,
            "count": self.count,
            "first_occurred": self.first,
        }


class SystemLog(logging.Handler):
    """Keeps one entry for each place that logs, the latest 50. Implements `marge.api.context.Logs`."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(logging.WARNING)
        self._hub = hub
        self._entries: OrderedDict[tuple[str, str, int, str], _Entry] = OrderedDict()
        self._formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler.emit`; may be called in any thread."""
        try:
            text = record.getMessage()[:MAX_TEXT]
            exception = self._formatter.formatException(record.exc_info)[-MAX_TEXT:] if record.exc_info else ""
        except Exception:
            text, exception = str(record.msg)[:MAX_TEXT], ""
        path = Path(record.pathname)
        file = str(path.relative_to(_SOURCE)) if path.is_relative_to(_SOURCE) else record.pathname
        key = (record.name, file, record.lineno, exception.rpartition("\n")[2])
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(record, (file, record.lineno), exception)
            if len(self._entries) > MAX_ENTRIES:
                self._entries.popitem(last=False)
        else:
            self._entries.move_to_end(key)
        entry.count += 1
        entry.last = record.created
        if text not in entry.messages:
            entry.messages.append(text)

    def start(self) -> None:
        """Listen to the root logger and register the services."""
        logging.getLogger().addHandler(self)
        services = self._hub.services
        services.register(
            Service("system_log", "clear", self._clear, NoData, admin_only=True, describe=_describe_clear)
        )
        services.register(Service("system_log", "write", _write, Write, describe=_describe_write))
        services.register(Service("logger", "set_level", self._set_levels, describe=_describe_levels))
        services.register(
            Service("logger", "set_default_level", self._set_default, SetDefaultLevel, describe=_describe_default)
        )
        for name in ("system_log", "logger"):
            self._hub.load_component(name)

    def stop(self) -> None:
        """Listen no more."""
        logging.getLogger().removeHandler(self)

    def entries(self) -> list[dict[str, Any]]:
        """See `Logs.entries`."""
        self.acquire()
        try:
            return [entry.as_dict() for entry in reversed(self._entries.values())]
        finally:
            self.release()

    def levels(self) -> list[dict[str, Any]]:
        """See `Logs.levels`."""
        components = sorted(name for name in self._hub.components if "." not in name)
        return [
            {"domain": name, "level": logging.getLogger(f"marge.{name}").getEffectiveLevel()} for name in components
        ]

    async def text(self) -> str:
        """See `Logs.text`."""
        for handler in logging.getLogger().handlers:
            if isinstance(handler, RotatingFileHandler):
                return await asyncio.to_thread(_end_of_file, Path(handler.baseFilename))
        return "\n".join(
            f"{entry['level']} {entry['name']}: {message}"
            for entry in reversed(self.entries())
            for message in entry["message"]
        )

    def _clear(self, call: ServiceCall) -> None:
        self.acquire()
        try:
            self._entries.clear()
        finally:
            self.release()

    def _set_levels(self, call: ServiceCall) -> None:
        levels = _levels_by_logger(call.data)
        for target, level in levels.items():
            logging.getLogger(logger_name(target)).setLevel(_number(level))
        self._hub.bus.fire(LOGGING_CHANGED)

    def _set_default(self, call: ServiceCall) -> None:
        data: SetDefaultLevel = call.data
        logging.getLogger().setLevel(_number(data.level))
        self._hub.bus.fire(LOGGING_CHANGED)


def _levels_by_logger(data: dict[str, Any]) -> dict[str, str]:
    """The levels by logger of `logger.set_level`; raises Invalid."""
    from marge.util.schema import convert

    return convert(data, dict[str, Level])


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _write(call: ServiceCall) -> None:
    data: Write = call.data
    name = "marge.system_log.external" if data.logger is None else logger_name(data.logger)
    logging.getLogger(name).log(_number(data.level), "%s", data.message)


def _end_of_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MAX_FILE))
            return file.read(MAX_FILE).decode("utf-8", "replace")
    except OSError:
        # Nothing has been logged yet.
        return ""


_LEVEL_SELECTOR: Final = {"select": {"options": ["debug", "info", "warning", "error", "fatal", "critical"]}}


def _describe_clear() -> dict[str, Any]:
    return {"name": "Clear", "description": "Forgets all entries of the log.", "fields": {}}


def _describe_write() -> dict[str, Any]:
    return {
        "name": "Write",
        "description": "Writes a line to the log.",
        "fields": {
            "message": {"name": "Message", "required": True, "selector": {"text": None}},
            "level": {
                "name": "Level",
                "default": "error",
                "selector": {"select": {"options": ["debug", "info", "warning", "error", "critical"]}},
            },
            "logger": {"name": "Logger", "example": "mycomponent.myplatform", "selector": {"text": None}},
        },
    }


def _describe_levels() -> dict[str, Any]:
    return {
        "name": "Set level",
        "description": "Sets the log level of loggers until the next start.",
        "fields": {},
    }


def _describe_default() -> dict[str, Any]:
    return {
        "name": "Set default level",
        "description": "Sets the level of all loggers that have none of their own, until the next start.",
        "fields": {"level": {"name": "Level", "required": True, "selector": _LEVEL_SELECTOR}},
    }
