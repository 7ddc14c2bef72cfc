"""Which clients and redirects are accepted."""

from __future__ import annotations

import pytest

from marge.auth.clients import is_valid_client_id, is_valid_redirect

IOS = "https://home-assistant.io/iOS"
ANDROID = "https://home-assistant.io/android"


@pytest.mark.parametrize(
    "client_id",
    [
        "http://homeassistant.local:8123/",
        "https://EXAMPLE.com",
        "https://example.com/a/b?c=d",
        "http://localhost/",
        "http://127.0.0.1/",
        "http://192.168.1.2/",
        "http://192.168.1.2:8123/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://8.8.8.8:8123/",
        IOS,
        ANDROID,
    ],
)
def test_web_addresses_of_domains_and_of_the_local_network_are_clients(client_id: str) -> None:
    assert is_valid_client_id(client_id)


@pytest.mark.parametrize(
    "client_id",
    [
        "",
        "example.com",
        "ftp://example.com/",
        "homeassistant://auth-callback",
        "javascript:alert(1)",
        "http://",
        "http:///x",
        "http://:80/",
        "http://8.8.8.8/",
        "http://[2001:4860::1]/",
        "http://user@example.com/",
        "http://user:password@example.com/",
        "http://example.com/#x",
        "http://example.com/./x",
        "http://example.com/../x",
        "http://example.com:port/",
        "http://example.com:99999/",
        "http://[::1",
        "http://example.com/" + "x" * 3000,
    ],
)
def test_other_things_are_no_clients(client_id: str) -> None:
    assert not is_valid_client_id(client_id)
    assert not is_valid_redirect(client_id, client_id)


@pytest.mark.parametrize(
    ("client_id", "redirect"),
    [
        ("http://h:8123/", "http://h:8123/?auth_callback=1"),
        ("http://H:8123/", "http://h:8123/x/y"),
        (IOS, "homeassistant://auth-callback"),
        (IOS, "https://home-assistant.io/x"),
        (ANDROID, "homeassistant://auth-callback"),
        (ANDROID, "https://wear.googleapis.com/3p_auth/io.homeassistant.companion.android"),
        (ANDROID, "https://wear.googleapis-cn.com/3p_auth/io.homeassistant.companion.android"),
    ],
)
def test_codes_go_to_the_same_origin_and_to_the_apps(client_id: str, redirect: str) -> None:
    assert is_valid_redirect(client_id, redirect)


@pytest.mark.parametrize(
    ("client_id", "redirect"),
    [
        ("http://h:8123/", "https://h:8123/"),
        ("http://h:8123/", "http://h:8124/"),
        ("http://h:8123/", "http://h:8123@evil.example/"),
        ("http://h:8123/", "//h:8123/"),
        ("http://h:8123/", ""),
        ("http://h:8123/", "http://[::1"),
        ("http://h:8123/", "homeassistant://auth-callback"),
        (IOS, "https://wear.googleapis.com/3p_auth/io.homeassistant.companion.android"),
        (IOS + "/", "homeassistant://auth-callback"),
        (ANDROID, "homeassistant://auth-callback/x"),
        ("nonsense", "nonsense"),
    ],
)
def test_codes_go_nowhere_else(client_id: str, redirect: str) -> None:
    assert not is_valid_redirect(client_id, redirect)
