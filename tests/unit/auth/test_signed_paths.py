"""Signed paths: what the signature covers, and for how long."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from marge.auth.signed_paths import PathSigner
from marge.testing import FakeClock


def split(signed: str) -> tuple[str, str]:
    path, _, query = signed.partition("?")
    return unquote(path), query


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/camera_proxy/camera.door", "/api/camera_proxy/camera.door?authSig="),
        ("/api/x?a=1&b=2&a=3", "/api/x?a=1&b=2&a=3&authSig="),
        ("/api/x?width=5&a=1&height=2", "/api/x?a=1&authSig="),
        ("/api/x?authSig=old", "/api/x?authSig="),
        ("/api/x y?q=a b&e=1%262&p=c+d&n=", "/api/x%20y?q=a%20b&e=1%262&p=c%20d&n=&authSig="),
        ("/api/é?t=2026-01-01T00:00:00%2B00:00#part", "/api/%C3%A9?t=2026-01-01T00:00:00%2B00:00&authSig="),
    ],
)
def test_the_path_comes_back_with_its_signature(path: str, shown: str) -> None:
    signer = PathSigner(FakeClock().now, b"secret")
    signed = signer.sign(path, "token")
    assert signed.startswith(shown)
    assert signer.verify(*split(signed)) == "token"


def test_the_size_of_an_image_may_be_added() -> None:
    signer = PathSigner(FakeClock().now, b"secret")
    path, query = split(signer.sign("/api/x?a=1", "token"))
    assert signer.verify(path, f"width=100&{query}&height=50") == "token"


@pytest.mark.parametrize(
    "change",
    [
        lambda path, query: (path + "/", query),
        lambda path, query: ("/api/y", query),
        lambda path, query: (path, query + "&c=1"),
        lambda path, query: (path, query.replace("a=1&", "")),
        lambda path, query: (path, query.replace("a=1", "a=2")),
        lambda path, query: (path, query.replace("a=1&b=2", "b=2&a=1")),
        lambda path, query: (path, query[:-1]),
        lambda path, query: (path, "authSig=nonsense&" + query),
        lambda path, query: (path, "a=1&b=2&authSig="),
        lambda path, query: (path, "a=1&b=2"),
        lambda path, query: (path, query + "&x" * 101),
        lambda path, query: (path, query + "&width=" + "1" * 20_000),
    ],
)
def test_whatever_else_is_changed_breaks_it(change) -> None:  # type: ignore[no-untyped-def]
    signer = PathSigner(FakeClock().now, b"secret")
    path, query = split(signer.sign("/api/x?a=1&b=2", "token"))
    assert signer.verify(path, query) == "token"
    assert signer.verify(*change(path, query)) is None


def test_a_signed_path_expires() -> None:
    clock = FakeClock()
    signer = PathSigner(clock.now, b"secret")
    path, query = split(signer.sign("/api/x", "token", 30))
    clock.advance(29)
    assert signer.verify(path, query) == "token"
    clock.advance(1)
    assert signer.verify(path, query) is None


def test_a_path_signed_in_the_future_is_refused() -> None:
    clock = FakeClock()
    path, query = split(PathSigner(FakeClock(clock.now() + 1).now, b"secret").sign("/api/x", "token"))
    signer = PathSigner(clock.now, b"secret")
    assert signer.verify(path, query) is None
    clock.advance(1)
    assert signer.verify(path, query) == "token"


@pytest.mark.parametrize("expires", [0, -5])
def test_a_path_signed_for_no_time_is_refused(expires: int) -> None:
    signer = PathSigner(FakeClock().now, b"secret")
    assert signer.verify(*split(signer.sign("/api/x", "token", expires))) is None


def test_a_path_is_not_signed_for_longer_than_ten_years() -> None:
    clock = FakeClock()
    signer = PathSigner(clock.now, b"secret")
    path, query = split(signer.sign("/api/x", "token", 10**40))
    clock.advance(10 * 365 * 86400)
    assert signer.verify(path, query) is None


def test_another_hubs_signature_is_refused() -> None:
    clock = FakeClock()
    signed = split(PathSigner(clock.now, b"other").sign("/api/x", "token"))
    assert PathSigner(clock.now, b"secret").verify(*signed) is None


@pytest.mark.parametrize(
    "path", ["", "api/x", "http://example.com/api/x", "/" + "x" * 9000, "/\ud800", "/x?" + "&a" * 200]
)
def test_what_is_no_path_is_not_signed(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        PathSigner(FakeClock().now, b"secret").sign(path, "token")
