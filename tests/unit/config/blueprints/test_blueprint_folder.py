"""Blueprint files as the user interface handles them."""

from __future__ import annotations

from pathlib import Path

import pytest

from marge.config.blueprints.errors import BlueprintError, InvalidBlueprint
from marge.config.blueprints.folder import AlreadyExists, BlueprintFolder
from marge.core.errors import InvalidConfig, NotFound, OperationFailed
from marge.util.schema import Invalid

TEXT = """\
# What it is for.
blueprint:
  name: Say  # in a word
  domain: script
  input:
    what: {default: hello}
sequence:
  - event: said
    event_data: {what: !input what}
"""


def test_a_blueprint_is_saved_as_it_is_written(tmp_path: Path) -> None:
    folder = BlueprintFolder(tmp_path)
    assert not folder.exists("script", "me/say.yaml")
    assert folder.save("script", "me/say", TEXT, None, override=False) is False
    assert (tmp_path / "blueprints/script/me/say.yaml").read_text() == TEXT
    assert folder.exists("script", "me/say.yaml")
    with pytest.raises(AlreadyExists):
        folder.save("script", "me/say.yaml", TEXT, None, override=False)
    assert folder.save("script", "me/say.yaml", TEXT.replace("hello", "bye"), None, override=True) is True
    assert folder.substituted("script", "me/say.yaml", {})["sequence"][0]["event_data"] == {"what": "bye"}
    assert [path.name for path in (tmp_path / "blueprints/script/me").iterdir()] == ["say.yaml"]


def test_the_source_is_noted_and_comments_stay(tmp_path: Path) -> None:
    folder = BlueprintFolder(tmp_path)
    folder.save("script", "say.yaml", TEXT, "https://example.com/say.yaml", override=False)
    text = (tmp_path / "blueprints/script/say.yaml").read_text()
    assert "# What it is for." in text
    assert "# in a word" in text
    assert "!input what" in text
    assert folder.listed("script")["say.yaml"]["metadata"]["source_url"] == "https://example.com/say.yaml"
    folder.save("script", "say.yaml", text, "https://example.com/other.yaml", override=True)
    assert folder.listed("script")["say.yaml"]["metadata"]["source_url"] == "https://example.com/other.yaml"


def test_the_list_has_metadata_or_the_mistake(tmp_path: Path) -> None:
    folder = BlueprintFolder(tmp_path)
    files = {"good.yaml": TEXT, "sub/bad.yaml": "- a\n", "worse.yaml": "a: [", ".hidden.yaml": "x", "note.txt": "x"}
    for name, text in files.items():
        path = tmp_path / "blueprints/script" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    listed = folder.listed("script")
    assert list(listed) == ["good.yaml", "sub/bad.yaml", "worse.yaml"]
    assert listed["good.yaml"]["metadata"]["name"] == "Say"
    assert listed["sub/bad.yaml"]["error"].startswith("Invalid blueprint: ")
    assert listed["worse.yaml"]["error"].startswith("Failed to load blueprint: ")
    assert folder.listed("template") == {}


@pytest.mark.parametrize("path", ["../say.yaml", "/tmp/say.yaml", "a/../../say.yaml", "~/say.yaml", "a\\b.yaml", ""])
def test_nothing_is_written_or_deleted_elsewhere(tmp_path: Path, path: str) -> None:
    folder = BlueprintFolder(tmp_path)
    with pytest.raises(Invalid, match="Invalid path"):
        folder.save("script", path, TEXT, None, override=True)
    with pytest.raises(Invalid, match="Invalid path"):
        folder.delete("script", path)
    assert not folder.exists("script", path)
    assert list(tmp_path.rglob("*.yaml")) == []


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "blueprints/script").mkdir(parents=True)
    (tmp_path / "blueprints/script/link").symlink_to(tmp_path / "outside")
    with pytest.raises(Invalid, match="Invalid path"):
        BlueprintFolder(tmp_path).save("script", "link/say.yaml", TEXT, None, override=True)
    assert list((tmp_path / "outside").iterdir()) == []


def test_what_is_no_blueprint_is_not_saved(tmp_path: Path) -> None:
    folder = BlueprintFolder(tmp_path)
    with pytest.raises(InvalidBlueprint, match="incorrect blueprint type script, expected automation"):
        folder.save("automation", "say.yaml", TEXT, None, override=False)
    with pytest.raises(BlueprintError):
        folder.save("script", "say.yaml", "a: [", None, override=False)
    assert not (tmp_path / "blueprints").exists()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "blueprints").write_text("a file")
    with pytest.raises(OperationFailed, match=r"say\.yaml cannot be written"):
        BlueprintFolder(tmp_path).save("script", "say.yaml", TEXT, None, override=False)
    with pytest.raises(OperationFailed, match="cannot be deleted"):
        BlueprintFolder(tmp_path).delete("script", "say.yaml")


def test_deleting(tmp_path: Path) -> None:
    folder = BlueprintFolder(tmp_path)
    folder.save("script", "say.yaml", TEXT, None, override=False)
    folder.delete("script", "say.yaml")
    assert folder.listed("script") == {}
    with pytest.raises(NotFound):
        folder.delete("script", "say.yaml")


def test_an_item_of_the_user_interface_is_filled(tmp_path: Path) -> None:
    folder = BlueprintFolder(tmp_path)
    folder.save("script", "say.yaml", TEXT, None, override=False)
    made = folder.filled("script", {"alias": "A", "use_blueprint": {"path": "say.yaml", "input": {"what": ["x"]}}})
    assert made == {"alias": "A", "sequence": [{"event": "said", "event_data": {"what": ["x"]}}]}
    with pytest.raises(InvalidConfig, match="Unable to find no"):
        folder.filled("script", {"use_blueprint": {"path": "no.yaml"}})
