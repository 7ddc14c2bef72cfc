"""Templates inside lists and mappings, as service data and variables have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from marge.templates.results import is_template_string
from marge.templates.template import Template, Variables

if TYPE_CHECKING:
    from marge.templates.engine import TemplateEngine


def compile_complex(engine: TemplateEngine, value: Any) -> Any:
    """Return `value` with every text that holds a template made a `Template`; other values stay the same objects."""
    if isinstance(value, str):
        return engine.template(value) if is_template_string(value) else value
    if isinstance(value, Mapping):
        return {compile_complex(engine, key): compile_complex(engine, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [compile_complex(engine, item) for item in value]
    return value


def render_complex(value: Any, variables: Variables | None = None, parse_result: bool = True) -> Any:
    """Return `value` with every `Template` in it rendered; raises TemplateError for the first that fails."""
    if isinstance(value, Template):
        return value.render(variables, parse_result)
    if isinstance(value, list):
        return [render_complex(item, variables, parse_result) for item in value]
    if isinstance(value, Mapping):
        return {
            render_complex(key, variables, parse_result): render_complex(item, variables, parse_result)
            for key, item in value.items()
        }
    return value


def is_complex(value: Any) -> bool:
    """Whether there is a `Template` in `value`."""
    if isinstance(value, Template):
        return True
    if isinstance(value, list):
        return any(is_complex(item) for item in value)
    if isinstance(value, Mapping):
        return any(is_complex(key) or is_complex(item) for key, item in value.items())
    return False
