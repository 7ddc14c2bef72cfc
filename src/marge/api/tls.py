"""The certificate that the API shows: what OpenSSL needs of it, and by what the command line knows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from marge.core.errors import OperationFailed

if TYPE_CHECKING:
    from ssl import SSLContext

_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_END: Final = "-----END CERTIFICATE-----"


class Tls(NamedTuple):
    """What to serve TLS with; `fingerprint` is the SHA-256 of the hub's own certificate, in hex."""

    context: SSLContext
    fingerprint: str


def load_tls(certificate: str, key: str | None) -> Tls:
    """Load the files that `[http]` names; raises OperationFailed when they cannot be used."""
    import ssl
    from hashlib import sha256
    from pathlib import Path

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
        # The first certificate of a chain is the server's own.
        _, begin, rest = Path(certificate).read_text(errors="replace").partition(_BEGIN)
        own, end, _ = rest.partition(_END)
        fingerprint = sha256(ssl.PEM_cert_to_DER_cert(begin + own + end)).hexdigest()
    except (OSError, ValueError) as error:
        raise OperationFailed(
            f"the certificate {certificate} with the key {key} cannot be used: {error}."
            " Correct tls_certificate and tls_key under [http] in configuration.toml"
        ) from error
    return Tls(context, fingerprint)
