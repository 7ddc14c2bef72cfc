"""`marge`: without a command it runs the hub; the commands are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from marge import __version__

# Command → module with `command`; imported when it is called, so that each starts at once.
COMMANDS: Final[Mapping[str, str]] = {
    "check-config": "marge.cli.commands.check_config",
    "demo": "marge.cli.commands.demo",
    "entity": "marge.cli.commands.entity",
    "info": "marge.cli.commands.info",
    "init": "marge.cli.commands.init",
    "version": "marge.cli.commands.version",
}


class Commands(click.Group):
    """Finds commands in the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See `click.Group.list_commands`."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See `click.Group.get_command`."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = import_module(module).command
        assert isinstance(command, click.Command)
        return command


@click.command(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="DIR", help="Where the configuration is (or MARGE_CONFIG).")
@click.option("--data", metavar="DIR", help="Where the database is (or MARGE_DATA).")
@click.option("--log-dir", metavar="DIR", help="Where the log file goes (or MARGE_LOG_DIR).")
@click.version_option(__version__, message="marge %(version)s")
@click.pass_context
def main(context: click.Context, config: str | None, data: str | None, log_dir: str | None) -> None:
    """Marge, a smart-home hub. Without a command: run it here, in the foreground."""
    if context.invoked_subcommand is None:
        from marge.cli.serve import serve

        context.exit(serve(config, data, log_dir))
