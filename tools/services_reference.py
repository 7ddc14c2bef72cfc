"""Writes docs/reference/services.md from what a hub says of its services: `python tools/services_reference.py`."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec.structs import fields, replace

from marge.app.app import App
from marge.config.house import load
from marge.core.services import Service, SupportsResponse
from marge.entities import DOMAINS
from marge.helpers.kinds import HELPERS

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "services.md"

HEAD: Final = """\
# Services

Written by `tools/services_reference.py` from the services' own descriptions, which `GET /api/services` and the command
`get_services` give as well. Automations and scripts call a service with `action:`, the API with
`POST /api/services/<domain>/<service>` and the command `call_service`.

A service that acts on a target takes `entity_id`, `device_id`, `area_id`, `floor_id` and `label_id`, each one id or
several; `entity_id` may be `all` or `none` as well. A call with none of these keys is refused, except that
`homeassistant.turn_on`, `turn_off` and `toggle` then do nothing; those three do not take `all` and `none`.

A domain's services are there with its first entity; those of helpers with the first of their kind. A field marked with
\\* is required. Keys and values that a service does not know are refused. Each script is a service of its own as well,
`script.<object_id>`, with the fields that it describes.
"""

CONFIGURATION: Final = """\
shopping_list:
utility_meter: {meter: {source: sensor.meter}}
binary_sensor: {platform: workday}
"""

MOST_OPTIONS: Final = 20

ANSWERS: Final = {
    SupportsResponse.NONE: "",
    SupportsResponse.OPTIONAL: " Answers with data when asked to.",
    SupportsResponse.ONLY: " Answers with data, and must be asked to.",
}


async def page() -> str:
    """The whole page, from a hub that has everything loaded."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder)
        (config / "configuration.yaml").write_text(CONFIGURATION, encoding="utf-8")
        house = load(config, env={})
        settings = house.settings
        settings = replace(
            settings,
            http=replace(settings.http, host="127.0.0.1", port=0),
            mqtt=replace(settings.mqtt, host="127.0.0.1", port=0),
        )
        app = App(replace(house, settings=settings), config / "data")
        await app.start()
        try:
            for domain in DOMAINS:
                app.index.setup(domain)
            for kind in HELPERS:
                app.helpers.collection(kind)
            return text(app.hub.services.domains())
        finally:
            await app.stop()


def text(domains: Mapping[str, Mapping[str, Service]]) -> str:
    """The page of these services."""
    lines = [HEAD]
    for domain, services in sorted(domains.items()):
        lines.append(f"## {domain}\n")
        for _, service in sorted(services.items()):
            lines += section(service)
    return "\n".join(lines).rstrip() + "\n"


def section(service: Service) -> Iterator[str]:
    """The heading, the text and the fields of one service."""
    described = service.describe() if service.describe is not None else {}
    yield f"### `{service.domain}.{service.name}`\n"
    for_whom = " For admins." if service.admin_only else ""
    aimed = " Acts on a target." if described.get("target") else ""
    yield f"{described['description']}{aimed}{ANSWERS[service.supports_response]}{for_whom}\n"
    shown = list(flat(described.get("fields") or {}))
    if shown:
        yield "| field | meaning | values |"
        yield "|---|---|---|"
        required = must_be_given(service)
        check_known(service, {name for name, _ in shown})
        for name, field in shown:
            star = "\\*" if field.get("required") or name in required else ""
            yield f"| `{name}`{star} | {cell(meaning(field))} | {cell(values(field))} |"
        yield ""


def flat(described: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The fields, those in groups as well."""
    for name, field in described.items():
        if "fields" in field:
            yield from flat(field["fields"])
        else:
            yield name, field


def must_be_given(service: Service) -> set[str]:
    """The fields without which the schema refuses a call."""
    return set() if service.schema is None else {field.name for field in fields(service.schema) if field.required}


def check_known(service: Service, described: set[str]) -> None:
    """Raise ValueError for a described field that the schema would refuse."""
    if service.schema is None:
        return
    unknown = described - {field.encode_name for field in fields(service.schema)}
    if unknown:
        raise ValueError(f"{service.domain}.{service.name} describes {sorted(unknown)}, which it does not take")


def meaning(field: Mapping[str, Any]) -> str:
    """What a field is for."""
    return str(field.get("description") or field.get("name") or "")


def values(field: Mapping[str, Any]) -> str:
    """What a field may hold, and what it is when it is left out."""
    kind, limits = next(iter((field.get("selector") or {"object": None}).items()))
    limits = limits or {}
    if kind == "number":
        shown = "number" + spread(limits)
    elif kind == "select":
        options = [option["value"] if isinstance(option, dict) else option for option in limits.get("options", ())]
        shown = ", ".join(f"`{option}`" for option in options[:MOST_OPTIONS]) or "text"
        if len(options) > MOST_OPTIONS:
            shown += f" and {len(options) - MOST_OPTIONS} more"
        if limits.get("custom_value"):
            shown += " or another text"
    elif kind == "constant":
        shown = f"`{str(limits.get('value', True)).lower()}`"
    else:
        shown = kind.replace("_", " ")
    if limits.get("multiple"):
        shown += "; several"
    default = field.get("default")
    return (
        shown
        if default is None
        else f"{shown}; default `{str(default).lower() if default in (True, False) else default}`"
    )


def spread(limits: Mapping[str, Any]) -> str:
    """The limits and the unit of a number."""
    low, high = limits.get("min"), limits.get("max")
    told = "" if low is None and high is None else f" {low} to {high}"
    if low is not None and high is None:
        told = f" from {low}"
    unit = limits.get("unit_of_measurement")
    return told + (f" {unit}" if unit else "")


def cell(shown: str) -> str:
    """A text inside a table."""
    return " ".join(shown.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(asyncio.run(page()), encoding="utf-8")
