"""Selectors: what each kind may be told, and the features by which entities are filtered."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from marge.config.blueprints.features import FEATURES, bits
from marge.config.blueprints.selectors import SELECTORS, read_selector
from marge.util.schema import Invalid

# Flags of domains that have no entities here.
ELSEWHERE = {"assist_satellite", "conversation"}
MODULES = {"climate": "climate_data", "light": "light_turn_on", "media_player": "media_player_data"}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"text": None}, {"text": {}}),
        ({"text": {}}, {"text": {"multiline": False, "multiple": False}}),
        ({"number": {"min": "1", "max": 2}}, {"number": {"min": 1.0, "max": 2.0, "step": 1, "mode": "slider"}}),
        ({"number": {"mode": "box", "step": "any"}}, {"number": {"mode": "box", "step": "any"}}),
        ({"entity": {"domain": "light"}}, {"entity": {"domain": ["light"], "multiple": False}}),
        (
            {"entity": {"filter": {"domain": ["light"], "supported_features": [["light.LightEntityFeature.EFFECT"]]}}},
            {"entity": {"filter": [{"domain": ["light"], "supported_features": [4]}], "multiple": False}},
        ),
        (
            {"target": {"device": {"entity": {"domain": "sensor"}}}},
            {"target": {"device": [{"entity": [{"domain": ["sensor"]}]}]}},
        ),
        (
            {"select": {"options": [{"label": "A", "value": "a"}]}},
            {
                "select": {
                    "options": [{"label": "A", "value": "a"}],
                    "multiple": False,
                    "custom_value": False,
                    "sort": False,
                }
            },
        ),
        ({"color_temp": {}}, {"color_temp": {"unit": "mired"}}),
        ({"constant": {"value": False}}, {"constant": {"value": False}}),
    ],
)
def test_selectors_are_read_with_their_defaults(given: Any, read: Any) -> None:
    assert read_selector(given) == read


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("text", "expected a mapping"),
        ({}, "exactly one kind"),
        ({"text": None, "time": None}, "exactly one kind, found text, time"),
        ({"txet": None}, "unknown selector 'txet'.*did you mean 'text'"),
        ({"text": {"multilin": True}}, r"\['text'\]\['multilin'\], did you mean 'multiline'"),
        ({"number": {"min": 3}}, "min and max are required in slider mode"),
        ({"number": {"min": 0, "max": 1, "step": 0}}, "at least 0.001"),
        ({"number": {"min": 0, "max": 1, "step": "nan"}}, "at least 0.001"),
        ({"select": {}}, "required key not provided"),
        ({"select": {"options": "a"}}, "expected a list of texts"),
        ({"select": {"options": ["a", {"label": "b", "value": "b"}]}}, "expected a list of texts"),
        ({"select": {"options": [{"label": "b"}]}}, "required key not provided"),
        ({"attribute": {"entity_id": "kitchen"}}, "expected an entity id"),
        ({"entity": {"domain": [1]}}, "expected text"),
        ({"entity": {"filter": [{"domain": "a"}, {"domian": "b"}]}}, r"\['filter'\]\[1\]\['domian'\]"),
        ({"entity": {"supported_features": "light.LightEntityFeature.EFFECT"}}, "expected a list of features"),
        ({"entity": {"supported_features": ["light.EFFECT"]}}, "expected <domain>.<enum>.<member>"),
        ({"entity": {"supported_features": ["light.LightEntityFeature.-"]}}, "nknown supported feature"),
        ({"entity": {"supported_features": ["light.FanEntityFeature.EFFECT"]}}, "nknown supported feature"),
        ({"file": {}}, "required key not provided"),
    ],
)
def test_mistakes_are_told_with_their_place(given: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_selector(given)


def test_a_bare_selector_is_taken_as_it_is() -> None:
    for kind in SELECTORS:
        assert read_selector({kind: None}) == {kind: {}}


@pytest.mark.parametrize("domain", sorted(FEATURES.keys() - ELSEWHERE))
def test_features_are_those_of_the_entities(domain: str) -> None:
    flags = import_module(f"marge.entities.{MODULES.get(domain, domain)}").Features
    prefix, names = FEATURES[domain]
    assert {name: bits([f"{domain}.{prefix}EntityFeature.{name}"]) for name in names.split() if name != "-"} == {
        flag.name: flag.value for flag in flags
    }
