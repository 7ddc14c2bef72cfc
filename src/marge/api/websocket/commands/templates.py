"""render_template: a template whose result follows the house."""

from __future__ import annotations

import logging
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.core.errors import TemplateError
from marge.core.events import Event
from marge.templates import TemplateResult, TemplateTracker, TrackedTemplate
from marge.util.schema import EntityIds, Flag


class Render(Struct, forbid_unknown_fields=True, frozen=True):
    """A template; `timeout` in seconds bounds a first render. `entity_ids` is taken from old clients and not used."""

    template: str
    entity_ids: EntityIds = []
    variables: dict[str, Any] | None = None
    timeout: Annotated[float, Meta(gt=0, le=60)] | None = None
    strict: Flag = False
    report_errors: Flag = False


async def render(message: Message) -> Any:
    """Send the result now and whenever it changes, until the client unsubscribes."""
    data: Render = message.data
    template = message.api.templates.template(data.template, strict=data.strict)
    report = data.report_errors

    started = False

    def tell_error(level: int, text: str) -> None:
        # What the first render complains of is told by `refresh`, after the result.
        if report and started:
            message.event({"error": text, "level": logging.getLevelName(level)})

    if data.timeout is not None:
        try:
            if await template.will_time_out(data.timeout, data.variables):
                raise WsError("template_error", f"Exceeded maximum execution time of {data.timeout}s")
        except TemplateError:
            # The render below tells of it.
            pass

    def tell(event: Event | None, results: list[TemplateResult]) -> None:
        result = results[-1].result
        if not isinstance(result, TemplateError):
            message.event({"result": result, "listeners": tracker.listeners})
        else:
            tell_error(logging.ERROR, str(result))

    tracker = TemplateTracker(message.api.templates, [TrackedTemplate(template, data.variables)], tell, log=tell_error)
    message.subscribe(tracker.remove)
    message.result()
    started = True
    tracker.refresh()
    return UNANSWERED


COMMANDS: Final = (Command("render_template", render, Render, Access.READ),)
