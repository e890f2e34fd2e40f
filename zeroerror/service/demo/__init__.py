"""`demo`: a week in a sample house, told in sentences, through `service` and nothing else.

What it leaves is a sandbox to play with: its clock stands on the Friday evening, everybody's key has one
passphrase, and the reports of the week lie in its home.
"""

from __future__ import annotations

import shlex
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zeroerror.model.errors import UsageError, VerificationFailed, ZeroErrorError
from zeroerror.model.instant import to_text
from zeroerror.service import audits, identity, log
from zeroerror.service.demo import others
from zeroerror.service.demo.stage import PASSPHRASE, Stage, Tell
from zeroerror.service.demo.story import Story
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import Institution, open_institution
from zeroerror.service.reporting import report_directory
from zeroerror.text import Language

__all__ = ["PASSPHRASE", "make_room", "run"]

#: Monday 23 November 2026, 08:00 in Shanghai: a week without a holiday.
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
FRIDAY = "2026-11-27 17:30"


def run(home: Path, tell: Tell, language: Language, database: str | None = None) -> dict[str, Any]:
    """Make a sandbox in an empty directory and let the week go by; returns where it is and what to try.

    `tell(code, **params)` is called for each thing that happens. Raises UsageError for a directory that is
    not empty, ZeroErrorError where it cannot be made.
    """
    make_room(home)
    made = initialise(home, at=MONDAY, database=database, simulated=True, passphrase=PASSPHRASE)
    tell("demo.begin", institution=made["institution"], persons=len(made["keys"]) - 1)
    with open_institution(home) as inst, tempfile.TemporaryDirectory() as papers:
        stage = Stage(inst, tell, language, Path(papers))
        story = Story(stage)
        try:
            stage.play([story.course(), *others.courses(stage)])
            stage.until(FRIDAY)
        finally:
            identity.logout(home)
        return _ended(inst, story, tell, language)


def make_room(home: Path) -> None:
    """Make the directory, where it is absent; raises UsageError for one that is not empty, or is none."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if any(home.iterdir()):
            raise UsageError("demo.directory_not_empty", path=str(home))
    except (FileExistsError, NotADirectoryError):
        raise UsageError("demo.not_a_directory", path=str(home)) from None
    except OSError as error:
        raise ZeroErrorError(
            "demo.directory_unusable", path=str(home), detail=error.strerror or str(error)
        ) from error


def _ended(inst: Institution, story: Story, tell: Tell, language: Language) -> dict[str, Any]:
    verified = log.verify(inst)
    if not verified.ok:
        first = verified.problems[0]
        raise VerificationFailed(first.code, **dict(first.params))
    tell("demo.verified", leaves=verified.leaves, root=verified.root)
    slots = audits.audits(inst)
    report = report_directory(inst, slots[0]["slot"]) / f"daily.{language}.html"
    tell("demo.report", slots=len(slots), path=str(report))
    home = shlex.quote(str(inst.home))
    commands = [
        f"zeroerror --home {home} report daily",
        f"zeroerror --home {home} why {story.finding['id']}",
        f"zeroerror --home {home} login {story.colleague}",
    ]
    tell("demo.try")
    for command in commands:
        tell("demo.command", command=command)
    return {
        "home": str(inst.home),
        "passphrase": PASSPHRASE,
        "institution": inst.name,
        "now": to_text(inst.now()),
        "task": story.task,
        "finding": story.finding["id"],
        "follow_up": story.finding["follow_up"],
        "report": str(report),
        "leaves": verified.leaves,
        "root": verified.root,
        "commands": commands,
    }
