"""The budgets of a household's hub on a small machine, and how what was measured is shown beside them."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LAST: Final = Path(__file__).with_name("last.json")
DOCS: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"


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
    how: str = ""
    """What is measured, in a sentence."""


BUDGETS: Final[Mapping[str, Budget]] = {
    "start": Budget(
        "start to first HTTP 200, 200 restored entities, 34 automations",
        "s",
        0.4,
        0.2,
        ha="3.0 s",
        how=(
            "From the start of the process to the first HTTP 200, with bytecode compiled and a database that has "
            "the registry of 200 entities."
        ),
    ),
    "rss_200": Budget(
        "RSS, 200 entities, idle",
        "MB",
        45,
        30,
        ha="163 MB",
        how="Resident memory of that process once it has been idle for two seconds.",
    ),
    "rss_5000": Budget(
        "RSS, 5,000 entities",
        "MB",
        65,
        45,
        ha="190 MB",
        how="The same with 5,000 entities on 500 devices in the registry, none of them backed by a device that speaks.",
    ),
    "rss_50000": Budget(
        "RSS, 50,000 entities", "MB", 250, 150, how="The same with 50,000 entities, five seconds after the start."
    ),
    "write": Budget(
        "state write → in-process listener",
        "µs",
        20,
        5,
        how="`StateMachine.set` with a new state, up to the one listener that hears of it.",
    ),
    "changes": Budget(
        "state changes a second through the bus, 3 listeners",
        "/s",
        100_000,
        250_000,
        more=True,
        how="The same with three listeners, as changes a second.",
    ),
    "get_state": Budget(
        "GET /api/states/<id>, 32 connections",
        "/s",
        12_000,
        20_000,
        more=True,
        ha="5.9k/s",
        how=(
            "Requests with a token over 32 connections that each have one request under way, to a hub with 1,000 "
            "entities in a process of its own."
        ),
    ),
    "get_states": Budget(
        "GET /api/states, 1,000 entities",
        "ms",
        1,
        0.3,
        ha="3.9 ms",
        how="One request after the other on one connection, median.",
    ),
    "post_state": Budget(
        "POST /api/states/<id>, 32 connections",
        "/s",
        7_000,
        12_000,
        more=True,
        ha="2.2k/s",
        how="As the GET of a state, each request writing a state with two attributes.",
    ),
    "service_p50": Budget(
        "service call → state_changed at a WebSocket client, p50",
        "ms",
        0.6,
        0.3,
        ha="1.2 ms",
        how=(
            "From sending `call_service` for an `input_boolean` to its `state_changed` at the same client, median"
            " of 1,000 calls."
        ),
    ),
    "service_p99": Budget(
        "service call → state_changed at a WebSocket client, p99",
        "ms",
        5,
        2,
        ha="85 ms",
        how="The 99th percentile of those calls.",
    ),
    "automation_p50": Budget(
        "service call → automation's event at the client, p50",
        "ms",
        1,
        0.5,
        ha="2.6 ms",
        how=(
            "From sending `call_service` to the event that an automation fires; it has a condition and renders a "
            "template, 33 others are loaded."
        ),
    ),
    "automation_in_process": Budget(
        "trigger → action, in process, p50",
        "µs",
        100,
        50,
        how=(
            "From a state change to the call of a service in the same process, with a condition and a template, median"
            " of 5,000."
        ),
    ),
    "automations_load": Budget(
        "5,000 automations loaded",
        "s",
        3,
        1.5,
        how="What 5,000 automations with two triggers each add to the start of a hub, reading the YAML included.",
    ),
    "automations_unrelated": Budget(
        "a state change that 5,000 automations do not watch, in terms of one without them",
        "×",
        1.3,
        1.1,
        how="`StateMachine.set` of another entity in that hub, divided by the same in a hub with one automation.",
    ),
    "template_followers": Budget(
        "1,000 template sensors that follow one sensor",
        "ms",
        100,
        40,
        how="From the change of the sensor until the last of them has its new state.",
    ),
    "fan_out": Budget(
        "fan-out to 100 WebSocket subscribers",
        "/s",
        100_000,
        200_000,
        more=True,
        ha="51k/s",
        how=(
            "Events a second that arrive at 100 clients together, all subscribed to `state_changed`, with "
            "coalesced messages."
        ),
    ),
    "discovery": Budget(
        "3,000 entities arriving by MQTT discovery",
        "s",
        1.5,
        0.8,
        ha="7.6 s",
        how=(
            "From the first of 3,000 discovery messages of Zigbee2MQTT's kind, sent at once over a socket, to the"
            " last entity."
        ),
    ),
    "discovery_rss": Budget(
        "RSS after 3,000 discovered entities",
        "MB",
        90,
        60,
        ha="324 MB",
        how="Resident memory of that hub five seconds later.",
    ),
    "mqtt_state": Budget(
        "MQTT state message → state_changed, sustained",
        "/s",
        20_000,
        50_000,
        more=True,
        ha="2.2k/s",
        how=(
            "Messages of those 3,000 sensors, 200 in one write, through a socket, the broker and the value "
            "templates to `state_changed`."
        ),
    ),
    "broker_1": Budget(
        "broker, QoS 0, 1 → 1",
        "/s",
        60_000,
        150_000,
        more=True,
        ha="mosquitto 107k/s",
        how=(
            "Messages of a publisher that arrive at one subscriber; publisher, broker and subscriber are "
            "processes of their own, 250 messages leave in one write, and none is lost."
        ),
    ),
    "broker_10": Budget(
        "broker, QoS 0, 1 → 10, published",
        "/s",
        14_000,
        60_000,
        more=True,
        ha="mosquitto 14k/s",
        how="The same with ten subscribers; messages published a second, each of which arrives ten times.",
    ),
    "template": Budget(
        "template render through the API, p50",
        "ms",
        0.4,
        0.2,
        ha="0.57 ms",
        how="`POST /api/template` with a template that computes with a state, one request after the other, median.",
    ),
    "template_loop": Budget(
        "the same with a loop, p50",
        "ms",
        0.4,
        0.2,
        how=(
            "The same with a loop over two states. The first render of such a text happens in a copy of the hub and "
            "takes some milliseconds; what it took decides where the next ones happen."
        ),
    ),
    "recorder": Budget(
        "recorder, sustained rows a second, none lost",
        "/s",
        20_000,
        100_000,
        more=True,
        how=(
            "Up to 100,000 changes a second of 1,000 entities for five seconds: rows that are in the file, over "
            "the time until all are."
        ),
    ),
    "history_p95": Budget(
        "24 h history of one entity, 5,000 entities and 10 days, p95",
        "ms",
        20,
        5,
        how=(
            "The states of 24 hours of a random entity, from a database with 10 days of 5,000 entities, which "
            "change once an hour."
        ),
    ),
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
    """The rows that were measured, with the run before."""
    return "\n".join(_lines(measured, before))


def _lines(measured: Mapping[str, float], before: Mapping[str, float]) -> list[str]:
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
    return lines


def document(measured: Mapping[str, float]) -> str:
    """The text of docs/benchmarks.md."""
    rows = "\n".join(line.rsplit("|", 3)[0] + "|" + line.rsplit("|", 3)[2] + "|" for line in _lines(measured, {}))
    return (
        f"""# Benchmarks

What a household waits for and pays for all day, as measured on two shared x86-64 cores with Python {_python()}. Read
them as proportions: another machine has other figures. `make bench` measures all of them in about two minutes, prints
this table with the run before beside it, and fails when one that must be reached is not; `python -m bench startup`
measures one module of `bench/` alone, `python -m bench --docs` writes this page.

{rows}

"must" keeps a change from going in, "aim" is what we want to reach; the last column says which of them is.

## What is measured

"""
        + "\n".join(f"- **{budget.name}**: {budget.how}" for budget in BUDGETS.values())
        + """

Times are medians of several runs unless a percentile is named. Memory is what the kernel counts as resident (RSS), in
units of 1,000,000 bytes, shared libraries included. Clients are raw sockets in a process of their own, so that the
figures are the hub's and not the clients'; requests come from `wrk` where it is installed.
"""
    )


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])


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
