"""States: `states(...)`, `states.domain.object_id`, state objects, and the questions asked about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NoReturn

from marge.core.context import Context
from marge.core.errors import TemplateError
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.templates.functions.base import FILTER, GLOBAL, NO_DEFAULT, TEST, Export, Scope
from marge.templates.render_info import collecting
from marge.util.dt import from_timestamp
from marge.util.schema import is_entity_id

_DOMAIN: Final = re.compile(r"(?!.*__)(?!_)[a-z0-9_]+(?<!_)\Z")
# Jinja looks for these on everything that is called or printed.
_JINJA_NAMES: Final = frozenset({"contextfunction", "evalcontextfunction", "environmentfunction", "jinja_pass_arg"})


def _read_only(self: object, *_: Any) -> NoReturn:
    raise TemplateError("states cannot be changed by a template")


class TemplateState:
    """One state as a template sees it; reading it makes the template depend on the entity."""

    __slots__ = ("_collect", "_scope", "_source")

    __setitem__ = _read_only
    __delitem__ = _read_only

    def __init__(self, scope: Scope, state: State, collect: bool = True) -> None:
        self._scope = scope
        self._source = state
        self._collect = collect

    def _read(self) -> State:
        if self._collect and (info := collecting()) is not None:
            info.entities.add(self._source.entity_id)
        return self._source

    @property
    def entity_id(self) -> str:
        """The id; asking for it makes nothing depend on the state."""
        return self._source.entity_id

    @property
    def state(self) -> str:
        """The state itself."""
        return self._read().state

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes."""
        return self._read().attributes

    @property
    def last_changed(self) -> datetime:
        """When the state last became another."""
        return from_timestamp(self._read().last_changed)

    @property
    def last_updated(self) -> datetime:
        """When the state or an attribute last became another."""
        return from_timestamp(self._read().last_updated)

    @property
    def last_reported(self) -> datetime:
        """When the state was last written."""
        return from_timestamp(self._read().last_reported)

    @property
    def last_changed_timestamp(self) -> float:
        """`last_changed` in Unix seconds."""
        return self._read().last_changed

    @property
    def last_updated_timestamp(self) -> float:
        """`last_updated` in Unix seconds."""
        return self._read().last_updated

    @property
    def last_reported_timestamp(self) -> float:
        """`last_reported` in Unix seconds."""
        return self._read().last_reported

    @property
    def context(self) -> Context:
        """Who or what caused the state."""
        return self._read().context

    @property
    def domain(self) -> str:
        """The part of the id before the dot."""
        return self._read().domain

    @property
    def object_id(self) -> str:
        """The part of the id after the dot."""
        return self._read().object_id

    @property
    def name(self) -> str:
        """The friendly name."""
        return self._read().name

    @property
    def state_with_unit(self) -> str:
        """The state, rounded for display, with its unit."""
        return self.format_state(True, True)

    def format_state(self, rounded: Any, with_unit: Any) -> str:
        """The state, rounded as sensors are shown and with the unit, as asked."""
        source = self._read()
        text = source.state
        if rounded and source.domain == "sensor":
            text = _rounded(self._scope, source)
        if with_unit and (unit := source.attributes.get("unit_of_measurement")):
            return f"{text} {unit}"
        return text

    def as_dict(self) -> dict[str, Any]:
        """The state as the REST API shows it."""
        return self._read().as_dict()

    def __getitem__(self, name: str) -> Any:
        if isinstance(name, str) and name[:1] != "_" and name != "format_state" and name in _ITEMS:
            return getattr(self, name)
        raise KeyError(name)

    def __eq__(self, other: object) -> bool:
        ours = self._read()
        return isinstance(other, TemplateState) and ours is other._read()

    def __hash__(self) -> int:
        return hash(self._source.entity_id)

    def __repr__(self) -> str:
        return f"<template TemplateState({_describe(self._scope, self._source)})>"


def state_of(view: TemplateState) -> State:
    """The state behind a view; asking for it makes nothing depend on the entity."""
    return view._source


_ITEMS: Final = frozenset(
    {
        "attributes",
        "context",
        "domain",
        "entity_id",
        "last_changed",
        "last_updated",
        "name",
        "object_id",
        "state",
        "state_with_unit",
    }
)


class LiveTemplateState(TemplateState):
    """The state that an entity has when it is read; `unknown` when it has none. This is what `this` is."""

    __slots__ = ("_entity_id",)

    def __init__(self, scope: Scope, entity_id: str, collect: bool = True) -> None:
        self._scope = scope
        self._entity_id = entity_id
        self._collect = collect

    @property
    def _source(self) -> State:  # type: ignore[override]  # looked up each time
        state = self._scope.hub.states.get(self._entity_id)
        if state is None:
            now = self._scope.hub.clock.now()
            state = State(self._entity_id, UNKNOWN, {}, now, now, now, Context(""))
        return state


def _rounded(scope: Scope, state: State) -> str:
    entry = scope.registries.entity(state.entity_id)
    if entry is None or (precision := entry.display_precision) is None:
        return state.state
    try:
        text = f"{float(state.state):.{max(0, min(precision, 100))}f}"
    except ValueError:
        return state.state
    # Minus nothing is nothing.
    return text[1:] if text[0] == "-" and not text.strip("-0.") else text


def _describe(scope: Scope, state: State) -> str:
    attributes = "; " + _show(state.attributes) if state.attributes else ""
    changed = datetime.fromtimestamp(state.last_changed, scope.zone).isoformat()
    return f"<state {state.entity_id}={state.state}{attributes} @ {changed}>"


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_show(item)}" for key, item in value.items())
    return value.isoformat() if isinstance(value, datetime) else str(value)


class DomainStates:
    """`states.light`: the states of one domain, by object id or all in turn."""

    __slots__ = ("_domain", "_scope")

    __setitem__ = _read_only
    __delitem__ = _read_only

    def __init__(self, scope: Scope, domain: str) -> None:
        self._scope = scope
        self._domain = domain

    def __getattr__(self, name: str) -> TemplateState | None:
        if name[:2] == "__" or name in _JINJA_NAMES:
            raise AttributeError(name)
        return find_valid(self._scope, f"{self._domain}.{name}")

    def __getitem__(self, name: str) -> TemplateState | None:
        return find_valid(self._scope, f"{self._domain}.{name}")

    def __iter__(self) -> Iterator[TemplateState]:
        if (info := collecting()) is not None:
            info.domains.add(self._domain)
        scope = self._scope
        return (TemplateState(scope, state, False) for state in scope.hub.states.all(self._domain))

    def __len__(self) -> int:
        if (info := collecting()) is not None:
            info.domains_lifecycle.add(self._domain)
        return self._scope.hub.states.count(self._domain)

    def __repr__(self) -> str:
        return f"<template DomainStates('{self._domain}')>"


class AllStates:
    """`states`: a function of an entity id, a mapping of domains, and all states in turn."""

    __slots__ = ("_scope",)

    __setitem__ = _read_only
    __delitem__ = _read_only

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def __getattr__(self, name: str) -> DomainStates | TemplateState | None:
        if name[:2] == "__" or name in _JINJA_NAMES:
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> DomainStates | TemplateState | None:
        if "." in name:
            return find_valid(self._scope, name)
        if not _DOMAIN.match(name):
            raise TemplateError(f"Invalid domain name '{name}'")
        return DomainStates(self._scope, name)

    def __iter__(self) -> Iterator[TemplateState]:
        if (info := collecting()) is not None:
            info.all_states = True
        scope = self._scope
        return (TemplateState(scope, state, False) for state in scope.hub.states.all())

    def __len__(self) -> int:
        if (info := collecting()) is not None:
            info.all_states_lifecycle = True
        return self._scope.hub.states.count()

    def __call__(self, entity_id: str, rounded: Any = NO_DEFAULT, with_unit: Any = False) -> str:
        state = find(self._scope, entity_id)
        if state is None:
            return UNKNOWN
        if rounded is NO_DEFAULT:
            rounded = with_unit
        return state.format_state(rounded, with_unit) if rounded or with_unit else state.state

    def __repr__(self) -> str:
        return "<template AllStates>"


def find(scope: Scope, entity_id: str) -> TemplateState | None:
    """The state of an entity; a missing one is noted as depended on, one that is there when it is read."""
    state = scope.hub.states.get(entity_id)
    if state is None:
        if (info := collecting()) is not None:
            info.entities.add(entity_id)
        return None
    return TemplateState(scope, state)


def find_valid(scope: Scope, entity_id: str) -> TemplateState | None:
    """Like `find`; raises TemplateError when the id is none."""
    view = find(scope, entity_id)
    if view is None and not is_entity_id(entity_id):
        raise TemplateError(f"Invalid entity ID '{entity_id}'")
    return view


def resolve(scope: Scope, value: Any) -> TemplateState | None:
    """The state that is meant by an id or a state object."""
    if isinstance(value, TemplateState):
        return value
    return find(scope, value) if isinstance(value, str) else None


def is_state(scope: Scope, entity_id: str, state: Any) -> bool:
    """Whether the state is this one, or one of a list."""
    view = find(scope, entity_id)
    return view is not None and (view.state == state or (isinstance(state, list) and view.state in state))


def state_attr(scope: Scope, entity_id: str, name: str) -> Any:
    """An attribute, or none."""
    view = find(scope, entity_id)
    return None if view is None else view.attributes.get(name)


def is_state_attr(scope: Scope, entity_id: str, name: str, value: Any) -> bool:
    """Whether an attribute is there and has this value."""
    view = find(scope, entity_id)
    if view is None:
        return False
    attribute = view.attributes.get(name, NO_DEFAULT)
    return attribute is not NO_DEFAULT and bool(attribute == value)


def has_value(scope: Scope, entity_id: str) -> bool:
    """Whether the entity is there and its state is neither unknown nor unavailable."""
    view = find(scope, entity_id)
    return view is not None and view.state not in (UNKNOWN, UNAVAILABLE)


def state_translated(scope: Scope, entity_id: str) -> str | None:
    """The state in the language of the house."""
    view = find_valid(scope, entity_id)
    if view is None:
        return UNKNOWN
    state = view._read()
    if state.state in (UNKNOWN, UNAVAILABLE) or scope.translate is None:
        return state.state
    return scope.translate(state, scope.registries.entity(entity_id)) or state.state


def expand(scope: Scope, *args: Any) -> list[TemplateState]:
    """State objects of entities, with groups replaced by their members and zones by the persons in them."""
    search: list[Any] = list(args)
    seen: set[str] = set()
    found: dict[str, TemplateState] = {}
    while search:
        item = search.pop()
        if isinstance(item, str):
            if (view := find(scope, item)) is None:
                continue
            entity_id = item
        elif isinstance(item, TemplateState):
            view, entity_id = item, item.entity_id
        elif isinstance(item, Iterable):
            # Not extend: an undefined variable is to be an error here.
            search += item
            continue
        else:
            continue
        domain = view.domain
        if entity_id in seen:
            continue
        seen.add(entity_id)
        if domain == "group" or scope.registries.source(entity_id) == "group":
            search.extend(view.attributes.get("entity_id") or ())
        elif domain == "zone":
            search.extend(view.attributes.get("persons") or ())
        else:
            if (info := collecting()) is not None:
                info.entities.add(entity_id)
            found[entity_id] = view
    return list(found.values())


EXPORTS = (
    Export("is_state", is_state, GLOBAL + TEST, bound=True, limited=False),
    Export("is_state_attr", is_state_attr, GLOBAL + TEST, bound=True, limited=False),
    Export("state_attr", state_attr, bound=True, limited=False),
    Export("has_value", has_value, GLOBAL + FILTER + TEST, bound=True, limited=False),
    Export("state_translated", state_translated, bound=True, limited=False),
    Export("expand", expand, bound=True, limited=False),
)
"""`states` itself, an object rather than a function, is added by the environment."""
