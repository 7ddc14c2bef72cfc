"""Runs async tests on a loop of their own and fails a test that leaves a task or a thread behind."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def` tests; an exception that the loop swallowed fails the test."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    swallowed: list[dict[str, Any]] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: swallowed.append(context))
        await asyncio.wait_for(pyfuncitem.obj(**arguments), timeout=120)
        current = asyncio.current_task()
        for _ in range(10):  # what was cancelled at the very end needs some turns of the loop to end
            await asyncio.sleep(0)
            left = [task for task in asyncio.all_tasks() if task is not current and not task.done()]
            if not left:
                break
        assert not left, f"the test left tasks behind: {left}"

    asyncio.run(run())
    assert not swallowed, f"exceptions that nobody awaited: {swallowed}"
    return True


@pytest.fixture(autouse=True)
def no_line_told_before() -> None:
    """What a former test had logged is no reason to leave out a line of this one."""
    for name in ("marge.entities.failures", "marge.mqtt.entity", "marge.templates"):
        for each in logging.getLogger(name).filters:
            each.forget()  # type: ignore[union-attr]  # the hub's own filters are the only ones


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A test that starts a thread ends it."""
    before = set(threading.enumerate())
    yield
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not thread.daemon and not thread.name.startswith("asyncio_")
    ]
    for thread in left:
        thread.join(timeout=5)
    assert not [thread for thread in left if thread.is_alive()], f"the test left threads behind: {left}"
