"""What a condition of several parts makes of a part that cannot be told: it matters only when nothing else decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from marge.automation.errors import ConditionFailed

T = TypeVar("T")


def any_is(parts: Iterable[T], test: Callable[[int, T], bool | None]) -> bool:
    """Whether `test` is true of one of the parts; it is called with the place of a part and the part.

    Raises ConditionFailed when it is true of none and cannot be told of one.
    """
    failed: list[str] = []
    for place, each in enumerate(parts):
        try:
            if test(place, each):
                return True
        except ConditionFailed as error:
            failed.append(str(error))
    if failed:
        raise ConditionFailed("; ".join(failed))
    return False
