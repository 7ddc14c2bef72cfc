"""YAML files to nodes: values, lines, tags, limits, and a clear error for everything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from marge.config import Input, NodeDict, NodeList, Place, YamlLoader
from marge.core.errors import InvalidConfig


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def load(folder: Path, name: str = "a.yaml", **options: Any) -> Any:
    return YamlLoader(folder, **options).load(folder / name)


def refused(folder: Path, text: str, **options: Any) -> InvalidConfig:
    write(folder, a=text)
    with pytest.raises(InvalidConfig) as caught:
        load(folder, **options)
    return caught.value


def test_plain_words_mean_what_yaml_1_1_says(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="a: on\nb: 'on'\nc: 12\nd: 1.5\ne: ~\nf: 2024-01-02\ng: text\nh: 0x1F\ni: 1:30\nj:\nk: \"5\"\nl: .inf\nm: =",
    )
    assert load(tmp_path) == {
        "a": True, "b": "on", "c": 12, "d": 1.5, "e": None, "f": date(2024, 1, 2), "g": "text", "h": 31, "i": 90,
        "j": None, "k": "5", "l": float("inf"), "m": "=",
    }  # fmt: skip


def test_every_key_and_item_knows_its_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, a="# comment\nlist:\n  - one\n  -\n    x: 1\n    y:\n      z: 2\n")
    node = load(tmp_path)
    assert isinstance(node, NodeDict)
    items = node["list"]
    assert isinstance(items, NodeList)
    assert node.place_of("list") == Place("a.yaml", 2)
    assert items.place_of(0) == Place("a.yaml", 3)
    assert items[1].place == Place("a.yaml", 5)
    assert items[1].place_of("y") == Place("a.yaml", 6)
    assert items[1].place_of("missing") == Place("a.yaml", 5)


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    write(tmp_path, a="", b="# only a comment\n", c="---\n")
    assert [load(tmp_path, name) for name in ("a.yaml", "b.yaml", "c.yaml")] == [None, None, None]


def test_include_reads_beside_the_file_that_includes(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="x: !include sub/b.yaml",
        sub__b="y: !include c.yaml\nz: !include empty.yaml",
        sub__c="1",
        sub__empty="",
    )
    loader = YamlLoader(tmp_path)
    node = loader.load(tmp_path / "a.yaml")
    assert node == {"x": {"y": 1, "z": {}}}
    assert node["x"].place_of("y") == Place("sub/b.yaml", 1)
    assert loader.files == ["a.yaml", "sub/b.yaml", "sub/c.yaml", "sub/empty.yaml"]


def test_directory_includes(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="l: !include_dir_list d\nn: !include_dir_named d\nml: !include_dir_merge_list lists\n"
        "mn: !include_dir_merge_named maps",
        d__one="1", d__two="2", d__sub__three="3", d__empty="", d__secrets="s: 1", lists__p="[1, 2]", lists__q="[3]",
        lists__wrong="x: 1", maps__p="k: 1", maps__q="l: 2",
    )  # fmt: skip
    (tmp_path / "d" / ".hidden.yaml").write_text("hidden: 1")
    (tmp_path / "d" / "notes.txt").write_text("no yaml")
    loader = YamlLoader(tmp_path)
    node = loader.load(tmp_path / "a.yaml")
    assert node == {
        "l": [1, 2, 3],
        "n": {"one": 1, "two": 2, "three": 3, "empty": {}},
        "ml": [1, 2, 3],
        "mn": {"k": 1, "l": 2},
    }
    assert node["ml"].place_of(2) == Place("lists/q.yaml", 1)
    assert node["mn"].place_of("l") == Place("maps/q.yaml", 1)
    assert [str(warning) for warning in loader.warnings] == [
        "this file is left out: a list is expected in it at lists/wrong.yaml:1"
    ]


def test_a_missing_include_folder_is_empty_with_a_warning(tmp_path: Path) -> None:
    write(tmp_path, a="x: !include_dir_merge_named themes")
    loader = YamlLoader(tmp_path)
    assert loader.load(tmp_path / "a.yaml") == {"x": {}}
    assert [str(warning) for warning in loader.warnings] == ["included folder 'themes' does not exist at a.yaml:1"]


def test_secrets_come_from_the_nearest_folder_that_has_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="x: !include sub/b.yaml\ny: !secret shared",
        secrets="shared: top\nonly_top: 5",
        sub__secrets="shared: inner",
        sub__b="[!secret shared, !secret only_top]",
    )
    assert load(tmp_path) == {"x": ["inner", 5], "y": "top"}


def test_secrets_outside_the_configuration_folder_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, secrets="outside: 1", config__a="x: !secret outside")
    with pytest.raises(InvalidConfig, match=r"secret 'outside' is not in secrets\.yaml at a\.yaml:1"):
        load(tmp_path / "config")


def test_a_missing_secret_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, secrets="mqtt_password: x")
    error = refused(tmp_path, "a: 1\nb: !secret mqtt_pasword")
    assert str(error) == "secret 'mqtt_pasword' is not in secrets.yaml at a.yaml:2, did you mean 'mqtt_password'?"


def test_env_var_with_and_without_default(tmp_path: Path) -> None:
    write(tmp_path, a="a: !env_var HOUSE\nb: !env_var NONE some words\nc: !env_var HOUSE other")
    assert load(tmp_path, env={"HOUSE": "Casa"}) == {"a": "Casa", "b": "some words", "c": "Casa"}
    error = refused(tmp_path, "a: !env_var HOUES", env={"HOUSE": "Casa"})
    assert str(error) == "environment variable 'HOUES' is not set and has no default at a.yaml:1, did you mean 'HOUSE'?"


def test_input_stays_a_marker(tmp_path: Path) -> None:
    write(tmp_path, a="x: !input motion_sensor")
    assert load(tmp_path) == {"x": Input("motion_sensor")}


def test_keep_tags_reads_nothing(tmp_path: Path) -> None:
    write(tmp_path, a="x: !secret s\ny: !include gone.yaml")
    assert load(tmp_path, keep_tags=True) == {"x": "!secret s", "y": "!include gone.yaml"}


def test_anchors_and_merge_keys(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="base: &base\n  a: 1\n  b: 2\nother: &other {b: 5, c: 6}\nx:\n  <<: *base\n  b: 3\n"
        "y:\n  <<: [*base, *other]\nz: *base\n",
    )
    node = load(tmp_path)
    assert node["x"] == {"a": 1, "b": 3}
    assert node["y"] == {"a": 1, "b": 2, "c": 6}
    assert node["z"] == {"a": 1, "b": 2}
    assert node["x"].place_of("a").line == 2
    assert node["x"].place_of("b").line == 7


def test_a_duplicate_key_warns_with_both_lines_and_the_last_counts(tmp_path: Path) -> None:
    write(tmp_path, a="a: 1\nb: 2\na: 3\n")
    loader = YamlLoader(tmp_path)
    assert loader.load(tmp_path / "a.yaml") == {"a": 3, "b": 2}
    assert [str(warning) for warning in loader.warnings] == [
        "duplicate key 'a': it is also at line 1, and the last one counts at a.yaml:3"
    ]
    assert loader.warnings[0].severity == "warning"


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: 1\n\tb: 2\n", 2, "a tab is used here"),
        ("a: 1\n b: 2\n", 2, "a ':' is not possible here"),
        ("a:\n  - 1\n - 2\n", 3, "indented differently"),
        ("a: 'x\nb: 1\n", 1, "never closed"),
        ("x: 1\na: [1, 2\nb: 3\n", 2, "a '[' that begins here is not closed"),
        ("x: 1\na: {y: 2\nb: 3\n", 2, "a '{' that begins here is not closed"),
        ("a: 'it's'\n", 1, "something follows a closed quote"),
        ("a: *\n", 1, "text that begins with '*' must be in quotes"),
        ("a: &\n", 1, "text that begins with '&' must be in quotes"),
        ("a: >x\n", 1, "only a line break may follow '|' or '>'"),
        ("a: - b\n", 1, "a list begins on the line after its key"),
        ('a: "\\q"\n', 1, "a '\\' in double quotes is written twice"),
        ("a: @home\n", 1, "text that begins with '@' must be in quotes"),
        ("a: %x\n", 1, "text that begins with '%' must be in quotes"),
        ("x: 1\na: {{ states('x') }}\n", 2, "such as a template, must be in quotes"),
        ("a: 1\nb: *gone\n", 2, "alias '*gone' has no anchor '&gone'"),
        ("a: &x [*x]\n", 1, "alias '*x' has no anchor"),
        ("a: 1\nb:\n  <<: 5\n", 3, "'<<' needs a mapping"),
        ("a: 2024-13-45\n", 1, "'2024-13-45' is not a valid date or time"),
        ("a: !!int x\n", 1, "'x' is not a valid int"),
        ("a: 1\nb: !inlcude x.yaml\n", 2, "unknown tag '!inlcude'"),
        ("a: !!set {x: 1}\n", 1, "unknown tag '!!set'"),
        ("a: !include [x.yaml]\n", 1, "'!include' needs a name after it, not a mapping or list"),
        ("a: !include\n", 1, "'!include' needs a name after it"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("a: 1\nb: \x07\n", 2, "control character"),
    ],
)
def test_a_mistake_names_its_line_and_remedy(tmp_path: Path, text: str, line: int, part: str) -> None:
    error = refused(tmp_path, text)
    assert part in error.message
    assert (error.path, error.line) == ("a.yaml", line)


def test_an_unknown_tag_names_the_nearest(tmp_path: Path) -> None:
    assert refused(tmp_path, "b: !inlcude x.yaml").hint == "!include"


def test_a_missing_include_names_the_place_and_the_nearest_file(tmp_path: Path) -> None:
    write(tmp_path, automations="[]")
    error = refused(tmp_path, "x: 1\na: !include automation.yaml")
    assert str(error) == "included file 'automation.yaml' does not exist at a.yaml:2, did you mean 'automations.yaml'?"


def test_a_circle_of_includes_is_named(tmp_path: Path) -> None:
    write(tmp_path, b="y: !include a.yaml")
    error = refused(tmp_path, "x: !include b.yaml")
    assert error.message == "files include each other in a circle: a.yaml → b.yaml → a.yaml"
    assert (error.path, error.line) == ("b.yaml", 1)


def test_a_broken_include_is_handed_over_and_counts_as_empty(tmp_path: Path) -> None:
    write(tmp_path, a="x: !include b.yaml\ny: 1\nz: !include gone.yaml", b="a: [\n")
    broken: list[InvalidConfig] = []
    assert load(tmp_path, on_broken_include=broken.append) == {"x": {}, "y": 1, "z": {}}
    assert [error.path for error in broken] == ["b.yaml", "a.yaml"]


def test_what_is_no_file_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match=r"file 'none\.yaml' does not exist in none\.yaml"):
        load(tmp_path, "none.yaml")
    (tmp_path / "dir.yaml").mkdir()
    with pytest.raises(InvalidConfig, match="is not a file"):
        load(tmp_path, "dir.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(InvalidConfig, match=r"not UTF-8 text: save it as UTF-8 at latin\.yaml:2"):
        load(tmp_path, "latin.yaml")
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    with pytest.raises(InvalidConfig, match=r"larger than 16 MB"):
        load(tmp_path, "huge.yaml")


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 100_000 + "x", "{a: " * 100_000, "? " * 100_000 + "x"])
def test_deep_nesting_is_refused_at_once(tmp_path: Path, text: str) -> None:
    assert "more than 100 levels" in refused(tmp_path, text).message


def test_what_aliases_and_includes_multiply_is_bounded(tmp_path: Path) -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    assert "more than 1,000,000 values" in refused(tmp_path, laughs).message
    write(tmp_path, b="[!include c.yaml, !include c.yaml, !include c.yaml]", c=f"[{'x, ' * 200_000}]")
    assert "more than 1,000,000 values" in refused(tmp_path, "[!include b.yaml, !include b.yaml]").message


def test_too_many_files_in_a_row_are_refused(tmp_path: Path) -> None:
    write(tmp_path, **{f"f{n}": f"!include f{n + 1}.yaml" for n in range(30)})
    assert "more than 20 files include each other" in refused(tmp_path, "!include f0.yaml").message
