"""What a render depended on, and which render is under way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from marge.core.errors import TemplateError

ALL_STATES_RATE_LIMIT: Final = 60.0
DOMAIN_STATES_RATE_LIMIT: Final = 1.0

_NO_NAMES: Final[set[str]] = set()

LogFunction = Callable[[int, str], None]
"""Takes the warnings and errors about undefined variables: level, text."""

_LOGGER = logging.getLogger("marge.templates")


class RenderInfo:
    """What one render read.

    `rate_limit` is the shortest time in seconds between two renders that changes of `domains` or of all states cause;
    an entity that was read by its id is never held back. `registries` is true when the render read an area, device,
    floor, label or integration.
    """

    __slots__ = (
        "all_states",
        "all_states_lifecycle",
        "domains",
        "domains_lifecycle",
        "entities",
        "exception",
        "has_time",
        "is_static",
        "registries",
        "value",
    )

    def __init__(self) -> None:
        self.all_states = False
        self.all_states_lifecycle = False
        self.domains: set[str] = set()
        self.domains_lifecycle: set[str] = set()
        self.entities: set[str] = set()
        self.has_time = False
        self.registries = False
        self.is_static = False
        self.exception: TemplateError | None = None
        self.value: Any = None

    def result(self) -> Any:
        """What came out; raises the TemplateError when the render failed."""
        if self.exception is not None:
            raise self.exception
        return self.value

    @property
    def rate_limit(self) -> float | None:
        """Seconds between two renders, None when nothing is held back."""
        if self.all_states or self.exception is not None:
            return ALL_STATES_RATE_LIMIT
        if self.domains or self.domains_lifecycle or self.registries:
            return DOMAIN_STATES_RATE_LIMIT
        return None

    def settle(self) -> None:
        """The render is over: share empty sets, for every tracked template has one of these."""
        if not self.entities:
            self.entities = _NO_NAMES
        if not self.domains:
            self.domains = _NO_NAMES
        if not self.domains_lifecycle:
            self.domains_lifecycle = _NO_NAMES

    def wants(self, entity_id: str, lifecycle: bool) -> bool:
        """Whether a change of `entity_id` calls for a new render; `lifecycle` when it appeared or disappeared."""
        if self.all_states or entity_id in self.entities:
            return True
        domain = entity_id.partition(".")[0]
        if domain in self.domains:
            return True
        return lifecycle and (self.all_states_lifecycle or domain in self.domains_lifecycle)


class Running:
    """The render under way: its text for messages, what it reads, who hears of undefined variables."""

    __slots__ = ("action", "info", "log", "text")

    def __init__(self, text: str, action: str, info: RenderInfo | None, log: LogFunction | None) -> None:
        self.text = text
        self.action = action
        self.info = info
        self.log = log


_NOTHING: Final = Running("", "rendering or compiling", None, None)

RUNNING: ContextVar[Running] = ContextVar("marge_template", default=_NOTHING)


def collecting() -> RenderInfo | None:
    """The info that the render under way fills, None when nobody asked for one."""
    return RUNNING.get().info


def report(level: int, message: str) -> None:
    """Tell of an undefined variable, naming the template."""
    report_in(RUNNING.get(), level, message)


def report_in(running: Running, level: int, message: str) -> None:
    """Tell of an undefined variable of that render."""
    if running.log is not None:
        running.log(level, message)
        return
    _LOGGER.log(
        level,
        "Template variable %s: %s when %s '%s'",
        logging.getLevelName(level).lower(),
        message,
        running.action,
        running.text,
        extra={"about": (message, running.text)},
    )
