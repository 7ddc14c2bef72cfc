"""The house's own configuration: name, place, units, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

from msgspec import UNSET, Meta, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.config.words import Country, CurrentCurrency, Language, Metres, TimeZone, Units
from marge.util.schema import Flag, Invalid, word


def _url(value: Any) -> str:
    if isinstance(value, str) and len(value) <= 1024:
        try:
            parts = urlsplit(value)
            port_is_right = parts.port is None or parts.port > 0
        except ValueError:
            port_is_right = False
        else:
            port_is_right = port_is_right and parts.scheme in ("http", "https") and bool(parts.hostname)
        if port_is_right:
            return value
    raise ValueError(f"invalid url, got {value!r}")


if TYPE_CHECKING:
    Url = str
else:
    Url = word("Url", _url)


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change; degrees and metres. Shown units always follow the unit system: `update_units` changes nothing."""

    country: Country | UnsetType | None = UNSET
    currency: CurrentCurrency | UnsetType = UNSET
    elevation: Metres | UnsetType = UNSET
    external_url: Url | UnsetType | None = UNSET
    internal_url: Url | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET
    latitude: Annotated[float, Meta(ge=-90, le=90)] | UnsetType = UNSET
    location_name: Annotated[str, Meta(min_length=1, max_length=255)] | UnsetType = UNSET
    longitude: Annotated[float, Meta(ge=-180, le=180)] | UnsetType = UNSET
    radius: Annotated[int, Meta(ge=1, le=1_000_000)] | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    unit_system: Units | UnsetType = UNSET
    update_units: Flag = False


async def update(message: Message) -> None:
    """Change the configuration of the house."""
    changes = given(message.data, "update_units")
    if "location_name" in changes:
        changes["name"] = changes.pop("location_name")
    try:
        await message.api.core_config.update(changes)
    except Invalid as error:
        raise WsError("invalid_info", str(error)) from error


def detect(message: Message) -> dict[str, Any]:
    """What could be found out about where the house is: nothing, for no service outside is asked."""
    return {}


COMMANDS: Final = (
    Command("config/core/update", update, Update, Access.ADMIN),
    Command("config/core/detect", detect, access=Access.ADMIN),
)
