"""`<data>/runtime.json`: how to find the hub that runs on a data directory, and a lock against a second one."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import msgspec

from marge.core.errors import OperationFailed


class Runtime(msgspec.Struct, frozen=True):
    """`started_at` is Unix seconds; `mqtt_port` None with an external broker, `mqtt_websocket_port` None where
    the broker serves no WebSocket.

    `http_certificate` is the SHA-256 of the certificate that the API shows, in hex; None when it speaks plain HTTP.
    """

    pid: int
    http_port: int
    mqtt_port: int | None
    started_at: float
    http_host: str = "127.0.0.1"
    http_certificate: str | None = None
    mqtt_websocket_port: int | None = None
    config_dir: str = ""
    version: str = ""


class RuntimeFile:
    """Owns the data directory while the hub runs."""

    def __init__(self, data: Path) -> None:
        self._path = data / "runtime.json"
        self._lock_path = data / ".lock"
        self._lock: int | None = None

    def lock(self) -> None:
        """Take the data directory; raises OperationFailed when another hub has it or it cannot be written."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise OperationFailed(
                f"the data directory {self._path.parent} cannot be written: {error.strerror}."
                " Give it to the user that runs marge, or choose another with --data"
            ) from error
        try:
            _flock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise OperationFailed(
                f"another marge runs on the data directory {self._path.parent}."
                " Stop it first, or choose another directory with --data"
            ) from error
        self._lock = descriptor
        # What a killed hub left leads nowhere.
        self._path.unlink(missing_ok=True)

    def write(self, runtime: Runtime) -> None:
        """Tell others how to reach the hub."""
        temporary = self._path.with_suffix(".tmp")
        temporary.write_bytes(msgspec.json.encode(runtime))
        temporary.replace(self._path)

    def release(self) -> None:
        """Give the data directory up."""
        if self._lock is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None


def _flock(descriptor: int) -> None:
    """Take the lock; a command that asks whether a hub runs holds it too, for a moment."""
    for _ in range(5):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(0.01)
        else:
            return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _runs(data: Path, pid: int) -> bool:
    """Whether the hub that was process `pid` runs: its lock says so, which no other process of that number has."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        pass  # It is there, and runs as another user.
    except (ProcessLookupError, OverflowError):
        return False
    try:
        descriptor = os.open(data / ".lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return True  # Only the user of the hub may ask the lock.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def read_runtime(data: Path) -> Runtime | None:
    """How to reach the hub that runs on `data`; None when none does, be it that one was killed."""
    try:
        runtime = msgspec.json.decode((data / "runtime.json").read_bytes(), type=Runtime)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
    return runtime if _runs(data, runtime.pid) else None
