"""Reports that go out by themselves: the daily one of each slot, and the weekly and monthly ones with the first slot after them.

Their files lie under `reports/<slot>/` and `reports/<period>/` of the home, and are written again where they
are absent, the same ones. When a period's report is owed is said by the slots: no clock is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror import files, render
from zeroerror.audit.rules import RULES
from zeroerror.engine.oversight import DISPUTE
from zeroerror.model.errors import UsageError, ZeroErrorError, errno_of
from zeroerror.report.counting import OF_FINDINGS, OF_TASKS
from zeroerror.report.daily import DailyFacts, figures
from zeroerror.report.period import Kind, Period, ended_between
from zeroerror.report.periodic import followed as parts
from zeroerror.service import audits
from zeroerror.service.following import parts_with_events
from zeroerror.service.institution import Institution
from zeroerror.service.log import checkpoint_of
from zeroerror.service.periodic import periodic
from zeroerror.service.seen import Seen
from zeroerror.service.telling import Telling
from zeroerror.service.telling_urging import OF_NOTICES, corrections_of, notices_followed, notices_of
from zeroerror.store import reads
from zeroerror.store.reads import board

CHECKPOINT_FILE = "checkpoint.txt"
REPORTS = "reports"
KINDS: tuple[Kind, ...] = ("weekly", "monthly")
#: The numbers of the daily report.
NAMES = (*OF_TASKS, *OF_FINDINGS, *OF_NOTICES)


class ReportUnwritten(ZeroErrorError):
    """A slot has run and its findings are in the ledger, but its report could not be written."""

    code = "report.unwritten"

    def __init__(self, ran: list[dict[str, Any]], slot: datetime, path: str, detail: str) -> None:
        #: What the slots found that ran before the writing failed.
        self.ran = ran
        super().__init__(slot=slot, path=path, detail=detail)


def run_and_report(inst: Institution) -> list[dict[str, Any]]:
    """Run every slot that is owed, and write whatever is absent of any slot's report; returns what they found.

    Raises ReportUnwritten, after everything else has been done, where a file could not be written: the audit
    goes before its report, and the next tick writes what is absent.
    """
    done = audits.run_owed(inst)
    failed: ReportUnwritten | None = None
    rows = reads.slots(inst.conn)
    for write, slot in [*_daily(inst, rows), *_periodic(inst, rows)]:
        try:
            write()
        except OSError as error:
            where = str(error.filename or inst.home / REPORTS)
            failed = failed or ReportUnwritten(done, slot, where, errno_of(error))
    if failed is not None:
        raise failed
    return done


#: What writes a report, and the slot with which it goes out.
_Owed = tuple[Callable[[], object], datetime]


def _daily(inst: Institution, rows: Sequence[reads.Slot]) -> Iterator[_Owed]:
    for each in rows:
        yield partial(write_daily, inst, each.slot, report_directory(inst, each.slot)), each.slot


def _periodic(inst: Institution, rows: Sequence[reads.Slot]) -> Iterator[_Owed]:
    if not rows:
        return
    # Slots run in order: once one has run after a period's end, all that belong to it have.
    last = max(each.slot for each in rows)
    for kind, period in periods_reported(inst, audits.begun(inst), last):
        yield partial(write_periodic, inst, kind, period), last


def periods_reported(inst: Institution, after: datetime, until: datetime) -> list[tuple[Kind, Period]]:
    """The weeks and months whose reports go out with the slots after one instant and up to another."""
    zone = inst.calendar.zone
    return [(kind, each) for kind in KINDS for each in ended_between(kind, after, until, zone)]


def report_directory(inst: Institution, slot: datetime) -> Path:
    """Where a slot's reports lie."""
    local = slot.astimezone(ZoneInfo(inst.calendar.zone))
    return inst.home / REPORTS / local.strftime("%Y-%m-%d-%H%M")


def write_daily(inst: Institution, slot: datetime, directory: Path) -> list[Path]:
    """Write what is absent of a slot's report: HTML, JSON, and the checkpoint that leaves the machine with it.

    Raises OSError where a file cannot be written; what stands there then is whole, or not there.
    """
    names = ("daily.zh.html", "daily.en.html", "daily.json", CHECKPOINT_FILE)
    absent = [name for name in names if not (directory / name).exists()]
    if not absent:
        return []
    directory.mkdir(parents=True, exist_ok=True)
    found = daily(inst, slot)
    texts: Mapping[str, Callable[[], str]] = {
        "daily.zh.html": lambda: render.daily_html(found, "zh"),
        "daily.en.html": lambda: render.daily_html(found, "en"),
        "daily.json": lambda: render.daily_json(found),
        CHECKPOINT_FILE: lambda: checkpoint_of(inst),
    }
    # Two schedulers may write the same report at once: what one has put there, the other leaves.
    return [directory / name for name in absent if files.add(directory / name, texts[name]().encode())]


def write_periodic(inst: Institution, kind: Kind, period: Period) -> list[Path]:
    """Write what is absent of a week's or a month's report; the month's also as it is handed in, and as a workbook.

    Raises OSError where a file cannot be written.
    """
    directory = inst.home / REPORTS / period.name
    made: dict[str, Callable[[Mapping[str, Any]], bytes]] = {
        f"{kind}.zh.html": lambda told: render.periodic_html(told, "zh").encode(),
        f"{kind}.en.html": lambda told: render.periodic_html(told, "en").encode(),
        f"{kind}.json": lambda told: render.daily_json(told).encode(),
    }
    if kind == "monthly":
        made["monthly.zh.docx"] = lambda told: render.periodic_docx(told, "zh")
        made["monthly.zh.xlsx"] = lambda told: render.periodic_xlsx(told, "zh")
    absent = [name for name in made if not (directory / name).exists()]
    if not absent:
        return []
    directory.mkdir(parents=True, exist_ok=True)
    told = periodic(inst, kind, period.name)
    return [directory / name for name in absent if files.add(directory / name, made[name](told))]


def daily(inst: Institution, slot: datetime | None = None) -> dict[str, Any]:
    """The figures of a slot's report, by default the last; before any slot has run, of this moment.

    Raises UsageError for a slot that has not run.
    """
    seen = _seen(inst, slot)
    before = seen.previous
    previous = None if before is None else figures(_facts(inst, before, None))
    return figures(_facts(inst, seen, previous))


def followed(
    inst: Institution, told: Mapping[str, Any], figure: str, office: str | None
) -> list[dict[str, Any]]:
    """One of these figures followed down: by office, with the ids it counts and the leaves behind them."""
    slot = told["slot"]
    seen = _seen(inst, None if slot is None else datetime.fromisoformat(slot).astimezone(UTC))
    if figure in OF_NOTICES:
        return notices_followed(seen, figure, office)
    return parts_with_events(seen, parts(told, figure, office))


def _seen(inst: Institution, slot: datetime | None) -> Seen:
    rows = reads.slots(inst.conn)
    row = next((each for each in reversed(rows) if slot in (None, each.slot)), None)
    if row is None and slot is not None:
        raise UsageError("error.no_such_slot", slot=slot)
    return Seen(inst.conn, row, inst.now() if row is None else row.slot)


def _calm(seen: Seen, told: Telling) -> dict[str, str]:
    """The open tasks of which nothing is told but that they are there, each with the office in whose hands it is."""
    if seen.behind:
        return {}
    rows = board.calm(seen.conn, seen.at, seen.midnight, seen.position)
    return {each.task: told.owing(each.person, each.office) for each in rows}


def _facts(inst: Institution, seen: Seen, previous: Mapping[str, Any] | None) -> DailyFacts:
    told = Telling(seen)
    calm = _calm(seen, told)
    open_tasks = seen.judged_open(seen.open_ids().difference(calm))
    steps = [told.step(task, visit) for task in open_tasks for visit in task.open_visits()]
    wrote = seen.wrote
    return DailyFacts(
        institution=inst.name,
        slot=None if seen.row is None else seen.row.slot,
        as_of=seen.at,
        simulated=inst.simulated,
        position=seen.position,
        wrote=None if seen.row is None else (wrote.start, wrote.end - wrote.start),
        root=seen.root,
        rules=tuple((each.name, each.version) for each in RULES.values()),
        offices=tuple(
            (each.id, each.title)
            for each in sorted(seen.organisation.offices, key=lambda office: not office.general)
        ),
        steps=tuple(steps),
        calm=tuple(calm.items()),
        found=told.items(seen.found()),
        open_findings=told.items(seen.open_findings()),
        cured=told.items(seen.changed("finding_cured")),
        withdrawn=told.items(seen.changed("finding_withdrawn")),
        voided=told.items(seen.changed("finding_voided")),
        revised=told.items(seen.changed("attribution_revised", "attribution_corrected")),
        follow_ups=tuple(
            told.follow_up(task, visit)
            for task in open_tasks
            # Whoever answers a dispute follows nothing up.
            if task.family == "oversight" and task.workflow != DISPUTE
            for visit in task.open_visits()
        ),
        notices=notices_of(seen),
        corrections=corrections_of(seen),
        closed_today=tuple(seen.ended_today()),
        missed_slots=seen.missed(),
        previous=previous,
        zone=seen.calendar.zone,
    )
