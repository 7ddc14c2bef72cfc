"""Whatever blueprints and what uses them contain, the house is read, and each use is filled in or says why not."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marge.config import Input, load
from marge.config.blueprints.blueprint import inputs_in
from marge.config.blueprints.folder import BlueprintFolder
from marge.config.blueprints.instance import FailedInstance, Instance, mistake_of
from marge.config.blueprints.selectors import SELECTORS, read_selector
from marge.util import jsonx
from marge.util.schema import Invalid

FRAGMENTS = st.sampled_from(
    [
        "blueprint:", "name: x", "domain: automation", "input:", "selector:", "default:", "use_blueprint:",
        "path: b.yaml", "trigger:", "triggers:", "actions:", "!input a", "a:", "- ", "\n", "\n  ", "\n    ",
        "\n      ", "{", "}", "[", "]", ": ", ", ", "!include b.yaml", "&x ", "*x", "<<: *x", "~", "5", "text:",
        "number: {min: 1}", "collapsed: true", "homeassistant: {min_version: 1.1.1}", "source_url: https://x/y",
    ]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, max_size=30).map("".join)
HEAD = "blueprint:\n  name: X\n  domain: automation\n  input: {a: , b: {default: 1}}\n"
USE = "- use_blueprint:\n    path: b.yaml\n    input: {a: 2}\n  "


@settings(max_examples=300, deadline=None)
@given(st.one_of(TEXTS, TEXTS.map(lambda text: HEAD + text)), st.one_of(TEXTS, TEXTS.map(lambda text: USE + text)))
def test_any_blueprint_and_any_use_of_it(blueprint: str, automations: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "blueprints/automation/b.yaml")
        path.parent.mkdir(parents=True)
        path.write_text(blueprint)
        Path(folder, "automations.yaml").write_text(automations)
        house = load(Path(folder), env={})
        for item in house.items("automation"):
            if isinstance(item, Instance):
                assert "use_blueprint" not in item
                assert "blueprint" not in item or "blueprint" in item.given
                assert not list(inputs_in(item, ()))
            elif "use_blueprint" in item:
                assert isinstance(item, FailedInstance)
                mistake = mistake_of(item)
                assert mistake is not None
                assert mistake.path
        (listed,) = BlueprintFolder(Path(folder)).listed("automation").values()
        assert len(listed) == 1
        jsonx.dumps_safe(listed)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(["light", "list", "box"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["entity", "device", "filter", "domain", "min", "max", "mode", "options", "multiple", "x"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SELECTORS)), VALUES)
def test_any_selector_is_read_or_refused(kind: str, value: Any) -> None:
    try:
        read = read_selector({kind: value})
    except Invalid as error:
        assert error.message
    else:
        assert list(read) == [kind]
        assert value is None or read_selector(read) == read


def test_a_large_blueprint_that_is_used_often_costs_seconds_at_most(tmp_path: Path) -> None:
    path = tmp_path / "blueprints/automation/b.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + "actions:\n" + "  - {event: !input a}\n" * 50_000)
    (tmp_path / "automations.yaml").write_text(USE.rstrip(" ") * 1000)
    begin = time.process_time()
    items = load(tmp_path, env={}).items("automation")
    assert time.process_time() - begin < 20
    made = [item for item in items if isinstance(item, Instance)]
    assert 1 <= len(made) < 20
    assert "more than 1,000,000 values" in str(mistake_of(items[999]))
    assert Input not in {type(step["event"]) for step in made[0]["actions"]}
