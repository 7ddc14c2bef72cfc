"""The command line against a hub that serves TLS with a certificate that no authority knows."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from child_hub import ENVIRONMENT, ChildHub

SELF_SIGNED = Path(__file__).parents[2] / "data/self_signed.pem"
TOML = f"""
[http]
host = "127.0.0.1"
port = 0
tls_certificate = "{SELF_SIGNED}"
tls_key = "{SELF_SIGNED}"
[mqtt]
host = "127.0.0.1"
port = 0
"""


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildHub]:
    """A hub with TLS and one entity of its own."""
    files = {"configuration.toml": TOML, "configuration.yaml": "input_boolean:\n  guests:\n"}
    child = ChildHub(tmp_path_factory.mktemp("tls"), files)
    asyncio.run(child.start())
    yield child
    child.clear()


def marge(child: ChildHub, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`marge` with these arguments, on the child's data directory."""
    command = [sys.executable, "-m", "marge", "--data", str(child.data), *arguments]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=30)


def test_the_command_line_reads_and_acts_over_tls(child: ChildHub) -> None:
    listed = marge(child, "entity", "list", "input_boolean")
    assert (listed.returncode, listed.stdout.split()[:2]) == (0, ["input_boolean.guests", "off"]), listed.stderr
    assert marge(child, "entity", "call", "input_boolean.turn_on", "input_boolean.guests").returncode == 0
    assert marge(child, "entity", "list", "input_boolean").stdout.split()[1] == "on"


def test_info_says_that_the_api_is_tls(child: ChildHub) -> None:
    info = marge(child, "info")
    assert f"http:          port {child.port}, TLS\n" in info.stdout, info.stderr


def test_who_shows_another_certificate_is_not_taken_for_the_hub(child: ChildHub) -> None:
    file = child.data / "runtime.json"
    before = file.read_bytes()
    file.write_text(json.dumps({**json.loads(before), "http_certificate": "0" * 64}))
    try:
        listed = marge(child, "entity", "list")
    finally:
        file.write_bytes(before)
    assert (listed.returncode, listed.stdout) == (1, "")
    assert f"what answers on port {child.port} shows another certificate than the hub" in listed.stderr
