"""Records what Home Assistant makes of the cases of derived/<kind>.yaml, on a clock moved by hand; see README.md.

Run it with a Python that has Home Assistant and freezegun; it needs no network and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import freezegun
import yaml

HERE = Path(__file__).parent / "derived"
START = 1_740_830_400.0  # 2025-03-01 12:00 UTC
ZONE = "Europe/Amsterdam"
PLACE = (52.37, 4.89)


class HeldLoop(asyncio.SelectorEventLoop):
    """A loop whose time stands still until it is moved."""

    held = 0.0

    def time(self) -> float:
        return self.held

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """Do it at once: a thread would not wait until the time is moved on."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class Time:
    """Moves the loop's timers and the clock on the wall together."""

    begin = now = START

    def __init__(self, loop: HeldLoop, frozen: Any) -> None:
        self.loop, self.frozen = loop, frozen
        self.coarse = False
        """Whether time passes in leaps: for what is polled for months."""
        self.late = 0.0
        """How late timers are, in seconds, for what would never end if they were exact."""

    async def advance(self, hass: Any, seconds: float) -> None:
        from homeassistant.helpers.entity_component import async_update_entity

        target = round(self.now + seconds, 6)
        while not self.coarse:
            due = [handle.when() for handle in self.loop._scheduled if not handle.cancelled()]
            # Home Assistant asks for its timers in seconds of the loop, which begins at 0 with the case.
            ahead = [when for when in due if self.begin + when <= target + 0.02]
            if not ahead:
                break
            now = max(self.now, min(target, self.begin + min(ahead)))
            self.move(now + self.late, min(ahead))
            await settle(hass)
        self.move(target)
        await settle(hass)
        if self.coarse:
            for entity_id in hass.states.async_entity_ids():
                await async_update_entity(hass, entity_id)
            await settle(hass)

    def move(self, now: float, timers: float = 0.0) -> None:
        Time.now = now
        self.loop.held = max(now - self.begin, timers)
        self.frozen.move_to(datetime.fromtimestamp(now, UTC))


async def settle(hass: Any) -> None:
    for _ in range(30):
        await asyncio.sleep(0)
    await hass.async_block_till_done()


def patch_history(states: list[Any]) -> None:
    """Let what looks back find the states that a case says were recorded."""
    from homeassistant.components.recorder import history
    from homeassistant.core import State

    def made(entity_id: str, start: float, end: float) -> tuple[list[Any], list[Any]]:
        rows = [
            State(
                entity_id,
                state,
                attributes[0] if attributes else {},
                last_changed=datetime.fromtimestamp(Time.begin + at, UTC),
                last_updated=datetime.fromtimestamp(Time.begin + at, UTC),
                last_reported=datetime.fromtimestamp(Time.begin + at, UTC),
            )
            for at, name, state, *attributes in states
            if name == entity_id
        ]
        held = [row for row in rows if row.last_updated.timestamp() <= start][-1:]
        within = [row for row in rows if start < row.last_updated.timestamp() < end]
        return held, within

    def during(
        hass: Any,
        start: Any,
        end: Any = None,
        entity_id: str | None = None,
        no_attributes: bool = False,
        descending: bool = False,
        limit: int | None = None,
        include_start_time_state: bool = True,
    ) -> Any:
        held, within = made(entity_id, start.timestamp(), end.timestamp() if end else 1e12)
        rows = [*(held if include_start_time_state else []), *within]
        rows = rows[::-1] if descending else rows
        return {entity_id: rows[:limit]} if rows else {}

    def last(hass: Any, number: int, entity_id: str) -> Any:
        held, within = made(entity_id, 0, 1e12)
        return {entity_id: (held + within)[-number:]}

    history.state_changes_during_period = during
    history.get_last_state_changes = last


async def play(case: dict[str, Any], moved: Time) -> list[dict[str, Any]]:
    """Play a case to a fresh Home Assistant; returns the states after each step."""
    from homeassistant import bootstrap, loader
    from homeassistant.config_entries import ConfigEntries, ConfigEntry
    from homeassistant.core import CoreState, HomeAssistant, callback
    from homeassistant.helpers import restore_state
    from homeassistant.setup import async_setup_component

    with tempfile.TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        loader.async_setup(hass)
        hass.config_entries = ConfigEntries(hass, {})
        await hass.config.async_set_time_zone(ZONE)
        hass.config.latitude, hass.config.longitude = case.get("place", PLACE)
        await bootstrap.async_load_base_functionality(hass)
        assert await async_setup_component(hass, "homeassistant", {})
        if "history" in case:
            hass.config.components.add("recorder")
            hass.data["recorder_instance"] = type(
                "Recorder", (), {"async_add_executor_job": staticmethod(hass.async_add_executor_job)}
            )()
            recorded_states = list(case["history"])
            patch_history(recorded_states)
        for entity_id, state, *attributes in case.get("before", ()):
            hass.states.async_set(entity_id, state, *attributes)
        before = set(hass.states.async_entity_ids())
        if "last" in case:
            data = restore_state.async_get(hass)
            data.last_states.update(
                {
                    entity_id: restore_state.StoredState.from_dict(
                        {
                            "state": {
                                "entity_id": entity_id,
                                "state": state,
                                "attributes": attributes,
                                "last_changed": datetime.fromtimestamp(Time.begin - 60, UTC).isoformat(),
                                "last_updated": datetime.fromtimestamp(Time.begin - 60, UTC).isoformat(),
                                "context": {"id": "01", "parent_id": None, "user_id": None},
                            },
                            "extra_data": extra,
                            "last_seen": datetime.fromtimestamp(Time.begin - 60, UTC).isoformat(),
                        }
                    )
                    for entity_id, (state, attributes, extra) in case["last"].items()
                }
            )
        for domain, config in case.get("asked", case["config"]).items():
            done = await async_setup_component(hass, domain, {domain: config})
            assert done, case["name"]
        for number, entry in enumerate(case.get("entries", ())):
            made = ConfigEntry(
                version=1,
                minor_version=entry.get("minor_version", 1),
                domain=entry["domain"],
                title=entry["title"],
                data=entry.get("data", {}),
                options=entry.get("options", {}),
                source="user",
                pref_disable_polling=True,
                entry_id=f"entry{number}",
                unique_id=None,
                discovery_keys={},
                subentries_data=(),
            )
            await hass.config_entries.async_add(made)
        await settle(hass)
        hass.bus.async_fire("homeassistant_start")
        await settle(hass)
        hass.set_state(CoreState.running)
        hass.bus.async_fire("homeassistant_started")
        await settle(hass)
        recorded = [shown(hass, before)]
        if "history" in case:

            @callback
            def record(event: Any) -> None:
                new, old = event.data["new_state"], event.data["old_state"]
                if new is not None and (old is None or old.state != new.state):
                    recorded_states.append((Time.now - Time.begin, new.entity_id, new.state, dict(new.attributes)))

            hass.bus.async_listen("state_changed", record)
        before |= {step["set"][0] for step in case["steps"] if "set" in step}
        for step in case["steps"]:
            for kind, value in step.items():
                if kind == "set":
                    hass.states.async_set(value[0], str(value[1]), value[2] if len(value) > 2 else {})
                elif kind == "remove":
                    hass.states.async_remove(value)
                elif kind == "wait":
                    await moved.advance(hass, value)
                elif kind == "call":
                    domain, _, service = value[0].partition(".")
                    await hass.services.async_call(domain, service, value[1], blocking=True)
            await settle(hass)
            recorded.append(shown(hass, before))
        await hass.async_stop(force=True)
    return recorded


def shown(hass: Any, without: set[str]) -> dict[str, Any]:
    """State and attributes of what is there besides the sources."""
    return {
        state.entity_id: [state.state, plain(dict(state.attributes))]
        for state in sorted(hass.states.async_all(), key=lambda each: each.entity_id)
        if state.entity_id not in without
    }


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def run(case: dict[str, Any]) -> list[dict[str, Any]]:
    from homeassistant.util import dt

    begin = datetime.fromisoformat(case["start"]).timestamp() if "start" in case else START
    Time.begin = Time.now = begin
    # Bound to the real clock and copied by those who import it; and threads are not held by freezegun.
    dt.utcnow = lambda: datetime.fromtimestamp(Time.now, UTC)
    # What is imported while the clock is held may take its classes for those of the real one.
    for name in ("bootstrap", "components.hassio", "components.recorder.history"):
        importlib.import_module(f"homeassistant.{name}")
    with freezegun.freeze_time(datetime.fromtimestamp(begin, UTC), real_asyncio=True) as frozen:
        loop = HeldLoop()
        asyncio.set_event_loop(loop)
        try:
            moved = Time(loop, frozen)
            moved.late = case.get("late", 0.0)
            moved.coarse = case.get("coarse", False)
            return loop.run_until_complete(play(case, moved))
        finally:
            asyncio.set_event_loop(None)


def main(kinds: list[str], load: Callable[[str], Any] = yaml.safe_load) -> None:
    for path in sorted(HERE.glob("*.yaml")):
        if kinds and path.stem not in kinds:
            continue
        recorded = []
        for case in load(path.read_text(encoding="utf-8")):
            recorded.append({"name": case["name"], "expected": run(case)})
            print(path.stem, case["name"])
        content = {"homeassistant": "2025.4.4", "cases": recorded}
        (HERE / f"{path.stem}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
