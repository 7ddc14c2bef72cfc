"""What of an answer is compared with what Home Assistant answered."""

from __future__ import annotations

from typing import Any

LATER = {
    "db_in_default_location",
    "humidity_entity_id",
    "num_subentries",
    "supported_subentry_types",
    "temperature_entity_id",
}
"""Keys that came after release 2025.1, whose surface Marge has."""


def failed(answer: dict[str, Any]) -> bool:
    """Whether the server failed instead of answering."""
    error = answer.get("message", {}).get("error", {})
    return answer.get("status") == 500 or error.get("code") == "unknown_error"


def without_later(value: Any) -> Any:
    """`value` without the keys of later releases."""
    if isinstance(value, dict):
        return {key: without_later(item) for key, item in value.items() if key not in LATER}
    return [without_later(item) for item in value] if isinstance(value, list) else value


def kept(step: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """What is recorded of an answer: not what differs on each machine and is not compared."""
    compare = step.get("compare", "all")
    if step["transport"] == "http" and compare == "status":
        return {"status": answer["status"]}
    if step["transport"] == "ws" and compare == "code":
        return {"message": {key: value for key, value in answer["message"].items() if key != "result"}}
    return answer


def reduced(step: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """What is compared of an answer."""
    compare = step.get("compare", "all")
    if step["transport"] == "http":
        return _http(step, answer, compare)
    message = answer["message"]
    if "error" in message:
        return {"code": message["error"]["code"], **_error(message["error"])}
    if compare == "code":
        return {"success": True}
    result = without_later(message.get("result"))
    if compare == "keys":
        return {"keys": sorted(result)}
    if compare == "sorted":
        result = {
            name: sorted(values, key=str) if isinstance(values, list) else values for name, values in result.items()
        }
    if compare == "loose":
        return {"events": _loose(answer.get("events", [])), "result": _loose(result)}
    return {"result": result, "events": answer.get("events", [])}


def _error(error: dict[str, Any]) -> dict[str, Any]:
    """Messages that say what a schema refused, or that are translated, are everybody's own."""
    if error["code"] in ("invalid_format", "unknown_error", "invalid_info"):
        return {}
    if "translation_key" in error:
        return {key: value for key, value in error.items() if key != "message"}
    return error


def _http(step: dict[str, Any], answer: dict[str, Any], compare: str) -> dict[str, Any]:
    status = answer["status"]
    if compare == "status":
        return {"status": status}
    headers = {name: value for name, value in answer["headers"].items() if name != "allow"}
    allow = set(answer["headers"].get("allow", "").split(",")) - {"OPTIONS", ""}
    found = {"status": status, "headers": headers, "allow": sorted(allow), "text": answer.get("text")}
    found["json"] = answer.get("json")
    return found


def _loose(value: Any) -> Any:
    """The shape of an answer whose texts are everybody's own."""
    if isinstance(value, dict):
        return {key: _loose(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_loose(item) for item in value]
    return "text" if isinstance(value, str) and value not in ("ERROR", "WARNING") else value
