"""The command line's way to a running hub: its public REST API, with the token in the data directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from marge.util import jsonx


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
        from http.client import HTTPConnection, HTTPException

        host = "127.0.0.1" if self.runtime.http_host in ("", "0.0.0.0", "::") else self.runtime.http_host  # noqa: S104
        connection = HTTPConnection(host, self.runtime.http_port, timeout=30)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
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
