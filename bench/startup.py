"""Start-up and memory of a real hub process: what a household waits for after a power cut, and pays for all day."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from marge.core.clock import SystemClock
from marge.core.hub import Hub
from marge.registries import Registries
from marge.storage import Database, SqlStore

AUTOMATIONS = 34


def write_config(folder: Path, *, automations: int = AUTOMATIONS, more: str = "") -> None:
    """A configuration with automations of the usual kinds, and `more` after them in automations.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "configuration.toml").write_text(
        '[http]\nhost = "127.0.0.1"\nport = 0\n[mqtt]\nhost = "127.0.0.1"\nport = 0\n[logger]\ndefault = "warn"\n'
    )
    (folder / "configuration.yaml").write_text("automation: !include automations.yaml\n")
    (folder / "automations.yaml").write_text(
        "".join(
            f"""- id: 'automation_{number}'
  alias: Automation {number}
  triggers:
    - trigger: state
      entity_id: sensor.value_{number}
      to: 'on'
      for: '00:05:00'
  conditions:
    - condition: numeric_state
      entity_id: sensor.value_{number + 40}
      above: 10
  actions:
    - action: switch.turn_on
      target:
        entity_id: switch.s{number}
    - delay: '00:00:05'
    - choose:
        - conditions: "{{{{ is_state('sensor.value_1', 'on') }}}}"
          sequence:
            - event: done
"""
            for number in range(automations)
        )
        + more
    )


async def fill(data: Path, entities: int) -> None:
    """Register entities, ten to a device, and leave their last states in the database."""
    data.mkdir(parents=True, exist_ok=True)
    database = Database(data / "marge.db")
    database.open()
    database.start()
    store = SqlStore(database, SystemClock())
    store.start()
    hub = Hub(SystemClock(), store)
    registries = Registries(hub)
    registries.load()
    entry = registries.entries.ensure("mqtt", "MQTT")
    device = None
    for number in range(entities):
        if number % 10 == 0:
            device = registries.devices.get_or_create(
                entry.id, identifiers={("mqtt", f"d{number}")}, name=f"Device {number}", manufacturer="Maker", model="M"
            )
        assert device is not None
        registries.entities.get_or_create(
            "sensor",
            "mqtt",
            f"u{number}",
            suggested_object_id=f"value_{number}",
            device_id=device.id,
            config_entry_id=entry.id,
            original_name=f"Value {number}",
            has_entity_name=True,
            original_device_class="temperature",
            unit_of_measurement="°C",
            capabilities={"state_class": "measurement"},
        )
    await store.flush()
    await store.stop()
    await database.stop()


@contextmanager
def running(config: Path, data: Path) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A hub process and the seconds until it answered the first request with 200."""
    (data / "runtime.json").unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "marge", "--config", str(config), "--data", str(data)],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                runtime = json.loads((data / "runtime.json").read_bytes())
                urllib.request.urlopen(f"http://127.0.0.1:{runtime['http_port']}/api/health", timeout=5).read()
                break
            except (OSError, ValueError, urllib.error.URLError):
                if process.poll() is not None:
                    raise RuntimeError(f"the hub ended with {process.returncode}") from None
                time.sleep(0.002)
        yield process, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(entities: int, runs: int, settle: float = 2.0) -> tuple[float, float]:
    """Median seconds to the first answer, and median MB once idle."""
    import asyncio

    with tempfile.TemporaryDirectory() as folder:
        config, data = Path(folder) / "config", Path(folder) / "data"
        write_config(config)
        asyncio.run(fill(data, entities))
        times, sizes = [], []
        for _ in range(runs):
            with running(config, data) as (process, took):
                times.append(took)
                time.sleep(settle)
                sizes.append(rss_mb(process.pid))
    return statistics.median(times), statistics.median(sizes)


def budget() -> dict[str, float]:
    """The rows of the table that this module measures."""
    start, rss_200 = measure(200, 7)
    _, rss_5000 = measure(5000, 3)
    _, rss_50000 = measure(50_000, 1, settle=5.0)
    return {"start": start, "rss_200": rss_200, "rss_5000": rss_5000, "rss_50000": rss_50000}


if __name__ == "__main__":
    print(msgspec.json.encode(budget()).decode())
