"""Properties of templates: nothing but TemplateError comes out, and the fast path is Jinja's equal."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marge.core.errors import TemplateError
from marge.templates import TemplateEngine, ValueTemplate
from marge.templates.results import parse_result
from marge.testing import make_hub

ENGINE = TemplateEngine(make_hub(), limit=3)
ENGINE.hub.states.set("light.desk", "on", {"brightness": 80})
ENVIRONMENT = ENGINE.environment()

NAMES = st.sampled_from(sorted(set(ENVIRONMENT.globals) | {"value", "nobody", "loop", "self"}))
VALUES = st.one_of(
    st.sampled_from(
        ["none", "true", "states", "states.light", "states.light.desk", "now()", "nobody", "[]", "{}", "''"]
    ),
    st.integers(-(10**12), 10**12).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text("abcdefghij .:-°ß%{}0123456789", max_size=8).map(repr),
    st.lists(st.integers(-5, 5), max_size=4).map(repr),
    st.dictionaries(st.text("abc", max_size=2), st.integers(), max_size=2).map(repr),
)
ARGUMENTS = st.lists(VALUES, max_size=3).map(", ".join)
EXPRESSIONS = st.one_of(
    st.builds("{} | {}({})".format, VALUES, st.sampled_from(sorted(ENVIRONMENT.filters)), ARGUMENTS),
    st.builds("{}({})".format, NAMES, ARGUMENTS),
    st.builds("{} is {}({})".format, VALUES, st.sampled_from(sorted(ENVIRONMENT.tests)), ARGUMENTS),
    st.builds(
        "{} {} {}".format, VALUES, st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "~", "in", "<"]), VALUES
    ),
    st.builds("{}.{}".format, VALUES, st.sampled_from(sorted(set(dir(str)) | set(dir(dict)) | set(dir(int))))),
    st.builds("{}.{}({})".format, VALUES, st.sampled_from(sorted(set(dir(str)) | set(dir(list)))), ARGUMENTS),
)


def render(text: str, **variables: Any) -> None:
    try:
        ENGINE.template(text).render(variables)
    except TemplateError as error:
        assert "\n" not in str(error)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=200))
def test_any_text_renders_or_is_refused(text: str) -> None:
    render(text)
    render("{{ " + text + " }}")
    render("{% " + text + " %}")


@settings(max_examples=1500, deadline=None)
@given(EXPRESSIONS)
def test_any_function_with_any_values_renders_or_is_refused(expression: str) -> None:
    render("{{ " + expression + " }}")


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=6),
        st.sampled_from(["ON", "21.5", " 7 ", "0x1f", "1_000", "nan"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "state", "update", "items"]), inner)
    ),
    max_leaves=6,
)
PATHS = st.lists(
    st.sampled_from([".a", ".b", ".state", ".update", ".items", "['a']", '["b"]', "['update']", "[0]", "[1]"]),
    max_size=3,
)
FILTERS = st.lists(
    st.sampled_from(
        [
            "float",
            "float(0)",
            "int",
            "int(-1)",
            "round",
            "round(1)",
            "round(2)",
            "default(5)",
            "is_defined",
            "float(1.5)",
        ]
    ),
    max_size=2,
)


def outcome(template: ValueTemplate, payload: str) -> tuple[str, Any]:
    try:
        kind, text = "result", template.render(payload)
    except TemplateError as error:
        kind, text = "error", str(error)
    # Methods print with an address.
    return kind, re.sub(r" at 0x[0-9a-f]+", "", text)


@settings(max_examples=1500, deadline=None)
@given(JSON, PATHS, FILTERS, st.sampled_from(["value_json", "value"]))
def test_the_fast_path_gives_what_jinja_gives(value: Any, path: list[str], filters: list[str], root: str) -> None:
    text = "{{ " + " | ".join([root + "".join(path), *filters]) + " }}"
    payload = json.dumps(value)
    fast, slow = ValueTemplate(ENGINE, text), ValueTemplate(ENGINE, text)
    slow._getter = None
    assert outcome(fast, payload) == outcome(slow, payload)


NUMERIC = re.compile(r"^[+-]?(?!0\d)\d*(?:\.\d*)?$")


def straightforward(text: str) -> Any:
    """The rule for native values, without short cuts."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return text
    if isinstance(value, (str, complex)):
        return text
    if isinstance(value, (int, float)) and not isinstance(value, bool) and NUMERIC.match(text) is None:
        return text
    return value


@settings(max_examples=3000, deadline=None)
@given(
    st.one_of(
        st.text(max_size=12),
        st.text("0123456789+-._eExob", max_size=8),
        st.text("TrueFalsNo01,()[]{}'\"bBrRuUset.: #\\", max_size=10),
        JSON.map(repr),
    )
)
def test_native_values_follow_the_rule(text: str) -> None:
    text = text.strip()
    found, expected = parse_result(text), straightforward(text)
    assert found == expected or (found != found and expected != expected)
    assert isinstance(found, type(expected))
