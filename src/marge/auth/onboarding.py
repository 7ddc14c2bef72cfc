"""Onboarding: four steps from a hub without users to one that is at home; what is done is remembered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from marge.auth.clients import is_valid_redirect
from marge.auth.errors import AuthRefused, LoginRefused
from marge.auth.manager import AuthManager
from marge.auth.models import Access, User
from marge.auth.passwords import normalize_username
from marge.core.ports import Store

_LOGGER = logging.getLogger("marge.auth.onboarding")

USER: Final = "user"
CORE_CONFIG: Final = "core_config"
ANALYTICS: Final = "analytics"
INTEGRATION: Final = "integration"
STEPS: Final = (USER, CORE_CONFIG, ANALYTICS, INTEGRATION)

_COLLECTION: Final = "onboarding"
_TITLES: Final = {
    USER: "User step",
    CORE_CONFIG: "Core config step",
    ANALYTICS: "Analytics config step",
    INTEGRATION: "Integration step",
}

OnOwner = Callable[[User, str], Awaitable[None]]
"""Called with the new owner and their language, to make what a new home starts with (a person, areas)."""


class NewOwner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of the user step."""

    name: str
    username: str
    password: str
    client_id: str
    language: str


class IntegrationStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of the integration step."""

    client_id: str
    redirect_uri: str


class Onboarding:
    """Which steps are done, and doing them. Raises LoginRefused with status 403 for a step that is done."""

    def __init__(self, store: Store, auth: AuthManager, on_owner: OnOwner) -> None:
        self._store = store
        self._auth = auth
        self._on_owner = on_owner
        self._lock = asyncio.Lock()
        self._done = {step for step in store.load(_COLLECTION) if step in STEPS}
        # The account may have been made elsewhere, or the hub stopped before the step was noted.
        if USER not in self._done and auth.users.owner() is not None:
            self._mark(USER)
        self.was_finished = self.finished
        """Whether onboarding was over when the hub started: then it has no endpoints any more."""

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return len(self._done) == len(STEPS)

    @property
    def user_done(self) -> bool:
        """Whether the first account exists: before that `/auth/providers` asks for onboarding."""
        return USER in self._done

    @property
    def begun(self) -> bool:
        """Whether any step is done: from then on the installation type is not public."""
        return bool(self._done)

    def steps(self) -> list[dict[str, Any]]:
        """The answer of `GET /api/onboarding`."""
        return [{"step": step, "done": step in self._done} for step in STEPS]

    async def create_owner(self, body: NewOwner) -> dict[str, str]:
        """The user step: make the owner and return the code with which the wizard logs in."""
        # Hashing the password takes a while; whoever comes second waits, and is told that it is done.
        async with self._lock:
            self._refuse_if_done(USER)
            username = normalize_username(body.username)
            if not body.name.strip() or not username or not body.password:
                raise LoginRefused(400, "Name, username and password must not be empty")
            try:
                user, credential = await self._auth.create_owner(body.name, username, body.password)
            except AuthRefused as error:
                raise LoginRefused(400, str(error)) from error
            self._mark(USER)
            await self._store.flush()
            try:
                await self._on_owner(user, body.language)
            except Exception:
                # The account exists: whoever made it must be able to get in.
                _LOGGER.exception("The owner was created, but not all that a new home starts with")
            return {"auth_code": self._auth.create_code(body.client_id, credential)}

    async def finish_step(self, step: str) -> None:
        """The core_config or analytics step, whose work is done over the WebSocket."""
        self._refuse_if_done(step)
        self._mark(step)
        await self._store.flush()

    async def finish_integration(self, body: IntegrationStep, access: Access) -> dict[str, str]:
        """The last step: return the code with which the frontend logs in for good."""
        self._refuse_if_done(INTEGRATION)
        if not is_valid_redirect(body.client_id, body.redirect_uri):
            raise LoginRefused(400, "invalid client id or redirect uri")
        credential_id = access.token.credential_id
        credential = None if credential_id is None else self._auth.users.credential(credential_id)
        if credential is None:
            raise LoginRefused(403, "Credentials for user not available")
        self._mark(INTEGRATION)
        await self._store.flush()
        return {"auth_code": self._auth.create_code(body.client_id, credential)}

    def _refuse_if_done(self, step: str) -> None:
        if step in self._done:
            raise LoginRefused(403, f"{_TITLES[step]} already done")

    def _mark(self, step: str) -> None:
        self._done.add(step)
        self._store.put(_COLLECTION, step, b"true")
