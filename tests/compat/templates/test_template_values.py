"""Value templates give what Home Assistant's `render_with_possible_json_value` gave, on both ways through."""

from __future__ import annotations

from typing import Any

import pytest
from template_world import build, load

from marge.core.errors import TemplateError
from marge.templates import ValueTemplate

ROWS: list[list[Any]] = load("values.json")
BY_TEMPLATE: dict[str, list[list[Any]]] = {}
for row in ROWS:
    BY_TEMPLATE.setdefault(row[0], []).append(row)


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("text", BY_TEMPLATE)
def test_a_value_template_gives_what_home_assistant_gives(text: str, fast: bool) -> None:
    template = ValueTemplate(build(), text)
    if not fast:
        template._getter = None
    for _, payload, expected, *error in BY_TEMPLATE[text]:
        if error:
            with pytest.raises(TemplateError, match=error[0]):
                template.render(payload)
        else:
            assert template.render(payload) == expected, payload
