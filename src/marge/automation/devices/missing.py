"""Device automations whose device or entity is gone: which, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

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


def first_gone(registries: Registries, noted: Iterable[Reference], written: Any) -> Invalid | None:
    """The first of the noted device automations whose device or entity is gone, with its place in `written`."""
    for about in noted:
        if (problem := gone(registries, about)) is not None:
            lost = "device_id" if registries.devices.get(about.device_id) is None else "entity_id"
            path = _place(written, about)
            return Invalid(problem, () if path is None else (*path, lost))
    return None


def _place(written: Any, about: Reference) -> Path | None:
    """Where in the file a device automation stands."""
    waiting: list[tuple[Any, Path]] = [(written, ())]
    while waiting:
        part, path = waiting.pop()
        inner: list[tuple[Any, Any]] = []
        if isinstance(part, Mapping):
            if part.get("device_id") == about.device_id and part.get("type") == about.type:
                return path
            inner = list(part.items())
        elif isinstance(part, list):
            inner = list(enumerate(part))
        waiting += [(item, (*path, key)) for key, item in reversed(inner)]
    return None
