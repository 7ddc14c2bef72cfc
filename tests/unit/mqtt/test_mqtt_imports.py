"""What the front door of the package loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import marge

SOURCE = str(Path(marge.__file__).parents[1])


def test_websocket_external_and_password_parts_are_not_loaded_before_they_are_used() -> None:
    code = "import sys, marge.mqtt; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": SOURCE}
    )
    loaded = set(out.stdout.split())
    assert "marge.mqtt.server" in loaded
    unwanted = {"websockets", "marge.mqtt.external", "marge.mqtt.client", "hmac", "gmqtt", "ipaddress"}
    assert not loaded & unwanted


def test_the_external_client_comes_through_the_front_door() -> None:
    import marge.mqtt
    from marge.mqtt.external import ExternalClient

    assert marge.mqtt.ExternalClient is ExternalClient
    assert all(hasattr(marge.mqtt, name) for name in marge.mqtt.__all__)
