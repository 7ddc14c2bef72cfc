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
from marge.templates import (
    LOOP_LIMIT,
    PREVIEW_LIMIT,
    Template,
    TemplateResult,
    TemplateTimeout,
    TemplateTracker,
    TrackedTemplate,
)
from marge.util.schema import EntityIds, Flag


class Render(Struct, forbid_unknown_fields=True, frozen=True):
    """A template; `timeout` in seconds, at most 3, bounds the trial of one that may take long.

    `entity_ids` is taken from old clients and not used.
    """

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

    if not template.is_quick:
        await _try_out(template, data)

    def tell(event: Event | None, results: list[TemplateResult]) -> None:
        result = results[-1].result
        if isinstance(result, TemplateTimeout):
            # It would hold up the hub again at the next change.
            message.event({"error": f"{result}; it is no longer followed", "level": "ERROR"})
            message.session.unsubscribe(message.id)
        elif not isinstance(result, TemplateError):
            message.event({"result": result, "listeners": tracker.listeners})
        else:
            tell_error(logging.ERROR, str(result))

    tracker = TemplateTracker(
        message.api.templates, [TrackedTemplate(template, data.variables)], tell, log=tell_error, limit=LOOP_LIMIT
    )
    first = tracker.infos[0].exception
    if isinstance(first, TemplateTimeout):
        tracker.remove()
        raise WsError("template_error", str(first))
    message.subscribe(tracker.remove)
    message.result()
    started = True
    tracker.refresh()
    return UNANSWERED


async def _try_out(template: Template, data: Render) -> None:
    """Raise WsError for a template that takes too long; what else is wrong with it the first render tells."""
    limit = PREVIEW_LIMIT if data.timeout is None else min(data.timeout, PREVIEW_LIMIT)
    try:
        outcome = await template.try_out(limit, data.variables)
    except TemplateError as error:
        raise WsError("template_error", str(error)) from None
    if outcome.stopped:
        raise WsError("template_error", f"Exceeded maximum execution time of {limit:g}s")
    if outcome.seconds > LOOP_LIMIT:
        raise WsError(
            "template_error",
            f"One render took {outcome.seconds:.2f} s; at most {LOOP_LIMIT:g} s are allowed,"
            " for the hub renders it again at every change",
        )


COMMANDS: Final = (Command("render_template", render, Render, Access.READ),)
