"""What Home Assistant answered to the steps of blueprints/cases.yaml, asked of a hub over a real socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from hub import hub

from marge.core.errors import OperationFailed

HERE = Path(__file__).parent / "blueprints"
CASE = yaml.safe_load((HERE / "cases.yaml").read_text())
EXCHANGES = json.loads((HERE / "recorded.json").read_text())["exchanges"]


def fetch(url: str, headers: Mapping[str, str]) -> str:
    """Stands for the web, with the pages of the case."""
    page = CASE["pages"][url]
    if isinstance(page, str):
        return page
    if "status" in page:
        raise OperationFailed(f"{url} answers {page['status']}")
    return json.dumps(page["json"])


def plain(value: Any, key: str = "") -> Any:
    """An answer without what is not compared.

    Errors in words keep what they begin with, ids come in any order, and an action may be called by its old key: where
    a file says `service`, Home Assistant shows `action` of what it has checked.
    """
    if isinstance(value, dict):
        return {("action" if name == "service" else name): plain(each, name) for name, each in value.items()}
    if isinstance(value, list):
        items = [plain(each) for each in value]
        return sorted(items) if all(isinstance(each, str) for each in items) else items
    if key == "error" and isinstance(value, str):
        return value.partition(":")[0]
    return value


WORDS = (
    "Blueprint in use", "Failed to load blueprint", "File already exists", "Invalid blueprint", "Missing input",
    "No valid blueprint", "Unsupported domain",
)  # fmt: skip
"""What sentences begin with that people may have learned to look for."""
FAILURES = {"https://example.com/404.yaml": "home_assistant_error"}
"""Where Home Assistant fails, and the code that Marge answers with."""


def compared(answer: dict[str, Any], known: bool) -> dict[str, Any]:
    """What is compared of an answer: the whole result, and of an error its code and how a `known` sentence begins."""
    if answer["success"]:
        return {"success": True, "result": plain(answer["result"])}
    error = answer["error"]
    begin = error["message"].partition(":")[0] if known else None
    return {"success": False, "code": error["code"], "message": begin}


def test_all_steps_are_recorded() -> None:
    assert [exchange["command"] for exchange in EXCHANGES] == CASE["steps"]


async def test_answers_as_home_assistant_did(tmp_path: Path) -> None:
    problems: list[str] = []
    files = {f"blueprints/{name}": text for name, text in CASE["files"].items()}
    files["configuration.yaml"] = json.dumps(
        {"automation": CASE["automations"], "script": CASE["scripts"], "template": CASE["templates"]}
    )
    async with hub(tmp_path, files) as house:
        house.app.api.fetch = fetch
        async with house.ws() as ws:
            for exchange in EXCHANGES:
                command = exchange["command"]
                actual = await ws.exchange(**command)
                answer = exchange["answer"]
                known = not answer["success"] and answer["error"]["message"].startswith(WORDS)
                wanted = compared(answer, known)
                if (code := FAILURES.get(command.get("url"))) is not None:
                    wanted["code"] = code
                if compared(actual, known) != wanted:
                    problems.append(f"{command}\n  wanted {wanted}\n  got    {actual}")
    assert not problems, "\n".join(problems)
