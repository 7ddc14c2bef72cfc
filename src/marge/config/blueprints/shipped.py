"""The blueprints that a new configuration starts with. Their paths and inputs are those of Home Assistant's own."""

from __future__ import annotations

from typing import Final

SHIPPED: Final = {
    "automation": {
        "homeassistant/motion_light.yaml": """\
blueprint:
  name: Motion-activated Light
  description: >-
    Switches lights on when somebody moves, and off again when nobody has moved for a while.
  domain: automation
  author: Marge
  input:
    motion_entity:
      name: Motion sensor
      selector:
        entity:
          filter:
            - domain: binary_sensor
              device_class: motion
            - domain: binary_sensor
              device_class: occupancy
    light_target:
      name: Lights
      selector:
        target:
          entity:
            domain: light
    no_motion_wait:
      name: Wait
      description: How long the lights stay on after the last motion.
      default: 120
      selector:
        number:
          min: 0
          max: 3600
          unit_of_measurement: seconds

# Motion while it waits begins anew.
mode: restart
max_exceeded: silent

triggers:
  - trigger: state
    entity_id: !input motion_entity
    from: "off"
    to: "on"

actions:
  - alias: Light for whoever came
    action: light.turn_on
    target: !input light_target
  - alias: Until it has been quiet for long enough
    wait_for_trigger:
      - trigger: state
        entity_id: !input motion_entity
        from: "on"
        to: "off"
        for:
          seconds: !input no_motion_wait
  - alias: Dark again
    action: light.turn_off
    target: !input light_target
""",
        "homeassistant/notify_leaving_zone.yaml": """\
blueprint:
  name: Zone Notification
  description: Tells a phone that a person has left a zone.
  domain: automation
  author: Marge
  input:
    person_entity:
      name: Person
      selector:
        entity:
          filter:
            domain: person
    zone_entity:
      name: Zone
      selector:
        entity:
          filter:
            domain: zone
    notify_device:
      name: Phone
      description: A device with the companion app.
      selector:
        device:
          filter:
            integration: mobile_app

variables:
  person: !input person_entity
  zone: !input zone_entity
  phone: !input notify_device
  zone_name: "{{ state_attr(zone, 'friendly_name') }}"
  # Whoever is in the zone of the home is `home`; in any other, the state is its name.
  inside: "{{ 'home' if zone == 'zone.home' else zone_name }}"

triggers:
  - trigger: state
    entity_id: !input person_entity

conditions:
  - alias: Was inside and is not any more
    condition: template
    value_template: >-
      {{ trigger.from_state is not none and trigger.to_state is not none
         and trigger.from_state.state == inside and trigger.to_state.state != inside }}

actions:
  - alias: Tell the phone
    action: "notify.mobile_app_{{ device_attr(phone, 'name') | slugify }}"
    data:
      message: "{{ state_attr(person, 'friendly_name') }} has left {{ zone_name }}"
""",
    },
    "script": {
        "homeassistant/confirmable_notification.yaml": """\
blueprint:
  name: Confirmable Notification
  description: Asks on a phone before something is done; pressing a button decides.
  domain: script
  author: Marge
  input:
    notify_device:
      name: Phone
      description: A device with the companion app.
      selector:
        device:
          filter:
            integration: mobile_app
    title:
      name: Title
      description: What stands above the question.
      default: ""
      selector:
        text:
    message:
      name: Question
      selector:
        text:
    confirm_text:
      name: Text of the first button
      default: Confirm
      selector:
        text:
    confirm_action:
      name: What the first button does
      default: []
      selector:
        action:
    dismiss_text:
      name: Text of the second button
      default: Dismiss
      selector:
        text:
    dismiss_action:
      name: What the second button does
      default: []
      selector:
        action:

# Asking again takes the place of a question that nobody has answered.
mode: restart

sequence:
  - alias: Buttons that belong to this question alone
    variables:
      phone: !input notify_device
      yes_button: "CONFIRM_{{ context.id }}"
      no_button: "DISMISS_{{ context.id }}"
  - alias: Ask
    action: "notify.mobile_app_{{ device_attr(phone, 'name') | slugify }}"
    data:
      title: !input title
      message: !input message
      data:
        actions:
          - action: "{{ yes_button }}"
            title: !input confirm_text
          - action: "{{ no_button }}"
            title: !input dismiss_text
  - alias: Wait for a button
    wait_for_trigger:
      - trigger: event
        id: confirmed
        event_type: mobile_app_notification_action
        event_data:
          action: "{{ yes_button }}"
      - trigger: event
        id: dismissed
        event_type: mobile_app_notification_action
        event_data:
          action: "{{ no_button }}"
  - if: "{{ wait.trigger.id == 'confirmed' }}"
    then: !input confirm_action
    else: !input dismiss_action
""",
    },
    "template": {
        "homeassistant/inverted_binary_sensor.yaml": """\
blueprint:
  name: Invert a binary sensor
  description: A binary sensor that is on while another one is off.
  domain: template
  author: Marge
  input:
    reference_entity:
      name: The sensor to invert
      selector:
        entity:
          domain: binary_sensor

variables:
  source: !input reference_entity

binary_sensor:
  state: "{{ is_state(source, 'off') }}"
  availability: "{{ has_value(source) }}"
""",
    },
}
