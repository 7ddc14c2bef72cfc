"""A hub whose external broker goes away says so, where people and monitors look."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from child_hub import ENVIRONMENT, ChildHub, until
from mqtt_net import running_broker

TOML = '[http]\nhost = "127.0.0.1"\nport = 0\n[mqtt]\nbroker = "external"\nhost = "127.0.0.1"\nport = {port}\n'


async def is_so(child: ChildHub, status: str, connected: bool) -> Any:
    """Wait until the hub says this of itself and of its broker."""

    async def said() -> bool:
        document = (await child.get("/api/health")).json
        broker = document["core"]["mqtt_broker"]
        return (document["status"], broker) == (status, {"external": True, "connected": connected})

    return await until(said, what=f"{status}, connected: {connected}")


async def test_a_hub_without_its_external_broker_is_degraded(tmp_path: Path) -> None:
    async with running_broker() as broker:
        child = ChildHub(tmp_path, {"configuration.toml": TOML.format(port=broker.port)})
        async with child.running():
            await is_so(child, "healthy", True)
            await broker.stop()
            await is_so(child, "degraded", False)
            command = [sys.executable, "-m", "marge", "info", "--data", str(child.data)]
            info = await asyncio.to_thread(subprocess.check_output, command, env=ENVIRONMENT, text=True, timeout=30)
            assert f"hub:           degraded, process {child.pid}" in info
            assert "mqtt:          external broker\n" in info
