"""`kill -9` in the middle of everything, again and again: the hub comes back whole each time."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from child_hub import ChildHub, until
from load import mqtt_flood

FILES = {
    "configuration.yaml": """
counter:
  kills: {}
automation:
  - alias: Echo
    mode: parallel
    max: 100
    triggers:
      - trigger: state
        entity_id: sensor.n0
    actions:
      - delay:
          milliseconds: 5
      - event: echo
"""
}


async def test_a_hub_killed_under_load_comes_back_whole(tmp_path: Path) -> None:
    async with ChildHub(tmp_path, FILES).running() as child:
        await child.onboard()
        for run in range(1, 4):
            async with child.mqtt() as device:
                for number in range(run * 20):
                    await child.announce(device, "sensor", f"n{number}", name=f"N{number}", state_topic=f"n/{number}")
            topics = [f"n/{number}" for number in range(run * 20)]
            async with mqtt_flood(child, topics, rate=5000) as sent:
                # Durable once it is answered, whatever happens a moment later.
                async with child.ws() as ws:
                    await ws.call("config/area_registry/create", name=f"Area {run}")
                await child.call("counter.increment", entity_id="counter.kills")
                await until(lambda sent=sent: sent[0] > 8000)
                await child.kill()
            with closing(sqlite3.connect(child.data / "marge.db")) as db:
                assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            await child.start()
            assert {f"Area {number}" for number in range(1, run + 1)} <= {
                area["name"] for area in await child.registry("area")
            }
            states = {state["entity_id"]: state for state in (await child.get("/api/states")).json}
            for number in range(run * 20):
                state = states[f"sensor.n{number}"]
                # Its device is silent: what is shown is a value it had in this run or the last.
                assert state["state"].isdigit(), state
            assert states["counter.kills"]["state"] == str(run)
            assert states["automation.echo"]["attributes"]["last_triggered"] is not None
        child.assert_no_failures()
        assert not list(child.data.glob("*.corrupt-*"))
        code, _ = await asyncio.wait_for(child.end(), 10)
        assert code == 0
