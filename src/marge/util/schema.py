"""Typed reading of outside data: a mapping becomes a msgspec Struct, or an `Invalid` that says where and why.

A field's type is a Python type or one of the words below (`Flag`, `Seconds`, `Strings`, …), which accept the spellings
that Home Assistant's users write. New words are made with `word`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from marge.util.dt import parse_duration
from marge.util.suggest import nearest

T = TypeVar("T")
Path = tuple[str | int, ...]


class Invalid(ValueError):
    """Data that its schema refuses. `path` leads to the place, `hint` is the nearest right name if there is one."""

    def __init__(self, message: str, path: Path = (), hint: str | None = None, name: str = "data") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.hint = hint
        self.name = name

    def __str__(self) -> str:
        """Home Assistant's form: `extra keys not allowed @ data['x']`."""
        where = "".join(f"[{part!r}]" for part in self.path)
        hint = f", did you mean '{self.hint}'?" if self.hint else ""
        return f"{self.message} @ {self.name}{where}{hint}" if where else f"{self.message}{hint}"


class _Word(type):
    """Marks a type that stands for a way of reading; msgspec asks `isinstance` of what the reader returned."""

    def __instancecheck__(cls, instance: object) -> bool:
        return True


_READERS: dict[type, Callable[[Any], Any]] = {}


def word(name: str, read: Callable[[Any], Any]) -> Any:
    """Make a field type called `name` that reads its value with `read`, which raises ValueError to refuse it."""
    kind = _Word(name, (), {})
    _READERS[kind] = read
    return kind


def made_by_read(kind: type[T]) -> type[T]:
    """Let `convert` make instances of a class with its method `read`, which raises ValueError to refuse a value."""
    _READERS[kind] = kind.read  # type: ignore[attr-defined]
    return kind


def _read(kind: type, value: Any) -> Any:
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError(f"expected {kind.__name__}")
    return reader(value)


def convert(data: Any, kind: type[T], *, name: str = "data") -> T:
    """Return `data` as a `kind`; raises Invalid with the path of the first mistake."""
    try:
        return msgspec.convert(data, kind, strict=False, dec_hook=_read, str_keys=True)
    except msgspec.ValidationError as error:
        explained = _explain(str(error), data, kind, name)
        if isinstance(inner := error.__cause__, Invalid):
            # A word read a part of the data with `convert` again: its path goes on where the outer one ends.
            raise Invalid(inner.message, (*explained.path, *inner.path), inner.hint, name) from None
        raise explained from None
    except (RecursionError, OverflowError) as error:
        raise Invalid(f"cannot be read: {error}", name=name) from None


_AT = re.compile(r" - at `(.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|(\[\.\.\.\])")
_UNKNOWN = re.compile(r"^Object contains unknown field `(.*)`$", re.DOTALL)
_A_FEW = 5
_NOT_ONE_OF = re.compile(r"^Invalid enum value (.*)$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(.*)`$", re.DOTALL)


def _explain(text: str, data: Any, kind: Any, name: str) -> Invalid:
    from marge.util.schema_places import keys_at, values_at  # only a mistake needs it

    where: Path = ()
    steps: list[str | None] = []
    if match := _AT.search(text):
        text = text[: match.start()]
        found = list(_STEP.finditer(match[1]))
        where = tuple(step[1] if step[1] is not None else int(step[2]) for step in found if not step[3])
        steps = [step[1] for step in found]
    if match := _UNKNOWN.match(text):
        return Invalid("extra keys not allowed", (*where, match[1]), nearest(match[1], keys_at(kind, steps)), name)
    if match := _MISSING.match(text):
        return Invalid("required key not provided", (*where, match[1]), name=name)
    if (match := _NOT_ONE_OF.match(text)) and (allowed := values_at(kind, steps)):
        # A few that are listed need no help: 'internal' would become 'external'.
        hint = nearest(match[1].strip("'"), allowed) if len(allowed) > _A_FEW else None
        return Invalid(f"value must be one of {allowed}, got {match[1]}", where, hint, name)
    text = text.replace("`", "")
    return Invalid(text[:1].lower() + text[1:], where, name=name)


def kind_of(value: Any) -> str:
    """What a value is, in the words of people who write YAML."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, (list, tuple, set)):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a date or time" if isinstance(value, (date, time)) else "something else"


def read_flag(value: Any) -> bool:
    """What `Flag` makes of a value: Home Assistant's booleans; raises ValueError for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        lowered = value.lower().strip()
        if lowered in ("1", "true", "yes", "on", "enable"):
            return True
        if lowered in ("0", "false", "no", "off", "disable"):
            return False
    elif isinstance(value, (int, float)):
        return value != 0
    raise ValueError(f"expected a boolean, got {value!r}")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(rendered := getattr(value, "rendered", None), str):
        # A template's list or mapping: the text that it was read from.
        return rendered
    if value is None or isinstance(value, (list, tuple, Mapping)):
        raise ValueError(f"expected text, got {kind_of(value)}")
    return str(value)


def _strings(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [_text(item) for item in value]
    return [] if value is None else [_text(value)]


def _anything_list(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return list(value)
    return [] if value is None else [value]


_ENTITY_ID = re.compile(r"^(?!_)[\da-z_]+(?<!_)\.(?!_)[\da-z_]+(?<!_)$")


def is_entity_id(value: str) -> bool:
    """Whether `value` is a valid `domain.object_id`: lower-case letters, digits, single underscores inside."""
    return _ENTITY_ID.match(value) is not None and "__" not in value


def _entity_id(value: Any) -> str:
    if isinstance(value, str):
        lowered = value.strip().lower()
        if is_entity_id(lowered):
            return lowered
    raise ValueError(f"expected an entity id (domain.object_id), got {value!r}")


def _entity_ids(value: Any) -> list[str]:
    if isinstance(value, str):
        value = [part for part in value.split(",") if part.strip()]
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"expected one or more entity ids, got {value!r}")
    return [_entity_id(item) for item in value]


def _ids(value: Any) -> list[str]:
    """Ids of a target: a list, one text, or texts with commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return _strings(value)


def _target_entities(value: Any) -> list[str]:
    """The entities of a target, by Home Assistant's rules.

    A text is `all`, `none` or entity ids; what a list holds is not checked, as in Home Assistant.
    """
    if isinstance(value, str):
        lowered = value.strip().lower()
        return [lowered] if lowered in ("all", "none") else [_entity_id(part) for part in value.split(",")]
    if value is not None and not isinstance(value, (list, tuple)):
        raise ValueError(f"expected one or more entity ids, got {value!r:.100}")
    return [each.strip().lower() for each in _strings(value)]


def _seconds(value: Any) -> float:
    return parse_duration(value).total_seconds()


def _positive_seconds(value: Any) -> float:
    seconds = _seconds(value)
    if seconds < 0:
        raise ValueError(f"expected a duration of zero or more, got {value!r}")
    return seconds


if TYPE_CHECKING:
    Flag = bool
    Text = str
    Strings = list[str]
    AnyList = list[Any]
    EntityId = str
    EntityIds = list[str]
    Ids = list[str]
    TargetEntities = list[str]
    Seconds = float
    PositiveSeconds = float
else:
    Flag = word("Flag", read_flag)
    Text = word("Text", _text)
    Strings = word("Strings", _strings)
    AnyList = word("AnyList", _anything_list)
    EntityId = word("EntityId", _entity_id)
    EntityIds = word("EntityIds", _entity_ids)
    Ids = word("Ids", _ids)
    TargetEntities = word("TargetEntities", _target_entities)
    Seconds = word("Seconds", _seconds)
    PositiveSeconds = word("PositiveSeconds", _positive_seconds)
