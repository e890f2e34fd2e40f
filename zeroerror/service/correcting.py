"""更正: who was told that something looked wrong, or whose it was, is told when it was not so (design §8).

To the same readers: whoever got a notice about the finding, was asked to explain it, or was named by it. What
people decided since the pass before, and what this pass says itself, is told of together, once to each.
"""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.audit.judge import Judgement
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.finding import Attribution, Finding
from zeroerror.model.notice import Notice
from zeroerror.service.facts import StoreFacts
from zeroerror.store import reads
from zeroerror.store.connection import Connection

_SAID = """SELECT idx, kind, bytes FROM leaf WHERE idx >= ? AND kind IN ('finding_voided', 'attribution_corrected')
    ORDER BY idx"""
_WHY = {"finding_voided": "voided", "attribution_corrected": "corrected"}


class Correcting:
    """The corrections of one pass, gathered view by view."""

    def __init__(self, conn: Connection, facts: StoreFacts, *, since: int) -> None:
        self._conn, self._facts, self._since = conn, facts, since
        #: By finding, in the order in which it is told: the finding, and why. The last word counts.
        self._changed: dict[str, tuple[Finding, str]] = {}

    def add(self, judgement: Judgement) -> None:
        """Take in what a view's judgement says otherwise than before."""
        self._changed.update((each.id, (each, "revised")) for each, _ in judgement.revised)
        self._changed.update((each.id, (each, "withdrawn")) for each, _, _ in judgement.withdrawn)

    def events(self) -> Iterator[Event]:
        """One correction for each finding that somebody had been told of."""
        changed = {**dict(self._by_people()), **self._changed}
        if not changed:
            return
        told = [finding for finding, _ in changed.values()]
        self._facts.read_all(each.follow_up for each in told if each.follow_up is not None)
        given = reads.notices_of_matters(self._conn, {each.lead.task for each in told if each.lead.task})
        notices: dict[str, list[Notice]] = {}
        for each in (one for matter in given.values() for one in matter):
            notices.setdefault(each.finding, []).append(each)
        for id, (finding, why) in changed.items():
            readers = self._readers(finding, notices.get(id, []))
            if readers:
                yield Event(
                    INSTITUTION, "correction_sent", {"finding": id, "why": why, "to": sorted(readers)}
                )

    def _by_people(self) -> Iterator[tuple[str, tuple[Finding, str]]]:
        for _, kind, data in self._conn.all(_SAID, (self._since,)):
            finding = self._facts.finding(decode_fast(data).body["finding"])
            if finding is not None:
                yield finding.id, (finding, _WHY[kind])

    def _readers(self, finding: Finding, notices: list[Notice]) -> set[str]:
        readers = {person for each in notices for person in each.to}
        task = None if finding.follow_up is None else self._facts.task(finding.follow_up)
        if task is not None:
            held = (holding.person for visit in task.visits for holding in visit.holdings)
            readers |= {person for person in held if person is not None}
        for attribution in (finding.lead.attribution, *finding.history):
            readers |= _named(attribution)
        return readers


def _named(attribution: Attribution) -> set[str]:
    """Whom a finding named as answering for it: his own slips and lists had it."""
    return {each.person for each in attribution.answerers}
