"""A service call, the automation that its state change triggers, and the event that the automation fires.

This is how quick a house feels: a switch is pressed, and something answers. Measured at a WebSocket client of a hub
process of its own, from sending `input_boolean.toggle` to the event of the action, with 34 automations loaded; the one
that answers has a condition and renders a template.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bench.startup import running, write_config
from bench.ws_client import connected

CALLS = 2000

ANSWERING = """
- id: answer
  alias: Answer
  triggers:
    - trigger: state
      entity_id: input_boolean.pressed
  conditions:
    - condition: state
      entity_id: input_boolean.pressed
      state: ['on', 'off']
  actions:
    - event: answered
      event_data:
        state: '{{ trigger.to_state.state }}'
"""


def p50(calls: int) -> float:
    """Median milliseconds from the call to the event."""
    with tempfile.TemporaryDirectory() as folder:
        config, data = Path(folder) / "config", Path(folder) / "data"
        write_config(config, automations=33, more=ANSWERING)
        with (config / "configuration.yaml").open("a") as file:
            file.write("input_boolean:\n  pressed:\n")
        with running(config, data), connected(data) as client:
            client.call(type="subscribe_events", event_type="answered")
            took = []
            for _ in range(calls):
                started = time.perf_counter()
                number = client.command(
                    type="call_service",
                    domain="input_boolean",
                    service="toggle",
                    target={"entity_id": "input_boolean.pressed"},
                )
                event = result = False
                while not (event and result):
                    message = client.receive()
                    if message["type"] == "event":
                        took.append((time.perf_counter() - started) * 1e3)
                        event = True
                    elif message["id"] == number:
                        if not message["success"]:
                            raise RuntimeError(f"the call failed: {message['error']}")
                        result = True
    return statistics.median(took[calls // 10 :])


def budget() -> dict[str, float]:
    """The row of the table that this module measures."""
    return {"automation_p50": statistics.median(p50(CALLS) for _ in range(3))}


if __name__ == "__main__":
    print(budget())
