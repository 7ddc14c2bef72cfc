"""What Home Assistant answered, asked of a hub over real sockets; README.md says how it was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from compat.api_compare import failed, reduced
from compat.api_runner import Runner
from hub import READ_ONLY, USER, hub

HERE = Path(__file__).parent / "api"
CONFIG = """
homeassistant:
  name: Home
  latitude: 52.0
  longitude: 5.0
  elevation: 10
  unit_system: metric
  time_zone: Europe/Amsterdam
  currency: EUR
  country: NL
input_boolean:
  compat_kitchen:
    name: Kitchen
"""
NEEDS = {"07_editor": "automation", "18_automation": "automation", "19_helpers": "input_boolean"}
"""Files that ask for what a component gives."""
FILES = sorted(HERE.glob("*.json"))


def load(path: Path) -> list[dict[str, Any]]:
    exchanges: list[dict[str, Any]] = json.loads(path.read_text())["exchanges"]
    return exchanges


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_marge_answers_as_home_assistant_does(path: Path, tmp_path: Path) -> None:
    exchanges: list[dict[str, Any]] = load(path)
    problems: list[str] = []
    async with hub(tmp_path, {"configuration.yaml": CONFIG}) as house:
        if (needed := NEEDS.get(path.stem)) and needed not in house.hub.components:
            pytest.skip(f"{needed} is not loaded")
        tokens = {
            "owner": house.token,
            "user": await house.user("user", USER),
            "reader": await house.user("reader", READ_ONLY),
        }
        async with Runner(house.port, tokens) as runner:
            for number, step in enumerate(exchanges):
                label = f"{path.stem} {number}: {step.get('path') or step.get('command')}"
                try:
                    answer = await runner.run(step)
                except TimeoutError:
                    problems.append(f"{label}: no answer")
                    continue
                if "differs" in step or failed(step["response"]):
                    if failed(answer):
                        problems.append(f"{label} fails")
                    continue
                wanted, found = reduced(step, step["response"]), reduced(step, answer)
                if wanted != found:
                    problems.append(f"{label}:\n   HA    {wanted}\n   Marge {found}")
    assert not problems, "\n".join(problems)


def test_enough_is_recorded() -> None:
    exchanges = [step for path in FILES for step in load(path)]
    assert sum(step["transport"] == "http" for step in exchanges) >= 60
    assert sum(step["transport"] == "ws" for step in exchanges) >= 80
