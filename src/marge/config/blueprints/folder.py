"""The blueprint files as the user interface sees them: listed, saved and deleted. All of it blocks."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from marge.config.blueprints import FOLDER, USE
from marge.config.blueprints.errors import AlreadyExists, BlueprintError
from marge.config.blueprints.files import BlueprintFiles, parse_blueprint
from marge.config.blueprints.fill import make_instance, read_use
from marge.config.blueprints.instance import Instance
from marge.config.blueprints.resolve import Resolver
from marge.config.blueprints.words import is_safe
from marge.config.nodes import NodeDict, NodeList
from marge.core.errors import NotFound, OperationFailed
from marge.util.schema import Invalid


class BlueprintFolder:
    """The blueprints of one configuration directory."""

    def __init__(self, config_dir: Path) -> None:
        self._config_dir = config_dir

    def listed(self, domain: str) -> dict[str, dict[str, Any]]:
        """Each blueprint of a domain by path: its `metadata`, or the `error` in it."""
        files = BlueprintFiles(self._config_dir)
        found: dict[str, dict[str, Any]] = {}
        for path in files.paths(domain):
            try:
                found[path] = {"metadata": files.get(domain, path).metadata}
            except BlueprintError as error:
                found[path] = {"error": error.said}
        return found

    def exists(self, domain: str, path: str) -> bool:
        """Whether there is a file at `path`."""
        return is_safe(path) and (self._config_dir / FOLDER / domain / path).exists()

    def substituted(self, domain: str, path: str, inputs: dict[str, Any]) -> Instance:
        """What a blueprint makes of inputs; raises BlueprintError."""
        item = as_nodes({USE: {"path": path, "input": inputs}})
        use = read_use(item)
        return make_instance(BlueprintFiles(self._config_dir).get(domain, use.path), item, use)

    def filled(self, domain: str, item: dict[str, Any]) -> Instance:
        """What the blueprint of an item, which comes from the user interface, makes of it; raises InvalidConfig."""
        return Resolver(BlueprintFiles(self._config_dir), []).instance(domain, as_nodes(item))

    def save(self, domain: str, path: str, text: str, source_url: str | None, *, override: bool) -> bool:
        """Write a blueprint; returns whether it took the place of another.

        Raises BlueprintError for what is none, Invalid for the path, AlreadyExists, OperationFailed.
        """
        blueprint = parse_blueprint(text, self._config_dir, domain)
        if source_url is not None and blueprint.metadata.get("source_url") != source_url:
            text = _with_source(text, source_url)
        file = self._file(domain, path if path.endswith(".yaml") or not path else f"{path}.yaml")
        existed = file.exists()
        if existed and not override:
            raise AlreadyExists
        unfinished = file.with_name(f".{file.name}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(file)
        except (OSError, ValueError) as error:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise OperationFailed(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}") from None
        return existed

    def delete(self, domain: str, path: str) -> None:
        """Delete a file; raises Invalid for the path, NotFound, OperationFailed."""
        file = self._file(domain, path)
        try:
            file.unlink()
        except FileNotFoundError:
            raise NotFound("Blueprint", path) from None
        except OSError as error:
            raise OperationFailed(f"{path} cannot be deleted: {error.strerror or error}") from None

    def _file(self, domain: str, path: str) -> Path:
        folder = self._config_dir / FOLDER / domain
        file = folder / path
        if not is_safe(path) or not file.parent.resolve().is_relative_to(folder.resolve()):
            raise Invalid("Invalid path", ("path",))
        return file


def as_nodes(value: Any) -> Any:
    """JSON in the form of a file, in which nothing has a line."""
    if isinstance(value, dict):
        mapping = NodeDict()
        for key, each in value.items():
            mapping.put(key, as_nodes(each), 0)
        return mapping
    if isinstance(value, list):
        items = NodeList()
        for each in value:
            items.add(as_nodes(each), 0)
        return items
    return value


def _with_source(text: str, url: str) -> str:
    """The text with the address that it comes from; its comments stay."""
    # What edits files is loaded with the first edit.
    from marge.config.edit_ruamel import read, write

    try:
        node = read(text)
        node["blueprint"]["source_url"] = url
        return write(node)
    except Exception as error:  # it reads a little less than the parser that has accepted the text
        raise OperationFailed(f"The blueprint's source_url cannot be set: {error}") from None
