"""Where a pass looks besides the due dates of steps: at what falls due by a threshold, and has no row of its own."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.audit.view import View
from zeroerror.engine.acts import parts
from zeroerror.model.calendar import CalendarError
from zeroerror.service.facts import proposal_of
from zeroerror.store import reads
from zeroerror.store.connection import Connection
from zeroerror.timing import due


def requests_owed(conn: Connection, view: View) -> Iterator[str]:
    """The tasks in which a request for more time came to be owed an answer since the slot before, and has none.

    Those that have been answered since then have a leaf that says so, and are looked at for it.
    """
    for row in reads.proposals(conn, "open"):
        if row.kind not in ("extend", "bulk"):
            continue
        proposal = proposal_of(row)
        try:
            owed_by = due(proposal.asked_at, view.thresholds.extension_answer_within, view.calendar).at
        except CalendarError:
            continue
        if owed_by <= view.slot and (view.previous is None or owed_by > view.previous):
            acts = (each for each in parts(proposal) if each.kind == "extend")
            yield from (each.body["target"]["task"] for each in acts)
