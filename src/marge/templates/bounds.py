"""Bounds for what one operation of a template may build: texts, lists, numbers, before they are built.

The 5 s limit ends what takes long; these ends what is over in an instant and fills the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from random import random
from typing import Any, Final

from marge.core.errors import TemplateError

MAX_OUTPUT: Final = 256 * 1024
"""Characters that a template may render."""
MAX_TEXT: Final = 1024 * 1024
"""Characters of a text, or bytes, on the way there."""
MAX_ITEMS: Final = 100_000
"""Items of a list that an operation makes longer, and of a `range`."""
MAX_BITS: Final = 100_000
"""Bits of a whole number."""
MAX_NODES: Final = 500_000
"""Values inside a list or mapping, at all depths."""
MAX_DEPTH: Final = 1000
"""Lists or tuples within each other, in an attribute of a `namespace`."""
MAX_WIDTH: Final = 10_000
"""Characters that padding, indentation and number formats may fill."""

_SEQUENCES: Final = (list, tuple)
_TEXTS: Final = (str, bytes)
_CONTAINERS: Final = (list, tuple, dict, set, frozenset)
_PERCENT: Final = re.compile(r"%(?:\([^)]*\))?[-+ #]*0*\d*(?:\.\d*)?")
_DIGITS: Final = re.compile(r"\d+")


def check_text(length: int) -> None:
    """Raise TemplateError when a text of `length` would be too long."""
    if length > MAX_TEXT:
        raise TemplateError(f"a text of {length} characters would be made; at most {MAX_TEXT} are allowed")


def check_items(count: int) -> None:
    """Raise TemplateError when a list of `count` items would be too long."""
    if count > MAX_ITEMS:
        raise TemplateError(f"a list of {count} items would be made; at most {MAX_ITEMS} are allowed")


def check_width(width: Any) -> None:
    """Raise TemplateError for a padding or indentation that is too wide."""
    if isinstance(width, int) and width > MAX_WIDTH:
        raise TemplateError(f"a width of {width} is more than the {MAX_WIDTH} allowed")


def check_printable(value: Any) -> Any:
    """Return `value`; raise TemplateError when it is a container whose text would be too long.

    A list that holds the same list a thousand times is small in memory and huge on paper.
    """
    # Called for everything that a template prints.
    if value.__class__ is str or not isinstance(value, _CONTAINERS):
        return value
    left = MAX_TEXT
    stack: list[Any] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            left -= 4 * len(item)
            inner: Iterable[Any] = (*item.keys(), *item.values()) if left > 0 else ()
        elif isinstance(item, _CONTAINERS):
            left -= 2 * len(item)
            inner = item if left > 0 else ()
        else:
            left -= len(item) if isinstance(item, _TEXTS) else 1
            inner = ()
        if left < 0:
            raise TemplateError(f"a list or mapping would print as more than {MAX_TEXT} characters")
        stack.extend(inner)
    return value


def check_depth(value: Any) -> None:
    """Raise TemplateError when lists or tuples are nested deeper than `MAX_DEPTH`.

    Python's hash of a tuple in a tuple in a tuple … ends the process when that goes on for long. Long lists are looked
    into at random, so that appending to one in a loop stays cheap.
    """
    if not _sampled(len(value)):
        return
    level: list[Any] = [value]
    seen: set[int] = set()
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH or len(seen) > MAX_ITEMS:
            raise TemplateError(f"lists or tuples are nested more than {MAX_DEPTH} deep")
        below: list[Any] = []
        for item in level:
            for child in item.values() if isinstance(item, dict) else item:
                if isinstance(child, _CONTAINERS) and id(child) not in seen:
                    seen.add(id(child))
                    below.append(child)
        level = below


def _sampled(length: int) -> bool:
    """Whether to look into a list: always into a short one, so seldom into a long one that the effort is the same."""
    return length <= 16 or random() * length < 16  # noqa: S311  a sample, no secret


def check_literal(value: Any, times: int = 1) -> Any:
    """Return the list, tuple or mapping just made; raise TemplateError when what is in it, `times` over, is too much.

    A list that holds the same list twice, which holds the same list twice, … is compared, hashed and printed as if all
    were different, in one go that nothing interrupts.
    """
    for item in value.values() if value.__class__ is dict else value:
        if isinstance(item, _CONTAINERS):
            check_nodes(value, times)
            break
    return value


def check_nodes(value: Any, times: int = 1) -> None:
    """Raise TemplateError when `value`, `times` over, contains too much, counting what it contains twice twice."""
    left = MAX_NODES // max(1, times)
    stack = [value]
    while stack:
        item = stack.pop()
        left -= len(item)
        if left < 0:
            raise TemplateError(f"a list or mapping would contain more than {MAX_NODES} values")
        stack.extend(
            child for child in (item.values() if isinstance(item, dict) else item) if isinstance(child, _CONTAINERS)
        )


def text_of(value: Any) -> str:
    """`str(value)`, within bounds."""
    if type(value) is str:
        return value
    return str(check_printable(value))


def join_texts(values: tuple[Any, ...]) -> str:
    """What `~` does."""
    if len(values) <= 8:
        # Eight texts within bounds are no danger: look at the length afterwards.
        try:
            text = "".join(values)
        except TypeError:
            pass
        else:
            check_text(len(text))
            return text
    texts = [value if type(value) is str else text_of(value) for value in values]
    check_text(sum(map(len, texts)))
    return "".join(texts)


def add(left: Any, right: Any) -> Any:
    """`left + right`, within bounds."""
    kind = left.__class__
    if kind is int or kind is float:
        return left + right
    if kind is not list and isinstance(left, _TEXTS) and isinstance(right, _TEXTS):
        check_text(len(left) + len(right))
    elif isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES):
        length = len(left) + len(right)
        check_items(length)
        total: Any = left + right  # type: ignore[operator]  # Python refuses a list and a tuple itself
        if _sampled(length):
            check_literal(total)
        return total
    return left + right


def multiply(left: Any, right: Any) -> Any:
    """`left * right`, within bounds."""
    if left.__class__ is float:
        return left * right
    if isinstance(left, int):
        if isinstance(right, int):
            if left.bit_length() + right.bit_length() > MAX_BITS:
                raise TemplateError("a whole number would be made that has too many digits")
        else:
            _check_repeat(right, left)
    elif isinstance(right, int):
        _check_repeat(left, right)
    return left * right


def _check_repeat(value: Any, times: int) -> None:
    if isinstance(value, _TEXTS):
        check_text(len(value) * times)
    elif isinstance(value, _SEQUENCES):
        check_items(len(value) * times)
        check_literal(value, times)


def power(left: Any, right: Any) -> Any:
    """`left ** right`, within bounds."""
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > MAX_BITS:
        raise TemplateError("a whole number would be made that has too many digits")
    return left**right


def modulo(left: Any, right: Any) -> Any:
    """`left % right`, within bounds, which formats when `left` is a text."""
    if isinstance(left, _TEXTS):
        check_percent(left, right)
    return left % right


def check_percent(template: str | bytes, values: Any) -> None:
    """Raise TemplateError when `template % values` would be too long."""
    text = template if isinstance(template, str) else template.decode("latin-1")
    for match in _PERCENT.finditer(text):
        check_spec(match[0])
    items: Sequence[Any] = values if isinstance(values, tuple) else (values,)
    longest = 0
    for item in items:
        if isinstance(item, int) and "*" in text:
            check_width(item)
        if isinstance(item, _CONTAINERS):
            longest = max(longest, len(str(check_printable(item))))
        elif isinstance(item, _TEXTS):
            longest = max(longest, len(item))
    check_text(len(text) + text.count("%") * longest)


def check_spec(spec: str) -> None:
    """Raise TemplateError when a format names a width or precision that is too large."""
    for digits in _DIGITS.findall(spec):
        if len(digits) > 6 or int(digits) > MAX_WIDTH:
            raise TemplateError(f"a width of {digits[:20]} is more than the {MAX_WIDTH} allowed")


def _padding(owner: Any, args: tuple[Any, ...], _kwargs: dict[str, Any]) -> None:
    if args:
        check_width(args[0])


def _expandtabs(owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    size = args[0] if args else kwargs.get("tabsize", 8)
    check_width(size)
    if isinstance(size, int):
        check_text(len(owner) + owner.count("\t" if isinstance(owner, str) else b"\t") * size)


def _replace(owner: Any, args: tuple[Any, ...], _kwargs: dict[str, Any]) -> None:
    if isinstance(owner, _TEXTS) and len(args) > 1 and isinstance(args[1], type(owner)):
        check_replace(owner, args[0], args[1])


def check_replace(text: Any, old: Any, new: Any) -> None:
    """Raise TemplateError when replacing `old` by `new` makes `text` too long."""
    count = text.count(old) if isinstance(old, type(text)) else 0
    check_text(len(text) + count * max(0, len(new) - len(old)))


def _join(owner: Any, args: tuple[Any, ...], _kwargs: dict[str, Any]) -> None:
    if args and isinstance(args[0], (list, tuple, set, frozenset, dict)):
        lengths = [len(item) for item in args[0] if isinstance(item, _TEXTS)]
        check_text(sum(lengths) + len(owner) * len(lengths))


def _translate(owner: Any, args: tuple[Any, ...], _kwargs: dict[str, Any]) -> None:
    if args and isinstance(args[0], dict):
        longest = max((len(item) for item in args[0].values() if isinstance(item, str)), default=1)
        check_text(len(owner) * max(1, longest))


def _index(_owner: Any, args: tuple[Any, ...], _kwargs: dict[str, Any]) -> None:
    # The error names what was not found.
    for item in args:
        check_printable(item)


METHODS: Final = {
    "center": _padding,
    "ljust": _padding,
    "rjust": _padding,
    "zfill": _padding,
    "to_bytes": _padding,
    "expandtabs": _expandtabs,
    "replace": _replace,
    "index": _index,
    "join": _join,
    "translate": _translate,
}
"""Methods of built-in types that can make much of little, with the check that comes before the call."""
