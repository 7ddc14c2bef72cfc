"""What makes a hub a demo home: its configuration, an account with a token, and the simulator as a child process."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
from pathlib import Path
from typing import Final

import click

from marge.app.app import App
from marge.auth import Grant, TokenRequest, User
from marge.auth.onboarding import ANALYTICS, CORE_CONFIG, IntegrationStep, NewOwner
from marge.demo_home import CONFIG_DIR

_LOGGER = logging.getLogger("marge.demo")

USERNAME: Final = "demo"
PASSWORD: Final = "demo"  # noqa: S105 - printed for everybody to see; the demo listens on this machine only
TOKEN_FILE: Final = "token.txt"  # noqa: S105 - the name of a file
TOKEN_DAYS: Final = 3650
CLIENT_ID: Final = "http://127.0.0.1/"
STOP_SECONDS: Final = 3.0


def copy_config(data: Path) -> Path:
    """The configuration to run on: a copy in the data directory, made once, to be edited at will."""
    config = data / "config"
    if not config.exists():
        data.mkdir(parents=True, exist_ok=True)
        shutil.copytree(CONFIG_DIR, config, ignore=shutil.ignore_patterns("__pycache__"))
    return config


class DemoHome:
    """Runs beside the hub: makes the account at the first start, and plays the devices."""

    def __init__(self, *, simulator: bool, speed: float, epoch: float) -> None:
        self.simulator = simulator
        self.speed = speed
        self.epoch = epoch
        self._child: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self, app: App) -> None:
        """See `Companion.start`."""
        token = await first_token(app)
        host = app.house.settings.mqtt.host or "127.0.0.1"
        port = app.mqtt.port if app.mqtt.port is not None else app.house.settings.mqtt.port
        if self.simulator:
            await self._play(host, port)
        self._greet(app, host, port, token)

    async def _play(self, host: str, port: int) -> None:
        arguments = ["--host", host, "--port", str(port), "--speed", str(self.speed), "--epoch", str(self.epoch)]
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "marge.demo_home.simulator",
            *arguments,
            "--while-stdin-is-open",
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the hub; the devices leave after it
        )
        self._watch = asyncio.create_task(self._wait(self._child), name="the simulator")

    async def _wait(self, child: asyncio.subprocess.Process) -> None:
        code = await child.wait()
        if self._child is not None:
            _LOGGER.error("The simulator has ended with code %d: the devices are gone until the next start", code)

    def _greet(self, app: App, host: str, port: int, token: str | None) -> None:
        url = f"http://127.0.0.1:{app.http.port}"
        path = app.data / TOKEN_FILE
        click.echo(f"\nThe demo home is at {url}, its MQTT at {host}:{port}.")
        click.echo(f"Its configuration is in {app.house.config_dir}.")
        if path.exists():
            click.echo(f"Log in as {USERNAME} with the password {PASSWORD}, or use the token in {path}:")
            if token is not None:
                click.echo(token)
            click.echo(f'\n  curl -H "Authorization: Bearer $(cat {path})" {url}/api/states')
        click.echo("\nCtrl-C ends it.\n")
        sys.stdout.flush()

    async def stop(self) -> None:
        """See `Companion.stop`."""
        child, self._child = self._child, None
        if child is None or self._watch is None:
            return
        if child.returncode is None:
            child.terminate()
        try:
            await asyncio.wait_for(asyncio.shield(self._watch), STOP_SECONDS)
        except TimeoutError:
            child.kill()
            await self._watch


async def first_token(app: App) -> str | None:
    """Make the demo's account and its token at the first start and return the token; None at later ones.

    A home that has an account of its own keeps to that: there is no token then.
    """
    path = app.data / TOKEN_FILE
    new = not app.onboarding.user_done
    if new:
        await _move_in(app)
    owner = app.auth.users.owner()
    if owner is None or not _is_demo(app, owner) or (path.exists() and not new):
        return None
    token = await app.auth.create_long_lived_token(owner, f"demo {app.hub.hex_id()[:8]}", TOKEN_DAYS)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token + "\n")
    return token


async def _move_in(app: App) -> None:
    """Go through all steps of the onboarding."""
    onboarding, auth = app.onboarding, app.auth
    done = await onboarding.create_owner(NewOwner("Demo", USERNAME, PASSWORD, CLIENT_ID, app.hub.config.language))
    for step in (CORE_CONFIG, ANALYTICS):
        await onboarding.finish_step(step)
    request = TokenRequest(grant_type="authorization_code", code=done["auth_code"], client_id=CLIENT_ID)
    grant = await auth.token_request(request, "127.0.0.1")
    if isinstance(grant, Grant) and (access := auth.validate(grant.access_token)) is not None:
        await onboarding.finish_integration(IntegrationStep(CLIENT_ID, CLIENT_ID), access)
        await auth.revoke_secret(grant.refresh_token)


def _is_demo(app: App, owner: User) -> bool:
    return any(credential.username == USERNAME for credential in app.auth.users.credentials_of(owner.id))
