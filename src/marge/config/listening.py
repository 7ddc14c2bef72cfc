"""Whether this machine can listen where the configuration says; only trying tells."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

from marge.config.problem import Problem
from marge.config.settings import Settings
from marge.config.toml_config import TOML_FILE
from marge.config.toml_lines import key_lines, line_of
from marge.config.yaml_loader import read_text
from marge.core.errors import InvalidConfig


def unusable_hosts(settings: Settings, config_dir: Path) -> list[Problem]:
    """A problem for each `host` of ours that is no name or address of this machine; may wait for the name server."""
    found = [(section, host, why) for section, host in _hosts(settings) if (why := _refusal(host)) is not None]
    if not found:
        return []
    try:
        lines = key_lines(read_text(config_dir / TOML_FILE, TOML_FILE))
    except InvalidConfig:
        lines = {}
    return [
        Problem(
            f"'host' in [{section}]: this machine cannot listen on '{host}' ({why}); "
            "use one of its addresses, or leave it out to listen on all",
            TOML_FILE,
            line_of(lines, (section, "host")),
            fatal=True,
        )
        for section, host, why in found
    ]


def _hosts(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "http", settings.http.host
    if settings.mqtt.broker == "embedded" and settings.mqtt.host:
        yield "mqtt", settings.mqtt.host


def _refusal(host: str) -> str | None:
    """Why nothing can listen on `host`; None when one of its addresses will do."""
    why = "it has no address"
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        return getattr(error, "strerror", None) or str(error)
    for family, kind, protocol, _, address in found:
        try:
            with socket.socket(family, kind, protocol) as sock:
                sock.bind(address)
        except OSError as error:
            why = error.strerror or str(error)
        else:
            return None
    return why
