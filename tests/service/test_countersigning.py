"""Countersigning: each signer owes his own signature, and what they answer decides where the text goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House, codes, done_of, local
from zeroerror.engine.rounds import sender
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.model.visit import Visit
from zeroerror.service import countersigning, organisation, proposals, tasks
from zeroerror.service.front import Options, Receipt
from zeroerror.service.task_show import task_show
from zeroerror.store import reads

SIGNERS = ("wangli", "longfei", "tianye")
STRANGER, MORE = "shimei", "wangli2"


class Text:
    """A document that three other offices sign; the director of the drafting office sent it to them."""

    def __init__(self, house: House, path: Path, signers: tuple[str, ...] = SIGNERS) -> None:
        self.house, self.path = house, path
        self.id = house.open()
        house.submit(self.id, path)
        self.send(signers)

    def send(self, signers: tuple[str, ...] = SIGNERS) -> None:
        self.house.advance(
            self.house.director, self.id, "consult", fields={"signers": ",".join(signers)}, step="review"
        )

    def sign(self, *persons: str) -> None:
        for person in persons:
            self.house.advance(person, self.id, "sign")

    def object(self, person: str, reason: str = "口径与上级文件不一致") -> None:
        self.house.advance(person, self.id, "object", reason=reason)

    def open(self) -> dict[str, list[str]]:
        """Every open step, with who owes it."""
        found: dict[str, list[str]] = {}
        for each in self.house.task(self.id).open_visits():
            found.setdefault(each.step, []).append(each.person or each.waits_for or "")
        return found

    def change(self, person: str | None = None, **more: Any) -> Receipt | Refusal:
        actor = self.house.actor(person or self.house.director)
        return countersigning.change_signers(
            self.house.inst, actor, self.id, **{"reason": "涉及该办职责", **more}
        )

    def revise(self, person: str | None = None, text: str = "第二稿") -> Receipt | Refusal:
        file = self.path / "again.txt"
        file.write_text(text, "utf-8")
        actor = self.house.actor(person or self.house.director)
        return countersigning.revise(self.house.inst, actor, self.id, file=file, reason="按会签意见修改")

    def late(self) -> Mapping[str, Any]:
        """Who was found late with his signature."""
        found = reads.findings_of_tasks(self.house.inst.conn, [self.id])[self.id]
        task = self.house.task(self.id)
        return {
            owed(task.find(each.lead.step or "", each.lead.visit or 0)): each
            for each in found
            if each.lead.rule == "step_overdue"
        }

    def answers(self, round_: int | None = None) -> dict[str, str]:
        told = task_show(self.house.inst, self.id, self.house.director)["countersigning"]
        return {each["person"]: each["answer"] for each in told if round_ in (None, each["round"])}


def owed(visit: Visit | None) -> str:
    assert visit is not None
    return visit.holdings[0].person or ""


@pytest.fixture
def text(house: House, tmp_path: Path) -> Text:
    return Text(house, tmp_path)


def test_everybody_is_asked_at_once_each_with_his_own_visit_and_limit(text: Text) -> None:
    assert text.open() == {"countersign": list(SIGNERS)}
    visits = text.house.task(text.id).open_visits()
    assert [each.visit for each in visits] == [1, 2, 3]
    assert {to_text(each.due_at) for each in visits if each.due_at} == {"2026-11-24T09:30:00.000000Z"}


def test_the_step_is_left_with_the_last_signature_whoever_gives_it(text: Text) -> None:
    text.sign("tianye", "wangli")
    assert text.open() == {"countersign": ["longfei"]}
    text.sign("longfei")
    assert list(text.open()) == ["sign"]


def test_one_objection_waits_for_the_others_and_takes_the_matter_upward(text: Text) -> None:
    text.object("longfei")
    assert text.open() == {"countersign": ["wangli", "tianye"]}
    text.sign("wangli", "tianye")
    assert text.open() == {"coordinate": [text.house.leader]}
    told = task_show(text.house.inst, text.id, text.house.leader)["countersigning"]
    assert {each["person"]: (each["answer"], each["reason"]) for each in told} == {
        "wangli": ("signed", None),
        "longfei": ("objected", "口径与上级文件不一致"),
        "tianye": ("signed", None),
    }


def test_an_objection_says_why(text: Text) -> None:
    assert codes(text.house.try_advance("longfei", text.id, "object")) == {"engine.reason_missing"}


def test_who_is_late_is_found_urged_and_asked_by_himself_and_no_other(text: Text) -> None:
    text.sign("wangli")
    text.house.run_slots("2026-11-26 09:00")
    late = text.late()
    assert set(late) == {"longfei", "tianye"}
    for person, finding in late.items():
        answerers = finding.lead.attribution.answerers
        assert [(each.person, each.degree) for each in answerers] == [(person, "direct")]
        asked = text.house.task(finding.follow_up).open_visits()
        assert [each.person for each in asked] == [person]
    notices = reads.notices(text.house.inst.conn, reads.NoticeFilter(task=text.id))
    assert {each.owes for each in notices} == {"longfei", "tianye"}
    assert "wangli" not in {person for each in notices for person in (each.to, each.owes)}
    text.sign("longfei")
    states = {person: text.house.task(each.follow_up).status for person, each in text.late().items()}
    assert states == {"longfei": "closed", "tianye": "open"}


def test_nobody_signs_twice_or_for_another_or_after_the_end(text: Text) -> None:
    text.sign("wangli")
    again = text.house.try_advance("wangli", text.id, "sign")
    assert codes(again) == {"engine.step_left"}
    assert codes(text.house.try_advance(STRANGER, text.id, "sign")) == {"engine.not_your_step"}
    assert codes(text.house.try_advance("longfei", text.id, "sign", step="countersign/3")) == {
        "engine.not_your_step"
    }
    text.sign("longfei", "tianye")
    ended = text.house.try_advance("wangli", text.id, "sign", step="countersign")
    assert codes(ended) == {"engine.step_left"}


def test_who_drafted_it_does_not_sign_it_for_another_either(house: House, tmp_path: Path) -> None:
    covered(house, "wangli", house.clerk)
    text = Text(house, tmp_path, ("wangli", "longfei"))
    assert text.open() == {"countersign": [house.clerk, "longfei"]}
    assert codes(house.try_advance(house.clerk, text.id, "sign")) == {"engine.four_eyes"}
    house.run_slots("2026-11-25 09:00")
    blamed = {who: each.lead.attribution.answerers for who, each in text.late().items()}
    assert [each.person for each in blamed["longfei"]] == ["longfei"]
    # All that he may do is object, and who has nothing to object to is not late with it.
    assert blamed[house.clerk] == ()


def covered(house: House, person: str, by: str) -> None:
    """Somebody away for the week, whom another covers."""
    inst, actor, since, until = house.inst, house.actor(person), house.inst.now(), local("2026-11-27 18:00")
    boss = inst.organisation.director(inst.organisation.office_of(person, since) or "", since) or ""
    boss = boss if boss != person else inst.organisation.supervisor("社法委", since) or ""
    done_of(organisation.leave(inst, actor, person, since, until))
    done_of(proposals.confirm(inst, house.actor(boss), [each["id"] for each in proposals.proposals(inst)]))
    done_of(organisation.cover(inst, actor, person, by, since, until))
    done_of(proposals.confirm(inst, house.actor(by), [each["id"] for each in proposals.proposals(inst)]))


def test_who_signs_does_not_change_what_he_signs(text: Text) -> None:
    refused = text.house.try_advance(
        "wangli", text.id, "sign", fields={"draft": str(text.path / "draft.txt")}
    )
    assert codes(refused) == {"engine.signed_as_it_is"}


def test_a_changed_text_voids_every_consent_and_all_are_asked_anew(text: Text) -> None:
    text.sign("wangli")
    text.object("longfei")
    text.house.at("2026-11-24 10:00")
    done_of(text.revise())
    assert text.open() == {"countersign": list(SIGNERS)}
    visits = text.house.task(text.id).open_visits()
    assert {to_text(each.due_at)[:10] for each in visits if each.due_at} == {"2026-11-25"}
    assert text.answers(1) == {"wangli": "signed", "longfei": "objected", "tianye": "changed"}
    told = task_show(text.house.inst, text.id, text.house.director)["countersigning"]
    assert {each["stands"] for each in told if each["round"] == 1} == {False}
    text.sign(*SIGNERS)
    assert list(text.open()) == ["sign"]


def test_who_was_late_before_the_text_changed_stays_so_and_nobody_is_after_it(text: Text) -> None:
    text.house.run_slots("2026-11-25 09:00")
    assert set(text.late()) == set(SIGNERS)
    done_of(text.revise())
    text.house.run_slots("2026-11-25 18:00")
    assert {each.state for each in text.late().values()} == {"cured"}
    found = reads.findings_of_tasks(text.house.inst.conn, [text.id])[text.id]
    assert len([each for each in found if each.lead.rule == "step_overdue"]) == 3


def test_consents_to_the_very_text_stand_when_it_comes_back(text: Text) -> None:
    text.sign("wangli", "tianye")
    text.object("longfei")
    text.house.advance(text.house.leader, text.id, "revise", reason="再与社法委沟通")
    text.house.advance(text.house.clerk, text.id, "submit")
    text.send()
    # The draft is the same: only who had not consented is asked again.
    assert text.open() == {"countersign": ["longfei"]}
    text.sign("longfei")
    assert list(text.open()) == ["sign"]


def test_a_countersigning_in_which_nobody_is_left_to_be_asked_is_passed(text: Text) -> None:
    text.sign(*SIGNERS)
    text.house.advance(text.house.leader, text.id, "return", reason="补充附件清单")
    text.house.advance(text.house.clerk, text.id, "submit")
    text.send()
    assert list(text.open()) == ["sign"]


def test_another_draft_is_signed_anew(text: Text) -> None:
    text.sign(*SIGNERS)
    text.house.advance(text.house.leader, text.id, "return", reason="重写第二部分")
    # Handed in once more it is the same draft, and everybody has signed that.
    text.house.advance(text.house.clerk, text.id, "submit", fields={"draft": str(text.path / "draft.txt")})
    text.send()
    assert list(text.open()) == ["sign"]
    text.house.advance(text.house.leader, text.id, "return", reason="重写第二部分")
    (text.path / "draft.txt").write_text("重写过的一稿", "utf-8")
    text.house.advance(text.house.clerk, text.id, "submit", fields={"draft": str(text.path / "draft.txt")})
    text.send()
    assert text.open() == {"countersign": list(SIGNERS)}


def test_signers_are_added_and_removed_by_who_sent_it_and_by_nobody_else(text: Text) -> None:
    task, definition = text.house.task(text.id), text.house.inst.facts().definition
    held = definition(task.digest)
    assert held is not None
    assert sender(task, "countersign", held) == text.house.director
    for person in (text.house.clerk, "wangli", STRANGER):
        assert codes(text.change(person, add=[MORE])) == {"engine.not_your_act"}
    done_of(text.change(add=[MORE]))
    assert text.open() == {"countersign": [*SIGNERS, MORE]}
    done_of(text.change(remove=["tianye"], reason="不涉及"))
    assert text.answers() == {
        "wangli": "pending",
        "longfei": "pending",
        "tianye": "removed",
        MORE: "pending",
    }
    text.sign("wangli", "longfei", MORE)
    assert list(text.open()) == ["sign"]


def test_who_was_taken_out_stays_out_through_every_further_text(text: Text) -> None:
    done_of(text.change(remove=["tianye"], reason="不涉及"))
    for draft in ("第二稿", "第三稿", "第四稿"):
        done_of(text.revise(text=draft))
        assert text.open() == {"countersign": ["wangli", "longfei"]}


def test_who_was_taken_out_can_be_added_again(text: Text) -> None:
    done_of(text.change(remove=["tianye"], reason="不涉及"))
    done_of(text.change(add=["tianye"], reason="还是涉及"))
    assert text.open() == {"countersign": ["wangli", "longfei", "tianye"]}
    assert codes(text.change(add=["tianye"])) == {"engine.signs_already"}
    done_of(text.revise())
    assert text.open() == {"countersign": ["wangli", "longfei", "tianye"]}
    text.sign("wangli", "longfei", "tianye")
    assert list(text.open()) == ["sign"]


def test_taking_out_the_last_who_has_not_signed_ends_it(text: Text) -> None:
    text.sign("wangli", "longfei")
    done_of(text.change(remove=["tianye"], reason="不涉及"))
    assert list(text.open()) == ["sign"]


def test_signers_that_cannot_be_added_or_removed(text: Text) -> None:
    text.sign("wangli")
    assert codes(text.change(add=["longfei"])) == {"engine.signs_already"}
    assert codes(text.change(add=["wangli"])) == {"engine.signs_already"}
    assert codes(text.change(remove=["wangli"])) == {"engine.signs_not"}
    assert codes(text.change(remove=[STRANGER])) == {"engine.signs_not"}
    assert codes(text.change(add=[MORE], reason=None)) == {"engine.says_nothing"}
    assert codes(text.change()) == {"engine.says_nothing"}


def test_who_drafted_it_is_not_named_to_sign_it(house: House, tmp_path: Path) -> None:
    id = house.open()
    house.submit(id, tmp_path)
    named = {"signers": f"wangli,{house.clerk}"}
    refused = house.try_advance(house.director, id, "consult", fields=named)
    assert codes(refused) == {"engine.cannot_sign"}
    assert isinstance(refused, Refusal)
    assert refused.reasons[0].params == {"person": house.clerk, "step": "起草"}
    # Named on the form by himself, he is found when he submits it.
    house.advance(house.director, id, "return", reason="补充会签名单")
    refused = house.try_advance(house.clerk, id, "submit", fields=named)
    assert codes(refused) == {"engine.cannot_sign"}


def test_who_drafted_it_is_not_added_to_the_signers(text: Text) -> None:
    before = text.house.task(text.id)
    assert codes(text.change(add=[text.house.clerk, MORE])) == {"engine.cannot_sign"}
    given = tasks.assign(
        text.house.inst, text.house.actor("wangli"), text.id, text.house.clerk, reason="请办"
    )
    assert codes(given) == {"engine.cannot_sign"}
    assert text.house.task(text.id) == before


def test_not_everybody_can_be_taken_out(text: Text) -> None:
    assert codes(text.change(remove=list(SIGNERS))) == {"engine.nobody_left_to_sign"}


def test_whoever_was_taken_out_is_late_for_what_fell_due_before_and_not_after(text: Text) -> None:
    done_of(text.change(remove=["tianye"], reason="不涉及"))
    text.house.run_slots("2026-11-25 09:00")
    assert set(text.late()) == {"wangli", "longfei"}


def test_who_was_added_is_asked_again_with_another_text_and_who_was_removed_is_not(text: Text) -> None:
    done_of(text.change(add=[MORE], remove=["tianye"]))
    done_of(text.revise())
    assert text.open() == {"countersign": ["wangli", "longfei", MORE]}


def test_a_draft_that_is_attached_again_after_a_return_takes_the_old_ones_place(text: Text) -> None:
    text.sign(*SIGNERS)
    text.house.advance(text.house.leader, text.id, "return", reason="重写第二部分")
    before = text.house.task(text.id).sealed["draft"]
    again = text.path / "again.txt"
    again.write_text("重写过的一稿", "utf-8")
    text.house.advance(text.house.clerk, text.id, "submit", attach=[again])
    assert text.house.task(text.id).sealed["draft"] != before
    text.send()
    assert text.open() == {"countersign": list(SIGNERS)}


def test_the_very_same_text_is_refused_and_what_was_signed_stands(text: Text) -> None:
    text.sign("wangli")
    text.revise(text="第二稿")
    text.sign("wangli", "tianye")
    before = text.house.task(text.id)
    assert codes(text.revise(text="第二稿")) == {"engine.text_unchanged"}
    renamed = text.path / "renamed.txt"
    renamed.write_text("第二稿", "utf-8")
    actor = text.house.actor(text.house.director)
    refused = countersigning.revise(text.house.inst, actor, text.id, file=renamed, reason="改")
    assert codes(refused) == {"engine.text_unchanged"}
    assert text.house.task(text.id) == before
    # Who may not change it is not told whether he has guessed it.
    assert codes(text.revise("wangli", text="第二稿")) == {"engine.not_your_act"}


def test_a_change_of_text_sent_twice_under_one_id_has_one_effect(text: Text) -> None:
    house, file = text.house, text.path / "again.txt"
    file.write_text("第二稿", "utf-8")
    actor, options = house.actor(house.director), Options(command_id="once")
    first, second = (
        countersigning.revise(house.inst, actor, text.id, file=file, reason="改", options=options)
        for _ in "12"
    )
    assert done_of(first).index == done_of(second).index


def test_only_the_text_is_replaced_and_only_by_who_sent_it(text: Text) -> None:
    assert codes(text.revise("wangli")) == {"engine.not_your_act"}
    with pytest.raises(UsageError) as refused:
        countersigning.revise(
            text.house.inst, text.house.actor(text.house.director), text.id, text="第二稿", reason="改"
        )
    assert refused.value.code == "error.revise_takes_file"


def test_outside_a_countersigning_there_is_nobody_to_add(text: Text) -> None:
    text.sign(*SIGNERS)
    assert codes(text.change(add=[MORE])) == {"engine.not_countersigned"}


def test_a_signature_is_taken_back_until_another_has_signed(text: Text) -> None:
    house = text.house
    text.sign("wangli")
    done_of(tasks.takeback(house.inst, house.actor("wangli"), text.id))
    assert text.open() == {"countersign": list(SIGNERS)}
    text.sign("wangli", "longfei", "tianye")
    assert list(text.open()) == ["sign"]
    done_of(tasks.takeback(house.inst, house.actor("tianye"), text.id))
    assert text.open() == {"countersign": ["tianye"]}
    assert codes(tasks.takeback(house.inst, house.actor("wangli"), text.id)) == {
        "engine.nothing_to_take_back"
    }


def test_sending_it_is_taken_back_with_everything_that_came_of_it(text: Text) -> None:
    house = text.house
    done_of(text.change(remove=["tianye"], reason="不涉及"))
    done_of(text.revise())
    done_of(tasks.takeback(house.inst, house.actor(house.director), text.id))
    assert text.open() == {"review": [house.director]}
    text.send()
    assert text.open() == {"countersign": list(SIGNERS)}


def test_persons_are_named_once_and_known(house: House, tmp_path: Path) -> None:
    id = house.open()
    house.submit(id, tmp_path)
    for named in ("wangli,wangli", "wangli,nobody", "wangli,", "wangli, longfei"):
        refused = house.try_advance(house.director, id, "consult", fields={"signers": named})
        assert codes(refused) == {"engine.field_persons"}, named
    assert codes(house.try_advance(house.director, id, "consult")) == {"engine.field_missing"}


def test_several_signers_are_told_apart_by_their_number(text: Text) -> None:
    house = text.house
    with pytest.raises(UsageError) as refused:
        tasks.assign(house.inst, house.actor("longhai"), text.id, MORE)
    assert refused.value.code == "error.ambiguous_step"
    asked = tasks.extend(house.inst, house.actor("longfei"), text.id, "1wd", reason="出差")
    assert "proposed" in {each["kind"] for each in done_of(asked).events}


def test_where_the_answers_lead_is_no_deviation_from_the_definition(text: Text) -> None:
    text.object("longfei")
    text.sign("wangli", "tianye")
    assert list(text.open()) == ["coordinate"]
    text.house.advance(text.house.leader, text.id, "uphold", reason="口径以文件为准")
    found = text.house.run_slots("2026-11-25 08:30")
    assert [each["rule"] for each in found if each["task"] == text.id] == []
