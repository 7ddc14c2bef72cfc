"""The configuration files looked at while the hub runs: for the API, and before what needs them to be right."""

from __future__ import annotations

import asyncio
from pathlib import Path

from marge.api.context import ConfigCheck
from marge.config.problem import Problem
from marge.core.hub import Hub
from marge.templates import TemplateEngine


async def check_config(hub: Hub, config_dir: Path) -> ConfigCheck:
    """Look for mistakes, in a thread and with templates of its own."""
    # Asked for now and then: what it takes is not loaded before.
    from marge.api.tls import load_tls
    from marge.automation.validate import validators
    from marge.config.check import check

    templates = TemplateEngine(hub)
    try:
        report = await asyncio.to_thread(check, config_dir, validators(templates), try_tls=load_tls)
    finally:
        templates.dispatch.close()
    problems = [problem for file in report.files for problem in file.problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = [problem for problem in problems if problem.severity == "warning"]
    grave = [problem for problem in errors if problem.fatal or not problem.item]
    return ConfigCheck(_text(errors), _text(warnings), _text(grave))


def _text(problems: list[Problem]) -> str | None:
    return "\n".join(map(str, problems)) or None
