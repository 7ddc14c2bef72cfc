"""Two hundred automations under 500 state changes a second leave no run, task, timer or memory behind.

A short form of `make soak`, which takes ten minutes (`SOAK_SECONDS`).
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
from pathlib import Path

from hub import House, hub

SECONDS = float(os.environ.get("SOAK_SECONDS", "9"))
CHANGES_A_SECOND = 500
SENSORS = 50
COPIES = 20
ROUNDS = 3
SETTLE = 2.0
"""Seconds after which everything that the automations wait for is over."""
MEGABYTE = 1024 * 1024

COUNT = "{action: counter.increment, target: {entity_id: counter.done}}"

# Each kind in COPIES automations, which a sensor FIRST starts; SECOND is another.
KINDS = {
    "single": "mode: single\n  actions: [{delay: 0.3}, COUNT]",
    "restart": "mode: restart\n  actions: [{delay: 0.1}, COUNT]",
    "queued": "mode: queued\n  max: 5\n  actions: [{delay: 0.02}, COUNT]",
    "parallel": "mode: parallel\n  max: 50\n  actions: [{parallel: [{delay: 0.2}, {delay: 0.1}]}, COUNT]",
    "waits": "mode: parallel\n  max: 20\n  actions:\n"
    "  - {wait_for_trigger: {trigger: state, entity_id: SECOND}, timeout: 1}\n  - COUNT",
    "template": "mode: restart\n  actions:\n"
    "  - {wait_template: \"{{ states('SECOND') == 'never' }}\", timeout: 0.5}\n  - COUNT",
    "repeat": "mode: queued\n  actions:\n"
    "  - repeat: {count: 3, sequence: [{choose: {conditions: '{{ true }}', sequence: [COUNT]}}]}",
    "script": "mode: parallel\n  actions: [{action: script.slow}]",
    "variables": "mode: single\n  variables: {a: '{{ trigger.to_state.state }}'}\n  actions: [COUNT]",
}
FOLLOWS = """- alias: follows FIRST
  triggers: {trigger: state, entity_id: FIRST, for: 0.05}
  actions: [COUNT]
"""
SCRIPTS = "slow: {mode: parallel, max: 200, sequence: [{delay: 0.2}, COUNT]}\n"


def files() -> dict[str, str]:
    """A house with the automations."""
    text = ""
    for number in range(COPIES):
        one = FOLLOWS
        for kind, body in KINDS.items():
            one += f"- alias: {kind} {number}\n  max_exceeded: silent\n"
            one += f"  triggers: {{trigger: state, entity_id: FIRST}}\n  {body}\n"
        text += one.replace("FIRST", f"sensor.s{number}").replace("SECOND", f"sensor.s{number + 7}")
    return {
        "configuration.yaml": "automation: !include automations.yaml\nscript: !include scripts.yaml\n"
        "counter: {done: }\nlogger: {default: error}\n",
        "automations.yaml": text.replace("COUNT", COUNT),
        "scripts.yaml": SCRIPTS.replace("COUNT", COUNT),
    }


async def changes(house: House, seconds: float) -> int:
    """Have state changes happen for some time, as evenly as the loop allows; how many there were."""
    began, done = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        while done < passed * CHANGES_A_SECOND:
            house.hub.states.set(f"sensor.s{done % SENSORS}", str(done))
            done += 1
        await asyncio.sleep(0.004)
    return done


def rss() -> int:
    """Memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def running(house: House) -> int:
    """Runs of all automations and scripts."""
    states = [*house.hub.states.all("automation"), *house.hub.states.all("script")]
    return sum(state.attributes["current"] for state in states)


def left(house: House) -> tuple[int, int, int]:
    """Tasks of the hub, tasks of the loop, and its timers."""
    gc.collect()
    timers = [handle for handle in asyncio.get_running_loop()._scheduled if not handle.cancelled()]  # type: ignore[attr-defined]
    return len(house.hub.tasks), len(asyncio.all_tasks()), len(timers)


def test_nothing_is_left_of_what_ran(tmp_path: Path) -> None:
    async def run() -> None:
        async with hub(tmp_path, files()) as house:
            assert len(house.hub.states.all("automation")) == COPIES * (len(KINDS) + 1) == 200
            await changes(house, 1.0)
            await asyncio.sleep(SETTLE)
            before, grown = left(house), []
            for _ in range(ROUNDS):
                memory = rss()
                await changes(house, SECONDS / ROUNDS)
                assert running(house) > 0
                await asyncio.sleep(SETTLE)
                grown.append(rss() - memory)
                assert running(house) == 0
                assert all(now <= then + 1 for now, then in zip(left(house), before, strict=True)), (
                    before,
                    left(house),
                )
            done = int(house.hub.states.get("counter.done").state)  # type: ignore[union-attr]
            assert done > SECONDS * CHANGES_A_SECOND
            # What leaks does so in every round; a longer queue leaves its room behind once.
            assert min(grown) < MEGABYTE, grown

    asyncio.run(run())
