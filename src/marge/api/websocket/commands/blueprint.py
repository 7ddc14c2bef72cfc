"""blueprint/*: the blueprints of the house: listed, fetched, saved, deleted, and what they make of their inputs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message
from marge.config.blueprints import DOMAINS
from marge.config.blueprints.errors import AlreadyExists, BlueprintError
from marge.config.blueprints.words import BlueprintPath, Source, Url
from marge.core.errors import InvalidConfig, NotFound, OperationFailed
from marge.util.ha_version import HA_VERSION
from marge.util.schema import Text
from marge.util.versions import is_newer

if TYPE_CHECKING:
    from marge.config.blueprints.folder import BlueprintFolder

FETCH_SECONDS: Final = 11.0
"""A little more than a download may take."""


class OfDomain(Struct, forbid_unknown_fields=True, frozen=True):
    """Blueprints of a domain."""

    domain: Text


class Import(Struct, forbid_unknown_fields=True, frozen=True):
    """Where a blueprint is."""

    url: Source


class Save(Struct, forbid_unknown_fields=True, frozen=True):
    """A blueprint to keep."""

    domain: Text
    path: BlueprintPath
    yaml: Text
    source_url: Url | UnsetType = UNSET
    allow_override: bool = False


class OneOf(Struct, forbid_unknown_fields=True, frozen=True):
    """One blueprint."""

    domain: Text
    path: BlueprintPath


class Substitute(Struct, forbid_unknown_fields=True, frozen=True):
    """A blueprint and its inputs."""

    domain: Text
    path: BlueprintPath
    input: dict[str, Any]


def _folder(message: Message) -> BlueprintFolder:
    # What reads blueprints is loaded with the first question about them.
    from marge.config.blueprints.folder import BlueprintFolder

    return BlueprintFolder(Path(message.api.config_dir))


def _known(domain: str) -> str:
    if domain not in DOMAINS:
        raise WsError("invalid_format", "Unsupported domain")
    return domain


async def listed(message: Message) -> dict[str, Any]:
    """All blueprints of a domain by path."""
    domain: str = message.data.domain
    return await asyncio.to_thread(_folder(message).listed, domain) if domain in DOMAINS else {}


async def fetched(message: Message) -> dict[str, Any]:
    """Get a blueprint from an address, without keeping it."""
    from marge.config.blueprints.imports import Importer

    api = message.api
    importer = Importer(Path(api.config_dir), api.fetch, api.hub.allowed_dirs)
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            found = await asyncio.to_thread(importer.get, message.data.url)
    except BlueprintError as error:
        raise WsError("home_assistant_error", error.said) from error
    except InvalidConfig as error:
        raise WsError("home_assistant_error", error.message) from error
    domain = _known(found.blueprint.domain)
    exists = await asyncio.to_thread(_folder(message).exists, domain, f"{found.suggested_filename}.yaml")
    version = found.blueprint.min_version
    too_new = version is not None and is_newer(version, HA_VERSION)
    return {
        "suggested_filename": found.suggested_filename,
        "raw_data": found.raw_data,
        "blueprint": {"metadata": found.blueprint.metadata},
        "validation_errors": [f"Requires at least Home Assistant {version}"] if too_new else None,
        "exists": exists,
    }


async def save(message: Message) -> dict[str, Any]:
    """Keep a blueprint; what uses one that it takes the place of is loaded again."""
    data: Save = message.data
    domain = _known(data.domain)
    source = None if data.source_url is UNSET else data.source_url
    folder = _folder(message)
    try:
        async with message.api.editing:
            replaced = await asyncio.to_thread(
                folder.save, domain, data.path, data.yaml, source, override=data.allow_override
            )
    except BlueprintError as error:
        raise WsError("invalid_format", error.said) from error
    except AlreadyExists as error:
        raise WsError("already_exists", str(error)) from error
    except OperationFailed as error:
        raise WsError("unknown_error", str(error)) from error
    if replaced:
        await message.api.hub.services.call(domain, "reload", context=message.context())
    return {"overrides_existing": replaced}


async def delete(message: Message) -> None:
    """Delete a blueprint that nothing uses."""
    data: OneOf = message.data
    domain = _known(data.domain)
    if users := message.api.blueprint_users(domain, data.path):
        raise WsError("home_assistant_error", f"Blueprint in use: {', '.join(sorted(users))}")
    try:
        async with message.api.editing:
            await asyncio.to_thread(_folder(message).delete, domain, data.path)
    except (NotFound, OperationFailed) as error:
        raise WsError("unknown_error", str(error)) from error


async def substitute(message: Message) -> dict[str, Any]:
    """The configuration that a blueprint makes of its inputs."""
    data: Substitute = message.data
    domain = _known(data.domain)
    try:
        made = await asyncio.to_thread(_folder(message).substituted, domain, data.path, data.input)
    except BlueprintError as error:
        raise WsError("unknown_error", error.said) from error
    return {"substituted_config": made}


COMMANDS: Final = (
    Command("blueprint/list", listed, OfDomain, Access.READ),
    Command("blueprint/import", fetched, Import, Access.ADMIN),
    Command("blueprint/save", save, Save, Access.ADMIN),
    Command("blueprint/delete", delete, OneOf, Access.ADMIN),
    Command("blueprint/substitute", substitute, Substitute, Access.READ),
)
