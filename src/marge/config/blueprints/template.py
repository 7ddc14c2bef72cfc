"""Template entities from blueprints: one entity each, which gets its name and unique id from the item."""

from __future__ import annotations

from typing import Final

from marge.config.blueprints import USE
from marge.config.blueprints.blueprint import Blueprint
from marge.config.blueprints.errors import BlueprintError
from marge.config.blueprints.fill import Use, make_instance
from marge.config.blueprints.instance import Instance
from marge.config.nodes import NodeDict, place_of
from marge.util.suggest import nearest

_OWN: Final = ("name", "unique_id")
_ITEM_KEYS: Final = (USE, *_OWN)
_BLOCK: Final = frozenset({"triggers", "trigger", "conditions", "condition", "actions", "action", "variables"})


def template_instance(blueprint: Blueprint, item: NodeDict, use: Use) -> Instance:
    """A section of `template:` from a blueprint; raises BlueprintError."""
    for key in item:
        if key not in _ITEM_KEYS:
            said = f"Invalid blueprint inputs: extra keys not allowed @ data['{key}']"
            wrong = BlueprintError(said, item.place_of(key), hint=nearest(key, _ITEM_KEYS))
            wrong.message = f"unknown key '{key}' beside '{USE}'"
            raise wrong
    instance = make_instance(blueprint, item, use)
    kinds = [key for key in instance if key not in _BLOCK and key not in _OWN]
    if len(kinds) > 1:
        said = "Invalid blueprint: more than one platform defined per blueprint"
        remedy = f"{' and '.join(kinds)} need a blueprint each"
        raise BlueprintError(said, instance.place_of(kinds[1]), remedy=remedy)
    if not kinds:
        return instance
    moved = list(_OWN)
    if not any(key in instance for key in ("triggers", "trigger")):
        # Without triggers there is no block that could have variables: they are the entity's.
        moved.append("variables")
    entity = instance[kinds[0]]
    if not isinstance(entity, NodeDict):
        remedy = f"'{kinds[0]}' has to be one mapping"
        raise BlueprintError("Invalid blueprint: one entity is expected", instance.place_of(kinds[0]), remedy=remedy)
    own = NodeDict(*place_of(entity, instance.place))
    for key, value in entity.items():
        own.put(key, value, entity.place_of(key))
    for key in moved:
        if key in instance:
            own.put(key, instance.pop(key), instance.place_of(key))
            _moved(instance, key, kinds[0])
    instance.put(kinds[0], own, instance.place_of(kinds[0]))
    return instance


def _moved(instance: Instance, key: str, kind: str) -> None:
    for path in [path for path in instance.origins if path[0] == key]:
        instance.origins[(kind, *path)] = instance.origins.pop(path)
