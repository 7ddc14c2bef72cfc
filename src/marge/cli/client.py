"""The command line's way to a running hub: its public REST API, with the token in the data directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marge.util import jsonx

if TYPE_CHECKING:
    from http.client import HTTPConnection


class HubClient:
    """Speaks to the hub that runs on a data directory; raises ClickException with the remedy when it cannot."""

    def __init__(self, data: Path) -> None:
        from marge.app.cli_token import read_cli_token
        from marge.app.runtime_file import read_runtime

        runtime = read_runtime(data)
        if runtime is None:
            raise click.ClickException(
                f"no hub runs on {data}. Start one with `marge`, or name its data directory: marge --data DIR …"
            )
        token = read_cli_token(data)
        if token is None:
            raise click.ClickException(
                f"{data}/cli-token cannot be read: run this as the user that runs the hub (for example with sudo)"
            )
        self.runtime = runtime
        self._token = token

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request; returns the status and the JSON, or text, of the answer."""
        from http.client import HTTPException

        connection = self._connection()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.connect()
            self._check_certificate(connection)
            connection.request(method, path, None if body is None else jsonx.dumps(body), headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            raise click.ClickException(
                f"the hub (process {self.runtime.pid}) does not answer on port {self.runtime.http_port}: {error}"
            ) from error
        finally:
            connection.close()
        try:
            return response.status, jsonx.loads(content)
        except ValueError:
            return response.status, content.decode(errors="replace")

    def _connection(self) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection

        host = "127.0.0.1" if self.runtime.http_host in ("", "0.0.0.0", "::") else self.runtime.http_host  # noqa: S104
        if self.runtime.http_certificate is None:
            return HTTPConnection(host, self.runtime.http_port, timeout=30)
        import ssl

        # The certificate is made out to the name that the household uses, and often signed by nobody: neither an
        # authority nor a name can vouch for the hub at this address. `_check_certificate` does, and more strictly.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return HTTPSConnection(host, self.runtime.http_port, timeout=30, context=context)

    def _check_certificate(self, connection: HTTPConnection) -> None:
        """Raise ClickException unless the other side has the key to the certificate that the hub wrote down.

        It comes before the first request, so that nobody else who took the port is ever shown the token.
        """
        expected = self.runtime.http_certificate
        if expected is None:
            return
        from hashlib import sha256

        sock: Any = connection.sock  # an ssl.SSLSocket
        shown = sock.getpeercert(binary_form=True)
        if sha256(shown or b"").hexdigest() != expected:
            raise click.ClickException(
                f"what answers on port {self.runtime.http_port} shows another certificate than the hub"
                f" (process {self.runtime.pid}): another program has the port. Stop it and start the hub again"
            )

    def get(self, path: str) -> Any:
        """GET a path; raises ClickException for anything but 200."""
        status, answer = self.request("GET", path)
        if status != 200:
            raise click.ClickException(message(answer))
        return answer


def message(answer: Any) -> str:
    """What an error answer says."""
    if isinstance(answer, dict) and "message" in answer:
        return str(answer["message"])
    return str(answer)
