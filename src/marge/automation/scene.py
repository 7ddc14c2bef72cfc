"""The entity of a scene from the configuration, or from `scene.create`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.reproduce import Wanted, reproduce
from marge.entities.scene import SceneEntity
from marge.util.schema import Invalid, Text, is_entity_id, kind_of, word

if TYPE_CHECKING:
    from marge.automation.ports import House

_ICON: Final = re.compile(r"[\w-]+:.+")


def read_states(value: Any) -> dict[str, Wanted]:
    """Entities and the states they are to take; raises Invalid."""
    if not isinstance(value, Mapping):
        raise Invalid(f"expected entities and their states, got {kind_of(value)}")
    states: dict[str, Wanted] = {}
    for key, info in value.items():
        entity_id = str(key).strip().lower()
        if not is_entity_id(entity_id):
            raise Invalid(f"expected an entity id (domain.object_id), got {key!r}", (str(key),))
        attributes: dict[str, Any] = {}
        state = info
        if isinstance(info, Mapping):
            attributes = {str(name): item for name, item in info.items() if name != "state"}
            state = info.get("state")
        if isinstance(state, bool):
            # YAML reads `on` and `off` without quotes as booleans.
            state = "on" if state else "off"
        if not isinstance(state, str):
            raise Invalid(f"expected a state as text, got {state!r}: put it in quotes", (str(key),))
        states[entity_id] = Wanted(entity_id, state, attributes)
    return states


def _icon(value: Any) -> str:
    if isinstance(value, str) and _ICON.match(value):
        return value
    raise ValueError(f"expected an icon such as 'mdi:home', got {value!r}")


if TYPE_CHECKING:
    States = dict[str, Wanted]
    Icon = str
else:
    States = word("States", read_states)
    Icon = word("Icon", _icon)


class SceneConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """One item of `scene:`."""

    name: Text
    entities: States
    id: Text | None = None
    icon: Icon | None = None
    metadata: Any = None
    """Kept by the user interface for itself."""


class HouseScene(SceneEntity):
    """A scene."""

    platform = "homeassistant"

    def __init__(self, house: House, config: SceneConfig, raw: Any, *, created: bool = False) -> None:
        self._house = house
        self.config = config
        self.raw_config = raw
        self.created = created
        """Whether it came from `scene.create`, and goes with the hub."""
        self.name = config.name
        self.unique_id = config.id
        self.icon = config.icon
        if created:
            self.entity_id = f"scene.{config.name}"

    def attributes(self) -> dict[str, Any]:
        """See `Entity.attributes`."""
        attributes: dict[str, Any] = {"entity_id": list(self.config.entities)}
        if self.unique_id is not None:
            attributes["id"] = self.unique_id
        return attributes

    async def do_activate(self, transition: float | None) -> None:
        """See `SceneEntity.do_activate`."""
        context = self._context or self.hub.new_context()
        await reproduce(
            self._house,
            [Wanted(each.entity_id, each.state, each.attributes, transition) for each in self.config.entities.values()],
            context,
        )
