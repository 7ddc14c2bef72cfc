"""The reference of the command line says what the commands say."""

from __future__ import annotations

from marge.cli.main import main
from tools.cli_reference import PAGE, commands, page


def test_every_command_has_its_heading() -> None:
    headings = [line.removeprefix("## ") for line in PAGE.read_text().splitlines() if line.startswith("## ")]
    assert headings == [context.command_path for context in commands(main, None, "marge")]


def test_the_page_is_what_the_tool_writes() -> None:
    assert PAGE.read_text() == page(), "run `python tools/cli_reference.py`"
