"""What templates write into the log: with the name of whose template it is, the same of one template once a minute."""

from __future__ import annotations

import logging
from collections.abc import Hashable
from contextvars import ContextVar
from typing import Final

from marge.templates.render_info import RUNNING
from marge.util.log_limit import OncePerMinute

LOGGER: Final = logging.getLogger("marge.templates")

OWNER: ContextVar[str] = ContextVar("marge_template_owner", default="")
"""The entity or automation whose templates are rendered, empty where nobody said."""


class Complaints(OncePerMinute):
    """Lines are of a kind when text, owner and template are; the template is `about`, or the one that is rendered."""

    def filter(self, record: logging.LogRecord) -> bool:
        """See `OncePerMinute.filter`; names the owner."""
        passes = super().filter(record)
        if passes and (owner := OWNER.get()):
            record.msg = f"{owner}: {record.getMessage()}"
            record.args = ()
        return passes

    def subject(self, record: logging.LogRecord) -> Hashable:
        """See `OncePerMinute.subject`."""
        return (OWNER.get(), getattr(record, "about", None) or RUNNING.get().text or str(record.args))


LOGGER.addFilter(Complaints())
