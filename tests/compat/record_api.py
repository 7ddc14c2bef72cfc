"""Records how a running Home Assistant answers `api_scenario.py`; see README.md.

PYTHONPATH=src:tests:. python tests/compat/record_api.py <port>
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from compat.api_compare import kept
from compat.api_runner import Runner
from compat.api_scenario import SCENARIO
from hub import CLIENT_ID, PASSWORD, Client

HERE = Path(__file__).parent / "api"


async def token(client: Client, code: str) -> str:
    form = urlencode({"grant_type": "authorization_code", "code": code, "client_id": CLIENT_ID}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.request("POST", "/auth/token", body=form, headers=headers, token="")
    return str(answer.json["access_token"])


async def user(client: Client, name: str, group: str) -> str:
    async with client.ws() as ws:
        made = await ws.call("config/auth/create", name=name, group_ids=[group])
        await ws.call(
            "config/auth_provider/homeassistant/create",
            user_id=made["user"]["id"],
            username=name,
            password=PASSWORD,
        )
    start = {"client_id": CLIENT_ID, "handler": ["homeassistant", None], "redirect_uri": CLIENT_ID}
    flow = (await client.post("/auth/login_flow", start, token="")).json["flow_id"]
    answers = {"client_id": CLIENT_ID, "username": name, "password": PASSWORD}
    return await token(client, (await client.post(f"/auth/login_flow/{flow}", answers, token="")).json["result"])


async def main(port: int) -> None:
    client = Client(port)
    owner = {"client_id": CLIENT_ID, "name": "Owner", "username": "owner", "password": PASSWORD, "language": "en"}
    code = (await client.post("/api/onboarding/users", owner, token="")).json["auth_code"]
    client.token = await token(client, code)
    tokens = {"owner": client.token}
    for name, group in (("user", "system-users"), ("reader", "system-read-only")):
        tokens[name] = await user(client, name, group)
    HERE.mkdir(exist_ok=True)
    async with Runner(port, tokens) as runner:
        for name, steps in SCENARIO.items():
            exchanges: list[dict[str, Any]] = []
            for step in steps:
                if step["transport"] == "wait":
                    await asyncio.sleep(step["seconds"])
                    continue
                try:
                    response = await runner.run(step)
                except TimeoutError:
                    print("no answer:", step)
                    continue
                exchanges.append({**step, "response": kept(step, response)})
            text = json.dumps({"recorded_from": "Home Assistant 2025.4.4", "exchanges": exchanges}, indent=1)
            (HERE / f"{name}.json").write_text(text + "\n")


asyncio.run(main(int(sys.argv[1])))
