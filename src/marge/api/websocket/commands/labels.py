"""Labels: list, create, change, delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.websocket.named import registry_commands
from marge.util.schema import word

COLORS: Final = (
    *("primary", "accent", "disabled", "red", "pink", "purple", "deep-purple", "indigo", "blue", "light-blue", "cyan"),
    *("teal", "green", "light-green", "lime", "yellow", "amber", "orange", "deep-orange", "brown", "light-grey"),
    *("grey", "dark-grey", "blue-grey", "black", "white"),
)
"""The names of colours that a theme has."""
_HEX: Final = re.compile(r"#[0-9A-Fa-f]{6}")


def _color(value: Any) -> str:
    if isinstance(value, str) and (value in COLORS or _HEX.fullmatch(value)):
        return value
    raise ValueError(f"expected a colour as #RRGGBB or one of {', '.join(COLORS)}, got {value!r:.100}")


def _icon(value: Any) -> str:
    if isinstance(value, str) and ":" in value:
        return value
    raise ValueError(f"expected an icon in the form prefix:name, got {value!r:.100}")


if TYPE_CHECKING:
    LabelColor = str
    LabelIcon = str
else:
    LabelColor = word("LabelColor", _color)
    LabelIcon = word("LabelIcon", _icon)


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new label."""

    name: str
    color: LabelColor | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    icon: LabelIcon | UnsetType | None = UNSET


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of a label."""

    label_id: str
    name: str | UnsetType = UNSET
    color: LabelColor | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    icon: LabelIcon | UnsetType | None = UNSET


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """The label to forget."""

    label_id: str


COMMANDS: Final = registry_commands("label", lambda api: api.registries.labels, Create, Update, Delete)
