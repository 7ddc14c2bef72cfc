"""Template trigger: a template becomes true."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final

from msgspec import Struct, field

from marge.automation.following import Holding
from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.views import state_view
from marge.automation.words import Duration, TplText
from marge.core.context import Context
from marge.core.errors import TemplateError
from marge.core.events import Event, StateChanged
from marge.templates import TemplateResult, TrackedTemplate, result_as_boolean, track_template_result

_LOGGER = logging.getLogger("marge.automation")

_KEY: Final = "template"


class TemplateTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires when `value_template` becomes true after having been false; with `for`, when it stays so."""

    value_template: TplText
    for_: Duration | None = field(default=None, name="for")

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        return _Attached(self, host, fire).attach()


class _Attached:
    """A template trigger at work; `_armed` means that the template has been false."""

    def __init__(self, trigger: TemplateTrigger, host: TriggerHost, fire: Fire) -> None:
        self._trigger = trigger
        self._host = host
        self._fire = fire
        self._armed = False
        self._holding = None if trigger.for_ is None or trigger.for_.fixed == 0 else Holding(host, trigger.for_)

    def attach(self) -> Detach:
        engine = self._host.house.templates
        template = self._trigger.value_template.bind(engine)
        tracked = [TrackedTemplate(template, self._host.variables)]
        tracker = track_template_result(engine, tracked, self._on_results, log=self._log)
        info = tracker.infos[0]
        if info.exception is None:
            self._armed = not result_as_boolean(info.value)
            if not self._armed:
                self._resume()

        def detach() -> None:
            tracker.remove()
            if self._holding is not None:
                self._holding.end_all()

        return detach

    def _log(self, level: int, text: str) -> None:
        _LOGGER.log(level, "%s: template trigger: %s", self._host.name, text)

    def _on_results(self, event: Event | None, results: list[TemplateResult]) -> None:
        result = results[-1].result
        if isinstance(result, TemplateError):
            _LOGGER.warning("%s: template trigger: %s", self._host.name, result)
            return
        if self._holding is not None:
            self._holding.end(_KEY)
        if not result_as_boolean(result):
            self._armed = True
        elif self._armed:
            self._armed = False
            self._became_true(event)

    def _became_true(self, event: Event | None) -> None:
        engine = self._host.house.templates
        change: StateChanged | None = None if event is None else event.data
        entity_id = None if change is None else change.entity_id
        trigger = {
            "entity_id": entity_id,
            "from_state": state_view(engine, None if change is None else change.old_state),
            "to_state": state_view(engine, None if change is None else change.new_state),
        }
        to_state = None if change is None else change.new_state
        context = None if to_state is None else to_state.context
        holding = self._holding
        if holding is None:
            self._start(trigger, None, context)
            return
        seconds = holding.seconds({"trigger": {"platform": "template", **trigger}})
        if seconds is not None:
            holding.start(
                _KEY,
                seconds,
                lambda: self._start(trigger, seconds, context),
                since=self._host.hub.clock.now(),
                memo={"entity_id": entity_id},
            )

    def _resume(self) -> None:
        """Go on with the timer of a former run: the template is true still."""
        holding = self._holding
        if holding is None or (pending := holding.left(_KEY)) is None:
            return
        entity_id = pending.memo.get("entity_id")
        trigger = {"entity_id": entity_id, "from_state": None, "to_state": None}
        holding.resume(_KEY, pending, lambda: self._start(trigger, pending.seconds, None))

    def _start(self, trigger: dict[str, Any], seconds: float | None, context: Context | None) -> None:
        entity_id = trigger["entity_id"]
        description = "time change or manual update" if entity_id is None else entity_id
        self._fire(
            {
                **trigger,
                "for": None if seconds is None else timedelta(seconds=seconds),
                "description": f"{description} via template",
            },
            context,
        )
