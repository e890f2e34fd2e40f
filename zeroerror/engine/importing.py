"""Who may read history in: an import is not decided again, so what it may touch is held to this.

An import speaks for the whole institution: it says what was done and who answers for it. So it is for those
who propose what holds for the institution, the secadmin and the general office's director; the sysadmin keeps
the machines and says nothing of what happened on them. It takes one person and not two, because it can
change nothing that is there: it opens tasks of its own, by a definition that people cannot open tasks by.
"""

from __future__ import annotations

from datetime import datetime

from zeroerror.engine.two_persons import proposers
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason


def may_import(person: str, organisation: Organisation, at: datetime) -> Reason | None:
    """Why somebody may not read history in; None where he may."""
    allowed = proposers("publish_definition", {}, organisation, at)
    if person in allowed:
        return None
    return Reason("engine.not_entitled", {"act": "import", "part": "propose", "may": sorted(allowed)})
