"""Action `set_conversation_response:`: what is answered to the sentence that started the automation."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from marge.automation.run import Run
from marge.automation.words import TemplateText
from marge.util.schema import word


def _response(value: Any) -> TemplateText | None:
    if isinstance(value, (list, dict)):
        raise ValueError(f"expected text or a template, got {type(value).__name__}")
    return None if value is None else TemplateText(str(value))


Response: Any = word("Response", _response)


class SetConversationResponseAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Sets the answer; null for none. It is given when the run ends, and the last one counts."""

    set_conversation_response: Response

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        run.doing("set conversation response")
        template = self.set_conversation_response
        said = None if template is None else template.bind(run.house.templates).render(run.values, parse_result=False)
        run.said[:] = [None if said is None else str(said)]
        run.note(conversation_response=run.said[0])
