"""Device automations whose device or entity is gone: which, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.devices.reading import Reference
from marge.util.schema import Invalid

if TYPE_CHECKING:
    from marge.registries import Registries

Path = tuple[str | int, ...]


def gone(registries: Registries, about: Reference) -> str | None:
    """What is not there of that which it is about, and the remedy; None when all is there."""
    device = registries.devices.get(about.device_id)
    what = f"device {about.section} '{about.type}' of {about.domain}"
    remedy = f"or delete the {about.section}"
    if device is None:
        return (
            f"{what}: there is no device {about.device_id}; it was removed, or added anew under another id: "
            f"choose its device again, {remedy}"
        )
    if about.entity is not None and registries.entities.resolve(about.entity) is None:
        return (
            f"{what}: the device '{device.display_name or device.id}' has no entity {about.entity} any more: "
            f"choose another of its entities, {remedy}"
        )
    return None


def first_gone(registries: Registries, parsed: Any, written: Any) -> Invalid | None:
    """The first device automation in `parsed` whose device or entity is gone, with its place in `written`."""
    for about in references(parsed):
        if (problem := gone(registries, about)) is not None:
            lost = "device_id" if registries.devices.get(about.device_id) is None else "entity_id"
            path = next(_places(written, about, ()), None)
            return Invalid(problem, () if path is None else (*path, lost))
    return None


def references(parsed: Any) -> Iterator[Reference]:
    """What each device automation in parsed triggers, conditions and actions is about, however deep."""
    if isinstance(about := getattr(parsed, "about", None), Reference):
        yield about
    elif isinstance(parsed, Struct):
        for name in parsed.__struct_fields__:
            yield from references(getattr(parsed, name))
    elif is_dataclass(parsed):
        for each in fields(parsed):
            yield from references(getattr(parsed, each.name))
    elif isinstance(parsed, (list, tuple)):
        for item in parsed:
            yield from references(item)


def _places(written: Any, about: Reference, path: Path) -> Iterator[Path]:
    """Where in the file a device automation may stand."""
    if isinstance(written, Mapping):
        if written.get("device_id") == about.device_id and written.get("type") == about.type:
            yield path
        for key, item in written.items():
            yield from _places(item, about, (*path, key))
    elif isinstance(written, list):
        for place, item in enumerate(written):
            yield from _places(item, about, (*path, place))
