"""Results that follow the house: a template is rendered again when something that it read changes.

A tracker listens to the entities of the last render by id, to whole domains and to all states through the engine's
shared listener. Renders that a domain or all states cause are held apart by the rate limit (1 s and 60 s, as in Home
Assistant); the last change is never lost, only late.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from marge.core.clock import Cancel
from marge.core.errors import TemplateError
from marge.core.events import Event, Remove, StateChanged
from marge.templates.complaints import OWNER
from marge.templates.engine import TemplateEngine
from marge.templates.render_info import LogFunction, RenderInfo
from marge.templates.results import result_as_boolean
from marge.templates.template import Template, Variables

_LOGGER = logging.getLogger("marge.templates")

_NOTHING: Final[Any] = object()


class TrackedTemplate(msgspec.Struct, frozen=True, eq=False):
    """A template to follow. `rate_limit` in seconds replaces the usual one; 0 holds nothing back."""

    template: Template
    variables: Variables | None = None
    rate_limit: float | None = None
    parse_result: bool = True


class TemplateResult(msgspec.Struct, frozen=True, eq=False):
    """A new result; both results are a TemplateError where the render failed, `last_result` is None the first time."""

    template: Template
    last_result: Any
    result: Any
    index: int
    """Which of the templates of the tracker this is."""


OnResults = Callable[[Event | None, list[TemplateResult]], None]
"""Called with the state change behind it (None for time, registries and `refresh`) and what has become different."""


class _Followed:
    """One template of a tracker: what it depends on, its last result, when it was rendered."""

    __slots__ = ("index", "info", "rendered", "result", "timer", "tracked")

    def __init__(self, index: int, tracked: TrackedTemplate) -> None:
        self.index = index
        self.tracked = tracked
        self.info = RenderInfo()
        self.result: Any = _NOTHING
        self.rendered: float | None = None
        self.timer: Cancel | None = None


class TemplateTracker:
    """Follows templates from the moment it is made until `remove`; all renders happen on the loop.

    The first render happens at once and calls nobody: call `refresh` to be told of the first results. The log names
    the `owner`, without one what makes the tracker. `limit` is for one render, in seconds: the engine's when None. One
    that takes longer is a TemplateTimeout like any other result.
    """

    def __init__(
        self,
        engine: TemplateEngine,
        templates: Sequence[TrackedTemplate],
        on_results: OnResults,
        *,
        log: LogFunction | None = None,
        owner: Callable[[], str] | None = None,
        limit: float | None = None,
    ) -> None:
        self._engine = engine
        self._limit = limit
        maker = OWNER.get()
        self._owner = owner or (lambda: maker)
        self._on_results = on_results
        self._log = log
        self._followed = [_Followed(index, tracked) for index, tracked in enumerate(templates)]
        self._entities: frozenset[str] = frozenset()
        self._domains: frozenset[str] = frozenset()
        self._everything = False
        self._registries = False
        self._time = False
        self._removes: list[Remove] = []
        self._removed = False
        for followed in self._followed:
            self._render(followed)
            if (error := followed.info.exception) is not None:
                if log is not None:
                    log(logging.ERROR, str(error))
                else:
                    complain(followed.tracked.template, error, self._owner())
        self._listen()

    @property
    def listeners(self) -> dict[str, Any]:
        """What causes a new render, as `render_template` shows it: all, entities, domains, time."""
        return {
            "all": self._everything,
            "entities": [] if self._everything else sorted(self._entities),
            "domains": [] if self._everything else sorted(self._domains),
            "time": self._time,
        }

    @property
    def infos(self) -> list[RenderInfo]:
        """What the last render of each template depended on."""
        return [followed.info for followed in self._followed]

    def refresh(self) -> None:
        """Render all templates now and tell of the results that are new."""
        self._update(self._followed, None)

    def remove(self) -> None:
        """Stop; does nothing the second time."""
        self._removed = True
        for followed in self._followed:
            self._cancel_timer(followed)
        for remove in self._removes:
            remove()
        self._removes = []
        self._engine.dispatch.forget(self)

    def _render(self, followed: _Followed) -> None:
        tracked = followed.tracked
        owner = OWNER.set(self._owner())
        try:
            followed.info = tracked.template.render_to_info(
                tracked.variables, parse_result=tracked.parse_result, limit=self._limit, log=self._log
            )
        finally:
            OWNER.reset(owner)
        followed.rendered = self._engine.hub.clock.now()

    def _on_state(self, event: Event) -> None:
        if self._removed:
            return
        change: StateChanged = event.data
        entity_id = change.entity_id
        lifecycle = change.old_state is None or change.new_state is None
        due = [
            followed
            for followed in self._followed
            if followed.info.wants(entity_id, lifecycle) and not self._held_back(followed, entity_id, event)
        ]
        if due:
            self._update(due, event)

    def _on_domain(self, event: Event) -> None:
        # The entities that were read by id have called already.
        if event.data.entity_id not in self._entities:
            self._on_state(event)

    def _on_registry(self, event: Event) -> None:
        if self._removed:
            return
        due = [
            followed
            for followed in self._followed
            if followed.info.registries and not self._held_back(followed, None, None)
        ]
        if due:
            self._update(due, None)

    def _on_minute(self) -> None:
        self._update([followed for followed in self._followed if followed.info.has_time], None)

    def _held_back(self, followed: _Followed, entity_id: str | None, event: Event | None) -> bool:
        """Whether the render has to wait; then it is scheduled."""
        info = followed.info
        if entity_id is not None and entity_id in info.entities:
            return False
        limit = followed.tracked.rate_limit
        if limit is None:
            limit = info.rate_limit
        if not limit or followed.rendered is None:
            return False
        if followed.timer is not None:
            return True
        when = followed.rendered + limit
        if when <= self._engine.hub.clock.now():
            return False
        followed.timer = self._engine.hub.clock.call_at(when, partial(self._late, followed, event))
        return True

    def _late(self, followed: _Followed, event: Event | None) -> None:
        followed.timer = None
        if not self._removed:
            self._update([followed], event)

    def _cancel_timer(self, followed: _Followed) -> None:
        if followed.timer is not None:
            followed.timer()
            followed.timer = None

    def _update(self, due: Sequence[_Followed], event: Event | None) -> None:
        if self._removed:
            return
        results: list[TemplateResult] = []
        for followed in due:
            self._cancel_timer(followed)
            self._render(followed)
            info = followed.info
            result = info.value if info.exception is None else info.exception
            last = followed.result
            if _same(last, result):
                continue
            followed.result = result
            template = followed.tracked.template
            results.append(TemplateResult(template, None if last is _NOTHING else last, result, followed.index))
        self._listen()
        if results:
            try:
                self._on_results(event, results)
            except Exception:
                _LOGGER.exception("The result of '%s' could not be used", results[0].template.template)

    def _listen(self) -> None:
        """Listen to what the last renders read, and to nothing else; nothing happens when that has not changed."""
        entities: set[str] = set()
        domains: set[str] = set()
        everything = registries = time = False
        for followed in self._followed:
            info = followed.info
            everything = everything or info.all_states or info.all_states_lifecycle
            registries = registries or info.registries
            time = time or info.has_time
            entities |= info.entities
            domains |= info.domains
            domains |= info.domains_lifecycle
        if everything:
            # Everything else is heard of there.
            entities, domains = set(), set()
        dispatch = self._engine.dispatch
        if entities != self._entities:
            old, self._removes = self._removes, []
            self._entities = frozenset(entities)
            if entities:
                self._removes.append(self._engine.hub.bus.listen_entities(self._entities, self._on_state))
            for remove in old:
                remove()
        if domains != self._domains or everything != self._everything:
            self._domains, self._everything = frozenset(domains), everything
            dispatch.follow(self, domains, everything, self._on_domain)
        if registries != self._registries:
            self._registries = registries
            dispatch.follow_registries(self, self._on_registry if registries else None)
        if time != self._time:
            self._time = time
            dispatch.follow_minutes(self, self._on_minute if time else None)


def complain(template: Template, error: TemplateError, owner: str) -> None:
    """Write into the log that a render failed."""
    token = OWNER.set(owner)
    try:
        text = template.template
        _LOGGER.error("Error while processing template '%s': %s", text, error, extra={"about": text})
    finally:
        OWNER.reset(token)


def _same(last: Any, result: Any) -> bool:
    if last is _NOTHING:
        return False
    if isinstance(result, TemplateError):
        # One that took too long is another matter than a mistake.
        return type(last) is type(result)
    # 1 and True are equal and are not the same result.
    return type(last) is type(result) and bool(last == result)


def track_template_result(
    engine: TemplateEngine,
    templates: Sequence[TrackedTemplate],
    on_results: OnResults,
    *,
    log: LogFunction | None = None,
) -> TemplateTracker:
    """Follow templates; see `TemplateTracker`."""
    return TemplateTracker(engine, templates, on_results, log=log)


OnTrue = Callable[[str | None, Any, Any], None]
"""Called with the entity behind the change, its old and its new state; all None when it was no state change."""


def track_template(
    engine: TemplateEngine, template: Template, on_true: OnTrue, variables: Variables | None = None
) -> Remove:
    """Call `on_true` each time the result becomes true after having been false; a failing render counts as false.

    What the template gives at the beginning counts: one that is true already has to become false first.
    """
    was_true = False
    started = False
    owner = OWNER.get()

    def on_results(event: Event | None, results: list[TemplateResult]) -> None:
        nonlocal was_true
        result = results[0].result
        if isinstance(result, TemplateError):
            complain(template, result, owner)
            was_true = False
            return
        before, was_true = was_true, result_as_boolean(result)
        if was_true and not before and started:
            if event is None:
                on_true(None, None, None)
            else:
                change: StateChanged = event.data
                on_true(change.entity_id, change.old_state, change.new_state)

    tracker = TemplateTracker(engine, [TrackedTemplate(template, variables)], on_results, owner=lambda: owner)
    first = tracker.infos[0]
    was_true = first.exception is None and result_as_boolean(first.value)
    started = True
    return tracker.remove
