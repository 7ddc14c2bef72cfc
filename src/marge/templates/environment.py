"""The environment of the templates of one hub: the sandbox with all functions, filters and tests in it.

Imports jinja2; nothing imports this module before the first template is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn

import jinja2
from jinja2 import pass_context, pass_environment

from marge.core.errors import TemplateError
from marge.templates.custom import CustomTemplates
from marge.templates.functions import collections, numbers, places, registries, states, text, times
from marge.templates.functions.base import FILTER, GLOBAL, TEST, Export, Scope
from marge.templates.sandbox import BoundedEnvironment

FAMILIES: Final[tuple[tuple[Export, ...], ...]] = (
    numbers.EXPORTS,
    text.EXPORTS,
    times.EXPORTS,
    collections.EXPORTS,
    states.EXPORTS,
    registries.EXPORTS,
    places.EXPORTS,
)


class _Loader(jinja2.BaseLoader):
    """Finds the files of `custom_templates`; a reload makes every import read them again."""

    def __init__(self, custom: CustomTemplates) -> None:
        self._custom = custom

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """See jinja2."""
        custom = self._custom
        if (source := custom.sources.get(template)) is None:
            raise jinja2.TemplateNotFound(template)
        generation = custom.generation
        return source, template, lambda: generation == custom.generation


def make_environment(scope: Scope, custom: CustomTemplates, *, limited: bool, strict: bool) -> BoundedEnvironment:
    """Build an environment; `limited` refuses what reads states, registries or the time, `strict` undefined variables.

    Functions that read the house are never worked out at compile time.
    """
    environment = BoundedEnvironment(strict=strict)
    environment.loader = _Loader(custom)
    environment.globals["min"] = _of_arguments("min", environment.filters["min"])
    environment.globals["max"] = _of_arguments("max", environment.filters["max"])
    for family in FAMILIES:
        for export in family:
            _add(environment, scope, export, limited)
    if limited:
        for table in (environment.globals, environment.filters):
            table["states"] = _refused("states")
    else:
        everything = states.AllStates(scope)
        environment.globals["states"] = everything
        environment.filters["states"] = pass_context(lambda _context, *args, **kwargs: everything(*args, **kwargs))
    return environment


def _add(environment: BoundedEnvironment, scope: Scope, export: Export, limited: bool) -> None:
    name, value = export.name, export.value
    if limited and not export.limited:
        refused = _refused(name)
        in_globals, elsewhere = refused, refused
    elif export.bound:
        in_globals = _bound(value, scope)
        elsewhere = _volatile(value, scope)
    else:
        in_globals, elsewhere = value, value
    if GLOBAL in export.kinds:
        environment.globals[name] = in_globals
    if FILTER in export.kinds:
        environment.filters[name] = elsewhere
    if TEST in export.kinds:
        environment.tests[name] = elsewhere
        if limited and not export.limited:
            environment.filters[name] = elsewhere


def _bound(function: Callable[..., Any], scope: Scope) -> Callable[..., Any]:
    # Not functools.partial: its `args` are public, and the hub is in them.
    def bound(*args: Any, **kwargs: Any) -> Any:
        return function(scope, *args, **kwargs)

    return bound


def _volatile(function: Callable[..., Any], scope: Scope) -> Callable[..., Any]:
    @pass_context
    def bound(_context: Any, *args: Any, **kwargs: Any) -> Any:
        return function(scope, *args, **kwargs)

    return bound


def _refused(name: str) -> Callable[..., NoReturn]:
    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise TemplateError(f"Use of '{name}' is not supported in limited templates")

    return refuse


def _of_arguments(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The built-in filter as a function of one list or of several values."""

    @pass_environment
    def pick(environment: jinja2.Environment, *args: Any, **kwargs: Any) -> Any:
        if not args:
            raise TypeError(f"{name} expected at least 1 argument, got 0")
        if len(args) == 1:
            if not hasattr(args[0], "__iter__"):
                raise TypeError(f"'{type(args[0]).__name__}' object is not iterable")
            return function(environment, args[0], **kwargs)
        return function(environment, args, **kwargs)

    return pick
