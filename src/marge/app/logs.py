"""Logging as `[logger]` asks for: text or JSON lines, on the terminal and in a file that is kept small."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final, TextIO

from marge.config.settings import LoggerSettings
from marge.util import jsonx
from marge.util.dt import to_iso

LEVELS: Final[Mapping[str, int]] = {
    "trace": 5,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "fatal": logging.CRITICAL,
}

_NAMES: Final = {5: "trace", 10: "debug", 20: "info", 30: "warn", 40: "error", 50: "error"}


MAX_MESSAGE: Final = 4000
"""Characters of a message that are written."""


class TextFormatter(logging.Formatter):
    """`2026-02-12 05:30:00.123 INFO marge.automation: text`."""

    default_msec_format = "%s.%03d"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  its name in logging
        """See `logging.Formatter.formatMessage`."""
        record.message = one_entry(record.message)
        return super().formatMessage(record)


def one_entry(message: str) -> str:
    """`message` so that it cannot pass for several entries, steer a terminal or fill the disk: devices are quoted."""
    if len(message) > MAX_MESSAGE:
        message = f"{message[:MAX_MESSAGE]}… ({len(message) - MAX_MESSAGE} more characters)"
    if message.isprintable():
        return message
    return "".join("\n    " if char == "\n" else char if char.isprintable() else repr(char)[1:-1] for char in message)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, with the keys of the specification: ts, level, target, msg."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        line = {
            "ts": to_iso(record.created).replace("+00:00", "Z"),
            "level": _NAMES.get(record.levelno, record.levelname.lower()),
            "target": record.name.replace(".", "::"),
            "msg": record.getMessage()[:MAX_MESSAGE],
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return jsonx.dumps_safe(line).decode()


def logger_name(target: str) -> str:
    """The logger that a target of the configuration means: `marge::mqtt::broker` is `marge.mqtt.broker`."""
    return target.replace("::", ".")


def set_levels(levels: Mapping[str, str]) -> None:
    """Set the level of each target; unknown level names are passed over."""
    for target, level in levels.items():
        if (number := LEVELS.get(level.lower())) is not None:
            logging.getLogger(logger_name(target)).setLevel(number)


def set_up(settings: LoggerSettings, log_file: Path | None, stream: TextIO = sys.stderr) -> None:
    """Replace all handlers of the root logger. A log file that cannot be written is reported and done without."""
    logging.addLevelName(5, "TRACE")
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    formatter: logging.Formatter = JsonFormatter() if settings.format == "json" else TextFormatter()
    handlers: list[logging.Handler] = [logging.StreamHandler(stream)]
    failure: OSError | None = None
    if log_file is not None:
        try:
            log_file.parent.mkdir(parents=True, exist_ok=True)
            handlers.append(
                RotatingFileHandler(
                    log_file, maxBytes=settings.max_size, backupCount=settings.max_files, encoding="utf-8", delay=True
                )
            )
        except OSError as error:
            failure = error
    for handler in handlers:
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(LEVELS[settings.default])
    set_levels(settings.levels)
    if failure is not None:
        logging.getLogger("marge.app").warning("No log file: %s cannot be written: %s", log_file, failure)
