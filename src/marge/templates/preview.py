"""Trying out a template that may never end, without holding up the hub: in a forked copy of it.

A thread would not do: a regular expression that backtracks for ever never lets another thread run. The copy renders,
writes one byte and is gone; it touches no socket, file or lock of the hub, and is killed when its time is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import warnings
from collections.abc import Callable
from typing import Final

from marge.core.errors import OperationFailed
from marge.util.guard import GUARD

_FINE: Final = b"1"
_STOPPED: Final = b"0"
# The copy stops itself; it is killed when it does not.
_GRACE: Final = 0.25


async def is_stopped(render: Callable[[], bool], timeout: float) -> bool:
    """Whether `render`, which returns True when it was stopped by its limit, does not come to an end in `timeout` s.

    A copy that dies counts as stopped. Raises OperationFailed when the system has no room for a copy.
    """
    read_end, write_end = os.pipe()
    with warnings.catch_warnings():
        # Python warns of forking with threads because of locks that they may hold; the copy takes none of those.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            child = os.fork()
        except OSError as error:
            os.close(read_end)
            os.close(write_end)
            raise OperationFailed(f"the template could not be tried out: {error}") from error
    if child == 0:
        _run_and_exit(render, write_end)
    os.close(write_end)
    loop = asyncio.get_running_loop()
    answered = asyncio.Event()
    loop.add_reader(read_end, answered.set)
    try:
        async with asyncio.timeout(timeout + _GRACE):
            await answered.wait()
        return os.read(read_end, 1) != _FINE
    except TimeoutError:
        return True
    finally:
        loop.remove_reader(read_end)
        os.close(read_end)
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)  # noqa: ASYNC222  it has just been killed


def _run_and_exit(render: Callable[[], bool], write_end: int) -> None:
    try:
        signal.set_wakeup_fd(-1)
        GUARD.forked()
        logging.disable(logging.CRITICAL)
        os.write(write_end, _STOPPED if render() else _FINE)
    finally:
        os._exit(0)
