from automation_house import automation, house_with


async def test_a():
    async with house_with(
        automation(
            """
        trigger:
          - platform: state
            entity_id: light.a
            to: "on"
            for: 5
    """,
            """
        - action: test.note
          data:
            t: "{{ trigger.to_state.state }} {{ trigger.for }} {{ trigger.id }} {{ trigger.platform }}"
    """,
        )
    ) as house:
        house.set("light.a", "off")
        house.set("light.a", "on")
        await house.advance(4)
        assert not house.notes()
        await house.advance(2)
        assert house.notes() == [{"t": "on 0:00:05 0 state"}]
