"""Every service of every domain has its texts, and they describe just the fields that its schema takes."""

from __future__ import annotations

import pytest

from marge.entities.descriptions import load
from marge.entities.index import DOMAINS, load_domain


@pytest.mark.parametrize("name", sorted(DOMAINS))
def test_services_and_descriptions_match(name: str) -> None:
    domain = load_domain(name)
    texts = load(name)
    assert set(texts) == {service.name for service in domain.services}
    for service in domain.services:
        text = texts[service.name]
        assert text["name"] and text["description"]
        assert text["target"]["entity"][0]["domain"] == [name]
        fields = {
            inner: field
            for name_or_group, item in text.get("fields", {}).items()
            for inner, field in (item["fields"] if "collapsed" in item else {name_or_group: item}).items()
        }
        described = set(fields)
        taken = set(service.schema.__struct_encode_fields__) if service.schema else set()
        assert described <= taken, f"{name}.{service.name} describes fields that it does not take"
        for field in fields.values():
            assert field["name"] and field["description"]
