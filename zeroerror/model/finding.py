"""A finding: a lead, with its evidence and its arithmetic, and who answers for it or why nobody does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Any

from zeroerror.model.instant import from_text, to_text
from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Answerer:
    """One person who answers for a finding: in what degree, in what capacity, for which reason."""

    person: str
    #: `direct`, `review` or `lead`.
    degree: str
    #: {kind: own|cover|paper|imported, for: POST}
    capacity: Mapping[str, Any]
    #: A code of the catalogue, `attribution.…`.
    reason: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who answers, or what is missing to say so: never both empty."""

    answerers: tuple[Answerer, ...] = ()
    #: Codes of what is missing (`undetermined`); empty where it is determined.
    missing: tuple[str, ...] = ()
    #: Whose duty it is to clarify what is undetermined.
    clarifier: str | None = None
    #: Indices of the leaves it rests on.
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    """What a rule found, before it is compared with the findings already in the ledger."""

    rule: str
    version: int
    severity: str
    task: str | None
    step: str | None
    visit: int | None
    #: The first due instant missed; None for a finding about an event.
    due_at: datetime | None
    #: Indices of the leaves that show it.
    evidence: tuple[int, ...]
    #: The arithmetic as data: what was due when, how late, days counted.
    trace: Mapping[str, Any]
    attribution: Attribution
    #: Born closed: findings about an event.
    closed: bool = False
    #: Distinguishes a new occurrence of the same slip; the index of the event for findings about one.
    occurrence: int = 0
    #: What tells it from another slip of the same visit where its due instant does not: two notices given on one
    #: day are owed an answer by the same instant.
    apart: str | None = None
    #: The fingerprint, once it has been asked for: a pass asks half a dozen times.
    known: str | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def slip(self) -> str | datetime | None:
        """Which slip of the visit it is: by its own mark, else by the first due instant missed."""
        return self.due_at if self.apart is None else self.apart

    @property
    def fingerprint(self) -> str:
        """One slip, one finding: (rule, task, step, visit, which slip, occurrence), without the version."""
        if self.known is not None:
            return self.known
        slip = self.slip.isoformat() if isinstance(self.slip, datetime) else self.slip
        parts = (
            self.rule,
            self.task or "-",
            self.step or "-",
            str(self.visit or 0),
            slip or "-",
            str(self.occurrence),
        )
        made = "|".join(parts)
        object.__setattr__(self, "known", made)
        return made


@dataclass(frozen=True, slots=True)
class Finding:
    """A lead on record, with what has become of it."""

    id: str
    lead: Lead
    found_at: datetime
    found_index: int
    #: `open`, `cured`, `withdrawn`, `voided` or `closed`.
    state: str = "open"
    disputed: bool = False
    #: Two persons have judged whose it is; no rule changes it any more.
    corrected: bool = False
    #: Earlier attributions, oldest first.
    history: tuple[Attribution, ...] = ()
    follow_up: str | None = None
    #: Indices of the leaves that have said since what became of it, in order.
    ends: tuple[int, ...] = ()


def attribution_to_json(attribution: Attribution) -> dict[str, Any]:
    """The form in leaves."""
    return {
        "answerers": [
            {
                "person": each.person,
                "degree": each.degree,
                "capacity": dict(each.capacity),
                "reason": each.reason,
            }
            for each in attribution.answerers
        ],
        "missing": list(attribution.missing),
        "clarifier": attribution.clarifier,
        "evidence": list(attribution.evidence),
    }


def attribution_from_json(data: Mapping[str, Any]) -> Attribution:
    """The attribution of its form in leaves."""
    return Attribution(
        answerers=tuple(
            Answerer(each["person"], each["degree"], each["capacity"], each["reason"])
            for each in data["answerers"]
        ),
        missing=tuple(data["missing"]),
        clarifier=data["clarifier"],
        evidence=tuple(data["evidence"]),
    )


def opened_body(id: str, lead: Lead, follow_up: str | None) -> dict[str, Any]:
    """What a `finding_opened` leaf carries."""
    return {
        "finding": id,
        "rule": lead.rule,
        "version": lead.version,
        "severity": lead.severity,
        "task": lead.task,
        "step": lead.step,
        "visit": lead.visit,
        "due_at": None if lead.due_at is None else to_text(lead.due_at),
        "evidence": list(lead.evidence),
        "trace": dict(lead.trace),
        "attribution": attribution_to_json(lead.attribution),
        "closed": lead.closed,
        "occurrence": lead.occurrence,
        "apart": lead.apart,
        "follow_up": follow_up,
    }


def finding_opened(body: Mapping[str, Any], at: datetime, index: int) -> Finding:
    """The finding that a `finding_opened` leaf puts on record."""
    lead = Lead(
        rule=body["rule"],
        version=body["version"],
        severity=body["severity"],
        task=body["task"],
        step=body["step"],
        visit=body["visit"],
        due_at=None if body["due_at"] is None else from_text(body["due_at"]),
        evidence=tuple(body["evidence"]),
        trace=body["trace"],
        attribution=attribution_from_json(body["attribution"]),
        closed=body["closed"],
        occurrence=body["occurrence"],
        apart=body["apart"],
    )
    state = "closed" if lead.closed else "open"
    return Finding(body["finding"], lead, at, index, state, follow_up=body["follow_up"])


def finding_changed(finding: Finding, kind: str, body: Mapping[str, Any], index: int) -> Finding:
    """The finding after a later leaf about it; raises KeyError for a kind that is not in CHANGES."""
    return replace(CHANGES[kind](finding, body), ends=(*finding.ends, index))


def _revised(finding: Finding, body: Mapping[str, Any]) -> Finding:
    lead = replace(finding.lead, attribution=attribution_from_json(body["attribution"]))
    return replace(finding, lead=lead, history=(*finding.history, finding.lead.attribution))


def _corrected(finding: Finding, body: Mapping[str, Any]) -> Finding:
    return replace(_revised(finding, body), corrected=True)


#: What may become of a finding, by the kind of the leaf that says so.
CHANGES: Mapping[str, Callable[[Finding, Mapping[str, Any]], Finding]] = {
    "finding_cured": lambda finding, body: replace(finding, state="cured"),
    "finding_withdrawn": lambda finding, body: replace(finding, state="withdrawn"),
    "attribution_revised": _revised,
    "attribution_corrected": _corrected,
    "finding_voided": lambda finding, body: replace(finding, state="voided"),
    "rectify_ordered": lambda finding, body: replace(finding, follow_up=body["task"]),
    "finding_disputed": lambda finding, body: replace(finding, disputed=True),
    "dispute_answered": lambda finding, body: replace(finding, disputed=False),
}
