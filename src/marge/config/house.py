"""A household's whole configuration: settings, YAML sections and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from marge.config.customize import Customize
from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.packages import joined, merge_dict, merge_packages
from marge.config.problem import Problem
from marge.config.settings import MargeSettings, Settings
from marge.config.toml_config import TOML_FILE, load_toml
from marge.config.yaml_loader import YamlLoader, absolute, exists, read_text
from marge.config.yaml_sections import ALWAYS_ON, ELSEWHERE, ENTITY_DOMAINS, KNOWN, PLATFORMS, is_list
from marge.config.yaml_settings import house_values, logger_values, recorder_values, take_mqtt_values
from marge.core.errors import InvalidConfig
from marge.core.hubconfig import HubConfig
from marge.util.suggest import nearest

YAML_FILE: Final = "configuration.yaml"
_MAX_HINTS: Final = 100  # each costs a millisecond
EDITABLE: Final = {"automation": "automations.yaml", "script": "scripts.yaml", "scene": "scenes.yaml"}
"""The files that the user interface writes; without a configuration.yaml they are read by themselves."""


class HouseConfig(msgspec.Struct, frozen=True):
    """What `load` found.

    `configured` names the fields of `hub` that a file sets, and that the user interface therefore cannot change.
    `files` are the files read, relative to the configuration directory, in order.
    """

    config_dir: Path
    settings: Settings
    hub: HubConfig
    configured: frozenset[str]
    sections: Mapping[str, NodeDict | NodeList]
    customize: Customize
    problems: tuple[Problem, ...]
    files: tuple[str, ...]

    def items(self, section: str) -> NodeList:
        """Return the items of a section whose content is a list; empty when the section is absent."""
        content = self.sections.get(section)
        return content if isinstance(content, NodeList) else NodeList()

    def mapping(self, section: str) -> NodeDict:
        """Return a section whose content is a mapping; empty when the section is absent."""
        content = self.sections.get(section)
        return content if isinstance(content, NodeDict) else NodeDict()

    @property
    def fatal(self) -> tuple[Problem, ...]:
        """The mistakes with which the hub starts in safe mode only."""
        return tuple(problem for problem in self.problems if problem.fatal)


def load(config_dir: Path, env: Mapping[str, str] | None = None) -> HouseConfig:
    """Read the configuration of `config_dir`; never raises for what the files contain, see `problems`."""
    return _House(config_dir, env).read()


class _House:
    """One reading; every step leaves its mistakes in `problems` and the rest usable."""

    def __init__(self, config_dir: Path, env: Mapping[str, str] | None) -> None:
        self.config_dir = config_dir = absolute(config_dir)
        self.problems: list[Problem] = []
        self.loader = YamlLoader(
            config_dir, env=env, on_broken_include=lambda error: self.problems.append(Problem.of(error))
        )

    def read(self) -> HouseConfig:
        toml = load_toml(self.config_dir, self.loader.secrets)
        raw = self.yaml()
        block = raw.pop("homeassistant", None)
        block = self.shaped("homeassistant", block, raw.place_of("homeassistant"))
        assert isinstance(block, NodeDict)
        packaged = merge_packages(raw, block.get("packages"), block.place_of("packages"), self.problems)
        sections = self.sections(raw)
        customize = Customize()
        for part in (block, *packaged):
            customize.read(part, self.problems)
        house = house_values(block, self.problems)
        settings = toml.settings(
            {
                "marge": {key: value for key, value in house.items() if key in MargeSettings.__struct_fields__},
                "mqtt": self.mqtt(sections),
                "recorder": self.block(sections, "recorder", recorder_values),
                "logger": self.block(sections, "logger", logger_values),
            }
        )
        if block:
            sections["homeassistant"] = block
        return HouseConfig(
            config_dir=self.config_dir,
            configured=frozenset(house) | frozenset(toml.values.get("marge", ())),
            settings=settings,
            hub=_hub_config(settings.marge, house),
            sections=sections,
            customize=customize,
            problems=(*toml.problems, *self.problems, *self.loader.warnings),
            files=(*([TOML_FILE] if toml.exists else ()), *self.loader.files),
        )

    def yaml(self) -> NodeDict:
        """The content of configuration.yaml, or of the files beside it when there is none."""
        path = self.config_dir / YAML_FILE
        if not exists(path):
            return self.files_without_yaml()
        try:
            content = self.loader.load(path)
            if content is not None and not isinstance(content, NodeDict):
                raise InvalidConfig(f"{YAML_FILE} must be a mapping of sections such as 'automation:'", YAML_FILE, 1)
        except InvalidConfig as error:
            self.problems.append(Problem.of(error, fatal=True))
            return NodeDict(YAML_FILE)
        for key, name in EDITABLE.items():
            if name not in self.loader.files and self.has_content(name):
                self.warn(f"{name} is not used: '{key}: !include {name}' is missing in {YAML_FILE}", Place(name, 1))
        return content or NodeDict(YAML_FILE)

    def files_without_yaml(self) -> NodeDict:
        content = NodeDict(YAML_FILE)
        for key, name in EDITABLE.items():
            if exists(self.config_dir / name):
                try:
                    content.put(key, self.loader.load(self.config_dir / name), Place(name, 1))
                except InvalidConfig as error:
                    self.problems.append(Problem.of(error))
        return content

    def has_content(self, name: str) -> bool:
        """Whether a file holds more than comments and an empty list or mapping."""
        try:
            lines = read_text(self.config_dir / name, name).splitlines()
        except InvalidConfig:
            return False
        return any(line.strip() not in ("", "[]", "{}", "---") and not line.lstrip().startswith("#") for line in lines)

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
            if section in ENTITY_DOMAINS:
                shaped = self.platforms(section, shaped)
            present = sections.get(section)
            if isinstance(present, NodeDict) and isinstance(shaped, NodeDict):
                merge_dict(present, shaped, f"'{key}'", section, self.problems)
            elif present is not None:
                sections[section] = joined(present, place, shaped, place)
            elif shaped:
                sections[section] = shaped
        return sections

    def shaped(self, section: str, content: Any, place: Place) -> NodeDict | NodeList:
        """`content` as the list or mapping that `section` has; what cannot be one is a mistake and counts as empty."""
        empty = content is None or content == {} or content == []
        if is_list(section):
            if isinstance(content, NodeList):
                return joined(content, place, None, place)
            if isinstance(content, NodeDict):
                return joined(None, place, content, place)
            if not empty:
                self.error(f"'{section}' must be a list", place)
            return NodeList(*place)
        if isinstance(content, NodeDict):
            return content
        if not empty:
            self.error(f"'{section}' must be a mapping", place, fatal=section == "homeassistant")
        return NodeDict(*place)

    def platforms(self, section: str, items: NodeDict | NodeList) -> NodeList:
        """The items of an entity domain whose platform is known."""
        kept = NodeList(*items.place)
        for index, item in enumerate(items):
            place = items.place_of(index)
            platform = item.get("platform") if isinstance(item, NodeDict) else None
            if platform in PLATFORMS:
                kept.add(item, place)
            elif platform is None:
                wrong = (
                    next((key for key in item if self.nearest(key, ("platform",))), None)
                    if isinstance(item, NodeDict)
                    else None
                )
                if wrong is not None:
                    at = item.place_of(wrong)
                    self.problems.append(Problem(f"unknown key '{wrong}'", at.file, at.line, "platform"))
                else:
                    self.error(f"an item of '{section}' has no 'platform'", place)
            else:
                self.warn(
                    f"platform '{platform}' of '{section}' is not known to Marge and is left out",
                    item.place_of("platform"),
                    self.nearest(platform, PLATFORMS),
                )
        return kept

    def unknown(self, key: str, section: str, content: Any, place: Place) -> None:
        if section in ALWAYS_ON:
            if _has_content(content):
                self.warn(f"what '{key}' contains is not used by Marge", place)
        elif section in ELSEWHERE:
            self.warn(f"'{key}' is not used: set it in {ELSEWHERE[section]} of configuration.toml", place)
        else:
            self.warn(f"section '{key}' is not known to Marge and is left out", place, self.nearest(section, KNOWN))

    def mqtt(self, sections: dict[str, NodeDict | NodeList]) -> dict[str, Any]:
        """The connection settings among the items of `mqtt:`."""
        values: dict[str, Any] = {}
        for item in sections.get("mqtt", ()):
            if isinstance(item, NodeDict):
                values.update(take_mqtt_values(item, self.problems))
        if "mqtt" in sections:
            kept = joined(sections["mqtt"], sections["mqtt"].place, None, sections["mqtt"].place)
            sections["mqtt"] = kept
        return values

    def block(self, sections: dict[str, NodeDict | NodeList], name: str, read: Any) -> dict[str, Any]:
        content = sections.get(name)
        values: dict[str, Any] = read(content, self.problems) if content else {}
        return values

    def error(self, message: str, place: Place, *, fatal: bool = False) -> None:
        self.problems.append(Problem(message, place.file, place.line, fatal=fatal))

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


def _hub_config(marge: MargeSettings, house: Mapping[str, Any]) -> HubConfig:
    only_yaml = {key: house[key] for key in ("radius", "internal_url", "external_url") if key in house}
    return HubConfig(**msgspec.structs.asdict(marge), **only_yaml)
