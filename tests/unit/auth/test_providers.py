"""The table of providers, its folder and its documentation say the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from auth_house import House

from marge.auth import provider_list
from marge.auth.providers import PROVIDERS, Provider

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "src" / "marge" / "auth" / "providers"


def test_every_provider_has_a_file_a_line_and_a_heading() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "base"}
    assert files == set(PROVIDERS)
    headings = (ROOT / "docs" / "reference" / "auth.md").read_text()
    for name in PROVIDERS:
        assert f"### `{name}`" in headings


async def test_the_login_page_is_told_of_every_provider() -> None:
    house = House()
    providers: list[Provider] = list(house.auth.providers.values())
    assert {provider.type for provider in providers} == set(PROVIDERS)
    assert provider_list(house.auth, True) == {
        "providers": [{"name": "Home Assistant Local", "id": None, "type": "homeassistant"}],
        "preselect_remember_me": True,
    }


def test_auth_loads_nothing_heavy_before_somebody_logs_in() -> None:
    program = "import sys, marge.auth; print(*sys.modules)"
    env = {"PYTHONPATH": str(ROOT / "src"), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    loaded = set(done.stdout.split())
    assert not loaded & {"bcrypt", "jwt", "cryptography", "http.client", "urllib.request", "dataclasses", "email"}
