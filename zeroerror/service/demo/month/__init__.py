"""`demo --month`: a month in the sample house in which every rule is seen at work, through `service`.

What it leaves is a sandbox: its clock stands on the first morning of the next month, when the month's report has
been written. One hand reaches past the front door, that of the story's intruder; a sandbox alone has a door for it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zeroerror.model.errors import VerificationFailed
from zeroerror.model.instant import to_text
from zeroerror.service import audits, identity, log
from zeroerror.service.demo import make_room
from zeroerror.service.demo.month import dates, house, lateness, people, work
from zeroerror.service.demo.month.stage import MonthStage
from zeroerror.service.demo.month.tally import tally
from zeroerror.service.demo.stage import PASSPHRASE, Tell
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import Institution, open_institution
from zeroerror.text import Language

#: Monday 2 November 2026, 08:00 in Shanghai: a month without a holiday.
BEGIN = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
END = "2026-12-01 09:00"


def run(home: Path, tell: Tell, language: Language, database: str | None = None) -> dict[str, Any]:
    """Make a sandbox in an empty directory and let the month go by; returns where it is and what every rule found.

    Tells, refuses and raises as the week's `run` does.
    """
    make_room(home)
    said: list[dict[str, Any]] = []

    def told(code: str, **params: Any) -> None:
        said.append({"code": code, "params": params})
        tell(code, **params)

    made = initialise(home, at=BEGIN, database=database, simulated=True, passphrase=PASSPHRASE)
    told("demo.month_begin", institution=made["institution"], persons=len(made["keys"]) - 1)
    with open_institution(home) as inst, tempfile.TemporaryDirectory() as papers:
        stage = MonthStage(inst, told, language, Path(papers))
        try:
            stage.play(
                [course for each in (house, lateness, dates, people, work) for course in each.courses(stage)]
            )
            stage.until(END)
        finally:
            identity.logout(home)
        return {**_ended(inst, stage), "story": said}


def _ended(inst: Institution, stage: MonthStage) -> Mapping[str, Any]:
    reports = inst.home / "reports" / "2026-11"
    stage.tell("month_monthly", paths=sorted(each.name for each in reports.iterdir()), path=str(reports))
    verified = log.verify(inst)
    if not verified.ok:
        first = verified.problems[0]
        raise VerificationFailed(first.code, **dict(first.params))
    stage.say("verified", leaves=verified.leaves, root=verified.root)
    return {
        "home": str(inst.home),
        "passphrase": PASSPHRASE,
        "institution": inst.name,
        "now": to_text(inst.now()),
        "slots": len(audits.audits(inst)),
        "report": str(reports),
        "leaves": verified.leaves,
        "root": verified.root,
        "rules": tally(inst),
    }
