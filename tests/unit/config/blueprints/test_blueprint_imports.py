"""Blueprints from addresses: what is asked for, and what is made of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from marge.config.blueprints.errors import BlueprintError
from marge.config.blueprints.imports import Imported, Importer
from marge.core.errors import InvalidConfig, OperationFailed

TEXT = "blueprint:\n  name: X\n  domain: script\nsequence: []\n"
RAW = "https://raw.githubusercontent.com/somebody/things/main/a/x.yaml"


class Web:
    """Answers with `pages`, and keeps what was asked for."""

    def __init__(self, **pages: str) -> None:
        self.pages = pages
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, url: str, headers: Mapping[str, str]) -> str:
        self.asked.append((url, headers))
        return next(iter(self.pages.values()))


def get(folder: Path, url: str, page: str) -> tuple[Imported, str]:
    """What an address gives when the web answers with `page`, and what the web was asked for."""
    web = Web(page=page)
    found = Importer(folder, web).get(url)
    assert found.blueprint.metadata["source_url"] == url
    return found, web.asked[0][0]


@pytest.mark.parametrize(
    ("url", "asked", "suggested"),
    [
        ("https://github.com/somebody/things/blob/main/a/x.yaml", RAW, "somebody/x"),
        (RAW, RAW, "somebody/x"),
        ("https://www.home-assistant.io/blueprints/x.yaml", None, "homeassistant/x"),
        ("https://example.com/a/x.yaml?raw=1", None, "example.com/x"),
        ("http://example.com:8080/x.yaml", None, "example.com/x"),
        ("https://example.com/%2e%2e/..yaml", None, "example.com"),
    ],
)
def test_files(tmp_path: Path, url: str, asked: str | None, suggested: str) -> None:
    found, was_asked = get(tmp_path, url, TEXT)
    assert was_asked == (asked or url)
    assert found.suggested_filename == suggested
    assert found.raw_data == TEXT


def topic(cooked: str, **more: str) -> str:
    post = {"username": "anna", "cooked": cooked, **more}
    return msgspec.json.encode({"slug": "my-lamp", "post_stream": {"posts": [post]}}).decode()


CODE = '<p>x</p><pre><code class="lang-{}">{}</code></pre>'


def test_the_first_blueprint_of_a_topic(tmp_path: Path) -> None:
    page = topic(
        CODE.format("text", TEXT)
        + CODE.format("auto", "a: [")
        + CODE.format("yaml", "a: 1")
        + CODE.format("yaml", TEXT.replace("X", "One &amp; two"))
        + CODE.format("yaml", TEXT.replace("X", "Later"))
    )
    found, asked = get(tmp_path, "https://community.home-assistant.io/t/my-lamp/12/7", page)
    assert asked == "https://community.home-assistant.io/t/my-lamp/12.json"
    assert found.suggested_filename == "anna/my-lamp"
    assert found.blueprint.name == "One & two"


def test_names_of_others_lead_nowhere_else(tmp_path: Path) -> None:
    page = topic(CODE.format("yaml", TEXT), username="../../etc")
    found, _ = get(tmp_path, "https://community.home-assistant.io/t/x/1", page)
    assert ".." not in found.suggested_filename
    assert not found.suggested_filename.startswith("/")


@pytest.mark.parametrize(
    ("page", "error", "words"),
    [
        ("<html>", OperationFailed, "does not answer with JSON"),
        ("{}", OperationFailed, "is no topic"),
        ("[]", OperationFailed, "is no topic"),
        (topic("<p>no code</p>"), OperationFailed, "No valid blueprint found in the topic"),
        (topic(CODE.format("yaml", "a: [")), BlueprintError, "Failed to load"),
        (topic(CODE.format("yaml", "blueprint: 1")), BlueprintError, "Invalid blueprint"),
    ],
)
def test_topics_without_one(tmp_path: Path, page: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        get(tmp_path, "https://community.home-assistant.io/t/x/1", page)


def gist(files: dict[str, str]) -> str:
    body = {"owner": {"login": "anna"}, "files": {name: {"content": text} for name, text in files.items()}}
    return msgspec.json.encode(body).decode()


def test_the_first_blueprint_of_a_gist(tmp_path: Path) -> None:
    page = gist({"readme.md": "x", "a.yaml": "a: 1", "b.yaml": TEXT})
    found, asked = get(tmp_path, "https://gist.github.com/anna/0123abc", page)
    assert asked == "https://api.github.com/gists/0123abc"
    assert found.suggested_filename == "anna/b"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (gist({"readme.md": "x"}), "No valid blueprint found in the gist"),
        ("{}", "is no gist"),
        ('{"owner": null, "files": []}', "is no gist"),
    ],
)
def test_gists_without_one(tmp_path: Path, page: str, words: str) -> None:
    with pytest.raises(OperationFailed, match=words):
        get(tmp_path, "https://gist.github.com/anna/0123abc", page)


def test_files_of_the_configuration_directory_alone(tmp_path: Path) -> None:
    inside, outside = tmp_path / "config", tmp_path / "outside.yaml"
    inside.mkdir()
    for path in (inside / "my lamp.yaml", outside):
        path.write_text(TEXT)
    (inside / "link.yaml").symlink_to(outside)
    importer = Importer(inside, Web(page=""))
    found = importer.get(f"file://{inside}/my%20lamp.yaml")
    assert (found.suggested_filename, found.raw_data) == ("local/my lamp", TEXT)
    for name in (outside, inside / "link.yaml", f"{inside}/../outside.yaml"):
        with pytest.raises(OperationFailed, match="outside of the configuration directory"):
            importer.get(f"file://{name}")
    with pytest.raises(InvalidConfig, match="does not exist"):
        importer.get(f"file://{inside}/none.yaml")
