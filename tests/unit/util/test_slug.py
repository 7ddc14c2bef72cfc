"""Slugs, as Home Assistant 2025.4 makes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marge.util.slug import slugify, unique


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Living Room", "living_room"),
        ("  Living -- Room! ", "living_room"),
        ("", ""),
        ("_", "unknown"),
        ("🙂", "unknown"),
        ("Küche", "kuche"),
        ("Straße №5", "strasse_no5"),
        ("температура", "temperatura"),
        ("中文", "zhong_wen"),
        ("ﬁre ½ ² °C", "fire_1_2_2_degc"),
        ("It's", "it_s"),
        ("O’Neil", "oneil"),
        ("1,000 W", "1000_w"),
        ("1, 2", "1_2"),
        ("Tom &amp; Jerry", "tom_jerry"),
        ("caf&eacute; x", "cafe_x"),
        ("a&#65;&#x42;", "aab"),
        ("a&#39;b", "ab"),
        ("&bogus; &#99999999;", "bogus_99999999"),
    ],
)
def test_a_name_becomes_the_slug_that_home_assistant_makes(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_another_separator() -> None:
    assert slugify("Living Room", "-") == "living-room"


@given(st.text(max_size=40))
def test_any_text_gives_letters_digits_and_single_separators(text: str) -> None:
    slug = slugify(text)
    assert (slug == "") == (text == "")
    assert slug == slugify(slug)
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
    assert "__" not in slug
    assert slug == slug.strip("_")


def test_unique_counts_from_two() -> None:
    assert unique("a", {"b"}) == "a"
    assert unique("a", {"a", "a_2", "a_4"}) == "a_3"
