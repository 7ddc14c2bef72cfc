"""/api/shopping_list: the shopping list, when the household has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_response, message_response
from marge.api.routing import Access, Route
from marge.core.errors import NotFound
from marge.util.schema import Invalid, convert

if TYPE_CHECKING:
    from marge.api.context import ApiContext
    from marge.helpers.shopping_list import ShoppingList


class NewItem(Struct, forbid_unknown_fields=True, frozen=True):
    """An item to add."""

    name: str


class ItemChanges(Struct, forbid_unknown_fields=True, frozen=True):
    """What changes of an item."""

    name: str | UnsetType = UNSET
    complete: bool | UnsetType = UNSET


def _list(api: ApiContext) -> ShoppingList:
    if api.shopping_list is None:
        raise HttpError(404, "Not Found")
    return api.shopping_list


async def items(api: ApiContext, request: Request) -> Response:
    """GET /api/shopping_list: all items in order."""
    return json_response(_list(api).items)


async def add(api: ApiContext, request: Request) -> Response:
    """POST /api/shopping_list/item: add an item and answer with it."""
    shopping_list = _list(api)
    try:
        data = convert(await request.json(), NewItem)
    except Invalid as error:
        raise HttpError(400, f"Message format incorrect: {error}") from None
    return json_response(shopping_list.add(data.name, context=api.hub.new_context(user_id=request.user.id)))


async def update(api: ApiContext, request: Request) -> Response:
    """POST /api/shopping_list/item/<item_id>: change an item and answer with it."""
    shopping_list = _list(api)
    try:
        data = convert(await request.json(), ItemChanges)
    except Invalid as error:
        raise HttpError(400, f"Message format incorrect: {error}") from None
    context = api.hub.new_context(user_id=request.user.id)
    try:
        item = shopping_list.update(request.params["item_id"], name=data.name, complete=data.complete, context=context)
    except NotFound:
        raise HttpError(404, "Item not found") from None
    return json_response(item)


async def clear_completed(api: ApiContext, request: Request) -> Response:
    """POST /api/shopping_list/clear_completed: take all complete items off the list."""
    _list(api).clear_completed(api.hub.new_context(user_id=request.user.id))
    return message_response("Cleared completed items.")


ROUTES: Final = (
    Route("GET", "/api/shopping_list", items, Access.READ),
    Route("POST", "/api/shopping_list/item", add, Access.CONTROL, body=NewItem),
    Route("POST", "/api/shopping_list/item/{item_id}", update, Access.CONTROL, body=ItemChanges),
    Route("POST", "/api/shopping_list/clear_completed", clear_completed, Access.CONTROL),
)
