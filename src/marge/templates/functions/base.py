"""What the families share: the shape of an export, the scope that bound functions get, missing defaults."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from marge.templates.bounds import text_of
from marge.templates.render_info import RUNNING, collecting

if TYPE_CHECKING:
    from marge.core.hub import Hub
    from marge.core.state import State
    from marge.templates.ports import Entity, RegistryLookup

NO_DEFAULT: Final[Any] = object()
"""Stands for a default that the template did not give."""

GLOBAL: Final = "g"
FILTER: Final = "f"
TEST: Final = "t"


class Export(NamedTuple):
    """One name of the template language.

    `kinds` says where it is known: any of GLOBAL, FILTER, TEST. A `bound` function gets the `Scope` first and is never
    worked out at compile time. What is not `limited` is refused in limited templates.
    """

    name: str
    value: Any
    kinds: str = GLOBAL + FILTER
    bound: bool = False
    limited: bool = True


Translate = Callable[["State", "Entity | None"], "str | None"]
"""The state in the hub's language, None when there is no translation."""


class Scope:
    """The house as templates see it."""

    __slots__ = ("hub", "random", "registries", "translate")

    def __init__(self, hub: Hub, registries: RegistryLookup, translate: Translate | None) -> None:
        self.hub = hub
        self.registries = registries
        self.translate = translate
        self.random = random.Random(hub.random_bits(64))  # noqa: S311  dice, not secrets

    @property
    def zone(self) -> tzinfo:
        """The time zone of the house."""
        return self.hub.config.zone

    def lookup(self) -> RegistryLookup:
        """The registries, noting that the template depends on them."""
        if (info := collecting()) is not None:
            info.registries = True
        return self.registries


def no_default(function: str, value: Any) -> NoReturn:
    """Raise the ValueError of a function that cannot use its input and was given no default."""
    running = RUNNING.get()
    raise ValueError(
        f"Template error: {function} got invalid input '{text_of(value)}' when {running.action} template "
        f"'{running.text}' but no default was specified"
    )
