"""Audits: the slots that are owed are run, in order; what holds at an instant can be asked without writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from zeroerror.audit.judge import as_of, key_of, late_between
from zeroerror.audit.rules import RULES
from zeroerror.audit.slots import Schedule, owed_slots, schedule_from
from zeroerror.audit.view import View
from zeroerror.model.command import MACHINE
from zeroerror.model.errors import Busy, UsageError
from zeroerror.model.finding import Finding
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Refusal
from zeroerror.service.chain import verify_chain
from zeroerror.service.countersigning import let_lapse
from zeroerror.service.front import Options, Receipt, Request, submit
from zeroerror.service.history import root_at
from zeroerror.service.institution import Institution
from zeroerror.service.owed import owed_at
from zeroerror.service.past import findings_before, findings_then
from zeroerror.service.reader import Reader
from zeroerror.service.reasons import finding_json
from zeroerror.service.reasons import finding_told as told
from zeroerror.service.scope import as_of_view
from zeroerror.service.short_ids import of_findings
from zeroerror.store import log, reads
from zeroerror.store.errors import Conflict

#: How far ahead the next slot is looked for: the longest holiday and some.
AHEAD = timedelta(days=20)


def schedule(inst: Institution) -> Schedule:
    """The schedule in force."""
    return schedule_from(inst.settings["schedule"])


def owed(inst: Institution) -> list[datetime]:
    """The slots that are owed and have not run, oldest first: since the event that brought the schedule."""
    return [slot for _, slot in owed_at(inst.conn, inst.now())]


def begun(inst: Institution) -> datetime:
    """The time of the ledger's first leaf."""
    first = next(log.leaves(inst.conn, 0, 1))
    return from_text(first.time)


def run_owed(inst: Institution) -> list[dict[str, Any]]:
    """Run every slot that is owed, in order; what another scheduler ran meanwhile is not run twice."""
    done = []
    while slots := owed_at(inst.conn, inst.now()):
        name, slot = slots[0]
        if run_slot(inst, name, slot):
            done.append(audit(inst, slot, name))
    return done


def run_slot(inst: Institution, name: str, slot: datetime) -> bool:
    """Run one slot as one command of the machine; False if it has been run by another meanwhile."""
    let_lapse(inst, slot)
    body = {"audit": name, "slot": to_text(slot), **_mismatch(inst, name)}
    request = Request("pass", body, (), MACHINE)
    try:
        outcome = submit(inst, inst.machine(), request, Options())
    except Conflict:
        if reads.slot(inst.conn, name, slot) is None:
            raise
        return False
    if isinstance(outcome, Refusal):
        if reads.slot(inst.conn, name, slot) is not None:
            return False
        raise Busy("audit.refused", reason=outcome.reasons[0].code)
    return isinstance(outcome, Receipt)


def _mismatch(inst: Institution, name: str) -> dict[str, Any]:
    """What is wrong with the ledger's shape since the last slot; nothing, where it holds.

    The pass signs it, and does not look again when it is decided again.
    """
    last = reads.last_slot(inst.conn, name)
    with inst.conn.read():
        found = verify_chain(inst.conn, 0 if last is None else last.seen)
    listed = [{"code": each.code, "params": dict(each.params)} for each in found]
    return {"mismatch": listed} if listed else {}


def audit_as_of(
    inst: Institution, at: datetime, *, known_at: datetime | None = None, since: datetime | None = None
) -> dict[str, Any]:
    """What is open and past due at an instant, or with `since` what was late and has ended between; nothing is written.

    What people had judged of it by then holds: what two persons have voided is not said again, and whose they have
    corrected it to be is whose it is.

    Raises UsageError for a `known_at` before the ledger's first leaf, when nothing was known at all; for an instant
    that has not come, of which nothing can be said of anybody; and for a `since` that is not before it.
    """
    _askable(inst, at, known_at, since)
    with inst.conn.read():
        view = as_of_view(inst.conn, at, known_at, since)
        found = _holding(inst, view, at, since)
        root = root_at(inst.conn, view.position)
    return {
        "slot": None,
        "as_of": at,
        "position": view.position,
        "root": root,
        "rules": rules(),
        "findings": [{**finding_json(each), "found_at": None} for each in found],
    }


def standing(inst: Institution, text: str, at: datetime) -> Finding:
    """What holds at an instant and is meant by an id, or a unique beginning or end of one, though no slot has found it.

    Raises UsageError where that is none, or several.
    """
    _askable(inst, at, None, None)
    with inst.conn.read():
        return _only(_holding(inst, as_of_view(inst.conn, at, None, None), at, None), text)


def _holding(inst: Institution, view: View, at: datetime, since: datetime | None) -> list[Finding]:
    leads = as_of(view) if since is None else late_between(view, since)
    ids = of_findings(inst.conn).give(lead.fingerprint for lead in leads)
    judged = _judged(inst, view.position) if leads else {}
    state = "open" if since is None else "cured"
    found = (_as_judged(Finding(ids[lead.fingerprint], lead, at, -1, state), judged) for lead in leads)
    return [each for each in found if each is not None]


def _askable(inst: Institution, at: datetime, known_at: datetime | None, since: datetime | None) -> None:
    first = begun(inst)
    if known_at is not None and known_at < first:
        raise UsageError("error.before_ledger", at=known_at, begun=first)
    if at > inst.now():
        raise UsageError("error.not_yet", at=at)
    if since is not None and since >= at:
        raise UsageError("error.since_not_before", since=since, at=at)


def _judged(inst: Institution, position: int) -> dict[tuple[object, ...], Finding]:
    """The last of the findings about each slip, as the leaves before a position leave it."""
    found = findings_before(inst.conn, position, reads.FindingFilter())
    return {key_of(each.lead): each for each in found}


def _as_judged(found: Finding, judged: Mapping[tuple[object, ...], Finding]) -> Finding | None:
    """What is found at an instant, with what people have judged of it; None where it has been voided."""
    last = judged.get(key_of(found.lead))
    if last is None:
        return found
    if last.state == "voided":
        return None
    lead = replace(found.lead, attribution=last.lead.attribution) if last.corrected else found.lead
    history = last.history if last.corrected else ()
    return replace(found, id=last.id, lead=lead, disputed=last.disputed, history=history)


def rules() -> list[dict[str, Any]]:
    """Every rule that audits apply, with its version."""
    return [{"rule": each.name, "version": each.version} for each in RULES.values()]


def audits(inst: Institution) -> list[dict[str, Any]]:
    """The slots that have run, latest first."""
    return [
        {
            "audit": each.audit,
            "slot": each.slot,
            "index": each.idx,
            "position": each.seen,
            "root": each.content["root"],
            "examined": each.content["examined"],
            "counts": each.content["counts"],
        }
        for each in reversed(reads.slots(inst.conn))
    ]


def audit(inst: Institution, slot: datetime | None = None, name: str | None = None) -> dict[str, Any]:
    """What one slot found, by default the last; UsageError if it has not run."""
    name = name or schedule(inst).audit
    row = reads.last_slot(inst.conn, name) if slot is None else reads.slot(inst.conn, name, slot)
    if row is None:
        raise UsageError("error.no_such_slot", slot=slot)
    following = row.idx + 1 + sum(row.content["counts"].values())
    found = reads.findings(inst.conn, reads.FindingFilter(since=row.idx, until=following + 1))
    return {
        "audit": row.audit,
        "slot": row.slot,
        "as_of": row.slot,
        "position": row.seen,
        "root": row.content["root"],
        "rules": rules(),
        "counts": row.content["counts"],
        "findings": [finding_json(each) for each in found],
    }


def findings(
    inst: Institution, which: reads.FindingFilter | None = None, at: datetime | None = None
) -> list[dict[str, Any]]:
    """The findings that pass a filter, now or as of an instant, in the order in which they were found."""
    asked = which or reads.FindingFilter()
    found = reads.findings(inst.conn, asked) if at is None else findings_then(inst.conn, at, asked)
    return [finding_json(each) for each in found]


def finding(inst: Institution, id: str) -> dict[str, Any]:
    """One finding, by its id or a unique beginning or end of it; UsageError otherwise."""
    return finding_json(_meant(inst, id))


def finding_told(inst: Institution, id: str, person: str) -> dict[str, Any]:
    """The same, with what has become of it and the notices about it, as somebody may read them."""
    return told(Reader(inst, person, inst.now()), _meant(inst, id))


def _meant(inst: Institution, id: str) -> Finding:
    found = reads.finding(inst.conn, id)
    return found if found is not None else _only(reads.findings(inst.conn, reads.FindingFilter()), id)


def _only(all_findings: Iterable[Finding], text: str) -> Finding:
    found = [each for each in all_findings if text and (each.id.startswith(text) or each.id.endswith(text))]
    if len(found) != 1:
        code = "error.ambiguous_finding" if found else "error.unknown_finding"
        raise UsageError(code, finding=text, found=[each.id for each in found])
    return found[0]


def status(inst: Institution) -> dict[str, Any]:
    """What the scheduler owes, what it last ran, what ran late, and when it is next due."""
    plan, now = schedule(inst), inst.now()
    rows = [each for each in reads.slots(inst.conn) if each.audit == plan.audit]
    late = reads.findings(inst.conn, reads.FindingFilter(rule="slot_missed"))
    coming = owed_slots(plan, inst.calendar, now, now + AHEAD)
    return {
        "owed": owed(inst),
        "run": rows[-1].slot if rows else None,
        "late": [each.lead.due_at for each in late],
        "next": coming[0] if coming else None,
    }
