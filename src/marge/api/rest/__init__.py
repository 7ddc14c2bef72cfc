"""All REST routes, one module per resource."""

from __future__ import annotations

from typing import Final

from marge.api.rest import (
    calendars,
    conversation,
    editor,
    events,
    history,
    hub,
    pictures,
    services,
    shopping_list,
    states,
    template,
    webhooks,
)
from marge.api.routing import Route

ROUTES: Final[tuple[Route, ...]] = (
    *states.ROUTES,
    *services.ROUTES,
    *hub.ROUTES,
    *events.ROUTES,
    *template.ROUTES,
    *history.ROUTES,
    *calendars.ROUTES,
    *pictures.ROUTES,
    *shopping_list.ROUTES,
    *editor.ROUTES,
    *conversation.ROUTES,
    *webhooks.ROUTES,
)
