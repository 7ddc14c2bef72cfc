"""The files in the data directory of a running hub: how to reach it, and what is nobody else's business."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from child_hub import ENVIRONMENT, TOML, ChildHub
from websockets.asyncio.client import connect


async def test_the_free_port_for_mqtt_over_websocket_can_be_found(tmp_path: Path) -> None:
    async with ChildHub(tmp_path, {"configuration.toml": TOML + "websocket_port = 0\n"}).running() as child:
        port = json.loads((child.data / "runtime.json").read_bytes())["mqtt_websocket_port"]
        async with connect(f"ws://127.0.0.1:{port}/", subprotocols=["mqtt"]) as client:  # type: ignore[list-item]
            assert client.subprotocol == "mqtt"
        assert f"mqtt:          port {child.mqtt_port}, WebSocket on port {port}\n" in info(child)


async def test_without_it_there_is_no_port(tmp_path: Path) -> None:
    async with ChildHub(tmp_path).running() as child:
        assert json.loads((child.data / "runtime.json").read_bytes())["mqtt_websocket_port"] is None
        assert f"mqtt:          port {child.mqtt_port}\n" in info(child)


async def test_info_shows_the_configuration_that_the_running_hub_uses(tmp_path: Path) -> None:
    async with ChildHub(tmp_path).running() as child:
        assert f"configuration: {child.config}\n" in info(child)
        assert f"configuration: {child.config}\n" in info(child, "--config", str(tmp_path))
        await child.end()
        assert f"configuration: {tmp_path}\n" in info(child, "--config", str(tmp_path))


async def test_what_holds_secrets_is_for_the_user_of_the_hub_alone(tmp_path: Path) -> None:
    async with ChildHub(tmp_path).running() as child:
        modes = {path.name: path.stat().st_mode & 0o777 for path in child.data.iterdir()}
    secret = (".lock", "cli-token", "marge.db", "marge.db-shm", "marge.db-wal")
    assert {name: modes[name] for name in secret} == dict.fromkeys(secret, 0o600)


def info(child: ChildHub, *arguments: str) -> str:
    """What `marge info` says to somebody who names the data directory alone."""
    command = [sys.executable, "-m", "marge", "info", "--data", str(child.data), *arguments]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=30, check=True).stdout
