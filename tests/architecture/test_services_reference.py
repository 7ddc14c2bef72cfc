"""The reference of the services says what a hub says of them."""

from __future__ import annotations

from marge.entities import DOMAINS
from marge.entities.index import load_domain
from marge.helpers.kinds import HELPERS
from tools.services_reference import PAGE, page


def _headings(level: str) -> list[str]:
    return [line.removeprefix(level) for line in PAGE.read_text().splitlines() if line.startswith(level)]


async def test_the_page_is_what_the_tool_writes() -> None:
    assert PAGE.read_text() == await page(), "run `python tools/services_reference.py`"


def test_every_domain_with_services_has_its_heading() -> None:
    with_services = {name for name in DOMAINS if load_domain(name).services}
    headings = _headings("## ")
    assert headings == sorted(headings)
    assert {*with_services, *(set(HELPERS) - {"tag"}), "homeassistant", "mqtt", "shopping_list"} <= set(headings)


def test_every_service_is_there_once_and_under_its_domain() -> None:
    services = [name.strip("`") for name in _headings("### ")]
    assert len(set(services)) == len(services)
    for name in DOMAINS:
        assert {f"{name}.{service.name}" for service in load_domain(name).services} <= set(services)
    assert {"mqtt.reload", "mqtt.dump", "mqtt.publish", "shopping_list.sort", "homeassistant.restart"} <= set(services)
