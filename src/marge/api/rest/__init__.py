"""All REST routes, one module per resource."""

from __future__ import annotations

from typing import Final

from marge.api.rest import states
from marge.api.routing import Route

ROUTES: Final[tuple[Route, ...]] = (*states.ROUTES,)
