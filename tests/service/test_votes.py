"""Votes: who is due, who votes last, what is counted, and what nobody may do to a vote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.service.forger import Forger
from tests.service.house import House, codes, done_of, local
from zeroerror.model.command import MACHINE, OWN, Target
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.service import countersigning, pictures, proposals, publish, tasks, voting
from zeroerror.service import log as ledger
from zeroerror.service.front import Options, Receipt, Request, submit
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import open_institution
from zeroerror.service.task_show import task_show
from zeroerror.service.voting import Meeting
from zeroerror.store import reads

CHAIR = "chenguodong"
OTHERS = ("lizhiyuan", "yangxiulan", "zhoujianming")
SENDER, ACCOUNTANT, STRANGER = "luoqiang", "mahong", "panwenjun"


class Payment:
    """A large payment of an office, on its way to the party group's vote."""

    def __init__(self, house: House, path: Path) -> None:
        self.house, self.path = house, path
        opened = tasks.open_task(
            house.inst,
            house.actor(house.clerk),
            "handling/payment",
            fields={"title": "委员履职平台服务费", "amount": "86000.00"},
            office="提案委",
        )
        self.id = done_of(opened).tasks[0]
        vouchers = path / "vouchers.txt"
        vouchers.write_text("发票", "utf-8")
        house.advance(house.clerk, self.id, "submit", attach=[vouchers])
        house.advance(house.director, self.id, "pass")
        house.advance(ACCOUNTANT, self.id, "large")
        house.advance(SENDER, self.id, "submit", fields={"plan": "由年度预算列支，一次付清"})
        house.advance(SENDER, self.id, "ready", fields={"talks": "逐一征求意见，均无异议"})

    def vote(self, **said: str) -> None:
        for person, ballot in said.items():
            self.house.advance(person, self.id, ballot)

    def try_vote(self, person: str, ballot: str = "yes", **more: Any) -> Receipt | Refusal:
        return self.house.try_advance(person, self.id, ballot, **more)

    def recuse(
        self, person: str, by: str | None = None, reason: str | None = "涉及亲属"
    ) -> Receipt | Refusal:
        actor = self.house.actor(by or person)
        return voting.recuse(self.house.inst, actor, self.id, person, reason=reason)

    def absent(self, person: str, by: str | None = None, **more: Any) -> Receipt | Refusal:
        actor = self.house.actor(by or person)
        return voting.mark_absent(self.house.inst, actor, self.id, person, **{"reason": "外出招商", **more})

    def open(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.house.task(self.id).open_visits():
            found.setdefault(each.step, []).append(each.person or "")
        return found

    def shown(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = task_show(self.house.inst, self.id, self.house.director)["voting"]
        return told

    def count(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.shown()[-1]["count"]
        return found

    def said(self) -> dict[str, str]:
        return {each["person"]: each["said"] for each in self.shown()[-1]["voters"]}


@pytest.fixture
def payment(house: House, tmp_path: Path) -> Payment:
    return Payment(house, tmp_path)


def changed(house: House, path: Path, *pairs: tuple[str, str]) -> Payment:
    """A payment under a definition whose vote is another."""
    file = house.inst.home / "workflows" / "handling" / "payment.yaml"
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")
    publisher = house.inst.organisation.all_entitled("secadmin", house.inst.now())[0]
    done_of(publish.publish(house.inst, house.actor(publisher), file))
    [waiting] = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting["id"]]))
    return Payment(house, path)


RECORDED = (
    ("      after: consult\n", "      after: consult\n      ballot: recorded\n"),
    ("    title: 党组票决\n", "    title: 党组票决\n    owner: {office: 办公室, post: 主任}\n"),
)


def test_everybody_is_asked_at_once_but_whoever_presides(payment: Payment) -> None:
    assert payment.open() == {"decide": list(OTHERS)}
    visits = payment.house.task(payment.id).open_visits()
    assert len({each.due_at for each in visits}) == 1
    assert visits[0].due_at is not None
    payment.vote(lizhiyuan="yes", yangxiulan="no")
    assert payment.open() == {"decide": ["zhoujianming"]}
    payment.vote(zhoujianming="yes")
    assert payment.open() == {"decide": [CHAIR]}


def test_whoever_presides_votes_last(payment: Payment) -> None:
    assert codes(payment.try_vote(CHAIR)) == {"engine.chair_votes_last"}
    payment.vote(lizhiyuan="yes", yangxiulan="yes")
    refused = payment.try_vote(CHAIR)
    assert isinstance(refused, Refusal)
    assert [dict(each.params)["persons"] for each in refused.reasons] == [["zhoujianming"]]
    assert refused.exit_code == 5


def test_more_than_half_of_those_due_passes_it_and_half_does_not(payment: Payment, tmp_path: Path) -> None:
    payment.vote(lizhiyuan="yes", yangxiulan="yes", zhoujianming="no", chenguodong="yes")
    assert list(payment.open()) == ["pay"]
    assert payment.count() | {"yes": 3, "of": 4, "needs": 3, "outcome": "pass"} == payment.count()
    other = Payment(payment.house, tmp_path)
    other.vote(lizhiyuan="yes", yangxiulan="yes", zhoujianming="no", chenguodong="abstain")
    assert other.open() == {}
    assert other.count() | {"yes": 2, "no": 1, "abstain": 1, "outcome": "refuse"} == other.count()
    payment.house.verify()


def test_half_and_more_includes_the_half(house: House, tmp_path: Path) -> None:
    payment = changed(house, tmp_path, ("threshold: 过半数", "threshold: 半数以上"))
    payment.vote(lizhiyuan="yes", yangxiulan="yes", zhoujianming="no", chenguodong="no")
    assert list(payment.open()) == ["pay"]


def test_nobody_votes_who_is_not_due_or_twice_or_for_another_or_after_the_end(payment: Payment) -> None:
    assert codes(payment.try_vote(STRANGER)) == {"engine.not_your_step"}
    payment.vote(lizhiyuan="yes")
    assert codes(payment.try_vote("lizhiyuan", "no")) == {"engine.voted_already"}
    assert codes(payment.try_vote("yangxiulan", step="decide/3")) == {"engine.not_your_step"}
    payment.vote(yangxiulan="yes", zhoujianming="yes", chenguodong="yes")
    assert codes(payment.try_vote("lizhiyuan", "no", step="decide")) == {"engine.vote_decided"}
    assert codes(payment.try_vote(CHAIR, "no", step="decide")) == {"engine.vote_decided"}


def test_who_covers_does_not_vote_and_a_vote_is_given_to_nobody(payment: Payment) -> None:
    house = payment.house
    body = {
        "person": "yangxiulan",
        "by": "shiyulan",
        "since": to_text(house.inst.now()),
        "until": to_text(local("2026-12-01 17:30")),
    }
    done_of(proposals.propose(house.inst, house.actor("yangxiulan"), "cover", body))
    [waiting] = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor("shiyulan"), [waiting["id"]]))
    assert "engine.not_your_step" in codes(payment.try_vote("shiyulan"))
    given = tasks.assign(house.inst, house.actor("yangxiulan"), payment.id, "shiyulan", step="decide")
    assert codes(given) >= {"engine.vote_is_personal"}
    given = tasks.delegate(house.inst, house.actor("yangxiulan"), payment.id, "shiyulan", step="decide")
    assert codes(given) >= {"engine.vote_is_personal"}
    payment.vote(yangxiulan="yes")


def test_the_way_it_goes_is_counted_and_not_taken(payment: Payment) -> None:
    for way in ("pass", "refuse", "no_quorum"):
        target = Target(payment.id, payment.house.task(payment.id).last, "decide", 1)
        body = {"action": way, "fields": {}, "sealed": {}, "reason": None, "attachments": [], "done_at": None}
        outcome = submit(
            payment.house.inst,
            payment.house.actor("lizhiyuan"),
            Request("advance", body, (target,), OWN),
            Options(),
        )
        assert codes(outcome) == {"engine.votes_are_counted"}


def test_a_ballot_where_nothing_is_voted_on_is_told_so(payment: Payment) -> None:
    payment.vote(**dict.fromkeys((*OTHERS, CHAIR), "yes"))
    told = payment.house.try_advance("yaona", payment.id, "yes", step="pay")
    assert codes(told) == {"engine.no_vote_now"}


def test_who_is_recused_is_due_no_longer_and_nothing_has_been_counted_yet(payment: Payment) -> None:
    done_of(payment.recuse("yangxiulan", by=SENDER))
    payment.vote(lizhiyuan="yes", zhoujianming="no")
    assert codes(payment.try_vote("yangxiulan")) == {"engine.stood_aside"}
    payment.vote(chenguodong="yes")
    assert list(payment.open()) == ["pay"]
    assert payment.count() | {"voters": 4, "recused": 1, "due": 3, "yes": 2, "needs": 2} == payment.count()
    payment.house.verify()


def test_after_a_vote_only_who_it_concerns_says_that_he_stands_aside(payment: Payment) -> None:
    payment.vote(lizhiyuan="no")
    assert codes(payment.recuse("yangxiulan", by=SENDER)) == {"engine.recused_after_votes"}
    assert codes(payment.recuse("yangxiulan", by=CHAIR)) == {"engine.recused_after_votes"}
    assert codes(payment.recuse("yangxiulan", by="zhoujianming")) == {"engine.not_your_act"}
    assert codes(payment.recuse("lizhiyuan")) == {"engine.voted_already"}
    assert codes(payment.recuse(STRANGER, by=SENDER)) >= {"engine.not_due_to_vote"}
    assert codes(payment.recuse("yangxiulan", reason=" ")) == {"engine.says_nothing"}
    done_of(payment.recuse("yangxiulan"))


def test_whoever_presides_may_be_recused_and_then_nobody_votes_last(payment: Payment) -> None:
    done_of(payment.recuse(CHAIR))
    payment.vote(lizhiyuan="yes", yangxiulan="yes", zhoujianming="yes")
    assert list(payment.open()) == ["pay"]
    assert payment.said()[CHAIR] == "recused"
    payment.house.verify()


def test_who_is_absent_is_due_all_the_same_and_what_he_says_is_not_counted(payment: Payment) -> None:
    done_of(payment.absent("yangxiulan", by=CHAIR, opinion="我同意付款"))
    assert codes(payment.try_vote("yangxiulan")) == {"engine.counted_absent"}
    payment.vote(lizhiyuan="yes", zhoujianming="yes", chenguodong="no")
    assert payment.open() == {}
    assert payment.count() | {"due": 4, "present": 3, "yes": 2, "outcome": "refuse"} == payment.count()
    [away] = [each for each in payment.shown()[-1]["voters"] if each["person"] == "yangxiulan"]
    assert (away["said"], away["opinion"], away["by"]) == ("absent", "我同意付款", CHAIR)


def test_who_is_here_is_not_made_absent_by_others_once_somebody_has_voted(payment: Payment) -> None:
    payment.vote(lizhiyuan="no")
    for by in (SENDER, CHAIR):
        assert codes(payment.absent("yangxiulan", by=by)) == {"engine.absent_after_votes"}
    payment.house.at("2026-12-31 09:00")
    done_of(payment.absent("yangxiulan", by=CHAIR))
    payment.house.verify()


def test_without_a_quorum_nothing_is_decided(payment: Payment) -> None:
    for person in OTHERS:
        done_of(payment.absent(person))
    payment.vote(chenguodong="yes")
    assert payment.open() == {"consult": [SENDER]}
    assert payment.count()["outcome"] == "no_quorum"
    payment.house.advance(SENDER, payment.id, "ready", fields={"talks": "改日再议"})
    assert payment.open() == {"decide": list(OTHERS)}
    assert [each["round"] for each in payment.shown()] == [1, 2]


def test_everybody_recused_decides_nothing(payment: Payment) -> None:
    for person in (*OTHERS, CHAIR):
        done_of(payment.recuse(person, by=SENDER))
    assert payment.open() == {"consult": [SENDER]}
    assert payment.count() | {"due": 0, "present": 0, "outcome": "no_quorum"} == payment.count()
    payment.house.verify()


def test_of_those_present_fewer_are_enough_than_of_those_due(house: House, tmp_path: Path) -> None:
    payment = changed(
        house, tmp_path, ("      after: consult\n", "      after: consult\n      base: present\n")
    )
    done_of(payment.absent("yangxiulan"))
    payment.vote(lizhiyuan="yes", zhoujianming="yes", chenguodong="no")
    assert list(payment.open()) == ["pay"]


def test_another_text_is_voted_on_anew_and_who_stood_aside_stays_aside(payment: Payment) -> None:
    done_of(payment.recuse("yangxiulan", by=SENDER))
    payment.vote(lizhiyuan="yes")
    inst, sender = payment.house.inst, payment.house.actor(SENDER)
    assert codes(
        countersigning.revise(
            inst, payment.house.actor("lizhiyuan"), payment.id, text="分两次付", reason="改"
        )
    ) == {"engine.not_your_act"}
    done_of(countersigning.revise(inst, sender, payment.id, text="分两次付清", reason="按意见修改"))
    assert payment.open() == {"decide": ["lizhiyuan", "zhoujianming"]}
    assert payment.said()["yangxiulan"] == "recused"
    assert [each["stands"] for each in payment.shown()] == [False, True]
    payment.vote(lizhiyuan="no", zhoujianming="yes", chenguodong="yes")
    assert list(payment.open()) == ["pay"]
    payment.house.verify()


def test_a_voter_changes_no_text(payment: Payment) -> None:
    assert codes(payment.try_vote("lizhiyuan", fields={"plan": "另一个方案"})) == {"engine.signed_as_it_is"}


def test_a_ballot_is_taken_back_until_another_has_voted(payment: Payment) -> None:
    payment.vote(lizhiyuan="no")
    done_of(tasks.takeback(payment.house.inst, payment.house.actor("lizhiyuan"), payment.id))
    payment.vote(lizhiyuan="yes", yangxiulan="yes")
    taken = tasks.takeback(payment.house.inst, payment.house.actor("lizhiyuan"), payment.id)
    assert "engine.nothing_to_take_back" in codes(taken)
    payment.vote(zhoujianming="yes")
    done_of(tasks.takeback(payment.house.inst, payment.house.actor("zhoujianming"), payment.id))
    assert payment.open() == {"decide": ["zhoujianming"]}
    payment.vote(zhoujianming="no", chenguodong="yes")
    assert list(payment.open()) == ["pay"]
    payment.house.verify()


def test_the_last_vote_is_taken_back_with_what_came_of_it(payment: Payment) -> None:
    payment.vote(lizhiyuan="yes", yangxiulan="yes", zhoujianming="no", chenguodong="no")
    assert payment.open() == {}
    done_of(tasks.takeback(payment.house.inst, payment.house.actor(CHAIR), payment.id))
    assert payment.open() == {"decide": [CHAIR]}
    payment.vote(chenguodong="yes")
    assert list(payment.open()) == ["pay"]
    payment.house.verify()


def test_who_has_not_voted_in_time_is_found_by_himself_and_no_other(payment: Payment) -> None:
    house = payment.house
    payment.vote(lizhiyuan="yes", zhoujianming="yes")
    found = [each for each in house.run_slots("2026-11-26 08:30") if each["task"] == payment.id]
    late = [each for each in found if each["rule"] == "step_overdue"]
    assert [each["attribution"][0]["person"] for each in late] == ["yangxiulan"]
    # Whoever presides was not asked yet, so he is not late.
    assert CHAIR not in str([each["attribution"] for each in found])
    told = {
        to for each in reads.notices(house.inst.conn, reads.NoticeFilter(task=payment.id)) for to in each.to
    }
    assert "yangxiulan" in told
    assert not told & {"lizhiyuan", "zhoujianming"}
    payment.vote(yangxiulan="no")
    assert payment.open() == {"decide": [CHAIR]}
    house.verify()


def test_a_count_is_no_deviation_from_the_definition(payment: Payment) -> None:
    payment.vote(lizhiyuan="yes", yangxiulan="no", zhoujianming="yes", chenguodong="yes")
    found = payment.house.run_slots("2026-11-25 08:30")
    assert [each for each in found if each["rule"] == "non_conforming"] == []


def test_who_is_away_when_his_vote_falls_due_is_not_blamed(payment: Payment) -> None:
    house = payment.house
    payment.vote(lizhiyuan="yes", zhoujianming="yes")
    body = {
        "person": "yangxiulan",
        "since": to_text(house.inst.now()),
        "until": to_text(local("2026-12-01 17:30")),
    }
    done_of(proposals.propose(house.inst, house.actor("yangxiulan"), "leave", body))
    [waiting] = proposals.proposals(house.inst)
    may = next(each for each in (CHAIR, "zhoujianming") if each != "yangxiulan")
    done_of(proposals.confirm(house.inst, house.actor(may), [waiting["id"]]))
    found = [each for each in house.run_slots("2026-11-26 08:30") if each["task"] == payment.id]
    [late] = [each for each in found if each["rule"] == "step_overdue"]
    assert late["attribution"] == []
    assert late["undetermined"] == ["attribution.missing_voter_away"]


def test_silence_that_is_absence_is_told_by_the_machine_and_then_it_is_too_late(
    house: House, tmp_path: Path
) -> None:
    payment = changed(
        house, tmp_path, ("      after: consult\n", "      after: consult\n      silence: absent\n")
    )
    payment.vote(lizhiyuan="yes", zhoujianming="yes")
    target = Target(payment.id, house.task(payment.id).last, "decide", 2)
    early = submit(house.inst, house.inst.machine(), Request("let_lapse", {}, (target,), MACHINE), Options())
    assert codes(early) == {"engine.not_lapsed"}
    found = house.run_slots("2026-11-26 08:30")
    late = [each for each in found if each["rule"] == "step_overdue" and each["task"] == payment.id]
    assert [each["attribution"][0]["person"] for each in late] == ["yangxiulan"]
    assert codes(payment.try_vote("yangxiulan")) == {"engine.counted_absent"}
    assert payment.open() == {"decide": [CHAIR]}
    payment.vote(chenguodong="yes")
    assert payment.count() | {"absent": 1, "present": 3, "outcome": "pass"} == payment.count()
    house.verify()


def minutes(payment: Payment, by: str = SENDER, **more: Any) -> Receipt | Refusal:
    """The minutes of a meeting brought by a person; everybody there and voting for it, unless said otherwise."""
    scan = payment.path / "minutes.pdf"
    scan.write_bytes(b"%PDF-1.4 minutes")
    said = {
        "held_at": payment.house.inst.now(),
        "ballots": dict.fromkeys((*OTHERS, CHAIR), "yes"),
        "counts": (0, 0, 0),
        "absent": {},
        "recused": (),
        **{key: value for key, value in more.items() if key != "attach"},
    }
    attach = more.get("attach", [scan])
    return voting.record_minutes(
        payment.house.inst, payment.house.actor(by), payment.id, Meeting(**said), attach=attach
    )


def confirm(payment: Payment, person: str) -> Receipt | Refusal:
    [waiting] = proposals.proposals(payment.house.inst)
    return proposals.confirm(payment.house.inst, payment.house.actor(person), [waiting["id"]])


@pytest.fixture
def recorded(house: House, tmp_path: Path) -> Payment:
    return changed(house, tmp_path, *RECORDED)


def test_minutes_take_effect_when_whoever_presided_countersigns_them(recorded: Payment) -> None:
    assert recorded.open() == {"decide": [SENDER]}
    assert codes(recorded.try_vote("lizhiyuan")) >= {"engine.votes_are_counted"}
    ballots = {"lizhiyuan": "yes", "zhoujianming": "yes", CHAIR: "no"}
    done_of(minutes(recorded, ballots=ballots, recused=["yangxiulan"]))
    assert recorded.open() == {"decide": [SENDER]}
    for person in (SENDER, "lizhiyuan", STRANGER):
        assert codes(confirm(recorded, person)) & {"engine.not_entitled", "engine.own_proposal"}
    done_of(confirm(recorded, CHAIR))
    assert list(recorded.open()) == ["pay"]
    assert recorded.count() | {"due": 3, "yes": 2, "no": 1, "outcome": "pass"} == recorded.count()
    assert recorded.said() == {**ballots, "yangxiulan": "recused"}
    recorded.house.verify()


def test_a_secret_ballot_is_recorded_in_numbers(recorded: Payment) -> None:
    done_of(
        minutes(recorded, ballots={}, counts=(2, 1, 0), absent={"yangxiulan": "我反对"}),
    )
    done_of(confirm(recorded, CHAIR))
    assert recorded.open() == {}
    assert recorded.count() | {"present": 3, "yes": 2, "of": 4, "outcome": "refuse"} == recorded.count()
    [away] = recorded.shown()[-1]["voters"]
    assert (away["person"], away["said"], away["opinion"]) == ("yangxiulan", "absent", "我反对")
    recorded.house.verify()


def test_where_whoever_presides_was_not_part_of_it_another_voter_countersigns(recorded: Payment) -> None:
    done_of(minutes(recorded, ballots=dict.fromkeys(OTHERS, "yes"), recused=[CHAIR]))
    assert codes(confirm(recorded, CHAIR)) == {"engine.not_entitled"}
    done_of(confirm(recorded, "lizhiyuan"))
    assert list(recorded.open()) == ["pay"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"attach": []}, "engine.evidence"),
        ({"ballots": {STRANGER: "yes", **dict.fromkeys((*OTHERS, CHAIR), "yes")}}, "engine.not_due_to_vote"),
        ({"ballots": dict.fromkeys(OTHERS, "yes")}, "engine.minutes_without"),
        ({"absent": {CHAIR: None}}, "engine.minutes_twice"),
        ({"ballots": {}, "counts": (3, 1, 1)}, "engine.too_many_ballots"),
        ({"ballots": {}, "counts": (-1, 1, 1)}, "engine.minutes_disagree"),
        ({"held_at": local("2026-11-20 09:00")}, "engine.held_outside"),
        ({"held_at": local("2026-12-20 09:00")}, "engine.held_outside"),
    ],
)
def test_minutes_that_cannot_be_are_refused(recorded: Payment, more: dict[str, Any], code: str) -> None:
    assert codes(minutes(recorded, **more)) == {code}
    assert proposals.proposals(recorded.house.inst) == []


def test_only_who_owes_the_minutes_brings_them_and_only_for_such_a_vote(recorded: Payment) -> None:
    assert codes(minutes(recorded, by=STRANGER)) == {"engine.not_your_step"}
    assert codes(recorded.recuse("lizhiyuan")) == {"engine.no_vote"}


def test_a_personal_vote_has_no_minutes(payment: Payment) -> None:
    assert codes(minutes(payment, by="lizhiyuan")) == {"engine.no_recorded_vote"}


def test_minutes_handed_in_in_time_are_nobodys_delay(recorded: Payment) -> None:
    done_of(minutes(recorded))
    recorded.house.run_slots("2026-11-27 08:30")
    done_of(confirm(recorded, CHAIR))
    found = reads.findings_of_tasks(recorded.house.inst.conn, [recorded.id])[recorded.id]
    recorded.house.run_slots("2026-11-27 17:00")
    found = reads.findings_of_tasks(recorded.house.inst.conn, [recorded.id])[recorded.id]
    assert [each.state for each in found if each.lead.step == "decide" and each.state == "open"] == []


def test_a_picture_of_the_task_shows_where_the_votes_led(payment: Payment) -> None:
    for person in OTHERS:
        done_of(payment.absent(person))
    payment.vote(chenguodong="yes")
    payment.house.advance(SENDER, payment.id, "ready", fields={"talks": "改日再议"})
    payment.vote(lizhiyuan="yes", yangxiulan="no")
    assert pictures.stands(payment.house.inst, payment.id, SENDER).taken[-3:] == (
        ("consult", "ready"),
        ("decide", "no_quorum"),
        ("consult", "ready"),
    )
    payment.vote(zhoujianming="yes", chenguodong="yes")
    assert pictures.stands(payment.house.inst, payment.id, SENDER).taken[-1] == ("decide", "pass")


def test_a_count_that_was_forged_is_found_by_deciding_again(database: str, tmp_path: Path) -> None:
    home = tmp_path / "forged"
    initialise(home, at=local("2026-11-23 09:00"), database=database, simulated=True, passphrase="demo")
    with open_institution(home) as inst:
        payment = Payment(House(inst), tmp_path)
        payment.vote(lizhiyuan="yes", yangxiulan="yes", zhoujianming="no", chenguodong="no")
        payment.house.verify()
        forger = Forger(inst.conn)
        index = forger.find("vote_counted")
        forger.leaves[index]["body"] |= {"yes": 3, "no": 1, "outcome": "pass"}
        forger.write(tables=False)
        first = ledger.verify(inst).problems[0]
        # Told of the command's first leaf: the ballot that decided it.
        assert (first.code, first.params["index"]) == ("verify.outcome_differs", index - 1)
