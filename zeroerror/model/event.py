"""Events: what happened. A leaf of the ledger is one event's bytes.

An event is its kind and its body, a JSON object; there is no second form of it. What each kind carries:

Task's stream (stream = the task's id)
  task_opened      workflow, digest, family, office, opener, fields, sealed, due_at, provisional, answers, opened_at, cause, reference;
                   by another task's action: parent
  step_entered     step, visit, owner, person, capacity, urger, waits_for, unassigned, tried, entered_at, due_at,
                   warn_at, provisional, ready_for; of a countersigning: signing (round, place, signer, text,
                   silence, added_by, reason); of a vote: voting (round, place, voter, text, chair, silence)
  step_left        step, visit, action, outcome, doer, capacity, done_at, reason, fields, sealed, attachments,
                   fault, late_record; on paper: recorder; imported: row, entered_at, left_at
                   of a recorded vote: minutes (held_at, voters, ballots, yes, no, abstain, absent, recused,
                   recorder, countersigned_by)
  step_withdrawn   step, visit, why
  step_released    step, visit, why       (the step whose act has left the group, or has opened its region again; `parent`: the
                   task by whose action it was opened has been ended, or asks for it no longer)
                   of a countersigning: signing (`silent` | `removed` | `changed`), by, reason
                   of a vote: voting (`recused` | `absent` | `silent` | `changed`), by, reason, opinion
  vote_counted     step, round, voters, recused, due, absent, present, yes, no, abstain, quorum, quorum_needs,
                   threshold, base, of, needs, outcome
  step_restored    step, visit            (拿回: the earlier visit is open again, its due date as it was)
  done_confirmed   step, visit, proposal, by   (a second person confirms when it was done)
  step_assigned    step, visit, person, by, why (`assign` | `transfer` | `handover`), capacity, reason
  step_delegated   step, visit, person (None: taken back), by, reason
  clock_stopped    step, visit, waits_for, reason
  clock_resumed    step, visit, due_at, warn_at, provisional
  extension_asked  step, visit, proposal, extension, reason
  due_extended     step, visit, due_at, warn_at, provisional, proposal, asked_at,
                   extension
  due_recomputed   step, visit, due_at, warn_at, provisional, cause   (step None: the task's own limit)
  due_moved        step, visit, due_at, warn_at, provisional, cause   (the field that another region's act changed)
  text_revised     step, fields, sealed, attachments, reason   (what is being countersigned, by who sent it)
  task_noted       note | attachment; from paper: doer, recorder, capacity, done_at; imported: step, doer, capacity, happened_at, nonconforming, row
  handed_over      person, to, leave, steps ([task, step, visit, due_at] of what he owed when his leave was approved)
  task_closed      status (`closed` | `cancelled` | `merged` | `redirected`), outcome, closed_at; of what goes on in
                   another task: into, reason
  task_joined      task, reason   (the task that goes on in this one)

Institution's stream
  genesis          keys, organisation, calendar, settings, simulated, institution
  proposed         proposal, kind, body, about, by
  confirmed        proposal, by         rejected   proposal, by, reason     lapsed   proposal, why
  organisation_applied   digest, organisation, touched (persons concerned), since
  calendar_applied       year, calendar
  hours_applied          hours
  settings_applied       settings
  definition_published   id, digest, text, effective, table; overlays, where some lie on the text
  key_enrolled     id, person, public   key_revoked  id
  texts_erased     digests, reason
  denied           by, kind, codes, task, step
  slot_run         audit, slot, previous, seen (position), examined, counts, unnoticed
  finding_opened   the finding's JSON       finding_cured, finding_withdrawn  finding, why, evidence
  attribution_revised    finding, attribution
  finding_disputed       finding, by, task, reason      dispute_answered  finding, by, task, answer, reason
  finding_voided         finding, proposal, proposed_by, by, reason
  attribution_corrected  finding, attribution, proposal, proposed_by, by, reason
  rectify_ordered  finding, by, task, reason
  notice_given     notice, finding, task, step, visit, stage, level, to, owes, interval, last, again_at
  notice_answered  notice, by, reason, again_at
  task_circulated  task, persons, by      task_read  task, by
  correction_sent  finding, why (`withdrawn` | `voided` | `revised` | `corrected`), to
  plan_held        owing, plan, period, office, person, place, number, reason: {code, params}
  plan_opened      owing, plan, period, office, person, place, number, held, task
  clock_set        at
  log_imported     file, workflow, definition, mapping, counts, broken
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from zeroerror.model.command import Capacity
from zeroerror.model.value import dataclass

INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in one stream."""

    stream: str
    kind: str
    body: Mapping[str, Any]
    #: The body as the ledger writes it, kept by whoever wrote it first: a log of thousands is signed, checked
    #: and appended, and each of them asks for it.
    text: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the ledger knows of an event besides it: where it stands, when, by whom, in what capacity."""

    index: int
    at: datetime
    actor: str
    capacity: Capacity
    hash: str
    seq: int
