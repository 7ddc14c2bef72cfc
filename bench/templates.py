"""Templates: value templates on the fast path and through Jinja, renders, tracking, and what the limits cost."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from marge.templates import Payload, TemplateEngine, TrackedTemplate, ValueTemplate, track_template_result
from marge.testing import make_hub
from marge.util.guard import GUARD


def measure(name: str, function: Callable[[], object], number: int = 20_000) -> float:
    """Print the median microseconds of a call, of five runs."""
    runs = []
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(number):
            function()
        runs.append((time.perf_counter() - started) / number * 1e6)
    median = statistics.median(runs)
    print(f"{name:<58}{median:8.2f} µs")
    return median


def guarded() -> None:
    """Nothing, under the guard."""
    GUARD.leave(GUARD.enter(5.0))


def main() -> None:
    """Print a table."""
    hub = make_hub(time_zone="Europe/Berlin")
    engine = TemplateEngine(hub)
    for number in range(200):
        hub.states.set(f"light.l{number}", "on" if number % 2 else "off", {"friendly_name": f"L {number}"})
    hub.states.set("sensor.a", "21.5", {"unit_of_measurement": "°C"})
    text = '{"battery": 97, "temperature": 21.53, "update": {"state": "idle"}, "linkquality": 120}'
    parsed = Payload(text)
    fast = ValueTemplate(engine, "{{ value_json.temperature }}", entity_id="sensor.a", name="A")
    filtered = ValueTemplate(engine, "{{ value_json.temperature | float(0) | round(1) }}")
    slow = ValueTemplate(engine, "{{ value_json.temperature * 2 }}", entity_id="sensor.a", name="A")
    measure("value template, fast path, JSON parsed before", lambda: fast.render(parsed))
    measure("value template, fast path, with two filters", lambda: filtered.render(parsed))
    measure("value template, fast path, with parsing the JSON", lambda: fast.render(text))
    measure("value template, Jinja", lambda: slow.render(parsed))
    plain = engine.template("{{ states('sensor.a') | float > 20 }}")
    measure("condition: {{ states('sensor.a') | float > 20 }}", plain.render)
    measure("the same, noting what it depends on", plain.render_to_info)
    loop = engine.template("{{ states.light | selectattr('state', 'eq', 'on') | list | count }}")
    measure("count of the lit among 200 lights", loop.render, 500)
    body = engine.template("{% for s in states.light %}{{ s.name ~ ': ' ~ s.state }}\n{% endfor %}")
    measure("list of 200 lights, names and states", body.render, 300)
    measure("the guard, entered and left", guarded)
    numbers = iter(range(10**9))
    measure(
        "compiling a template", lambda: engine.compile(f"{{{{ states('sensor.a{next(numbers)}') | float(0) }}}}"), 100
    )
    tracker = track_template_result(engine, [TrackedTemplate(plain)], lambda _event, _results: None)
    states = iter(range(10**9))
    measure("a state change that renders one tracked template", lambda: hub.states.set("sensor.a", str(next(states))))
    tracker.remove()
    engine.close()


if __name__ == "__main__":
    main()
