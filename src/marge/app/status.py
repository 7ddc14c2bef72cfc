"""How the hub is: the health document, and the status topics that tell MQTT of it."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from marge import __version__
from marge.app.mqtt import STATUS_TOPIC
from marge.core.clock import Cancel
from marge.core.hub import Hub
from marge.core.ports import Mqtt, RecorderStatus
from marge.util import jsonx

HEALTH_TOPIC: Final = "marge/system/health"
HEALTH_SECONDS: Final = 60.0


class Status:
    """Collects the figures of section 3.4 of the specification, once when asked and once a minute for MQTT."""

    def __init__(
        self,
        hub: Hub,
        data: Path,
        recorder: RecorderStatus,
        broker_figures: Callable[[], dict[str, Any]] | None,
        automation_figures: Callable[[], dict[str, Any]],
    ) -> None:
        self._hub = hub
        self._data = data
        self._recorder = recorder
        self._broker_figures = broker_figures
        self._automation_figures = automation_figures
        self._started = hub.clock.monotonic()
        self._window: tuple[float, int] = (self._started, hub.bus.fired)
        self._cpu: tuple[float, float] = (self._started, cpu_seconds())
        self._events_per_minute = 0
        self._cpu_percent = 0.0
        self._link: Mqtt | None = None
        self._status_link: Mqtt | None = None
        self._ends: list[Callable[[], None]] = []
        self._timer: Cancel | None = None

    def health(self) -> dict[str, Any]:
        """The document of `GET /api/health`."""
        hub = self._hub
        now = hub.clock.monotonic()
        self._measure(now)
        recorder = self._recorder.info()
        core: dict[str, Any] = {
            "state_machine": {
                "entity_count": hub.states.count(),
                "events_per_minute": self._events_per_minute,
                "last_event_age_ms": round((hub.clock.now() - hub.bus.last_fired) * 1000)
                if hub.bus.last_fired
                else None,
            },
            "recorder": {
                "db_size_bytes": recorder.db_size,
                "pending_writes": recorder.backlog,
                "last_write_age_ms": None if recorder.last_write_age is None else round(recorder.last_write_age * 1000),
            },
            "automations": self._automation_figures(),
        }
        broker = {} if self._broker_figures is None else self._broker_figures()
        if broker:
            core["mqtt_broker"] = broker
        recording = recorder.recording and recorder.thread_running and recorder.writable and not recorder.rows_lost
        # Without its broker a house neither hears its devices nor speaks to them.
        healthy = recording and broker.get("connected", True)
        return {
            "status": "healthy" if healthy else "degraded",
            "uptime_seconds": int(now - self._started),
            "version": __version__,
            "core": core,
            "integrations": {},
            "system": {
                "cpu_percent": self._cpu_percent,
                "memory_rss_bytes": rss_bytes(),
                "disk_available_bytes": shutil.disk_usage(self._data).free,
                "load_average": list(os.getloadavg()),
            },
        }

    def _measure(self, now: float) -> None:
        """Renew the figures that need a span of time, when at least ten seconds of it have passed."""
        since, fired = self._window
        if now - since >= 10.0:
            self._events_per_minute = round((self._hub.bus.fired - fired) * 60 / (now - since))
            self._window = now, self._hub.bus.fired
            before, spent = self._cpu
            self._cpu_percent = round((cpu_seconds() - spent) * 100 / (now - before), 1)
            self._cpu = now, cpu_seconds()

    def start(self, link: Mqtt, status_link: Mqtt) -> None:
        """Tell MQTT how the hub is every minute, and on `status_link` that it is here, for as long as it is."""
        self._link, self._status_link = link, status_link
        self._say_online(status_link.connected)
        self._ends = [
            # A broker that was away may have lost what it was told to keep.
            status_link.on_connection(self._say_online),
            status_link.subscribe(STATUS_TOPIC, self._heard),
        ]
        self._tell()

    def _say_online(self, connected: bool) -> None:
        if connected and self._status_link is not None:
            self._status_link.publish(STATUS_TOPIC, "online", 0, True)

    def _heard(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Correct what the will of the last run says: a broker may notice its end minutes after the new start."""
        if payload == b"offline":
            self._say_online(True)

    def _tell(self) -> None:
        if self._link is not None:
            self._link.publish(HEALTH_TOPIC, jsonx.dumps(self.health()))
            self._timer = self._hub.clock.call_later(HEALTH_SECONDS, self._tell)

    def stop(self) -> None:
        """Tell MQTT that the hub goes."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        for end in self._ends:
            end()
        self._ends.clear()
        if self._status_link is not None and self._status_link.connected:
            self._status_link.publish(STATUS_TOPIC, "offline", 0, True)
        self._link = self._status_link = None


def cpu_seconds() -> float:
    """Processor time that the process has spent."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def rss_bytes() -> int:
    """The memory that the process holds, in bytes; its highest so far where the kernel does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
