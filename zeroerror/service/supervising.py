"""The weekly page of a supervisor: how his offices stand, what awaits his decision, what is late, and room to write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.model.errors import UsageError
from zeroerror.report import counting, periodic
from zeroerror.report.daily import listed_steps, oldest_due
from zeroerror.report.period import going
from zeroerror.service.following import events
from zeroerror.service.institution import Institution
from zeroerror.service.periodic import gathered, spans
from zeroerror.service.slips import Paper, figures_of
from zeroerror.service.telling import Telling

SCHEMA = "zeroerror.report.supervisor/1"
#: What is told of each office: how it stands, and what the week brought.
OF_OPEN = ("open", "overdue", "due_today", "due_soon", "at_desk")
OF_WEEK = ("found", "cured", "opened", "closed")


def page(inst: Institution, printer: str, person: str, at: datetime | None = None) -> dict[str, Any]:
    """The page of a supervisor for the week of an instant, by default of now; UsageError for who supervises no office."""
    paper = Paper(inst, printer, at)
    organisation, at = paper.organisation, paper.at
    mine = {
        each.id: each.title for each in organisation.offices if organisation.supervisor(each.id, at) == person
    }
    if not mine:
        known = list(organisation.supervisors(at))
        raise UsageError("report.no_supervisor", person=person, known=known)
    span, before = spans(inst, going("weekly", at, paper.head()["zone"]), at, then=True)
    teller = Telling(span)
    steps = [teller.step(task, visit) for task in span.open_tasks() for visit in task.open_visits()]
    week = periodic.figures(
        gathered(inst, span), None if before is None else gathered(inst, before, rooted=False)
    )
    own = sorted((each for each in steps if each.office in mine), key=oldest_due)
    slip = paper.slip(person, None)
    rows = _offices(mine, counting.standings(steps), week)
    return {
        **paper.head(),
        "schema": SCHEMA,
        **{name: week[name] for name in ("period", "first", "last")},
        "slip": slip,
        "offices": rows,
        "overdue": listed_steps(own, paper.local)["overdue"],
        "figures": {
            **figures_of([slip]),
            **{
                f"{row['office']}/{name}": {
                    "value": figure["value"],
                    "leaves": [
                        {"of": each["of"], "index": each["index"]}
                        for each in events(span, name, figure.get("findings"), figure["tasks"])
                    ],
                }
                for row in rows
                for name, figure in row["figures"].items()
            },
        },
    }


def _offices(
    mine: Mapping[str, str], standings: Mapping[str, tuple[str, str]], week: Mapping[str, Any]
) -> list[dict[str, Any]]:
    weekly = {row["office"]: row["figures"] for row in week["offices"]}
    rows = []
    for office, title in mine.items():
        here = {task: how for task, (where, how) in standings.items() if where == office}
        figures = {
            name: counting.of_tasks(task for task, how in here.items() if name in ("open", how))
            for name in OF_OPEN
        }
        figures.update((name, weekly[office][name]) for name in OF_WEEK)
        rows.append({"office": office, "title": title, "figures": figures})
    return rows
