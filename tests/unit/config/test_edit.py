"""Items of automations.yaml and its like are changed without touching anything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from marge.config import YamlLoader
from marge.config.edit import EditableFile, Kind
from marge.core.errors import InvalidConfig, NotFound, OperationFailed

LIST = """\
# My automations

- id: 'one'   # first
  alias: "One"
  trigger:
    # when the door opens
    - platform: state
      entity_id: binary_sensor.door
      to: 'on'
  mode: single  # never twice

# about two
- alias: Two
  id: two
  action: []

-
  id: 3
  note: |
    several
    lines
# the end
"""


def file(folder: Path, text: str | None, kind: Kind = "list") -> EditableFile:
    path = folder / "automations.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    return EditableFile(path, kind)


def text_of(editable: EditableFile) -> str:
    return editable.path.read_text(encoding="utf-8")


def test_get_reads_one_item_with_tags_as_text(tmp_path: Path) -> None:
    editable = file(tmp_path, "- id: a\n  url: !secret hook\n")
    assert editable.get("a") == {"id": "a", "url": "!secret hook"}
    assert file(tmp_path, LIST).get("3")["note"] == "several\nlines\n"
    with pytest.raises(NotFound):
        editable.get("b")


def test_put_changes_only_what_differs(tmp_path: Path) -> None:
    editable = file(tmp_path, LIST)
    item: dict[str, Any] = dict(editable.get("one"))
    item["alias"] = "Uno"
    item["trigger"][0]["to"] = "off"
    item["extra"] = True
    assert editable.put("one", item) is False
    assert text_of(editable) == LIST.replace("One", "Uno").replace("'on'", "'off'").replace(
        "never twice\n", "never twice\n  extra: true\n"
    ).replace("    - platform", "  - platform").replace("      entity_id", "    entity_id").replace(
        "      to:", "    to:"
    )


def test_putting_what_is_there_keeps_every_value(tmp_path: Path) -> None:
    editable = file(tmp_path, LIST)
    before = YamlLoader(tmp_path).load(editable.path)
    for key in ("one", "two", "3"):
        editable.put(key, dict(editable.get(key)))
    after = YamlLoader(tmp_path).load(editable.path)
    assert after[:2] == before[:2]
    for comment in (
        "# My automations",
        "# first",
        "# when the door opens",
        "# never twice",
        "# about two",
        "# the end",
    ):
        assert comment in text_of(editable)


def test_a_new_item_goes_to_the_end_with_its_id_first(tmp_path: Path) -> None:
    editable = file(tmp_path, LIST)
    assert editable.put("new", {"alias": "on", "at": "12:30:00", "text": "a\nb\n"}) is True
    assert text_of(editable) == LIST.replace(
        "# the end\n", "- id: new\n  alias: 'on'\n  at: '12:30:00'\n  text: |\n    a\n    b\n# the end\n"
    )


@pytest.mark.parametrize("text", [None, "", "[]\n", "# only a comment\n", "---\n"])
def test_an_empty_or_missing_file_gets_its_first_item(tmp_path: Path, text: str | None) -> None:
    editable = file(tmp_path, text)
    assert editable.put("a", {"alias": "A"}) is True
    assert editable.get("a") == {"id": "a", "alias": "A"}
    assert ("only a comment" in text_of(editable)) == (text is not None and "comment" in text)


def test_comments_above_an_empty_list_stay_above_the_first_item(tmp_path: Path) -> None:
    edited = file(tmp_path, "# mine\n[]\n")
    edited.put("one", {"id": "one", "alias": "One"})
    assert edited.path.read_text() == "# mine\n- id: one\n  alias: One\n"


def test_delete_keeps_the_comments_of_the_neighbours(tmp_path: Path) -> None:
    editable = file(tmp_path, LIST)
    editable.delete("two")
    assert text_of(editable) == LIST.replace("- alias: Two\n  id: two\n  action: []\n", "")
    editable.delete("one")
    editable.delete("3")
    assert YamlLoader(tmp_path).load(editable.path) == []
    with pytest.raises(NotFound):
        editable.delete("one")


def test_a_mapping_is_edited_by_key(tmp_path: Path) -> None:
    editable = file(
        tmp_path, "# scripts\nmorning:  # early\n  sequence: []\n\n# late\nnight:\n  alias: Night\n", "mapping"
    )
    assert editable.put("night", {"alias": "Noche", "sequence": [{"delay": "00:01"}]}) is False
    assert editable.put("noon", {"alias": "Noon"}) is True
    editable.delete("morning")
    assert text_of(editable) == (
        "# scripts\n\n# late\nnight:\n  alias: Noche\n  sequence:\n  - delay: 00:01\nnoon:\n  alias: Noon\n"
    )


def test_lists_in_brackets_and_shared_anchors_are_rewritten_whole(tmp_path: Path) -> None:
    editable = file(tmp_path, "[{id: a, x: 1}, {id: b}]\n")
    editable.put("a", {"x": 2})
    assert YamlLoader(tmp_path).load(editable.path) == [{"id": "a", "x": 2}, {"id": "b"}]


def test_an_anchor_that_another_item_uses_is_never_lost(tmp_path: Path) -> None:
    text = "- id: a\n  t: &t\n    - 1\n- id: b\n  t: *t\n"
    editable = file(tmp_path, text)
    try:
        editable.delete("a")
    except InvalidConfig:
        assert text_of(editable) == text
    assert editable.get("b")["t"] == [1]


def test_a_secret_that_was_not_changed_stays_a_secret(tmp_path: Path) -> None:
    editable = file(tmp_path, "- id: a\n  url: !secret hook\n  x: 1\n")
    editable.put("a", {**editable.get("a"), "x": 2})
    assert text_of(editable) == "- id: a\n  url: !secret hook\n  x: 2\n"


def test_a_broken_file_is_refused_and_stays(tmp_path: Path) -> None:
    editable = file(tmp_path, "- id: a\n\t- x\n")
    with pytest.raises(InvalidConfig, match=r"a tab is used here: indent with spaces at automations\.yaml:2"):
        editable.put("a", {})
    with pytest.raises(InvalidConfig, match="must be a list"):
        file(tmp_path, "a: 1\n").put("a", {})
    assert text_of(editable) == "a: 1\n"


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", ["\ud800", nested(150), nested(2000), float("nan")], ids=["surrogate", "150", "2000", "nan"]
)
def test_what_cannot_be_read_back_is_refused_and_the_file_stays(tmp_path: Path, value: Any) -> None:
    editable = file(tmp_path, LIST)
    with pytest.raises(InvalidConfig, match=r"'one' cannot be changed here: edit automations\.yaml by hand"):
        editable.put("one", {"x": value})
    assert text_of(editable) == LIST


def test_mode_and_symbolic_link_of_the_file_stay_and_nothing_is_left_behind(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "a.yaml").write_text("[]\n")
    (real / "a.yaml").chmod(0o640)
    link = tmp_path / "automations.yaml"
    link.symlink_to(real / "a.yaml")
    EditableFile(link, "list").put("a", {"alias": "A"})
    assert link.is_symlink()
    assert (real / "a.yaml").stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in real.iterdir()] == ["a.yaml"]


def test_a_folder_that_is_gone_is_an_operation_that_failed(tmp_path: Path) -> None:
    editable = EditableFile(tmp_path / "gone" / "automations.yaml", "list")
    with pytest.raises(OperationFailed, match=r"automations\.yaml cannot be written: No such file or directory"):
        editable.put("a", {})


def test_a_key_that_is_written_twice_is_never_edited_in_the_wrong_place(tmp_path: Path) -> None:
    text = "a:\n  x: 1\nb:\n  x: 2\na:\n  x: 3\nc:\n  x: 4\n"
    editable = file(tmp_path, text, "mapping")
    try:
        editable.put("c", {"x": 5})
    except InvalidConfig:
        assert text_of(editable) == text
    else:
        assert [editable.get(key)["x"] for key in "abc"] == [3, 2, 5]


def test_a_list_that_is_indented_stays_indented(tmp_path: Path) -> None:
    editable = file(tmp_path, "---\n  - id: a\n    x: 1\n\n  # b\n  - id: b\n    y: [1,\n        2]\n")
    editable.put("a", {"x": {"z": "p\nq\n"}})
    editable.put("c", {"x": 1})
    assert text_of(editable) == (
        "---\n  - id: a\n    x:\n      z: |\n        p\n        q\n\n  # b\n  - id: b\n    y: [1,\n        2]\n"
        "  - id: c\n    x: 1\n"
    )


def test_odd_text_in_the_place_of_a_number_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "automations.yaml"
    editable = EditableFile(path, "list")
    for value in (1e16, {"\x85": "\x85"}):
        editable.put("item", {"id": "item", "x": value})
        assert editable.get("item") == {"id": "item", "x": value}
