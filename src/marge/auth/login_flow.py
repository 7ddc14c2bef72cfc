"""The login flow: forms asked and answered until a user is known; the dicts are what the frontend reads.

`LoginFlow` is the state machine of one login: values in, values out. `LoginFlows` keeps those under way, bounded in
number and time, and lets providers do the slow verifying.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from marge.auth.clients import MAX_URL_LENGTH, is_valid_client_id
from marge.auth.errors import LoginRefused
from marge.auth.models import Credential
from marge.auth.providers.base import Provider
from marge.auth.rate import LoginThrottle

_LOGGER = logging.getLogger("marge.auth.login")

LIFETIME: Final = 600.0
MAX_FLOWS: Final = 500
MAX_FLOWS_PER_ADDRESS: Final = 20
MAX_ANSWER: Final = 4096

Finish = Callable[[str, str, Credential, str], str]
"""Turns client id, redirect URI, credential and address into an authorization code; raises LoginRefused."""


class LoginStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body that starts a flow. `type` is `authorize` or `link_user`; both end in a code for the credential."""

    client_id: str
    handler: tuple[str | None, str | None]
    redirect_uri: str
    type: str = "authorize"


class LoginFlow:
    """One login: shows the form of its step and takes the answers.

    A step is a name and the fields of its form. Today there is one, `init`, whose answers a provider verifies.
    """

    def __init__(self, flow_id: str, provider: Provider, redirect_uri: str, address: str, created: float) -> None:
        self.flow_id = flow_id
        self.provider = provider
        self.redirect_uri = redirect_uri
        self.address = address
        self.created = created
        self.step_id = "init"

    def form(self, error: str | None = None) -> dict[str, Any]:
        """What to ask now; `error` is why the last answers were not accepted."""
        return {
            "type": "form",
            "flow_id": self.flow_id,
            "handler": self._handler,
            "step_id": self.step_id,
            "data_schema": [field.as_dict() for field in self.provider.fields],
            "errors": {} if error is None else {"base": error},
            "description_placeholders": None,
            "last_step": None,
            "preview": None,
        }

    def read(self, answers: Mapping[str, Any]) -> dict[str, str]:
        """The answers to the present form; raises LoginRefused when they are not those that were asked for."""
        fields = self.provider.fields
        known = {field.name for field in fields}
        complete = all(field.name in answers for field in fields if field.required)
        if not complete or any(key not in known for key in answers):
            raise LoginRefused(400, "User input malformed")
        if not all(isinstance(value, str) and len(value) <= MAX_ANSWER for value in answers.values()):
            raise LoginRefused(400, "User input malformed")
        return dict(answers)

    def entry(self, code: str) -> dict[str, Any]:
        """The end of a login that succeeded."""
        return {
            "type": "create_entry",
            "flow_id": self.flow_id,
            "handler": self._handler,
            "result": code,
            "description": None,
            "description_placeholders": None,
        }

    @property
    def _handler(self) -> list[str | None]:
        return [self.provider.type, self.provider.id]


class LoginFlows:
    """The logins under way. A flow belongs to the address that started it."""

    def __init__(
        self,
        now: Callable[[], float],
        providers: Mapping[tuple[str, str | None], Provider],
        throttle: LoginThrottle,
        finish: Finish,
        token_hex: Callable[[int], str],
    ) -> None:
        """`now` is monotonic."""
        self._now = now
        self._providers = providers
        self._throttle = throttle
        self._finish = finish
        self._token_hex = token_hex
        self._flows: OrderedDict[str, LoginFlow] = OrderedDict()

    def start(self, body: LoginStart, address: str) -> dict[str, Any]:
        """Begin a login and return its first form; raises LoginRefused."""
        if not is_valid_client_id(body.client_id):
            raise LoginRefused(400, "Invalid client id")
        if len(body.redirect_uri) > MAX_URL_LENGTH:
            raise LoginRefused(400, "Invalid redirect URI")
        kind, provider_id = body.handler
        provider = None if kind is None else self._providers.get((kind, provider_id))
        if provider is None:
            raise LoginRefused(404, "Invalid handler specified")
        self._make_room(address)
        flow = LoginFlow(self._token_hex(16), provider, body.redirect_uri, address, self._now())
        self._flows[flow.flow_id] = flow
        return flow.form()

    async def step(self, flow_id: str, client_id: str, answers: Mapping[str, Any], address: str) -> dict[str, Any]:
        """Take the answers to a flow's form and return the next step; raises LoginRefused.

        Answers come with status 403 and a wait in seconds, unread, when too many logins failed before them.
        """
        if not is_valid_client_id(client_id):
            raise LoginRefused(400, "Invalid client id")
        flow = self._get(flow_id)
        if flow.address != address:
            raise LoginRefused(400, "IP address changed")
        read = flow.read(answers)
        account = flow.provider.account(read)
        if (wait := self._throttle.attempt(address, account)) > 0:
            # 403 rather than 429: the login page shows the message of a 403, and of nothing else.
            seconds = int(wait) + 1
            raise LoginRefused(403, f"Login blocked: too many failed logins, try again in {seconds} s", wait)
        credential = await flow.provider.verify(read)
        if credential is None:
            # The form that fail2ban looks for; the username stays out of it, people type passwords there.
            _LOGGER.warning("Failed login from %s", address)
        if self._flows.get(flow_id) is not flow:
            raise LoginRefused(404, "Invalid flow specified")
        if credential is None:
            return flow.form("invalid_auth")
        self._throttle.succeeded(address, account)
        del self._flows[flow_id]
        return flow.entry(self._finish(client_id, flow.redirect_uri, credential, address))

    def abort(self, flow_id: str) -> None:
        """End a flow; raises LoginRefused when there is none."""
        self._get(flow_id)
        del self._flows[flow_id]

    def _get(self, flow_id: str) -> LoginFlow:
        flow = self._flows.get(flow_id)
        if flow is None or flow.created <= self._now() - LIFETIME:
            raise LoginRefused(404, "Invalid flow specified")
        return flow

    def _make_room(self, address: str) -> None:
        oldest_allowed = self._now() - LIFETIME
        while self._flows and next(iter(self._flows.values())).created <= oldest_allowed:
            self._flows.popitem(last=False)
        mine = [flow.flow_id for flow in self._flows.values() if flow.address == address]
        if len(mine) >= MAX_FLOWS_PER_ADDRESS:
            del self._flows[mine[0]]
        elif len(self._flows) >= MAX_FLOWS:
            self._flows.popitem(last=False)

    def __len__(self) -> int:
        return len(self._flows)
