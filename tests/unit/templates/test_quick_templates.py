"""Which templates may be rendered on the loop without having been tried out."""

from __future__ import annotations

import pytest

from marge.templates import TemplateEngine, TemplateTimeout
from marge.testing import make_hub

QUICK = [
    "plain",
    "{{ 1 + 1 }}",
    "{{ states('sensor.a') | float(0) * 1.8 + 32 }}",
    "{{ states('sensor.a') | float(0) + 1 }}",
    "{{ states.light.desk.state }}",
    "{% if is_state('light.a', 'on') and now().hour > 7 %}yes{% else %}no{% endif %}",
    "{{ a is defined and a.b['c'] in ['x', 'y'] }}",
    "{{ (states('sensor.a') | float) | round(1, 'floor') }}",
    "{{ 1 +",
]
NOT_QUICK = [
    "{% for x in a %}{% endfor %}",
    "{% macro m() %}{% endmacro %}",
    "{% set x = range %}{{ x(9) }}",
    "{{ range(9) }}",
    "{{ a * b }}",
    "{{ 2 ** 3 }}",
    "{{ 'a' % 3 }}",
    "{{ a | regex_match('(a*)*b') }}",
    "{{ a is match('(a*)*b') }}",
    "{{ a | map('lower') | list }}",
    "{{ a | join }}",
    "{{ expand(states) }}",
    "{{ 'a'.center(9) }}",
    "{{ 1.5 | round(999999999, 'ceil') }}",
    "{{ 1.5 | round(precision=a) }}",
    "{{ states(*a) }}",
    "{% import 'x.jinja' as x %}",
    "{% filter regex_replace('(a*)*b', '') %}aaaa{% endfilter %}",
    "{{ " + "(" * 900 + "1" + ")" * 900 + " }}",
    "{{1-1}}" * 280,
    "{{ 'x' }}" + "x" * 3000,
]


@pytest.mark.parametrize("text", QUICK)
def test_what_has_no_loop_is_quick(text: str) -> None:
    assert TemplateEngine(make_hub()).template(text).is_quick


@pytest.mark.parametrize("text", NOT_QUICK, ids=lambda text: text[:40])
def test_everything_else_is_tried_out(text: str) -> None:
    engine = TemplateEngine(make_hub())
    assert not engine.template(text).is_quick
    assert not engine.template(text).is_quick


async def test_what_took_an_instant_is_quick_from_then_on_until_it_takes_long() -> None:
    engine = TemplateEngine(make_hub())
    template = engine.template("{% for i in range(n) %}{% for j in range(n) %}{% endfor %}{% endfor %}x")
    assert await template.render_apart({"n": 2}) == "x"
    assert template.is_quick
    with pytest.raises(TemplateTimeout, match="ran longer than 3 s"):
        await template.render_apart({"n": 40_000})
    assert not template.is_quick
    assert await template.render_apart({"n": 2}) == "x"
    assert not template.is_quick


async def test_what_took_long_once_stays_apart() -> None:
    engine = TemplateEngine(make_hub())
    template = engine.template("{% for i in range(9000) %}{% for j in range(300) %}{% endfor %}{% endfor %}x")
    assert await template.render_apart() == "x"
    assert not template.is_quick
