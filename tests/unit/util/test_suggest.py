"""The nearest right name."""

from __future__ import annotations

from marge.util.suggest import nearest


def test_the_nearest_name_ignores_case_and_keeps_the_right_spelling() -> None:
    assert nearest("platfrom", ["platform", "entity_id"]) == "platform"
    assert nearest("LATITUD", ["Latitude"]) == "Latitude"


def test_nothing_is_suggested_for_what_is_far_off_or_no_text() -> None:
    assert nearest("zha", ["automation", "script"]) is None
    assert nearest(5, ["5"]) is None
    assert nearest("x" * 10_000, ["x" * 100]) is None
    assert nearest("a", [1, None, "a"]) == "a"


def test_letters_that_changed_places_come_before_one_that_is_left_out() -> None:
    assert nearest("form", ["for", "from", "to"]) == "from"
    assert nearest("FROM", ["form", "from"]) == "from"
