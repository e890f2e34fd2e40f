"""The clock that wakes the audits: it keeps no record of its own (design §8).

At each tick it asks the ledger which slots are owed and have not run. So it may sleep, be killed, or run
twice at once: what was owed is run, in order, and once. APScheduler 3.11 is the user's choice; its job store
stays in memory, it never skips a late tick, and ticks that piled up are one. A single tick does not load it.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from zeroerror.model.errors import ZeroErrorError
from zeroerror.service.delivery import deliver
from zeroerror.service.institution import Told, open_institution
from zeroerror.service.reporting import ReportUnwritten, run_and_report
from zeroerror.text import Language

#: How often the ledger is asked, in seconds: a slot starts at most so long after its instant.
TICK_SECONDS = 30


def tick(
    home: Path, tell: Told, language: Language = "zh", watch: Told | None = None
) -> list[dict[str, Any]]:
    """Run what is owed, write the reports that are absent, and let messages go out; returns what each slot found.

    `tell` hears what went wrong with a message, which stops nothing; `watch`, how far a large pass has come. Raises ReportUnwritten after all of it.
    """
    with open_institution(home) as inst:
        inst.tell = watch or inst.tell
        unwritten: ReportUnwritten | None = None
        try:
            ran = run_and_report(inst)
        except ReportUnwritten as error:
            unwritten, ran = error, error.ran
        for each in deliver(inst, language):
            tell(each.code, dict(each.params))
    if unwritten is not None:
        raise unwritten
    return ran


def told(ran: Mapping[str, Any]) -> dict[str, Any]:
    """What a slot found, as a sentence's parameters."""
    return {"slot": ran["slot"], **ran["counts"]}


def run(home: Path, tell: Told, language: Language = "zh") -> None:
    """Tick until told to stop; what goes wrong in a tick is told, and the next one tries again."""
    from apscheduler.schedulers.blocking import BlockingScheduler
    from apscheduler.triggers.interval import IntervalTrigger

    with open_institution(home):
        # What cannot be opened at all is said at once, and not every half minute.
        pass
    # That a tick came while one was still at work is no news: the next one finds what is owed.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(timezone="UTC")

    def once() -> None:
        try:
            for each in tick(home, tell, language, tell):
                tell("scheduler.ran", told(each))
        except ZeroErrorError as error:
            for each in error.ran if isinstance(error, ReportUnwritten) else ():
                tell("scheduler.ran", told(each))
            tell(error.code, dict(error.params))

    scheduler.add_job(
        once,
        IntervalTrigger(seconds=TICK_SECONDS, timezone="UTC"),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )

    stopped: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.append(signum)
        if scheduler.running:
            scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    tell("scheduler.started", {"seconds": TICK_SECONDS})
    once()
    if not stopped:
        scheduler.start()
