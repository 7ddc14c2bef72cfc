"""Every mistake of an item is told at once, and what follows from one of them is not told for another."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from marge.automation.all_mistakes import MAX_MISTAKES, all_mistakes
from marge.automation.settings import read_automation, read_script

EIGHT: dict[str, Any] = {
    "alias": "Eight",
    "mode": "singel",
    "maxx": 3,
    "triggers": [
        {"trigger": "state", "entity_id": "light.a", "form": "off", "too": "on"},
        {"trigger": "stat", "entity_id": "light.b"},
    ],
    "condtions": [{"conditon": "state", "entity_id": "light.a", "state": "on"}],
    "actions": [{"action": "light.turn_on", "taget": {"entity_id": "light.a"}}],
}


def told(item: Any, read: Any = read_automation) -> set[tuple[Any, ...]]:
    """The paths of the mistakes; each is told once, and the item stays as it was."""
    before = copy.deepcopy(item)
    found = [error.path for error in all_mistakes(item, read)]
    assert item == before
    assert len(found) == len(set(found)), found
    return set(found)


def test_eight_mistakes_are_eight() -> None:
    assert told(EIGHT) == {
        ("mode",),
        ("maxx",),
        ("triggers", 0, "form"),
        ("triggers", 0, "too"),
        ("triggers", 1, "trigger"),
        ("condtions",),
        ("condtions", 0, "conditon"),
        ("actions", 0, "taget"),
    }


def test_the_first_is_what_the_reader_says() -> None:
    from marge.util.schema import Invalid

    with pytest.raises(Invalid) as first:
        read_automation(EIGHT)
    assert str(all_mistakes(EIGHT, read_automation)[0]) == str(first.value)


def test_each_of_a_list_is_looked_at_and_keeps_its_place() -> None:
    item = {
        "trigger": [5, {"platform": "event"}, {"platform": "sun", "event": "sunset"}, {"platform": "sun", "evnt": "x"}],
        "action": [{"delay": "x"}, {"foo": 1}, {"delay": 1}, {"service": "a.b", "dat": {}}],
    }
    assert told(item) == {
        ("trigger", 0),
        ("trigger", 1, "event_type"),
        ("trigger", 3, "evnt"),
        ("action", 0, "delay"),
        ("action", 1, "foo"),
        ("action", 3, "dat"),
    }


def test_mistakes_inside_of_blocks_are_found() -> None:
    item = {
        "sequence": [
            {"choose": [{"conditions": [{"condition": "stat"}], "sequense": [{"dely": 3}, {"delay": "y"}]}]},
            {"if": [{"or": ["x", {"condition": "sun", "aftr": "sunset"}]}], "then": [{"wait_template": []}]},
        ]
    }
    assert told(item, read_script) == {
        ("sequence", 0, "choose", 0, "sequense"),
        ("sequence", 0, "choose", 0, "sequense", 0, "dely"),
        ("sequence", 0, "choose", 0, "sequense", 1, "delay"),
        ("sequence", 0, "choose", 0, "conditions", 0, "condition"),
        ("sequence", 0, "choose", 0, "conditions", 0, "entity_id"),
        ("sequence", 1, "if", 0, "or", 0),
        ("sequence", 1, "if", 0, "or", 1, "aftr"),
        ("sequence", 1, "then", 0, "wait_template"),
    }


@pytest.mark.parametrize(
    ("item", "paths"),
    [
        ({}, {("triggers",), ("actions",)}),
        ({"triggers": 5, "actions": "x"}, {("triggers",), ("actions",)}),
        ({"alias": [], "triggers": []}, {("alias",), ("actions",)}),
        ({"trigger": [], "triggers": [], "action": [], "max": "x"}, {("trigger",), ("max",)}),
        (5, {()}),
        ({"triggers": [], "actions": []}, set()),
    ],
)
def test_what_is_missing_or_of_another_kind_is_told_once(item: Any, paths: set[tuple[Any, ...]]) -> None:
    assert told(item) == paths


def test_nobody_reads_more_than_some() -> None:
    item = {"sequence": [{"delay": "x"}] * (MAX_MISTAKES * 2)}
    assert len(all_mistakes(item, read_script)) == MAX_MISTAKES
