"""Which templates cannot take long: those without loops, macros and anything that makes much of little.

What this does not know is not quick; it is tried out in a copy of the hub first, which costs some milliseconds.
"""

from __future__ import annotations

from typing import Final

import jinja2
from jinja2 import nodes

MAX_NODES: Final = 150

_HARMLESS: Final = frozenset(
    {
        nodes.Add,
        nodes.And,
        nodes.Compare,
        nodes.CondExpr,
        nodes.Const,
        nodes.Div,
        nodes.FloorDiv,
        nodes.Getattr,
        nodes.Getitem,
        nodes.If,
        nodes.Neg,
        nodes.Not,
        nodes.Operand,
        nodes.Or,
        nodes.Output,
        nodes.Pos,
        nodes.Sub,
        nodes.Template,
        nodes.TemplateData,
    }
)
_FUNCTIONS: Final = frozenset(
    {
        "bool",
        "float",
        "has_value",
        "iif",
        "int",
        "is_number",
        "is_state",
        "is_state_attr",
        "now",
        "state_attr",
        "states",
        "utcnow",
    }
)
_FILTERS: Final = frozenset(
    {
        "bool",
        "count",
        "d",
        "default",
        "float",
        "has_value",
        "iif",
        "int",
        "is_number",
        "length",
        "lower",
        "round",
        "state_attr",
        "states",
        "title",
        "trim",
        "upper",
    }
)
_TESTS: Final = frozenset(
    {
        "defined",
        "eq",
        "false",
        "ge",
        "gt",
        "has_value",
        "is_number",
        "is_state",
        "is_state_attr",
        "le",
        "lt",
        "ne",
        "none",
        "number",
        "string",
        "true",
        "undefined",
    }
)


def is_quick(environment: jinja2.Environment, text: str) -> bool:
    """Whether compiling and rendering `text` can only take a moment; a text with a syntax error is quick to refuse."""
    try:
        tree = environment.parse(text)
    except jinja2.TemplateSyntaxError:
        return True
    except RecursionError:
        return False
    left: list[nodes.Node] = [tree]
    seen = 0
    while left:
        node = left.pop()
        seen += 1
        if seen > MAX_NODES or not _is_harmless(environment, node):
            return False
        left.extend(node.iter_child_nodes())
    return True


def _is_harmless(environment: jinja2.Environment, node: nodes.Node) -> bool:
    kind = type(node)
    if kind in _HARMLESS:
        return True
    if isinstance(node, nodes.Name):
        return node.name in _FUNCTIONS or node.name not in environment.globals
    if isinstance(node, nodes.Mul):
        return _is_number(node.left) or _is_number(node.right)
    if isinstance(node, nodes.Call):
        callee = node.node
        return (
            isinstance(callee, nodes.Name)
            and callee.name in _FUNCTIONS
            and node.dyn_args is None
            and node.dyn_kwargs is None
        )
    if isinstance(node, nodes.Filter):
        if node.name == "round" and not all(_is_small(each) for each in node.args):
            return False
        return _is_plain(node, _FILTERS)
    if isinstance(node, nodes.Test):
        return _is_plain(node, _TESTS)
    if isinstance(node, (nodes.List, nodes.Tuple)):
        return all(isinstance(item, nodes.Const) for item in node.items)
    return isinstance(node, nodes.Keyword)


def _is_plain(node: nodes.Filter | nodes.Test, names: frozenset[str]) -> bool:
    plain = node.dyn_args is None and node.dyn_kwargs is None
    # A precision may be given by its name.
    return plain and node.name in names and (node.name != "round" or not node.kwargs)


def _is_number(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, (int, float))


def _is_small(node: nodes.Node) -> bool:
    """Whether this is a precision, or a method, of rounding."""
    if not isinstance(node, nodes.Const):
        return False
    return not isinstance(node.value, (int, float)) or abs(node.value) <= 20
