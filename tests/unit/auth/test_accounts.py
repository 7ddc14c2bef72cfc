"""Managing people: who may do what to whom, and what happens to those who are logged in."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest
from auth_house import ADDRESS, CLIENT, House

from marge.auth import (
    AuthRefused,
    GrantError,
    TokenRequest,
    can_control,
    can_read,
    current_user,
    require_admin,
    require_control,
    token_list,
    user_info,
    user_list,
)
from marge.core.errors import Unauthorized
from marge.core.ports import UserDirectory
from marge.util.jsonx import dumps, loads


async def code_of(refusal: Awaitable[object]) -> str:
    with pytest.raises(AuthRefused) as error:
        await refusal
    return error.value.code


async def test_the_first_user_is_the_owner_and_no_other() -> None:
    house = House()
    ann = await house.owner()
    bob = await house.person("Bob", "system-admin")
    assert (ann.is_owner, ann.is_admin, bob.is_owner, bob.is_admin) == (True, True, False, True)
    assert house.auth.users.owner() == ann
    assert await code_of(house.auth.create_owner("Eve", "eve", "x")) == "not_allowed"


async def test_the_directory_knows_admins() -> None:
    house = House()
    ann = await house.owner()
    bob = await house.person("Bob")
    directory: UserDirectory = house.auth.users
    assert [directory.is_admin(user_id) for user_id in (ann.id, bob.id, "nobody")] == [True, False, None]


async def test_groups_decide_what_a_user_may_do() -> None:
    house = House()
    ann = await house.owner()
    may = {}
    for group in ("system-admin", "system-users", "system-read-only"):
        user = await house.person(group, group)
        may[group] = (user.is_admin, can_control(user), can_read(user))
    nobody = await house.auth.accounts.create_user("Nobody")
    assert may == {
        "system-admin": (True, True, True),
        "system-users": (False, True, True),
        "system-read-only": (False, False, True),
    }
    assert (nobody.is_admin, can_control(nobody), can_read(nobody)) == (False, False, False)
    require_admin(ann)
    require_control(ann)
    for refuse in (require_admin, require_control):
        with pytest.raises(Unauthorized):
            refuse(nobody)


async def test_changes_are_fired_and_kept() -> None:
    house = House()
    await house.owner()
    house.events.clear()
    bob = await house.auth.accounts.create_user("Bob", group_ids=["system-users"])
    flushes = house.store.flushes
    changed = await house.auth.accounts.update_user(
        bob.id, name="Bobby", group_ids=["system-admin"], local_only=True, is_active=False
    )
    assert house.store.flushes > flushes
    assert (changed.name, changed.group_ids) == ("Bobby", ("system-admin",))
    assert (changed.local_only, changed.is_active, changed.is_admin) == (True, False, False)
    await house.auth.accounts.update_user(bob.id)
    house.restart()
    assert house.auth.users.get(bob.id) == changed
    ann = house.auth.users.owner()
    assert ann is not None
    await house.auth.accounts.delete_user(bob.id, ann)
    assert [event for event, _ in house.events] == ["user_added", "user_updated", "user_updated", "user_removed"]
    assert all(data == {"user_id": bob.id} for _, data in house.events)


async def test_the_owner_stays() -> None:
    house = House()
    ann = await house.owner()
    bob = await house.person("Bob", "system-admin")
    accounts = house.auth.accounts
    assert await code_of(accounts.update_user(ann.id, is_active=False)) == "cannot_deactivate_owner"
    assert await code_of(accounts.delete_user(ann.id, bob)) == "cannot_delete_owner"
    assert await code_of(accounts.delete_user(bob.id, bob)) == "no_delete_self"
    assert await code_of(accounts.delete_user("nobody", bob)) == "not_found"
    assert await code_of(accounts.update_user("nobody", name="x")) == "not_found"
    hub = house.auth.content_token().user_id
    assert await code_of(accounts.update_user(hub, name="x")) == "cannot_modify_system_generated"
    assert await code_of(accounts.create_account(hub, "x", "x")) == "system_generated"
    await house.code()


async def test_an_unknown_group_is_refused_and_nothing_changes() -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob")
    assert await code_of(house.auth.accounts.update_user(bob.id, group_ids=["x"])) == "unknown_error"
    assert await code_of(house.auth.accounts.create_user("Eve", group_ids=["x"])) == "unknown_error"
    assert house.auth.users.get(bob.id) == bob
    assert len(house.auth.users.all()) == 3


async def test_deactivating_a_user_closes_their_connections_and_stops_their_tokens() -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob")
    grant = await house.login("bob", "secret")
    access = house.auth.validate(grant.access_token)
    assert access is not None
    closed: list[int] = []
    house.auth.on_revoked(access.token.id, lambda: closed.append(1))
    await house.auth.accounts.update_user(bob.id, is_active=False)
    assert closed == [1]
    assert house.auth.validate(grant.access_token) is None
    request = TokenRequest("refresh_token", refresh_token=grant.refresh_token, client_id=CLIENT)
    refused = await house.auth.token_request(request, ADDRESS)
    assert refused == GrantError("access_denied", "User is not active", 403)
    await house.auth.accounts.update_user(bob.id, is_active=True)
    assert house.auth.validate(grant.access_token) is not None


async def test_deleting_a_user_takes_account_and_tokens_along() -> None:
    house = House()
    ann = await house.owner()
    bob = await house.person("Bob")
    access = await house.access("bob", "secret")
    closed: list[int] = []
    house.auth.on_revoked(access.token.id, lambda: closed.append(1))
    await house.auth.accounts.delete_user(bob.id, ann)
    assert closed == [1]
    kept = house.store.collections
    text = b"".join(value for name in kept for value in kept[name].values())
    assert bob.id.encode() not in text and b'"bob"' not in text
    house.restart()
    eve = await house.auth.accounts.create_user("Eve")
    await house.auth.accounts.create_account(eve.id, "bob", "x")


async def test_deleting_an_account_ends_its_logins_but_not_long_lived_tokens() -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob")
    grant = await house.login("bob", "secret")
    llt = await house.auth.create_long_lived_token(bob, "script", 1)
    await house.auth.accounts.delete_account("BOB")
    assert house.auth.validate(grant.access_token) is None
    assert house.auth.validate(llt) is not None
    assert await code_of(house.auth.accounts.delete_account("bob")) == "home_assistant_error"


@pytest.mark.parametrize(
    ("username", "key"),
    [
        ("ann", "username_already_exists"),
        ("Eve", "username_not_normalized"),
        (" eve", "username_not_normalized"),
        ("", None),
        ("x" * 129, None),
    ],
)
async def test_unsuitable_usernames_are_refused(username: str, key: str | None) -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob")
    eve = await house.auth.accounts.create_user("Eve")
    for refusal in (
        house.auth.accounts.create_account(eve.id, username, "x"),
        house.auth.accounts.change_username(bob.id, username, house.auth.users.owner()),  # type: ignore[arg-type]
    ):
        with pytest.raises(AuthRefused) as error:
            await refusal
        assert (error.value.code, error.value.translation_key) == ("home_assistant_error", key)


async def test_an_empty_password_is_refused() -> None:
    house = House()
    ann = await house.owner()
    eve = await house.auth.accounts.create_user("Eve")
    assert await code_of(house.auth.accounts.create_account(eve.id, "eve", "")) == "home_assistant_error"
    assert await code_of(house.auth.accounts.change_password(ann.id, "", ann)) == "home_assistant_error"


async def test_renaming_keeps_the_password() -> None:
    house = House()
    ann = await house.owner()
    bob = await house.person("Bob")
    await house.auth.accounts.change_username(bob.id, "bobby", ann)
    house.restart()
    await house.code("bobby", "secret")
    assert user_info(house.auth, bob)["username"] == "bobby"


async def test_only_the_owner_changes_the_accounts_of_others() -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob", "system-admin")
    with pytest.raises(Unauthorized):
        await house.auth.accounts.change_password(bob.id, "x", bob)
    with pytest.raises(Unauthorized):
        await house.auth.accounts.change_username(bob.id, "x", bob)


async def test_a_password_is_changed_by_who_knows_it() -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob")
    accounts = house.auth.accounts
    assert await code_of(accounts.change_own_password(bob, "wrong", "new", ADDRESS)) == "invalid_current_password"
    await accounts.change_own_password(bob, "secret", "new", ADDRESS)
    house.restart()
    await house.code("bob", "new")


async def test_guessing_the_current_password_is_slowed() -> None:
    house = House()
    await house.owner()
    bob = await house.person("Bob")
    change = house.auth.accounts.change_own_password
    codes = [await code_of(change(bob, "wrong", "new", ADDRESS)) for _ in range(7)]
    assert codes == ["invalid_current_password"] * 5 + ["home_assistant_error"] * 2


async def test_a_user_without_an_account_has_no_password() -> None:
    house = House()
    ann = await house.owner()
    eve = await house.auth.accounts.create_user("Eve")
    accounts = house.auth.accounts
    assert await code_of(accounts.change_password(eve.id, "x", ann)) == "credentials_not_found"
    assert await code_of(accounts.change_own_password(eve, "x", "y", ADDRESS)) == "credentials_not_found"
    assert await code_of(accounts.change_password("nobody", "x", ann)) == "user_not_found"
    assert await code_of(accounts.create_account("nobody", "x", "x")) == "not_found"


async def test_what_is_shown_of_users_and_tokens_is_json() -> None:
    house = House()
    await house.owner()
    access = await house.access()
    me = current_user(house.auth, access.user)
    assert loads(dumps(me)) == me
    assert me["is_owner"] is True
    users = user_list(house.auth)
    assert loads(dumps(users)) == users
    assert [user["username"] for user in users] == [None, "ann"]
    tokens = token_list(house.auth, access.user, access.token.id)
    assert loads(dumps(tokens)) == tokens
    assert [(token["is_current"], token["type"]) for token in tokens] == [(True, "normal")]
    assert tokens[0]["created_at"] == "2026-01-01T12:00:00+00:00"


async def test_the_number_of_users_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marge.auth.users.MAX_USERS", 2)
    house = House()
    await house.owner()
    assert await code_of(house.auth.accounts.create_user("Bob")) == "not_allowed"
