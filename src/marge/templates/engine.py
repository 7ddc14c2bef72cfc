"""The engine: what the templates of one hub share. Jinja is loaded when the first of them is compiled."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from enum import Enum, auto
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from marge.core.errors import TemplateError
from marge.templates.bounds import MAX_OUTPUT
from marge.templates.custom import CustomTemplates, read_custom_templates
from marge.templates.dispatch import Dispatch
from marge.templates.functions.base import Scope, Translate
from marge.templates.functions.states import LiveTemplateState, TemplateState
from marge.templates.nobody import NoRegistries
from marge.templates.render_info import RUNNING, LogFunction, RenderInfo, Running
from marge.templates.template import Template, TemplateTimeout, Variables
from marge.util.guard import GUARD, Interrupted

if TYPE_CHECKING:
    from pathlib import Path

    import jinja2

    from marge.core.hub import Hub
    from marge.core.state import State
    from marge.templates.ports import RegistryLookup
    from marge.templates.preview import Previews
    from marge.templates.sandbox import BoundedEnvironment

RENDER_LIMIT: Final = 5.0
"""Seconds that a render may take."""

MAX_COMPILED: Final = 512
"""Compiled texts that are kept for templates yet to come; a template keeps its own."""

QUICK_TEXT: Final = 2000
"""Characters of a quick template: parsing it takes no time worth mentioning."""

INSTANT: Final = 0.05
"""Seconds of the processor, compiling included, below which a render holds nobody up."""

# An exception that is raised in another thread has no text.
_TOO_LONG: Final = "it ran too long"

MAX_MESSAGE: Final = 2000
"""Characters of an error that are kept."""

_Made = TypeVar("_Made")

_EMPTY: Final[dict[str, Any]] = {}


class Pace(Enum):
    """What is known of the time that a text takes."""

    UNTRIED = auto()
    QUICK = auto()
    SLOW = auto()


class TemplateEngine:
    """Makes templates for one hub.

    `registries` and `translate` may be set later, before the first render. `limit` is in seconds.
    """

    def __init__(
        self,
        hub: Hub,
        registries: RegistryLookup | None = None,
        *,
        translate: Translate | None = None,
        custom_templates: Path | None = None,
        limit: float = RENDER_LIMIT,
    ) -> None:
        self.hub = hub
        self.scope = Scope(hub, registries or NoRegistries(), translate)
        self.limit = limit
        self.dispatch = Dispatch(hub)
        self._custom = CustomTemplates()
        self._directory = custom_templates
        self._environments: dict[tuple[bool, bool], BoundedEnvironment] = {}
        self._compiled: OrderedDict[tuple[str, bool, bool], Compiled] = OrderedDict()
        self._pace: OrderedDict[str, Pace] = OrderedDict()
        self._previews: Previews | None = None

    def template(self, text: str, *, limited: bool = False, strict: bool = False) -> Template:
        """A template of `text`; nothing is compiled yet."""
        return Template(text, self, limited=limited, strict=strict)

    def this(self, entity_id: str) -> LiveTemplateState:
        """What `this` is in the templates of an entity: its state whenever it is read."""
        return LiveTemplateState(self.scope, entity_id)

    def view(self, state: State) -> TemplateState:
        """A state as a template sees it, for variables such as `trigger.to_state`; nothing depends on it."""
        return TemplateState(self.scope, state, False)

    def compile(
        self, text: str, *, limited: bool = False, strict: bool = False, limit: float | None = None
    ) -> Compiled:
        """Compile, or find what was compiled before; raises TemplateError.

        `limit` is in seconds, the engine's when None.
        """
        key = (text, limited, strict)
        if (found := self._compiled.get(key)) is not None:
            self._compiled.move_to_end(key)
            return found
        compiled = self._compile(
            text, self.environment(limited=limited, strict=strict), self.limit if limit is None else limit
        )
        self._compiled[key] = compiled
        if len(self._compiled) > MAX_COMPILED:
            self._compiled.popitem(last=False)
        return compiled

    def check(self, text: str) -> None:
        """Raise TemplateError for a text that does not compile; nothing is kept, as it may never be rendered."""
        text = text.strip()
        if (text, False, False) not in self._compiled:
            environment = self.environment()
            self._compiling(text, lambda: environment.compile(text, raw=True), self.limit)

    def is_quick(self, text: str) -> bool:
        """Whether a template of `text` can only take a moment, by its look (see `quick`) or by what it took before."""
        if len(text) > QUICK_TEXT:
            return False
        found = self._pace.get(text)
        if found is None:
            from marge.templates.quick import is_quick

            found = self._pace[text] = Pace.QUICK if is_quick(self.environment(), text) else Pace.UNTRIED
            if len(self._pace) > MAX_COMPILED:
                self._pace.popitem(last=False)
        return found is Pace.QUICK

    def took(self, text: str, seconds: float) -> None:
        """Note what a render of `text` took: one of an instant makes it quick, a long one never again."""
        if len(text) <= QUICK_TEXT and (pace := self._pace.get(text)) is not None and pace is not Pace.SLOW:
            self._pace[text] = Pace.QUICK if seconds < INSTANT else Pace.SLOW

    @property
    def previews(self) -> Previews:
        """The copies of the hub that templates are tried out in."""
        if self._previews is None:
            from marge.templates.preview import Previews

            self._previews = Previews()
        return self._previews

    def environment(self, *, limited: bool = False, strict: bool = False) -> BoundedEnvironment:
        """The environment for a kind of template; the first call loads jinja2."""
        environment = self._environments.get((limited, strict))
        if environment is None:
            from marge.templates.environment import make_environment

            environment = make_environment(self.scope, self._custom, limited=limited, strict=strict)
            self._environments[limited, strict] = environment
        return environment

    def _compile(self, text: str, environment: BoundedEnvironment, limit: float) -> Compiled:
        import jinja2

        def make() -> Compiled:
            code = environment.compile(text)
            return Compiled(text, jinja2.Template.from_code(environment, code, environment.globals, None), self.limit)

        return self._compiling(text, make, limit)

    def _compiling(self, text: str, make: Callable[[], _Made], limit: float) -> _Made:
        """What `make` gives, within `limit` seconds; raises TemplateError."""
        outer: float | None = None
        running = RUNNING.set(Running(text, "compiling", None, None))
        try:
            outer = GUARD.enter(limit)
            try:
                return make()
            finally:
                GUARD.leave(outer)
        except Interrupted as error:
            GUARD.leave(outer)
            raise TemplateTimeout(f"The template was not compiled: {str(error) or _TOO_LONG}") from None
        except Exception as error:
            raise TemplateError(describe(error)) from error
        finally:
            RUNNING.reset(running)

    def load_custom_templates(self) -> None:
        """Read `custom_templates` now; blocks on the disk."""
        if self._directory is not None:
            self._custom.replace(read_custom_templates(self._directory))

    async def reload_custom_templates(self) -> None:
        """Read `custom_templates` again, in a thread; templates import the new files from then on."""
        if self._directory is not None:
            self._custom.replace(await asyncio.to_thread(read_custom_templates, self._directory))

    def close(self) -> None:
        """End all tracking, and the timer of the render limit: before the process becomes another program."""
        self.dispatch.close()
        GUARD.disarm()


class Compiled:
    """A compiled text, ready to render."""

    __slots__ = ("_limit", "_template", "_text")

    def __init__(self, text: str, template: jinja2.Template, limit: float) -> None:
        self._text = text
        self._template = template
        self._limit = limit

    def render(
        self, variables: Variables | None, info: RenderInfo | None, limit: float | None, log: LogFunction | None
    ) -> str:
        """Render; see `Template.render`."""
        template = self._template
        outer: float | None = None
        running = RUNNING.set(Running(self._text, "rendering", info, log))
        try:
            outer = GUARD.enter(self._limit if limit is None else limit)
            try:
                context = template.new_context(_EMPTY if variables is None else dict(variables))
                return _joined(template.root_render_func(context))
            finally:
                GUARD.leave(outer)
        except Interrupted as error:
            GUARD.leave(outer)
            raise TemplateTimeout(f"The template was stopped: {str(error) or _TOO_LONG}") from None
        except Exception as error:
            raise TemplateError(describe(error)) from error
        finally:
            RUNNING.reset(running)


def _joined(pieces: Iterator[str]) -> str:
    """The output; a few pieces at a time, so that an endless one is noticed early."""
    texts: list[str] = []
    length = 0
    while batch := list(islice(pieces, 64)):
        chunk = "".join(batch)
        length += len(chunk)
        if length > MAX_OUTPUT:
            raise TemplateError(f"Template output exceeded maximum size of {MAX_OUTPUT} characters")
        texts.append(chunk)
    return texts[0] if len(texts) == 1 else "".join(texts)


def describe(error: BaseException) -> str:
    """One line about what went wrong, beginning with the kind of error as Home Assistant writes it."""
    try:
        text = " ".join(str(error)[:MAX_MESSAGE].split())
    except Exception:
        # What cannot even be printed, such as a list nested thousands deep.
        text = ""
    # Python 3.13 calls it so, and Home Assistant's messages do.
    kind = "PatternError" if isinstance(error, re.error) else type(error).__name__
    return f"{kind}: {text}" if text else kind
