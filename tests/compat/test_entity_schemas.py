"""Replays which data Home Assistant's services take and refuse: `entities/values/schemas.json` holds its answers."""

from __future__ import annotations

import json
from pathlib import Path

from marge.entities.domain import NoFields
from marge.entities.index import load_domain
from marge.util.schema import Invalid, convert

CASES = Path(__file__).parent / "entities" / "values" / "schemas.json"


def test_services_take_and_refuse_the_same_data() -> None:
    for domain, name, data, accepted in json.loads(CASES.read_text()):
        service = next(service for service in load_domain(domain).services if service.name == name)
        try:
            convert(data, service.schema or NoFields)
            ours = True
        except Invalid:
            ours = False
        assert ours == accepted, (domain, name, data)
