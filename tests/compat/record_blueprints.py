"""Records what Home Assistant answers to the steps of blueprints/cases.yaml; see README.md.

Run it with a Python that has Home Assistant; it needs no network and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

HERE = Path(__file__).parent / "blueprints"


class Answer:
    """What a page of `pages` answers."""

    def __init__(self, page: Any) -> None:
        self.page = page

    async def text(self) -> str:
        return self.page if isinstance(self.page, str) else json.dumps(self.page["json"])

    async def json(self) -> Any:
        return self.page["json"]


class Web:
    """Stands for the web: `pages` by address."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self.pages = pages

    async def get(self, url: str, **_: Any) -> Answer:
        import aiohttp

        page = self.pages[url]
        if isinstance(page, dict) and "status" in page:
            raise aiohttp.ClientResponseError(None, (), status=page["status"])  # type: ignore[arg-type]
        return Answer(page)


async def record(case: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Ask the steps of a fresh Home Assistant."""
    from homeassistant import auth, bootstrap, loader
    from homeassistant.components.websocket_api.connection import ActiveConnection
    from homeassistant.config_entries import ConfigEntries
    from homeassistant.core import CoreState, HomeAssistant
    from homeassistant.setup import async_setup_component

    for name, text in case["files"].items():
        path = folder / "blueprints" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    hass = HomeAssistant(str(folder))
    loader.async_setup(hass)
    hass.config_entries = ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.auth = await auth.auth_manager_from_config(hass, [], [])
    for name, config in (
        ("homeassistant", {}),
        ("search", {}),
        ("script", {"script": case["scripts"]}),
        ("automation", {"automation": case["automations"]}),
        ("template", {"template": case["templates"]}),
    ):
        assert await async_setup_component(hass, name, config), name
    await hass.async_block_till_done()
    hass.set_state(CoreState.running)
    owner = await hass.auth.async_create_user("Owner")
    token = await hass.auth.async_create_refresh_token(owner, "http://127.0.0.1/")
    sent: list[dict[str, Any]] = []

    def send(message: Any) -> None:
        sent.append(json.loads(message) if isinstance(message, (bytes, str)) else message)

    connection = ActiveConnection(logging.getLogger("asked"), hass, send, owner, token)
    exchanges = []
    with patch(
        "homeassistant.components.blueprint.importer.aiohttp_client.async_get_clientsession",
        lambda hass: Web(case["pages"]),
    ):
        for number, step in enumerate(case["steps"], 1):
            connection.async_handle({"id": number, **step})
            async with asyncio.timeout(20):
                while not sent:
                    await asyncio.sleep(0.01)
            await hass.async_block_till_done()
            (answer,) = sent
            sent.clear()
            del answer["id"]
            exchanges.append(
                {"command": step, "answer": json.loads(json.dumps(answer).replace(str(folder), "<config>"))}
            )
    await hass.async_stop(force=True)
    return exchanges


def main() -> None:
    """Record, and say what was answered."""
    case = yaml.safe_load((HERE / "cases.yaml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        exchanges = asyncio.run(record(case, Path(folder)))
    recorded = {"recorded_from": "Home Assistant 2025.4.4", "exchanges": exchanges}
    (HERE / "recorded.json").write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
