"""Logging in, staying logged in, logging out."""

from __future__ import annotations

import pytest
from auth_house import ADDRESS, CLIENT, House

from marge.auth import AuthRefused, Grant, GrantError, LoginRefused, TokenRequest, TokenType
from marge.auth.models import RefreshToken

REMOTE = "203.0.113.9"


def refresh(grant: Grant, client_id: str | None = CLIENT) -> TokenRequest:
    return TokenRequest("refresh_token", refresh_token=grant.refresh_token, client_id=client_id)


async def test_a_code_gives_tokens_that_open_the_api() -> None:
    house = House()
    ann = await house.owner()
    grant = await house.login()
    assert grant.as_dict() == {
        "access_token": grant.access_token,
        "token_type": "Bearer",
        "refresh_token": grant.refresh_token,
        "expires_in": 1800,
        "ha_auth_provider": "homeassistant",
    }
    access = house.auth.validate(grant.access_token)
    assert access is not None and access.user == ann
    assert access.token.token_type is TokenType.NORMAL
    assert (access.token.last_used_ip, access.token.last_used_at) == (ADDRESS, house.clock.now())


async def test_a_code_works_once() -> None:
    house = House()
    await house.owner()
    request = TokenRequest("authorization_code", await house.code(), client_id=CLIENT)
    assert isinstance(await house.auth.token_request(request, ADDRESS), Grant)
    assert await house.auth.token_request(request, ADDRESS) == GrantError("invalid_request", "Invalid code")


async def test_a_code_is_only_for_its_client() -> None:
    house = House()
    await house.owner()
    code = await house.code()
    other = TokenRequest("authorization_code", code, client_id="https://home-assistant.io/iOS")
    assert await house.auth.token_request(other, ADDRESS) == GrantError("invalid_request", "Invalid code")
    mine = TokenRequest("authorization_code", code, client_id=CLIENT)
    assert isinstance(await house.auth.token_request(mine, ADDRESS), Grant)


async def test_a_code_expires_after_ten_minutes() -> None:
    house = House()
    await house.owner()
    request = TokenRequest("authorization_code", await house.code(), client_id=CLIENT)
    house.clock.advance(600)
    assert await house.auth.token_request(request, ADDRESS) == GrantError("invalid_request", "Invalid code")


async def test_a_refresh_gives_a_new_access_token_and_no_new_refresh_token() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    house.clock.advance(1811)
    assert house.auth.validate(grant.access_token) is None
    again = await house.auth.token_request(refresh(grant), ADDRESS)
    assert isinstance(again, Grant)
    assert again.as_dict() == {"access_token": again.access_token, "token_type": "Bearer", "expires_in": 1800}
    assert house.auth.validate(again.access_token) is not None


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (TokenRequest(), GrantError("unsupported_grant_type")),
        (TokenRequest("password"), GrantError("unsupported_grant_type")),
        (TokenRequest("authorization_code"), GrantError("invalid_request", "Invalid client id")),
        (TokenRequest("authorization_code", client_id="x"), GrantError("invalid_request", "Invalid client id")),
        (TokenRequest("authorization_code", client_id=CLIENT), GrantError("invalid_request", "Invalid code")),
        (TokenRequest("refresh_token", client_id="x"), GrantError("invalid_request", "Invalid client id")),
        (TokenRequest("refresh_token"), GrantError("invalid_request")),
        (TokenRequest("refresh_token", refresh_token="x"), GrantError("invalid_grant")),
    ],
)
async def test_requests_without_what_is_needed_are_refused(request_: TokenRequest, error: GrantError) -> None:
    assert await House().auth.token_request(request_, ADDRESS) == error


async def test_a_refresh_token_is_only_for_its_client() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    for client in (None, "https://home-assistant.io/iOS"):
        assert await house.auth.token_request(refresh(grant, client), ADDRESS) == GrantError("invalid_request")


async def test_revoking_kills_the_access_tokens_and_tells_who_watches() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    access = house.auth.validate(grant.access_token)
    assert access is not None
    closed: list[str] = []
    house.auth.on_revoked(access.token.id, lambda: closed.append("first"))
    house.auth.on_revoked(access.token.id, lambda: closed.append("second"))()
    flushes = house.store.flushes
    assert await house.auth.token_request(TokenRequest(action="revoke", token=grant.refresh_token), ADDRESS) is None
    assert closed == ["first"]
    assert house.store.flushes > flushes
    assert house.auth.validate(grant.access_token) is None
    assert await house.auth.token_request(refresh(grant), ADDRESS) == GrantError("invalid_grant")
    house.restart()
    assert house.auth.validate(grant.access_token) is None


async def test_nothing_of_a_revoked_token_stays_in_memory() -> None:
    house = House()
    await house.owner()
    for _ in range(5):
        grant = await house.login()
        access = house.auth.validate(grant.access_token)
        assert access is not None
        house.auth.on_revoked(access.token.id, lambda: None)
        house.auth.on_revoked(access.token.id, lambda: None)()
        await house.auth.revoke_secret(grant.refresh_token)
    tokens = house.auth.tokens
    assert (len(house.auth._access), len(tokens), len(tokens._by_hash), len(tokens._watchers)) == (0, 1, 0, 0)


async def test_nothing_of_a_closed_connection_stays_in_memory() -> None:
    house = House()
    await house.owner()
    access = await house.access()
    for _ in range(5):
        house.auth.on_revoked(access.token.id, lambda: None)()
    assert not house.auth.tokens._watchers


async def test_a_watcher_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    access = house.auth.validate(grant.access_token)
    assert access is not None
    closed: list[int] = []
    house.auth.on_revoked(access.token.id, lambda: 1 / 0)
    house.auth.on_revoked(access.token.id, lambda: closed.append(1))
    await house.auth.revoke_secret(grant.refresh_token)
    assert closed == [1]
    assert "revocation" in caplog.text


async def test_revoking_what_is_no_refresh_token_does_nothing() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    for secret in (None, "", "nonsense", grant.access_token, "\ud800"):
        await house.auth.revoke_secret(secret)
    assert house.auth.validate(grant.access_token) is not None


async def test_everything_is_back_after_a_restart() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    before = house.auth.validate(grant.access_token)
    house.restart()
    assert house.auth.validate(grant.access_token) == before
    assert isinstance(await house.auth.token_request(refresh(grant), ADDRESS), Grant)
    await house.login()


async def test_no_secret_that_a_client_holds_is_in_the_store() -> None:
    house = House()
    ann = await house.owner()
    grant = await house.login()
    llt = await house.auth.create_long_lived_token(ann, "script", 365)
    kept = b"".join(value for collection in house.store.collections.values() for value in collection.values())
    assert grant.refresh_token is not None
    for secret in (grant.refresh_token, grant.access_token, llt, "correct horse"):
        assert secret.encode() not in kept


async def test_a_refresh_token_dies_after_ninety_days_without_use() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    access = house.auth.validate(grant.access_token)
    assert access is not None
    gone: list[float] = []
    house.auth.on_revoked(access.token.id, lambda: gone.append(house.clock.now()))
    house.clock.advance(89 * 86400)
    assert isinstance(await house.auth.token_request(refresh(grant), ADDRESS), Grant)
    used = house.clock.now()
    house.clock.advance(89 * 86400)
    assert not gone
    house.clock.advance(2 * 86400)
    assert gone == [used + 90 * 86400]
    assert await house.auth.token_request(refresh(grant), ADDRESS) == GrantError("invalid_grant")


async def test_a_refresh_token_that_expired_while_the_hub_was_off_is_refused() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    house.auth.stop()
    house.clock.advance(91 * 86400)
    assert await house.auth.token_request(refresh(grant), ADDRESS) == GrantError("invalid_grant")
    house.restart()
    ann = house.auth.users.owner()
    assert ann is not None and house.auth.tokens.of_user(ann.id) == []


async def test_expiry_can_be_switched_off_and_on() -> None:
    house = House()
    await house.owner()
    access = await house.access()

    def token() -> RefreshToken:
        found = house.auth.tokens.get(access.token.id)
        assert found is not None
        return found

    await house.auth.set_token_expiry(access.user, access.token.id, False)
    assert token().expire_at is None
    house.clock.advance(100 * 86400)
    assert token().expire_at is None
    await house.auth.set_token_expiry(access.user, access.token.id, True)
    house.clock.advance(0)
    assert house.auth.tokens.get(access.token.id) is None


async def test_long_lived_tokens_work_for_their_lifespan_and_outlive_restarts() -> None:
    house = House()
    ann = await house.owner()
    llt = await house.auth.create_long_lived_token(ann, "script", 365, "mdi:script")
    house.clock.advance(364 * 86400)
    house.restart()
    access = house.auth.validate(llt)
    assert access is not None and access.user == ann
    assert (access.token.client_name, access.token.client_icon) == ("script", "mdi:script")
    assert (access.token.expire_at, access.token.last_used_ip) == (None, None)
    house.clock.advance(86400 + 11)
    assert house.auth.validate(llt) is None


async def test_a_long_lived_token_can_be_revoked() -> None:
    house = House()
    ann = await house.owner()
    llt = await house.auth.create_long_lived_token(ann, "script", 365)
    access = house.auth.validate(llt)
    assert access is not None
    await house.auth.delete_refresh_token(ann, access.token.id)
    assert house.auth.validate(llt) is None


@pytest.mark.parametrize("lifespan", [0, -1, 36_501, 10**30])
async def test_a_lifespan_is_a_sensible_number_of_days(lifespan: int) -> None:
    house = House()
    ann = await house.owner()
    with pytest.raises(AuthRefused, match="days"):
        await house.auth.create_long_lived_token(ann, "script", lifespan)


async def test_the_name_of_a_long_lived_token_is_used_once_per_user() -> None:
    house = House()
    ann = await house.owner()
    bob = await house.person("Bob")
    await house.auth.create_long_lived_token(ann, "script", 1)
    await house.auth.create_long_lived_token(bob, "script", 1)
    with pytest.raises(AuthRefused, match="script already"):
        await house.auth.create_long_lived_token(ann, "script", 1)


async def test_nobody_touches_anothers_tokens() -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob")
    access = await house.access()
    with pytest.raises(AuthRefused) as refused:
        await house.auth.delete_refresh_token(bob, access.token.id)
    assert refused.value.code == "invalid_token_id"
    with pytest.raises(AuthRefused):
        await house.auth.set_token_expiry(bob, access.token.id, False)
    assert house.auth.tokens.get(access.token.id) is not None


async def test_logging_out_everywhere_leaves_time_for_the_answer() -> None:
    house = House()
    await house.owner()
    here, there = await house.access(), await house.access()
    await house.auth.delete_all_refresh_tokens(here.user, here.token.id)
    assert house.auth.tokens.get(there.token.id) is None
    assert house.auth.tokens.get(here.token.id) is not None
    house.clock.advance(2)
    assert house.auth.tokens.get(here.token.id) is None


async def test_logging_out_everywhere_is_finished_when_the_hub_stops() -> None:
    house = House()
    await house.owner()
    here = await house.access()
    await house.auth.delete_all_refresh_tokens(here.user, here.token.id)
    house.restart()
    assert house.auth.tokens.get(here.token.id) is None


async def test_logging_out_elsewhere_can_spare_this_connection_and_other_types() -> None:
    house = House()
    ann = await house.owner()
    here, there = await house.access(), await house.access()
    llt = await house.auth.create_long_lived_token(ann, "script", 1)
    await house.auth.delete_all_refresh_tokens(ann, here.token.id, "normal", delete_current=False)
    house.clock.advance(10)
    assert house.auth.tokens.get(here.token.id) is not None
    assert house.auth.tokens.get(there.token.id) is None
    assert house.auth.validate(llt) is not None


async def test_tokens_of_one_user_are_bounded_and_the_least_used_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marge.auth.refresh_tokens.MAX_PER_USER", 3)
    house = House()
    await house.owner()
    grants = []
    for _ in range(3):
        grants.append(await house.login())
        house.clock.advance(1)
    await house.auth.token_request(refresh(grants[0]), ADDRESS)
    await house.login()
    alive = [isinstance(await house.auth.token_request(refresh(grant), ADDRESS), Grant) for grant in grants]
    assert alive == [True, False, True]


async def test_long_lived_tokens_are_bounded_and_none_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marge.auth.manager.MAX_PER_USER", 2)
    house = House()
    ann = await house.owner()
    kept = [await house.auth.create_long_lived_token(ann, name, 1) for name in ("a", "b")]
    with pytest.raises(AuthRefused, match="delete one"):
        await house.auth.create_long_lived_token(ann, "c", 1)
    assert all(house.auth.validate(token) for token in kept)


async def test_names_of_any_length_are_not_kept() -> None:
    house = House()
    ann = await house.owner()
    with pytest.raises(AuthRefused, match="255"):
        await house.auth.create_long_lived_token(ann, "x" * 256, 1)
    with pytest.raises(AuthRefused, match="255"):
        await house.auth.create_long_lived_token(ann, "x", 1, "x" * 256)
    with pytest.raises(AuthRefused, match="255"):
        await house.auth.accounts.create_user("x" * 256)
    with pytest.raises(AuthRefused, match="255"):
        await house.auth.accounts.update_user(ann.id, name="x" * 256)


async def test_a_clock_that_is_not_set_yet_does_not_end_logins() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    today = house.clock.now()
    house.clock._now = 0.0
    assert isinstance(await house.auth.token_request(refresh(grant), ADDRESS), Grant)
    house.clock.move_to(today + 86400)
    assert isinstance(await house.auth.token_request(refresh(grant), ADDRESS), Grant)


async def test_a_local_only_user_is_refused_from_outside() -> None:
    house = House()
    await house.owner()
    await house.person("Eve", local_only=True)
    grant = await house.login("eve", "secret")
    header = f"Bearer {grant.access_token}"
    assert house.auth.authenticate(header, "GET", "/api/", "", "192.168.1.7") is not None
    assert house.auth.authenticate(header, "GET", "/api/", "", REMOTE) is None
    assert house.auth.authenticate(header, "GET", "/api/", "", "nonsense") is None
    access = house.auth.validate(grant.access_token, "192.168.1.7")
    assert access is not None
    assert house.auth.validate(grant.access_token, REMOTE) is None
    path, _, query = house.auth.sign_path("/api/x", access.token.id).partition("?")
    assert house.auth.authenticate(None, "GET", path, query, ADDRESS) == access
    assert house.auth.authenticate(None, "GET", path, query, REMOTE) is None
    remote = "User cannot authenticate remotely"
    assert await house.auth.token_request(refresh(grant), REMOTE) == GrantError("access_denied", remote, 403)
    with pytest.raises(LoginRefused, match=remote):
        await house.code("eve", "secret", REMOTE)


async def test_only_a_bearer_header_authenticates() -> None:
    house = House()
    await house.owner()
    grant = await house.login()
    token = grant.access_token
    assert house.auth.authenticate(f"Bearer {token}", "POST", "/api/", "", ADDRESS) is not None
    for header in (None, "", token, f"Basic {token}", f"bearer {token}", f"Bearer  {token}", "Bearer ", "Bearer"):
        assert house.auth.authenticate(header, "GET", "/api/", "", ADDRESS) is None
    assert house.auth.authenticate(f"Bearer {grant.refresh_token}", "GET", "/api/", "", ADDRESS) is None


async def test_a_signed_path_opens_that_path_for_get_until_its_token_goes() -> None:
    house = House()
    await house.owner()
    access = await house.access()
    path, _, query = house.auth.sign_path("/api/camera_proxy/camera.door?x=1", access.token.id).partition("?")
    signed = house.auth.authenticate(None, "GET", path, query, ADDRESS)
    assert signed is not None and signed.user == access.user
    assert house.auth.authenticate("Bearer nonsense", "GET", path, query + "&width=5", ADDRESS) is not None
    assert house.auth.authenticate(None, "POST", path, query, ADDRESS) is None
    assert house.auth.authenticate(f"Bearer {query.partition('authSig=')[2]}", "GET", path, "", ADDRESS) is None
    await house.auth.delete_refresh_token(access.user, access.token.id)
    assert house.auth.authenticate(None, "GET", path, query, ADDRESS) is None


async def test_the_hubs_own_user_is_made_once_and_cannot_log_in() -> None:
    house = House()
    first = house.auth.content_token()
    house.restart()
    assert house.auth.content_token() == first
    assert [user.name for user in house.auth.users.all()] == ["Home Assistant Content"]
    assert house.auth.users.is_admin(first.user_id) is False
    assert house.auth.users.owner() is None


async def test_linking_ones_own_credential_is_no_change() -> None:
    house = House()
    ann = await house.owner()
    bob = await house.person("Bob")
    code = await house.code()
    assert await house.auth.link_user(ann, code, CLIENT) == "User linked"
    with pytest.raises(LoginRefused, match="Invalid code"):
        await house.auth.link_user(ann, code, CLIENT)
    with pytest.raises(LoginRefused, match="already linked"):
        await house.auth.link_user(bob, await house.code(), CLIENT)


async def test_a_damaged_record_is_skipped_and_named(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    await house.owner()
    house.store.put("auth_users", "bad", b"{")
    house.restart()
    assert "bad in auth_users" in caplog.text
    await house.login()
