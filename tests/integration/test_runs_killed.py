"""`kill -9` while automations wait: what was under way goes on, once."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from child_hub import ChildHub, until

FILES = {
    "configuration.yaml": """
automation: !include automations.yaml
input_boolean:
  door:
""",
    "automations.yaml": """
- id: slow
  alias: Slow
  mode: parallel
  max: 100
  triggers: {trigger: event, event_type: go}
  actions:
    - if: "{{ true }}"
      then:
        - delay: "{{ trigger.event.data.seconds }}"
    - action: system_log.write
      data: {level: warning, message: "run {{ trigger.event.data.number }} has gone on."}
- id: waits
  alias: Waits
  triggers: {trigger: event, event_type: ask}
  actions:
    - wait_for_trigger: {trigger: state, entity_id: input_boolean.door, to: "on"}
      timeout: 60
    - if: "{{ wait.trigger is not none }}"
      then: {action: system_log.write, data: {level: warning, message: the door was opened.}}
- id: loop
  alias: Loop
  triggers: {trigger: event, event_type: loop}
  actions: {repeat: {count: 100, sequence: [{delay: 30}]}}
""",
}


async def go(hub: ChildHub, event: str = "go", number: int = 0, seconds: float = 0) -> None:
    assert (await hub.post(f"/api/events/{event}", {"number": number, "seconds": seconds})).status == 200


def gone_on(hub: ChildHub) -> Counter[int]:
    """How often each run has taken the step after its delay, over all lives of the hub."""
    return Counter(int(number) for number in re.findall(r"run (\d+) has gone on\.", hub.log))


def rows(hub: ChildHub) -> int:
    """How many runs the database knows."""
    with closing(sqlite3.connect(f"file:{hub.data / 'marge.db'}?mode=ro", uri=True)) as database:
        found = database.execute("SELECT count(*) FROM items WHERE collection = 'automation_runs'").fetchone()
    return int(found[0])


async def test_a_run_goes_on_once_after_a_kill(tmp_path: Path) -> None:
    async with ChildHub(tmp_path, FILES).running() as hub:
        await hub.onboard()
        await go(hub, number=1, seconds=4)
        await go(hub, number=2, seconds=3600)
        await go(hub, "ask")
        await go(hub, "loop")
        await until(lambda: rows(hub) == 4, what="the writing of the runs")
        await hub.kill()
        await hub.start()
        await hub.becomes("automation.slow", "on", current=2)
        await hub.becomes("automation.waits", "on", current=1)
        await hub.becomes("automation.loop", "on", current=0)
        await until(lambda: gone_on(hub), what="the first run")
        await hub.call("input_boolean.turn_on", entity_id="input_boolean.door")
        await until(lambda: "the door was opened." in hub.log, what="the third run")
        await until(lambda: rows(hub) == 1, what="the end of the runs")
        assert "Slow: a run goes on after the restart: its wait (step 1, then 1) ends in" in hub.log
        assert "Loop: a run that waited (step 1, repeat 1) when the hub stopped does not go on" in hub.log
        await hub.kill()
        await hub.start()
        await hub.becomes("automation.slow", "on", current=1)
        await asyncio.sleep(0.5)
        assert gone_on(hub) == {1: 1}
        hub.assert_no_failures()


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.1])
async def test_never_twice_wherever_the_hub_dies(tmp_path: Path, after: float) -> None:
    async with ChildHub(tmp_path, FILES).running() as hub:
        await hub.onboard()
        for number in range(20):
            await go(hub, number=number, seconds=2.5 + number / 100)
        await until(lambda: rows(hub) == 20, what="the writing of the runs")
        await until(lambda: gone_on(hub), what="the first run")
        # Some have gone on now, some are just about to.
        await asyncio.sleep(after)
        await hub.kill()
        before = gone_on(hub)
        await hub.start()
        await until(lambda: rows(hub) == 0, what="the end of all runs")
        await asyncio.sleep(0.3)
        total = gone_on(hub)
        assert set(total.values()) == {1}
        assert len(total) > len(before)
        assert len(total) >= 10
        hub.assert_no_failures()
