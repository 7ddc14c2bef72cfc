"""Value templates: what an MQTT entity makes of a payload.

The variables are `value`, `value_json` when the payload is JSON, and with an entity `this`, `entity_id` and `name`.
The common shapes never load Jinja; see `fastpath`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from marge.core.errors import TemplateError
from marge.templates.engine import TemplateEngine
from marge.templates.fastpath import NOT_HERE, recognise
from marge.templates.template import Template, TemplateTimeout, Variables
from marge.util import jsonx

_LOGGER = logging.getLogger("marge.templates")

NO_JSON: Final[Any] = object()
"""The JSON of a payload that is none."""

VALUE_LIMIT: Final = 0.5
"""Seconds that a value template may take on the loop: whoever may announce a device brings one along."""

REST: Final = 30.0
"""Seconds for which a value template that took longer is not rendered again."""

_UNKNOWN: Final[Any] = object()


class Payload:
    """A payload with its JSON, parsed at most once for all templates that look at it."""

    __slots__ = ("_json", "value")

    def __init__(self, value: str | bytes, json: Any = _UNKNOWN) -> None:
        self.value = value
        self._json = json

    @property
    def json(self) -> Any:
        """The JSON value, `NO_JSON` when the payload is not valid JSON."""
        if self._json is _UNKNOWN:
            try:
                self._json = jsonx.loads(self.value)
            except (ValueError, TypeError):
                self._json = NO_JSON
        return self._json


class ValueTemplate:
    """A value template of one entity or trigger.

    `entity_id` and `name` become variables, as does `this`, when an entity id is given; `attributes` are further ones.
    """

    __slots__ = ("_attributes", "_engine", "_entity", "_entity_id", "_getter", "_name", "_rests_until", "template")

    def __init__(
        self,
        engine: TemplateEngine,
        text: str,
        *,
        entity_id: str | None = None,
        name: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        self._engine = engine
        self.template = Template(text, engine)
        self._attributes = attributes
        self._entity: dict[str, Any] | None = None
        self._getter = recognise(self.template.template)
        self._entity_id = entity_id
        self._name = name
        self._rests_until = 0.0

    @property
    def is_fast(self) -> bool:
        """Whether the common case needs no Jinja."""
        return self._getter is not None

    def render(
        self,
        payload: Payload | str | bytes,
        *,
        default: Any = NO_JSON,
        variables: Variables | None = None,
    ) -> Any:
        """The text that the template makes of `payload` (its text when the template is static).

        An undefined variable that is more than printed gives `default`, or the payload itself with a line in the log.
        Raises TemplateError for every other mistake and for a render that takes longer than `VALUE_LIMIT`, after
        which the template rests.
        """
        if type(payload) is not Payload:
            payload = Payload(payload)  # type: ignore[arg-type]
        getter = self._getter
        if getter is not None:
            source = payload.json if getter.json else payload.value
            if source is NO_JSON:
                if getter.path:
                    return self._no_json(payload, default)
            elif type(source) is not bytes:
                found = getter.get(source)
                if found is not NOT_HERE:
                    return found
                if (lacking := getter.missing(source)) is not None:
                    _LOGGER.warning(
                        "Template variable warning: 'dict object' has no attribute '%s' when rendering '%s'",
                        lacking,
                        self.template.template,
                        extra={"about": (lacking, self.template.template)},
                    )
                    return ""
        if self.template.is_static:
            return self.template.template
        return self._render(payload, default, variables)

    def _no_json(self, payload: Payload, default: Any) -> Any:
        """What Jinja's "'value_json' is undefined" leads to."""
        text = self.template.template
        _LOGGER.error(
            "Template variable error: 'value_json' is undefined when rendering '%s'", text, extra={"about": text}
        )
        return self._failed("'value_json' is undefined", payload, default)

    def _failed(self, reason: object, payload: Payload, default: Any) -> Any:
        if default is not NO_JSON:
            return default
        text = self.template.template
        _LOGGER.error(
            "Error parsing value: %s (value: %s, template: %s)", reason, payload.value, text, extra={"about": text}
        )
        return payload.value

    def _render(self, payload: Payload, default: Any, variables: Variables | None) -> Any:
        values: dict[str, Any] = {} if variables is None else dict(variables)
        if self._attributes is not None:
            values.update(self._attributes)
        if (entity_id := self._entity_id) is not None:
            # Most value templates never come here: made when it is needed.
            if self._entity is None:
                self._entity = {"entity_id": entity_id, "name": self._name, "this": self._engine.this(entity_id)}
            values.update(self._entity)
        values["value"] = payload.value
        if (json := payload.json) is not NO_JSON:
            values["value_json"] = json
        clock = self._engine.hub.clock
        if clock.monotonic() < self._rests_until:
            raise TemplateTimeout(f"it took longer than {VALUE_LIMIT:g} s before and is not rendered for {REST:g} s")
        try:
            return self.template.render(values, parse_result=False, limit=VALUE_LIMIT)
        except TemplateTimeout:
            self._rests_until = clock.monotonic() + REST
            raise
        except TemplateError as error:
            if not _is_jinja(error.__cause__):
                raise
            return self._failed(error.__cause__, payload, default)


def _is_jinja(error: BaseException | None) -> bool:
    from jinja2 import TemplateError as JinjaError

    return isinstance(error, JinjaError)
