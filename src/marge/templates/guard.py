"""The limit that ends a runaway render: 5 seconds, or 64 MiB of growth.

On the main thread an interval timer raises `Interrupted` from its signal handler. That ends Python code at the next
instruction, and also a regular expression or a huge multiplication, which look for signals in their inner loops
while another thread could not even run. The timer is armed by a render and disarms itself at its first tick
without one, so a render pays for a clock reading. In any other thread a helper thread raises the
exception, which ends Python code but not a regular expression.
"""

from __future__ import annotations

import atexit
import signal
import threading
import time
from pathlib import Path
from typing import Any, Final

RENDER_LIMIT: Final = 5.0
MEMORY_LIMIT: Final = 64 * 1024 * 1024

_FIRST_TICK: Final = 0.02
_TICK: Final = 0.02
_STATM: Final = Path("/proc/self/statm")
_PAGE: Final = 4096


class Interrupted(BaseException):
    """Raised inside a render that went over a limit; not an Exception, so that nothing in a template swallows it."""


class Guard:
    """Watches the renders of this process; there is one, as there is one interval timer."""

    def __init__(self) -> None:
        self._main = threading.main_thread().ident
        self._deadline: float | None = None
        self._limit = RENDER_LIMIT
        self._baseline: int | None = None
        self._armed = False
        self._usable: bool | None = None

    def enter(self, limit: float) -> Any:
        """A render begins; hand the result to `leave`."""
        if threading.get_ident() != self._main:
            return _ThreadAlarm(limit)
        if self._deadline is not None:
            return False
        if not self._armed and not self._arm():
            return _ThreadAlarm(limit)
        self._baseline = None
        self._limit = limit
        self._deadline = time.monotonic() + limit
        return True

    def leave(self, token: Any) -> None:
        """The render has ended; may be called twice."""
        if token is True:
            self._deadline = None
        elif token is not False:
            token.cancel()

    def disarm(self) -> None:
        """Stop the timer; before another program replaces this one, which would not know what the signal means."""
        self._deadline = None
        if self._armed:
            self._armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _arm(self) -> bool:
        if self._usable is None:
            current = signal.getsignal(signal.SIGALRM)
            self._usable = current in (signal.SIG_DFL, signal.SIG_IGN)
            if self._usable:
                signal.signal(signal.SIGALRM, self._tick)
                # The interpreter puts the default action back when it ends, which would be to die of the signal.
                atexit.register(self.disarm)
        if self._usable:
            signal.setitimer(signal.ITIMER_REAL, _FIRST_TICK, _TICK)
            self._armed = True
        return self._usable

    def _tick(self, _signal: int, _frame: object) -> None:
        if self._deadline is None:
            self._armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            return
        if time.monotonic() >= self._deadline:
            raise Interrupted(f"it ran longer than {self._limit:g} s")
        memory = _resident()
        if self._baseline is None:
            self._baseline = memory
        elif memory - self._baseline > MEMORY_LIMIT:
            raise Interrupted(f"it took more than {MEMORY_LIMIT // 1024 // 1024} MiB of memory")


class _ThreadAlarm:
    """Raises `Interrupted` in the thread that made it, unless cancelled before."""

    def __init__(self, limit: float) -> None:
        self._thread = threading.get_ident()
        self._limit = limit
        self._lock = threading.Lock()
        self._done = False
        self._raised = False
        self._timer = threading.Timer(limit, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def _fire(self) -> None:
        with self._lock:
            if not self._done:
                self._raised = True
                _raise_in(self._thread, Interrupted)

    def cancel(self) -> None:
        self._timer.cancel()
        with self._lock:
            if not self._done and self._raised:
                _raise_in(self._thread, None)
            self._done = True


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    # Loads a shared library: only renders outside the main thread need it.
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if exception is None else ctypes.py_object(exception)
    )


def _resident() -> int:
    try:
        return int(_STATM.read_bytes().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


GUARD: Final = Guard()
