"""Plan for fans: speed, preset, direction, oscillation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from marge.automation.reproduce import Call, Wanted, check_state
from marge.core.state import State

_SPEEDS: Final = {"percentage": "set_percentage", "preset_mode": "set_preset_mode"}
_OTHERS: Final = {"direction": "set_direction", "oscillating": "oscillate"}


def fan(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Fans; one that is off is turned on with its speed at once."""
    check_state(wanted, ("on", "off"))
    state = current()
    if wanted.state == "off":
        if state.state != "off":
            yield "turn_off", {}
        return
    speeds = {name: value for name in _SPEEDS if (value := wanted.get(name)) is not None}
    if state.state != "on":
        yield "turn_on", speeds
    else:
        for name, value in speeds.items():
            if value != state.attributes.get(name):
                yield _SPEEDS[name], {name: value}
    for name, service in _OTHERS.items():
        value = wanted.get(name)
        if value is not None and value != state.attributes.get(name):
            yield service, {name: value}
