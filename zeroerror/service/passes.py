"""An audit's pass: what a slot owes to see is loaded, judged, and becomes the parts of one machine command.

A slot sees exactly the leaves with time up to its instant, however late it runs; its row is written by the
transaction that writes its findings, so that it can neither be missed in silence nor run twice (design §8).
Where it looks is `scope`, what it says is `audit.judge`, and what becomes of that is `parts`.
"""

from __future__ import annotations

from datetime import datetime

from zeroerror.audit.judge import judge_institution, judge_tasks
from zeroerror.model.command import Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Problem, Reason, Refusal
from zeroerror.service.correcting import Correcting
from zeroerror.service.facts import StoreFacts
from zeroerror.service.history import root_at
from zeroerror.service.institution import Told
from zeroerror.service.owed import owed_at
from zeroerror.service.parts import Parts
from zeroerror.service.planning import openings
from zeroerror.service.repeats import Repeats
from zeroerror.service.scope import scope_of, views
from zeroerror.service.short_ids import of_findings
from zeroerror.service.urging import Urging
from zeroerror.store import reads
from zeroerror.store.connection import Connection

#: A large pass says how far it has come after so many tasks.
SAID = 2000


def decide_pass(
    conn: Connection, command: Command, at: datetime, tell: Told | None = None
) -> Parts | Refusal:
    """The events of one slot's pass, from what the leaves up to its instant say; of the oldest that is owed only.

    A pass of a later slot would skip those between in silence, and one of a slot that is not owed would judge
    what nobody has asked to be judged. Whether it was passed over is asked while the head is held: whoever asked
    for it may have a clock that is behind. What was wrong with the ledger's own shape is taken from the signed
    command: once it has been mended nobody could find it again, and what was found must stand.
    """
    audit, slot = command.body["audit"], from_text(command.body["slot"])
    owed = owed_at(conn, at)
    if (audit, slot) not in owed[:1]:
        return Refusal((Reason("engine.slot_not_owed", {"audit": audit, "slot": to_text(slot)}),))
    facts, late = StoreFacts(conn), len(owed) > 1
    repeats = Repeats(conn, facts, at)
    mismatch = [Problem(each["code"], each["params"]) for each in command.body.get("mismatch", ())]
    scope = scope_of(conn, audit, slot, late=late, mismatch=mismatch)
    parts, examined = Parts(conn, at, repeats), 0
    last = reads.last_slot(conn, audit)
    unnoticed = None if last is None else last.content["unnoticed"]
    urging = Urging(conn, facts, at, parts.ends_with("notices"), unnoticed=unnoticed, late=late)
    ids = of_findings(conn)
    correcting = Correcting(conn, facts, since=0 if last is None else last.idx)
    for view in views(conn, scope):
        examined += len(view.tasks)
        judgement = judge_tasks(view)
        named = ids.give(lead.fingerprint for lead in judgement.opened)
        parts.add(judgement, view, named)
        urging.add(judgement, view, named)
        correcting.add(judgement)
        if tell is not None and examined // SAID > (examined - len(view.tasks)) // SAID:
            tell("scheduler.judged", {"slot": slot, "done": examined, "of": len(scope.tasks)})
    institution = scope.institution
    judgement = judge_institution(institution)
    parts.add(judgement, institution, ids.give(lead.fingerprint for lead in judgement.opened))
    urging.end()
    parts.ends_with("corrections").add(correcting.events())
    parts.ends_with("plans").add(openings(conn, facts, slot, institution.position, at))
    ran = {
        "audit": audit,
        "slot": to_text(slot),
        "previous": None if institution.previous is None else to_text(institution.previous),
        "since": scope.seen,
        "seen": institution.position,
        "root": root_at(conn, institution.position),
        "examined": examined,
        "counts": parts.counts,
        "unnoticed": urging.unnoticed,
    }
    parts.begin(Event(INSTITUTION, "slot_run", ran))
    return parts
