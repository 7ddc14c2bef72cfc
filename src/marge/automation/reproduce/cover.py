"""Plans for covers and valves: position and tilt if the device has them, else open and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from marge.automation.reproduce import Call, Wanted, check_state
from marge.core.state import State

_OPEN: Final = ("open", "opening")
_CLOSED: Final = ("closed", "closing")


class _Axis(Struct, frozen=True):
    """One thing that moves: the services that move it, and the bits of `supported_features` that stand for them."""

    position: str
    open: str
    close: str
    set: str
    field: str
    can_open: int
    can_close: int
    can_set: int

    def to(self, position: int, features: int) -> Call | None:
        """The call that leads to a position; None when there is none."""
        if position == 0 and features & self.can_close:
            return self.close, {}
        if position == 100 and features & self.can_open:
            return self.open, {}
        return (self.set, {self.field: position}) if features & self.can_set else None


_COVER: Final = _Axis("current_position", "open_cover", "close_cover", "set_cover_position", "position", 1, 2, 4)
_TILT: Final = _Axis(
    "current_tilt_position",
    "open_cover_tilt",
    "close_cover_tilt",
    "set_cover_tilt_position",
    "tilt_position",
    16,
    32,
    128,
)
_VALVE: Final = _Axis("current_position", "open_valve", "close_valve", "set_valve_position", "position", 1, 2, 4)


def cover(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Covers."""
    return _move(wanted, current(), (_COVER, _TILT))


def valve(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Valves."""
    return _move(wanted, current(), (_VALVE,))


def _move(wanted: Wanted, state: State, axes: tuple[_Axis, ...]) -> Iterator[Call]:
    check_state(wanted, (*_OPEN, *_CLOSED))
    positions = [(state.attributes.get(axis.position), wanted.get(axis.position)) for axis in axes]
    if state.state == wanted.state and all(now == then for now, then in positions):
        return
    features = int(state.attributes.get("supported_features", 0))
    left: list[_Axis] = []
    for axis, (now, then) in zip(axes, positions, strict=True):
        call = None if then is None or now == then else axis.to(int(then), features)
        if call is None:
            left.append(axis)
        else:
            yield call
    for axis in left:
        call = axis.to(100 if wanted.state in _OPEN else 0, features)
        if call is not None:
            yield call
