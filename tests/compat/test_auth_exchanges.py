"""The recorded auth exchanges, asked of the auth layer through the thinnest possible API."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from auth_house import House
from compat.replay import DIFFERENCES, Story, load

from marge.auth import (
    Access,
    AuthRefused,
    IntegrationStep,
    LoginRefused,
    LoginStart,
    NewOwner,
    Onboarding,
    TokenRequest,
    User,
    current_user,
    is_local,
    provider_list,
    require_admin,
    token_list,
    user_info,
    user_list,
)
from marge.core.errors import Unauthorized
from marge.util.schema import Invalid, convert

ADDRESS = "127.0.0.1"
Body = dict[str, Any]
UNAUTHORIZED = {"status": 401, "text": "401: Unauthorized"}


async def _no_home(user: User, language: str) -> None:
    return None


class ThinApi:
    """Requests in, answers out; everything that is decided is decided by the auth layer."""

    def __init__(self) -> None:
        self.house = House()
        self.auth = self.house.auth
        self.onboarding = Onboarding(self.house.store, self.auth, _no_home)
        self.socket: Access | None = None
        self.closed = False

    async def http(self, request: Body) -> Body:
        path, _, query = request["path"].partition("?")
        header = request.get("headers", {}).get("Authorization")
        access = self.auth.authenticate(header, request["method"], unquote(path), query, ADDRESS)
        try:
            return await self._route(request, path, access)
        except LoginRefused as error:
            return {"status": error.status, "json": {"message": str(error)}}
        except Invalid as error:
            return {"status": 400, "json": {"message": f"Message format incorrect: {error}"}}

    async def _route(self, request: Body, path: str, access: Access | None) -> Body:
        route = request["method"], path
        if path.startswith("/auth/login_flow"):
            return await self._login(request, path)
        if path == "/auth/token":
            done = await self.auth.token_request(TokenRequest.from_form(request["form"]), ADDRESS)
            return {"status": 200, "text": ""} if done is None else {"status": done.status, "json": done.as_dict()}
        if path == "/auth/revoke":
            await self.auth.revoke_secret(request["form"].get("token"))
            return {"status": 200, "text": ""}
        if route == ("GET", "/auth/providers"):
            if not self.onboarding.user_done:
                body = {"message": "Onboarding not finished", "code": "onboarding_required"}
                return {"status": 400, "json": body}
            return {"status": 200, "json": provider_list(self.auth, is_local(ADDRESS))}
        if route == ("GET", "/api/onboarding"):
            return {"status": 200, "json": self.onboarding.steps()}
        if route == ("GET", "/api/onboarding/installation_type"):
            return UNAUTHORIZED if self.onboarding.begun else {"status": 200, "json": {"installation_type": "Marge"}}
        if route == ("POST", "/api/onboarding/users"):
            return {"status": 200, "json": await self.onboarding.create_owner(self._body(request, NewOwner))}
        if access is None:
            return UNAUTHORIZED
        if path in ("/api/onboarding/core_config", "/api/onboarding/analytics"):
            await self.onboarding.finish_step(path.rpartition("/")[2])
            return {"status": 200, "json": {}}
        if path == "/api/onboarding/integration":
            body = self._body(request, IntegrationStep)
            return {"status": 200, "json": await self.onboarding.finish_integration(body, access)}
        if path == "/auth/link_user":
            message = await self.auth.link_user(access.user, request["json"]["code"], request["json"]["client_id"])
            return {"status": 200, "json": {"message": message}}
        assert path == "/api/"
        return {"status": 200, "json": {"message": "API running."}}

    async def _login(self, request: Body, path: str) -> Body:
        flow_id = path.removeprefix("/auth/login_flow").strip("/")
        if request["method"] == "GET":
            return {"status": 405, "text": ""}
        if request["method"] == "DELETE":
            self.auth.flows.abort(flow_id)
            return {"status": 200, "json": {"message": "Flow aborted"}}
        if not flow_id:
            return {"status": 200, "json": self.auth.flows.start(self._body(request, LoginStart), ADDRESS)}
        answers = dict(request["json"])
        if "client_id" not in answers:
            raise Invalid("required key not provided", ("client_id",))
        step = await self.auth.flows.step(flow_id, answers.pop("client_id"), answers, ADDRESS)
        return {"status": 200, "json": step}

    @staticmethod
    def _body(request: Body, kind: type[Any]) -> Any:
        if "text" in request:
            try:
                json.loads(request["text"])
            except ValueError:
                raise LoginRefused(400, "Invalid JSON.") from None
        return convert(request["json"], kind)

    def open(self, message: Body) -> list[Body]:
        self.socket = self.auth.validate(message["access_token"])
        hello = {"type": "auth_required", "ha_version": "1"}
        if self.socket is None:
            return [hello, {"type": "auth_invalid", "message": "Invalid access token or password"}]
        self.closed = False
        self.auth.on_revoked(self.socket.token.id, self._close)
        return [hello, {"type": "auth_ok", "ha_version": "1"}]

    def _close(self) -> None:
        self.closed = True

    async def command(self, message: Body) -> Body:
        assert self.socket is not None
        kind = message.pop("type")
        try:
            if kind.startswith(("config/auth/", "config/auth_provider/")) and not kind.endswith("/change_password"):
                require_admin(self.socket.user)
            result = await self._commands[kind](self, self.socket.user, self.socket.token.id, **message)
        except AuthRefused as error:
            shown: Body = {"code": error.code, "message": str(error)}
            if error.translation_key is not None:
                shown |= {
                    "translation_key": error.translation_key,
                    "translation_domain": "auth",
                    "translation_placeholders": error.placeholders,
                }
            return {"type": "result", "success": False, "error": shown}
        except Unauthorized:
            error_ = {"code": "unauthorized", "message": "Unauthorized"}
            return {"type": "result", "success": False, "error": error_}
        return {"type": "result", "success": True, "result": result}

    async def _current_user(self, user: User, token: str) -> Body:
        return current_user(self.auth, user)

    async def _users(self, user: User, token: str) -> list[Body]:
        return user_list(self.auth)

    async def _tokens(self, user: User, token: str) -> list[Body]:
        return token_list(self.auth, user, token)

    async def _long_lived(self, user: User, token: str, **data: Any) -> str:
        return await self.auth.create_long_lived_token(user, **data)

    async def _delete_token(self, user: User, token: str, refresh_token_id: str) -> Body:
        await self.auth.delete_refresh_token(user, refresh_token_id)
        return {}

    async def _delete_all(self, user: User, token: str, delete_current_token: bool = True) -> Body:
        await self.auth.delete_all_refresh_tokens(user, token, delete_current=delete_current_token)
        return {}

    async def _expiry(self, user: User, token: str, refresh_token_id: str, enable_expiry: bool) -> Body:
        await self.auth.set_token_expiry(user, refresh_token_id, enable_expiry)
        return {}

    async def _sign(self, user: User, token: str, path: str, expires: int = 30) -> Body:
        return {"path": self.auth.sign_path(path, token, expires)}

    async def _create_user(self, user: User, token: str, **data: Any) -> Body:
        return {"user": user_info(self.auth, await self.auth.accounts.create_user(**data))}

    async def _update_user(self, user: User, token: str, **data: Any) -> Body:
        return {"user": user_info(self.auth, await self.auth.accounts.update_user(**data))}

    async def _delete_user(self, user: User, token: str, user_id: str) -> None:
        await self.auth.accounts.delete_user(user_id, user)

    async def _create_account(self, user: User, token: str, **data: str) -> None:
        await self.auth.accounts.create_account(**data)

    async def _delete_account(self, user: User, token: str, username: str) -> None:
        await self.auth.accounts.delete_account(username)

    async def _own_password(self, user: User, token: str, current_password: str, new_password: str) -> None:
        await self.auth.accounts.change_own_password(user, current_password, new_password, ADDRESS)

    async def _password(self, user: User, token: str, user_id: str, password: str) -> None:
        await self.auth.accounts.change_password(user_id, password, user)

    async def _username(self, user: User, token: str, user_id: str, username: str) -> None:
        await self.auth.accounts.change_username(user_id, username, user)

    _commands: dict[str, Callable[..., Awaitable[Any]]] = {
        "auth/current_user": _current_user,
        "auth/refresh_tokens": _tokens,
        "auth/long_lived_access_token": _long_lived,
        "auth/delete_refresh_token": _delete_token,
        "auth/delete_all_refresh_tokens": _delete_all,
        "auth/refresh_token_set_expiry": _expiry,
        "auth/sign_path": _sign,
        "config/auth/list": _users,
        "config/auth/create": _create_user,
        "config/auth/update": _update_user,
        "config/auth/delete": _delete_user,
        "config/auth_provider/homeassistant/create": _create_account,
        "config/auth_provider/homeassistant/delete": _delete_account,
        "config/auth_provider/homeassistant/change_password": _own_password,
        "config/auth_provider/homeassistant/admin_change_password": _password,
        "config/auth_provider/homeassistant/admin_change_username": _username,
    }


async def test_the_auth_layer_answers_as_home_assistant_does() -> None:
    api = ThinApi()
    story = Story(base="http://127.0.0.1:8123", host="127.0.0.1:8123", ha_version="1")
    problems: list[str] = []
    exchanges = load(Path(__file__).parent / "auth")
    for label, exchange in exchanges:
        recorded = exchange["response"]
        request = story.fill(exchange.get("request", {}))
        match exchange["transport"]:
            case "http":
                recorded = {key: value for key, value in recorded.items() if key != "headers"}
                actual: Any = await api.http(request)
            case "websocket_auth":
                actual = api.open(request)
            case "websocket_closed":
                api.house.clock.advance(3)
                actual = None if api.closed else "open"
            case _ if recorded.get("error", {}).get("code") == "invalid_format":
                # Schemas of commands are the API's.
                continue
            case _:
                actual = await api.command(request)
        found = story.compare(recorded, actual)
        if exchange["name"] not in DIFFERENCES:
            problems += [f"{label}: {problem}" for problem in found]
    assert len(exchanges) > 150
    assert not problems, "\n".join(problems)
