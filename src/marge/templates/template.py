"""A template: its text, compiled at the first render."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from marge.core.errors import TemplateError
from marge.templates.render_info import RenderInfo, Running, report_in
from marge.templates.results import is_template_string, parse_result
from marge.util.guard import GUARD, Interrupted

if TYPE_CHECKING:
    from marge.templates.engine import Compiled, TemplateEngine
    from marge.templates.preview import Outcome
    from marge.templates.render_info import LogFunction

PREVIEW_LIMIT: Final = 3.0
"""Seconds that a client's template may take in a copy of the hub."""

LOOP_LIMIT: Final = 0.2
"""Seconds that a client's template may take on the loop, where nothing else happens meanwhile."""

Variables = Mapping[str, Any]


class Template:
    """A text with Jinja in it, bound to an engine.

    `limited` refuses everything that reads states, registries or the time; `strict` makes an undefined variable an
    error. Two templates are equal when their text, engine and kind are.
    """

    __slots__ = ("_compiled", "engine", "is_static", "limited", "strict", "template")

    def __init__(self, template: str, engine: TemplateEngine, *, limited: bool = False, strict: bool = False) -> None:
        self.template = template.strip()
        self.engine = engine
        self.limited = limited
        self.strict = strict
        self.is_static = not is_template_string(template)
        self._compiled: Compiled | None = None

    def ensure_valid(self, limit: float | None = None) -> None:
        """Compile now; raises TemplateError when the text is no valid template or takes longer than `limit` s."""
        if not self.is_static and self._compiled is None:
            self._compiled = self.engine.compile(self.template, limited=self.limited, strict=self.strict, limit=limit)

    def render(
        self,
        variables: Variables | None = None,
        parse_result: bool = True,
        *,
        limit: float | None = None,
        log: LogFunction | None = None,
    ) -> Any:
        """Render and return a native value, or the text with `parse_result=False`.

        Raises TemplateError for a mistake, and for a render that takes longer than `limit` seconds (the engine's
        limit when None). `log` hears of undefined variables instead of the log.
        """
        if self.is_static:
            return _parse(self.template) if parse_result else self.template
        text = self._render(variables, None, limit, log)
        return _parse(text) if parse_result else text

    def render_to_info(
        self,
        variables: Variables | None = None,
        *,
        parse_result: bool = True,
        limit: float | None = None,
        log: LogFunction | None = None,
    ) -> RenderInfo:
        """Render and tell what the result depends on; never raises: a failure is `info.exception`."""
        info = RenderInfo()
        if self.is_static:
            info.is_static = True
            info.value = _parse(self.template) if parse_result else self.template
            info.settle()
            return info
        try:
            text = self._render(variables, info, limit, log)
            info.value = _parse_within(text, limit) if parse_result else text
        except TemplateError as error:
            info.exception = error
        info.settle()
        return info

    @property
    def is_quick(self) -> bool:
        """Whether compiling and rendering can only take a moment, so that it may happen on the loop untried."""
        return self.is_static or self.engine.is_quick(self.template)

    async def try_out(self, timeout: float | None = None, variables: Variables | None = None) -> Outcome:
        """Compile and render in a copy of the hub, which goes on meanwhile; `timeout` in seconds, 3 when None.

        Raises TemplateError when too many are being tried out, OperationFailed when the system has no room for it.
        """
        limit = PREVIEW_LIMIT if timeout is None else timeout
        return await self.engine.previews.run(lambda: self.attempt(limit, variables), limit)

    async def render_apart(self, variables: Variables | None = None) -> str:
        """The text that a client's template gives; one that may take long is rendered in a copy of the hub.

        Raises TemplateError as `render` does, OperationFailed when the system has no room for a copy.
        """
        if self.is_quick:
            try:
                text: str = self.render(variables, parse_result=False, limit=LOOP_LIMIT)
            except TemplateTimeout:
                # Longer than before, or than it looks: it has its full time, but never again on the loop.
                self.engine.took(self.template, LOOP_LIMIT)
            else:
                return text
        outcome = await self.try_out(None, variables)
        if outcome.error is None:
            self.engine.took(self.template, outcome.seconds)
        for level, message in outcome.reports:
            report_in(Running(self.template, "rendering", None, None), level, message)
        if outcome.error is not None:
            raise TemplateTimeout(outcome.error) if outcome.stopped else TemplateError(outcome.error)
        return outcome.text

    def attempt(self, limit: float, variables: Variables | None = None) -> Outcome:
        """Compile and render here, within `limit` seconds each; for a copy of the hub."""
        # Needed by previews alone.
        from marge.templates.preview import MAX_REPORTS, Outcome

        reports: list[tuple[int, str]] = []

        def log(level: int, message: str) -> None:
            if len(reports) < MAX_REPORTS:
                reports.append((level, message))

        try:
            if self.is_static:
                return Outcome(self.template)
            self.ensure_valid(limit)
            return Outcome(self._render(variables, None, limit, log), reports=tuple(reports))
        except TemplateError as error:
            return Outcome(error=str(error), stopped=isinstance(error, TemplateTimeout), reports=tuple(reports))

    def _render(
        self, variables: Variables | None, info: RenderInfo | None, limit: float | None, log: LogFunction | None
    ) -> str:
        if self._compiled is None:
            self.ensure_valid(limit)
        assert self._compiled is not None
        return self._compiled.render(variables, info, limit, log).strip()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Template)
            and self.template == other.template
            and self.engine is other.engine
            and self.limited == other.limited
            and self.strict == other.strict
        )

    def __hash__(self) -> int:
        return hash(self.template)

    def __repr__(self) -> str:
        return f"Template({self.template!r})"


class TemplateTimeout(TemplateError):
    """A render that was ended because it took too long or too much memory."""


_parse = parse_result

# What is shorter is parsed in some milliseconds.
_LONG: Final = 8192


def _parse_within(text: str, limit: float | None) -> Any:
    """The native value of a text; raises TemplateTimeout when that takes longer than `limit` seconds."""
    if limit is None or len(text) < _LONG:
        return _parse(text)
    outer: float | None = None
    try:
        outer = GUARD.enter(limit)
        try:
            return _parse(text)
        finally:
            GUARD.leave(outer)
    except Interrupted as error:
        GUARD.leave(outer)
        raise TemplateTimeout(f"The result was not taken apart: {error}") from None
    except SystemError as error:
        # The compiler's own check of its bookkeeping, after an interruption in the midst of building a syntax tree.
        raise TemplateTimeout(f"The result was not taken apart: it takes longer than {limit} seconds") from error
