"""Template condition: a template gives `true`."""

from __future__ import annotations

from msgspec import Struct

from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.automation.words import TplText
from marge.core.errors import TemplateError


class TemplateCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """Holds when `value_template` gives the text `true`, in any case; nothing else counts as true."""

    value_template: TplText

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        template = self.value_template.bind(view.house.templates)
        try:
            if view.tracer is None:
                text = template.render(view.variables, parse_result=False)
            else:
                info = template.render_to_info(view.variables, parse_result=False)
                text = info.result()
                view.note(entities=sorted(info.entities))
        except TemplateError as error:
            raise ConditionFailed(str(error)) from error
        return bool(text.lower() == "true")
