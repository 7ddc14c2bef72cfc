"""Writes docs/reference/openapi.json (OpenAPI 3.1) from the table of routes: `python tools/openapi.py`."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from marge.api.login import ROUTES as LOGIN_ROUTES
from marge.api.rest import ROUTES
from marge.api.routing import Access, Route
from marge.util.ha_version import HA_VERSION

TARGET = Path(__file__).parents[1] / "docs" / "reference" / "openapi.json"

ACCESS = {
    Access.OPEN: "Anybody.",
    Access.LOCAL: "Any user, and without a login whoever is on the hub's own machine.",
    Access.USER: "Any user.",
    Access.READ: "Users who may see states.",
    Access.CONTROL: "Users who may call services.",
    Access.ADMIN: "Admins.",
}
WORDS = {
    "AgentId": {"type": "string"},
    "Flag": {"type": "boolean"},
    "Text": {"type": "string"},
    "Strings": {"type": "array"},
}


def document() -> dict[str, Any]:
    """The whole document."""
    routes = sorted((*ROUTES, *LOGIN_ROUTES), key=lambda route: (route.path, route.method))
    bodies = [route.body for route in routes if route.body is not None]
    schemas, components = msgspec.json.schema_components(
        bodies, schema_hook=_word, ref_template="#/components/schemas/{name}"
    )
    by_body = dict(zip(bodies, schemas, strict=True))
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_body)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Marge",
            "version": HA_VERSION,
            "description": "The REST API, which is Home Assistant's; docs/reference/rest.md explains it.",
        },
        "paths": paths,
        "components": {
            "schemas": {**components, "Message": _MESSAGE},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_MESSAGE = {
    "type": "object",
    "properties": {"message": {"type": "string"}, "code": {"type": "string"}},
    "required": ["message"],
}


def _word(kind: type) -> dict[str, Any]:
    return WORDS.get(kind.__name__, {})


def _operation(route: Route, schemas: dict[Any, Any]) -> dict[str, Any]:
    text = summary(route)
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{re.sub('[^a-zA-Z0-9]+', '_', route.path)}".rstrip("_"),
        "summary": text,
        "description": ACCESS[route.access],
        "responses": {"200": {"description": "Done"}},
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)\*?}", route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "description": what, "schema": {"type": "string"}}
        for name, what in route.query.items()
    ]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": schemas[route.body]}}}
    responses = operation["responses"]
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Message"}}}
    if route.method != "GET" or route.query:
        responses["400"] = {"description": "The request is wrong; the message says why", "content": refusal}
    if route.access is not Access.OPEN:
        responses["401"] = {"description": "No valid token, or a user who may not do this"}
        operation["security"] = [{"token": []}]
    if "{" in route.path:
        responses["404"] = {"description": "There is no such thing", "content": refusal}
    return operation


def summary(route: Route) -> str:
    """What the route does: the first line of its handler's documentation, without the path."""
    handler = route.handler.func if isinstance(route.handler, partial) else route.handler
    line = (handler.__doc__ or "").strip().partition("\n")[0]
    text = line.partition(": ")[2] or line
    return text[:1].upper() + text[1:]


def text() -> str:
    """The document as it is committed."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text())
