"""The Jinja sandbox with bounds: operators, calls, formats and filters cannot make much of little.

Imports jinja2; nothing imports this module before the first template is compiled.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable
from functools import wraps
from types import BuiltinMethodType, CodeType, MethodType
from typing import Any, Final

import jinja2
from jinja2 import filters as builtin
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedFormatter, modifies_known_mutable
from jinja2.utils import Namespace, generate_lorem_ipsum, pass_environment

from marge.core.errors import TemplateError
from marge.templates import bounds
from marge.templates.functions.states import AllStates, DomainStates, TemplateState
from marge.templates.render_info import report

_CONTAINERS: Final = (list, tuple, dict, set, frozenset)
_PUBLIC: Final = (AllStates, DomainStates, TemplateState, LoopContext)


class LoggingUndefined(jinja2.Undefined):
    """An undefined variable that says so in the log when it is printed, iterated over or tested."""

    __slots__ = ()

    def _fail_with_undefined_error(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._fail_with_undefined_error(*args, **kwargs)
        except self._undefined_exception:
            report(logging.ERROR, self._undefined_message)
            raise

    def __str__(self) -> str:
        report(logging.WARNING, self._undefined_message)
        return super().__str__()

    def __iter__(self) -> Any:
        report(logging.WARNING, self._undefined_message)
        return super().__iter__()

    def __bool__(self) -> bool:
        report(logging.WARNING, self._undefined_message)
        return super().__bool__()


class BoundedNamespace(Namespace):
    """`namespace()`: the one thing that a loop can add to, so what is put there is not nested too deep."""

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(value, _CONTAINERS):
            bounds.check_depth(value)
        Namespace.__setitem__(self, name, value)


def _call(method: str) -> Callable[[CodeGenerator, nodes.BinExpr, Frame], None]:
    def visit(self: CodeGenerator, node: nodes.BinExpr, frame: Frame) -> None:
        self.write(f"environment.{method}(")
        self.visit(node.left, frame)
        self.write(", ")
        self.visit(node.right, frame)
        self.write(")")

    return visit


class _Generator(CodeGenerator):
    """Compiles operators and literals that can make much of little to calls that are bounded."""

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: N802  jinja's name
        self.write("environment.checked(")
        super().visit_List(node, frame)
        self.write(")")

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802  jinja's name
        self.write("environment.checked(")
        super().visit_Dict(node, frame)
        self.write(")")

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: N802  jinja's name
        if node.ctx != "load":
            super().visit_Tuple(node, frame)
            return
        self.write("environment.checked(")
        super().visit_Tuple(node, frame)
        self.write(")")

    visit_Add = _call("checked_add")  # noqa: N815  jinja's names
    visit_Mul = _call("checked_multiply")  # noqa: N815
    visit_Pow = _call("checked_power")  # noqa: N815
    visit_Mod = _call("checked_modulo")  # noqa: N815

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  jinja's name
        self.write("environment.join_texts((")
        for each in node.nodes:
            self.visit(each, frame)
            self.write(", ")
        self.write("))")


class _Formatter(SandboxedFormatter):
    """`str.format` without wide fields."""

    def format_field(self, value: Any, format_spec: str) -> str:
        bounds.check_spec(format_spec)
        bounds.check_printable(value)
        text: str = super().format_field(value, format_spec)
        return text

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return super().convert_field(bounds.check_printable(value), conversion)


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja for people who may make mistakes."""

    code_generator_class = _Generator
    # Not worked out at compile time.
    intercepted_binops = frozenset({"+", "*", "**", "%"})
    checked = staticmethod(bounds.check_literal)
    checked_add = staticmethod(bounds.add)
    checked_multiply = staticmethod(bounds.multiply)
    checked_power = staticmethod(bounds.power)
    checked_modulo = staticmethod(bounds.modulo)
    join_texts = staticmethod(bounds.join_texts)

    def __init__(self, *, strict: bool) -> None:
        super().__init__(
            undefined=jinja2.StrictUndefined if strict else LoggingUndefined,
            extensions=["jinja2.ext.loopcontrols"],
            finalize=bounds.check_printable,
            # Compiled templates are kept by the engine; this is for imported ones.
            cache_size=100,
        )
        self.globals["lipsum"] = _lipsum
        self.globals["namespace"] = BoundedNamespace
        for name, function in _FILTERS.items():
            self.filters[name] = function
        for name in _PRINTING:
            self.filters[name] = _printable_first(self.filters[name])

    def _compile(self, source: str, filename: str) -> CodeType:
        # `{{ 5[0] }}` makes Python warn of the code that Jinja wrote; rendering says what is wrong.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return super()._compile(source, filename)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  jinja's way
        """See jinja2; methods of built-in types are checked first."""
        if type(__obj) is BuiltinMethodType and (check := bounds.METHODS.get(__obj.__name__)) is not None:
            check(__obj.__self__, args, kwargs)
        return super().call(__context, __obj, *args, **kwargs)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """See jinja2; what is not found is named in a message, so it has to be printable."""
        if argument.__class__ is not str and argument.__class__ is not int:
            bounds.check_printable(argument)
        return super().getitem(obj, argument)

    def is_safe_callable(self, obj: Any) -> bool:
        """See jinja2."""
        return isinstance(obj, AllStates) or super().is_safe_callable(obj)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """See jinja2."""
        if isinstance(obj, _PUBLIC):
            return attr[0] != "_"
        if isinstance(obj, Namespace):
            return attr[:2] != "__"
        return super().is_safe_attribute(obj, attr, value) and not modifies_known_mutable(obj, attr)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """See jinja2: `str.format` and `str.format_map` look up attributes through the sandbox."""
        if not isinstance(value, (MethodType, BuiltinMethodType)) or value.__name__ not in ("format", "format_map"):
            return None
        text = value.__self__
        if not isinstance(text, str):
            return None
        formatter = _Formatter(self)
        is_map = value.__name__ == "format_map"

        def bounded_format(*args: Any, **kwargs: Any) -> str:
            if is_map:
                if len(args) != 1 or kwargs:
                    raise TypeError("format_map() takes exactly one argument")
                return _checked(formatter.vformat(text, (), args[0]))
            return _checked(formatter.vformat(text, args, kwargs))

        return bounded_format


def _checked(text: str) -> str:
    bounds.check_text(len(text))
    return text


def _printable_first(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, refusing a container whose text would be huge; filters that get the environment first keep that."""
    position = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if len(args) > position and isinstance(args[position], _CONTAINERS):
            bounds.check_printable(args[position])
        return function(*args, **kwargs)

    return checked


# Built-in filters that turn whatever they get into text.
_PRINTING: Final = (
    "capitalize",
    "e",
    "escape",
    "forceescape",
    "lower",
    "pprint",
    "safe",
    "string",
    "striptags",
    "title",
    "tojson",
    "trim",
    "truncate",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
    "xmlattr",
)


def _center(value: Any, width: int = 80) -> str:
    bounds.check_width(width)
    return builtin.do_center(bounds.text_of(value), width)


def _indent(value: Any, width: Any = 4, first: bool = False, blank: bool = False) -> str:
    size = len(width) if isinstance(width, str) else width
    bounds.check_width(size)
    text = bounds.text_of(value)
    if isinstance(size, int):
        bounds.check_text(len(text) + (text.count("\n") + 1) * size)
    return builtin.do_indent(text, width, first, blank)


@pass_environment
def _wordwrap(
    environment: jinja2.Environment,
    value: Any,
    width: int = 79,
    break_long_words: bool = True,
    wrapstring: str | None = None,
    break_on_hyphens: bool = True,
) -> str:
    text = bounds.text_of(value)
    if wrapstring is not None:
        bounds.check_text(len(text) * (1 + len(wrapstring) // max(1, width)) + len(wrapstring))
    return builtin.do_wordwrap(environment, text, width, break_long_words, wrapstring, break_on_hyphens)


@jinja2.pass_eval_context
def _join(eval_ctx: Any, value: Iterable[Any], d: Any = "", attribute: Any = None) -> str:
    items: Iterable[Any] = value
    if attribute is not None:
        items = map(builtin.make_attrgetter(eval_ctx.environment, attribute), value)
    separator = bounds.text_of(d)
    if items.__class__ is list and all(item.__class__ is str for item in items):
        bounds.check_text(sum(map(len, items)) + len(separator) * len(value))  # type: ignore[arg-type]
        return separator.join(items)
    texts: list[str] = []
    length = 0
    for item in items:
        text = bounds.text_of(item)
        length += len(text) + len(separator)
        bounds.check_text(length - len(separator))
        texts.append(text)
    return separator.join(texts)


@jinja2.pass_eval_context
def _replace(eval_ctx: Any, s: Any, old: Any, new: Any, count: int | None = None) -> str:
    text, old, new = bounds.text_of(s), bounds.text_of(old), bounds.text_of(new)
    bounds.check_replace(text, old, new)
    return text.replace(old, new, -1 if count is None else count)


def _batch(value: Any, linecount: int, fill_with: Any = None) -> Any:
    if isinstance(linecount, int):
        bounds.check_items(linecount)
    return builtin.do_batch(value, linecount, fill_with)


@pass_environment
def _sum(environment: jinja2.Environment, iterable: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    if attribute is not None:
        iterable = map(builtin.make_attrgetter(environment, attribute), iterable)
    if isinstance(start, (int, float)):
        return sum(iterable, start)
    total = start
    for item in iterable:
        total = bounds.add(total, item)
    return total


def _format(value: Any, *args: Any, **kwargs: Any) -> str:
    if args and kwargs:
        raise TypeError("can't handle positional and keyword arguments at the same time")
    text = bounds.text_of(value)
    values: Any = kwargs or args
    bounds.check_percent(text, tuple(kwargs.values()) if kwargs else args)
    formatted: str = text % values
    return formatted


@pass_environment
def _attr(environment: jinja2.Environment, obj: Any, name: Any) -> Any:
    return builtin.do_attr(environment, obj, bounds.text_of(name))


@jinja2.pass_eval_context
def _tojson(eval_ctx: Any, value: Any, indent: int | None = None) -> Any:
    size = len(indent) if isinstance(indent, str) else indent
    bounds.check_printable(value)
    if isinstance(size, int) and size > 0:
        bounds.check_width(size)
        bounds.check_text(len(str(value)) * (size + 1))
    return builtin.do_tojson(eval_ctx, value, indent)


def _lipsum(n: int = 5, html: bool = True, min: int = 20, max: int = 100) -> str:
    if n > 100 or max > 1000:
        raise TemplateError("lipsum makes at most 100 paragraphs of 1000 words")
    return generate_lorem_ipsum(n, html, min, max)


_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "attr": _attr,
    "batch": _batch,
    "center": _center,
    "format": _format,
    "indent": _indent,
    "join": _join,
    "replace": _replace,
    "sum": _sum,
    "tojson": _tojson,
    "wordwrap": _wordwrap,
}
