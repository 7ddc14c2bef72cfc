"""The tables of routes and commands, and what is written of them: nothing is missing, nothing is too much."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

from marge.api.login import ROUTES as LOGIN_ROUTES
from marge.api.rest import ROUTES
from marge.api.routing import Access, Router
from marge.api.websocket.commands import commands
from marge.helpers.kinds import HELPERS, NOT_STORED
from tools.openapi import TARGET, text

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
ALL = (*ROUTES, *LOGIN_ROUTES)


def headings(name: str) -> list[str]:
    return re.findall(r"^### `(.+)`$", (REFERENCE / name).read_text(), re.MULTILINE)


def test_each_route_has_its_heading() -> None:
    assert sorted(headings("rest.md")) == sorted(f"{route.method} {route.path}" for route in ALL)


def test_each_command_has_its_heading() -> None:
    generic = [name for name in headings("websocket.md") if name.startswith("<kind>/")]
    assert sorted(generic) == [f"<kind>/{what}" for what in ("create", "delete", "list", "update")]
    assert sorted(set(headings("websocket.md")) - set(generic)) == sorted(commands())


def test_the_kinds_of_helpers_are_named() -> None:
    page = (REFERENCE / "websocket.md").read_text().partition("## Helpers")[2]
    assert all(f"`{kind}`" in page for kind in HELPERS if kind not in NOT_STORED)


def test_the_openapi_document_is_what_the_routes_say() -> None:
    assert TARGET.read_text() == text(), "run: python tools/openapi.py"


def test_the_openapi_document_is_one() -> None:
    document = json.loads(TARGET.read_text())
    assert document["openapi"] == "3.1.0"
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == len(ALL)
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert all(operation["summary"] for operation in operations)
    for reference in re.findall(r'"#/components/schemas/(\w+)"', TARGET.read_text()):
        assert reference in document["components"]["schemas"]


def test_every_handler_says_what_it_does() -> None:
    for command in commands().values():
        handler = command.handler.func if isinstance(command.handler, partial) else command.handler
        assert handler.__doc__, command.name


OF_ITS_OWN = ("/api/onboarding", "/api/webhook/")
"""Paths whose handlers look for themselves who may do what."""


def test_what_changes_the_house_is_not_for_those_who_only_look() -> None:
    for route in ALL:
        if route.method != "GET" and route.path.startswith("/api/") and not route.path.startswith(OF_ITS_OWN):
            assert route.access in (Access.ADMIN, Access.CONTROL), route
    changing = ("/create", "/update", "/delete", "/remove", "/disable", "/move")
    for command in commands().values():
        if command.name.endswith(changing):
            assert command.access in (Access.ADMIN, Access.CONTROL), command.name


def test_a_path_is_found_with_its_parameters() -> None:
    route, params = Router(ALL).find("GET", "/api/history/period/2026-01-01T00:00:00+00:00")
    assert route.path == "/api/history/period/{start}"
    assert params == {"start": "2026-01-01T00:00:00+00:00"}
