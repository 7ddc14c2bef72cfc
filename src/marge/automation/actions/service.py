"""Action `action:` (formerly `service:`): calls a service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.run import Run
from marge.automation.words import AnyTemplated, ServiceData, Templated, read_entity_refs
from marge.core.errors import OperationFailed, TemplateError
from marge.core.services import TARGET_KEYS, SupportsResponse, listed_target
from marge.templates import is_template_string
from marge.util.schema import Invalid, Text, word
from marge.util.suggest import nearest

_NAME: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+\Z")


def _service_name(value: Any) -> Templated:
    if isinstance(value, str) and (is_template_string(value) or _NAME.match(value.strip().lower())):
        return Templated(value if is_template_string(value) else value.strip().lower())
    raise ValueError(f"expected a service (domain.name), got {value!r}")


def _target(value: Any) -> Templated:
    if isinstance(value, Mapping):
        for key in value:
            if key not in TARGET_KEYS:
                raise Invalid("extra keys not allowed", (str(key),), nearest(key, TARGET_KEYS))
    elif not (isinstance(value, str) and is_template_string(value)):
        raise ValueError(f"expected a target such as 'entity_id: light.kitchen', got {value!r}")
    return Templated(value)


if TYPE_CHECKING:
    ServiceName = Templated
    TargetData = Templated
else:
    ServiceName = word("ServiceName", _service_name)
    TargetData = word("TargetData", _target)


class ServiceAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Calls a service and waits until it is done; `response_variable` takes its answer."""

    action: ServiceName | None = None
    service_template: ServiceName | None = None
    data: ServiceData | None = None
    data_template: ServiceData | None = None
    target: TargetData | None = None
    entity_id: AnyTemplated | None = None
    response_variable: Text | None = None
    metadata: Any = None
    """Kept by the user interface for itself."""

    def __post_init__(self) -> None:
        if (self.action is None) == (self.service_template is None):
            raise ValueError("needs either 'action' or 'service_template'")

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        run.doing("call service")
        domain, name = self._name(run)
        data = self._data(run)
        target = self._target_of(run)
        services = run.house.hub.services
        asked = self.response_variable is not None
        if services.has(domain, name):
            supported = services.get(domain, name).supports_response
            if supported is SupportsResponse.ONLY and not asked:
                raise Invalid(f"'response_variable' is needed: {domain}.{name} only answers")
            if supported is SupportsResponse.NONE and asked:
                raise Invalid(f"'response_variable' cannot be used: {domain}.{name} gives no answer")
        if run.tracer is not None:
            run.note(params=_params(domain, name, data, target), running_script=_starts_run(domain, name))
        response = await services.call(
            domain, name, data, target=target, context=run.context, blocking=True, return_response=asked
        )
        if self.response_variable is not None:
            run.variables.assign(self.response_variable, response)

    def _name(self, run: Run) -> tuple[str, str]:
        source = self.action if self.action is not None else self.service_template
        assert source is not None
        name = source.source
        if not source.fixed:
            try:
                name = source.render(run.house.templates, run.values)
            except TemplateError as error:
                raise OperationFailed(f"the name of the service cannot be rendered: {error}") from error
            if not isinstance(name, str) or not _NAME.match(name := name.strip().lower()):
                raise OperationFailed(f"the template gives no service: {name!r}")
        domain, _, service = str(name).partition(".")
        return domain, service

    def _data(self, run: Run) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for part in (self.data, self.data_template):
            if part is None:
                continue
            try:
                rendered = part.render(run.house.templates, run.values)
            except TemplateError as error:
                raise OperationFailed(f"the data cannot be rendered: {error}") from error
            if not isinstance(rendered, Mapping):
                raise OperationFailed(f"the data is no mapping but {rendered!r}")
            data.update(rendered)
        return data

    def _target_of(self, run: Run) -> dict[str, Any] | None:
        target: dict[str, Any] = {}
        if self.target is not None:
            try:
                rendered = self.target.render(run.house.templates, run.values)
            except TemplateError as error:
                raise OperationFailed(f"the target cannot be rendered: {error}") from error
            if not isinstance(rendered, Mapping):
                raise OperationFailed(f"the target is no mapping but {rendered!r}")
            target.update(rendered)
        if self.entity_id is not None:
            target["entity_id"] = self.entity_id.render(run.house.templates, run.values)
        if "entity_id" in target:
            target["entity_id"] = _entity_ids(run, target["entity_id"])
        return listed_target(target) or None


def _entity_ids(run: Run, value: Any) -> list[str] | str:
    if value in ("all", "none"):
        return str(value)
    try:
        return run.house.entity_ids(read_entity_refs(value))
    except ValueError as error:
        raise OperationFailed(f"the target is wrong: {error}") from error


def _params(domain: str, name: str, data: dict[str, Any], target: dict[str, Any] | None) -> dict[str, Any]:
    """The call as Home Assistant's traces show it: the target is a part of the data too, if there is other data."""
    listed = (
        {key: [value] if isinstance(value, str) and value != "all" else value for key, value in target.items()}
        if target
        else {}
    )
    return {"domain": domain, "service": name, "service_data": {**data, **listed} if data else {}, "target": listed}


def _starts_run(domain: str, name: str) -> bool:
    return domain in ("script", "python_script") or (domain, name) == ("automation", "trigger")
