"""A template: its text, compiled at the first render."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from marge.core.errors import TemplateError
from marge.templates.render_info import RenderInfo
from marge.templates.results import is_template_string, parse_result

if TYPE_CHECKING:
    from marge.templates.engine import Compiled, TemplateEngine
    from marge.templates.render_info import LogFunction

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

    def ensure_valid(self) -> None:
        """Compile now; raises TemplateError when the text is no valid template."""
        if not self.is_static and self._compiled is None:
            self._compiled = self.engine.compile(self.template, limited=self.limited, strict=self.strict)

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
            info.value = _parse(text) if parse_result else text
        except TemplateError as error:
            info.exception = error
        info.settle()
        return info

    async def will_time_out(self, timeout: float, variables: Variables | None = None) -> bool:
        """Whether a render takes longer than `timeout` seconds or too much memory; the hub goes on meanwhile.

        Other mistakes count as no time-out. Raises TemplateError when the template does not compile, OperationFailed
        when the system has no room for trying it out.
        """
        if self.is_static:
            return False
        self.ensure_valid()
        # Needed by previews alone.
        from marge.templates.preview import is_stopped

        return await is_stopped(lambda: self._is_stopped(timeout, variables), timeout)

    def _is_stopped(self, limit: float, variables: Variables | None) -> bool:
        try:
            self._render(variables, None, limit, None)
        except TemplateTimeout:
            return True
        except TemplateError:
            pass
        return False

    def _render(
        self, variables: Variables | None, info: RenderInfo | None, limit: float | None, log: LogFunction | None
    ) -> str:
        if self._compiled is None:
            self.ensure_valid()
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
