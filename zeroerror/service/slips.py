"""What goes on paper to people who open no terminal: the morning slip of a person, the weekly page of a supervisor.

Names stand on them, for each is handed to whom it is for; a text stands on it only where both he and whoever
prints it may read it. What somebody writes on them comes back through `task record`, so each line that waits
for him carries the commands a clerk would type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from zeroerror.model.errors import UsageError
from zeroerror.model.instant import ALWAYS, NEVER, from_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.report.daily import Local
from zeroerror.service import proposals
from zeroerror.service.desk import concerning, owed_of
from zeroerror.service.facts import proposal_of
from zeroerror.service.following import told
from zeroerror.service.institution import Institution
from zeroerror.service.notices import waiting_for
from zeroerror.service.past import Earlier, FactsThen
from zeroerror.service.reader import Reader
from zeroerror.service.seen import Seen
from zeroerror.service.telling import post_of
from zeroerror.store import log, reads

SCHEMA = "zeroerror.report.slips/1"
#: Numbers of a printing, each followed down to leaves.
NAMES = ("owed", "overdue", "today", "soon", "notices", "decisions", "corrections")
#: For so long a correction stays on the slip of whom it concerns.
CORRECTED_FOR = timedelta(days=7)
#: Why a line is somebody's who can sign it on paper.
_SIGNED = ("own", "cover", "desk")


def slips(
    inst: Institution, printer: str, office: str | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """The morning slips of an office, or of all of them, as of an instant; UsageError for an unknown office."""
    paper = Paper(inst, printer, at)
    offices = {each.id: each.title for each in paper.organisation.offices}
    if office is not None and office not in offices:
        raise UsageError("report.no_such_office", office=office, offices=list(offices))
    pages: list[dict[str, Any]] = []
    for id in offices if office is None else [office]:
        own = [each for each in paper.organisation.staff(id, paper.at) if paper.office_of(each) == id]
        made = [paper.slip(person, id) for person in own]
        pages.append(
            {
                "office": id,
                "title": offices[id],
                "slips": [each for each in made if _says(each)],
                "free": [
                    {"person": each["person"], "name": each["name"]} for each in made if not _says(each)
                ],
            }
        )
    return {
        **paper.head(),
        "schema": SCHEMA,
        "pages": pages,
        "figures": figures_of([each for page in pages for each in page["slips"]]),
    }


def followed(inst: Institution, sheet: Mapping[str, Any], figure: str) -> dict[str, Any]:
    """One of the numbers followed down to its leaves; UsageError for a number that it has not."""
    if figure not in sheet["figures"]:
        raise UsageError("report.no_such_figure", figure=figure, figures=list(sheet["figures"]))
    found = sheet["figures"][figure]
    events = told(inst.conn, ((each["of"], each["index"]) for each in found["leaves"]))
    return {"figure": figure, **found, "events": events}


def figures_of(made: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What slips count, each line by the leaf with which it began."""
    owed = [each for slip in made for each in slip["owed"]]
    counted = {
        "owed": owed,
        **{
            light: [each for each in owed if each["light"] == light] for light in ("overdue", "today", "soon")
        },
        "notices": [each for slip in made for each in slip["notices"]],
        "decisions": [each for slip in made for each in slip["decisions"]],
        "corrections": [each for slip in made for each in slip["corrections"]],
    }
    return {
        name: {"value": len(items), "leaves": [{"of": each["id"], "index": each["index"]} for each in items]}
        for name, items in counted.items()
    }


def _says(slip: Mapping[str, Any]) -> bool:
    return any(slip[part] for part in ("owed", "waiting", "notices", "decisions", "corrections"))


class Paper:
    """One printing: by somebody who may read some texts and not others, as of now or of an instant.

    What was printed can be had again, byte for byte: of an instant past nothing is seen that came later.
    """

    def __init__(self, inst: Institution, printer: str, at: datetime | None = None) -> None:
        now = inst.now()
        if at is not None and at > now:
            raise UsageError("report.as_of_to_come", at=at, now=now)
        self.inst, self.at = inst, at or now
        self._past = Earlier(inst.conn, self.at) if self.at < now else None
        if self._past is not None and self._past.position == 0:
            raise UsageError(
                "error.before_ledger", at=self.at, begun=from_text(next(log.leaves(inst.conn, 0, 1)).time)
            )
        self._reader = Reader(inst, printer, self.at, self._past)
        self.organisation: Organisation = self._reader.organisation
        self.local = Local(self.at, self._reader.zone)
        self._names = inst.names(each.id for each in self.organisation.persons)
        self._readable: dict[str, bool] = {}
        ids = reads.task_ids(inst.conn, reads.TaskFilter())
        self._short = short_ids(ids if self._past is None else self._past.there(ids))
        self._visits = [] if self._past is None else list(self._past.visits())

    def head(self) -> dict[str, Any]:
        """Of what and when it is."""
        seen = self._past or Seen(self.inst.conn, None, self.at)
        return {
            "institution": self.inst.name,
            "simulated": self.inst.simulated,
            "as_of": self.local.text(self.at),
            "zone": self._reader.zone,
            "position": seen.position,
            "root": seen.root,
        }

    def office_of(self, person: str) -> str | None:
        """In whose office somebody's slip is printed."""
        return self.organisation.office_of(person, self.at)

    def name(self, person: str) -> str:
        """Somebody's name; his id where it has been erased."""
        return self._names.get(person) or person

    def slip(self, person: str, office: str | None) -> dict[str, Any]:
        """What somebody owes, most urgent first; what waits for others; what he decides; what was corrected."""
        reader = Reader(self.inst, person, self.at, self._past)
        past = None if self._past is None else self.at
        owed, waiting = owed_of(reader, concerning(reader) if past is None else self._visits, past)
        return {
            "person": person,
            "name": self.name(person),
            "post": post_of(self.organisation, person, self.at, office),
            "owed": [self._line(each, person) for each in owed],
            "waiting": [self._line(each, person) for each in waiting],
            "notices": self._notices(waiting_for(reader, past)),
            "decisions": self._decisions(person),
            "corrections": self._corrections(person),
        }

    def _line(self, entry: Mapping[str, Any], person: str) -> dict[str, Any]:
        task = entry["task"]
        title = entry["title"] if self._may_read(task) else None
        # Of a step that was delegated: by whom on the one slip, to whom on the other.
        other = entry["person"] if entry["why"] == "delegate" else entry.get("delegate")
        return {
            "id": task,
            "short": self._short[task],
            "title": title,
            "hidden": title is None and (entry["title"] is not None or entry.get("hidden", False)),
            "kind": entry["workflow_title"],
            "office": entry["office"],
            "step": entry["step"],
            "step_title": entry["step_title"],
            "index": entry["index"],
            "due_at": self.local.text(entry["due_at"]),
            "light": entry["light"],
            "clock": entry["clock"],
            "why": entry["why"],
            "other": None if other is None else self.name(other),
            "actions": [
                {**each, "command": _record(task, entry["step"], each, person)}
                for each in entry["actions"]
                if entry["why"] in _SIGNED
            ],
        }

    def _may_read(self, task: str) -> bool:
        if task not in self._readable:
            found = self._task(task)
            self._readable[task] = found is not None and self._reader.may_read(found)
        return self._readable[task]

    def _task(self, id: str) -> Task | None:
        return reads.task(self.inst.conn, id) if self._past is None else self._past.tasks([id]).get(id)

    def _notices(self, waiting: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Notices that await his answer."""
        names = ("id", "level", "stage", "finding", "task", "index")
        return [
            {
                **{name: each[name] for name in names},
                "given_at": self.local.text(each["given_at"]),
                "command": f"zeroerror notice answer {each['id']} --reason ____",
            }
            for each in waiting
        ]

    def _corrections(self, person: str) -> list[dict[str, Any]]:
        """What he had been told of a finding, and is so no longer (更正)."""
        sent = [
            each
            for each in reads.corrections_to(self.inst.conn, person, self.at - CORRECTED_FOR)
            if self._sees(each.idx)
        ]
        found = reads.findings_by_id(self.inst.conn, {each.finding for each in sent})
        return [
            {
                "id": each.finding,
                "index": each.idx,
                "rule": found[each.finding].lead.rule,
                "task": found[each.finding].lead.task,
                "why": each.why,
                "sent_at": self.local.text(each.sent_at),
            }
            for each in sent
        ]

    def _said(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a proposal asks for, of whom and for when: as much of it as there is."""
        whose = {"person": body.get("person") or body.get("paper_of"), "by": body.get("by")}
        persons = {key: None if id is None else self.name(id) for key, id in whose.items()}
        # What has no end is said by its beginning alone.
        told = {key: body.get(key) for key in ("since", "until")}
        times = {
            key: None if at in (None, ALWAYS, NEVER) else self.local.stamp(str(at))
            for key, at in told.items()
        }
        return {
            **persons,
            **times,
            "office": body.get("office"),
            "role": body.get("role"),
            "names": [*(body[key] for key in ("id",) if body.get(key)), *body.get("files", ())],
            "acts": len(body.get("acts", ())),
        }

    @cached_property
    def _proposals(self) -> list[Proposal]:
        """What was proposed and is not decided."""
        if self._past is not None:
            return self._past.proposals()
        found = map(proposal_of, reads.proposals(self.inst.conn, "open"))
        return sorted(found, key=lambda each: each.index)

    def _sees(self, index: int) -> bool:
        return self._past is None or self._past.sees(index)

    def _decisions(self, person: str) -> list[dict[str, Any]]:
        """Proposals that he may decide: his own key confirms them, and no paper does."""
        rows = {each.id: each.index for each in self._proposals}
        facts = self._reader.facts if self._past is None else FactsThen(self._past)
        return [
            {
                "id": each["id"],
                "kind": each["kind"],
                "proposer": each["proposer"],
                "proposer_name": self.name(each["proposer"]),
                "about": each["about"] or each["body"].get("finding"),
                **self._said(each["body"]),
                "asked_at": self.local.text(each["asked_at"]),
                "index": rows[each["id"]],
                "command": f"zeroerror proposal confirm {each['id']}",
            }
            for each in proposals.proposals_json(self._proposals, facts, self.at, person)
            if each["may_decide"]
        ]


def _record(task: str, step: str, action: Mapping[str, Any], person: str) -> str:
    """The command by which a clerk enters what somebody did on paper; what only the paper says is left open."""
    words = ["zeroerror", "task", "record", task, action["action"], "--step", step, "--paper-of", person]
    words += ["--signed-at", "____", "--attach", "____"]
    words += [word for name in action["require"] for word in ("--set", f"{name}=____")]
    words += ["--reason", "____"] if action["reason"] else []
    return " ".join(words)


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """Each id's last figures where no other ends so, else with its year, else the whole of it."""
    listed = list(ids)
    counts: dict[str, int] = {}
    for id in listed:
        for end in _ends(id):
            counts[end] = counts.get(end, 0) + 1
    return {id: next((end for end in _ends(id) if counts[end] == 1), id) for id in listed}


def _ends(id: str) -> tuple[str, ...]:
    parts = id.split("-")
    return ("-".join(parts[-1:]), "-".join(parts[-2:])) if len(parts) > 1 else ()
