"""What is wrong with automations, scripts and scenes, without setting anything up: for check-config and the editor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from marge.automation.actions import parse_actions
from marge.automation.all_mistakes import all_mistakes
from marge.automation.conditions import parse_conditions
from marge.automation.devices.missing import first_gone
from marge.automation.devices.reading import noting
from marge.automation.mistakes import explain
from marge.automation.scene import SceneConfig
from marge.automation.scripts import check_key
from marge.automation.settings import read_automation, read_script
from marge.automation.template_check import template_problems
from marge.automation.triggers import parse_triggers
from marge.config import NodeDict, NodeList, Place, Problem, find_place
from marge.config.blueprints.instance import mistake_of
from marge.registries import Registries
from marge.templates import TemplateEngine
from marge.util.schema import Invalid, convert

Validator = Callable[[Any], list[Problem]]


def validators(engine: TemplateEngine) -> dict[str, Validator]:
    """A validator for each section, as `marge.config.check` takes them; `engine` compiles the templates."""
    return {
        "automation": lambda content: list(_items(content, "Automation", _automation, engine)),
        "scene": lambda content: list(_items(content, "Scene", _scene, engine)),
        "script": lambda content: list(_scripts(content, engine)),
    }


def _automation(item: Any) -> None:
    read_automation(item)


def _scene(item: Any) -> None:
    convert(item, SceneConfig)


def _items(content: Any, kind: str, read: Callable[[Any], None], engine: TemplateEngine) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for place, item in enumerate(content if isinstance(content, NodeList) else ()):
        where = content.place_of(place)
        name = _name(item, place)
        yield from _one(kind, name, item, where, read, engine)
        unique_id = item.get("id") if isinstance(item, Mapping) else None
        if unique_id is not None and str(unique_id) in seen:
            at = find_place(item, ("id",), where)
            yield Problem(f"{kind} '{name}': the id '{unique_id}' is used already", at.file, at.line)
        seen[str(unique_id)] = place


def _scripts(content: Any, engine: TemplateEngine) -> Iterator[Problem]:
    if not isinstance(content, NodeDict):
        return
    for key, item in content.items():
        where = content.place_of(key)
        wrong = check_key(str(key))
        if wrong is not None:
            yield Problem(f"Script: {wrong}", where.file, where.line)
        else:
            yield from _one("Script", str(key), item, where, _read_script, engine)


def _read_script(item: Any) -> None:
    read_script(item)


def _one(
    kind: str, name: str, item: Any, where: Place, read: Callable[[Any], None], engine: TemplateEngine
) -> Iterator[Problem]:
    if (wrong := mistake_of(item)) is not None:
        yield Problem(f"{kind} '{name}': {wrong.message}", wrong.path, wrong.line, wrong.hint)
        return
    for error in all_mistakes(item, read):
        mistake = explain(error, item, where)
        yield Problem(f"{kind} '{name}': {mistake.message}", mistake.path, mistake.line, mistake.hint)
    for problem in template_problems(item, engine, where):
        yield Problem(f"{kind} '{name}': {problem.message}", problem.path, problem.line)


def _name(item: Any, place: int) -> str:
    if isinstance(item, Mapping):
        for key in ("id", "alias", "name"):
            if (value := item.get(key)) and not (key == "id" and str(value).isdigit()):
                return str(value)
    return f"number {place + 1}"


_PARTS: Final[dict[str, Callable[[Any], Any]]] = {
    "triggers": parse_triggers,
    "conditions": parse_conditions,
    "actions": parse_actions,
}


def validate_parts(config: Mapping[str, Any], registries: Registries | None = None) -> dict[str, dict[str, Any]]:
    """The answer of `validate_config`: for each of triggers, conditions, actions given, whether it is valid.

    With `registries` a device automation whose device or entity is not there is not valid.
    """
    answer: dict[str, dict[str, Any]] = {}
    for part, parse in _PARTS.items():
        if part in config:
            try:
                with noting() as noted:
                    parse(config[part])
                if registries is not None and (gone := first_gone(registries, noted, config[part])) is not None:
                    raise gone
            except Invalid as error:
                answer[part] = {"valid": False, "error": str(error)}
            else:
                answer[part] = {"valid": True, "error": None}
    return answer
