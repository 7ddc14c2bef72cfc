"""Bringing entities into given states by calling services, as scenes do; one function per domain decides which."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.core.context import Context
from marge.core.errors import MargeError
from marge.core.state import State
from marge.util.schema import Invalid

if TYPE_CHECKING:
    from marge.automation.ports import House

_LOGGER = logging.getLogger("marge.automation")


class Wanted(Struct, frozen=True):
    """What an entity is to become; `transition` in seconds."""

    entity_id: str
    state: str
    attributes: Mapping[str, Any] = {}
    transition: float | None = None

    def get(self, name: str) -> Any:
        """An attribute, None when nothing is said of it."""
        return self.attributes.get(name)


class Unreachable(ValueError):
    """A state that the domain does not have."""


Call = tuple[str, dict[str, Any]]
"""A service of the domain and its data beside the entity."""

Plan = Callable[[Wanted, Callable[[], State]], Iterator[Call]]
"""Gives the calls that lead there, one by one; may look at the entity again after each. Raises Unreachable."""

# A domain's plan is imported when the first scene needs it: "module:name of its function".
PLANS: Final[Mapping[str, str]] = {
    "alarm_control_panel": "simple:alarm_control_panel",
    "automation": "simple:on_off",
    "climate": "climate:climate",
    "counter": "helpers:counter",
    "cover": "cover:cover",
    "fan": "fan:fan",
    "humidifier": "climate:humidifier",
    "input_boolean": "simple:on_off",
    "input_datetime": "helpers:input_datetime",
    "input_number": "simple:number",
    "input_select": "helpers:input_select",
    "input_text": "simple:text",
    "light": "light:light",
    "lock": "simple:lock",
    "media_player": "media_player:media_player",
    "number": "simple:number",
    "remote": "simple:on_off",
    "select": "simple:select",
    "siren": "simple:on_off",
    "switch": "simple:on_off",
    "text": "simple:text",
    "timer": "helpers:timer",
    "vacuum": "simple:vacuum",
    "valve": "cover:valve",
    "water_heater": "climate:water_heater",
}


async def reproduce(house: House, wanted: Iterable[Wanted], context: Context) -> None:
    """Bring entities into their states, all at once.

    What cannot be done for one is logged and stops no other; raises the first failure of a service in the end.
    """
    results = await asyncio.gather(*(_one(house, each, context) for each in wanted), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _one(house: House, wanted: Wanted, context: Context) -> None:
    states = house.hub.states
    entity_id = wanted.entity_id
    if entity_id.startswith("group."):
        await _group(house, wanted, context)
        return
    domain = entity_id.partition(".")[0]
    name = PLANS.get(domain)
    if name is None:
        _LOGGER.warning("The state of %s cannot be set by a scene: '%s' has no services for that", entity_id, domain)
        return
    if states.get(entity_id) is None:
        _LOGGER.warning("The state of %s cannot be set by a scene: there is no such entity", entity_id)
        return
    module, _, function = name.partition(":")
    plan: Plan = getattr(import_module(f"{__name__}.{module}"), function)

    def current() -> State:
        state = states.get(entity_id)
        if state is None:
            raise Unreachable("the entity is gone")
        return state

    try:
        for service, data in plan(wanted, current):
            await house.hub.services.call(domain, service, data, target={"entity_id": entity_id}, context=context)
    except Unreachable as error:
        _LOGGER.warning("The state of %s cannot be set by a scene: %s", entity_id, error)
    except (MargeError, Invalid) as error:
        _LOGGER.warning("%s could not be brought into the state of a scene: %s", entity_id, error)
        raise


async def _group(house: House, wanted: Wanted, context: Context) -> None:
    members = list(_members(house, wanted.entity_id, set()))
    if not members:
        _LOGGER.warning("The state of %s cannot be set by a scene: it has no members", wanted.entity_id)
    await reproduce(
        house, [Wanted(each, wanted.state, wanted.attributes, wanted.transition) for each in members], context
    )


def _members(house: House, entity_id: str, seen: set[str]) -> Iterator[str]:
    """The entities in a group and in the groups within it."""
    seen.add(entity_id)
    group = house.hub.states.get(entity_id)
    for each in () if group is None else group.attributes.get("entity_id") or ():
        if each in seen:
            continue
        if each.startswith("group."):
            yield from _members(house, each, seen)
        else:
            seen.add(each)
            yield each


def check_state(wanted: Wanted, states: Iterable[str]) -> None:
    """Raise Unreachable unless the wanted state is one of these."""
    if wanted.state not in states:
        raise Unreachable(f"'{wanted.state}' is no state that can be set")
