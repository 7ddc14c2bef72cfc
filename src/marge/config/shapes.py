"""The top level of configuration.yaml brought into one form: each known section once, as a list or a mapping of items.

Everything that does not fit is a problem with its place, and the rest stays usable.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.packages import joined, merge_dict
from marge.config.problem import Problem
from marge.config.yaml_sections import (
    ALWAYS_ON,
    BY_PRESENCE,
    ELSEWHERE,
    ENTITY_DOMAINS,
    KNOWN,
    PLATFORMS,
    WITH_IDS,
    is_list,
)
from marge.util.suggest import nearest

_MAX_HINTS: Final = 100  # each costs a millisecond


class Shaper:
    """Shapes sections and adds what is wrong to `problems`."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def sections(self, raw: NodeDict) -> dict[str, NodeDict | NodeList]:
        """The known sections in their shapes; `automation ui` and `automation manual` become one."""
        sections: dict[str, NodeDict | NodeList] = {}
        for key, content in raw.items():
            place = raw.place_of(key)
            section = str(key).partition(" ")[0]
            if not isinstance(key, str) or section not in KNOWN:
                self.unknown(str(key), section, content, place)
                continue
            shaped = self.shaped(section, content, place)
            if section in ENTITY_DOMAINS and isinstance(shaped, NodeList):
                shaped = self.platforms(section, shaped)
            present = sections.get(section)
            if isinstance(present, NodeDict) and isinstance(shaped, NodeDict):
                merge_dict(present, shaped, f"'{key}'", section, self.problems)
            elif present is not None:
                sections[section] = joined(present, place, shaped, place)
            elif shaped or section in BY_PRESENCE:
                sections[section] = shaped
        return sections

    def shaped(self, section: str, content: Any, place: Place) -> NodeDict | NodeList:
        """`content` as the list or mapping that `section` has; what cannot be one is a mistake and counts as empty."""
        if content is not None and not isinstance(content, (NodeDict, NodeList)):
            shape = "list" if is_list(section) else "mapping"
            self.error(f"'{section}' must be a {shape}", place, fatal=section == "homeassistant")
            content = None
        if is_list(section):
            return self.listed(section, joined(content, place, None, place))
        if isinstance(content, NodeDict):
            return self.keyed(section, content) if section in WITH_IDS else content
        if content:
            self.error(f"'{section}' must be a mapping", place, fatal=section == "homeassistant")
        return NodeDict(*place)

    def listed(self, section: str, items: NodeList) -> NodeList:
        """The items that are mappings."""
        kept = NodeList(*items.place)
        for index, item in enumerate(items):
            place = items.place_of(index)
            if isinstance(item, NodeDict):
                kept.add(item, place)
            elif isinstance(item, NodeList):
                message = f"an item of '{section}' is a list: if a folder is included, !include_dir_merge_list is meant"
                self.error(message, place, item=True)
            else:
                self.error(f"an item of '{section}' must be a mapping", place, item=True)
        return kept

    def keyed(self, section: str, content: NodeDict) -> NodeDict:
        """`content` with its object ids as text; `1:` is a number in YAML, `on:` a boolean."""
        if all(isinstance(key, str) for key in content):
            return content
        kept = NodeDict(content.file, content.line)
        for key, value in content.items():
            if isinstance(key, bool) or not isinstance(key, (str, int)):
                self.error(
                    f"'{key}' in '{section}' is not text: put the key in quotes", content.place_of(key), item=True
                )
            else:
                kept.put(str(key), value, content.place_of(key))
        return kept

    def platforms(self, section: str, items: NodeList) -> NodeList:
        """The items of an entity domain whose platform is known."""
        kept = NodeList(*items.place)
        for index, item in enumerate(items):
            platform = item.get("platform")
            if platform in PLATFORMS:
                kept.add(item, items.place_of(index))
            elif platform is not None:
                self.warn(
                    f"platform '{platform}' of '{section}' is not known to Marge and is left out",
                    item.place_of("platform"),
                    self.nearest(platform, PLATFORMS),
                )
            elif (wrong := next((key for key in item if self.nearest(key, ("platform",))), None)) is not None:
                at = item.place_of(wrong)
                self.problems.append(Problem(f"unknown key '{wrong}'", at.file, at.line, "platform", item=True))
            else:
                self.error(f"an item of '{section}' has no 'platform'", item.place, item=True)
        return kept

    def unknown(self, key: str, section: str, content: Any, place: Place) -> None:
        if section in ALWAYS_ON:
            if _has_content(content):
                self.warn(f"what '{key}' contains is not used by Marge", place)
        elif section in ELSEWHERE:
            self.warn(f"'{key}' is not used: set it in {ELSEWHERE[section]} of configuration.toml", place)
        else:
            self.warn(f"section '{key}' is not known to Marge and is left out", place, self.nearest(section, KNOWN))

    def error(self, message: str, place: Place, *, fatal: bool = False, item: bool = False) -> None:
        self.problems.append(Problem(message, place.file, place.line, fatal=fatal, item=item))

    def warn(self, message: str, place: Place, hint: str | None = None) -> None:
        self.problems.append(Problem(message, place.file, place.line, hint, severity="warning"))

    def nearest(self, word: Any, names: Iterable[str]) -> str | None:
        return nearest(word, names) if len(self.problems) < _MAX_HINTS else None


def _has_content(content: Any) -> bool:
    if isinstance(content, NodeDict):
        return any(_has_content(value) for value in content.values())
    if isinstance(content, NodeList):
        return bool(content)
    return content is not None
