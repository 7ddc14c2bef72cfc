"""One section's values against its Struct: every wrong key and value is reported, the others are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from marge.config.words import TimeZone
from marge.util.schema import Invalid, convert
from marge.util.suggest import nearest

_MAX_HINTS: Final = 20  # each costs a millisecond

Report = Callable[[tuple[str | int, ...], str, str | None], None]
"""Called with the path inside the section, the message, and the nearest right name if there is one."""


def read_section(kind: type[msgspec.Struct], raw: Mapping[str, Any], where: str, report: Report) -> dict[str, Any]:
    """Return the values of `raw` that fit the fields of `kind`; the rest is reported as being in `where`."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    accepted: dict[str, Any] = {}
    unknown = 0
    for key, value in raw.items():
        field = fields.get(key)
        if field is None:
            unknown += 1
            hint = nearest(key, fields) if unknown <= _MAX_HINTS else None
            report((key,), f"unknown key '{key}' in {where}", hint)
            continue
        try:
            if isinstance(value, dict):
                value = _fitting(key, value, field.type, where, report)
            accepted[key] = _convert(value, field.type)
        except Invalid as invalid:
            _report(key, invalid, where, report, _hint(field.type, value))
    return accepted


def _fitting(key: str, value: dict[str, Any], kind: Any, where: str, report: Report) -> dict[str, Any]:
    """What `kind` takes of a mapping, one key at a time, so that a mistake is found at its own and costs only that."""
    fitting = {}
    for name, entry in value.items():
        try:
            _convert({name: entry}, kind)
        except Invalid as invalid:
            _report(key, invalid, where, report)
        else:
            fitting[name] = entry
    return fitting


def _report(key: str, invalid: Invalid, where: str, report: Report, hint: str | None = None) -> None:
    path = (key, *invalid.path)
    if invalid.message == "extra keys not allowed":
        message = f"unknown key '{path[-1]}' in '{key}' in {where}"
    elif invalid.message == "required key not provided":
        message = f"key '{path[-1]}' is missing in '{key}' in {where}"
    else:
        message = f"'{key}' in {where}: {invalid.message}"
    report(path, message, invalid.hint or hint)


def _convert(value: Any, kind: Any) -> Any:
    try:
        return convert(value, kind)
    except Invalid as invalid:
        if not invalid.path and isinstance(value, dict) and len(value) == 1:
            invalid.path = (next(iter(value)),)
        raise


def _hint(kind: Any, value: Any) -> str | None:
    if kind is not TimeZone:
        return None
    from zoneinfo import available_timezones  # reads a folder of 600 files

    return nearest(value, available_timezones())
