"""Home Assistant trigger: start and shutdown."""

from __future__ import annotations

from automation_house import automation, house_with


async def test_start_fires_once_and_not_at_a_reload() -> None:
    text = automation("triggers: {trigger: homeassistant, event: start}")
    async with house_with(text) as house:
        await house.settle()
        assert len(house.calls) == 1
        house.write({"automations.yaml": text.replace("alias: It", "alias: It again")})
        await house.hub.services.call("automation", "reload")
        await house.settle()
        assert len(house.calls) == 1


async def test_shutdown_gets_its_moment_while_other_runs_end() -> None:
    text = (
        automation("triggers: {trigger: homeassistant, event: shutdown}", "[{event: bye}, {action: test.note}]")
        + "- id: slow\n  alias: Slow\n  triggers: {trigger: event, event_type: go}\n"
        + "  actions: [{delay: 5}, {event: never}]\n"
    )
    async with house_with(text) as house:
        house.hub.bus.fire("go")
        await house.settle()
        await house.stop()
        assert len(house.events("bye")) == 1
        assert len(house.calls) == 1
        assert not house.events("never")
