"""The folded state as the projection keeps it: compact JSON, lists instead of objects, instants as text.

Not the leaf's format: these rows can be made again from the ledger at any time, so an upgrade may change
them. A task's row carries all of it but the visits, and each visit has its own, because one act changes one
or two visits of a task that may have dozens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from zeroerror.model.finding import Answerer, Attribution, Finding, Lead
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.task import Deviation, Given, Task
from zeroerror.model.visit import (
    Asked,
    Delegation,
    DueChange,
    Holding,
    Minutes,
    Pause,
    Signing,
    Undone,
    Visit,
    Voting,
)

#: Keys in order, because the same fields come in another order from a leaf than from who wrote it.
to_json = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False, sort_keys=True
).encode
from_json = json.JSONDecoder().decode


@lru_cache(maxsize=8192)
def instant_text(instant: datetime | None) -> str | None:
    """The fixed-width text of an instant that may be missing."""
    return None if instant is None else to_text(instant)


def _read(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)


#: How a visit was left, and what else may have happened to it: nothing yet, to most that are open, and to most
#: others nothing but that they were left.
_how_left = attrgetter(
    *("status", "action", "doer", "capacity", "left_at", "left_index", "done_at", "reason", "late_record"),
    "attachments",
)
_happened = attrgetter(
    *("urger", "waits_for", "unassigned", "tried", "pauses", "urged_at", "extensions", "confirmed_by"),
    *("undone", "delegations", "minutes"),
)
_ENTERED = Visit("", 0, "", datetime.min.replace(tzinfo=UTC), 0, (), ())
_OPEN, _NOTHING = _how_left(_ENTERED), _happened(_ENTERED)


def visit_to_json(visit: Visit) -> str:
    """One visit's text."""
    return to_json(
        (
            visit.step,
            visit.visit,
            visit.kind,
            to_text(visit.entered_at),
            visit.entered_index,
            [_due_out(due) for due in visit.dues],
            [
                (each.person, each.capacity, to_text(each.since), each.index, each.why, each.for_)
                for each in visit.holdings
            ],
            _signing_out(visit.signing),
            _voting_out(visit.voting),
            None if visit.status == "open" and _how_left(visit) == _OPEN else _left_out(visit),
            None if _happened(visit) == _NOTHING else _happened_out(visit),
        )
    )


def _left_out(visit: Visit) -> tuple[Any, ...]:
    return (
        visit.status,
        visit.action,
        visit.doer,
        visit.capacity,
        instant_text(visit.left_at),
        visit.left_index,
        instant_text(visit.done_at),
        visit.reason,
        visit.late_record,
        visit.attachments,
    )


def _happened_out(visit: Visit) -> tuple[Any, ...]:
    return (
        visit.urger,
        visit.waits_for,
        visit.unassigned,
        visit.tried,
        [
            (to_text(each.start), instant_text(each.end), each.waits_for, each.by, each.index)
            for each in visit.pauses
        ],
        [to_text(each) for each in visit.urged_at],
        [
            (
                each.proposal,
                to_text(each.at),
                each.by,
                instant_text(each.answered_at),
                each.index,
                each.answered_index,
            )
            for each in visit.extensions
        ],
        visit.confirmed_by,
        [
            (to_text(each.ended_at), to_text(each.at), each.by, each.index, each.action)
            for each in visit.undone
        ],
        [(each.person, to_text(each.since), each.index, each.by) for each in visit.delegations],
        _minutes_out(visit.minutes),
    )


def visits_from_json(texts: Iterable[str]) -> tuple[Visit, ...]:
    """The visits of their texts, in the order given; one parse for all of them."""
    return tuple([_visit_in(*data) for data in from_json("[" + ",".join(texts) + "]")])


def _visit_in(
    step: str,
    visit: int,
    kind: str,
    entered_at: str,
    entered_index: int,
    dues: list[list[Any]],
    holdings: list[list[Any]],
    signing: list[Any] | None,
    voting: list[Any] | None,
    left: list[Any] | None,
    happened: list[Any] | None,
) -> Visit:
    # Most visits have had one due date and one person, and one needs no loop.
    due, holding = dues[0], holdings[0]
    return Visit(
        step,
        visit,
        kind,
        from_text(entered_at),
        entered_index,
        (_due_in(*due),) if len(dues) == 1 else tuple([_due_in(*each) for each in dues]),
        (_holding_in(*holding),) if len(holdings) == 1 else tuple([_holding_in(*each) for each in holdings]),
        Signing(*signing) if signing else None,
        Voting(*voting) if voting else None,
        *(_left_in(*left) if left else _OPEN),
        *(_happened_in(*happened) if happened else ()),
    )


def _holding_in(
    person: str | None, capacity: str, since: str, index: int, why: str, for_: str | None
) -> Holding:
    return Holding(person, capacity, from_text(since), index, why, for_)


def _left_in(
    status: str,
    action: str | None,
    doer: str | None,
    capacity: str | None,
    left_at: str | None,
    left_index: int | None,
    done_at: str | None,
    *rest: Any,
) -> tuple[Any, ...]:
    return (status, action, doer, capacity, _read(left_at), left_index, _read(done_at), *rest)


def _happened_in(
    urger: str | None,
    waits_for: str | None,
    unassigned: bool,
    tried: list[list[str]],
    pauses: list[list[Any]],
    urged_at: list[str],
    extensions: list[list[Any]],
    confirmed_by: str | None,
    undone: list[list[Any]],
    delegations: list[list[Any]],
    minutes: list[Any] | None,
) -> tuple[Any, ...]:
    return (
        urger,
        waits_for,
        unassigned,
        tuple([(person, why) for person, why in tried]),
        tuple([Pause(from_text(start), _read(end), *rest) for start, end, *rest in pauses]),
        tuple([from_text(each) for each in urged_at]),
        tuple(
            [
                Asked(id, from_text(at), by, _read(answered), *rest)
                for id, at, by, answered, *rest in extensions
            ]
        ),
        confirmed_by,
        tuple([Undone(from_text(ended), from_text(at), *rest) for ended, at, *rest in undone]),
        tuple([Delegation(who, from_text(at), *rest) for who, at, *rest in delegations]),
        _minutes_in(*minutes) if minutes else None,
    )


def _signing_out(signing: Signing | None) -> tuple[Any, ...] | None:
    if signing is None:
        return None
    return (
        signing.round,
        signing.place,
        signing.signer,
        signing.text,
        signing.silence,
        signing.added_by,
        signing.reason,
        signing.ended,
        signing.ended_by,
    )


def _voting_out(voting: Voting | None) -> tuple[Any, ...] | None:
    if voting is None:
        return None
    return (
        voting.round,
        voting.place,
        voting.voter,
        voting.text,
        voting.chair,
        voting.silence,
        voting.ended,
        voting.ended_by,
        voting.opinion,
    )


def _minutes_out(minutes: Minutes | None) -> tuple[Any, ...] | None:
    if minutes is None:
        return None
    return (
        to_text(minutes.held_at),
        minutes.voters,
        minutes.ballots,
        minutes.yes,
        minutes.no,
        minutes.abstain,
        minutes.absent,
        minutes.recused,
        minutes.recorder,
        minutes.countersigned_by,
    )


def _minutes_in(
    held_at: str,
    voters: int,
    ballots: list[list[str]],
    yes: int,
    no: int,
    abstain: int,
    absent: list[list[Any]],
    recused: list[str],
    *by: str,
) -> Minutes:
    voted = tuple([(person, said) for person, said in ballots])
    away = tuple([(person, opinion) for person, opinion in absent])
    return Minutes(from_text(held_at), voters, voted, yes, no, abstain, away, tuple(recused), *by)


def _due_out(due: DueChange) -> tuple[Any, ...]:
    return (
        instant_text(due.due_at),
        instant_text(due.warn_at),
        to_text(due.since),
        due.index,
        due.why,
        due.provisional,
        instant_text(due.asked_at),
        due.extension,
    )


#: Those who are asked together have one due date, and a pass opens its follow-ups with one.
@lru_cache(maxsize=1024)
def _due_in(
    due_at: str | None,
    warn_at: str | None,
    since: str,
    index: int,
    why: str,
    provisional: bool,
    asked_at: str | None,
    extension: str | None,
) -> DueChange:
    due, warn = from_text(due_at) if due_at else None, from_text(warn_at) if warn_at else None
    asked = from_text(asked_at) if asked_at else None
    return DueChange(due, warn, from_text(since), index, why, provisional, asked, extension)


def task_to_json(task: Task) -> str:
    """A task's text, without its visits."""
    return to_json(
        (
            task.id,
            task.workflow,
            task.digest,
            task.family,
            task.office,
            task.opener,
            dict(task.fields),
            dict(task.sealed),
            to_text(task.opened_at),
            [_due_out(due) for due in task.dues],
            task.status,
            instant_text(task.closed_at),
            task.answers,
            task.cause,
            task.parent,
            task.seq,
            task.last,
            task.last_index,
            task.last_actor,
            task.actor_since,
            [(each.field, each.by, to_text(each.at), each.index) for each in task.given],
            [(each.why, each.step, to_text(each.at), each.index, each.row) for each in task.deviations],
            [(to_text(at), index) for at, index in task.attached],
            task.into,
            task.reference,
            task.merged,
        )
    )


def task_from_json(text: str, visits: Iterable[str]) -> Task:
    """The task of its text and its visits' texts, in the order in which they were entered."""
    head = from_json(text)
    given, strayed, attached, into, reference, merged = head[20:]
    (identity, workflow, digest, family, office, opener, fields, sealed, opened_at, dues, status) = head[:11]
    return Task(
        identity,
        workflow,
        digest,
        family,
        office,
        opener,
        fields,
        sealed,
        from_text(opened_at),
        tuple([_due_in(*each) for each in dues]),
        visits_from_json(visits),
        status,
        _read(head[11]),
        *(
            *head[12:20],
            tuple([Given(name, by, from_text(at), index) for name, by, at, index in given]),
            tuple([Deviation(why, step, from_text(at), *rest) for why, step, at, *rest in strayed]),
            tuple([(from_text(at), index) for at, index in attached]),
            into,
            reference,
            tuple(merged),
        ),
    )


def finding_to_json(finding: Finding) -> str:
    """A finding's text."""
    lead = finding.lead
    return to_json(
        (
            finding.id,
            (
                lead.rule,
                lead.version,
                lead.severity,
                lead.task,
                lead.step,
                lead.visit,
                instant_text(lead.due_at),
                lead.evidence,
                _plain(lead.trace),
                _attribution_out(lead.attribution),
                lead.closed,
                lead.occurrence,
                lead.apart,
            ),
            to_text(finding.found_at),
            finding.found_index,
            finding.state,
            finding.disputed,
            [_attribution_out(each) for each in finding.history],
            finding.follow_up,
            finding.corrected,
            finding.ends,
        )
    )


def finding_from_json(text: str) -> Finding:
    """The finding of its text."""
    identity, lead, found_at, found_index, *became = from_json(text)
    state, disputed, history, follow_up, corrected, ends = became
    rule, version, severity, task, step, visit, due_at, evidence, trace, attribution, *rest = lead
    return Finding(
        identity,
        Lead(
            rule,
            version,
            severity,
            task,
            step,
            visit,
            _read(due_at),
            tuple(evidence),
            trace,
            _attribution_in(attribution),
            *rest,
        ),
        from_text(found_at),
        found_index,
        state,
        disputed,
        corrected,
        tuple([_attribution_in(each) for each in history]),
        follow_up,
        tuple(ends),
    )


def _attribution_out(attribution: Attribution) -> tuple[Any, ...]:
    return (
        [(each.person, each.degree, _plain(each.capacity), each.reason) for each in attribution.answerers],
        attribution.missing,
        attribution.clarifier,
        attribution.evidence,
    )


def _attribution_in(data: list[Any]) -> Attribution:
    answerers, missing, clarifier, evidence = data
    return Attribution(
        tuple([Answerer(*each) for each in answerers]), tuple(missing), clarifier, tuple(evidence)
    )


def _plain(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return data if type(data) is dict else dict(data)
