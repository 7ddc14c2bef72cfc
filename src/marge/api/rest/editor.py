"""/api/config/<automation|scene|script>/config/<id>: one item of the files that the user interface writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_response
from marge.api.routing import Access, Route
from marge.config.blueprints import DOMAINS, USE
from marge.config.house import EDITABLE
from marge.config.nodes import Place
from marge.core.errors import InvalidConfig, NotFound
from marge.util.schema import Invalid

if TYPE_CHECKING:
    from marge.api.context import ApiContext
    from marge.config.edit import EditableFile, Kind

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Editable:
    """A kind of item: its domain, the form of its file, the order of its first keys, who checks it."""

    domain: str
    kind: Kind
    platform: str
    first_keys: tuple[str, ...]
    check: Callable[[str, Item], None]

    def file(self, api: ApiContext) -> EditableFile:
        # What edits files is loaded with the first edit.
        from marge.config.edit import EditableFile

        return EditableFile(Path(api.config_dir) / EDITABLE[self.domain], self.kind)

    def ordered(self, key: str, item: Item) -> Item:
        """The item as it is written: its id first, then what people look for first."""
        start: Item = {"id": key} if self.kind == "list" else {}
        start.update({name: item[name] for name in self.first_keys if name in item})
        return {**start, **item, **({"id": key} if self.kind == "list" else {})}


def _check_automation(key: str, item: Item) -> None:
    from marge.automation.settings import read_automation

    read_automation({**item, "id": key})


def _check_scene(key: str, item: Item) -> None:
    from marge.automation.scene import SceneConfig
    from marge.util.schema import convert

    convert({**item, "id": key}, SceneConfig)


def _check_script(key: str, item: Item) -> None:
    from marge.automation.scripts import check_key
    from marge.automation.settings import read_script

    if (wrong := check_key(key)) is not None:
        raise HttpError(400, f"Key malformed: {wrong}")
    read_script(item)


_AUTOMATION_KEYS: Final = (
    "alias",
    "description",
    "triggers",
    "trigger",
    "conditions",
    "condition",
    "actions",
    "action",
)
_KINDS: Final = (
    _Editable("automation", "list", "automation", _AUTOMATION_KEYS, _check_automation),
    _Editable("scene", "list", "homeassistant", ("name", "entities"), _check_scene),
    _Editable("script", "mapping", "script", (), _check_script),
)


async def get(what: _Editable, api: ApiContext, request: Request) -> Response:
    """GET: the item as the file has it."""
    async with api.editing:
        try:
            item = await asyncio.to_thread(what.file(api).get, request.params["key"])
        except NotFound:
            raise HttpError(404, "Resource not found") from None
        except InvalidConfig as error:
            raise HttpError(500, str(error)) from error
    return json_response(item)


async def put(what: _Editable, api: ApiContext, request: Request) -> Response:
    """POST: check the item, write it to the file, and take it into use."""
    key = request.params["key"]
    data = await request.json(complaint="Invalid JSON specified")
    if not isinstance(data, dict):
        raise HttpError(400, "Message malformed: expected a dictionary")
    try:
        made = await _made(what.domain, api, data)
        what.check(key, made)
        for problem in _template_problems(api, made):
            raise HttpError(400, f"Message malformed: {problem}")
    except (Invalid, InvalidConfig) as error:
        raise HttpError(400, f"Message malformed: {error}") from None
    async with api.editing:
        try:
            await asyncio.to_thread(what.file(api).put, key, what.ordered(key, data))
        except InvalidConfig as error:
            raise HttpError(400, str(error)) from error
        reload_data = {"id": key} if what.domain == "automation" else {}
        await api.hub.services.call(what.domain, "reload", reload_data, context=_context(api, request))
    return json_response({"result": "ok"})


async def _made(domain: str, api: ApiContext, item: Item) -> Item:
    """The item itself, or what its blueprint makes of it; raises InvalidConfig."""
    if USE not in item or domain not in DOMAINS:
        return item
    from marge.config.blueprints.folder import BlueprintFolder

    return await asyncio.to_thread(BlueprintFolder(Path(api.config_dir)).filled, domain, item)


def _template_problems(api: ApiContext, item: Item) -> list[str]:
    from marge.automation.template_check import template_problems

    return [problem.message for problem in template_problems(item, api.templates, Place("", 0))]


async def delete(what: _Editable, api: ApiContext, request: Request) -> Response:
    """DELETE: take the item out of the file and out of use, and forget its entity."""
    key = request.params["key"]
    async with api.editing:
        try:
            await asyncio.to_thread(what.file(api).delete, key)
        except NotFound:
            raise HttpError(400, "Resource not found") from None
        except InvalidConfig as error:
            raise HttpError(400, str(error)) from error
        await api.hub.services.call(what.domain, "reload", context=_context(api, request))
    entities = api.registries.entities
    if (entity_id := entities.get_entity_id(what.domain, what.platform, key)) is not None:
        entities.remove(entity_id)
        await api.hub.store.flush()
    return json_response({"result": "ok"})


def _context(api: ApiContext, request: Request) -> Any:
    return api.hub.new_context(user_id=request.user.id)


def _routes(what: _Editable) -> tuple[Route, ...]:
    path = f"/api/config/{what.domain}/config/{{key}}"
    return (
        Route("GET", path, partial(get, what), Access.ADMIN),
        Route("POST", path, partial(put, what), Access.ADMIN),
        Route("DELETE", path, partial(delete, what), Access.ADMIN),
    )


ROUTES: Final = tuple(route for what in _KINDS for route in _routes(what))
