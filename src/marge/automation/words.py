"""What the fields of triggers, conditions and actions are made of: templates, values with templates in them, durations.

They are read without an engine and bound to one at their first render, so that loading a house compiles nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from marge.core.errors import TemplateError
from marge.templates import Template, TemplateEngine, is_template_string, render_complex
from marge.util.dt import parse_duration, parse_time
from marge.util.schema import is_entity_id, kind_of, read_flag, word

if TYPE_CHECKING:
    from marge.util.sun import SunEvent

Variables = Mapping[str, Any]


class TemplateText:
    """A template; static text counts as one that always gives itself."""

    __slots__ = ("_bound", "limited", "text")

    def __init__(self, text: str, *, limited: bool = False) -> None:
        self.text = text
        self.limited = limited
        self._bound: Template | None = None

    def bind(self, engine: TemplateEngine) -> Template:
        """The template on `engine`."""
        bound = self._bound
        if bound is None or bound.engine is not engine:
            bound = self._bound = engine.template(self.text, limited=self.limited)
        return bound

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TemplateText) and (other.text, other.limited) == (self.text, self.limited)

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"TemplateText({self.text!r})"


class Templated:
    """Any value, with templates anywhere in it."""

    __slots__ = ("_bound", "_engine", "fixed", "limited", "source")

    def __init__(self, source: Any, *, limited: bool = False) -> None:
        self.source = source
        self.limited = limited
        self.fixed = next(template_texts(source), None) is None
        self._bound: Any = None
        self._engine: TemplateEngine | None = None

    def render(self, engine: TemplateEngine, variables: Variables | None = None) -> Any:
        """The value with all templates rendered; raises TemplateError. A `fixed` value is always the same object."""
        if self.fixed:
            return self.source
        if self._engine is not engine:
            self._bound = _bind(engine, self.source, self.limited)
            self._engine = engine
        return render_complex(self._bound, variables)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Templated) and bool(other.source == self.source) and other.limited == self.limited

    __hash__ = None  # type: ignore[assignment]  # the value may be a mapping

    def __repr__(self) -> str:
        return f"Templated({self.source!r})"


def _bind(engine: TemplateEngine, value: Any, limited: bool) -> Any:
    if isinstance(value, str):
        return engine.template(value, limited=limited) if is_template_string(value) else value
    if isinstance(value, Mapping):
        return {_bind(engine, key, limited): _bind(engine, item, limited) for key, item in value.items()}
    if isinstance(value, list):
        return [_bind(engine, item, limited) for item in value]
    return value


def template_texts(value: Any) -> Iterator[str]:
    """Every text with a template anywhere in `value`."""
    if isinstance(value, str):
        if is_template_string(value):
            yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from template_texts(key)
            yield from template_texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from template_texts(item)


class Period:
    """A duration of zero or more, or a template of one."""

    __slots__ = ("fixed", "value")

    def __init__(self, source: Any) -> None:
        self.value = Templated(source)
        self.fixed: float | None = _positive(source) if self.value.fixed else None

    def seconds(self, engine: TemplateEngine, variables: Variables | None = None) -> float:
        """The length; raises TemplateError, also for a template that gives no duration."""
        if self.fixed is not None:
            return self.fixed
        rendered = self.value.render(engine, variables)
        try:
            return _positive(rendered)
        except ValueError as error:
            raise TemplateError(str(error)) from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Period) and other.value == self.value

    __hash__ = None  # type: ignore[assignment]  # see Templated

    def __repr__(self) -> str:
        return f"Period({self.value.source!r})"


def _positive(value: Any) -> float:
    seconds = parse_duration(value).total_seconds()
    if seconds < 0:
        raise ValueError(f"expected a duration of zero or more, got {value!r}")
    return seconds


class Switched:
    """`enabled:`, a boolean or a limited template of one."""

    __slots__ = ("value",)

    def __init__(self, value: bool | TemplateText) -> None:
        self.value = value

    def holds(self, engine: TemplateEngine, variables: Variables | None = None) -> bool:
        """Whether it is on; raises TemplateError."""
        if isinstance(self.value, TemplateText):
            return bool(self.value.bind(engine).render(variables))
        return self.value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Switched) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)


ON = Switched(True)


def _template_text(value: Any) -> TemplateText:
    return TemplateText(_plain(value))


def _limited_text(value: Any) -> TemplateText:
    return TemplateText(_plain(value), limited=True)


def _plain(value: Any) -> str:
    if value is None or isinstance(value, (list, Mapping)):
        raise ValueError(f"expected a template, got {kind_of(value)}")
    return str(value)


def _mapping(value: Any) -> Templated:
    if isinstance(value, Mapping):
        return Templated(value)
    raise ValueError(f"expected a mapping, got {kind_of(value)}")


def _limited_mapping(value: Any) -> Templated:
    return Templated(_mapping(value).source, limited=True)


def _data(value: Any) -> Templated:
    if isinstance(value, str) and is_template_string(value):
        return Templated(value)
    return Templated({}) if value is None else _mapping(value)


def _limited_texts(value: Any) -> list[TemplateText]:
    return [_limited_text(item) for item in (value if isinstance(value, list) else [value])]


def _enabled(value: Any) -> Switched:
    if isinstance(value, str) and is_template_string(value):
        return Switched(TemplateText(value, limited=True))
    return Switched(read_flag(value))


def time_of_day(value: Any) -> time:
    """A time of day as YAML gives it: text, or the seconds that YAML makes of an unquoted one; raises ValueError."""
    if isinstance(value, datetime):
        raise ValueError(f"expected a time of day such as '07:30', got {value!r}")
    if isinstance(value, time):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 86_400:
        # YAML 1.1 reads 7:30:00 as a number in base 60.
        return time(value // 3600, value // 60 % 60, value % 60)
    parsed = parse_time(value) if isinstance(value, str) else None
    if parsed is None:
        raise ValueError(f"expected a time of day such as '07:30', got {value!r}")
    return parsed


def _sun_event(value: Any) -> str:
    lowered = str(value).lower()
    if lowered not in ("sunrise", "sunset"):
        raise ValueError(f"expected 'sunrise' or 'sunset', got {value!r}")
    return lowered


_REGISTRY_ID = re.compile(r"[0-9a-f]{32}")


def read_entity_refs(value: Any) -> list[str]:
    """Entity ids and ids of the entity registry, as a list (it may be empty) or a text with commas.

    Raises ValueError.
    """
    listed = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if not isinstance(listed, list) or (not listed and isinstance(value, str)):
        raise ValueError(f"expected one or more entity ids, got {value!r}")
    return [_entity_ref(item) for item in listed]


def _entity_ref(value: Any) -> str:
    if isinstance(value, str):
        lowered = value.strip().lower()
        if is_entity_id(lowered) or _REGISTRY_ID.fullmatch(lowered):
            return lowered
    raise ValueError(f"expected an entity id (domain.object_id), got {value!r}")


def entity_of(value: Any, domains: tuple[str, ...]) -> str | None:
    """`value` when it is the id of an entity of one of `domains`."""
    if isinstance(value, str):
        lowered = value.strip().lower()
        if is_entity_id(lowered) and lowered.partition(".")[0] in domains:
            return lowered
    return None


if TYPE_CHECKING:
    TplText = TemplateText
    LimitedText = TemplateText
    LimitedTexts = list[TemplateText]
    AnyTemplated = Templated
    TemplatedMapping = Templated
    LimitedMapping = Templated
    ServiceData = Templated
    Duration = Period
    Enabled = Switched
    EntityRefs = list[str]
    SunEventName = SunEvent
else:
    TplText = word("TplText", _template_text)
    LimitedText = word("LimitedText", _limited_text)
    LimitedTexts = word("LimitedTexts", _limited_texts)
    AnyTemplated = word("AnyTemplated", Templated)
    TemplatedMapping = word("TemplatedMapping", _mapping)
    LimitedMapping = word("LimitedMapping", _limited_mapping)
    ServiceData = word("ServiceData", _data)
    Duration = word("Duration", Period)
    Enabled = word("Enabled", _enabled)
    EntityRefs = word("EntityRefs", read_entity_refs)
    SunEventName = word("SunEventName", _sun_event)
