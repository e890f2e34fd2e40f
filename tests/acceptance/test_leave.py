"""Leave by task at the command line, on both databases: one act records leave, cover, hand-over and acceptance.

In 提案委 杨燕 drafts (A角) and 吴小梅 covers (B角), 龙海 is deputy, 张慧 directs, 李志远 supervises. The 23rd of
November 2026 is a Monday. Nobody calls `org leave` or `org cover`; what the table of attribution says of leave and
cover holds all the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office

A, B, DEPUTY, DIRECTOR, SUPERVISOR = "yangyan", "wuxiaomei", "longhai", "zhanghui", "lizhiyuan"


@pytest.fixture
def office(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The sample institution on a Monday morning, with the people of one office and who supervises it."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", "zh")
    found.found(database, "2026-11-23T09:00")
    found.login(A, B, DEPUTY, DIRECTOR, SUPERVISOR)
    return found


@pytest.fixture(autouse=True)
def sound(office: Office) -> Any:
    """After everything: tables are what the leaves say, every outcome is decided again, and no word is raw."""
    yield
    assert office.data("log", "verify")["problems"] == []
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def form(person: str, since: str, back_on: str, days: str, *more: str, rank: str = "工作人员") -> list[str]:
    given = {"kind": "事假", "person": person, "rank": rank, "days": days}
    given |= {"since": f"2026-11-{since}", "back_on": f"2026-11-{back_on}"}
    return [part for each in (*(f"{k}={v}" for k, v in given.items()), *more) for part in ("--set", each)]


def asked(office: Office, *form: str, by: str = A) -> str:
    task: str = office.data("task", "new", "handling/leave", *form, by=by)["tasks"][0]
    return task


def act(office: Office, task: str, action: str, by: str, *more: str, code: int = 0) -> Any:
    """An action, or a refusal with that exit code; its data, or the codes of its reasons."""
    answer = office.call("task", "advance", task, action, *more, "--json", by=by)
    assert answer.code == code, (action, answer)
    return answer.data["data"] if code == 0 else {each["code"] for each in answer.data["errors"]}


def granted(office: Office, *more: str) -> str:
    """杨燕 is away from Tuesday to Thursday, and 吴小梅 covers."""
    task = asked(office, *form(A, "24", "27", "3", f"cover={B}", *more))
    act(office, task, "submit", A)
    act(office, task, "accept", B)
    act(office, task, "approve", DIRECTOR)
    return task


def absences(office: Office) -> tuple[list[Any], list[Any]]:
    found = office.data("org", "show")
    leaves = [(each["person"], each["since"][:10], each["until"][:16]) for each in found["leaves"]]
    covers = [
        (each["person"], each["by"], each["until"][:16]) for each in found["covers"] if each["accepted"]
    ]
    return leaves, covers


def ticked(office: Office, at: str, step: str = "draft", rule: str = "step_overdue") -> list[Any]:
    """The findings on a step by the slots run at that time: (task, who in what degree and capacity, missing)."""
    office.clock(f"2026-11-{at}")
    found = [each for ran in office.data("scheduler", "tick")["ran"] for each in ran["findings"]]
    return [
        (
            each["task"],
            [(a["person"], a["degree"], a["capacity"]["kind"]) for a in each["attribution"]],
            each["undetermined"],
        )
        for each in found
        if (each["rule"], each["step"]) == (rule, step)
    ]


def drafted(office: Office, title: str, by: str = A) -> str:
    words = ("task", "new", "document/outgoing", "--title", title, "--set", "urgency=平件")
    task: str = office.data(*words, by=by)["tasks"][0]
    return task


def test_one_act_records_leave_cover_hand_over_and_acceptance(office: Office) -> None:
    before = drafted(office, "手头的通知")
    task = asked(office, *form(A, "24", "27", "3", f"cover={B}", "reason=家中有事"))
    act(office, task, "submit", A)
    assert [each["task"] for each in office.data("next", by=B)["owed"]] == [task]
    told = office.do("task", "show", task, by=B)
    assert "杨燕 名下未办结的环节" in told and before in told
    act(office, task, "accept", B)
    assert absences(office) == ([], []), "nothing is on record before it is approved"
    done = act(office, task, "approve", DIRECTOR)
    kinds = [each["kind"] for each in done["events"]]
    assert kinds == ["step_left", "step_entered", "organisation_applied", "handed_over"]
    assert absences(office) == (
        [(A, "2026-11-24", "2026-11-27T00:00")],
        [(A, B, "2026-11-27T00:00")],
    )
    handover = office.data("task", "show", task, by=B)["handover"]
    assert handover["recorded"] and handover["to"] == B
    assert [(each["task"], each["step"]) for each in handover["steps"]] == [(before, "draft")]
    assert f"移交清单（杨燕 → 吴小梅）：\n    {before}  起草" in office.do("task", "show", task, by=B)
    # Not a step that somebody else could do for him.
    assert act(office, task, "report", B, code=4) == {"engine.not_your_step", "engine.not_your_leave"}
    assert office.call("task", "takeback", task, by=DIRECTOR).code == 5
    # What comes in between goes to the B角; what he had is done by the B角, and late it is hers.
    office.clock("2026-11-24T09:00")
    between = drafted(office, "新来的通知", by=DEPUTY)
    assert [(each["person"], each["capacity"]) for each in steps(office, between)] == [(B, "cover")]
    owed = [(each["task"], each["why"]) for each in office.data("next", by=B)["owed"]]
    assert sorted(owed) == sorted([(before, "cover"), (between, "own")]), "not his own 销假"
    assert ticked(office, "26T08:30") == [(before, [(B, "direct", "cover")], None)]
    office.clock("2026-11-27T09:00")
    act(office, task, "report", A)
    assert office.data("task", "show", task, by=A)["status"] == "closed"
    assert absences(office) == ([], [])


def steps(office: Office, task: str) -> list[Any]:
    found: list[Any] = office.data("task", "show", task, by=DIRECTOR)["steps"]
    return found


def test_who_comes_back_earlier_owes_his_steps_again_from_then_on(office: Office) -> None:
    mine = drafted(office, "手头的通知")
    task = granted(office)
    office.clock("2026-11-25T09:00")
    act(office, task, "report", A)
    assert absences(office) == ([], [])
    after = drafted(office, "返岗后的通知", by=DEPUTY)
    assert [each["person"] for each in steps(office, after)] == [A]
    assert office.data("next", by=B)["owed"] == []
    # Back for a day before it fell due, and covered until then: it is not for the machine to say whose it is.
    found = ticked(office, "26T08:30")
    assert [(each, named) for each, named, _ in found] == [(mine, [])]


def test_a_leave_is_made_longer_by_who_covers_and_who_approves_again(office: Office) -> None:
    task = granted(office)
    office.clock("2026-11-26T15:00")
    more = ("--set", "back_on=2026-11-28", "--set", "days=4", "--reason", "路上耽搁")
    act(office, task, "longer", A, *more)
    act(office, task, "accept", B)
    assert "engine.condition" in act(office, task, "approve", DIRECTOR, code=5)
    act(office, task, "pass_up", DIRECTOR)
    act(office, task, "approve", SUPERVISOR)
    leaves, covers = absences(office)
    assert leaves == [(A, "2026-11-24", "2026-11-27T00:00"), (A, "2026-11-27", "2026-11-28T00:00")]
    assert [until for *_, until in covers] == ["2026-11-27T00:00", "2026-11-28T00:00"]
    office.clock("2026-11-27T10:00")
    assert [each["person"] for each in steps(office, drafted(office, "新通知", by=DEPUTY))] == [B]


def test_a_directors_own_leave_is_for_the_supervisor(office: Office) -> None:
    honest = asked(office, *form(DIRECTOR, "24", "25", "1", f"cover={DEPUTY}", rank="主任"), by=DIRECTOR)
    act(office, honest, "submit", DIRECTOR)
    assert "engine.condition" in act(office, honest, "accept", DEPUTY, code=5)
    act(office, honest, "accept_up", DEPUTY)
    act(office, honest, "approve", DIRECTOR, code=4)
    act(office, honest, "approve", SUPERVISOR)
    # Said to be a clerk's, it comes to the director, who cannot grant it to himself.
    other = asked(office, *form(DIRECTOR, "26", "27", "1", f"cover={DEPUTY}"), by=DIRECTOR)
    act(office, other, "submit", DIRECTOR)
    act(office, other, "accept", DEPUTY)
    refused = act(office, other, "approve", DIRECTOR, code=5)
    assert {"engine.four_eyes", "engine.own_proposal"} <= refused
    act(office, other, "pass_up", DIRECTOR)
    act(office, other, "approve", SUPERVISOR)
    assert [person for person, *_ in absences(office)[0]] == [DIRECTOR, DIRECTOR]


def test_what_cannot_be_is_told_to_who_asks(office: Office) -> None:
    granted(office)

    def refused(*form: str, by: str, code: int = 5) -> set[str]:
        answer = office.call("task", "new", "handling/leave", *form, "--json", by=by)
        assert answer.code == code, answer
        return {each["code"] for each in answer.data["errors"]}

    assert refused(*form(A, "26", "28", "2"), by=A) == {"engine.leave_overlaps"}
    assert refused(*form(B, "25", "26", "1", f"cover={A}"), by=B) == {"engine.cover_away"}
    assert refused(*form(B, "25", "27", "1"), by=B) == {"engine.too_few_days"}
    assert refused(*form(B, "25", "25", "1", f"cover={B}"), by=B) == {
        "engine.ends_before_it_begins",
        "engine.cover_himself",
    }
    assert refused(*form(B, "25", "26", "1"), by=DEPUTY, code=4) == {"engine.not_entitled"}
    # What others have agreed to is not changed in passing.
    task = asked(office, *form(B, "26", "27", "1", f"cover={DEPUTY}"), by=B)
    act(office, task, "submit", B)
    act(office, task, "accept", DEPUTY)
    otherwise = act(office, task, "pass_up", DIRECTOR, "--set", "back_on=2026-11-30", code=5)
    assert "engine.asked_otherwise" in otherwise
    # And if who is to cover goes on leave himself meanwhile, it is told when it is approved.
    away = asked(office, *form(DEPUTY, "26", "27", "1", rank="副主任"), by=DEPUTY)
    act(office, away, "alone", DEPUTY, "--reason", "半天能回")
    act(office, away, "approve", DIRECTOR)
    assert act(office, task, "approve", DIRECTOR, code=5) == {"engine.cover_away"}


def test_refused_withdrawn_or_declined_it_leaves_nothing_behind(office: Office) -> None:
    refused = asked(office, *form(A, "24", "25", "1", f"cover={B}"))
    act(office, refused, "submit", A)
    act(office, refused, "accept", B)
    act(office, refused, "decline", DIRECTOR, "--reason", "当天有全会")
    withdrawn = asked(office, *form(A, "24", "25", "1", f"cover={B}"))
    act(office, withdrawn, "submit", A)
    office.do("task", "takeback", withdrawn, by=A)
    act(office, withdrawn, "withdraw", A)
    assert {office.data("task", "show", each, by=A)["status"] for each in (refused, withdrawn)} == {
        "cancelled"
    }
    assert absences(office) == ([], [])
    # Nobody covers: then only the leave is on record, and there is nothing to hand over.
    alone = asked(office, *form(A, "24", "25", "1", f"cover={B}"))
    act(office, alone, "submit", A)
    act(office, alone, "decline", B, "--reason", "当天下乡")
    act(office, alone, "alone", A, "--reason", "别人都不在")
    done = act(office, alone, "approve", DIRECTOR)
    assert "handed_over" not in [each["kind"] for each in done["events"]]
    assert absences(office) == ([(A, "2026-11-24", "2026-11-25T00:00")], [])
    # Given up before it begins, it never was.
    act(office, alone, "cancel", A, "--reason", "不去了")
    assert absences(office) == ([], [])


def test_recorded_afterwards_it_clears_and_is_for_the_supervisor_to_confirm(office: Office) -> None:
    mine = drafted(office, "手头的通知")
    assert ticked(office, "26T08:30") == [(mine, [(A, "direct", "own")], None)]
    office.clock("2026-11-26T09:00")
    task = asked(office, *form(A, "24", "27", "3", f"cover={B}"), by=DEPUTY)
    act(office, task, "submit", DEPUTY)
    act(office, task, "accept", B)
    assert act(office, task, "approve", DIRECTOR, code=4) == {"engine.not_entitled"}
    act(office, task, "pass_up", DIRECTOR)
    act(office, task, "approve", SUPERVISOR)
    office.clock("2026-11-26T17:00")
    office.data("scheduler", "tick")
    found = office.data("finding", "list", "--task", mine, by=DIRECTOR)
    late = [each for each in found if each["rule"] == "step_overdue"]
    # A cover that nobody could know of blames nobody: neither who was ill nor who has accepted since.
    assert [(each["attribution"], each["undetermined"] is not None) for each in late] == [([], True)]


def test_away_beforehand_with_nobody_asked_to_cover_he_is_answerable_himself(office: Office) -> None:
    """The row: away on leave recorded beforehand, a B角 at hand, nothing handed over."""
    mine = drafted(office, "手头的通知")
    task = asked(office, *form(A, "25", "27", "2"))
    office.clock("2026-11-24T09:00")
    act(office, task, "alone", A, "--reason", "两天就回")
    act(office, task, "approve", DIRECTOR)
    assert ticked(office, "26T08:30") == [(mine, [(A, "direct", "own"), (DIRECTOR, "lead", "own")], None)]


def test_a_report_back_that_fell_due_while_he_was_away_again_is_nobodys(office: Office) -> None:
    task = granted(office)
    office.clock("2026-11-26T10:00")
    words = ("org", "leave", A, "--since", "2026-11-27T00:00", "--until", "2026-12-01T00:00")
    office.do(*words, by=A)
    office.decide(DIRECTOR)
    more = ("org", "cover", A, "--by", B, "--since", "2026-11-27T00:00", "--until", "2026-12-01T00:00")
    office.do(*more, by=A)
    office.decide(B)
    assert ticked(office, "30T08:30", "back") == [(task, [], ["attribution.missing_nobody_could_act"])]
