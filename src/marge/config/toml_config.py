"""configuration.toml: the hub's own settings, read with defaults, every mistake with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from marge.config.missing import Missing
from marge.config.nodes import Place
from marge.config.problem import Problem
from marge.config.recorder_filter import sift
from marge.config.secret_store import SecretStore
from marge.config.section import Report, read_section
from marge.config.settings import SECTIONS, MqttSettings, Settings
from marge.config.toml_lines import Key, first_duplicate, key_lines, line_of
from marge.config.yaml_loader import absolute, exists, read_text
from marge.core.errors import InvalidConfig
from marge.util.suggest import nearest

TOML_FILE: Final = "configuration.toml"
NOT_YET: Final = ("watchdog", "backup", "auth", "integrations")
"""Sections that are checked, so that a file written for them is accepted, and that nothing reads yet."""
_MAX_SIZE: Final = 256 * 1024
_MAX_DOTS: Final = 2000
_MAX_HINTS: Final = 100
_TWICE: Final = ("Cannot overwrite", "Cannot declare")
"""What tomllib says of a name that is written twice, without the name."""
_SECRET: Final = "!secret "  # noqa: S105 - the mark, not a secret


class TomlConfig(msgspec.Struct):
    """What configuration.toml says: accepted values by section, with the mistakes that were left out."""

    values: dict[str, dict[str, Any]]
    problems: list[Problem]
    lines: dict[Key, int]
    exists: bool = True

    def without_effect(self) -> list[Problem]:
        """Warnings for the sections that this version only checks."""
        return [
            Problem(
                f"[{name}] has no effect in this version of Marge",
                TOML_FILE,
                line_of(self.lines, (name,)),
                severity="warning",
            )
            for name in NOT_YET
            if self.values.get(name)
        ]

    def settings(self, base: Mapping[str, Mapping[str, Any]] | None = None) -> Settings:
        """Return the settings; `base` has values by section for what the file does not set.

        Values that contradict each other are added to `problems`.
        """
        base = base or {}
        sections: dict[str, Any] = {
            name: kind(**{**base.get(name, {}), **self.values.get(name, {})}) for name, kind in SECTIONS.items()
        }
        settings = Settings(**sections, integrations=self.values.get("integrations", {}))
        self.problems.extend(
            Problem(message, TOML_FILE, line_of(self.lines, key), fatal=True)
            for key, message in _contradictions(settings, self.lines)
        )
        return settings


def load_toml(config_dir: Path, secrets: SecretStore) -> TomlConfig:
    """Read configuration.toml; a missing file has no values and no problems."""
    path = config_dir / TOML_FILE
    if not exists(path):
        return TomlConfig({}, [], {}, exists=False)
    try:
        return parse_toml(read_text(path, TOML_FILE), config_dir, secrets)
    except InvalidConfig as error:
        return TomlConfig({}, [Problem.of(error, fatal=True)], {})
    except RecursionError:
        problem = Problem("invalid TOML: too many levels inside each other", TOML_FILE, fatal=True)
        return TomlConfig({}, [problem], {})


def parse_toml(text: str, config_dir: Path, secrets: SecretStore) -> TomlConfig:
    """Read the text of a configuration.toml; raises InvalidConfig when it is not TOML at all."""
    data = _parse(text)
    lines = key_lines(text)
    config = TomlConfig({}, [], lines)

    def report(key: Key, message: str, hint: str | None) -> None:
        config.problems.append(Problem(message, TOML_FILE, line_of(lines, key), hint, fatal=True))

    data = _with_secrets(data, (), config, secrets, config_dir)
    for name, section in data.items():
        kind = SECTIONS.get(name)
        if kind is None and name != "integrations":
            what = "section" if isinstance(section, (dict, list)) else "key"
            hint = nearest(name, (*SECTIONS, "integrations")) if len(config.problems) < _MAX_HINTS else None
            report((name,), f"unknown {what} '{name}'", hint)
        elif not isinstance(section, dict):
            report((name,), f"'{name}' must be a section: [{name}]", None)
        elif kind is None:
            config.values[name] = _integrations(section, report)
        else:
            inside = _inside(name, report)
            if name == "recorder":
                sift(section, "[recorder]", inside)
            config.values[name] = read_section(kind, section, f"[{name}]", inside)
    _find_tls_files(config.values.get("http", {}), config_dir, report)
    return config


def _find_tls_files(http: dict[str, Any], config_dir: Path, report: Callable[[Key, str, str | None], None]) -> None:
    """Make the paths absolute; relative ones are meant from the configuration directory."""
    for key in ("tls_certificate", "tls_key"):
        if value := http.get(key):
            path = absolute(config_dir / value)
            http[key] = str(path)
            if not exists(path):
                report(("http", key), f"'{key}' in [http]: file '{path}' does not exist", None)


def _inside(section: str, report: Callable[[Key, str, str | None], None]) -> Report:
    def inside(path: tuple[str | int, ...], message: str, hint: str | None) -> None:
        report((section, *map(str, path)), message, hint)

    return inside


def _parse(text: str) -> dict[str, Any]:
    import tomllib

    if len(text) > _MAX_SIZE:
        raise InvalidConfig(f"'{TOML_FILE}' is larger than {_MAX_SIZE // 1024} kB", TOML_FILE)
    for number, content in enumerate(text.split("\n"), 1):
        if content.count(".") > _MAX_DOTS:  # tomllib takes quadratic time for a name of many parts
            raise InvalidConfig(f"more than {_MAX_DOTS} dots in one line", TOML_FILE, number)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, where = str(error).rpartition(" (at ")
        digits = where.removeprefix("line ").partition(",")[0]
        line = int(digits) if digits.isdigit() else text.count("\n") + 1
        if message.startswith(_TWICE) and (twice := first_duplicate(text)) is not None:
            message, line = _twice(*twice)
            raise InvalidConfig(message, TOML_FILE, line) from None
        raise InvalidConfig(f"invalid TOML: {_lower(message or str(error))}", TOML_FILE, line) from None
    except (ValueError, RecursionError, OverflowError) as error:
        raise InvalidConfig(f"invalid TOML: {error}", TOML_FILE) from None


def _twice(key: Key, first: int, second: int) -> tuple[str, int]:
    """What is wrong with a key or section that is written twice, and where."""
    if table := ".".join(part for part in key[:-1] if not part.isdigit()):
        return f"'{key[-1]}' is in [{table}] twice, first on line {first}: remove one of them", second
    return f"'{key[0]}' is there twice, first on line {first}: put both together", second


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _with_secrets(value: Any, key: Key, config: TomlConfig, secrets: SecretStore, config_dir: Path) -> Any:
    """`value` with each "!secret name" replaced; one that is not there is reported and left out."""
    if isinstance(value, dict):
        resolved = {
            name: _with_secrets(item, (*key, name), config, secrets, config_dir) for name, item in value.items()
        }
        return {name: item for name, item in resolved.items() if item is not msgspec.UNSET}
    if isinstance(value, list):
        items = [_with_secrets(each, (*key, str(n)), config, secrets, config_dir) for n, each in enumerate(value)]
        return [item for item in items if item is not msgspec.UNSET]
    if isinstance(value, str) and value.startswith(_SECRET):
        line = line_of(config.lines, key)
        try:
            secret = secrets.get(value.removeprefix(_SECRET).strip(), config_dir, Place(TOML_FILE, line or 1))
            if isinstance(secret, Missing):
                raise secret.error
        except InvalidConfig as error:
            config.problems.append(Problem.of(error, fatal=True))
            return msgspec.UNSET
        return secret
    return value


def _integrations(section: dict[str, Any], report: Callable[[Key, str, str | None], None]) -> dict[str, Any]:
    for name, table in section.items():
        if not isinstance(table, dict):
            report(("integrations", name), f"'{name}' must be a section: [integrations.{name}]", None)
    return {name: table for name, table in section.items() if isinstance(table, dict)}


def _contradictions(settings: Settings, written: Mapping[Key, int]) -> Iterator[tuple[Key, str]]:
    """What no single value can show; of a key that is `written` and has no value something has been said before."""
    http, mqtt, watchdog = settings.http, settings.mqtt, settings.watchdog
    if http.tls_certificate and not http.tls_key:
        yield ("http", "tls_certificate"), "'tls_certificate' in [http] needs 'tls_key' beside it"
    if http.tls_key and not http.tls_certificate:
        yield ("http", "tls_key"), "'tls_key' in [http] needs 'tls_certificate' beside it"
    if mqtt.broker == "external" and not mqtt.host:
        yield ("mqtt", "broker"), "'broker = \"external\"' in [mqtt] needs 'host': where the broker is"
    if mqtt.password and not mqtt.username:
        yield ("mqtt", "password"), "'password' in [mqtt] needs 'username' beside it"
    if mqtt.broker == "embedded":
        yield from _doors(mqtt, given=("mqtt", "password") in written)
    if watchdog.disk_warn_percent > watchdog.disk_critical_percent:
        message = "'disk_warn_percent' in [watchdog] must not be above 'disk_critical_percent'"
        yield ("watchdog", "disk_warn_percent"), message


def _doors(mqtt: MqttSettings, *, given: bool) -> Iterator[tuple[Key, str]]:
    """What would let in somebody else than was meant; `given` says that there was a password."""
    if mqtt.username and (mqtt.password == "" or (mqtt.password is None and not given)):
        message = "'username' in [mqtt] needs 'password' beside it: without one the name alone would open the broker"
        yield ("mqtt", "username"), message
    names = {mqtt.username} if mqtt.username else set()
    for index, user in enumerate(mqtt.users):
        if user.name in names:
            message = f"'users' in [mqtt]: there is another '{user.name}'; give each user a name of its own"
            yield ("mqtt", "users", str(index)), message
        names.add(user.name)
