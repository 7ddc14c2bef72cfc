"""Rendering: results, errors, dependencies, bounds."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import pytest

from marge.core.errors import TemplateError
from marge.templates import TemplateEngine, compile_complex, is_complex, render_complex
from marge.testing import make_hub


def make_engine(**config: Any) -> TemplateEngine:
    engine = TemplateEngine(make_hub(time_zone="Europe/Berlin", **config))
    engine.hub.states.set("sensor.outside", "21.53", {"unit_of_measurement": "°C", "friendly_name": "Outside"})
    engine.hub.states.set("light.desk", "on", {"brightness": 80})
    engine.hub.states.set("light.hall", "off")
    return engine


def render(text: str, **variables: Any) -> Any:
    return make_engine().template(text).render(variables)


def test_importing_the_package_and_static_templates_load_no_jinja() -> None:
    code = (
        "import sys; from marge.templates import TemplateEngine, ValueTemplate; from marge.testing import make_hub;"
        "engine = TemplateEngine(make_hub()); assert engine.template('on').render() == 'on';"
        "value = ValueTemplate(engine, '{{ value_json.a }}'); assert value.render('{\"a\": 1}') == '1';"
        "assert value.render('{}') == '';"
        "assert not {'jinja2', 'ctypes', 'statistics', 'urllib.request'} & set(sys.modules), 'loaded'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, env={"PYTHONPATH": "src"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("{{ 1.50 }}", 1.5),
        ("007", "007"),
        ("1_000", "1_000"),
        ("1e5", "1e5"),
        ("0x10", "0x10"),
        ("-3", -3),
        ("+5", 5),
        ("{{ true }}", True),
        ("{{ none }}", None),
        ("None", None),
        ("{{ [1, 'a'] }}", [1, "a"]),
        ("{{ {'a': 1} }}", {"a": 1}),
        ("1, 2", (1, 2)),
        ("'quoted'", "'quoted'"),
        ("21 °C", "21 °C"),
        ("  padded  ", "padded"),
        ("1+2j", "1+2j"),
    ],
)
def test_results_become_native_values_as_in_home_assistant(text: str, value: Any) -> None:
    result = render(text)
    assert result == value
    assert type(result) is type(value) or isinstance(result, (list, dict, tuple))


def test_a_parsed_list_prints_as_it_was_written() -> None:
    assert render("{{ words }}", words=render("[ 1,2 ]")) == [1, 2]
    assert str(render("[ 1,2 ]")) == "[ 1,2 ]"


def test_an_undefined_variable_is_logged_with_the_template(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert render("{{ nobody }}!") == "!"
    assert "Template variable warning: 'nobody' is undefined when rendering '{{ nobody }}!'" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ nobody.name }}", "UndefinedError: 'nobody' is undefined"),
        ("{{ 1 / 0 }}", "ZeroDivisionError: division by zero"),
        ("{% if %}", "TemplateSyntaxError: "),
        ("{{ states.Foo }}", "TemplateError: Invalid domain name 'Foo'"),
        ("{{ 'x' | int }}", "ValueError: Template error: int got invalid input 'x' when rendering template"),
        ("{{ 5[0][1] }}", "UndefinedError: int object has no element 0"),
        ("{{ 5(1) }}", "TypeError: 'int' object is not callable"),
        ("{% include 'nothing' %}", "TemplateNotFound: nothing"),
    ],
)
def test_a_mistake_is_one_line_that_says_which(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_strict_templates_refuse_undefined_variables() -> None:
    with pytest.raises(TemplateError, match="'nobody' is undefined"):
        make_engine().template("{{ nobody }}", strict=True).render()


@pytest.mark.parametrize("text", ["{{ states('light.desk') }}", "{{ now() }}", "{{ 'light.desk' | has_value }}"])
def test_limited_templates_read_neither_states_nor_time(text: str) -> None:
    with pytest.raises(TemplateError, match="is not supported in limited templates"):
        make_engine().template(text, limited=True).render()
    assert make_engine().template("{{ value | int + 1 }}", limited=True).render({"value": "2"}) == 3


@pytest.mark.parametrize(
    ("text", "entities", "domains", "lifecycle", "everything", "time"),
    [
        ("{{ states('light.desk') }}", {"light.desk"}, set(), set(), False, False),
        ("{{ states('light.gone') }}", {"light.gone"}, set(), set(), False, False),
        ("{{ states.light.desk.attributes.brightness }}", {"light.desk"}, set(), set(), False, False),
        ("{{ states.light.desk.entity_id }}", set(), set(), set(), False, False),
        ("{{ states.light | map(attribute='state') | list }}", set(), {"light"}, {"light"}, False, False),
        ("{{ states.light | count }}", set(), set(), {"light"}, False, False),
        ("{{ states | map(attribute='state') | list }}", set(), set(), set(), True, False),
        ("{{ now() }}", set(), set(), set(), False, True),
        ("{{ 'light.desk' is is_state('on') }}", {"light.desk"}, set(), set(), False, False),
        ("{{ expand('light.desk', 'light.hall') | count }}", {"light.desk", "light.hall"}, set(), set(), False, False),
    ],
)
def test_what_a_render_depends_on(
    text: str, entities: set[str], domains: set[str], lifecycle: set[str], everything: bool, time: bool
) -> None:
    info = make_engine().template(text).render_to_info()
    info.result()
    assert info.entities == entities
    assert info.domains == domains
    assert info.domains_lifecycle == lifecycle
    assert info.all_states is everything
    assert info.has_time is time


def test_rate_limits_are_60_s_for_all_states_and_1_s_for_a_domain() -> None:
    engine = make_engine()
    assert engine.template("{{ states | list | count }}").render_to_info().rate_limit == 60
    assert engine.template("{{ states | count }}").render_to_info().rate_limit is None
    assert engine.template("{{ states.light | list | count / 0 }}").render_to_info().rate_limit == 60
    assert engine.template("{{ states.light | list | count }}").render_to_info().rate_limit == 1
    assert engine.template("{{ states('light.desk') }}").render_to_info().rate_limit is None


def test_empty_pieces_do_not_end_the_output() -> None:
    assert render("{% for i in range(300) %}{{ '' if i < 299 else 'end' }}{% endfor %}") == "end"


def test_output_over_256_kib_is_refused() -> None:
    assert len(render("{% for i in range(256) %}{{ 'x' * 1024 }}{% endfor %}")) == 256 * 1024
    with pytest.raises(TemplateError, match="Template output exceeded maximum size of 262144 characters"):
        render("{% for i in range(256) %}{{ 'x' * 1024 }}{% endfor %}y")


def test_compiled_templates_are_shared_and_bounded() -> None:
    engine = make_engine()
    assert engine.compile("{{ 1 }}") is engine.compile("{{ 1 }}")
    for number in range(600):
        engine.compile(f"{{{{ {number} }}}}")
    assert len(engine._compiled) == 512


def test_complex_data_is_compiled_and_rendered_at_every_depth() -> None:
    engine = make_engine()
    data = compile_complex(engine, {"{{ key }}": ["{{ 1 + 1 }}", "plain", 3, {"x": "{{ states('light.desk') }}"}]})
    assert is_complex(data)
    assert not is_complex({"a": ["plain"]})
    assert render_complex(data, {"key": "k"}) == {"k": [2, "plain", 3, {"x": "on"}]}
