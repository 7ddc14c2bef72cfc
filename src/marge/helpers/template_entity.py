"""Entities whose state and attributes are templates that follow the house."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from math import nan
from typing import Any, ClassVar, Final

from msgspec import UNSET

from marge.core.context import Context
from marge.core.errors import TemplateError
from marge.core.events import Event
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.entities.base import Entity
from marge.helpers.ports import House, RunActions
from marge.helpers.template_config import TemplateItem
from marge.templates import (
    OWNER,
    Template,
    TemplateEngine,
    TemplateResult,
    TemplateTracker,
    TrackedTemplate,
    compile_complex,
    render_complex,
    result_as_boolean,
)
from marge.util.schema import Invalid

_LOGGER = logging.getLogger("marge.helpers")

_TEXT: Final = frozenset({"state", "name", "icon", "picture", "last_reset", "url"})
"""The fields whose templates give a trigger text and nothing else, as in Home Assistant."""


class TemplateEntity(Entity):
    """Follows the templates of its item; those of an entity whose `availability` is false rest."""

    platform = "template"

    NAME: ClassVar[str | None] = None
    """What it is called without a name."""

    triggered: bool = False
    """Whether it is rendered by `update` alone, and follows nothing."""
    _given: Mapping[str, Any] | None = None
    """What the last trigger brought."""

    def prepare(self, house: House, item: TemplateItem) -> None:
        """Take over the item; raises TemplateError for a text that is no template, Invalid for wrong actions."""
        engine = self._engine = house.templates
        self.item = item
        self._fields = list(item.templates().items())
        self._templates = [engine.template(text) for _, text in self._fields]
        self._own = compile_complex(engine, item.variables)
        self._gate = None if item.availability is UNSET else engine.template(item.availability)
        self._ensure_valid()
        self._attributes: dict[str, Any] = {}
        self._gate_tracker: TemplateTracker | None = None
        self._tracker: TemplateTracker | None = None
        self._own_changes = 0
        self.name = self._render_name()
        self._actions = {
            field: self._compile(house, field) for field in item.ACTIONS if getattr(item, field) is not UNSET
        }

    def added(self) -> None:
        """Look at the house, and follow it from now on; with triggers be as the last one or the last run left it."""
        if self.triggered:
            last = self.last_state
            if self._given is not None:
                self._render()
            elif last is not None and last.state not in (UNKNOWN, UNAVAILABLE):
                self.restore(last)
            return
        if self._gate is None:
            self._follow()
            return
        tracked = [TrackedTemplate(self._gate, self._variables())]
        self._gate_tracker = TemplateTracker(self._engine, tracked, self._gate_changed, owner=self._owner)
        info = self._gate_tracker.infos[0]
        self._set_gate(info.exception or info.value)

    def removed(self) -> None:
        """Stop following."""
        for tracker in (self._gate_tracker, self._tracker):
            if tracker is not None:
                tracker.remove()
        self._gate_tracker = self._tracker = None

    def update(self, variables: Mapping[str, Any], context: Context | None) -> None:
        """Render everything with what a trigger brought, and show it."""
        self._given = variables
        if self.is_added:
            self._render()
            if context is not None:
                self.set_context(context)
            self.write_state()

    def restore(self, last: State) -> None:
        """Take over what the last run of the hub showed; nothing, unless the kind says otherwise."""

    def restore_attributes(self, last: State) -> None:
        """Take over icon, picture and attributes of the last run, those that the item has."""
        shown = last.attributes
        for field, _ in self._fields:
            kind, _, key = field.partition(".")
            name = {"icon": "icon", "picture": "entity_picture", "attributes": key}.get(kind)
            if name is not None and name in shown:
                self.take(field, shown[name])

    def unavailable(self) -> None:
        """Called when a trigger left it unavailable."""

    def take_state(self, result: Any) -> None:
        """Take a result of the state's template, None when it failed; given by the kind."""
        raise NotImplementedError

    def take(self, field: str, result: Any) -> None:
        """Take the result of a template, a TemplateError when it failed."""
        value = None if isinstance(result, TemplateError) else result
        kind, _, key = field.partition(".")
        if kind == "state":
            if self._gate is None:
                self.available = not isinstance(result, TemplateError)
            self.take_state(value)
        elif kind == "attributes":
            self._attributes[key] = value
            self.extra_attributes = dict(self._attributes)
        elif kind == "icon":
            text = "" if value is None else str(value)
            self.icon = text if ":" in text or not text.strip() else None
            self.description_changed()
        elif kind == "picture":
            self.entity_picture = None if value is None else str(value)
            self.description_changed()
        elif kind == "name":
            self.name = self.name if value is None else str(value)
            self.description_changed()

    async def act(self, field: str, **variables: Any) -> None:
        """Take the actions of a field."""
        await self._actions[field]({**self._variables(), **variables}, self._context)

    @property
    def has_state(self) -> bool:
        """Whether a template tells its state."""
        return self.item.state is not UNSET

    def can(self, field: str) -> bool:
        """Whether the item has the actions of a field."""
        return field in self._actions

    def number(self, what: str, value: Any, low: float, high: float) -> float | None:
        """A result as a number within its limits; None, and a line in the log, for what is none."""
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = nan
        if low <= number <= high:
            return number
        if value is not None:
            _LOGGER.warning("%s of %s is %.100r and no number from %s to %s", what, self.entity_id, value, low, high)
        return None

    def one_of(self, what: str, value: Any, known: Iterable[str]) -> str | None:
        """A result if it is one of these; else None, and a line in the log unless it tells that nobody knows."""
        text = str(value)
        if text in known:
            return text
        if value is not None and text not in ("", "None", UNKNOWN, UNAVAILABLE):
            _LOGGER.warning("%s of %s is %.100r and not one of %s", what, self.entity_id, text, ", ".join(known))
        return None

    def _ensure_valid(self) -> None:
        """Raise TemplateError, naming the key, for the first template that does not compile."""
        templates = [(field, template) for (field, _), template in zip(self._fields, self._templates, strict=True)]
        if self._gate is not None:
            templates.append(("availability", self._gate))
        for name, value in self._own.items():
            if isinstance(value, Template):
                templates.append((f"variables.{name}", value))
        if self.item.name is not UNSET:
            templates.append(("name", self._engine.template(self.item.name)))
        for field, template in templates:
            try:
                template.ensure_valid()
            except TemplateError as error:
                raise TemplateError(f"the template of '{field}' is wrong: {error}") from None

    def _compile(self, house: House, field: str) -> RunActions:
        if house.actions is None:
            raise Invalid("actions cannot be taken without automations", (field,))
        try:
            return house.actions.compile(f"Template {self.domain} {self.name}", getattr(self.item, field))
        except Invalid as invalid:
            raise Invalid(invalid.message, (field, *invalid.path), invalid.hint) from None

    def _variables(self) -> dict[str, Any]:
        variables = {"this": self._engine.this(self.entity_id), **(self._given or {})}
        for name, value in self._own.items():
            try:
                variables[name] = render_complex(value, variables)
            except TemplateError as error:
                _LOGGER.error("The variable '%s' of %s cannot be rendered: %s", name, self.entity_id, error)
                variables[name] = None
        return variables

    def _owner(self) -> str:
        return self.entity_id

    def _render(self) -> None:
        """Render once, all or nothing: a template that fails makes the entity unavailable until the next trigger."""
        variables = self._variables()
        owner = OWNER.set(self.entity_id)
        try:
            shown = self._gate is None or self._gate.render(variables) is not False
            results = [
                template.render(variables, field not in _TEXT)
                for (field, _), template in zip(self._fields, self._templates, strict=True)
            ]
        except TemplateError as error:
            _LOGGER.error("A template of %s failed: %s", self.entity_id, error)
            shown = False
        finally:
            OWNER.reset(owner)
        self.available = shown
        if not shown:
            self.unavailable()
            return
        for (field, _), result in zip(self._fields, results, strict=True):
            self.take(field, result)

    def _render_name(self) -> str | None:
        """The name as it is now: the entity id is made of it."""
        if self.item.name is UNSET:
            return self.NAME
        try:
            return str(self._engine.template(self.item.name).render(parse_result=False))
        except TemplateError:
            return self.NAME

    def _follow(self) -> None:
        variables = self._variables()
        tracked = [TrackedTemplate(template, variables) for template in self._templates]
        self._tracker = TemplateTracker(self._engine, tracked, self._results, owner=self._owner)
        for (field, _), info in zip(self._fields, self._tracker.infos, strict=True):
            self.take(field, info.exception or info.value)

    def _gate_changed(self, event: Event | None, results: Sequence[TemplateResult]) -> None:
        self._set_gate(results[-1].result)
        if event is not None:
            self.set_context(event.context)
        self.write_state()

    def _set_gate(self, result: Any) -> None:
        self.available = isinstance(result, TemplateError) or result_as_boolean(result)
        if self.available and self._tracker is None:
            self._follow()
        elif not self.available and self._tracker is not None:
            self._tracker.remove()
            self._tracker = None

    def _results(self, event: Event | None, results: Sequence[TemplateResult]) -> None:
        own = event is not None and event.data.entity_id == self.entity_id
        self._own_changes = self._own_changes + 1 if own else 0
        if self._own_changes > len(self._templates):
            _LOGGER.warning("Template loop detected: the templates of %s change what they read", self.entity_id)
            return
        for result in results:
            self.take(self._fields[result.index][0], result.result)
        if event is not None:
            self.set_context(event.context)
        self.write_state()


def template(engine: TemplateEngine, value: Any) -> Template | None:
    """A template of `value` if that is the text of one."""
    if isinstance(value, str) and ("{{" in value or "{%" in value):
        return engine.template(value)
    return None
