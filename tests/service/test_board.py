"""The board and the daily report: what the database counts is what comes of reading every task, in any house and at any instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

from tests.integration.store.lived import live
from tests.service.house import OFFICE, House, done_of, local
from tests.service.test_regions import Meeting
from zeroerror.service import board, organisation, proposals, reporting, tasks
from zeroerror.service.institution import Institution
from zeroerror.service.seen import Seen
from zeroerror.service.telling import Telling
from zeroerror.store import reads
from zeroerror.store.reads import board as asked

#: How long after the present the board is asked for too: it tells how things will stand if nobody acts.
LATER = (timedelta(0), timedelta(hours=2), timedelta(days=1), timedelta(days=3), timedelta(days=30))
#: The instant itself, and the nearest on either side.
BESIDE = (timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1))


def read_whole(inst: Institution, at: datetime) -> board.Counts:
    """The open tasks by office and how they stand, each of them read whole."""
    seen = Seen(inst.conn, None, at)
    return board.counted(Telling(seen), seen.open_tasks())


def standing(inst: Institution, at: datetime) -> board.Counts:
    """The same as the board has it."""
    found = board.Counts()
    for row in board.board(inst, at)["offices"]:
        for how, column in board.COLUMNS.items():
            found[row["office"], how] += row[column]
        assert row["open"] == sum(row[column] for column in board.COLUMNS.values())
    return +found


def agrees(inst: Institution) -> None:
    """Asserts that the board counts what reading whole counts: now, later, and about each instant at which a light changes.

    And that each slot's daily report says the same where every task is read whole.
    """
    now, changes = inst.now(), set[datetime | None]()
    for task in Seen(inst.conn, None, now).open_tasks():
        changes.add(task.due_at)
        changes.update(each for visit in task.open_visits() for each in (visit.due_at, visit.warn_at))
    instants = {now + later for later in LATER}
    instants.update(each + beside for each in changes if each is not None for beside in BESIDE)
    for at in sorted(instants):
        assert at < now or standing(inst, at) == read_whole(inst, at), at
    for slot in (None, *(row.slot for row in reads.slots(inst.conn))):
        told = reporting.daily(inst, slot)
        with patch.object(asked, "calm", lambda *_: []), patch.object(Seen, "ended_today", ended_today):
            assert reporting.daily(inst, slot) == told, slot


def ended_today(seen: Seen) -> list[tuple[str, str]]:
    """What ended on the day of a slot, by every task there is, as the leaves that were seen leave it.

    What was merged or redirected goes on in another task.
    """
    day = seen.at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    return [
        (each.id, each.office)
        for each in seen.tasks(reads.task_ids(seen.conn, reads.TaskFilter())).values()
        if each.closed_at is not None
        and each.into is None
        and each.closed_at.astimezone(ZoneInfo("Asia/Shanghai")).date() == day
        and each.family != "oversight"
        and each.answers is None
    ]


def confirmed(house: House, kind: str, person: str) -> None:
    (waiting,) = (each["id"] for each in proposals.proposals(house.inst) if each["kind"] == kind)
    done_of(proposals.confirm(house.inst, house.actor(person), [waiting]))


def stop(house: House, task: str) -> None:
    done_of(tasks.pause(house.inst, house.actor(house.colleague), task, "领导补充意见", reason="等"))
    confirmed(house, "pause", house.director)


def test_in_a_house_that_has_seen_everything(house: House, tmp_path: Path) -> None:
    agrees(house.inst)
    live(house, tmp_path)
    agrees(house.inst)
    late = house.open(house.colleague, urgency="特急")
    house.run_slots("2026-12-01 16:00")
    stopped, desk, back, dropped, again = (house.open(house.colleague) for _ in range(5))
    own = next(each.task for each in reads.visits_owed(house.inst.conn, house.clerk))
    for each in (stopped, late, own):
        stop(house, each)
    house.submit(desk, tmp_path, house.colleague)
    house.advance(house.director, desk, "pass")
    house.submit(back, tmp_path, house.colleague)
    done_of(tasks.takeback(house.inst, house.actor(house.colleague), back))
    for each in (dropped, again):
        house.advance(house.colleague, each, "drop", reason="不发")
    house.run_slots("2026-12-01 17:30")
    agrees(house.inst)
    done_of(tasks.takeback(house.inst, house.actor(house.colleague), again))
    covered = house.open(house.colleague)
    here, now = house.inst.organisation, house.inst.now()
    other, until = here.director("经济委", now) or "", now + timedelta(days=3)
    boss, secadmin = house.director, here.all_entitled("secadmin", now)[0]
    # The director is away, and one of another office stands in for him.
    done_of(organisation.leave(house.inst, house.actor(boss), boss, now, until))
    confirmed(house, "leave", house.leader)
    done_of(organisation.cover(house.inst, house.actor(boss), boss, other, now, until))
    confirmed(house, "cover", other)
    house.submit(covered, tmp_path, house.colleague)
    # Who owes what is this office's serves in another one by now.
    moved = house.colleague, "经济委", "工作人员", now
    done_of(organisation.transfer(house.inst, house.actor(secadmin), *moved))
    confirmed(house, "transfer", house.leader)
    agrees(house.inst)
    house.run_slots("2026-12-02 12:00")
    agrees(house.inst)
    assert {stopped, late, own, back, covered} <= set(asked.read_whole(house.inst.conn))
    now_standing = read_whole(house.inst, house.inst.now())
    assert {how for _, how in now_standing} >= {"overdue", "normal", "stopped", "at_desk"}
    assert {"提案委", "经济委"} <= {office for office, _ in now_standing}


def test_of_a_task_whose_steps_run_side_by_side(house: House, tmp_path: Path) -> None:
    meeting = Meeting(house, tmp_path)
    agrees(house.inst)
    meeting.end("papers", "venue")
    house.run_slots("2026-12-01 12:00")
    agrees(house.inst)


def test_a_clock_behind_the_ledger_changes_nothing_of_that(house: House) -> None:
    house.open()
    seen = Seen(house.inst.conn, None, local("2026-11-20 09:00"))
    assert board._standing(seen) == read_whole(house.inst, seen.at) == {(OFFICE, "normal"): 1}
    assert reads.open_visits(house.inst.conn)
