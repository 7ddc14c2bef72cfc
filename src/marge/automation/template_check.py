"""Whether the templates of automations and scripts compile, told before they are needed.

Loading a house compiles nothing: triggers are looked at when they are attached, everything else once the hub runs, in
a copy of it, so that a house whose automations rest has no Jinja in its memory.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from marge.config import Place, find_place
from marge.config.blueprints.instance import about
from marge.core.errors import InvalidConfig, OperationFailed, TemplateError
from marge.templates import TemplateEngine, check_all, is_template_string
from marge.templates.fastpath import recognise

_LOGGER = logging.getLogger("marge.automation")

# Texts for people, and what only the user interface reads: what looks like a template there is none.
_PROSE: Final = ("alias", "description", "metadata", "name")
# The descriptions of what a script takes are such texts too.
_WHOLE_PROSE: Final = ("fields",)

_TRIGGERS: Final = ("trigger", "triggers", "trigger_variables")

_Path = tuple[str | int, ...]


def template_problems(item: Any, engine: TemplateEngine, where: Place) -> Iterator[InvalidConfig]:
    """Every template in `item` that does not compile, with its place."""
    for path, text in _of_item(item):
        if (problem := _problem(item, path, text, engine, where)) is not None:
            yield problem


def first_problem(item: Any, engine: TemplateEngine, where: Place) -> InvalidConfig | None:
    """The first template in `item` that does not compile, None when all do."""
    return next(template_problems(item, engine, where), None)


def trigger_problem(item: Mapping[str, Any], engine: TemplateEngine, where: Place) -> InvalidConfig | None:
    """The first template in the triggers of an automation that does not compile; what compiles is kept for them."""
    for key in _TRIGGERS:
        for path, text in _templates(item.get(key), (key,)):
            if (problem := _problem(item, path, text, engine, where, keep=True)) is not None:
                return problem
    return None


async def first_problems(items: Sequence[tuple[Any, Place]], engine: TemplateEngine) -> dict[int, InvalidConfig]:
    """For each of `items` with a template that does not compile, by its number, the first one.

    A copy of the hub compiles them. When it cannot, the log says so, and a mistake shows when its template is used.
    """
    templates = [(number, path, text) for number, (item, _) in enumerate(items) for path, text in _of_item(item)]
    try:
        complaints = await check_all(engine, [text for _, _, text in templates])
    except OperationFailed as error:
        _LOGGER.warning("The templates of automations and scripts could not be checked: %s", error)
        return {}
    problems: dict[int, InvalidConfig] = {}
    for place, complaint in complaints.items():
        number, path, _ = templates[place]
        item, where = items[number]
        problems.setdefault(number, _explained(item, path, where, complaint))
    return problems


def _problem(
    item: Any, path: _Path, text: str, engine: TemplateEngine, where: Place, *, keep: bool = False
) -> InvalidConfig | None:
    try:
        if keep:
            engine.compile(text.strip())
        else:
            engine.check(text)
    except TemplateError as error:
        return _explained(item, path, where, str(error))
    return None


def _explained(item: Any, path: _Path, where: Place, complaint: str) -> InvalidConfig:
    at = find_place(item, path, where)
    key = next((step for step in reversed(path) if isinstance(step, str)), "template")
    message = f"the template of '{key}' is wrong: {complaint}{about(item, path)}"
    return InvalidConfig(message, at.file, at.line or None)


def _of_item(item: Any) -> Iterator[tuple[_Path, str]]:
    if isinstance(item, Mapping):
        for key, each in item.items():
            if key not in _PROSE and key not in _WHOLE_PROSE:
                yield from _templates(each, (key,))


def _templates(value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    """Every text that needs Jinja; the common templates of payloads do not, and are right."""
    if isinstance(value, str):
        if is_template_string(value) and recognise(value.strip()) is None:
            yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if key not in _PROSE:
                yield from _templates(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _templates(each, (*path, place))
