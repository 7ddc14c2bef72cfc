"""Many templates at once, in a copy of the hub: tried out before its loop renders them, or only compiled as a check."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from marge.core.errors import OperationFailed, TemplateError
from marge.templates.results import is_template_string
from marge.templates.template import Template, TemplateTimeout, Variables

if TYPE_CHECKING:
    from marge.templates.engine import TemplateEngine
    from marge.templates.preview import Outcome

TRIAL_LIMIT: Final = 1.0
"""Seconds that all of them together may take."""

CHECK_LIMIT: Final = 120.0
"""Seconds that compiling all templates of a house may take; nothing waits for it."""


async def try_out_all(engine: TemplateEngine, config: Any, variables: Variables | None = None) -> None:
    """Raise TemplateTimeout when the templates in `config` (JSON values) take longer than 1 s or too much memory.

    Other mistakes in them are left to whoever uses them. Raises OperationFailed when the system has no room for a copy.
    """
    templates = [template for text in _texts(config) if not (template := engine.template(text)).is_quick]
    if not templates:
        return
    outcome = await engine.previews.run(lambda: _attempt(templates, variables), TRIAL_LIMIT)
    if outcome.stopped:
        raise TemplateTimeout(f"{outcome.error}; the templates together may take {TRIAL_LIMIT:g} s")


async def check_all(engine: TemplateEngine, texts: Sequence[str]) -> dict[int, str]:
    """What is wrong with those of `texts` that do not compile, by their place.

    The hub itself compiles nothing and loads no Jinja. Raises OperationFailed when the copy could not do it.
    """
    if not texts:
        return {}
    try:
        outcome = await engine.previews.run(lambda: _compile_all(engine, texts), CHECK_LIMIT)
    except TemplateError as error:
        raise OperationFailed(str(error)) from error
    if outcome.error is not None:
        raise OperationFailed(outcome.error)
    return dict(json.loads(outcome.text))


def _compile_all(engine: TemplateEngine, texts: Sequence[str]) -> Outcome:
    from marge.templates.preview import Outcome

    wrong: list[tuple[int, str]] = []
    for place, text in enumerate(texts):
        try:
            engine.check(text)
        except TemplateError as error:
            wrong.append((place, str(error)))
    return Outcome(json.dumps(wrong))


def _attempt(templates: Sequence[Template], variables: Variables | None) -> Outcome:
    from marge.templates.preview import Outcome

    end = time.monotonic() + TRIAL_LIMIT
    for template in templates:
        # A limit of nothing would be none.
        outcome = template.attempt(max(end - time.monotonic(), 0.001), variables)
        if outcome.stopped:
            return outcome
    return Outcome()


def _texts(config: Any) -> Iterator[str]:
    left = [config]
    while left:
        value = left.pop()
        if isinstance(value, str):
            if is_template_string(value):
                yield value
        elif isinstance(value, dict):
            left += value
            left += value.values()
        elif isinstance(value, list):
            left += value
