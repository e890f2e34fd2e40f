"""A command sent again under its id is answered with its first receipt, however things stand by then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import failpoints
from tests.service.house import House, done_of, with_id
from zeroerror.ledger import signing
from zeroerror.model.errors import UsageError
from zeroerror.service import organisation, proposals, publish, sandbox, sent, tasks
from zeroerror.service.front import Options
from zeroerror.service.institution import open_institution
from zeroerror.service.texts import Draft
from zeroerror.store import log

Acting = Callable[[Options], Any]


def twice(house: House, act: Acting, between: Callable[[], Any] = lambda: None) -> None:
    """Done once, then asked for again after something else has happened: one effect, the first receipt."""
    first = done_of(act(with_id("once")))
    between()
    size = log.head(house.inst.conn).size
    again = done_of(act(with_id("once")))
    assert (again.repeated, again.index, again.digest) == (True, first.index, first.digest)
    assert log.head(house.inst.conn).size == size


def test_an_action_whose_step_was_not_named(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.submit(task, tmp_path)

    def act(options: Options) -> Any:
        return house.try_advance(house.director, task, "pass", options=options)

    twice(house, act, lambda: house.advance(house.leader, task, "return", reason="退改"))


def test_an_action_whose_step_has_come_again(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.submit(task, tmp_path)

    def act(options: Options) -> Any:
        return house.try_advance(
            house.director, task, "return", step="review", reason="不行", options=options
        )

    twice(house, act, lambda: house.submit(task, tmp_path))


def test_an_action_by_who_has_handed_his_step_over_since(house: House, tmp_path: Path) -> None:
    task = house.open()

    def act(options: Options) -> Any:
        return tasks.assign(house.inst, house.actor(house.director), task, house.colleague, options=options)

    def between() -> None:
        done_of(tasks.assign(house.inst, house.actor(house.colleague), task, house.clerk))
        house.submit(task, tmp_path)

    twice(house, act, between)


def test_the_last_act_taken_back(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.submit(task, tmp_path)
    twice(house, lambda options: tasks.takeback(house.inst, house.actor(house.clerk), task, options))


def test_a_task_opened_under_a_definition_that_is_no_longer_in_force(house: House, tmp_path: Path) -> None:
    path = tmp_path / "outgoing.yaml"
    text = (house.inst.home / "workflows" / "document" / "outgoing.yaml").read_text("utf-8")
    path.write_text(text.replace("title: 发文", "title: 发文（试行）", 1), "utf-8")
    secadmin = house.inst.organisation.all_entitled("secadmin", house.inst.now())[0]

    def act(options: Options) -> Any:
        fields = {"title": "通知", "urgency": "平件"}
        actor = house.actor(house.clerk)
        return tasks.open_task(house.inst, actor, "document/outgoing", fields=fields, options=options)

    def between() -> None:
        done_of(publish.publish(house.inst, house.actor(secadmin), path))
        waiting = proposals.proposals(house.inst)
        done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting[0]["id"]]))

    twice(house, act, between)


def test_a_proposal_and_its_confirmation(house: House) -> None:
    now = house.inst.now()
    since, until = now + timedelta(days=1), now + timedelta(days=2)

    def ask(options: Options) -> Any:
        return organisation.leave(house.inst, house.actor(house.clerk), house.clerk, since, until, options)

    twice(house, ask)
    waiting = proposals.proposals(house.inst)[0]["id"]
    first = done_of(proposals.confirm(house.inst, house.actor(house.director), [waiting], with_id("yes")))
    again = done_of(proposals.confirm(house.inst, house.actor(house.director), [waiting], with_id("yes")))
    assert (again.repeated, again.index) == (True, first.index)


def test_a_clock_that_has_moved_on(house: House) -> None:
    at = house.inst.now() + timedelta(hours=1)
    twice(
        house,
        lambda options: sandbox.set_clock(house.inst, at, None, options),
        lambda: house.at("2026-11-25 09:00"),
    )


def test_something_else_under_the_same_id_is_refused(house: House, tmp_path: Path) -> None:
    task, other = house.open(), house.open()
    house.submit(task, tmp_path)
    house.submit(other, tmp_path)
    director = house.director
    done_of(house.try_advance(director, task, "return", reason="不行", options=with_id("once")))
    for try_ in (
        lambda: house.try_advance(director, task, "pass", options=with_id("once")),
        lambda: house.try_advance(director, task, "return", reason="别的", options=with_id("once")),
        lambda: house.try_advance(director, other, "return", reason="不行", options=with_id("once")),
        lambda: tasks.note(house.inst, house.actor(director), task, "不行", with_id("once")),
    ):
        with pytest.raises(UsageError, match="command_reused"):
            try_()


def test_a_clock_set_by_two_never_goes_back(house: House) -> None:
    now = house.inst.now()

    def other() -> None:
        with open_institution(house.inst.home) as inst:
            done_of(sandbox.set_clock(inst, now + timedelta(hours=2)))

    with failpoints.struck("signed", other), pytest.raises(UsageError, match="clock_back"):
        sandbox.set_clock(house.inst, now + timedelta(hours=1))
    house.verify()


def together(work: Callable[[int], None], count: int = 8) -> None:
    """Done by several at once; whatever goes wrong in one of them is raised here."""
    start, wrong = threading.Barrier(count), []

    def run(place: int) -> None:
        start.wait()
        try:
            work(place)
        except (OSError, UsageError) as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_several_that_keep_one_command_at_once_keep_the_same(house: House) -> None:
    command = {"kind": "note", "body": {"note": "x"}, "targets": [], "capacity": {}, "origin": "o"}
    for round_ in range(20):
        kept: list[Any] = []

        def keep(place: int, round_: int = round_, kept: list[Any] = kept) -> None:
            signed = {"command": command, "signature": str(place)}
            kept.append(sent.kept(house.inst.home, "zhang", f"c{round_}", signed, [])[0]["signature"])

        together(keep)
        assert len(set(kept)) == 1
    assert sorted(each.suffix for each in (house.inst.home / "sent" / "zhang").iterdir()) == [".json"] * 20


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_several_that_attach_one_file_at_once_all_have_it(house: House, tmp_path: Path) -> None:
    for round_ in range(20):
        path = tmp_path / "scan.pdf"
        path.write_bytes(signing.generate().seed * 5000)
        drafts = [Draft(house.inst) for _ in range(8)]
        together(lambda place, drafts=drafts, path=path: drafts[place].attach([path]))  # type: ignore[misc]
        assert len({each.attachments[0]["file"] for each in drafts}) == 1
        together(lambda place, drafts=drafts: [each.add() for each in drafts[place].files])  # type: ignore[misc]
        assert round_ + 1 == sum(1 for each in (house.inst.home / "files").glob("*/*"))
