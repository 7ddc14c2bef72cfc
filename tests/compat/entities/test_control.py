"""Replays what Home Assistant 2025.4 showed, asked of a platform and refused, domain by domain.

A case gives the attributes of an entity and what was recorded: without a service call the state and attributes that
were shown, with one the calls that reached the platform and the error.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from marge.core.errors import MargeError, ServiceValidationError
from marge.entities.index import load_domain
from marge.testing.house import House, recording
from marge.util import jsonx
from marge.util.schema import Invalid

RECORDINGS = {path.stem: json.loads(path.read_text()) for path in (Path(__file__).parent / "control").glob("*.json")}

# Home Assistant's method and parameters → our hook and its parameters, where they differ.
HOOKS = {
    "mute_volume": "volume_mute",
    "set_volume_level": "volume_set",
    "set_shuffle": "shuffle_set",
    "set_repeat": "repeat_set",
    "join_players": "join",
    "unjoin_player": "unjoin",
    "turn_away_mode_on": "set_away_mode",
    "turn_away_mode_off": "set_away_mode",
}
PARAMETERS = {"volume": "volume_level", "media_type": "media_content_type", "media_id": "media_content_id"}

# Hooks that do something by themselves when the platform does not override them.
INHERITED = {
    "climate": ("do_turn_on", "do_turn_off"),
    "media_player": ("do_volume_up", "do_volume_down", "do_media_play_pause"),
}


def expected_call(domain: str, name: str, arguments: dict[str, Any]) -> list[Any]:
    given = {PARAMETERS.get(key, key): value for key, value in arguments.items()}
    if domain == "light":
        given.pop("color_temp", None)  # the temperature in mired, beside the one in kelvin
    if name.startswith("turn_away_mode"):
        given["on"] = name.endswith("on")
    return ["do_" + HOOKS.get(name, name), given]


def actual_call(kind: type, name: str, *arguments: Any) -> list[Any]:
    given: dict[str, Any] = {}
    parameters = list(inspect.signature(getattr(kind, name)).parameters.values())[1:]
    for parameter, value in zip(parameters, arguments, strict=True):
        is_struct = parameter.annotation[0].isupper()
        given.update(value if is_struct else {parameter.name: value})
    return [name, {key: value for key, value in given.items() if value is not None}]


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value, order="deterministic"))


def close(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return one == pytest.approx(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(close, one, other))
    return bool(one == other)


async def replay(case: dict[str, Any]) -> None:
    domain, recorded = case["domain"], case["recorded"]
    house = House(unit_system="us_customary" if case.get("us") else "metric")
    kind = load_domain(domain).entity
    attributes = {
        key: frozenset(value) if key == "supported_color_modes" else value for key, value in case["attributes"].items()
    }
    assert all(hasattr(kind, key) for key in attributes), attributes
    entity = house.add(
        recording(kind, inherit=INHERITED.get(domain, ()), **attributes), options=case.get("options", {})
    )
    house.resolver.areas["hall"] = {entity.entity_id}
    if "service" not in case:
        state = house.state(entity.entity_id)
        assert state.state == recorded["state"], case
        shown = json.loads(jsonx.dumps(state.attributes))
        assert close(shown, recorded["attributes"]), (case, shown)
        return
    target = {"area_id": "hall"} if case.get("area") else {"entity_id": entity.entity_id}
    error: Exception | None = None
    try:
        await house.call(f"{domain}.{case['service']}", case.get("data"), **target)
    except (MargeError, Invalid) as raised:
        error = raised
    calls = plain([actual_call(kind, *call) for call in entity.calls])
    wanted = [expected_call(domain, *call) for call in recorded["calls"]]
    assert close(calls, wanted), (case, calls)
    check_error(case, error)


def check_error(case: dict[str, Any], error: Exception | None) -> None:
    recorded = case["recorded"].get("error")
    if recorded is None:
        assert error is None, (case, error)
    elif recorded["kind"] == "invalid":
        assert isinstance(error, Invalid), (case, error)
    elif recorded["kind"] == "validation":
        assert isinstance(error, ServiceValidationError), (case, error)
        assert error.translation_key == recorded["key"], case
        assert error.translation_domain == recorded["domain"], case
        assert str(error).rstrip(".") == recorded["text"].rstrip("."), case
    else:
        assert isinstance(error, (MargeError, Invalid)), (case, error)


@pytest.mark.parametrize("domain", sorted(RECORDINGS))
async def test_domain_does_what_home_assistant_does(domain: str) -> None:
    cases = RECORDINGS[domain]
    assert cases
    for case in cases:
        await replay(case)
