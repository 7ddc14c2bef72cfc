"""How many bytes of JSON a value takes, and what stands for one that takes too many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from marge.automation.views import EventView
from marge.templates.functions.states import TemplateState
from marge.util import jsonx

MAX_VALUE: Final = 64 * 1024
"""What the values of one step may weigh each, in bytes."""
LEAST_VALUE: Final = 256
"""What a value may weigh whatever the trace holds already."""

_MOST_PARTS: Final = 100


def _drawn(value: Any) -> Any:
    if isinstance(value, TemplateState):
        return value.attributes
    if isinstance(value, EventView):
        return value.data
    return dict(value) if isinstance(value, Mapping) else None


_encoder = msgspec.json.Encoder(enc_hook=_drawn)
# Written to again and again: what counts is its length.
_scale = bytearray()


def weight(value: Any) -> int:
    """How many bytes of JSON `value` takes, about."""
    global _scale
    try:
        _encoder.encode_into(value, _scale)
        weighed = len(_scale)
        if weighed > MAX_VALUE:
            _scale = bytearray()
        return weighed
    except (TypeError, ValueError, OverflowError, RecursionError):
        return len(jsonx.dumps_safe(value))


def fitted(values: Mapping[str, Any], most: int) -> tuple[dict[str, Any], int]:
    """`values` with a text in the place of each that is too heavy, and the weight of the whole.

    Of a mapping that is too heavy the light parts stay.
    """
    total = weight(values)
    if total <= most:
        return dict(values), total
    result: dict[str, Any] = {}
    total = 0
    for name, value in values.items():
        own = weight(value)
        if own > most:
            result[name], own = _lightened(value, most)
        else:
            result[name] = value
        total += own
    return result, total


def _lightened(value: Any, most: int) -> tuple[Any, int]:
    if not isinstance(value, Mapping) or len(value) > _MOST_PARTS:
        return _instead(value)
    left = most
    parts: dict[Any, Any] = {}
    for key, item in value.items():
        own = weight(item)
        if own > most // 4 or own > left:
            item, own = _instead(item)
        left -= own
        parts[key] = item
    return parts, most - left


def _instead(value: Any) -> tuple[str, int]:
    size = f" of {len(value)}" if hasattr(value, "__len__") else ""
    text = f"(too large for a trace: {type(value).__name__}{size})"
    return text, len(text)
