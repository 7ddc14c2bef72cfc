"""The budgets of a household's hub on a small machine, and how what was measured is shown beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LAST: Final = Path(__file__).with_name("last.json")


@dataclass(frozen=True)
class Budget:
    """One figure: what it must and should be. `more` says that more is better."""

    name: str
    unit: str
    must: float
    aim: float
    more: bool = False
    ha: str = "–"
    """Home Assistant 2024.3 on the same kind of machine."""


BUDGETS: Final[Mapping[str, Budget]] = {
    "start": Budget("start to first HTTP 200, 200 restored entities, 34 automations", "s", 0.4, 0.2, ha="3.0 s"),
    "rss_200": Budget("RSS, 200 entities, idle", "MB", 45, 30, ha="163 MB"),
    "rss_5000": Budget("RSS, 5,000 entities", "MB", 65, 45, ha="190 MB"),
    "rss_50000": Budget("RSS, 50,000 entities", "MB", 250, 150),
    "write": Budget("state write → in-process listener", "µs", 20, 5),
    "changes": Budget("state changes a second through the bus, 3 listeners", "/s", 100_000, 250_000, more=True),
    "get_state": Budget("GET /api/states/<id>, 32 connections", "/s", 12_000, 20_000, more=True, ha="5.9k/s"),
    "get_states": Budget("GET /api/states, 1,000 entities", "ms", 1, 0.3, ha="3.9 ms"),
    "post_state": Budget("POST /api/states/<id>, 32 connections", "/s", 7_000, 12_000, more=True, ha="2.2k/s"),
    "service_p50": Budget("service call → state_changed at a WebSocket client, p50", "ms", 0.6, 0.3, ha="1.2 ms"),
    "service_p99": Budget("service call → state_changed at a WebSocket client, p99", "ms", 5, 2, ha="85 ms"),
    "automation_p50": Budget("service call → automation's event at the client, p50", "ms", 1, 0.5, ha="2.6 ms"),
    "fan_out": Budget("fan-out to 100 WebSocket subscribers", "/s", 100_000, 200_000, more=True, ha="51k/s"),
    "discovery": Budget("3,000 entities arriving by MQTT discovery", "s", 1.5, 0.8, ha="7.6 s"),
    "discovery_rss": Budget("RSS after 3,000 discovered entities", "MB", 90, 60, ha="324 MB"),
    "mqtt_state": Budget("MQTT state message → state_changed, sustained", "/s", 20_000, 50_000, more=True, ha="2.2k/s"),
    "broker_1": Budget("broker, QoS 0, 1 → 1", "/s", 60_000, 150_000, more=True, ha="mosquitto 107k/s"),
    "broker_10": Budget("broker, QoS 0, 1 → 10, published", "/s", 14_000, 60_000, more=True, ha="mosquitto 14k/s"),
    "template": Budget("template render through the API, p50", "ms", 0.4, 0.2, ha="0.57 ms"),
    "recorder": Budget("recorder, sustained rows a second, none lost", "/s", 20_000, 100_000, more=True),
    "history_p95": Budget("24 h history of one entity, 5,000 entities and 10 days, p95", "ms", 20, 5),
}


def verdict(budget: Budget, value: float) -> str:
    """Whether a figure reaches the aim, the must, or neither."""

    def reaches(limit: float) -> bool:
        return value >= limit if budget.more else value <= limit

    return "aim" if reaches(budget.aim) else "must" if reaches(budget.must) else "MISSED"


def figure(value: float, unit: str) -> str:
    """A value with its unit, in the digits that matter."""
    if value >= 1000:
        text = f"{value:,.0f}"
    elif value >= 10:
        text = f"{value:.0f}" if unit in ("MB", "/s") else f"{value:.1f}"
    else:
        text = f"{value:.2f}"
    return f"{text}{unit}" if unit == "/s" else f"{text} {unit}"


def table(measured: Mapping[str, float], before: Mapping[str, float]) -> str:
    """The table of docs/benchmarks.md."""
    lines = [
        "| what | Home Assistant | must | aim | measured | run before | |",
        "|---|---|---|---|---|---|---|",
    ]
    for key, budget in BUDGETS.items():
        if key not in measured:
            continue
        value = measured[key]
        previous = figure(before[key], budget.unit) if key in before else "–"
        lines.append(
            f"| {budget.name} | {budget.ha} | {figure(budget.must, budget.unit)} | {figure(budget.aim, budget.unit)} "
            f"| **{figure(value, budget.unit)}** | {previous} | {verdict(budget, value)} |"
        )
    return "\n".join(lines)


def load_last() -> dict[str, float]:
    """What the run before measured; empty when there was none."""
    try:
        loaded = json.loads(LAST.read_text())
    except (OSError, ValueError):
        return {}
    return {key: float(value) for key, value in loaded.items() if key in BUDGETS}


def save_last(measured: Mapping[str, float]) -> None:
    """Keep what was measured for the next run."""
    LAST.write_text(json.dumps({**load_last(), **measured}, indent=1))
