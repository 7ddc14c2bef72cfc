"""Records how a running Home Assistant answers onboarding, login, tokens and accounts; see README.md."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import websockets

HERE = Path(__file__).parent / "auth"
HEADERS = ("content-type", "cache-control", "pragma", "allow", "www-authenticate", "retry-after")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)$")
IOS = "https://home-assistant.io/iOS"
ANDROID = "https://home-assistant.io/android"


class Recorder:
    """Sends requests and keeps what came back, with volatile values replaced by `<name>`."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = httpx.AsyncClient(base_url=base, timeout=30)
        self.names: dict[str, str] = {}
        self.values: dict[str, str] = {"base": base, "host": base.removeprefix("http://")}
        self.exchanges: list[dict[str, Any]] = []
        self.socket: Any = None
        self.number = 0

    def learn(self, name: str, value: str) -> None:
        self.names[value] = f"<{name}>"
        self.values[name] = value

    def hide(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.hide(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.hide(item) for item in value]
        if isinstance(value, str):
            if TIME.match(value):
                return "<time>"
            for known in sorted(self.names, key=len, reverse=True):
                value = value.replace(known, self.names[known])
            return value.replace(self.base, "<base>").replace(self.values["host"], "<host>")
        return value

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str):
            for name, known in self.values.items():
                value = value.replace(f"<{name}>", known)
        return value

    async def call(
        self,
        name: str,
        method: str,
        path: str,
        *,
        body: Any = None,
        text: str | None = None,
        form: dict[str, str] | None = None,
        token: str | None = None,
        learn: dict[str, str] | None = None,
    ) -> Any:
        headers = {} if token is None else {"Authorization": self.fill(token)}
        content = text.encode() if text is not None else None if body is None else json.dumps(self.fill(body)).encode()
        if content is not None:
            headers["Content-Type"] = "text/plain;charset=UTF-8"
        answer = await self.http.request(
            method,
            self.fill(path),
            content=content,
            data=self.fill(form) if form is not None else None,
            headers=headers,
        )
        try:
            shown: dict[str, Any] = {"json": answer.json()}
        except ValueError:
            shown = {"text": answer.text}
        for label, key in (learn or {}).items():
            self.learn(label, shown["json"][key])
        request: dict[str, Any] = {"method": method, "path": path}
        if token is not None:
            request["headers"] = {"Authorization": token}
        request |= {k: v for k, v in (("json", body), ("text", text), ("form", form)) if v is not None}
        kept = {key: answer.headers[key] for key in HEADERS if key in answer.headers}
        response = {"status": answer.status_code, "headers": kept, **shown}
        self.exchanges.append({"name": name, "transport": "http", "request": request, "response": self.hide(response)})
        return shown.get("json")

    async def open(self, name: str, token: str) -> None:
        if self.socket is not None:
            await self.socket.close()
        self.socket = await websockets.connect(self.base.replace("http", "ws") + "/api/websocket")
        hello = json.loads(await self.socket.recv())
        await self.socket.send(json.dumps({"type": "auth", "access_token": self.fill(token)}))
        answer = json.loads(await self.socket.recv())
        for message in (hello, answer):
            if "ha_version" in message:
                message["ha_version"] = "<ha_version>"
        self.number = 0
        self.exchanges.append(
            {
                "name": name,
                "transport": "websocket_auth",
                "request": {"type": "auth", "access_token": token},
                "response": [self.hide(hello), self.hide(answer)],
            }
        )

    async def ws(self, name: str, kind: str, /, learn: dict[str, Any] | None = None, **data: Any) -> Any:
        self.number += 1
        await self.socket.send(json.dumps(self.fill({"id": self.number, "type": kind, **data})))
        answer = json.loads(await asyncio.wait_for(self.socket.recv(), 20))
        answer.pop("id", None)
        for label, pick in (learn or {}).items():
            if (value := pick(answer["result"])) is not None:
                self.learn(label, value)
        self.exchanges.append(
            {
                "name": name,
                "transport": "websocket",
                "request": {"type": kind, **data},
                "response": self.hide(answer),
            }
        )
        return answer

    async def closed(self, name: str) -> None:
        try:
            got: Any = await asyncio.wait_for(self.socket.recv(), 10)
        except websockets.ConnectionClosed:
            got = None
        self.exchanges.append({"name": name, "transport": "websocket_closed", "response": got})
        self.socket = None

    def save(self, file: str) -> None:
        data = {"recorded_from": "Home Assistant 2025.4.4", "exchanges": self.exchanges}
        (HERE / file).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
        self.exchanges = []


OWNER = {"name": "Ann", "username": "ann", "password": "correct horse", "client_id": "<base>/", "language": "en"}
INIT = {"client_id": "<base>/", "handler": ["homeassistant", None], "redirect_uri": "<base>/?auth_callback=1"}
CREDENTIALS = {"client_id": "<base>/", "username": "ann", "password": "correct horse"}


async def onboarding(r: Recorder) -> None:
    c = r.call
    await c("nothing is done at first", "GET", "/api/onboarding")
    await c("the installation type is public at first", "GET", "/api/onboarding/installation_type")
    await c("providers before the first account", "GET", "/auth/providers")
    await c("core config before the first account", "POST", "/api/onboarding/core_config")
    await c("a body that is no JSON", "POST", "/api/onboarding/users", text="{")
    await c(
        "an incomplete body", "POST", "/api/onboarding/users", body={k: v for k, v in OWNER.items() if k != "language"}
    )
    await c("an unknown key", "POST", "/api/onboarding/users", body={**OWNER, "colour": "red"})
    await c("the owner is created", "POST", "/api/onboarding/users", body=OWNER, learn={"code_1": "auth_code"})
    await c("a second owner is refused", "POST", "/api/onboarding/users", body=OWNER)
    await c("the user step is done", "GET", "/api/onboarding")
    await c("the installation type is secret now", "GET", "/api/onboarding/installation_type")
    await c("providers after the first account", "GET", "/auth/providers")
    await c("core config without a token", "POST", "/api/onboarding/core_config")
    await c(
        "the code is exchanged",
        "POST",
        "/auth/token",
        form={"grant_type": "authorization_code", "code": "<code_1>", "client_id": "<base>/"},
        learn={"access_1": "access_token", "refresh_1": "refresh_token"},
    )
    bearer = "Bearer <access_1>"
    await c("core config", "POST", "/api/onboarding/core_config", token=bearer)
    await c("core config again", "POST", "/api/onboarding/core_config", token=bearer)
    await c("analytics", "POST", "/api/onboarding/analytics", token=bearer)
    await c("analytics again", "POST", "/api/onboarding/analytics", token=bearer)
    await c("integration without a token", "POST", "/api/onboarding/integration", body={})
    await c("integration with an incomplete body", "POST", "/api/onboarding/integration", body={}, token=bearer)
    wanted = {"client_id": "<base>/", "redirect_uri": "<base>/?auth_callback=1"}
    await c(
        "integration",
        "POST",
        "/api/onboarding/integration",
        body=wanted,
        token=bearer,
        learn={"code_2": "auth_code"},
    )
    await c("integration again", "POST", "/api/onboarding/integration", body=wanted, token=bearer)
    await c("everything is done", "GET", "/api/onboarding")
    await c(
        "the last code logs in for good",
        "POST",
        "/auth/token",
        form={"grant_type": "authorization_code", "code": "<code_2>", "client_id": "<base>/"},
        learn={"access_2": "access_token", "refresh_2": "refresh_token"},
    )
    r.save("01_onboarding.json")


async def login(r: Recorder) -> None:
    c = r.call
    url = "/auth/login_flow"
    await c("flows are not listed", "GET", url)
    await c("a body that is no JSON", "POST", url, text="nonsense")
    await c("an incomplete body", "POST", url, body={k: v for k, v in INIT.items() if k != "redirect_uri"})
    await c("a handler that is no pair", "POST", url, body={**INIT, "handler": ["homeassistant"]})
    await c("an unknown key", "POST", url, body={**INIT, "colour": "red"})
    for bad in (
        "",
        "nonsense",
        "ftp://example.com/",
        "http://8.8.8.8/",
        "http://user@example.com/",
        "http://example.com/#x",
        "http://example.com/../x",
    ):
        await c(f"client id {bad!r}", "POST", url, body={**INIT, "client_id": bad})
    for n, good in enumerate(("http://192.168.1.2:8123/", "http://8.8.8.8:8123/", "http://[::1]/", IOS)):
        body = {**INIT, "client_id": good}
        await c(f"client id {good!r}", "POST", url, body=body, learn={f"flow_x{n}": "flow_id"})
    await c("a flow starts with a form", "POST", url, body=INIT, learn={"flow_1": "flow_id"})
    flow = f"{url}/<flow_1>"
    await c("a step without a client id", "POST", flow, body={"username": "ann", "password": "x"})
    await c("a step with a bad client id", "POST", flow, body={**CREDENTIALS, "client_id": "x"})
    await c("a step without a password", "POST", flow, body={"client_id": "<base>/", "username": "ann"})
    await c("a step with an unknown key", "POST", flow, body={**CREDENTIALS, "colour": "red"})
    await c("a step with a number as password", "POST", flow, body={**CREDENTIALS, "password": 5})
    await c("a wrong password", "POST", flow, body={**CREDENTIALS, "password": "wrong"})
    await c("an unknown user", "POST", flow, body={**CREDENTIALS, "username": "bob"})
    await c("an unknown flow", "POST", f"{url}/nothing", body=CREDENTIALS)
    await c(
        "the right password, the name in capitals",
        "POST",
        flow,
        body={**CREDENTIALS, "username": " Ann "},
        learn={"code_3": "result"},
    )
    await c("the flow is over", "POST", flow, body=CREDENTIALS)
    await c("a flow to be aborted", "POST", url, body=INIT, learn={"flow_2": "flow_id"})
    await c("abort", "DELETE", f"{url}/<flow_2>")
    await c("abort again", "DELETE", f"{url}/<flow_2>")
    await c(
        "a flow for another site",
        "POST",
        url,
        body={**INIT, "client_id": "http://127.0.0.1:1/", "redirect_uri": "x"},
        learn={"flow_3": "flow_id"},
    )
    await c(
        "its redirect is refused at the end",
        "POST",
        f"{url}/<flow_3>",
        body={**CREDENTIALS, "client_id": "http://127.0.0.1:1/"},
    )
    await c("and its flow is over", "POST", f"{url}/<flow_3>", body=CREDENTIALS)
    for number, (app, redirect) in enumerate(
        (
            (IOS, "homeassistant://auth-callback"),
            (ANDROID, "https://wear.googleapis.com/3p_auth/io.homeassistant.companion.android"),
        )
    ):
        name = f"app_{number}"
        await c(
            f"a flow for {app}",
            "POST",
            url,
            body={**INIT, "client_id": app, "redirect_uri": redirect},
            learn={f"{name}_flow": "flow_id"},
        )
        await c(
            f"{app} gets its code",
            "POST",
            f"{url}/<{name}_flow>",
            body={**CREDENTIALS, "client_id": app},
            learn={f"{name}_code": "result"},
        )
    await c("a flow to link", "POST", url, body={**INIT, "type": "link_user"}, learn={"flow_4": "flow_id"})
    await c("it ends alike", "POST", f"{url}/<flow_4>", body=CREDENTIALS, learn={"code_4": "result"})
    bearer = "Bearer <access_2>"
    link = {"code": "<code_4>", "client_id": "<base>/"}
    await c("linking without a token", "POST", "/auth/link_user", body=link)
    await c("linking one's own credential", "POST", "/auth/link_user", body=link, token=bearer)
    await c("linking with a used code", "POST", "/auth/link_user", body=link, token=bearer)
    r.save("02_login.json")


async def tokens(r: Recorder) -> None:
    c = r.call
    grant = {"grant_type": "authorization_code", "code": "<code_3>", "client_id": "<base>/"}
    await c("no grant type", "POST", "/auth/token", form={"client_id": "<base>/"})
    await c("an unknown grant type", "POST", "/auth/token", form={"grant_type": "password"})
    await c("no client id", "POST", "/auth/token", form={**grant, "client_id": ""})
    await c("no code", "POST", "/auth/token", form={k: v for k, v in grant.items() if k != "code"})
    await c("another client's code", "POST", "/auth/token", form={**grant, "client_id": IOS})
    await c(
        "a code",
        "POST",
        "/auth/token",
        form=grant,
        learn={"access_3": "access_token", "refresh_3": "refresh_token"},
    )
    await c("the code again", "POST", "/auth/token", form=grant)
    refresh = {"grant_type": "refresh_token", "refresh_token": "<refresh_3>", "client_id": "<base>/"}
    await c("a refresh", "POST", "/auth/token", form=refresh, learn={"access_4": "access_token"})
    await c("a refresh with another client id", "POST", "/auth/token", form={**refresh, "client_id": IOS})
    await c("a refresh with a bad client id", "POST", "/auth/token", form={**refresh, "client_id": "x"})
    without = {k: v for k, v in refresh.items() if k != "client_id"}
    await c("a refresh without a client id", "POST", "/auth/token", form=without)
    await c("a refresh without a token", "POST", "/auth/token", form={"grant_type": "refresh_token"})
    await c("a refresh with nonsense", "POST", "/auth/token", form={**refresh, "refresh_token": "nonsense"})
    await c("the API with a token", "GET", "/api/", token="Bearer <access_4>")
    await c("the API without a token", "GET", "/api/")
    await c("the API with nonsense", "GET", "/api/", token="Bearer nonsense")
    await c("the API with a refresh token", "GET", "/api/", token="Bearer <refresh_3>")
    await c("the API with another scheme", "GET", "/api/", token="Basic <access_4>")
    await r.open("a websocket with a token", "<access_4>")
    await c("revoking nothing", "POST", "/auth/revoke", form={})
    await c("revoking nonsense", "POST", "/auth/revoke", form={"token": "nonsense"})
    await c("revoking an access token does nothing", "POST", "/auth/revoke", form={"token": "<access_4>"})
    await c("the access token still works", "GET", "/api/", token="Bearer <access_4>")
    await c("revoking", "POST", "/auth/revoke", form={"token": "<refresh_3>"})
    await r.closed("the websocket is closed")
    await c("the access token is dead", "GET", "/api/", token="Bearer <access_4>")
    await c("the refresh token is dead", "POST", "/auth/token", form=refresh)
    await c("the old form of revoking", "POST", "/auth/token", form={"action": "revoke", "token": "<refresh_1>"})
    await c("its access token is dead too", "GET", "/api/", token="Bearer <access_1>")
    await r.open("a websocket with a dead token", "<access_1>")
    r.socket = None
    r.save("03_tokens.json")


async def account(r: Recorder) -> None:
    ws = r.ws
    await r.open("a websocket", "<access_2>")
    await ws("who am I", "auth/current_user", learn={"ann_id": lambda result: result["id"]})
    # The hub's own user comes first in Home Assistant.
    await ws(
        "users",
        "config/auth/list",
        learn={"hub_user_id": lambda result: next((u["id"] for u in result if u["system_generated"]), None)},
    )
    await ws(
        "tokens",
        "auth/refresh_tokens",
        learn={"token_id_0": lambda result: result[0]["id"]},
    )
    llt = "auth/long_lived_access_token"
    await ws("a long-lived token", llt, lifespan=365, client_name="script", learn={"llt": lambda result: result})
    await ws("a second one of that name", llt, lifespan=365, client_name="script")
    await ws("one with an icon", llt, lifespan=1, client_name="b", client_icon="mdi:x", learn={"l2": lambda t: t})
    await ws("one that is no number of days", llt, lifespan="x", client_name="c")
    await ws("one without a name", llt, lifespan=1)
    await r.call("the long-lived token works", "GET", "/api/", token="Bearer <llt>")
    await ws(
        "tokens with the long-lived ones",
        "auth/refresh_tokens",
        learn={
            "llt_id": lambda result: next(t["id"] for t in result if t["client_name"] == "script"),
            "llt2_id": lambda result: next(t["id"] for t in result if t["client_name"] == "b"),
        },
    )
    await ws("an unknown token", "auth/delete_refresh_token", refresh_token_id="nonsense")
    await ws("deleting the long-lived token", "auth/delete_refresh_token", refresh_token_id="<llt_id>")
    await r.call("it is dead", "GET", "/api/", token="Bearer <llt>")
    expiry = "auth/refresh_token_set_expiry"
    await ws("never expire", expiry, refresh_token_id="<token_id_0>", enable_expiry=False)
    await ws("expire again", expiry, refresh_token_id="<token_id_0>", enable_expiry=True)
    await ws("expiry of an unknown token", expiry, refresh_token_id="x", enable_expiry=True)
    await ws(
        "a new user",
        "config/auth/create",
        name="Bob",
        group_ids=["system-users"],
        learn={"bob_id": lambda result: result["user"]["id"]},
    )
    await ws(
        "a user without groups",
        "config/auth/create",
        name="Eve",
        local_only=True,
        learn={"eve_id": lambda result: result["user"]["id"]},
    )
    await ws("a user in an unknown group", "config/auth/create", name="Bob", group_ids=["nonsense"])
    await ws("a user without a name", "config/auth/create")
    create = "config/auth_provider/homeassistant/create"
    await ws("an account", create, user_id="<bob_id>", username="bob", password="first")
    await ws("a taken name", create, user_id="<eve_id>", username="ann", password="x")
    await ws("a name in capitals", create, user_id="<eve_id>", username="Eve", password="x")
    await ws("an account for nobody", create, user_id="nobody", username="x", password="x")
    await ws("an account for the hub's user", create, user_id="<hub_user_id>", username="y", password="x")
    await ws("an account for eve", create, user_id="<eve_id>", username="eve", password="x")
    delete = "config/auth_provider/homeassistant/delete"
    await ws("deleting an account", delete, username="eve")
    await ws("deleting it again", delete, username="eve")
    change = "config/auth_provider/homeassistant/change_password"
    await ws("a wrong current password", change, current_password="wrong", new_password="new")
    await ws("a new password", change, current_password="correct horse", new_password="new")
    admin = "config/auth_provider/homeassistant/admin_change_password"
    await ws("another's password", admin, user_id="<bob_id>", password="second")
    await ws("nobody's password", admin, user_id="nobody", password="second")
    await ws("password of a user without an account", admin, user_id="<eve_id>", password="second")
    rename = "config/auth_provider/homeassistant/admin_change_username"
    await ws("another name", rename, user_id="<bob_id>", username="bobby")
    await ws("a taken name for an account", rename, user_id="<bob_id>", username="ann")
    await ws("a name in capitals for an account", rename, user_id="<bob_id>", username="Bobby")
    await ws("a name for nobody", rename, user_id="nobody", username="x")
    update = "config/auth/update"
    await ws("change a user", update, user_id="<bob_id>", name="Bobby", group_ids=["system-read-only"])
    await ws("change nobody", update, user_id="nobody", name="x")
    await ws("change the hub's user", update, user_id="<hub_user_id>", name="x")
    await ws("deactivate the owner", update, user_id="<ann_id>", is_active=False)
    await ws("deactivate a user", update, user_id="<bob_id>", is_active=False)
    await r.call("bob tries to log in", "POST", "/auth/login_flow", body=INIT, learn={"flow_bob": "flow_id"})
    await r.call(
        "bob is blocked",
        "POST",
        "/auth/login_flow/<flow_bob>",
        body={"client_id": "<base>/", "username": "bobby", "password": "second"},
    )
    await ws("activate a user", update, user_id="<bob_id>", is_active=True)
    await r.call("bob tries again", "POST", "/auth/login_flow", body=INIT, learn={"flow_bob_2": "flow_id"})
    await r.call(
        "bob gets in",
        "POST",
        "/auth/login_flow/<flow_bob_2>",
        body={"client_id": "<base>/", "username": "bobby", "password": "second"},
        learn={"code_bob": "result"},
    )
    await r.call(
        "bob gets tokens",
        "POST",
        "/auth/token",
        form={"grant_type": "authorization_code", "code": "<code_bob>", "client_id": "<base>/"},
        learn={"access_bob": "access_token", "refresh_bob": "refresh_token"},
    )
    await r.open("bob's websocket", "<access_bob>")
    await ws("bob is no admin", "config/auth/list")
    await ws("bob himself", "auth/current_user")
    await ws("bob may not change passwords", admin, user_id="<ann_id>", password="x")
    await r.open("ann's websocket", "<access_2>")
    await ws("deactivate bob", update, user_id="<bob_id>", is_active=False)
    await r.call("bob's access token is refused", "GET", "/api/", token="Bearer <access_bob>")
    await r.call(
        "bob's refresh token is refused",
        "POST",
        "/auth/token",
        form={"grant_type": "refresh_token", "refresh_token": "<refresh_bob>", "client_id": "<base>/"},
    )
    await ws("delete oneself", "config/auth/delete", user_id="<ann_id>")
    await ws("delete nobody", "config/auth/delete", user_id="nobody")
    await ws("delete bob", "config/auth/delete", user_id="<bob_id>")
    await r.call(
        "bob's refresh token is gone",
        "POST",
        "/auth/token",
        form={"grant_type": "refresh_token", "refresh_token": "<refresh_bob>", "client_id": "<base>/"},
    )
    r.save("04_accounts.json")


async def signed(r: Recorder) -> None:
    def signature(label: str) -> dict[str, Any]:
        return {label: lambda result: result["path"].partition("authSig=")[2]}

    paths = ("/api/", "/api/?a=1&b=2&a=3", "/api/?width=5&a=1", "/api/x y?q=a b&e=1%262&p=c+d&n=", "/api/template")
    for number, path in enumerate(paths):
        await r.ws(f"sign {path}", "auth/sign_path", path=path, learn=signature(f"signed_{number}"))
    await r.call("a signed path", "GET", "/api/?authSig=<signed_0>")
    await r.call("with a size", "GET", "/api/?authSig=<signed_0>&width=10&height=20")
    await r.call("with another parameter", "GET", "/api/?authSig=<signed_0>&x=1")
    await r.call("another path", "GET", "/api/config?authSig=<signed_0>")
    await r.call("another method", "POST", "/api/template?authSig=<signed_4>", body={"template": "x"})
    await r.call("its parameters", "GET", "/api/?a=1&b=2&a=3&authSig=<signed_1>")
    await r.call("its parameters in another order", "GET", "/api/?b=2&a=1&a=3&authSig=<signed_1>")
    await r.call("its parameters missing", "GET", "/api/?authSig=<signed_1>")
    await r.call("a signature as bearer", "GET", "/api/", token="Bearer <signed_0>")
    await r.call("an access token as signature", "GET", "/api/?authSig=<access_2>")
    await r.call("nonsense as signature", "GET", "/api/?authSig=nonsense")
    await r.ws("sign for no time", "auth/sign_path", path="/api/", expires=0, learn=signature("signed_9"))
    await r.call("an expired path", "GET", "/api/?authSig=<signed_9>")
    await r.ws("sign no path", "auth/sign_path")
    await r.ws("log out everywhere else", "auth/delete_all_refresh_tokens", delete_current_token=False)
    await r.ws("one token is left", "auth/refresh_tokens")
    await r.ws("log out everywhere", "auth/delete_all_refresh_tokens")
    await r.closed("the websocket is closed")
    await r.call("the signature died with its token", "GET", "/api/?authSig=<signed_0>")
    r.save("05_signed_paths.json")


async def main(base: str) -> None:
    recorder = Recorder(base)
    for part in (onboarding, login, tokens, account, signed):
        await part(recorder)
    await recorder.http.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="http://127.0.0.1:<port> of a Home Assistant that has no account yet")
    asyncio.run(main(parser.parse_args().base))
