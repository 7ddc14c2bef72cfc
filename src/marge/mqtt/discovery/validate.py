"""What is wrong with the entities that the files list under `mqtt:`, without setting any up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from marge.config.locate import find_place, locate
from marge.config.nodes import NodeDict, NodeList
from marge.config.problem import Problem
from marge.core.errors import InvalidConfig, MargeError
from marge.mqtt.discovery.component import COMPONENTS, Component, load_component
from marge.mqtt.discovery.config import check_keys, read_config
from marge.mqtt.discovery.sharing import Shared
from marge.templates import TemplateEngine
from marge.util.schema import Invalid
from marge.util.suggest import nearest

_NOT_MANUAL: Final = frozenset({"device_automation", "tag"})


def validator(engine: TemplateEngine) -> Callable[[Any], list[Problem]]:
    """The validator of the `mqtt:` section, as `marge.config.check` takes it; `engine` compiles the templates."""
    shared = Shared(engine)
    return lambda content: list(_problems(content, shared))


def checked(name: str, config: Any) -> Component:
    """The component of an entity of the files, whose keys are all known; raises Invalid."""
    component = load_component(name) if name not in _NOT_MANUAL else None
    if component is None:
        hint = nearest(name, COMPONENTS.keys() - _NOT_MANUAL)
        raise Invalid(f"MQTT has no entities of the kind '{name}'", (), hint)
    if not isinstance(config, dict):
        raise Invalid(f"expected a mapping, got {config!r:.50}")
    check_keys(config, component.schema(config))
    return component


def named(component: str, config: Any) -> str:
    """How messages call an entity of the files."""
    name = next((config[key] for key in ("name", "unique_id") if config.get(key)), None) if _is_dict(config) else None
    return f"MQTT {component}" + (f" '{name}'" if name is not None else "")


def located(error: Invalid | MargeError, config: Any) -> InvalidConfig:
    """The mistake with file and line, where the configuration knows them."""
    return locate(error, config) if isinstance(error, Invalid) else InvalidConfig(str(error))


def _problems(content: Any, shared: Shared) -> Iterator[Problem]:
    for item in content if isinstance(content, NodeList) else ():
        for component, configs in item.items() if isinstance(item, NodeDict) else ():
            entities = list(enumerate(configs)) if isinstance(configs, NodeList) else [(None, configs)]
            for index, config in entities:
                try:
                    kind = checked(component, config).schema(config)
                    read_config(shared, config, kind)
                except (Invalid, MargeError) as error:
                    mistake = located(error, config)
                    if mistake.line is None:
                        mistake.path, mistake.line = find_place(item, (component, *(() if index is None else (index,))))
                    message = f"{named(component, config)}: {mistake.message}"
                    yield Problem(message, mistake.path, mistake.line, mistake.hint)


def _is_dict(config: Any) -> bool:
    return isinstance(config, dict)
