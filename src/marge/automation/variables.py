"""The variables of a run, with Home Assistant's scopes, and `variables:` blocks.

A value is given to the variable where it was first defined; a new one belongs to the whole run. `repeat` belongs to
its loop, and `wait` to the branch of a `parallel` that waited.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from marge.automation.words import Templated

if TYPE_CHECKING:
    from marge.templates import TemplateEngine


class Scope:
    """One level of variables over its parents."""

    __slots__ = ("_branch", "_local", "_parent", "_written")

    def __init__(self, values: dict[str, Any] | None = None, parent: Scope | None = None, branch: bool = False) -> None:
        self._local: dict[str, Any] = {} if values is None else values
        self._parent = parent
        self._branch = branch
        self._written: dict[str, Any] | None = {} if branch else None
        """What a branch assigned to variables of the whole run."""

    def flat(self) -> dict[str, Any]:
        """All that can be seen from here; not to be changed."""
        if self._parent is None:
            return self._local
        above = self._parent.flat()
        return {**above, **self._local} if self._local else above

    def of_branch(self) -> Mapping[str, Any]:
        """All variables, or in a branch of a `parallel` those that it has written; not to be changed."""
        if self._written is not None:
            return {**self._written, **self._local}
        if self._parent is None:
            return self._local
        above = self._parent.of_branch()
        return {**above, **self._local} if self._local else above

    def inner(self) -> Scope:
        """A level for a loop."""
        return Scope(None, self)

    def branch(self) -> Scope:
        """A level for one branch of a `parallel`."""
        return Scope(None, self, True)

    def define(self, name: str, value: Any) -> None:
        """Give `name` a value on this level only."""
        self._local[name] = value

    def assign(self, name: str, value: Any) -> None:
        """Give `name` a value where it is defined, or for the whole run."""
        if self._parent is None:
            self._local[name] = value
        elif self._written is not None:
            self._local.pop(name, None)
            self._written[name] = value
            self._parent.assign(name, value)
        elif name in self._local:
            self._local[name] = value
        else:
            self._parent.assign(name, value)

    def assign_own(self, name: str, value: Any) -> None:
        """Like `assign`, but seen only in the branch of a `parallel` that this is part of."""
        if self._parent is None or self._branch or name in self._local:
            self._local[name] = value
        else:
            self._parent.assign_own(name, value)


class VariableBlock:
    """A `variables:` mapping: each value is rendered with those before it."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, Any], *, limited: bool = False) -> None:
        self.values = {str(name): Templated(value, limited=limited) for name, value in values.items()}

    def __bool__(self) -> bool:
        return bool(self.values)

    def under(self, engine: TemplateEngine, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given` with the variables that it lacks; raises TemplateError."""
        result = dict(given)
        for name, value in self.values.items():
            if name not in result:
                result[name] = value.render(engine, result)
        return result

    def over(self, engine: TemplateEngine, given: Mapping[str, Any]) -> dict[str, Any]:
        """The variables alone, rendered with `given`; raises TemplateError."""
        seen = dict(given)
        result: dict[str, Any] = {}
        for name, value in self.values.items():
            result[name] = seen[name] = value.render(engine, seen)
        return result
