"""A house to log in to: an AuthManager on a fake clock and a store that survives a restart."""

from __future__ import annotations

from typing import Any

from marge.auth import Access, AuthManager, Grant, LoginStart, TokenRequest, User
from marge.testing import FakeClock, MemoryStore

CLIENT = "http://127.0.0.1:8123/"
REDIRECT = "http://127.0.0.1:8123/?auth_callback=1"
ADDRESS = "127.0.0.1"
START = LoginStart(CLIENT, ("homeassistant", None), REDIRECT)


class House:
    """`auth` is the manager; `events` what it fired; `restart()` makes another one from the same store."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.auth = self._make()

    def _make(self) -> AuthManager:
        auth = AuthManager(self.clock, self.store, lambda kind, data: self.events.append((kind, data)), password_cost=4)
        auth.start()
        return auth

    def restart(self) -> AuthManager:
        self.auth.stop()
        self.auth = self._make()
        return self.auth

    async def owner(self) -> User:
        return (await self.auth.create_owner("Ann", "ann", "correct horse"))[0]

    async def person(self, name: str, group: str = "system-users", local_only: bool = False) -> User:
        user = await self.auth.accounts.create_user(name, group_ids=[group], local_only=local_only)
        await self.auth.accounts.create_account(user.id, name.lower(), "secret")
        return user

    async def code(self, username: str = "ann", password: str = "correct horse", address: str = ADDRESS) -> str:
        form = self.auth.flows.start(START, address)
        answers = {"username": username, "password": password}
        step = await self.auth.flows.step(form["flow_id"], CLIENT, answers, address)
        assert step["type"] == "create_entry", step
        return str(step["result"])

    async def login(self, username: str = "ann", password: str = "correct horse") -> Grant:
        code = await self.code(username, password)
        grant = await self.auth.token_request(TokenRequest("authorization_code", code, client_id=CLIENT), ADDRESS)
        assert isinstance(grant, Grant)
        return grant

    async def access(self, username: str = "ann", password: str = "correct horse") -> Access:
        access = self.auth.validate((await self.login(username, password)).access_token)
        assert access is not None
        return access
