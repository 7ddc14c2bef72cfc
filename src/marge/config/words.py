"""The words that settings are made of, each with the sentence that refuses a wrong one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from marge.util.database_url import file_of
from marge.util.dt import parse_time, zone
from marge.util.schema import word
from marge.util.topic_filter import mistake_in

_SIZE = re.compile(r"^\s*(\d{1,9})\s*([kmg]?)i?b?\s*$", re.IGNORECASE)
_FACTOR: Final = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
LEVELS: Final = ("error", "warn", "info", "debug", "trace")
_LEVEL_NAMES: Final = {level: level for level in LEVELS} | {
    "warning": "warn",
    "critical": "error",
    "fatal": "error",
    "notset": "trace",
}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _metres(value: Any) -> int:
    try:
        metres = int(float(value))
    except (ValueError, TypeError, OverflowError):
        metres = 10**6
    if isinstance(value, bool) or not -1000 <= metres <= 10_000:
        raise ValueError(f"expected metres between -1000 and 10000, got {_shown(value)}")
    return metres


def _time_zone(value: Any) -> str:
    if isinstance(value, str) and value and zone(value) is not None:
        return value
    raise ValueError(f"unknown time zone {_shown(value)}")


def _form(pattern: str, sentence: str) -> Any:
    compiled = re.compile(pattern)

    def read(value: Any) -> str:
        if isinstance(value, str) and compiled.fullmatch(value):
            return value
        raise ValueError(f"{sentence}, got {_shown(value)}")

    return read


_language = _form(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "expected a language code such as 'en' or 'pt-BR'")


def _country(value: Any) -> str:
    from marge.util.iso_codes import COUNTRIES

    if isinstance(value, str) and value in COUNTRIES:
        return value
    raise ValueError(f"expected a country code of two capital letters (ISO 3166) such as 'NL', got {_shown(value)}")


def _current_currency(value: Any) -> str:
    from marge.util.iso_codes import CURRENCIES

    if isinstance(value, str) and value in CURRENCIES:
        return value
    raise ValueError(f"expected a currency code of three capital letters (ISO 4217) such as 'EUR', got {_shown(value)}")


def _currency(value: Any) -> str:
    from marge.util.iso_codes import FORMER_CURRENCIES

    return value if isinstance(value, str) and value in FORMER_CURRENCIES else _current_currency(value)


def _unit_system(value: Any) -> str:
    if value in ("metric", "us_customary"):
        return str(value)
    if value == "imperial":
        return "us_customary"
    raise ValueError(f"expected 'metric' or 'us_customary', got {_shown(value)}")


def _size(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and (match := _SIZE.match(value)):
        return int(match[1]) * _FACTOR[match[2].lower()]
    raise ValueError(f"expected a size such as '50MB', got {_shown(value)}")


def _time_of_day(value: Any) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else value
    time = parse_time(text) if isinstance(text, str) else None
    if time is None:
        raise ValueError(f"expected a time such as '03:00', got {_shown(value)}")
    return time.isoformat()


def _level(value: Any) -> str:
    if isinstance(value, str) and value.lower() in _LEVEL_NAMES:
        return _LEVEL_NAMES[value.lower()]
    raise ValueError(f"expected one of {', '.join(LEVELS)}, got {_shown(value)}")


def _database_url(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text such as 'sqlite:///<path>', got {_shown(value)}")
    if value:
        file_of(value)
    return value


def _network(value: Any) -> str:
    from ipaddress import ip_network  # costs 5 ms, and few files name a network

    try:
        return str(ip_network(value, strict=False))
    except (ValueError, TypeError):
        raise ValueError(f"expected an address or network such as '192.168.1.0/24', got {_shown(value)}") from None


def _topic_filter(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a topic filter such as 'garden/#', got {_shown(value)}")
    if (mistake := mistake_in(value)) is not None:
        raise ValueError(f"{_shown(value)} is not a topic filter: {mistake}")
    return value


if TYPE_CHECKING:
    Country = str
    Currency = str
    CurrentCurrency = str
    DatabaseUrl = str
    Language = str
    LogLevel = str
    Metres = int
    Network = str
    Size = int
    TimeOfDay = str
    TimeZone = str
    TopicFilter = str
    Units = str
else:
    Country = word("Country", _country)
    Currency = word("Currency", _currency)
    CurrentCurrency = word("CurrentCurrency", _current_currency)
    DatabaseUrl = word("DatabaseUrl", _database_url)
    Language = word("Language", _language)
    LogLevel = word("LogLevel", _level)
    Metres = word("Metres", _metres)
    Network = word("Network", _network)
    Size = word("Size", _size)
    TimeOfDay = word("TimeOfDay", _time_of_day)
    TimeZone = word("TimeZone", _time_zone)
    TopicFilter = word("TopicFilter", _topic_filter)
    Units = word("Units", _unit_system)
