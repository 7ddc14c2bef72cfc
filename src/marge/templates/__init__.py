"""Home Assistant's template language: sandboxed Jinja with tracked dependencies.

Needs the hub and, for areas, devices, floors and labels, a `ports.RegistryLookup`. Offers `TemplateEngine` (one for
each hub), `Template` (cheap until first rendered; jinja2 is imported then), `ValueTemplate` for MQTT payloads and
`TemplateTracker` for results that follow the house.
"""

from __future__ import annotations

from marge.templates.complaints import OWNER
from marge.templates.complex import compile_complex, is_complex, render_complex
from marge.templates.engine import TemplateEngine
from marge.templates.render_info import RenderInfo
from marge.templates.results import is_template_string, result_as_boolean
from marge.templates.template import LOOP_LIMIT, PREVIEW_LIMIT, Template, TemplateTimeout
from marge.templates.tracking import (
    TemplateResult,
    TemplateTracker,
    TrackedTemplate,
    track_template,
    track_template_result,
)
from marge.templates.trial import check_all, try_out_all
from marge.templates.value_template import NO_JSON, VALUE_LIMIT, Payload, ValueTemplate

__all__ = [
    "LOOP_LIMIT",
    "NO_JSON",
    "OWNER",
    "PREVIEW_LIMIT",
    "VALUE_LIMIT",
    "Payload",
    "RenderInfo",
    "Template",
    "TemplateEngine",
    "TemplateResult",
    "TemplateTimeout",
    "TemplateTracker",
    "TrackedTemplate",
    "ValueTemplate",
    "check_all",
    "compile_complex",
    "is_complex",
    "is_template_string",
    "render_complex",
    "result_as_boolean",
    "track_template",
    "track_template_result",
    "try_out_all",
]
