"""Blueprints from elsewhere: what is fetched for an address, and where the blueprint is in it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from marge.config.blueprints.blueprint import Blueprint, read_blueprint
from marge.config.blueprints.download import MAX_BYTES, Fetch
from marge.config.blueprints.errors import NoBlueprint
from marge.config.blueprints.files import parse, parse_blueprint
from marge.config.yaml_loader import read_text
from marge.core.errors import OperationFailed
from marge.util import jsonx

_TOPIC: Final = re.compile(r"(https://community\.home-assistant\.io/t/[a-z0-9-]+/\d+)(?:/\d+)?\Z")
_CODE: Final = re.compile(r'<code class="lang-([a-z]+)">(.*?)</code>', re.DOTALL)
_GITHUB: Final = re.compile(r"https://github\.com/(.+?)/blob/(.+)\Z")
_RAW: Final = "https://raw.githubusercontent.com/"
_GIST: Final = re.compile(r"https://gist\.github\.com/[^/]+/([^/#?]+)")
_WEBSITE: Final = re.compile(r"https://[a-z0-9-]+\.home-assistant\.io/.+\.yaml\Z")


class Imported(Struct, frozen=True):
    """A blueprint as it was found; `suggested_filename` is a path without `.yaml`."""

    suggested_filename: str
    raw_data: str
    blueprint: Blueprint


class Importer:
    """Gets blueprints from addresses; blocks. Raises BlueprintError, OperationFailed."""

    def __init__(self, config_dir: Path, fetch: Fetch, folders: Iterable[str] = ()) -> None:
        """`folders` are where files may be read from beside the configuration directory."""
        self._config_dir = config_dir
        self._fetch = fetch
        self._folders = (str(config_dir), *folders)

    def get(self, url: str) -> Imported:
        """The blueprint at an address, which says so as its source."""
        if url.startswith("file:"):
            return self._from_file(url)
        for form, read in _FORMS:
            if form(url):
                found = read(self, url)
                found.blueprint.metadata["source_url"] = url
                return found
        raise AssertionError("the last form takes every address")

    def _from_file(self, url: str) -> Imported:
        path = Path(unquote(urlsplit(url).path)).resolve()
        if not any(path.is_relative_to(Path(folder).resolve()) for folder in self._folders):
            raise OperationFailed(f"{path} is outside of the configuration directory: copy the file into it")
        text = read_text(path, path.name)
        if len(text) > MAX_BYTES:
            raise OperationFailed(f"{path.name} is larger than {MAX_BYTES // 1024} KB: that is no blueprint")
        return self._made(f"local/{path.stem}", text)

    def _from_topic(self, url: str) -> Imported:
        topic = _json(self._fetch(f"{_match(_TOPIC, url)[1]}.json", {}), url)
        try:
            post = topic["post_stream"]["posts"][0]
            cooked, author, slug = str(post["cooked"]), post["username"], topic["slug"]
        except (KeyError, IndexError, TypeError):
            raise OperationFailed(f"{url} is no topic with a post") from None
        for syntax, code in _CODE.findall(cooked):
            if syntax in ("auto", "yaml") and (made := self._block(html.unescape(code.strip()), syntax)) is not None:
                blueprint, text = made
                return Imported(_safe(f"{author}/{slug}"), text, blueprint)
        raise OperationFailed(
            "No valid blueprint found in the topic. Blueprint syntax blocks need to be marked as YAML or no syntax."
        )

    def _block(self, text: str, syntax: str) -> tuple[Blueprint, str] | None:
        """The blueprint in a block of code; None for another kind of text."""
        try:
            content = parse(text, self._config_dir)
        except NoBlueprint:
            if syntax == "yaml":
                raise
            return None
        if not isinstance(content, dict) or "blueprint" not in content:
            return None
        return read_blueprint(content, "", "blueprint"), text

    def _from_github(self, url: str) -> Imported:
        raw = url if url.startswith(_RAW) else _RAW + "/".join(_match(_GITHUB, url).groups())
        parts = [part for part in urlsplit(raw).path.split("/") if part]
        if len(parts) < 2:
            raise OperationFailed(f"{url} is no file of a repository")
        return self._made(f"{parts[0]}/{parts[-1].removesuffix('.yaml')}", self._fetch(raw, {}))

    def _from_gist(self, url: str) -> Imported:
        headers = {"Accept": "application/vnd.github.v3+json"}
        gist = _json(self._fetch(f"https://api.github.com/gists/{_match(_GIST, url)[1]}", headers), url)
        try:
            owner = gist["owner"]["login"]
            files = [(name, str(info["content"])) for name, info in gist["files"].items() if name.endswith(".yaml")]
        except (KeyError, TypeError, AttributeError):
            raise OperationFailed(f"{url} is no gist with files") from None
        for name, text in files:
            content = parse(text, self._config_dir)
            if isinstance(content, dict) and "blueprint" in content:
                return Imported(_safe(f"{owner}/{name[:-5]}"), text, read_blueprint(content, "", "blueprint"))
        raise OperationFailed(
            "No valid blueprint found in the gist. The blueprint file needs to end with '.yaml'",
        )

    def _from_website(self, url: str) -> Imported:
        return self._made(f"homeassistant/{_last(url)[:-5]}", self._fetch(url, {}))

    def _from_elsewhere(self, url: str) -> Imported:
        return self._made(f"{urlsplit(url).hostname}/{_last(url)[:-5]}", self._fetch(url, {}))

    def _made(self, suggested: str, text: str) -> Imported:
        return Imported(_safe(suggested), text, parse_blueprint(text, self._config_dir))


# The first form that an address has decides.
_FORMS: Final[tuple[tuple[Callable[[str], object], Callable[[Importer, str], Imported]], ...]] = (
    (_TOPIC.match, Importer._from_topic),
    (lambda url: url.startswith(_RAW) or _GITHUB.match(url), Importer._from_github),
    (_GIST.match, Importer._from_gist),
    (_WEBSITE.match, Importer._from_website),
    (lambda url: True, Importer._from_elsewhere),
)


def _match(form: re.Pattern[str], url: str) -> re.Match[str]:
    found = form.match(url)
    assert found is not None
    return found


def _last(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _safe(suggested: str) -> str:
    """A path that stays in its folder, whatever others have called the file."""
    parts = [re.sub(r"[^\w. -]|\.\.+", "_", part).lstrip(".") for part in suggested.split("/")]
    return "/".join(part for part in parts if part) or "blueprint"


def _json(text: str, url: str) -> Any:
    try:
        return jsonx.loads(text)
    except ValueError:
        raise OperationFailed(f"{url} does not answer with JSON") from None
