"""Filling the gaps of a blueprint: each value keeps the place where it is written, be it blueprint or item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from marge.config.blueprints import USE
from marge.config.blueprints.blueprint import Blueprint, Filled, in_plural
from marge.config.blueprints.errors import BlueprintError
from marge.config.blueprints.instance import Instance, Origin
from marge.config.blueprints.words import BlueprintFile
from marge.config.locate import find_place, locate
from marge.config.nodes import Input, NodeDict, NodeList, Place, place_of
from marge.util.schema import Invalid, Path, convert


class Use(Struct, forbid_unknown_fields=True, frozen=True):
    """The block `use_blueprint`."""

    path: BlueprintFile
    input: dict[str, Any] = {}


def read_use(item: Mapping[str, Any]) -> Use:
    """The block `use_blueprint` of an item; raises BlueprintError."""
    try:
        return convert(item[USE], Use)
    except Invalid as error:
        path = (USE, *error.path)
        located = locate(Invalid(error.message, path, error.hint), item)
        said = f"Invalid blueprint inputs: {Invalid(error.message, path)}"
        wrong = BlueprintError(said, find_place(item, path), hint=located.hint)
        wrong.message = f"Invalid blueprint inputs: {located.message}"
        raise wrong from None


def make_instance(blueprint: Blueprint, item: NodeDict, use: Use) -> Instance:
    """Fill the gaps of a blueprint with the inputs of an item; the item's own keys win. Raises BlueprintError."""
    values = filled(blueprint, item, use)
    if blueprint.domain == "automation":
        try:
            item = in_plural(item)
        except Invalid as error:
            place = find_place(item, error.path)
            raise BlueprintError(f"Invalid blueprint inputs: {error.message}", place) from None
    given = {**item, USE: {"path": use.path, "input": dict(use.input)}}
    instance = Instance(item.place, blueprint.path, given)
    for key, value in blueprint.node.items():
        if key != "blueprint" and key not in item:
            _put(instance, instance, key, value, blueprint.node.place_of(key), values, (key,))
    for key, value in item.items():
        if key != USE:
            instance.put(key, value, item.place_of(key))
    return instance


def filled(blueprint: Blueprint, item: NodeDict, use: Use) -> dict[str, Filled]:
    """The value of every input; raises BlueprintError when some have none."""
    written = item[USE].get("input")
    at = place_of(written, item.place_of(USE))
    values = dict(blueprint.defaults)
    for name, value in use.input.items():
        place = written.place_of(name) if isinstance(written, NodeDict) else at
        values[name] = Filled(written[name] if isinstance(written, Mapping) else value, place)
    gaps = blueprint.gaps
    if missing := sorted(name for name in gaps if name not in values):
        from marge.util.suggest import nearest

        where = blueprint.place_of(gaps[missing[0]])
        unknown = [name for name in use.input if name not in gaps]
        hint = next((name for name in missing if nearest(name, unknown)), None)
        remedy = (
            f"the blueprint '{blueprint.name}' has no default for it ({where.file}:{where.line});"
            f" give it a value under '{USE}: input:'"
        )
        raise BlueprintError(f"Missing input {', '.join(missing)}", item.place_of(USE), remedy=remedy, hint=hint)
    return values


def _put(
    instance: Instance,
    target: NodeDict,
    key: Any,
    value: Any,
    place: Place,
    values: Mapping[str, Filled],
    path: Path,
) -> None:
    made = _made(instance, value, place, values, path)
    target.put(key, made.value, made.place)


def _made(instance: Instance, value: Any, place: Place, values: Mapping[str, Filled], path: Path) -> Filled:
    """A value of the blueprint with its gaps filled."""
    if isinstance(value, Input):
        instance.origins[path] = Origin(value.name, place)
        return values[value.name]
    if isinstance(value, NodeDict):
        mapping = NodeDict(value.file, value.line)
        for key, each in value.items():
            _put(instance, mapping, key, each, value.place_of(key), values, (*path, key))
        return Filled(mapping, place)
    if isinstance(value, NodeList):
        items = NodeList(value.file, value.line)
        for index, each in enumerate(value):
            made = _made(instance, each, value.place_of(index), values, (*path, index))
            items.add(made.value, made.place)
        return Filled(items, place)
    return Filled(value, place)
