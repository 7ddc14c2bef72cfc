"""The settings of configuration.toml as values, one Struct per section.

docs/reference/configuration.md says what each key means.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, field

from marge.config.words import (
    Country,
    Currency,
    DatabaseUrl,
    Language,
    LogLevel,
    Metres,
    Network,
    Size,
    TimeOfDay,
    TimeZone,
    TopicFilter,
    Units,
)
from marge.util.schema import EntityIds, Strings

Port = Annotated[int, Meta(ge=0, le=65535)]
Percent = Annotated[int, Meta(ge=1, le=100)]
Period = Annotated[float, Meta(gt=0, le=86400)]


class MargeSettings(Struct, frozen=True):
    """[marge]: the house. Latitude and longitude in degrees, elevation in metres."""

    name: Annotated[str, Meta(min_length=1, max_length=255)] = "Home"
    latitude: Annotated[float, Meta(ge=-90, le=90)] = 0.0
    longitude: Annotated[float, Meta(ge=-180, le=180)] = 0.0
    elevation: Metres = 0
    unit_system: Units = "metric"
    time_zone: TimeZone = "UTC"
    currency: Currency = "EUR"
    country: Country | None = None
    language: Language = "en"


class HttpSettings(Struct, frozen=True):
    """[http]: the API and the user interface."""

    host: str = "0.0.0.0"  # noqa: S104 - a hub serves its household's phones; every request needs a token
    port: Port = 8123
    tls_certificate: str | None = None
    tls_key: str | None = None
    cors_allowed_origins: list[str] = field(default_factory=list)
    trusted_proxies: list[Network] = field(default_factory=list)


class MqttRule(Struct, frozen=True, forbid_unknown_fields=True):
    """[[mqtt.rules]]: what may be done with the topics that match a filter; `%c` is the client id, `%u` the user."""

    topic: TopicFilter
    access: Literal["read", "write", "readwrite", "deny"] = "readwrite"


class MqttUser(Struct, frozen=True, forbid_unknown_fields=True):
    """[[mqtt.users]]: a device or program that may connect, with rules of its own or those of everybody."""

    name: Annotated[str, Meta(min_length=1)]
    password: Annotated[str, Meta(min_length=1)]
    rules: list[MqttRule] = field(default_factory=list)


class MqttSettings(Struct, frozen=True):
    """[mqtt]: our own broker, or where somebody else's is."""

    broker: Literal["embedded", "external"] = "embedded"
    host: str | None = None
    port: Port = 1883
    websocket_port: Port | None = None
    username: str | None = None
    password: str | None = None
    discovery_prefix: Annotated[str, Meta(min_length=1, max_length=128, pattern="^[^#+]*$")] = "homeassistant"
    allow_anonymous: bool | None = None
    """None: clients on this machine need no name."""
    users: list[MqttUser] = field(default_factory=list)
    rules: list[MqttRule] = field(default_factory=list)


class Filter(Struct, frozen=True, forbid_unknown_fields=True):
    """[recorder.include]: Home Assistant's lists of what is recorded."""

    domains: Strings = field(default_factory=list)
    entities: EntityIds = field(default_factory=list)
    entity_globs: Strings = field(default_factory=list)


class ExcludeFilter(Filter, frozen=True, forbid_unknown_fields=True):
    """[recorder.exclude]: the same for what is left out, and event types."""

    event_types: Strings = field(default_factory=list)


class RecorderSettings(Struct, frozen=True):
    """[recorder]: history. `db_url` None is marge.db in the data directory; the interval is in seconds."""

    db_url: DatabaseUrl | None = None
    purge_keep_days: Annotated[int, Meta(ge=1, le=36500)] = 10
    commit_interval: Annotated[float, Meta(ge=0, le=3600)] = 1.0
    include: Filter = field(default_factory=Filter)
    exclude: ExcludeFilter = field(default_factory=ExcludeFilter)


class LoggerSettings(Struct, frozen=True):
    """[logger]: `file` None is marge.log in the log directory; `max_size` in bytes."""

    default: LogLevel = "info"
    file: str | None = None
    max_size: Size = 50 * 1024 * 1024
    max_files: Annotated[int, Meta(ge=0, le=1000)] = 5
    format: Literal["text", "json"] = "text"
    levels: dict[str, LogLevel] = field(default_factory=dict)


class WatchdogSettings(Struct, frozen=True):
    """[watchdog]: times in seconds, disk thresholds in percent used."""

    enabled: bool = True
    core_timeout: Period = 30.0
    integration_timeout: Period = 60.0
    disk_check_interval: Period = 300.0
    disk_warn_percent: Percent = 90
    disk_critical_percent: Percent = 95


class BackupSettings(Struct, frozen=True):
    """[backup]: `directory` None is backups/ in the data directory."""

    enabled: bool = True
    directory: str | None = None
    daily: bool = True
    weekly: bool = True
    monthly: bool = True
    time: TimeOfDay = "03:00:00"
    include_history: bool = False


class AuthSettings(Struct, frozen=True):
    """[auth]: networks whose users need no password; whether users may protect their login with a second factor."""

    trusted_networks: list[Network] = field(default_factory=list)
    mfa: bool = True


class Settings(Struct, frozen=True):
    """All of configuration.toml. `integrations` has one free table per integration, checked by the integration."""

    marge: MargeSettings = field(default_factory=MargeSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    mqtt: MqttSettings = field(default_factory=MqttSettings)
    recorder: RecorderSettings = field(default_factory=RecorderSettings)
    logger: LoggerSettings = field(default_factory=LoggerSettings)
    watchdog: WatchdogSettings = field(default_factory=WatchdogSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    auth: AuthSettings = field(default_factory=AuthSettings)
    integrations: dict[str, dict[str, Any]] = field(default_factory=dict)


SECTIONS: Final[dict[str, type[Struct]]] = {
    "marge": MargeSettings,
    "http": HttpSettings,
    "mqtt": MqttSettings,
    "recorder": RecorderSettings,
    "logger": LoggerSettings,
    "watchdog": WatchdogSettings,
    "backup": BackupSettings,
    "auth": AuthSettings,
}
