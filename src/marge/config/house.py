"""A household's whole configuration: settings, YAML sections and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from marge.config.blueprints import DOMAINS, USE
from marge.config.customize import Customize
from marge.config.missing import drop_missing, missing_in
from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.packages import joined, merge_packages
from marge.config.problem import Problem
from marge.config.secret_store import SECRETS_FILE
from marge.config.settings import MargeSettings, Settings
from marge.config.shapes import Shaper
from marge.config.toml_config import TOML_FILE, load_toml
from marge.config.yaml_loader import YamlLoader, absolute, exists, read_text
from marge.config.yaml_settings import house_values, logger_values, recorder_values, take_mqtt_values
from marge.core.errors import InvalidConfig
from marge.core.hubconfig import HubConfig

ReadBlock = Callable[[NodeDict, list[Problem]], dict[str, Any]]
YAML_FILE: Final = "configuration.yaml"
EDITABLE: Final = {"automation": "automations.yaml", "script": "scripts.yaml", "scene": "scenes.yaml"}
"""The files that the user interface writes; without a configuration.yaml they are read by themselves."""


class HouseConfig(msgspec.Struct, frozen=True):
    """What `load` found.

    `configured` names the fields of `hub` that a file sets, and that the user interface therefore cannot change.
    `files` are the files read, relative to the configuration directory, in order;
    `unchecked` are those of them whose content is lost, because the file that includes them cannot be read.
    """

    config_dir: Path
    settings: Settings
    hub: HubConfig
    configured: frozenset[str]
    sections: Mapping[str, NodeDict | NodeList]
    customize: Customize
    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    unchecked: tuple[str, ...] = ()

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
        """The mistakes with which the hub cannot run."""
        return tuple(problem for problem in self.problems if problem.fatal)


def load(config_dir: Path, env: Mapping[str, str] | None = None) -> HouseConfig:
    """Read the configuration of `config_dir`; never raises for what the files contain, see `problems`."""
    return _House(config_dir, env).read()


class _House:
    """One reading; every step leaves its mistakes in `problems` and the rest usable."""

    def __init__(self, config_dir: Path, env: Mapping[str, str] | None) -> None:
        self.config_dir = config_dir = absolute(config_dir)
        self.problems: list[Problem] = []
        self.shaper = Shaper(self.problems)
        self.loader = YamlLoader(
            config_dir,
            env=env,
            on_broken_include=lambda error: self.problems.append(Problem.of(error)),
            keep_missing=True,
        )
        self.unchecked: list[str] = []

    def read(self) -> HouseConfig:
        toml = load_toml(self.config_dir, self.loader.secrets)
        raw = self.yaml()
        packages = _take_packages(raw.get("homeassistant"))
        own = NodeDict(YAML_FILE)
        if "homeassistant" in raw:
            own.put("homeassistant", raw.pop("homeassistant"), raw.place_of("homeassistant"))
            drop_missing(own, self.problems)
        block = own.get("homeassistant")
        block = self.shaper.shaped("homeassistant", block, raw.place_of("homeassistant"))
        assert isinstance(block, NodeDict)
        packaged = merge_packages(raw, packages, block.place_of("packages"), self.problems)
        for part in packaged:
            own = NodeDict(part.file, part.line)
            own.put("homeassistant", part, part.place)
            drop_missing(own, self.problems)
        packaged = [part for part in packaged if not any(True for _ in missing_in(part))]
        drop_missing(raw, self.problems)
        sections = self.shaper.sections(raw)
        self.blueprints(sections)
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
            problems=tuple(
                dict.fromkeys([*toml.problems, *toml.without_effect(), *self.problems, *self.loader.warnings])
            ),
            files=(*([TOML_FILE] if toml.exists else ()), *self.loader.files),
            unchecked=tuple(self.unchecked),
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
            read = [name for name in self.loader.files if name not in (YAML_FILE, SECRETS_FILE)]
            self.unchecked = [name for name in read if name not in EDITABLE.values()]
            return self.files_without_yaml()
        for key, name in EDITABLE.items():
            if name not in self.loader.files and self.has_content(name):
                missing = f"'{key}: !include {name}' is missing in {YAML_FILE}"
                self.shaper.warn(f"{name} is not used: {missing}", Place(name, 1))
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

    def mqtt(self, sections: dict[str, NodeDict | NodeList]) -> dict[str, Any]:
        """Take the connection settings out of the items of `mqtt:`."""
        values: dict[str, Any] = {}
        items = sections.get("mqtt")
        if isinstance(items, NodeList):
            for item in items:
                values.update(take_mqtt_values(item, self.problems))
            sections["mqtt"] = joined(items, items.place, None, items.place)
        return values

    def blueprints(self, sections: dict[str, NodeDict | NodeList]) -> None:
        """Replace the items that use a blueprint by what it makes of them."""
        used = [name for name in DOMAINS if any(USE in item for item in _mappings(sections.get(name)))]
        if not used:
            return
        # What fills them in is loaded by a household that has some.
        from marge.config.blueprints.files import BlueprintFiles
        from marge.config.blueprints.resolve import Resolver

        files = BlueprintFiles(self.config_dir, self.loader.env)
        resolver = Resolver(files, self.problems)
        for name in used:
            sections[name] = resolver.section(name, sections[name])
        self.loader.files += [name for name in files.loader.files if name not in self.loader.files]
        self.loader.warnings += files.loader.warnings

    def block(self, sections: dict[str, NodeDict | NodeList], name: str, read: ReadBlock) -> dict[str, Any]:
        content = sections.get(name)
        return read(content, self.problems) if isinstance(content, NodeDict) else {}


def _mappings(content: NodeDict | NodeList | None) -> Iterator[NodeDict]:
    items = content.values() if isinstance(content, NodeDict) else content or ()
    return (item for item in items if isinstance(item, NodeDict))


def _take_packages(block: Any) -> Any:
    """Take the packages out of `homeassistant:`; they have sections of their own."""
    return block.pop("packages", None) if isinstance(block, NodeDict) else None


def _hub_config(marge: MargeSettings, house: Mapping[str, Any]) -> HubConfig:
    only_yaml = {key: house[key] for key in ("radius", "internal_url", "external_url") if key in house}
    return HubConfig(**msgspec.structs.asdict(marge), **only_yaml)
