"""`marge entity`: list entities, show one, call a service on one."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from marge.cli.data_option import data_folder_of, data_option
from marge.util import jsonx

if TYPE_CHECKING:
    from marge.cli.client import HubClient

_OF_THE_PAST: Final = ("recorder.purge_entities",)
"""Services for entities that need not be there any more."""


@click.group("entity")
@data_option
def command(data_dir: Path | None) -> None:
    """Look at entities of the running hub and control them."""


@command.command("list")
@click.argument("pattern", default="*")
@click.option("--json", "as_json", is_flag=True, help="Print the states as JSON.")
@data_option
@click.pass_context
def list_entities(context: click.Context, pattern: str, as_json: bool, data_dir: Path | None) -> None:
    """List entities, all or those that match PATTERN (`light.*`, or a domain)."""
    from marge.cli.client import HubClient

    states = HubClient(data_folder_of(context, data_dir)).get("/api/states")
    if "." not in pattern and "*" not in pattern:
        pattern += ".*"
    states = sorted((s for s in states if fnmatchcase(s["entity_id"], pattern)), key=lambda state: state["entity_id"])
    if as_json:
        click.echo(jsonx.dumps(states))
        return
    width = max((len(state["entity_id"]) for state in states), default=0)
    for state in states:
        unit = state["attributes"].get("unit_of_measurement")
        value = f"{state['state']} {unit}" if unit else state["state"]
        click.echo(
            f"{state['entity_id']:<{width}}  {value:<24}  {state['attributes'].get('friendly_name', '')}".rstrip()
        )
    click.echo("1 entity" if len(states) == 1 else f"{len(states)} entities", err=True)


@command.command("get")
@click.argument("entity_id")
@click.option("--json", "as_json", is_flag=True, help="Print the state as JSON.")
@data_option
@click.pass_context
def get_entity(context: click.Context, entity_id: str, as_json: bool, data_dir: Path | None) -> None:
    """Show the state of ENTITY_ID with its attributes."""
    from marge.cli.client import HubClient

    client = HubClient(data_folder_of(context, data_dir))
    status, state = client.request("GET", f"/api/states/{quote(entity_id, safe='')}")
    if status == 404:
        known = [each["entity_id"] for each in client.get("/api/states")]
        raise click.ClickException(_no_entity(entity_id, known))
    if as_json:
        click.echo(jsonx.dumps(state))
        return
    click.echo(f"{state['entity_id']}: {state['state']}")
    click.echo(f"  last changed: {state['last_changed']}")
    click.echo(f"  last updated: {state['last_updated']}")
    for name, value in state["attributes"].items():
        click.echo(f"  {name}: {value if isinstance(value, str) else jsonx.dumps(value).decode()}")


@command.command("call")
@click.argument("service")
@click.argument("entity_id", required=False)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@data_option
@click.pass_context
def call_service(
    context: click.Context, service: str, entity_id: str | None, fields: tuple[str, ...], data_dir: Path | None
) -> None:
    """Call SERVICE on ENTITY_ID: marge entity call light.turn_on light.kitchen brightness=128."""
    from marge.cli.client import HubClient, message

    if entity_id is not None and "=" in entity_id:
        fields = (entity_id, *fields)
        entity_id = None
    domain, dot, name = service.partition(".")
    if not dot or not name:
        raise click.UsageError(f"'{service}' is no service: write domain.service, such as light.turn_on")
    data = dict(_field(field) for field in fields)
    if entity_id is not None:
        data["entity_id"] = entity_id
    client = HubClient(data_folder_of(context, data_dir))
    status, answer = client.request("POST", f"/api/services/{quote(domain)}/{quote(name)}", data)
    if status != 200:
        raise click.ClickException(message(answer))
    for state in answer:
        click.echo(f"{state['entity_id']}: {state['state']}")
    if service not in _OF_THE_PAST:
        changed = {state["entity_id"] for state in answer}
        _refuse_unknown(client, [each for each in _ids(data.get("entity_id")) if each not in changed])


def _ids(value: Any) -> list[str]:
    """The entity ids in a value of `entity_id`; `all` and `none` are none."""
    listed = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return [each.strip().lower() for each in listed if isinstance(each, str) and "." in each]


def _refuse_unknown(client: HubClient, entity_ids: list[str]) -> None:
    """Raise ClickException for those that are not there: the hub acts on the others and only logs them."""
    if not entity_ids:
        return
    known = [state["entity_id"] for state in client.get("/api/states")]
    if missing := [each for each in entity_ids if each not in known]:
        raise click.ClickException("; ".join(_no_entity(each, known) for each in missing))


def _no_entity(entity_id: str, known: list[str]) -> str:
    from marge.util.suggest import nearest

    hint = nearest(entity_id, known)
    return f"there is no entity {entity_id}" + (f", did you mean '{hint}'?" if hint else "")


def _field(text: str) -> tuple[str, Any]:
    """A FIELD=VALUE argument; the value is JSON where it is valid JSON, else text."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.UsageError(f"'{text}' is no FIELD=VALUE")
    try:
        return key, jsonx.loads(value)
    except ValueError:
        return key, value
