"""Every service of every domain has its texts, and they describe just the fields that its schema takes."""

from __future__ import annotations

from typing import Any

import pytest

from marge.entities.descriptions import load
from marge.entities.index import DOMAINS, load_domain


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, with those of a group in the place of the group."""
    flat: dict[str, Any] = {}
    for name, field in fields.items():
        flat.update(field.get("fields", {name: field}))
    return flat


@pytest.mark.parametrize("name", sorted(DOMAINS))
def test_services_and_descriptions_match(name: str) -> None:
    domain = load_domain(name)
    texts = load(name)
    assert set(texts) == {service.name for service in domain.services}
    for service in domain.services:
        text = texts[service.name]
        assert text["name"] and text["description"]
        assert text["target"]["entity"][0]["domain"] == [name]
        fields = _flat(text.get("fields", {}))
        taken = set(service.schema.__struct_encode_fields__) if service.schema else set()
        assert set(fields) <= taken, f"{name}.{service.name} describes fields that it does not take"
        for field in fields.values():
            assert field["name"] and field["description"]
