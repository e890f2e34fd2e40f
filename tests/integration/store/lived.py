"""An institution that has seen a little of everything, so that no table of its projection is empty."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.service.house import House, done_of, local
from zeroerror.service import circulation, findings, organisation, proposals, publish, tasks
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import Institution, open_institution
from zeroerror.service.proposals import confirm
from zeroerror.store import reads

#: A Monday morning, 09:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def institution(home: Path, database: str | None) -> Institution:
    """A fresh sandbox in that directory."""
    initialise(home, at=MONDAY, database=database, simulated=True, passphrase="demo")
    return open_institution(home)


def live(house: House, directory: Path) -> None:
    """Work is handed on and returned, somebody is away and covered, a step runs over and is found."""
    clerk, colleague = house.clerk, house.colleague
    since, until = local("2026-11-24 08:00"), local("2026-12-04 18:00")
    done_of(organisation.leave(house.inst, house.actor(clerk), clerk, since, until))
    done_of(confirm(house.inst, house.actor(house.director), [_waiting(house)]))
    done_of(organisation.cover(house.inst, house.actor(clerk), clerk, colleague, since, until))
    done_of(confirm(house.inst, house.actor(colleague), [_waiting(house)]))
    other, task = house.open(urgency="特急"), house.open()
    house.submit(task, directory)
    done_of(tasks.extend(house.inst, house.actor(house.director), task, "1wd", reason="等待会签"))
    done_of(tasks.note(house.inst, house.actor(clerk), other, "已与有关单位联系"))
    house.try_advance(house.leader, task, "pass")
    house.run_slots("2026-11-24 09:30")
    _planned(house, directory)
    house.advance(house.director, task, "return", reason="格式不合规范")
    house.run_slots("2026-11-30 12:00")
    _voided(house)
    house.run_slots("2026-11-30 18:00")
    house.submit(task, directory, colleague)
    done_of(circulation.circulate(house.inst, house.actor(house.director), task, [house.leader]))
    done_of(circulation.read(house.inst, house.actor(house.leader), [task]))


def _planned(house: House, directory: Path) -> None:
    """What is owed every month is opened by the next slot."""
    path = directory / "plans.yaml"
    path.write_text("plans:\n- {id: 学习, title: 集中学习, every: month, for: [{office: 提案委}]}\n", "utf-8")
    secadmin = house.inst.organisation.all_entitled("secadmin", house.inst.now())[0]
    secretary = house.inst.organisation.secretary(house.inst.now()) or ""
    done_of(publish.apply_settings(house.inst, house.actor(secadmin), path))
    waiting = [each["id"] for each in proposals.proposals(house.inst) if each["kind"] == "apply_settings"]
    done_of(confirm(house.inst, house.actor(secretary), waiting))


def _voided(house: House) -> None:
    """Who has been told of a finding that people void is told so at the next slot."""
    told = reads.notices(house.inst.conn, reads.NoticeFilter())[0].finding
    secretary = house.inst.organisation.secretary(house.inst.now()) or ""
    done_of(findings.void(house.inst, house.actor(secretary), told, "系统停用期间"))
    waiting = [each["id"] for each in proposals.proposals(house.inst) if each["kind"] == "void_finding"]
    done_of(confirm(house.inst, house.actor(house.leader), waiting[:1]))


def _waiting(house: House) -> str:
    return str(proposals.proposals(house.inst)[0]["id"])
