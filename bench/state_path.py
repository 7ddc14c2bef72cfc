"""A state write up to its in-process listeners: everything that happens in a house passes here."""

from __future__ import annotations

import statistics
import time

from marge.core.events import Event
from marge.testing import make_hub


def microseconds(listeners: int) -> float:
    """Median microseconds of a state write that `listeners` listeners hear of."""
    hub = make_hub()
    heard = 0

    def listener(_event: Event) -> None:
        nonlocal heard
        heard += 1

    for _ in range(listeners):
        hub.bus.listen("state_changed", listener)
    states = [str(number) for number in range(1000)]
    attributes = {"friendly_name": "A sensor", "unit_of_measurement": "°C"}
    rounds = []
    for _ in range(7):
        started = time.perf_counter()
        for _ in range(20):
            for state in states:
                hub.states.set("sensor.a", state, attributes)
        rounds.append((time.perf_counter() - started) / 20_000 * 1e6)
    assert heard == listeners * 140_000
    return statistics.median(rounds)


def budget() -> dict[str, float]:
    """The rows of the table that this module measures."""
    return {"write": microseconds(1), "changes": 1e6 / microseconds(3)}


if __name__ == "__main__":
    print(budget())
