"""Include and exclude: the six cases of Home Assistant's documentation."""

from __future__ import annotations

import pytest

from marge.recorder.filters import EntityFilter, Matcher
from marge.util.schema import convert


def make(include: dict[str, object] | None = None, exclude: dict[str, object] | None = None) -> EntityFilter:
    return EntityFilter(convert(include or {}, Matcher), convert(exclude or {}, Matcher))


CASES = [
    # Nothing configured.
    ({}, {}, {"light.a": True}),
    # Includes alone.
    (
        {"domains": "light", "entities": "switch.b", "entity_globs": "sensor.*_power"},
        {},
        {"light.a": True, "switch.b": True, "switch.c": False, "sensor.tv_power": True, "sensor.tv_power2": False},
    ),
    # Excludes alone.
    (
        {},
        {"domains": ["light"], "entities": ["switch.b"], "entity_globs": ["sensor.?_power"]},
        {"light.a": False, "switch.b": False, "switch.c": True, "sensor.a_power": False, "sensor.ab_power": True},
    ),
    # Domains or patterns included, with excludes: entity, then pattern, then domain.
    (
        {"domains": ["sensor"], "entity_globs": ["*.garden_*"], "entities": ["switch.x", "sensor.noise_named"]},
        {"domains": ["light"], "entity_globs": ["sensor.noise_*"], "entities": ["sensor.bad", "switch.garden_pump"]},
        {
            "sensor.good": True,
            "sensor.bad": False,
            "sensor.noise_1": False,
            "sensor.noise_named": True,
            "switch.x": True,
            "switch.y": False,
            "switch.garden_pump": False,
            "light.garden_lamp": True,
            "light.other": False,
            "sensor.garden_noise": True,
        },
    ),
    # Only entities included, domains or patterns excluded.
    (
        {"entities": ["light.kept"]},
        {"domains": ["light"], "entity_globs": ["*.secret_*"], "entities": ["switch.b"]},
        {"light.kept": True, "light.a": False, "switch.a": True, "switch.b": False, "switch.secret_c": False},
    ),
    # Only entities on both sides.
    (
        {"entities": ["light.kept"]},
        {"entities": ["switch.b"]},
        {"light.kept": True, "light.a": False, "switch.b": False, "switch.c": False},
    ),
]


@pytest.mark.parametrize(("include", "exclude", "expected"), CASES)
def test_precedence(include: dict[str, object], exclude: dict[str, object], expected: dict[str, bool]) -> None:
    wanted = make(include, exclude)
    assert {entity_id: wanted(entity_id) for entity_id in expected} == expected


def test_events_are_wanted_when_one_of_their_entities_is() -> None:
    wanted = make({}, {"domains": "light"})
    assert wanted.wants_event(None)
    assert wanted.wants_event("switch.a")
    assert not wanted.wants_event("light.a")
    assert wanted.wants_event(["light.a", "switch.a"])
    assert not wanted.wants_event(["light.a", 5])
    assert wanted.wants_event({"odd": 1})
