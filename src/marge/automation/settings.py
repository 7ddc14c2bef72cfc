"""What an automation or a script is configured with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, Struct, UnsetType

from marge.automation import spelling
from marge.automation.actions import Actions
from marge.automation.conditions import Conditions
from marge.automation.modes import DEFAULT_MAX, Exceeded, Mode
from marge.automation.triggers import ConfiguredTrigger, parse_triggers
from marge.automation.variables import VariableBlock
from marge.util.schema import Flag, Invalid, Text, convert, kind_of, word


def _block(value: Any) -> VariableBlock:
    if isinstance(value, Mapping):
        return VariableBlock(value)
    raise ValueError(f"expected a mapping of names and values, got {value!r}")


def _limited_block(value: Any) -> VariableBlock:
    return VariableBlock(value, limited=True) if isinstance(value, Mapping) else _block(value)


def _exceeded(value: Any) -> Exceeded:
    try:
        return Exceeded(str(value).lower())
    except ValueError:
        raise ValueError(f"expected 'silent' or a log level such as 'warning', got {value!r}") from None


def _mode(value: Any) -> Mode:
    try:
        return Mode(value)
    except ValueError:
        raise ValueError(f"expected one of {', '.join(Mode)}, got {value!r}") from None


def _max(value: Any) -> int:
    try:
        if isinstance(value, bool):
            raise ValueError
        number = int(value)
    except (ValueError, TypeError):
        number = 0
    if number < 2:
        raise ValueError(f"expected a number of at least 2, got {value!r}")
    return number


def _trace_count(value: Any) -> int:
    try:
        if isinstance(value, bool):
            raise ValueError
        number = int(value)
    except (ValueError, TypeError, OverflowError):
        number = -1
    if number < 0:
        raise ValueError(f"expected a number of at least 0, got {value!r}")
    return number


if TYPE_CHECKING:
    Block = VariableBlock
    LimitedBlock = VariableBlock
    MaxExceeded = Exceeded
    Maximum = int
    RunMode = Mode
    TraceCount = int
    Triggers = list[ConfiguredTrigger]
else:
    Block = word("Block", _block)
    LimitedBlock = word("LimitedBlock", _limited_block)
    MaxExceeded = word("MaxExceeded", _exceeded)
    Maximum = word("Maximum", _max)
    RunMode = word("RunMode", _mode)
    TraceCount = word("TraceCount", _trace_count)
    Triggers = word("Triggers", parse_triggers)


class TraceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How many runs are kept for looking at; with 0 none is traced."""

    stored_traces: TraceCount = 5


class AutomationConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """One item of `automation:`, with the plural keys."""

    triggers: Triggers
    actions: Actions
    conditions: Conditions = ()
    id: Text | None = None
    alias: Text | None = None
    description: Text | None = None
    initial_state: Flag | None = None
    mode: RunMode = Mode.SINGLE
    max: Maximum = DEFAULT_MAX
    max_exceeded: MaxExceeded = Exceeded.WARNING
    variables: Block | None = None
    trigger_variables: LimitedBlock | None = None
    trace: TraceSettings = TraceSettings()
    hide_entity: Flag | UnsetType = UNSET


class ScriptField(Struct, frozen=True, forbid_unknown_fields=True):
    """A value that a script takes, for the user interface."""

    name: Text | None = None
    description: Text | None = None
    advanced: Flag = False
    required: Flag = False
    default: Any = None
    example: Any = None
    selector: Any = None


class ScriptConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `script:`."""

    sequence: Actions
    alias: Text | None = None
    description: Text = ""
    icon: Text | None = None
    variables: Block | None = None
    fields: dict[str, ScriptField] = {}
    mode: RunMode = Mode.SINGLE
    max: Maximum = DEFAULT_MAX
    max_exceeded: MaxExceeded = Exceeded.WARNING
    trace: TraceSettings = TraceSettings()


def read_automation(config: Any) -> AutomationConfig:
    """Read an automation; raises Invalid whose path is in the words of the file."""
    if not isinstance(config, Mapping):
        raise Invalid(f"expected an automation, got {kind_of(config)}")
    try:
        return convert(spelling.automation(config), AutomationConfig)
    except Invalid as error:
        raise Invalid(error.message, spelling.path_as_written(config, error.path), error.hint) from None


def read_script(config: Any) -> ScriptConfig:
    """Read a script; raises Invalid."""
    if not isinstance(config, Mapping):
        raise Invalid(f"expected a script, got {kind_of(config)}")
    try:
        return convert(config, ScriptConfig)
    except Invalid as error:
        raise Invalid(error.message, spelling.path_as_written(config, error.path), error.hint) from None
