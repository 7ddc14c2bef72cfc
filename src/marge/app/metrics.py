"""The hub's figures in Prometheus' text format (version 0.0.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal

from marge.app.status import cpu_seconds, rss_bytes
from marge.core.hub import Hub
from marge.core.ports import RecorderStatus

Labels = Mapping[str, str]
Samples = Iterable[tuple[Labels, float]]
_NONE: Final[Labels] = {}


class Metrics:
    """Puts the text together when it is asked for; nothing is counted for it."""

    def __init__(
        self,
        hub: Hub,
        recorder: RecorderStatus,
        broker_figures: Callable[[], dict[str, Any]],
        websockets: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._recorder = recorder
        self._broker_figures = broker_figures
        self._websockets = websockets
        self._started = hub.clock.now()

    def _broker(self) -> Iterable[str]:
        """The figures of the embedded broker; an external one tells its own."""
        figures = self._broker_figures()
        for key, name, kind, text in _BROKER:
            if key in figures:
                yield _one(name, kind, text, figures[key])

    def text(self) -> str:
        """What `GET /api/metrics` answers."""
        hub = self._hub
        recorder = self._recorder.info()
        return "".join(
            (
                _one("marge_entities_total", "gauge", "Total number of registered entities", hub.states.count()),
                _family(
                    "marge_events_total",
                    "counter",
                    "Total events processed",
                    [({"type": name}, count) for name, count in sorted(hub.bus.counts.items())],
                ),
                _one("marge_recorder_db_size_bytes", "gauge", "SQLite database size", recorder.db_size),
                _one("marge_recorder_backlog", "gauge", "Rows that wait to be written", recorder.backlog),
                _one("marge_recorder_rows_written_total", "counter", "Rows written", recorder.rows_written),
                _one("marge_recorder_rows_lost_total", "counter", "Rows that could not be written", recorder.rows_lost),
                *self._broker(),
                _one("marge_websocket_clients", "gauge", "Connected WebSocket clients", self._websockets()),
                _one("process_resident_memory_bytes", "gauge", "Memory that the process holds", rss_bytes()),
                _one("process_cpu_seconds_total", "counter", "Processor time spent", cpu_seconds()),
                _one("process_start_time_seconds", "gauge", "Start of the hub in Unix seconds", self._started),
            )
        )


_BROKER: Final[tuple[tuple[str, str, Literal["gauge", "counter"], str], ...]] = (
    ("connected_clients", "marge_mqtt_clients", "gauge", "Connected MQTT clients"),
    ("messages_received", "marge_mqtt_messages_received_total", "counter", "MQTT messages taken"),
    ("messages_sent", "marge_mqtt_messages_sent_total", "counter", "MQTT messages sent"),
    ("retained_messages", "marge_mqtt_retained_messages", "gauge", "Retained MQTT messages"),
)


def _one(name: str, kind: Literal["gauge", "counter"], text: str, value: float) -> str:
    return _family(name, kind, text, [(_NONE, value)])


def _family(name: str, kind: Literal["gauge", "counter"], text: str, samples: Samples) -> str:
    lines = [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        shown = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        lines.append(f"{name}{{{shown}}} {value!r}" if shown else f"{name} {value!r}")
    return "\n".join(lines) + "\n"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
