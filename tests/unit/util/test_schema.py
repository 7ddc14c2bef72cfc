"""What the readers say of data that they refuse: in words, with what would be right."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from marge.util.schema import Invalid, Text, convert, kind_of
from marge.util.schema_places import keys_at, values_at


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Inner(Struct, forbid_unknown_fields=True):
    entity_id: Text = ""
    from_: Text = ""
    many: Literal["aa", "bb", "cc", "dd", "ee", "ffff"] = "aa"


class Outer(Struct, forbid_unknown_fields=True):
    event: Literal["sunrise", "sunset"] = "sunset"
    qos: Literal[0, 1, 2] = 0
    colour: Colour | None = None
    listed: list[Literal["a", "b"]] = []
    keyed: dict[str, Annotated[list[Inner], Meta(max_length=3)] | None] = {}
    pair: tuple[Inner, ...] = ()
    text: Text = ""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"event": "sunrize"}, "value must be one of ['sunrise', 'sunset'], got 'sunrize' @ data['event']"),
        ({"qos": 5}, "value must be one of [0, 1, 2], got 5 @ data['qos']"),
        ({"colour": "green"}, "value must be one of ['red', 'blue'], got 'green' @ data['colour']"),
        ({"listed": ["a", "c"]}, "value must be one of ['a', 'b'], got 'c' @ data['listed'][1]"),
        ({"pair": [{"entity": "x"}]}, "extra keys not allowed @ data['pair'][0]['entity'], did you mean 'entity_id'?"),
        ({"keyed": {"k": [{"entity": "x"}]}}, "extra keys not allowed @ data['keyed'][0]['entity'], did you mean"),
        ({"pair": [{"many": "fff"}]}, "got 'fff' @ data['pair'][0]['many'], did you mean 'ffff'?"),
        ({"text": [1]}, "expected text, got a list @ data['text']"),
        ({"text": {}}, "expected text, got a mapping @ data['text']"),
        ({"text": None}, "expected text, got nothing @ data['text']"),
    ],
)
def test_a_refusal_says_what_would_be_right(data: Any, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        convert(data, Outer)
    assert words in str(refused.value)


def test_a_few_values_that_are_listed_get_no_guess() -> None:
    with pytest.raises(Invalid) as refused:
        convert({"event": "sunrize"}, Outer)
    assert refused.value.hint is None


def test_a_place_that_is_not_there_has_nothing() -> None:
    assert keys_at(Outer, ["none", None]) == []
    assert values_at(Outer, [None]) == []
    assert values_at(Outer, ["event", None]) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.5, "a number"), (True, "a boolean"), ("x", "text"), ((), "a list"), (b"", "something else")],
)
def test_values_have_plain_names(value: Any, words: str) -> None:
    assert kind_of(value) == words
