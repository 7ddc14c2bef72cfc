"""What an idle hub has loaded: a library that slips into the start costs every household time and memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"

# Third-party packages that a start may load. Everything else is imported where it is first needed.
EXPECTED = {
    "astral",
    "click",
    "httptools",
    "msgspec",
    "typing_extensions",
    "tzdata",
    "uvicorn",
    "websockets",
    "yaml",
}

# Parts of the standard library that are large and that an idle hub does without.
UNWANTED = {
    "ctypes",
    "difflib",
    "http.client",
    "pdb",
    "pydoc",
    "ssl",
    "unittest",
    "urllib.request",
    "xml",
}


# It rests: its template is checked, not rendered.
AUTOMATION = """
- alias: Hall light
  triggers: {trigger: state, entity_id: binary_sensor.hall, to: "on", for: "00:05:00"}
  conditions: "{{ is_state('sun.sun', 'below_horizon') }}"
  actions: {action: homeassistant.turn_on, target: {entity_id: light.hall}}
"""

PROGRAM = """
import atexit, sys
from pathlib import Path
atexit.register(lambda: Path(sys.argv[1]).write_text(" ".join(name for name in sys.modules if sys.modules[name])))
from marge.cli.main import main
main(sys.argv[2:])
"""


def loaded(tmp_path: Path) -> set[str]:
    """Names of all modules that a hub has imported once it runs, told by itself when it ends."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "configuration.toml").write_text(
        '[http]\nhost = "127.0.0.1"\nport = 0\n[mqtt]\nhost = "127.0.0.1"\nport = 0\n'
    )
    (config / "configuration.yaml").write_text("automation: !include automations.yaml\n")
    (config / "automations.yaml").write_text(AUTOMATION)
    report, data = tmp_path / "report", tmp_path / "data"
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(report), "--config", str(config), "--data", str(data)],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "HOME": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while not (data / "runtime.json").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline, "the hub did not start"
            time.sleep(0.02)
        time.sleep(1.5)  # what is put off until after the start is part of an idle hub too
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    return set(report.read_text().split())


def test_an_idle_hub_loads_only_what_it_needs(tmp_path: Path) -> None:
    names = loaded(tmp_path)
    assert "marge.app.app" in names
    standard = sys.stdlib_module_names | {"marge", "sitecustomize", "cython_runtime"}
    packages = {name.partition(".")[0] for name in names} - standard
    assert {name for name in packages if not name.startswith("_")} <= EXPECTED
    assert not names & UNWANTED
