"""Derived entities are what Home Assistant made of the same sources at the same times; see ../README.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from helper_house import HelperHouse

from marge.core.context import Context
from marge.core.lifecycle import RunState
from marge.core.ports import EventRow, HistoryRow
from marge.core.services import Service, ServiceCall
from marge.core.state import State
from marge.testing import FakeClock

HERE = Path(__file__).parent
START = 1_740_830_400.0
ZONE = "Europe/Amsterdam"
PLACE = (52.37, 4.89)


class Recorded:
    """Implements `HistoryReader` with what a case says was recorded, in seconds from the start."""

    def __init__(self, rows: list[list[Any]], begin: float) -> None:
        self.rows = [
            HistoryRow(entity_id, str(state), json.dumps(more[0] if more else {}).encode(), begin + at, begin + at)
            for at, entity_id, state, *more in rows
        ]

    async def states(
        self,
        start: float,
        end: float,
        entity_ids: Sequence[str] | None,
        *,
        include_start_state: bool = True,
        attributes: bool = True,
        significant_changes_only: bool = False,
        minimal_response: bool = False,
        limit: int | None = None,
    ) -> dict[str, list[HistoryRow]]:
        found = {}
        for entity_id in entity_ids or ():
            rows = [row for row in self.rows if row.entity_id == entity_id]
            held = [row for row in rows if row.last_updated <= start][-1:] if include_start_state else []
            held = [msgspec.structs.replace(row, last_updated=start, last_changed=start) for row in held]
            found[entity_id] = [*held, *(row for row in rows if start < row.last_updated < end)][:limit]
        return found

    async def newest(self, entity_id: str, number: int | None, since: float) -> list[HistoryRow]:
        rows = [row for row in self.rows if row.entity_id == entity_id and row.last_updated > since]
        return rows if number is None else rows[-number:]

    async def events(
        self, start: float, end: float, event_types: Any = None, *, limit: int | None = None
    ) -> list[EventRow]:
        return []


def cases() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        recorded = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["cases"]
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert [case["name"] for case in written] == [case["name"] for case in recorded], f"record {path.stem} again"
        for case, answer in zip(written, recorded, strict=True):
            found.append(pytest.param(case, answer["expected"], id=f"{path.stem}: {case['name']}"))
    return found


def last_states(case: dict[str, Any], begin: float) -> dict[str, State]:
    at = begin - 60
    return {
        entity_id: State(entity_id, state, attributes, at, at, at, Context("01"))
        for entity_id, (state, attributes, _) in case.get("last", {}).items()
    }


@pytest.mark.parametrize(("case", "expected"), cases())
async def test_case(tmp_path: Path, case: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    if "country" in json.dumps(case["config"]):
        pytest.importorskip("holidays")
    begin = datetime.fromisoformat(case["start"]).timestamp() if "start" in case else START
    house = HelperHouse(
        tmp_path,
        yaml.safe_dump(case["config"], allow_unicode=True, sort_keys=False),
        clock=FakeClock(begin),
        last=last_states(case, begin),
        history=Recorded(case["history"], begin) if "history" in case else None,
        time_zone=ZONE,
        latitude=case.get("place", PLACE)[0],
        longitude=case.get("place", PLACE)[1],
    )
    for service in ("turn_on", "turn_off"):
        house.hub.services.register(Service("homeassistant", service, passing_on(house), takes_target=True))
    for entity_id, state, *attributes in case.get("before", ()):
        house.hub.states.set(entity_id, state, *attributes)
    house.hub.lifecycle.state = RunState.STARTING
    await house.helpers.settle()
    house.hub.lifecycle.state = RunState.RUNNING
    house.hub.bus.fire("homeassistant_start")
    await house.clock.advance_async(0)
    only = case.get("states_only", False)
    check(house, "at the start", expected[0], only)
    for number, step in enumerate(case["steps"], 1):
        for kind, value in step.items():
            if kind == "set":
                house.hub.states.set(value[0], str(value[1]), value[2] if len(value) > 2 else {})
            elif kind == "remove":
                house.hub.states.remove(value)
            elif kind == "wait" and case.get("coarse"):
                house.clock.advance(value)
            elif kind == "wait":
                await house.clock.advance_async(value)
            elif kind == "call":
                domain, _, service = value[0].partition(".")
                data = {key: item for key, item in value[1].items() if key != "entity_id"}
                target = {"entity_id": value[1]["entity_id"]} if "entity_id" in value[1] else None
                await house.hub.services.call(domain, service, data, target=target)
        await house.clock.advance_async(0)
        check(house, f"after step {number}, {step}", expected[number], only)
    house.stop()


def passing_on(house: HelperHouse) -> Any:
    """What `homeassistant.turn_on` and the like do of themselves."""

    async def call(call: ServiceCall) -> None:
        [entity_id] = call.target.entity_id
        await house.call(f"{entity_id.partition('.')[0]}.{call.service}", entity_id)

    return call


def check(house: HelperHouse, when: str, expected: dict[str, Any], states_only: bool) -> None:
    for entity_id, (state, attributes) in expected.items():
        shown = house.hub.states.get(entity_id)
        assert shown is not None, f"{when}: there is no {entity_id}"
        if states_only:  # the entity of a config entry, which has a device
            assert (entity_id, shown.state) == (entity_id, state), when
            continue
        as_json = json.loads(shown.json)["attributes"]
        for shown_attributes in (as_json, attributes):
            if "occurred_observation_entities" in shown_attributes:  # out of a set in Home Assistant
                shown_attributes["occurred_observation_entities"].sort()
        if "gradient" in as_json:  # numpy's fit is less exact than ours
            attributes = {**attributes, "gradient": pytest.approx(attributes["gradient"], rel=1e-6, abs=1e-9)}
        assert (entity_id, shown.state, as_json) == (entity_id, state, attributes), when
