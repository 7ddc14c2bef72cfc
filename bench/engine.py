"""The automation engine inside a whole hub: from trigger to action, thousands of automations, a thousand templates."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marge.core.services import Service, ServiceCall

if TYPE_CHECKING:
    from marge.core.hub import Hub

CALLS = 5000
AUTOMATIONS = 5000
TEMPLATES = 1000
CHANGES = 20_000

PRESSED = """
- alias: Pressed
  triggers: {trigger: state, entity_id: binary_sensor.button}
  conditions: {condition: state, entity_id: binary_sensor.armed, state: 'off'}
  actions: {action: bench.answer, data: {state: '{{ trigger.to_state.state }}'}}
"""

ONE_OF_MANY = """
- id: 'many_{0}'
  alias: Many {0}
  triggers:
    - trigger: state
      entity_id: sensor.s{0}
      to: 'on'
      for: '00:05:00'
    - trigger: numeric_state
      entity_id: sensor.n{0}
      above: 20
  conditions:
    - condition: numeric_state
      entity_id: sensor.n{0}
      above: 10
  actions:
    - action: switch.turn_on
      target:
        entity_id: switch.s{0}
    - delay: '00:00:05'
    - choose:
        - conditions: "{{{{ is_state('sensor.s{0}', 'on') }}}}"
          sequence:
            - event: done
"""


def automations(count: int) -> dict[str, str]:
    """A configuration with the automation that is measured, and `count` others."""
    return {
        "configuration.yaml": "automation: !include automations.yaml\n",
        "automations.yaml": PRESSED + "".join(ONE_OF_MANY.format(number) for number in range(count)),
    }


def templates(count: int) -> dict[str, str]:
    """A configuration with `count` template sensors that follow one sensor."""
    one = "      - name: Double {0}\n        state: \"{{{{ states('sensor.one') | float(0) * 2 + {0} }}}}\"\n"
    text = "template:\n  - sensor:\n" + "".join(one.format(number) for number in range(count))
    return {"configuration.yaml": text}


async def to_action(hub: Hub) -> float:
    """Median µs from a state change to the call of the action."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[None]

    def answer(call: ServiceCall) -> None:
        answered.set_result(None)

    hub.services.register(Service("bench", "answer", answer))
    hub.states.set("binary_sensor.armed", "off")
    took = []
    for number in range(CALLS):
        answered = loop.create_future()
        started = time.perf_counter()
        hub.states.set("binary_sensor.button", str(number % 2))
        await answered
        took.append((time.perf_counter() - started) * 1e6)
        await asyncio.sleep(0)
    return statistics.median(took[CALLS // 10 :])


async def unrelated(hub: Hub) -> float:
    """µs of a state change that no automation watches."""
    runs = []
    for _ in range(5):
        started = time.perf_counter()
        for number in range(CHANGES):
            hub.states.set("sensor.unwatched", str(number))
        runs.append((time.perf_counter() - started) / CHANGES * 1e6)
        await asyncio.sleep(1.2)
    return statistics.median(runs)


async def followers(hub: Hub) -> float:
    """Median milliseconds from a change of the sensor until all template sensors have followed."""
    last = f"sensor.double_{TEMPLATES - 1}"
    took = []
    for number in range(20):
        started = time.perf_counter()
        hub.states.set("sensor.one", str(number))
        while (state := hub.states.get(last)) is None or state.state != str(float(number * 2 + TEMPLATES - 1)):
            await asyncio.sleep(0)
        took.append((time.perf_counter() - started) * 1e3)
        await asyncio.sleep(0.1)
    return statistics.median(took)


def in_hub(files: dict[str, str], *measures: Callable[[Hub], Any]) -> list[float]:
    """Seconds to start a hub with `files`, and what `measures` give in it."""
    sys.path[:0] = ["tests"]
    from hub import hub

    async def run(folder: Path) -> list[float]:
        began = time.perf_counter()
        async with hub(folder, files) as house:
            return [time.perf_counter() - began, *[await measure(house.hub) for measure in measures]]

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(run(Path(folder)))


def budget() -> dict[str, float]:
    """The rows of the table that this module measures."""
    alone, action, change = in_hub(automations(0), to_action, unrelated)
    full, beside, change_beside = in_hub(automations(AUTOMATIONS), to_action, unrelated)
    print(f"with {AUTOMATIONS} others: {beside:.0f} µs to the action, {change_beside:.2f} µs for a change")
    return {
        "automation_in_process": action,
        "automations_load": full - alone,
        "automations_unrelated": change_beside / change,
        "template_followers": in_hub(templates(TEMPLATES), followers)[1],
    }


if __name__ == "__main__":
    print(budget())
