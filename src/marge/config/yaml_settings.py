"""The settings that Home Assistant keeps in YAML: they fill what configuration.toml does not set."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from marge.config.locate import find_place
from marge.config.nodes import NodeDict
from marge.config.problem import Problem
from marge.config.recorder_filter import sift
from marge.config.section import read_section
from marge.config.settings import LoggerSettings, MargeSettings, MqttSettings, RecorderSettings

_NOT_USED: Final = frozenset(
    {
        "allowlist_external_dirs",
        "allowlist_external_urls",
        "auth_mfa_modules",
        "debug",
        "legacy_templates",
        "media_dirs",
        "temperature_unit",
        "webrtc",
        "whitelist_external_dirs",
    }
)
_READ_ELSEWHERE: Final = frozenset({"auth_providers", "customize", "customize_domain", "customize_glob", "packages"})
_RECORDER_NOT_USED: Final = frozenset(
    {"auto_purge", "auto_repack", "db_integrity_check", "db_max_retries", "db_retry_wait", "purge_interval"}
)
_MQTT_KEYS: Final = {
    "broker": "host",
    "port": "port",
    "username": "username",
    "password": "password",
    "discovery_prefix": "discovery_prefix",
}


class HouseBlock(MargeSettings, frozen=True):
    """The keys of `homeassistant:` that say where the house is and how it is reached."""

    radius: int = 100
    internal_url: str | None = None
    external_url: str | None = None


def house_values(block: NodeDict, problems: list[Problem]) -> dict[str, Any]:
    """Return what the `homeassistant:` block says of the house."""
    skipped = _split(block, _NOT_USED, problems, "homeassistant")
    own = _without(block, skipped | _READ_ELSEWHERE)
    return _read(HouseBlock, own, "homeassistant", problems)


def recorder_values(block: NodeDict, problems: list[Problem]) -> dict[str, Any]:
    """Return the recorder settings of the `recorder:` section."""
    skipped = _split(block, _RECORDER_NOT_USED, problems, "recorder")

    def report(path: tuple[str | int, ...], message: str, hint: str | None) -> None:
        place = find_place(block, path)
        problems.append(Problem(message, place.file, place.line, hint, item=True))

    sift(block, "'recorder'", report)
    return _read(RecorderSettings, _without(block, skipped), "recorder", problems)


def logger_values(block: NodeDict, problems: list[Problem]) -> dict[str, Any]:
    """Return the logger settings of the `logger:` section; Home Assistant calls the levels `logs`."""
    renamed = NodeDict(block.file, block.line)
    for key, value in block.items():
        renamed.put("levels" if key == "logs" else key, value, block.place_of(key))
    skipped = _split(renamed, frozenset({"filters"}), problems, "logger")
    return _read(LoggerSettings, _without(renamed, skipped), "logger", problems)


def take_mqtt_values(block: NodeDict, problems: list[Problem]) -> dict[str, Any]:
    """Remove the connection settings from an `mqtt:` mapping and return them; the rest are entities."""
    renamed = NodeDict(block.file, block.line)
    for key, name in _MQTT_KEYS.items():
        if key in block:
            renamed.put(name, block.pop(key), block.place_of(key))
    values = _read(MqttSettings, renamed, "mqtt", problems)
    if "host" in values:
        values["broker"] = "external"
    return values


def _read(kind: type[msgspec.Struct], block: NodeDict, section: str, problems: list[Problem]) -> dict[str, Any]:
    def report(path: tuple[str | int, ...], message: str, hint: str | None) -> None:
        place = find_place(block, path)
        # Beginning another database for want of the right one would be a hub without its users.
        fatal = section == "homeassistant" or path == ("db_url",)
        problems.append(Problem(message, place.file, place.line, hint, fatal=fatal))

    present = {key: value for key, value in block.items() if isinstance(key, str) and value is not None}
    for key in block:
        if not isinstance(key, str):
            report((key,), f"unknown key '{key}' in '{section}'", None)
    return read_section(kind, present, f"'{section}'", report)


def _split(block: NodeDict, not_used: frozenset[str], problems: list[Problem], section: str) -> frozenset[str]:
    """Warn of the keys that mean something to Home Assistant and nothing here; returns them."""
    found = [key for key in block if key in not_used]
    for key in found:
        place = block.place_of(key)
        problems.append(
            Problem(f"'{key}' in '{section}' is not used by Marge", place.file, place.line, severity="warning")
        )
    return frozenset(found)


def _without(block: NodeDict, keys: frozenset[str]) -> NodeDict:
    rest = NodeDict(block.file, block.line)
    for key, value in block.items():
        if key not in keys:
            rest.put(key, value, block.place_of(key))
    return rest
