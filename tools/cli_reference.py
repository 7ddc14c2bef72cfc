"""Writes docs/reference/cli.md from the commands themselves: `python tools/cli_reference.py`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from marge.cli.main import main

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"

HEAD: Final = """\
# The command line

Written by `tools/cli_reference.py` from the commands themselves. Every command explains itself with `--help`.

Where a folder is not named, that of `MARGE_CONFIG`, `MARGE_DATA` or `MARGE_LOG_DIR` is used, else `/etc/marge`,
`/var/lib/marge` and `/var/log/marge` for root and the user `marge`, and the XDG folders for everybody else. `--config`
and `--data` may stand before or after the name of a command.

| exit code | means |
|---|---|
| 0 | done, or the hub was stopped as asked |
| 1 | it failed, or `check-config` found errors; the reason is on stderr |
| 2 | wrong usage, or a configuration that is not there or cannot be used |
| 100 | the hub asks to be started again, see [running](../operations/running.md) |
"""


def commands(command: click.Command, parent: click.Context | None, name: str) -> Iterator[click.Context]:
    """The command and all below it, each with the context that knows its whole name."""
    context = click.Context(command, parent=parent, info_name=name)
    yield context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            child = command.get_command(context, below)
            assert child is not None
            yield from commands(child, context, below)


def section(context: click.Context) -> str:
    """The heading, usage, text and options of one command."""
    command = context.command
    usage = command.get_usage(context).removeprefix("Usage: ").split()
    text = inspect.cleandoc(command.help or "")
    lines = [f"## {context.command_path}", "", "```", " ".join(usage), "```", "", text, ""]
    if options := [parameter for parameter in command.params if isinstance(parameter, click.Option)]:
        lines += ["| option | |", "|---|---|", *(f"| `{spelled(option)}` | {option.help} |" for option in options), ""]
    return "\n".join(lines)


def spelled(option: click.Option) -> str:
    """How an option is written; what click makes of it differs from release to release."""
    value = "" if option.is_flag else f" {option.metavar or option.type.name.split()[0].upper()}"
    return f"{', '.join(option.opts)}{value}"


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section(context) for context in commands(main, None, "marge"))])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
