"""SIGTERM and SIGINT end a hub that is busy in time, with nothing lost."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
from child_hub import ChildHub, until
from load import deaf_stream, deaf_websocket, follower, mqtt_flood

FILES = {
    "configuration.yaml": """
automation:
  - alias: Slow
    mode: parallel
    max: 50
    triggers:
      - trigger: event
        event_type: slow
    actions:
      - delay: "01:00:00"
  - alias: Waiting
    triggers:
      - trigger: event
        event_type: slow
    actions:
      - wait_template: "{{ is_state('sensor.flood_0', 'never') }}"
"""
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
async def test_a_busy_hub_ends_in_time_and_saves_everything(tmp_path: Path, number: signal.Signals) -> None:
    async with ChildHub(tmp_path, FILES).running() as child, AsyncExitStack() as stack:
        topics = [f"flood/{index}" for index in range(8)]
        async with child.mqtt() as device:
            for index, topic in enumerate(topics):
                await child.announce(device, "sensor", f"flood_{index}", name=f"Flood {index}", state_topic=topic)
        sent = await stack.enter_async_context(mqtt_flood(child, topics))
        for _ in range(10):
            assert (await child.post("/api/events/slow")).status == 200
        await child.becomes("automation.slow", "on", current=10)
        for make in (lambda: deaf_stream(child), lambda: deaf_websocket(child, {"type": "subscribe_events"})):
            stack.callback(make().close)
        await stack.enter_async_context(follower(child))
        before = sent[0]
        await until(lambda: sent[0] > before + 20_000)
        await child.post("/api/states/sensor.last_word", {"state": "said"})
        code, took = await child.end(number)
        assert code == 0
        assert took < 5.0
        with closing(sqlite3.connect(child.data / "marge.db")) as db:
            assert db.execute("SELECT state FROM states_last WHERE entity_id = 'sensor.last_word'").fetchone() == (
                "said",
            )
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert not (child.data / "runtime.json").exists()
        assert "was given up" not in child.log
        assert "lost" not in child.log
        child.assert_no_failures()


async def test_a_second_signal_does_not_cut_the_first_short(tmp_path: Path) -> None:
    async with ChildHub(tmp_path, FILES).running() as child:
        await child.post("/api/states/sensor.a", {"state": "1"})
        child.send(signal.SIGTERM)
        code, _ = await child.end(signal.SIGTERM)
        assert code == 0
        child.assert_no_failures()


async def test_a_hub_that_is_still_starting_can_be_stopped(tmp_path: Path) -> None:
    child = ChildHub(tmp_path, FILES)
    try:
        child.launch()
        await until(lambda: "Phase registries" in child.log)
        code, took = await child.end()
        assert code == 0
        assert took < 5.0
        child.assert_no_failures()
    finally:
        child.clear()


async def test_a_request_under_way_is_answered_before_the_end(tmp_path: Path) -> None:
    files = {
        "configuration.yaml": """
script:
  slow:
    sequence:
      - delay:
          milliseconds: 800
      - event: done
"""
    }
    async with ChildHub(tmp_path, files).running() as child:
        call = asyncio.create_task(child.post("/api/services/script/slow", {}))
        await child.becomes("script.slow", "on")
        code, _ = await child.end()
        answer = await asyncio.gather(call, return_exceptions=True)
        assert code == 0
        assert not isinstance(answer[0], BaseException), answer
        assert answer[0].status in (200, 503)
        child.assert_no_failures()
