"""What the editor of automations and scripts asks: what an item is, and whether and how its parts work."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError, ws_error
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.api.websocket.entities_of import EntityIdOnly
from marge.core.context import Context
from marge.core.errors import ServiceNotFound, ServiceValidationError
from marge.templates import try_out_all
from marge.util.schema import AnyList


class SubscribeTrigger(Struct, forbid_unknown_fields=True, frozen=True):
    """Triggers to watch."""

    trigger: AnyList
    variables: dict[str, Any] | None = None


class TestCondition(Struct, forbid_unknown_fields=True, frozen=True):
    """A condition to try."""

    condition: Any
    variables: dict[str, Any] | None = None


class ValidateConfig(Struct, forbid_unknown_fields=True, frozen=True):
    """Parts of an automation to check."""

    triggers: Any = UNSET
    conditions: Any = UNSET
    actions: Any = UNSET


class ExecuteScript(Struct, forbid_unknown_fields=True, frozen=True):
    """A sequence to run once."""

    sequence: AnyList
    variables: dict[str, Any] | UnsetType = UNSET


async def subscribe_trigger(message: Message) -> None:
    """Tell each time one of the triggers fires."""
    data: SubscribeTrigger = message.data

    def forward(variables: dict[str, Any], context: Context | None = None) -> None:
        message.event({"variables": variables, "context": None if context is None else context.as_dict()})

    await try_out_all(message.api.templates, data.trigger, data.variables)
    message.subscribe(message.api.engine.subscribe_trigger(data.trigger, forward, data.variables))


async def test_condition(message: Message) -> dict[str, Any]:
    """Whether a condition holds now."""
    data: TestCondition = message.data
    await try_out_all(message.api.templates, data.condition, data.variables)
    return {"result": message.api.engine.test_condition(data.condition, data.variables)}


async def validate_config(message: Message) -> dict[str, Any]:
    """For each part, whether it is valid and what is wrong with it."""
    from marge.automation.validate import validate_parts

    parts = given(message.data)
    await try_out_all(message.api.templates, parts)
    return validate_parts(parts, message.api.registries)


async def execute_script(message: Message) -> dict[str, Any]:
    """Run a sequence and wait for its end."""
    data: ExecuteScript = message.data
    context = message.context()
    variables = None if data.variables is UNSET else data.variables
    await try_out_all(message.api.templates, data.sequence, variables)
    try:
        response = await message.api.engine.execute(data.sequence, variables=variables, context=context)
    except (ServiceNotFound, ServiceValidationError) as error:
        known = ws_error(error)
        assert known is not None
        # A service that is not there is a mistake of the script: what was asked for is there.
        raise WsError("service_validation_error", str(error), **known.more) from None
    return {"context": context.as_dict(), "response": response}


def _config(domain: str) -> Any:
    def config(message: Message) -> dict[str, Any]:
        """The configuration of an item as its file has it."""
        entity_id: str = message.data.entity_id
        found = message.api.engine.raw_config(entity_id) if entity_id.startswith(f"{domain}.") else None
        if found is None:
            raise WsError("not_found", "Entity not found")
        return {"config": found}

    return config


COMMANDS: Final = (
    Command("subscribe_trigger", subscribe_trigger, SubscribeTrigger, Access.ADMIN),
    Command("test_condition", test_condition, TestCondition, Access.ADMIN),
    Command("validate_config", validate_config, ValidateConfig),
    Command("execute_script", execute_script, ExecuteScript, Access.ADMIN),
    Command("automation/config", _config("automation"), EntityIdOnly, Access.READ),
    Command("script/config", _config("script"), EntityIdOnly, Access.READ),
)
