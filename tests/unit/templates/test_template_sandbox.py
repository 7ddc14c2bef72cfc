# ruff: noqa: E501  a template is one line
"""Nasty templates: what would take long, fill the memory or lead out of the sandbox is refused or stopped."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from marge.core.errors import TemplateError
from marge.templates import TemplateEngine
from marge.templates.template import TemplateTimeout
from marge.testing import make_hub
from marge.util.guard import GUARD


@pytest.fixture(autouse=True)
def no_collection() -> Iterator[None]:
    """Hypothesis and pytest listen to the garbage collector: a limit that strikes in there would fail a test."""
    gc.disable()
    yield
    gc.enable()


DOUBLING = (
    "{% set ns = namespace(x=['ab']) %}{% for i in range(60) %}{% set ns.x = zip(ns.x, ns.x) | list %}{% endfor %}"
)
TWICE = "{% set ns = namespace(x=['ab']) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"

TOO_BIG = [
    "{{ 'x' * 10**9 }}",
    "{{ 10**9 * 'x' }}",
    "{{ [0] * 10**8 }}",
    "{{ 'x' | center(10**9) }}",
    "{{ 'x'.center(10**9) }}",
    "{{ 'x'.ljust(10**9) }}",
    "{{ '1'.zfill(10**9) }}",
    "{{ '\t'.expandtabs(10**9) }}",
    "{{ 'x' | indent(10**9, true) }}",
    "{{ ('x' * 100000).replace('x', 'y' * 100000) | length }}",
    "{{ ('x' * 100000) | replace('', 'y' * 100000) | length }}",
    "{{ ('x' * 100000) | regex_replace('', 'y' * 100000) | length }}",
    "{{ ('x' * 100000) | regex_replace('(x)', '\\\\1' * 10000) | length }}",
    "{{ (['x' * 100000] * 100000) | join }}",
    "{{ ''.join(['x' * 100000] * 100000) }}",
    "{{ ([range(99999) | list] * 99999) | sum(start=[]) | length }}",
    "{{ flatten([range(99999) | list] * 99999) | length }}",
    "{{ [1] | batch(10**9, 'x') | list }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ '{:{w}}'.format(1, w=1000000000) }}",
    "{{ '{0[x]:1000000000}'.format_map({'0': {'x': 1}}) }}",
    "{{ ('%s' * 10000) % ((['x' * 100000] * 10000) | list) }}",
    "{{ 1 | pack('1000000000xB') }}",
    "{{ (1).to_bytes(10**9, 'big') }}",
    "{{ ('a' * 1000000).translate({97: 'x' * 1000000}) }}",
    "{{ 2 ** 10000000 }}",
    "{{ range(10**9) | list }}",
    "{{ 1.5 | round(10**9) }}",
    "{{ lipsum(n=10**6) }}",
    "{{ {'a': [1] * 1000} | tojson(indent=10**9) }}",
    "{{ ('a b ' * 1000) | wordwrap(1, wrapstring='x' * 1000000) }}",
    "{% set ns = namespace(x='x' * 1000) %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x='x' * 1000) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=3) %}{% for i in range(60) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    DOUBLING + "{{ ns.x }}",
    DOUBLING + "{{ ns.x ~ '' }}",
    DOUBLING + "{{ ns.x | string | length }}",
    DOUBLING + "{{ ns.x | upper }}",
    DOUBLING + "{{ ns.x | to_json }}",
    DOUBLING + "{{ ns.x | tojson }}",
    DOUBLING + "{{ '%s' % ns.x }}",
    DOUBLING + "{{ '{}'.format(ns.x) }}",
    DOUBLING + "{{ '{!r}'.format(ns.x) }}",
    DOUBLING + "{{ ns.x | regex_replace('a', 'b') }}",
    DOUBLING + "{{ ns.x | join(',') }}",
    DOUBLING + "{{ flatten(ns.x) }}",
    DOUBLING + "{{ ns.x | int }}",
    DOUBLING + "{{ {}[ns.x].a }}",
    DOUBLING + "{{ [].index(ns.x) }}",
    DOUBLING + "{{ [1] | map(ns.x) | list }}",
    DOUBLING + "{{ [1] | select(ns.x) | list }}",
    DOUBLING + "{{ [1] | map(attribute=ns.x) | map('upper') | list }}",
    DOUBLING + "{{ 1 | attr(ns.x) }}",
    DOUBLING + "{{ area_id(ns.x) }}{{ 1 / 0 }}",
    DOUBLING + "{{ today_at(ns.x) }}",
    DOUBLING + "{{ as_timestamp(ns.x) }}",
    DOUBLING + "{{ version(ns.x) }}",
    DOUBLING + "{{ average(ns.x) }}",
    DOUBLING + "{{ pack(ns.x, 'B') }}",
    DOUBLING + "{{ distance(ns.x, 1) }}",
    DOUBLING + "{{ ns.x | ordinal }}",
    DOUBLING + "{{ device_id(ns.x) ~ label_id(ns.x) }}",
    "{% set a = ['x' * 1000] * 1000 %}{% set b = [a] * 1000 %}{% set c = [b] * 1000 %}{{ c | float }}",
    TWICE + "{{ ns.x == [] }}",
    TWICE.replace("[ns.x, ns.x]", "(ns.x, ns.x)") + "{{ {ns.x: 1} }}",
    TWICE.replace("[ns.x, ns.x]", "{'a': ns.x, 'b': ns.x}") + "{{ ns.x == {} }}",
    TWICE.replace("[ns.x, ns.x]", "[ns.x] + [ns.x]") + "{{ ns.x }}",
    TWICE.replace("[ns.x, ns.x]", "[ns.x] * 2") + "{{ ns.x }}",
    "{% set a = [0] * 1000 %}{% set b = [a] * 1000 %}",
    "{% set a = (0, 0, 0, 0) %}" + "{% set a = (a, a, a, a) %}" * 20 + "{{ {a: 1} }}",
    "{% for i in range(99999) %}{{ 'x' * 1000 }}{% endfor %}",
    "{% set ns = namespace(x=()) %}{% for i in range(99999) %}{% set ns.x = (ns.x,) %}{% endfor %}{{ {ns.x: 1} }}",
    "{% set ns = namespace(x=()) %}{% for i in range(99999) %}{% set ns.x = [(ns.x,)] | first %}{% endfor %}{{ set([ns.x]) }}",
    "{% set ns = namespace(x=[0] * 99 + [()]) %}{% for i in range(99999) %}{% set ns.x = [0] * 99 + [(ns.x[99],)] %}{% endfor %}{{ {ns.x[99]: 1} }}",
    "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
    "{% for i in [1, [1]] recursive %}{{ loop(range(9)) }}{% endfor %}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ " + "[" * 500 + "]" * 500 + " }}",
    "{{ 1" + " + 1" * 20000 + " }}",
]


@pytest.mark.parametrize("text", TOO_BIG, ids=lambda text: text[:50])
def test_what_is_too_big_is_refused_at_once(text: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    with pytest.raises(TemplateError) as caught:
        TemplateEngine(make_hub(), limit=4).template(text).render()
    assert time.monotonic() - started < 3
    assert "\n" not in str(caught.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


TOO_LONG = [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% macro m() %}{% for a in range(99999) %}{% for b in range(99999) %}{{ '' }}{% endfor %}{% endfor %}{% endmacro %}{{ m() }}",
    "{{ range(99999) | map('string') | select('match', '.*') | map('regex_replace', '(.*)(.*)(.*)x', '') | list | sum(start=0) }}",
    "{{ ('a' * 40) is match('(a+)+$b') }}",
    "{{ ('a' * 40) | regex_replace('(a|a)*$b', '') }}",
    "{% set x = ('a' * 40) is search('(a|aa)+$b') %}",
    "{% set ns = namespace(n=7 ** 30000) %}{% for i in range(99999) %}{% for j in range(99999) %}{% set q = ns.n // 3 %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% if range(99999) | list == range(99998) | list %}{% endif %}{% endfor %}",
    DOUBLING + "{{ expand(ns.x) }}",
    "{{ [range(99999) | list] * 50000 | map('list') | map('sum') | sum }}",
]


@pytest.mark.parametrize("text", TOO_LONG, ids=lambda text: text[:50])
def test_what_takes_too_long_is_stopped(text: str) -> None:
    engine = TemplateEngine(make_hub(), limit=0.2)
    started = time.monotonic()
    with pytest.raises(TemplateError) as caught:
        engine.template(text).render()
    assert time.monotonic() - started < 2
    assert "\n" not in str(caught.value)
    assert engine.template("{{ 1 + 1 }}").render() == 2


MEMORY_HUNGRY = [
    "{% macro m() %}{% for a in range(99999) %}{% for b in range(99999) %}abc{% endfor %}{% endfor %}{% endmacro %}{{ m() }}",
    "{% set ns = namespace(l=[]) %}{% for a in range(99999) %}{% set ns.l = [ns.l, 'x' * (100000 + a)] %}{% endfor %}",
    "{% set x %}{% for a in range(99999) %}{{ 'x' * (100000 + a) }}{% endfor %}{% endset %}",
]


@pytest.mark.parametrize("text", MEMORY_HUNGRY, ids=lambda text: text[:50])
def test_what_takes_too_much_memory_is_stopped(text: str) -> None:
    code = (
        "import resource, sys; from marge.templates import TemplateEngine; from marge.testing import make_hub;"
        "from marge.core.errors import TemplateError;"
        "engine = TemplateEngine(make_hub()); engine.template('{{ 1 }}').render();"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: engine.template(sys.argv[1]).render()\n"
        "except TemplateError as error: print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, text],
        capture_output=True,
        text=True,
        timeout=30,
        env={"PYTHONPATH": "src"},
        check=True,
    )
    reason, grown = done.stdout.splitlines()
    assert "it took more than 64 MiB of memory" in reason
    assert int(grown) < 400_000


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__']['__mro__'] }}",
    "{{ ''|attr('__class__')|attr('__mro__') }}",
    "{{ '{0.__class__.__mro__}'.format('') }}",
    "{{ ('{0.__class__.__mro__}' | format)('') }}",
    "{{ ['{0.__class__.__mro__}'.format] | map('string') | list }}{{ ''.x() }}",
    "{{ '{x.__class__.__mro__}'.format_map({'x': ''}) }}",
    "{{ states.__class__.__init__ }}",
    "{{ states.light.desk._scope.hub }}",
    "{{ states._scope.hub }}",
    "{{ states.light._scope.hub }}",
    "{{ states.light.desk['_scope'].hub }}",
    "{{ states.light.desk|attr('_scope')|attr('hub') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context.environment }}",
    "{{ range.__init__.__globals__ }}",
    "{{ states.__init__.__globals__['sys'] }}",
    "{{ namespace(a=1).__class__.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__.__globals__.os }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ timedelta.__subclasses__() }}",
    "{{ now.__closure__[0].cell_contents.hub }}",
    "{{ now.func(1) }}",
    "{{ area_id.args[0].hub }}",
    "{{ is_state.args[0].hub.states }}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__.x }}{{ m._func.__globals__ }}",
    "{% for x in [1] %}{{ loop._iterator.x }}{{ loop.__class__.__init__.__globals__ }}{% endfor %}",
    "{{ [].append(1) }}",
    "{{ {}.update({'a': 1}) }}",
    "{{ {'a': 1}.pop('a') }}",
    "{{ set([1]).add(2) }}",
    "{{ states.light.desk.attributes.clear() }}",
    "{% include '/etc/passwd' %}",
    "{% import '../secrets.yaml' as s %}",
]


@pytest.mark.parametrize("text", ESCAPES, ids=lambda text: text[:60])
def test_ways_out_of_the_sandbox_are_refused(text: str) -> None:
    engine = TemplateEngine(make_hub())
    engine.hub.states.set("light.desk", "on", {"brightness": 5})
    with pytest.raises(TemplateError):
        engine.template(text, strict=True).render()
    state = engine.hub.states.get("light.desk")
    assert state is not None
    assert state.attributes == {"brightness": 5}


@pytest.mark.parametrize("text", [TOO_LONG[0], TOO_LONG[3], MEMORY_HUNGRY[0]], ids=["loop", "regex", "memory"])
async def test_a_preview_is_stopped_while_the_loop_goes_on(text: str) -> None:
    engine = TemplateEngine(make_hub())
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    turner = asyncio.create_task(turn())
    started = time.monotonic()
    assert (await engine.template(text).try_out(0.3)).stopped
    assert time.monotonic() - started < 3
    turner.cancel()
    assert turns > 5


async def test_a_preview_that_ends_is_no_time_out_whatever_comes_out() -> None:
    before = psutil.Process().children()
    engine = TemplateEngine(make_hub())
    engine.hub.states.set("sensor.a", "5")
    engine.hub.states.set("sensor.b", "\ud800" * 3)
    assert (await engine.template("static").try_out(1)).text == "static"
    assert (await engine.template("{{ states('sensor.a') | int + x }}").try_out(5, {"x": 1})).text == "6"
    assert (await engine.template("{{ states('sensor.b') }}").try_out(5)).text == "\ud800" * 3
    assert (await engine.template("{{ 'ab' * 100000 }}").try_out(5)).text == "ab" * 100000
    wrong = await engine.template("{{ 1 / 0 }}").try_out(5)
    assert (wrong.error, wrong.stopped) == ("ZeroDivisionError: division by zero", False)
    undefined = await engine.template("{{ nobody }}").try_out(5)
    assert (undefined.text, undefined.reports) == ("", ((logging.WARNING, "'nobody' is undefined"),))
    assert "TemplateSyntaxError" in str((await engine.template("{{ 1 +").try_out(5)).error)
    assert psutil.Process().children() == before


def test_a_result_that_takes_long_to_be_taken_apart_is_a_time_out() -> None:
    template = TemplateEngine(make_hub()).template("{{ a }}")
    values = {"a": "[" + "[], " * 60000 + "]"}
    assert isinstance(template.render_to_info(values, limit=0.03).exception, TemplateTimeout)
    assert template.render_to_info(values).exception is None
    assert template.render_to_info({"a": "[1]" + " " * 9000}, limit=5).value == [1]


async def test_a_preview_that_is_cancelled_leaves_no_process() -> None:
    before = psutil.Process().children()
    engine = TemplateEngine(make_hub())
    task = asyncio.create_task(engine.template(TOO_LONG[3]).try_out(30))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert psutil.Process().children() == before


def test_the_timer_disarms_itself_and_the_process_ends_in_peace() -> None:
    engine = TemplateEngine(make_hub())
    engine.template("{{ 1 }}").render()
    deadline = time.monotonic() + 2
    while GUARD._armed and time.monotonic() < deadline:
        pass
    assert not GUARD._armed
    code = (
        "from marge.templates import TemplateEngine; from marge.testing import make_hub;"
        "print(TemplateEngine(make_hub()).template('{{ 1 + 1 }}').render())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env={"PYTHONPATH": "src"}, timeout=30)
    assert (done.returncode, done.stdout) == (0, b"2\n")


def test_a_render_inside_another_leaves_the_outer_one_its_limit() -> None:
    engine = TemplateEngine(make_hub())
    inner: list[object] = []

    def on_log(_level: int, _text: str) -> None:
        if not inner:
            inner.append(engine.template("{{ 1 + 1 }}").render())

    text = "{{ nobody }}" + TOO_LONG[0]
    with pytest.raises(TemplateTimeout):
        engine.template(text).render(limit=0.2, log=on_log)
    assert inner == [2]


def test_a_render_in_a_thread_leaves_nothing_behind() -> None:
    engine = TemplateEngine(make_hub())
    outcomes: list[object] = []

    def work() -> None:
        try:
            engine.template(TOO_LONG[0]).render(limit=0.1)
        except TemplateTimeout as error:
            outcomes.append(str(error))
        outcomes.append(engine.template("{{ 1 + 1 }}").render())
        outcomes.append(sum(range(300_000)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert outcomes == ["The template was stopped: it ran too long", 2, 44999850000]


def test_a_timeout_is_told_from_other_errors() -> None:
    with pytest.raises(TemplateTimeout, match=r"The template was stopped: it ran longer than 0\.1 s"):
        TemplateEngine(make_hub()).template(TOO_LONG[0]).render(limit=0.1)
