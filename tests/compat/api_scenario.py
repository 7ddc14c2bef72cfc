"""What is asked of Home Assistant and of Marge: REST requests and WebSocket commands, in order.

`reader` may only look, `user` is no admin, `owner` is the owner, `nobody` shows no token.
"""

from __future__ import annotations

from typing import Any

Step = dict[str, Any]


def http(method: str, path: str, body: Any = None, *, by: str = "owner", **more: Any) -> Step:
    """A request; `text` is sent as it is instead of a JSON body. `compare`: `body` (all), `status`, `keys`."""
    step: Step = {"transport": "http", "by": by, "method": method, "path": path}
    if body is not None:
        step["json"] = body
    return {**step, **more}


def ws(type: str, data: Step | None = None, *, by: str = "owner", **more: Any) -> Step:
    """A command; `events` says how many events to wait for after its result."""
    return {"transport": "ws", "by": by, "command": {"type": type, **(data or {})}, **more}


STATES = [
    http("GET", "/api/"),
    http("GET", "/api/", by="nobody"),
    http("GET", "/api/", by="nobody", headers={"Authorization": "Bearer wrong"}),
    http("GET", "/api/", by="nobody", headers={"Authorization": "Basic d3Jvbmc="}),
    http("HEAD", "/api/"),
    http("POST", "/api/"),
    http("GET", "/api"),
    http("GET", "/api/nothing"),
    http("GET", "/api/nothing", by="nobody"),
    http("DELETE", "/api/states"),
    http("PUT", "/api/states/light.kitchen", {"state": "on"}),
    http("GET", "/api/states", by="nobody"),
    http("GET", "/api/states/light.kitchen"),
    http("POST", "/api/states/light.kitchen", {"state": "on", "attributes": {"brightness": 3}}),
    http("POST", "/api/states/light.kitchen", {"state": "off"}),
    http("POST", "/api/states/light.kitchen", {"state": "off", "force_update": True}),
    http("GET", "/api/states/light.kitchen"),
    http("GET", "/api/states/LIGHT.kitchen"),
    http("HEAD", "/api/states/light.kitchen"),
    http("POST", "/api/states/light.kitchen", text="{"),
    http("POST", "/api/states/light.kitchen", text=""),
    http("POST", "/api/states/light.kitchen", [], differs="a list is no state: 400, where HA fails"),
    http("POST", "/api/states/light.kitchen", {"attributes": {}}),
    http("POST", "/api/states/nonsense", {"state": "on"}),
    http("POST", "/api/states/light.too_long", {"state": "x" * 256}),
    http("POST", "/api/states/light.mine", {"state": "on"}, by="user"),
    http("POST", "/api/states/light.mine", {"state": "on"}, by="reader"),
    http("DELETE", "/api/states/light.kitchen", by="user"),
    http("DELETE", "/api/states/light.kitchen"),
    http("DELETE", "/api/states/light.kitchen"),
    http("GET", "/api/states/sensor.none"),
    http("GET", "/api/config", by="nobody"),
    http("GET", "/api/core/state"),
]

EVENTS = [
    http("GET", "/api/events", by="nobody"),
    http("POST", "/api/events/compat_event"),
    http("POST", "/api/events/compat_event", {"a": 1}),
    http("POST", "/api/events/compat_event", [1]),
    http("POST", "/api/events/compat_event", text="{"),
    http("POST", "/api/events/compat_event", by="user"),
    http("GET", "/api/events/compat_event"),
    http("GET", "/api/stream", by="user"),
]

TEMPLATES = [
    http("POST", "/api/template", {"template": "{{ 1 + 1 }}"}),
    http("POST", "/api/template", {"template": "{{ a }}", "variables": {"a": "text"}}),
    http("POST", "/api/template", {"template": "plain"}),
    http("POST", "/api/template", {"template": "{{ 1 +"}, compare="status"),
    http("POST", "/api/template", {"template": "{{ 1 / 0 }}"}, compare="status"),
    http("POST", "/api/template", {}, differs="a template is missing: 400, where HA fails"),
    http("POST", "/api/template", text="{", compare="status"),
    http("POST", "/api/template", {"template": "{{ 1 }}"}, by="user"),
]

SERVICES = [
    http("POST", "/api/services/nothing/at_all", {}, compare="status"),
    http("POST", "/api/services/nothing/at_all", {}, by="nobody"),
    http("POST", "/api/services/homeassistant/turn_on", text="{"),
    http("POST", "/api/services/homeassistant/turn_on", [1], compare="status"),
    http("POST", "/api/services/homeassistant/set_location", {"wrong": 1}, compare="status"),
    http("GET", "/api/services/homeassistant/turn_on"),
    http("POST", "/api/services/homeassistant/restart", {}, by="user"),
]

HISTORY = [
    http("GET", "/api/history/period"),
    http("GET", "/api/history/period", by="nobody"),
    http("GET", "/api/history/period?filter_entity_id="),
    http("GET", "/api/history/period/nonsense?filter_entity_id=light.none"),
    http("GET", "/api/history/period?filter_entity_id=light.none"),
    http("GET", "/api/history/period?filter_entity_id=nonsense"),
    http("GET", "/api/history/period?filter_entity_id=light.none&end_time=nonsense"),
    http("GET", "/api/history/period/2036-01-01T00:00:00Z?filter_entity_id=light.none"),
    http("GET", "/api/logbook/nonsense"),
    http("GET", "/api/logbook?end_time=nonsense"),
    http("GET", "/api/logbook?period=nonsense", differs="400, where HA fails"),
    http("GET", "/api/logbook?entity=nonsense", differs="400, where HA fails"),
    http("GET", "/api/logbook?entity=light.none"),
    http("GET", "/api/logbook", by="nobody"),
]

PROXIES = [
    http("GET", "/api/error_log", by="user"),
    http("GET", "/api/error_log", by="nobody"),
    http("GET", "/api/error_log", compare="status"),
    http("GET", "/api/calendars"),
    http("GET", "/api/calendars/calendar.none"),
    http("GET", "/api/calendars/calendar.none?start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z"),
    http("GET", "/api/calendars", by="nobody"),
    http("GET", "/api/camera_proxy/camera.none"),
    http("GET", "/api/camera_proxy/camera.none", by="nobody"),
    http("GET", "/api/camera_proxy_stream/camera.none"),
    http("GET", "/api/image_proxy/image.none"),
    http("GET", "/api/image_proxy/image.none", by="nobody"),
    http("POST", "/api/config/core/check_config"),
    http("POST", "/api/config/core/check_config", by="user"),
    http("GET", "/api/config/core/check_config"),
]

EDITOR = [
    http("GET", "/api/config/automation/config/none"),
    http("GET", "/api/config/automation/config/none", by="user"),
    http("GET", "/api/config/script/config/none"),
    http("GET", "/api/config/scene/config/none"),
    http("DELETE", "/api/config/automation/config/none"),
    http("DELETE", "/api/config/script/config/none"),
    http("DELETE", "/api/config/scene/config/none"),
    http("POST", "/api/config/automation/config/one", text="{"),
    http("POST", "/api/config/automation/config/one", {"alias": "x"}, compare="status"),
    http("POST", "/api/config/scene/config/one", {"name": "One", "entities": {"light.a": "on"}}),
    http("GET", "/api/config/scene/config/one"),
    http("DELETE", "/api/config/scene/config/one"),
    http("GET", "/api/config/scene/config/one"),
    http("POST", "/api/config/script/config/Not A Slug", {"sequence": []}, compare="status"),
]

PROTOCOL = [
    ws("ping", events=0, kind="pong"),
    ws("nothing/at_all"),
    ws("ping", {"extra": 1}),
    ws("get_config", {"extra": 1}),
    ws("supported_features", {"features": {"coalesce_messages": 1}}),
    ws("supported_features", {"features": {"unknown_feature": 1}}),
    ws("supported_features"),
    ws("subscribe_events", {"event_type": "compat_event"}),
    ws("subscribe_events", {"event_type": "compat_event"}, by="user"),
    ws("subscribe_events", by="user"),
    ws("subscribe_events", {"event_type": "state_changed"}, by="user"),
    ws("subscribe_events", {"event_type": 3}),
    ws("unsubscribe_events", {"subscription": 999}),
    ws("unsubscribe_events"),
    ws("fire_event", {"event_type": "compat_event", "event_data": {"a": [1]}}),
    ws("fire_event", {"event_type": "compat_event"}, by="user"),
    ws("fire_event"),
    ws("subscribe_entities", {"entity_ids": ["light.none"]}, events=1),
    ws("subscribe_entities", {"entity_ids": "light.none"}, events=1),
    ws("subscribe_entities", {"entity_ids": ["nonsense"]}),
    ws("call_service", {"domain": "nothing", "service": "at_all"}),
    ws("call_service", {"domain": "nothing"}),
    ws("call_service", {"domain": "homeassistant", "service": "set_location", "service_data": {"x": 1}}),
    ws("call_service", {"domain": "homeassistant", "service": "set_location", "service_data": []}),
    ws("call_service", {"domain": "homeassistant", "service": "restart"}, by="user"),
    ws("call_service", {"domain": "homeassistant", "service": "update_entity"}),
    ws(
        "call_service",
        {"domain": "homeassistant", "service": "update_entity", "service_data": {"entity_id": "light.none"}},
    ),
    ws("call_service", {"domain": "homeassistant", "service": "set_location", "service_data": {"latitude": 52}}),
    ws("call_service", {"domain": "homeassistant", "service": "reload_core_config"}, by="user"),
    ws("call_service", {"domain": "homeassistant", "service": "toggle", "target": {"entity_id": "sensor.none"}}),
]

CORE = [
    ws("config/core/update", {"location_name": "Compat"}),
    ws("config/core/update", {"location_name": "Compat"}, by="user"),
    ws("config/core/update", {"unit_system": "imperial"}),
    ws("config/core/update", {"latitude": 100}),
    ws("config/core/update", {"latitude": "north"}),
    ws("config/core/update", {"time_zone": "Mars/Base"}),
    ws("config/core/update", {"currency": "XXY"}),
    ws("config/core/update", {"country": "XX"}),
    ws("config/core/update", {"language": "xx"}, differs="Marge looks at the form of the code only"),
    ws("config/core/update", {"internal_url": "nonsense"}),
    ws("config/core/update", {"internal_url": "http://127.0.0.1:8123", "external_url": None}),
    ws("config/core/update", {"internal_url": None}),
    ws("config/core/update", {"elevation": 12, "latitude": 52.5, "longitude": 5.5}),
    ws("config/core/update", {"radius": 150}),
    ws("config/core/update", {"unknown": 1}),
    ws("config/core/update", {"unit_system": "metric", "update_units": True}),
    ws("config/core/detect", by="user"),
    ws("render_template", {"template": "{{ 1 + 1 }}"}, events=1),
    ws("render_template", {"template": "plain"}, events=1),
    ws("render_template", {"template": "{{ states('light.none') }}"}, events=1),
    ws("render_template", {"template": "{{ states.light | list | length }}"}, events=1),
    ws("render_template", {"template": "{{ now().year > 2000 }}"}, events=1),
    ws("render_template", {"template": "{{ a }}", "variables": {"a": [1, 2]}}, events=1),
    ws("render_template", {"template": "{{ missing }}", "strict": True}),
    ws("render_template", {"template": "{{ missing }}", "strict": True, "report_errors": True}, events=1),
    ws("render_template", {"template": "{{ missing }}", "report_errors": True}, events=1, compare="loose"),
    ws("render_template", {"template": "{{ 1 +"}, compare="code"),
    ws("render_template", {"template": "{{ 1 +", "report_errors": True}, events=1, compare="loose"),
    ws("render_template", {"template": "{{ 1 / 0 }}"}, compare="code"),
    ws("render_template", {"template": 3}),
    ws("render_template"),
]

REGISTRIES = [
    ws("config/area_registry/create", {"name": "Compat area"}),
    ws("config/area_registry/create", {"name": "Compat area"}),
    ws("config/area_registry/create", {"name": "Other"}, by="user"),
    ws("config/area_registry/create"),
    ws("config/area_registry/update", {"area_id": "compat_area", "icon": "mdi:home"}),
    ws("config/area_registry/update", {"area_id": "none", "name": "x"}, compare="code"),
    ws("config/floor_registry/create", {"name": "Compat floor", "level": 1}),
    ws("config/floor_registry/create", {"name": "Compat floor"}),
    ws("config/floor_registry/update", {"floor_id": "compat_floor", "aliases": ["up"]}),
    ws("config/area_registry/update", {"area_id": "compat_area", "floor_id": "compat_floor"}),
    ws("search/related", {"item_type": "area", "item_id": "compat_area"}),
    ws("search/related", {"item_type": "floor", "item_id": "compat_floor"}),
    ws("search/related", {"item_type": "nonsense", "item_id": "x"}),
    ws("search/related", {"item_type": "entity", "item_id": "light.none"}),
    ws("config/label_registry/create", {"name": "Compat label", "color": "red"}),
    ws("config/label_registry/create", {"name": "Compat label"}),
    ws("config/label_registry/update", {"label_id": "compat_label", "icon": "mdi:tag"}),
    ws("config/label_registry/delete", {"label_id": "compat_label"}),
    ws("config/label_registry/delete", {"label_id": "compat_label"}),
    ws("config/category_registry/create", {"scope": "automation", "name": "Compat"}),
    ws("config/category_registry/list", {"scope": "nonsense"}),
    ws("config/category_registry/delete", {"scope": "automation", "category_id": "none"}),
    ws("config/area_registry/delete", {"area_id": "compat_area"}),
    ws("config/area_registry/delete", {"area_id": "compat_area"}),
    ws("config/floor_registry/delete", {"floor_id": "compat_floor"}),
    ws("config/floor_registry/delete", {"floor_id": "compat_floor"}),
    ws("config/entity_registry/get", {"entity_id": "light.none"}),
    ws("config/entity_registry/get_entries", {"entity_ids": ["light.none"]}),
    ws("config/entity_registry/update", {"entity_id": "light.none", "name": "x"}),
    ws("config/entity_registry/update", {"entity_id": "light.none"}, by="user"),
    ws("config/entity_registry/remove", {"entity_id": "light.none"}),
    ws("config/device_registry/update", {"device_id": "none"}, compare="code"),
]

ENTRIES = [
    ws("config_entries/get", {"domain": "nothing"}),
    ws("config_entries/get", by="user", compare="code"),
    ws("config_entries/get_single", {"entry_id": "none"}),
    ws("config_entries/get_single", {"entry_id": "none"}, by="user"),
    ws("config_entries/update", {"entry_id": "none", "title": "x"}),
    ws("config_entries/update", {"entry_id": "none"}, by="user"),
    ws("config_entries/disable", {"entry_id": "none", "disabled_by": "user"}),
    ws("config_entries/disable", {"entry_id": "none", "disabled_by": "wrong"}),
    ws("config_entries/subscribe", {"type_filter": ["helper"]}, events=1),
    ws("config_entries/subscribe", by="user"),
    ws("manifest/get", {"integration": "nothing_at_all"}),
    ws("manifest/get"),
    ws("integration/descriptions", by="user", compare="code"),
    ws("subscribe_bootstrap_integrations"),
]

ENTITIES = [
    ws("sensor/numeric_device_classes", differs="classes of later releases"),
    ws("sensor/device_class_convertible_units", {"device_class": "temperature"}, compare="sorted"),
    ws("sensor/device_class_convertible_units", {"device_class": "power"}, differs="a unit of a later release"),
    ws("sensor/device_class_convertible_units", {"device_class": "nonsense"}),
    ws("sensor/device_class_convertible_units"),
    ws("number/device_class_convertible_units", {"device_class": "temperature"}, compare="sorted"),
    ws("number/device_class_convertible_units", {"device_class": "nonsense"}),
    ws("weather/convertible_units", compare="sorted"),
    ws("weather/subscribe_forecast", {"entity_id": "weather.none", "forecast_type": "daily"}),
    ws("weather/subscribe_forecast", {"entity_id": "weather.none", "forecast_type": "nonsense"}),
    ws("weather/subscribe_forecast", {"entity_id": "light.none", "forecast_type": "daily"}),
    ws("update/release_notes", {"entity_id": "update.none"}),
    ws("update/release_notes", {"entity_id": "nonsense"}),
    ws("camera/capabilities", {"entity_id": "camera.none"}),
    ws("todo/item/list", {"entity_id": "todo.none"}),
    ws("todo/item/list", {"entity_id": "light.none"}),
    ws("todo/item/subscribe", {"entity_id": "todo.none"}),
    ws("todo/item/move", {"entity_id": "todo.none", "uid": "x"}),
    ws(
        "calendar/event/create",
        {"entity_id": "calendar.none", "event": {"dtstart": "2026-01-01", "dtend": "2026-01-02", "summary": "x"}},
    ),
    ws("calendar/event/create", {"entity_id": "calendar.none", "event": {"dtstart": "2026-01-01", "summary": "x"}}),
    ws(
        "calendar/event/update",
        {
            "entity_id": "calendar.none",
            "uid": "x",
            "event": {"dtstart": "2026-01-01", "dtend": "2026-01-02", "summary": "x"},
        },
    ),
    ws("calendar/event/delete", {"entity_id": "calendar.none", "uid": "x"}),
]

RECORDS = [
    ws("history/history_during_period", {"start_time": "nonsense", "entity_ids": ["light.none"]}),
    ws("history/history_during_period", {"start_time": "2026-01-01T00:00:00Z"}),
    ws(
        "history/history_during_period",
        {"start_time": "2026-01-01T00:00:00Z", "end_time": "x", "entity_ids": ["light.none"]},
    ),
    ws("history/history_during_period", {"start_time": "2036-01-01T00:00:00Z", "entity_ids": ["light.none"]}),
    ws("history/history_during_period", {"start_time": "2026-01-01T00:00:00Z", "entity_ids": ["nonsense"]}),
    ws("history/history_during_period", {"start_time": "2026-01-01T00:00:00Z", "entity_ids": ["light.none"]}),
    ws("logbook/get_events", {"start_time": "nonsense"}),
    ws("logbook/get_events", {"start_time": "2026-01-01T00:00:00Z", "end_time": "nonsense"}),
    ws("logbook/get_events", {"start_time": "2036-01-01T00:00:00Z"}),
    ws("logbook/get_events", {"start_time": "2026-01-01T00:00:00Z", "entity_ids": ["light.none"]}),
    ws("recorder/info", compare="keys"),
    ws("system_log/list", by="user"),
    ws("system_log/list", compare="code"),
    ws("logger/log_info", compare="code"),
    ws("call_service", {"domain": "logger", "service": "set_level", "service_data": {"compat": "debug"}}),
    ws("call_service", {"domain": "logger", "service": "set_level", "service_data": {"compat": "nonsense"}}),
    ws("call_service", {"domain": "logger", "service": "set_default_level", "service_data": {"level": "warning"}}),
    ws("call_service", {"domain": "logger", "service": "set_level", "service_data": {"compat": "debug"}}, by="user"),
    ws("call_service", {"domain": "system_log", "service": "write", "service_data": {"message": "compat"}}),
    ws("call_service", {"domain": "system_log", "service": "write"}),
    ws("call_service", {"domain": "system_log", "service": "clear"}),
]

AUTOMATION = [
    ws("subscribe_trigger", {"trigger": {"platform": "event", "event_type": "x"}}, by="user"),
    ws("subscribe_trigger", {"trigger": {"platform": "event", "event_type": "x"}}),
    ws("test_condition", {"condition": {"condition": "template", "value_template": "{{ 1 == 1 }}"}}),
    ws("test_condition", {"condition": {"condition": "template", "value_template": "{{ 1 == 2 }}"}}),
    ws("test_condition", {"condition": {"condition": "nonsense"}}, compare="code"),
    ws("test_condition", {"condition": {"condition": "template", "value_template": "{{ 1 }}"}}, by="user"),
    ws("validate_config", {"triggers": {"platform": "event", "event_type": "x"}}),
    ws("validate_config", {"triggers": {"platform": "nonsense"}}, compare="loose"),
    ws("validate_config", {"conditions": {"condition": "template", "value_template": "{{ 1 }}"}}),
    ws("validate_config", {"actions": [{"delay": 3}]}),
    ws("validate_config", {}),
    ws("execute_script", {"sequence": [{"variables": {"a": 1}}]}),
    ws(
        "execute_script",
        {"sequence": [{"variables": {"a": 1}}, {"stop": "done", "response_variable": "a"}]},
        compare="code",
    ),
    ws("execute_script", {"sequence": []}, by="user"),
    ws("execute_script", {"sequence": [{"nonsense": 1}]}, compare="code"),
]

HELPERS = [
    http(
        "POST",
        "/api/services/input_boolean/turn_on",
        {"entity_id": "input_boolean.compat_kitchen"},
    ),
    http("POST", "/api/services/input_boolean/turn_on?return_response", {"entity_id": "input_boolean.compat_kitchen"}),
    ws(
        "call_service",
        {
            "domain": "input_boolean",
            "service": "turn_on",
            "target": {"entity_id": "input_boolean.compat_kitchen"},
            "return_response": True,
        },
    ),
    ws(
        "call_service",
        {"domain": "input_boolean", "service": "turn_on", "target": {"entity_id": "input_boolean.compat_kitchen"}},
    ),
]

PAST = "2020-01-01T00:00:00Z"
FUTURE = "2039-01-01T00:00:00Z"
_PERIOD = f"/api/history/period/{PAST}?end_time={FUTURE}&filter_entity_id=sensor.compat_rows"
_ROWS = {"start_time": PAST, "end_time": FUTURE, "entity_ids": ["sensor.compat_rows"]}
_LIGHT = {"start_time": PAST, "end_time": FUTURE, "entity_ids": ["light.compat_rows"]}

ROWS = [
    http("POST", "/api/states/sensor.compat_rows", {"state": "1", "attributes": {"a": 1}}),
    http("POST", "/api/states/sensor.compat_rows", {"state": "2", "attributes": {"a": 1}}),
    http("POST", "/api/states/sensor.compat_rows", {"state": "2", "attributes": {"a": 2}}),
    http("POST", "/api/states/sensor.compat_rows", {"state": "3", "attributes": {"a": 2}}),
    http("POST", "/api/states/light.compat_rows", {"state": "off", "attributes": {"friendly_name": "Rows"}}),
    http("POST", "/api/states/light.compat_rows", {"state": "on", "attributes": {"friendly_name": "Rows"}}),
    {"transport": "wait", "seconds": 7},
    http("GET", _PERIOD),
    http("GET", f"{_PERIOD}&minimal_response"),
    http("GET", f"{_PERIOD}&no_attributes"),
    http("GET", f"{_PERIOD}&minimal_response&no_attributes"),
    http("GET", f"{_PERIOD}&significant_changes_only=0"),
    http("GET", f"{_PERIOD}&significant_changes_only"),
    http("GET", f"{_PERIOD}&skip_initial_state"),
    http("GET", f"/api/logbook/{PAST}?end_time={FUTURE}&entity=light.compat_rows"),
    http("GET", f"/api/logbook/{PAST}?end_time={FUTURE}&entity=sensor.compat_rows"),
    ws("history/history_during_period", _ROWS),
    ws("history/history_during_period", {**_ROWS, "minimal_response": True}),
    ws("history/history_during_period", {**_ROWS, "no_attributes": True}),
    ws("history/history_during_period", {**_ROWS, "minimal_response": True, "no_attributes": True}),
    ws("history/history_during_period", {**_ROWS, "significant_changes_only": False}),
    ws("history/history_during_period", {**_ROWS, "include_start_time_state": False}),
    ws("logbook/get_events", _LIGHT),
    ws("logbook/get_events", {**_LIGHT, "context_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
]

SCENARIO: dict[str, list[Step]] = {
    "01_states": STATES,
    "02_events": EVENTS,
    "03_templates": TEMPLATES,
    "04_services": SERVICES,
    "05_history": HISTORY,
    "06_proxies": PROXIES,
    "07_editor": EDITOR,
    "11_protocol": PROTOCOL,
    "12_core": CORE,
    "13_registries": REGISTRIES,
    "14_entries": ENTRIES,
    "15_entities": ENTITIES,
    "16_records": RECORDS,
    "17_rows": ROWS,
    "18_automation": AUTOMATION,
    "19_helpers": HELPERS,
}
