"""What differs in each run of a trace is masked: ids by the order of their appearance, times, lengths of waits."""

from __future__ import annotations

import re
from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00|\d\d:\d\d:\d\d\.\d+")
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_HEX = re.compile(r"[0-9a-f]{32}")


def masked(value: Any) -> Any:
    """`value` without what differs in each run."""
    seen: dict[str, str] = {}

    def number(kind: str) -> Any:
        return lambda found: seen.setdefault(found[0], f"<{kind} {sum(kind in each for each in seen.values())}>")

    def mask(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {mask(name): mask(item, name) for name, item in value.items()} if key != "now_time" else "<time>"
        if isinstance(value, list):
            items = [mask(item) for item in value]
            return sorted(items) if key == "entities" else items
        if isinstance(value, str):
            text = _TIME.sub("<time>", value)
            text = _HEX.sub(number("run"), _ULID.sub(number("context"), text))
            return "<day>" if key == "now_weekday" else text
        if isinstance(value, float) and key == "remaining" and value:
            return "<seconds>"
        return value

    return mask(value)
