"""Writing what leaves say into the projection: by the front door when they are appended, by replay again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zeroerror.ledger.leaf import canonical
from zeroerror.model.calendar import calendar_from_json, calendar_to_json, year_from_json
from zeroerror.model.errors import VerificationFailed
from zeroerror.model.event import INSTITUTION, Event, Stamp
from zeroerror.model.finding import CHANGES, Finding, finding_changed, finding_opened
from zeroerror.model.fold import evolve
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.notice import Notice, notice_given
from zeroerror.model.task import Task
from zeroerror.store import circulation, notices, plans, projections, reads
from zeroerror.store.connection import Connection


class Projector:
    """Folds events into tables, task by task; nothing of a task is written before `flush`."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._before: dict[str, Task | None] = {}
        self._after: dict[str, Task] = {}
        self._found: list[Finding] = []
        self._given: list[Notice] = []

    def task(self, id: str) -> Task | None:
        """The task as the events so far leave it."""
        if id not in self._before:
            self.remember(id, reads.task(self.conn, id))
        return self._after.get(id) or self._before[id]

    def read(self, ids: Iterable[str]) -> None:
        """Read these tasks at once, as far as they are not known: a pass opens a thousand."""
        missing = set(ids) - self._before.keys()
        if missing:
            found = reads.tasks_by_id(self.conn, missing)
            self._before.update((id, found.get(id)) for id in missing)

    def remember(self, id: str, task: Task | None) -> None:
        """Take a task as it stands in the projection, where it has been read within this transaction."""
        self._before.setdefault(id, task)

    def apply(self, event: Event, stamp: Stamp) -> None:
        """Fold one event, in the order of the ledger."""
        if event.kind == "finding_opened":
            # A pass finds a thousand at once, and they are written in one go.
            self._found.append(finding_opened(event.body, stamp.at, stamp.index))
        elif event.kind == "notice_given":
            self._given.append(notice_given(event.body, stamp.at, stamp.index))
        elif event.stream == INSTITUTION:
            self._flush_new()
            _WRITES.get(event.kind, _nothing)(self.conn, event.body, stamp)
        else:
            self._after[event.stream] = evolve(self.task(event.stream), event, stamp)

    def flush(self) -> None:
        """Write every task that has changed, and every finding that is new."""
        self._flush_new()
        fresh = [task for id, task in self._after.items() if self._before[id] is None]
        if fresh:
            projections.insert_tasks(self.conn, fresh)
        for id, task in self._after.items():
            before = self._before[id]
            if before is not None:
                projections.save_task(self.conn, before, task)
        self._before.clear()
        self._after.clear()

    def _flush_new(self) -> None:
        if self._found:
            projections.insert_findings(self.conn, self._found)
            self._found = []
        if self._given:
            notices.insert_notices(self.conn, self._given)
            self._given = []


Body = Mapping[str, Any]


def _nothing(conn: Connection, body: Body, stamp: Stamp) -> None:
    """A denial, or an import's summary: it stands in the ledger and changes no table."""


def document_digest(content: Any) -> str:
    """The digest by which what holds for the institution is named in proposals to replace it."""
    return hashlib.sha256(canonical(content)).hexdigest()


def _document(conn: Connection, name: str, content: Any, index: int) -> None:
    projections.save_document(conn, name, content, document_digest(content), index)


def _genesis(conn: Connection, body: Body, stamp: Stamp) -> None:
    for key in body["keys"]:
        projections.save_key(
            conn, id=key["id"], person=key["person"], public=key["public"], index=stamp.index
        )
    institution = {key: body[key] for key in ("institution", "simulated", "suite", "origin")}
    _document(conn, "institution", institution, stamp.index)
    for name in ("organisation", "calendar", "settings"):
        _document(conn, name, body[name], stamp.index)


def _proposed(conn: Connection, body: Body, stamp: Stamp) -> None:
    projections.save_proposal(
        conn,
        id=body["proposal"],
        kind=body["kind"],
        status="open",
        proposer=body["by"],
        about=body["about"],
        content={"body": body["body"], "target": body["target"], "asked_at": to_text(stamp.at)},
        index=stamp.index,
    )


def _decided(status: str) -> Callable[[Connection, Body, Stamp], None]:
    def write(conn: Connection, body: Body, stamp: Stamp) -> None:
        found = reads.proposal(conn, body["proposal"])
        if found is None:
            raise VerificationFailed("ledger.unknown_proposal", index=stamp.index)
        more = {key: body[key] for key in ("by", "reason", "why") if key in body}
        projections.save_proposal(
            conn,
            id=found.id,
            kind=found.kind,
            status=status,
            proposer=found.proposer,
            about=found.about,
            content={**found.content, **more, "decided_at": to_text(stamp.at)},
            index=stamp.index,
        )

    return write


def _organisation(conn: Connection, body: Body, stamp: Stamp) -> None:
    _document(conn, "organisation", body["organisation"], stamp.index)


def _calendar(conn: Connection, body: Body, stamp: Stamp) -> None:
    held = reads.document(conn, "calendar")
    if held is None:
        raise VerificationFailed("ledger.no_genesis", index=stamp.index)
    calendar = calendar_from_json(held.content).with_year(year_from_json(body["calendar"]))
    _document(conn, "calendar", calendar_to_json(calendar), stamp.index)


def _hours(conn: Connection, body: Body, stamp: Stamp) -> None:
    held = reads.document(conn, "calendar")
    if held is None:
        raise VerificationFailed("ledger.no_genesis", index=stamp.index)
    calendar = calendar_from_json(held.content).with_hours(body["hours"])
    _document(conn, "calendar", calendar_to_json(calendar), stamp.index)


def _erased(conn: Connection, body: Body, stamp: Stamp) -> None:
    for digest in body["digests"]:
        projections.erase_payload(conn, digest)


def _settings(conn: Connection, body: Body, stamp: Stamp) -> None:
    _document(conn, "settings", body["settings"], stamp.index)


def _definition(conn: Connection, body: Body, stamp: Stamp) -> None:
    projections.save_definition(
        conn,
        digest=body["digest"],
        id=body["id"],
        text=body["text"],
        overlays=body.get("overlays", ()),
        effective=body["effective"],
        table=body["table"],
        index=stamp.index,
    )


def _enrolled(conn: Connection, body: Body, stamp: Stamp) -> None:
    projections.save_key(conn, id=body["id"], person=body["person"], public=body["public"], index=stamp.index)


def _revoked(conn: Connection, body: Body, stamp: Stamp) -> None:
    # The leaf that revokes a key may still be signed with it: somebody reports his own as lost.
    projections.end_key(conn, body["id"], stamp.index + 1)


def _slot(conn: Connection, body: Body, stamp: Stamp) -> None:
    projections.save_slot(
        conn,
        body["audit"],
        from_text(body["slot"]),
        index=stamp.index,
        seen=body["seen"],
        content=dict(body),
    )


def _finding(kind: str) -> Callable[[Connection, Body, Stamp], None]:
    def write(conn: Connection, body: Body, stamp: Stamp) -> None:
        found = reads.finding(conn, body["finding"])
        if found is None:
            raise VerificationFailed("ledger.unknown_finding", index=stamp.index)
        after = finding_changed(found, kind, body, stamp.index)
        projections.save_finding(conn, after, stamp.index)
        if after.state != "open":
            notices.end_notices(conn, after.lead)

    return write


def _answer(conn: Connection, body: Body, stamp: Stamp) -> None:
    notices.save_answer(
        conn,
        body["notice"],
        by=body["by"],
        at=to_text(stamp.at),
        reason=body["reason"],
        again_at=body["again_at"],
    )


def _clock(conn: Connection, body: Body, stamp: Stamp) -> None:
    _document(conn, "clock", {"at": body["at"]}, stamp.index)


def _correction(conn: Connection, body: Body, stamp: Stamp) -> None:
    notices.insert_correction(conn, body["finding"], body["why"], body["to"], to_text(stamp.at), stamp.index)


def _plan_held(conn: Connection, body: Body, stamp: Stamp) -> None:
    plans.save(conn, _planned(body, stamp.index, None, None))


def _plan_opened(conn: Connection, body: Body, stamp: Stamp) -> None:
    plans.save(conn, _planned(body, body["held"], body["task"], stamp.index))


def _planned(body: Body, held: int | None, task: str | None, idx: int | None) -> plans.Planned:
    return plans.Planned(
        id=body["owing"],
        plan=body["plan"],
        period=body["period"],
        office=body["office"],
        person=body["person"],
        place=body["place"],
        number=body["number"],
        held=held,
        task=task,
        idx=idx,
    )


def _circulated(conn: Connection, body: Body, stamp: Stamp) -> None:
    circulation.insert_readers(
        conn, body["task"], body["persons"], by=body["by"], at=to_text(stamp.at), index=stamp.index
    )


def _read(conn: Connection, body: Body, stamp: Stamp) -> None:
    circulation.save_reading(conn, body["task"], body["by"], at=to_text(stamp.at), index=stamp.index)


_WRITES: Mapping[str, Callable[[Connection, Body, Stamp], None]] = {
    "genesis": _genesis,
    "proposed": _proposed,
    "confirmed": _decided("confirmed"),
    "rejected": _decided("rejected"),
    "lapsed": _decided("lapsed"),
    "organisation_applied": _organisation,
    "calendar_applied": _calendar,
    "hours_applied": _hours,
    "texts_erased": _erased,
    "settings_applied": _settings,
    "definition_published": _definition,
    "key_enrolled": _enrolled,
    "key_revoked": _revoked,
    "slot_run": _slot,
    **{kind: _finding(kind) for kind in CHANGES},
    "notice_answered": _answer,
    "correction_sent": _correction,
    "plan_held": _plan_held,
    "plan_opened": _plan_opened,
    "task_circulated": _circulated,
    "task_read": _read,
    "clock_set": _clock,
}
