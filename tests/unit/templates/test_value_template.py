"""Value templates: what is fast, what is shared, what the variables are."""

from __future__ import annotations

import logging

import pytest

from marge.core.errors import TemplateError
from marge.templates import Payload, TemplateEngine, TemplateTimeout, ValueTemplate, value_template
from marge.templates.fastpath import recognise
from marge.templates.value_template import NO_JSON
from marge.testing import FakeClock, make_hub


def make(text: str, **options: str) -> ValueTemplate:
    return ValueTemplate(TemplateEngine(make_hub()), text, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "{{ value }}",
        "{{value_json.temperature}}",
        "{{- value_json['a b'].c[0] -}}",
        '{{ value_json["a"] | float(0) | round(1) }}',
        "{{ value_json.a | default(0) | int }}",
        "{{ value_json['update'].state }}",
    ],
)
def test_the_common_shapes_are_recognised(text: str) -> None:
    assert recognise(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "{{ value }} °C",
        "{{ value.a }}",
        "{{ value_json.a.items }}",
        "{{ value_json.a | upper }}",
        "{{ value_json.a | default('x') }}",
        "{{ value_json.a | round(1, 'ceil') }}",
        "{{ value_json.a | int(base=16) }}",
        "{{ value_json.a + 1 }}",
        "{{ value_json['a' ~ 'b'] }}",
        "{{ value_json['a\\n'] }}",
        "{{ value_json.__class__ }}",
        "{{ value_json[name] }}",
        "{% if value %}{{ value }}{% endif %}",
        "{{ value }}{{ value }}",
        "{{ value_jsonx }}",
        "{{ values }}",
    ],
)
def test_everything_else_is_left_to_jinja(text: str) -> None:
    assert recognise(text) is None


def test_the_json_of_a_payload_is_parsed_once_for_all_templates() -> None:
    payload = Payload('{"a": [1]}')
    assert payload.json is payload.json
    assert make("{{ value_json.a[0] }}").render(payload) == "1"
    assert make("{{ value_json.a | sum }}").render(payload) == "1"
    assert Payload("x").json is NO_JSON
    assert Payload("ignored", json={"a": 2}).json == {"a": 2}
    assert Payload("null").json is None


def test_the_entity_is_there_by_name_id_and_state() -> None:
    engine = TemplateEngine(make_hub())
    engine.hub.states.set("sensor.a", "4")
    template = ValueTemplate(
        engine,
        "{{ name }} {{ entity_id }} {{ this.state }} {{ value }} {{ unit }} {{ topic }}",
        entity_id="sensor.a",
        name="A",
        attributes={"unit": "W"},
    )
    assert template.render("5", variables={"topic": "t"}) == "A sensor.a 4 5 W t"


def test_a_missing_key_prints_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert make("{{ value_json.gone }}").render('{"a": 1}') == ""
    assert caplog.messages == [
        "Template variable warning: 'dict object' has no attribute 'gone' when rendering '{{ value_json.gone }}'"
    ]


@pytest.mark.parametrize("text", ["{{ value_json.a.b }}", "{{ value_json.a.b | upper }}"])
def test_what_is_undefined_gives_the_payload_or_the_default(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert make(text).render("not json") == "not json"
    assert "Error parsing value: 'value_json' is undefined (value: not json, template: {{ value_json.a.b" in caplog.text
    caplog.clear()
    assert make(text).render("not json", default=None) is None
    assert "Error parsing value" not in caplog.text


def test_other_mistakes_are_raised() -> None:
    with pytest.raises(TemplateError, match="float got invalid input 'x'"):
        make("{{ value | float }}").render("x")
    with pytest.raises(TemplateError, match="ZeroDivisionError"):
        make("{{ 1 / (value | int) }}").render("0")


def test_a_static_template_is_its_text() -> None:
    assert make(" ON ").render("whatever") == "ON"


def test_bytes_are_for_jinja() -> None:
    assert make("{{ value }}").render(b"\x01") == "b'\\x01'"
    assert make("{{ value_json.a }}").render(b'{"a": 1}') == "1"
    assert make("{{ value | unpack('B') }}").render(b"\x07") == "7"


def test_one_that_takes_long_is_stopped_and_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value_template, "VALUE_LIMIT", 0.05)
    clock = FakeClock()
    template = ValueTemplate(TemplateEngine(make_hub(clock=clock)), "{{ value | regex_match('(a+)+$') }}")
    assert template.render("a") == "True"
    with pytest.raises(TemplateTimeout, match="ran longer"):
        template.render("a" * 40 + "!")
    with pytest.raises(TemplateTimeout, match="not rendered for 30 s"):
        template.render("a")
    clock.advance(30)
    assert template.render("a") == "True"
