"""The limit that ends what would hold the loop: some seconds, or 64 MiB of growth.

On the main thread an interval timer raises `Interrupted` from its signal handler. That ends Python code at the next
instruction, and also a regular expression or a huge multiplication, which look for signals in their inner loops
while another thread could not even run. The timer is armed by a guarded stretch and disarms itself at its first tick
without one, so that a stretch pays for a clock reading. In any other thread a helper thread raises the exception,
which ends Python code but not a regular expression: what may be one belongs on the main thread.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
import time
from typing import Final

MEMORY_LIMIT: Final = 64 * 1024 * 1024

_FIRST_TICK: Final = 0.02
_TICK: Final = 0.02
_STATM: Final = "/proc/self/statm"
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Interrupted(BaseException):
    """Raised inside what went over a limit; not an Exception, so that nothing in a template swallows it."""


class Guard:
    """Watches the guarded stretches of this process; there is one, as there is one interval timer."""

    def __init__(self) -> None:
        self._main = threading.main_thread().ident
        self._deadline: float | None = None
        self._limit = 0.0
        self._baseline: int | None = None
        self._armed = False
        self._usable: bool | None = None
        self._watch = _Watch()

    def enter(self, limit: float) -> float | None:
        """A stretch begins, which may take `limit` seconds; hand the result to `leave`.

        One inside another (a render through a listener of the log) has its own time; the outer one goes on afterwards.
        `Interrupted` may come until `leave` has returned: catch it around that, and call `leave` again.
        """
        thread = threading.get_ident()
        if thread != self._main or not (self._armed or self._arm()):
            return self._watch.enter(thread, limit)
        outer = self._deadline
        self._baseline = None
        self._limit = limit
        self._deadline = time.monotonic() + limit
        return outer

    def leave(self, outer: float | None) -> None:
        """The stretch has ended; may be called twice."""
        thread = threading.get_ident()
        if thread == self._main and self._usable:
            self._deadline = outer
        else:
            self._watch.leave(thread, outer)

    def disarm(self) -> None:
        """Stop the timer; before another program replaces this one, which would not know what the signal means."""
        self._deadline = None
        if self._armed:
            self._armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def forked(self) -> None:
        """This is a copy of the process: its one thread is the main one, and it has no timer yet."""
        self._main = threading.get_ident()
        self._armed = False
        self._deadline = None

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


class _Watch:
    """Raises `Interrupted` in threads other than the main one that are over their time.

    One helper thread for all of them, which ends when there has been nothing to watch for a second.
    """

    _PAUSE: Final = 0.05
    _IDLE_ROUNDS: Final = 20

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deadlines: dict[int, float] = {}
        self._raised: set[int] = set()
        self._running = False

    def enter(self, thread: int, limit: float) -> float | None:
        with self._lock:
            outer = self._deadlines.get(thread)
            self._deadlines[thread] = time.monotonic() + limit
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="guard-watch", daemon=True).start()
            return outer

    def leave(self, thread: int, outer: float | None) -> None:
        with self._lock:
            self._deadlines.pop(thread, None)
            if outer is not None:
                self._deadlines[thread] = outer
            if thread in self._raised:
                # It may not have arrived yet, and must not arrive in whatever comes next.
                self._raised.discard(thread)
                _raise_in(thread, None)

    def _run(self) -> None:
        idle = 0
        while True:
            time.sleep(self._PAUSE)
            now = time.monotonic()
            with self._lock:
                idle = 0 if self._deadlines else idle + 1
                if idle > self._IDLE_ROUNDS:
                    self._running = False
                    return
                for thread, deadline in list(self._deadlines.items()):
                    if now >= deadline:
                        self._raised.add(thread)
                        _raise_in(thread, Interrupted)


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    # Loads a shared library: only what is stopped outside the main thread needs it.
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if exception is None else ctypes.py_object(exception)
    )


def _resident() -> int:
    try:
        with open(_STATM, "rb") as file:  # noqa: PTH123  pathlib would be loaded for this alone
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


GUARD: Final = Guard()
