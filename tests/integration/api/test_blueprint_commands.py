"""Blueprints over the API: commands, the editor, and what becomes of entities when a file changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hub import READ_ONLY, USER, House, Refusal, WsClient, hub

GO = """\
# Kept.
blueprint:
  name: Go
  domain: automation
  input:
    event: {selector: {text: }}
triggers:
  - trigger: event
    event_type: !input event
actions:
  - event: gone
"""
USE = {"path": "me/go.yaml", "input": {"event": "go"}}


async def save(ws: WsClient, text: str = GO, **more: Any) -> Any:
    return await ws.call("blueprint/save", domain="automation", path="me/go", yaml=text, **more)


async def edit(house: House, key: str, item: dict[str, Any]) -> Any:
    return await house.post(f"/api/config/automation/config/{key}", item)


async def test_from_saving_a_blueprint_to_deleting_it(tmp_path: Path) -> None:
    files = {"configuration.yaml": "automation: !include automations.yaml\n"}
    async with hub(tmp_path, files) as house, house.ws() as ws:
        assert await save(ws, source_url="https://example.com/go.yaml") == {"overrides_existing": False}
        listed = await ws.call("blueprint/list", domain="automation")
        assert listed["me/go.yaml"]["metadata"]["source_url"] == "https://example.com/go.yaml"
        answer = await edit(house, "1", {"alias": "It", "use_blueprint": USE})
        assert answer.status == 200, answer
        got = await house.get("/api/config/automation/config/1")
        assert got.json == {"id": "1", "alias": "It", "use_blueprint": USE}
        config = await ws.call("automation/config", entity_id="automation.it")
        assert config["config"]["triggers"] == [{"trigger": "event", "event_type": "go"}]
        with pytest.raises(Refusal, match=r"home_assistant_error: Blueprint in use: automation\.it"):
            await ws.call("blueprint/delete", domain="automation", path="me/go.yaml")
        with pytest.raises(Refusal, match="already_exists"):
            await save(ws)
        changed = await save(ws, GO.replace("gone", "went"), allow_override=True)
        assert changed == {"overrides_existing": True}
        config = await ws.call("automation/config", entity_id="automation.it")
        assert config["config"]["actions"] == [{"event": "went"}]
        assert (await house.delete("/api/config/automation/config/1")).status == 200
        assert await ws.call("blueprint/delete", domain="automation", path="me/go.yaml") is None
        assert await ws.call("blueprint/list", domain="automation") == {}


async def test_the_editor_says_what_is_wrong_with_an_instance(tmp_path: Path) -> None:
    async with hub(tmp_path, {"blueprints/automation/me/go.yaml": GO}) as house:
        for use, words in (
            ({"path": "me/go.yaml"}, "Missing input event"),
            ({"path": "me/og.yaml"}, "Unable to find me/og.yaml"),
            ({"path": "me/go.yaml", "input": {"event": None}}, "expected"),
            ({"path": "me/go.yaml", "input": {"event": "{{ 1 +"}}, "template"),
        ):
            answer = await edit(house, "1", {"alias": "It", "use_blueprint": use})
            assert answer.status == 400, (use, answer)
            assert words in answer.json["message"]
        assert not (tmp_path / "config/automations.yaml").exists()


async def test_only_admins_may_change_blueprints(tmp_path: Path) -> None:
    async with hub(tmp_path, {"blueprints/automation/me/go.yaml": GO}) as house:
        for group in (USER, READ_ONLY):
            async with house.ws(await house.user(group, group)) as ws:
                assert "me/go.yaml" in await ws.call("blueprint/list", domain="automation")
                made = await ws.call("blueprint/substitute", domain="automation", **USE)
                assert made["substituted_config"]["triggers"][0]["event_type"] == "go"
                for command in (
                    {"type": "blueprint/save", "domain": "automation", "path": "x", "yaml": GO},
                    {"type": "blueprint/delete", "domain": "automation", "path": "me/go.yaml"},
                    {"type": "blueprint/import", "url": "https://example.com/x.yaml"},
                ):
                    with pytest.raises(Refusal, match="unauthorized"):
                        await ws.call(**command)
        assert (tmp_path / "config/blueprints/automation/me/go.yaml").read_text() == GO


async def test_importing_a_file_and_nothing_from_the_own_network(tmp_path: Path) -> None:
    async with hub(tmp_path, {"download.yaml": GO}) as house, house.ws() as ws:
        found = await ws.call("blueprint/import", url=f"file://{tmp_path}/config/download.yaml")
        assert (found["suggested_filename"], found["raw_data"], found["exists"]) == ("local/download", GO, False)
        for url, words in (
            (f"{house.base}/local/x.yaml", "local network"),
            ("http://localhost/x.yaml", "local network"),
            ("http://[::1]/x.yaml", "local network"),
            ("http://169.254.169.254/x.yaml", "local network"),
            ("file:///etc/passwd", "outside of the configuration directory"),
            (f"file://{tmp_path}/config/none.yaml", "does not exist"),
        ):
            with pytest.raises(Refusal, match=words) as refused:
                await ws.call("blueprint/import", url=url)
            assert refused.value.code == "home_assistant_error"
        for url in ("ftp://example.com/x.yaml", "file:relative.yaml", "x", 5):
            with pytest.raises(Refusal, match="invalid_format"):
                await ws.call("blueprint/import", url=url)


async def test_a_template_blueprint_in_use_stays(tmp_path: Path) -> None:
    text = (
        'blueprint: {name: X, domain: template, input: {a: }}\nvariables: {a: !input a}\nsensor: {state: "{{ a }}"}\n'
    )
    use = "template:\n  - use_blueprint: {path: x.yaml, input: {a: 5}}\n    name: X\n    unique_id: x\n"
    async with hub(tmp_path, {"configuration.yaml": use, "blueprints/template/x.yaml": text}) as house:
        assert (await house.get("/api/states/sensor.x")).json["state"] == "5"
        async with house.ws() as ws:
            with pytest.raises(Refusal, match=r"Blueprint in use: sensor\.x"):
                await ws.call("blueprint/delete", domain="template", path="x.yaml")
            changed = text.replace("{{ a }}", "{{ a + 1 }}")
            await ws.call("blueprint/save", domain="template", path="x.yaml", yaml=changed, allow_override=True)
        assert (await house.get("/api/states/sensor.x")).json["state"] == "6"
