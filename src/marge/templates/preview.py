"""Rendering a template that may never end, without holding up the hub: in a forked copy of it.

A thread would not do: a regular expression that backtracks for ever never lets another thread run. The copy renders,
writes what came out and is gone; it touches no socket, file or lock of the hub, and is killed when its time is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import resource
import signal
import time
import warnings
from collections.abc import Callable
from typing import Final, NoReturn

import msgspec

from marge.core.errors import OperationFailed, TemplateError
from marge.util.guard import GUARD

MAX_COPIES: Final = 4
MAX_WAITING: Final = 100
MAX_REPORTS: Final = 100
"""Messages about undefined variables that come back from a copy."""

# The copy stops itself; it is killed when it does not.
_GRACE: Final = 0.25
_CHUNK: Final = 65536
# The hub goes first.
_NICE: Final = 5


class Outcome(msgspec.Struct, frozen=True):
    """How it went: a `text`, or an `error`, which `stopped` says to be one of time or memory."""

    text: str = ""
    error: str | None = None
    stopped: bool = False
    seconds: float = 0.0
    """Seconds of the processor that it took; nothing when it was killed."""
    reports: tuple[tuple[int, str], ...] = ()
    """Levels and texts about undefined variables."""


Attempt = Callable[[], Outcome]


class Previews:
    """The copies of one hub: so many at a time, and so many more that wait."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(MAX_COPIES)
        self._waiting = 0
        self.running = 0
        """Copies at this moment."""

    async def run(self, attempt: Attempt, timeout: float) -> Outcome:
        """What `attempt`, which limits itself to `timeout` seconds, gives in a copy of this process.

        A copy that dies counts as stopped. Raises TemplateError when too many wait already, OperationFailed when the
        system has no room for a copy.
        """
        if self._waiting >= MAX_WAITING:
            raise TemplateError("Too many templates are being tried out; try again when they have ended")
        self._waiting += 1
        try:
            await self._room.acquire()
        finally:
            self._waiting -= 1
        self.running += 1
        try:
            return await _in_copy(attempt, timeout)
        finally:
            self.running -= 1
            self._room.release()


async def _in_copy(attempt: Attempt, timeout: float) -> Outcome:
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
        _run_and_exit(attempt, write_end)
    os.close(write_end)
    os.set_blocking(read_end, False)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    chunks: list[bytes] = []

    def read() -> None:
        chunk = os.read(read_end, _CHUNK)
        chunks.append(chunk)
        if not chunk:
            loop.remove_reader(read_end)
            ended.set()

    loop.add_reader(read_end, read)
    try:
        async with asyncio.timeout(timeout + _GRACE):
            await ended.wait()
        return _decoded(b"".join(chunks))
    except TimeoutError:
        return Outcome(error=f"The template was stopped: it ran longer than {timeout:g} s", stopped=True)
    finally:
        loop.remove_reader(read_end)
        os.close(read_end)
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)  # noqa: ASYNC222  it has just been killed


def _run_and_exit(attempt: Attempt, write_end: int) -> NoReturn:
    try:
        signal.set_wakeup_fd(-1)
        # A connection that the hub closes meanwhile would stay open here.
        os.closerange(3, write_end)
        os.closerange(write_end + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        GUARD.forked()
        logging.disable(logging.CRITICAL)
        os.nice(_NICE)
        began = time.process_time()
        outcome = attempt()
        left = memoryview(_encoded(msgspec.structs.replace(outcome, seconds=time.process_time() - began)))
        while left:
            left = left[os.write(write_end, left) :]
    finally:
        os._exit(0)


def _encoded(outcome: Outcome) -> bytes:
    # The json of the standard library, because a template may make text that no UTF-8 spells.
    return json.dumps(msgspec.structs.astuple(outcome)).encode()


def _decoded(data: bytes) -> Outcome:
    if not data:
        return Outcome(error="The template was stopped: the process that tried it out has died", stopped=True)
    text, error, stopped, seconds, reports = json.loads(data)
    return Outcome(text, error, stopped, seconds, tuple((level, message) for level, message in reports))
