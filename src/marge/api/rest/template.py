"""/api/template: render a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.api.errors import HttpError
from marge.api.http import Request, Response, text_response
from marge.api.routing import Access, Route
from marge.core.errors import TemplateError
from marge.util.schema import Invalid, convert

if TYPE_CHECKING:
    from marge.api.context import ApiContext

_FAILED: Final = "Error rendering template: "


class TemplateRequest(msgspec.Struct, frozen=True):
    """A template, and variables for it."""

    template: str
    variables: dict[str, Any] | None = None


async def render(api: ApiContext, request: Request) -> Response:
    """POST /api/template: the text that a template renders to."""
    try:
        data = convert(await request.json(), TemplateRequest)
        return text_response(await api.templates.template(data.template).render_apart(data.variables))
    except (TemplateError, Invalid) as error:
        raise HttpError(400, f"{_FAILED}{error}") from None
    except HttpError as error:
        raise HttpError(error.status, f"{_FAILED}{error.message}") from None


ROUTES: Final = (Route("POST", "/api/template", render, Access.ADMIN, body=TemplateRequest),)
