"""Every recorded template gives what Home Assistant gave: text, native value, error and dependencies."""

from __future__ import annotations

from typing import Any

import pytest
from template_world import build, load

from marge.core.errors import TemplateError

CASES = load("cases.json")

# Errors whose text is not Home Assistant's: these begin like this instead.
OTHER_WORDS: dict[str, str] = {
    "{{ '{' | from_json }}": "ValueError: invalid JSON: ",
    "{{ states.light.lamp.attributes.update({'a': 1}) }}": "SecurityError: access to attribute 'update' of 'dict'",
}


def show(value: Any) -> Any:
    """The JSON form in which results were recorded."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else {"float": repr(value)}
    if isinstance(value, list):
        return [show(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[show(key), show(item)] for key, item in value.items()]}
    if isinstance(value, set):
        return {"set": sorted(map(repr, value))}
    if isinstance(value, tuple):
        return {"tuple": [show(item) for item in value]}
    return {type(value).__name__: repr(value)}


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 250


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["template"][:60])
def test_a_template_gives_what_home_assistant_gives(case: dict[str, Any]) -> None:
    engine = build()
    variables = case.get("variables", {})
    template = engine.template(case["template"])
    if "error" in case:
        with pytest.raises(TemplateError) as caught:
            template.render(variables)
        expected = OTHER_WORDS.get(case["template"], " ".join(case["error"].split()))
        assert str(caught.value)[: len(expected)] == expected
        return
    assert template.render(variables, parse_result=False) == case["text"]
    assert show(template.render(variables)) == case["result"]
    info = template.render_to_info(variables)
    assert sorted(info.entities) == case.get("entities", [])
    assert sorted(info.domains) == case.get("domains", [])
    assert sorted(info.domains_lifecycle) == case.get("domains_lifecycle", [])
    for name in ("all_states", "all_states_lifecycle", "has_time"):
        assert getattr(info, name) is case.get(name, False), name
