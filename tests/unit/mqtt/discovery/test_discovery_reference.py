"""Every component is in the table, has a test of its name and a chapter with all its keys and defaults."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import NODEFAULT, FieldInfo, fields

from marge.entities import DOMAINS
from marge.mqtt.discovery.component import COMPONENTS, load_component
from marge.mqtt.discovery.config import AvailabilityKeys, EntityConfig

HERE = Path(__file__).parent
REFERENCE = Path(__file__).parents[4] / "docs" / "reference" / "mqtt-discovery.md"
SCHEMAS = ("basic", "json", "template")
COMMON = {field.name for field in fields(EntityConfig)}


def _chapters() -> dict[str, str]:
    parts = re.split(r"^#{2,3} (.+)$", REFERENCE.read_text(), flags=re.MULTILINE)
    return {title: " ".join(text.split()) for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def _shown(field: FieldInfo) -> str:
    if field.required:
        return f"`{field.name}`\\*"
    default: Any = field.default if field.default is not NODEFAULT else field.default_factory()
    if default is None or default is msgspec.UNSET:
        return f"`{field.name}`"
    if isinstance(default, (bool, list)):
        default = json.dumps(default)
    return f"`{field.name}` = `{default}`"


def test_table_tests_and_reference_name_the_same_components() -> None:
    assert list(COMPONENTS) == sorted(COMPONENTS)
    assert {path.stem.removeprefix("test_mqtt_") for path in HERE.glob("test_mqtt_*.py")} == set(COMPONENTS)
    titles = [title for title in _chapters() if title != "Keys of every entity" and "," not in title]
    assert titles == list(COMPONENTS)
    assert set(COMPONENTS) - {"device_automation", "tag"} <= set(DOMAINS)


def test_the_reference_lists_every_key_with_its_default() -> None:
    chapters = _chapters()
    for name in COMPONENTS:
        component = load_component(name)
        assert component is not None
        for schema in SCHEMAS if name == "light" else (None,):
            kind = component.schema({} if schema is None else {"schema": schema})
            text = chapters[name if schema is None else f"light, schema {schema}"] + chapters[name]
            common = COMMON if issubclass(kind, EntityConfig) else set()
            for field in fields(kind):
                if field.name not in common:
                    assert _shown(field) in text, f"{name}: {_shown(field)}"


def test_the_reference_lists_the_keys_of_every_entity() -> None:
    text = _chapters()["Keys of every entity"]
    for name in {*COMMON, *(field.name for field in fields(AvailabilityKeys))}:
        assert f"`{name}`" in text
