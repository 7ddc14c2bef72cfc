"""Scopes of a run, and blocks of variables."""

from __future__ import annotations

from marge.automation.variables import Scope, VariableBlock
from marge.templates import TemplateEngine
from marge.testing import make_hub


def test_a_value_goes_where_the_variable_is_defined() -> None:
    top = Scope({"a": 1})
    loop = top.inner()
    loop.define("repeat", 1)
    inner = loop.inner()
    inner.define("repeat", 2)
    inner.assign("repeat", 3)
    inner.assign("a", 2)
    inner.assign("new", 5)
    assert inner.flat() == {"a": 2, "new": 5, "repeat": 3}
    assert loop.flat() == {"a": 2, "new": 5, "repeat": 1}
    assert top.flat() == {"a": 2, "new": 5}


def test_a_branch_keeps_its_wait_to_itself() -> None:
    top = Scope({})
    one, two = top.branch(), top.branch()
    one.inner().assign_own("wait", 1)
    two.assign_own("wait", 2)
    one.assign("shared", "x")
    assert (one.flat()["wait"], two.flat()["wait"]) == (1, 2)
    assert top.flat() == {"shared": "x"}
    one.assign("wait", "for all")
    assert top.flat()["wait"] == "for all"
    assert one.flat()["wait"] == "for all"


def test_blocks_give_what_is_lacking_or_what_is_new() -> None:
    engine = TemplateEngine(make_hub())
    block = VariableBlock({"a": "{{ x + 1 }}", "b": "{{ a * 2 }}", "c": 5})
    assert block.under(engine, {"x": 1, "b": "given"}) == {"x": 1, "a": 2, "b": "given", "c": 5}
    assert block.over(engine, {"x": 1, "b": "given"}) == {"a": 2, "b": 4, "c": 5}
    assert not VariableBlock({})
