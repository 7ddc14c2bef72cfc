"""The blueprint files of a configuration directory, read when they are asked for and once only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from marge.config.blueprints import FOLDER
from marge.config.blueprints.blueprint import Blueprint, read_blueprint
from marge.config.blueprints.errors import BlueprintError, NoBlueprint
from marge.config.nodes import NodeDict, Place
from marge.config.yaml_loader import YamlLoader, exists
from marge.config.yaml_tags import TAGS
from marge.core.errors import InvalidConfig
from marge.util.suggest import nearest

_MAX_HINTS: Final = 100
"""Each costs a millisecond and a look into the folder."""
_NO_SECRETS: Final = {"!secret": "a blueprint has no secrets: make it an input, which its user can fill with one"}
_NOTHING_ELSE: Final = {
    tag: f"a blueprint that comes from elsewhere cannot use '{tag}'" for tag in TAGS if tag != "!input"
}


class BlueprintFiles:
    """Reads blueprints; mistakes are remembered as well."""

    def __init__(self, config_dir: Path, env: Mapping[str, str] | None = None) -> None:
        self.loader = YamlLoader(config_dir, env=env, refused=_NO_SECRETS)
        self._hints = 0
        self._found: dict[tuple[str, str], Blueprint | BlueprintError] = {}

    def folder(self, domain: str) -> Path:
        """Where the blueprints of a domain are."""
        return self.loader.config_dir / FOLDER / domain

    def get(self, domain: str, path: str) -> Blueprint:
        """The blueprint at `path`; raises NoBlueprint, InvalidBlueprint."""
        found = self._found.get((domain, path))
        if found is None:
            try:
                found = self._read(domain, path)
            except BlueprintError as error:
                found = error
            self._found[domain, path] = found
        if isinstance(found, BlueprintError):
            raise found
        return found

    def paths(self, domain: str) -> list[str]:
        """The paths of all files in the folder of a domain, sorted; what is hidden is left out."""
        folder = self.folder(domain)
        try:
            found = [each.relative_to(folder) for each in folder.glob("**/*.yaml") if each.is_file()]
        except OSError:
            return []
        return sorted(each.as_posix() for each in found if not any(part.startswith(".") for part in each.parts))

    def _nearest(self, domain: str, path: str) -> str | None:
        self._hints += 1
        return nearest(path, self.paths(domain)) if self._hints <= _MAX_HINTS else None

    def _read(self, domain: str, path: str) -> Blueprint:
        file = self.folder(domain) / path
        name = self.loader.name_of(file)
        if not exists(file):
            raise NoBlueprint(
                f"Failed to load blueprint: Unable to find {path}",
                Place(name, 0),
                remedy=f"there is no file '{name}'; import the blueprint or correct the path",
                hint=self._nearest(domain, path),
            )
        try:
            content = self.loader.load(file)
        except InvalidConfig as error:
            place = Place(error.path, error.line or 0)
            raise NoBlueprint(f"Failed to load blueprint: {error.message}", place, hint=error.hint) from None
        return read_blueprint(content, path, name, domain)


def parse_blueprint(text: str, config_dir: Path, domain: str | None = None) -> Blueprint:
    """The blueprint in a text that comes from elsewhere; raises NoBlueprint, InvalidBlueprint."""
    return read_blueprint(parse(text, config_dir), "", "blueprint", domain)


def parse(text: str, config_dir: Path) -> Any:
    """What a text that comes from elsewhere holds, which can read no file of this house; raises NoBlueprint."""
    try:
        content = YamlLoader(config_dir, env={}, refused=_NOTHING_ELSE).parse(text, config_dir / "blueprint")
    except InvalidConfig as error:
        place = Place(error.path, error.line or 0)
        raise NoBlueprint(f"Failed to load blueprint: {error.message}", place, hint=error.hint) from None
    return NodeDict("blueprint") if content is None else content
