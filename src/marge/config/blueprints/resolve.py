"""The sections of a configuration with their blueprints filled in; a mistake costs the item that it is in."""

from __future__ import annotations

from typing import Final

from marge.config.blueprints import USE
from marge.config.blueprints.blueprint import Blueprint
from marge.config.blueprints.errors import BlueprintError, NoBlueprint
from marge.config.blueprints.files import BlueprintFiles
from marge.config.blueprints.fill import Use, make_instance, read_use
from marge.config.blueprints.instance import FailedInstance, Instance
from marge.config.blueprints.template import template_instance
from marge.config.nodes import NodeDict, NodeList
from marge.config.problem import Problem
from marge.core.errors import InvalidConfig
from marge.util.ha_version import HA_VERSION
from marge.util.suggest import nearest
from marge.util.versions import is_newer

_MAX_HINTS: Final = 100
"""Each costs a millisecond."""


class Resolver:
    """Fills in blueprints; what is not wrong but without an effect becomes a warning in `problems`."""

    def __init__(self, files: BlueprintFiles, problems: list[Problem]) -> None:
        self.files = files
        self.problems = problems

    def section(self, domain: str, content: NodeDict | NodeList) -> NodeDict | NodeList:
        """The content of a section, its items that use a blueprint replaced by what it makes of them."""
        if isinstance(content, NodeList):
            items = NodeList(*content.place)
            for index, item in enumerate(content):
                items.add(self.item(domain, item), content.place_of(index))
            return items
        mapping = NodeDict(content.file, content.line)
        for key, item in content.items():
            mapping.put(key, self.item(domain, item), content.marks.get(key, content.line))
        return mapping

    def item(self, domain: str, item: object) -> object:
        """An item of a section: as it is, an Instance, or a FailedInstance."""
        if not isinstance(item, NodeDict) or USE not in item:
            return item
        try:
            return self.instance(domain, item)
        except InvalidConfig as error:
            return FailedInstance(item, error)

    def instance(self, domain: str, item: NodeDict) -> Instance:
        """What the blueprint of an item makes of it; raises InvalidConfig."""
        use = read_use(item)
        try:
            blueprint = self.files.get(domain, use.path)
        except NoBlueprint as error:
            raise self._at_its_user(error, item) from None
        # A small file that many use many times is not to become more than a large one could.
        self.files.loader.count(blueprint.size, item.place)
        self._remarks(blueprint, item, use)
        if domain == "template":
            return template_instance(blueprint, item, use)
        return make_instance(blueprint, item, use)

    def _at_its_user(self, error: NoBlueprint, item: NodeDict) -> BlueprintError:
        """A file that is not there is the mistake of who names it."""
        if error.line is not None:
            return error
        use = item[USE]
        place = use.place_of("path") if isinstance(use, NodeDict) else item.place_of(USE)
        moved = BlueprintError(error.said, place, hint=error.hint)
        moved.message = error.message
        return moved

    def _remarks(self, blueprint: Blueprint, item: NodeDict, use: Use) -> None:
        gaps = blueprint.gaps
        given = item[USE].get("input")
        for name in use.input:
            if name not in gaps and isinstance(given, NodeDict):
                self._warn(
                    f"'{name}' is no input of the blueprint {blueprint.path} and is not used",
                    given,
                    name,
                    nearest(name, gaps) if len(self.problems) < _MAX_HINTS else None,
                )
        version = blueprint.min_version
        if version is not None and is_newer(version, HA_VERSION):
            message = f"the blueprint {blueprint.path} asks for Home Assistant {version} and may not work"
            self._warn(message, item, USE, None)

    def _warn(self, message: str, node: NodeDict, key: str, hint: str | None) -> None:
        place = node.place_of(key)
        self.problems.append(Problem(message, place.file, place.line, hint, severity="warning"))
