"""Logging in: providers, the login flow, tokens, and the onboarding of a new hub."""

from __future__ import annotations

from typing import Final

from marge.api.login import flow, onboarding, token
from marge.api.routing import Route

ROUTES: Final[tuple[Route, ...]] = (*flow.ROUTES, *token.ROUTES, *onboarding.ROUTES)
