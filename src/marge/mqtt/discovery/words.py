"""Field types of discovery payloads that only MQTT has. Texts that many entities have in common are kept once."""

from __future__ import annotations

import re
from math import isfinite
from sys import intern
from typing import TYPE_CHECKING, Any

from marge.util.schema import kind_of, word
from marge.util.topics import publish_topic, subscribe_topic


def _qos(value: Any) -> int:
    try:
        qos = int(value)
    except (TypeError, ValueError, OverflowError):
        qos = -1
    if qos not in (0, 1, 2) or isinstance(value, bool):
        raise ValueError(f"expected a qos of 0, 1 or 2, got {value!r}")
    return qos


def _shared_text(value: Any) -> str:
    if type(value) is str:
        return intern(value)
    if value is None or isinstance(value, (list, tuple, dict)):
        raise ValueError(f"expected text, got {kind_of(value)}")
    return intern(str(value))


def _template(value: Any) -> str:
    return _shared_text(value)


def _regex(value: Any) -> str:
    pattern = _shared_text(value)
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{pattern!r} is no valid regular expression: {error}") from None
    return pattern


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"expected float, got {value!r}") from None
    if not isfinite(number):
        raise ValueError(f"expected a finite number, got {value!r}")
    return number


def _not_negative(value: Any) -> float:
    number = _number(value)
    if number < 0:
        raise ValueError(f"value must be at least 0, got {value!r}")
    return number


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"expected int, got {value!r}") from None


def _count(value: Any) -> int:
    number = _whole(value)
    if number < 0:
        raise ValueError(f"value must be at least 0, got {value!r}")
    return number


def _scale(value: Any) -> int:
    number = _whole(value)
    if number < 1:
        raise ValueError(f"value must be at least 1, got {value!r}")
    return number


def _lower(value: Any) -> str:
    return intern(_shared_text(value).lower())


def is_url(text: str) -> bool:
    """Whether a text is an address of the web: http or https, and a host."""
    return re.match(r"https?://[^/?#\s]+\S*\Z", text, re.IGNORECASE) is not None


def _url(value: Any) -> str:
    url = _shared_text(value)
    if not is_url(url):
        raise ValueError(f"invalid url {url!r}")
    return url


def _icon(value: Any) -> str:
    icon = _shared_text(value)
    if ":" not in icon:
        raise ValueError(f"an icon has the form 'prefix:name', got {icon!r}")
    return icon


if TYPE_CHECKING:
    SubscribeTopic = str
    PublishTopic = str
    Qos = int
    Word = str
    TemplateText = str
    Pattern = str
    Number = float
    NotNegative = float
    Whole = int
    Count = int
    Scale = int
    LowerWord = str
    Url = str
    Icon = str
else:
    SubscribeTopic = word("SubscribeTopic", subscribe_topic)
    PublishTopic = word("PublishTopic", publish_topic)
    Qos = word("Qos", _qos)
    Word = word("Word", _shared_text)
    TemplateText = word("TemplateText", _template)
    Pattern = word("Pattern", _regex)
    Number = word("Number", _number)
    NotNegative = word("NotNegative", _not_negative)
    Whole = word("Whole", _whole)
    Count = word("Count", _count)
    Scale = word("Scale", _scale)
    LowerWord = word("LowerWord", _lower)
    Url = word("Url", _url)
    Icon = word("Icon", _icon)
