"""A schema's refusal becomes a file, a line and a sentence."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from marge.config import NodeDict, YamlLoader, find_place, locate
from marge.util.schema import Invalid, convert


class Trigger(Struct, forbid_unknown_fields=True):
    platform: str
    count: int = 0


def node(text: str) -> NodeDict:
    loaded = YamlLoader(Path("/etc/marge")).parse(text, Path("/etc/marge/configuration.yaml"))
    assert isinstance(loaded, NodeDict)
    return loaded


TEXT = """\
alias: x
trigger:
  - platform: state
  - platfrom: state
    count: many
"""


def refusal(item: object) -> Invalid:
    try:
        convert(item, Trigger)
    except Invalid as invalid:
        return invalid
    raise AssertionError("nothing was refused")


def test_an_unknown_key_is_found_and_the_right_one_suggested() -> None:
    config = node(TEXT)
    invalid = Invalid("extra keys not allowed", ("trigger", 1, "platfrom"))
    error = locate(invalid, config, known=["platform", "count"])
    assert str(error) == "unknown key 'platfrom' at configuration.yaml:4, did you mean 'platform'?"


def test_the_suggestion_of_the_schema_is_kept_and_the_prefix_leads_to_the_item() -> None:
    config = node("trigger:\n  - platform: state\n    cuont: 1\n")
    error = locate(refusal(config["trigger"][0]), config, prefix=("trigger", 0))
    assert str(error) == "unknown key 'cuont' at configuration.yaml:3, did you mean 'count'?"


def test_a_wrong_value_names_its_key() -> None:
    config = node(TEXT.replace("platfrom", "platform"))
    error = locate(refusal(config["trigger"][1]), config, prefix=("trigger", 1))
    assert str(error) == "'count': expected int, got str at configuration.yaml:5"


def test_a_missing_key_points_to_the_mapping_that_lacks_it() -> None:
    config = node("trigger:\n  - platform: state\n  - count: 1\n")
    error = locate(refusal(config["trigger"][1]), config, prefix=("trigger", 1))
    assert str(error) == "key 'platform' is missing at configuration.yaml:3"


def test_what_has_no_place_gives_the_nearest_around_it() -> None:
    config = node(TEXT)
    assert find_place(config, ("trigger", 7, "x")).line == 2
    assert find_place(config, ("trigger", 0, "platform", "deeper")).line == 3
    assert find_place(config, ("trigger", "x")).line == 2
    error = locate(Invalid("extra keys not allowed", ("x",)), {"x": 1})
    assert (error.path, error.line) == ("", None)
