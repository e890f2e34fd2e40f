"""Tasks that another's action opens: all in its transaction, each on its own, waited for, called off, never forged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import OFFICE, House, codes, done_of, local, with_id
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal
from zeroerror.model.task import Task
from zeroerror.service import organisation, proposals, publish, tasks
from zeroerror.service.configuration import Unreadable
from zeroerror.service.front import Options, Receipt, Request, seal, submit
from zeroerror.service.items import Item
from zeroerror.store import reads

CLERK, DIRECTOR, LEADER = "wuxiaomei", "zhanghui", "lizhiyuan"
#: Who owes the duty 承办 in two other offices.
ECONOMY, LAW = "wangli", "longfei"
JOINT = ("经济委 县发展和改革局", "社会法制委员会办公室,县司法局")


class Proposal:
    """A proposal handed out to a leading unit, with two others asked for their opinions."""

    def __init__(self, house: House, path: Path, joint: Sequence[str] = JOINT) -> None:
        self.house, self.path = house, path
        fields = {"title": "关于加强农村养老服务的提案", "proposer": "委员甲"}
        opened = tasks.open_task(
            house.inst, house.actor(CLERK), "handling/proposal", fields=fields, office=OFFICE
        )
        self.id = done_of(opened).tasks[0]
        self.do("submit", fields={"number": "第12号"})
        self.do("accept", DIRECTOR)
        said = {"unit": "县民政局", "answer_by": "2027-02-26"}
        self.opened = self.do("jointly", fields=said, items=[Item(each) for each in joint])
        self.children = tuple(id for id in self.opened.tasks if id != self.id)

    def do(self, action: str, person: str = CLERK, **more: Any) -> Receipt:
        return self.house.advance(person, self.id, action, **more)

    def try_(self, action: str, person: str = CLERK, **more: Any) -> Receipt | Refusal:
        return self.house.try_advance(person, self.id, action, **more)

    def file(self, name: str) -> list[Path]:
        path = self.path / name
        path.write_text(name, "utf-8")
        return [path]

    def answered(self, place: int, person: str) -> Receipt:
        """A unit's opinion has come."""
        return self.house.advance(
            person, self.children[place], "answer", attach=self.file(f"opinion{place}.txt")
        )

    def child(self, place: int) -> Task:
        return self.house.task(self.children[place])


@pytest.fixture
def proposal(house: House, tmp_path: Path) -> Proposal:
    return Proposal(house, tmp_path)


def stood(house: House) -> int:
    return len(reads.task_ids(house.inst.conn, reads.TaskFilter(status=None)))


def test_one_task_is_opened_for_each_item_in_the_parents_own_transaction(proposal: Proposal) -> None:
    house, receipt = proposal.house, proposal.opened
    assert [each["kind"] for each in receipt.events] == [
        "step_left",
        "step_entered",
        *("task_opened", "step_entered") * 2,
    ]
    first, second = proposal.child(0), proposal.child(1)
    assert [(each.office, each.parent, each.opener) for each in (first, second)] == [
        ("经济委", proposal.id, CLERK),
        ("社会法制委", proposal.id, CLERK),
    ]
    assert [each.open_visits()[0].urger for each in (first, second)] == [ECONOMY, LAW]
    texts = reads.texts(house.inst.conn, [*first.sealed.values(), *second.sealed.values()])
    assert [texts[each.sealed["unit"]] for each in (first, second)] == ["县发展和改革局", "县司法局"]
    # The title is the parent's own, and stands beside the ledger once.
    assert first.sealed["title"] == second.sealed["title"] == house.task(proposal.id).sealed["title"]
    house.verify()


def test_the_same_command_again_opens_nothing_more(house: House, tmp_path: Path) -> None:
    proposal = Proposal(house, tmp_path)
    # Another one, handed in twice under one id.
    fields = {"title": "另一件提案", "proposer": "委员乙"}
    opened = tasks.open_task(
        house.inst, house.actor(CLERK), "handling/proposal", fields=fields, office=OFFICE
    )
    other = done_of(opened).tasks[0]
    house.advance(CLERK, other, "submit", fields={"number": "第13号"})
    house.advance(DIRECTOR, other, "accept")
    said = {
        "fields": {"unit": "县民政局", "answer_by": "2027-02-26"},
        "items": [Item(each) for each in JOINT],
        "options": with_id("c" * 32),
    }
    first = house.advance(CLERK, other, "jointly", **said)
    again = house.advance(CLERK, other, "jointly", **said)
    assert again.repeated
    assert again.tasks == first.tasks
    assert stood(house) == 2 + 2 * len(proposal.children)


def test_the_wait_names_who_is_waited_for_and_what_lifts_it(proposal: Proposal) -> None:
    proposal.do("sign_for")
    refused = proposal.try_("answer", attach=proposal.file("answer.txt"))
    assert codes(refused) == {"engine.children_open"}
    assert isinstance(refused, Refusal)
    params = refused.reasons[0].params
    assert params["children"] == [
        f"{proposal.children[0]} 经济委 征求会办意见",
        f"{proposal.children[1]} 社会法制委 征求会办意见",
    ]
    assert params["ways"] == ["请示不再等会办意见", "提案者撤案"]
    proposal.answered(0, ECONOMY)
    assert codes(proposal.try_("answer", attach=proposal.file("answer.txt"))) == {"engine.children_open"}
    proposal.answered(1, LAW)
    proposal.do("answer", attach=proposal.file("answer.txt"))
    assert proposal.house.task(proposal.id).open_visits()[0].step == "check"
    proposal.house.verify()


def test_the_leader_lifts_the_wait_and_who_has_not_answered_is_asked_no_more(proposal: Proposal) -> None:
    house = proposal.house
    proposal.do("sign_for")
    proposal.answered(0, ECONOMY)
    proposal.do("lift", reason="县司法局机构改革，一时复不了")
    said = {"reason": "同意，先答复", "fields": {"answer_by": "2027-02-26"}}
    proposal.do("agree", LEADER, **said)
    assert [proposal.child(place).status for place in (0, 1)] == ["closed", "cancelled"]
    assert [each.status for each in proposal.child(1).visits] == ["released"]
    proposal.do("answer", attach=proposal.file("answer.txt"))
    # Nobody owes the urging of what is asked for no more.
    house.run_slots("2027-01-15 18:00")
    assert not reads.findings_of_tasks(house.inst.conn, [proposal.children[1]])
    house.verify()


def test_what_was_called_off_comes_back_with_the_act_that_called_it_off(proposal: Proposal) -> None:
    house = proposal.house
    proposal.do("sign_for")
    before = proposal.child(1)
    proposal.do("lift", reason="一时复不了")
    proposal.do("agree", LEADER, reason="同意", fields={"answer_by": "2027-02-26"})
    done_of(tasks.takeback(house.inst, house.actor(LEADER), proposal.id))
    after = proposal.child(1)
    assert after.status == "open"
    assert [(each.step, each.due_at, each.urger) for each in after.open_visits()] == [
        (each.step, each.due_at, each.urger) for each in before.open_visits()
    ]
    house.verify()


def test_cancelling_the_parent_cancels_them_where_its_definition_says_so(proposal: Proposal) -> None:
    proposal.do("sign_for")
    receipt = proposal.do("withdraw", reason="提案者撤案")
    assert set(receipt.tasks) == {proposal.id, *proposal.children}
    assert {proposal.child(place).status for place in (0, 1)} == {"cancelled"}
    # Handed out again after a unit has declined, the former ones are not asked twice.
    proposal.house.verify()


def test_handed_out_again_the_first_are_called_off(proposal: Proposal) -> None:
    proposal.do("decline", reason="不属本单位职责")
    assert {proposal.child(place).status for place in (0, 1)} == {"cancelled"}
    said = {"unit": "县卫生健康局", "answer_by": "2027-03-26"}
    again = proposal.do("jointly", fields=said, items=[Item("经济委 县财政局")])
    assert len(again.tasks) == 2
    proposal.house.verify()


def test_an_act_that_opened_tasks_is_not_taken_back(proposal: Proposal) -> None:
    house = proposal.house
    found = tasks.takeback(house.inst, house.actor(CLERK), proposal.id)
    assert codes(found) == {"engine.cannot_be_taken_back"}


def test_the_end_of_a_child_is_not_taken_back_once_its_parent_has_gone_on(proposal: Proposal) -> None:
    house = proposal.house
    proposal.do("sign_for")
    proposal.answered(0, ECONOMY)
    done_of(tasks.takeback(house.inst, house.actor(ECONOMY), proposal.children[0]))
    proposal.answered(0, ECONOMY)
    proposal.answered(1, LAW)
    proposal.do("answer", attach=proposal.file("answer.txt"))
    found = tasks.takeback(house.inst, house.actor(LAW), proposal.children[1])
    assert codes(found) == {"engine.parent_went_on"}


def test_nobody_lifts_his_own_wait_by_ending_what_he_waits_for(house: House, tmp_path: Path) -> None:
    # The office that asks its own unit: the same clerk urges the leading unit and the one beside it.
    proposal = Proposal(house, tmp_path, [f"{OFFICE} 县司法局", *JOINT])
    proposal.do("sign_for")
    # He records that his unit declines; that it need not be waited for, another says.
    house.advance(CLERK, proposal.children[0], "decline", reason="不属本单位职责")
    assert codes(house.try_advance(CLERK, proposal.children[0], "agree")) >= {"engine.four_eyes"}
    since, until = house.inst.now(), local("2026-11-27 18:00")
    done_of(organisation.cover(house.inst, house.actor(CLERK), CLERK, house.director, since, until))
    asked = [each["id"] for each in proposals.proposals(house.inst)]
    done_of(proposals.confirm(house.inst, house.actor(house.director), asked))
    # Who stands in for him waits with him.
    found = house.try_advance(house.director, proposal.children[0], "agree")
    assert codes(found) == {"engine.lifts_own_wait"}
    assert isinstance(found, Refusal)
    assert (found.exit_code, found.on_record) == (5, True)
    house.advance(house.director, proposal.children[0], "return", reason="再征求一次")
    # To have an opinion is not to end it undone.
    house.advance(CLERK, proposal.children[0], "answer", attach=proposal.file("own.txt"))
    house.verify()


def test_that_a_unit_declines_is_recorded_by_its_urger_and_confirmed_by_the_director(
    house: House, tmp_path: Path
) -> None:
    proposal = Proposal(house, tmp_path, [f"{OFFICE} 县司法局"])
    proposal.do("sign_for")
    house.advance(CLERK, proposal.children[0], "decline", reason="不属本单位职责")
    told = house.try_advance(CLERK, proposal.id, "answer", attach=proposal.file("own.txt"))
    assert codes(told) == {"engine.children_open"}
    house.advance(house.director, proposal.children[0], "agree")
    assert house.task(proposal.children[0]).status == "cancelled"
    proposal.do("answer", attach=proposal.file("own.txt"))
    house.verify()


def test_a_child_is_not_forged(house: House, proposal: Proposal) -> None:
    fields = {"title": "关于加强农村养老服务的提案", "unit": "县民政局"}
    found = tasks.open_task(
        house.inst, house.actor(CLERK), "handling/joint_opinion", fields=fields, office=OFFICE
    )
    assert codes(found) == {"engine.opened_by_task"}


@pytest.mark.parametrize(
    ("items", "wanted"),
    [
        (["经济研究室 县统计局"], "engine.unknown_office"),
        ([], "engine.nothing_to_open"),
    ],
)
def test_what_cannot_be_opened_opens_nothing_at_all(
    house: House, tmp_path: Path, items: list[str], wanted: str
) -> None:
    before = stood(house)
    with pytest.raises(AssertionError, match=wanted):
        Proposal(house, tmp_path, [*items, *JOINT] if items else [])
    assert stood(house) == before + 1


def test_a_line_that_says_too_little_is_told_with_what_it_should_say(house: House, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        Proposal(house, tmp_path, ["经济委"])
    assert [(each.code, each.params["wanted"]) for each in told.value.problems] == [  # type: ignore[attr-defined]
        ("error.item_line", ["会办单位"])
    ]


def test_an_action_that_opens_nothing_takes_no_items(proposal: Proposal) -> None:
    with pytest.raises(UsageError, match="opens_nothing"):
        proposal.do("sign_for", items=[Item("经济委 县统计局")])


CHECKER, DOER = "zengyong", "yangyan"


class Supervision:
    """A 督办 whose check on the spot has handed out what it found."""

    def __init__(self, house: House, path: Path, *items: str, recheck_by: str = "2026-12-02") -> None:
        self.house = house
        fields = {"title": "落实全会部署", "source": "会议议定", "finish_by": "2026-12-31"}
        opened = tasks.open_task(
            house.inst, house.actor(CHECKER), "handling/supervision", fields=fields, office=OFFICE
        )
        self.id = done_of(opened).tasks[0]
        self.do("submit", CHECKER, fields={"task": "按期落实"})
        self.do("approve", LEADER)
        self.do("assign", CHECKER)
        self.do("sign_for", DIRECTOR)
        self.do("finish", DIRECTOR, fields={"measures": "分三步"})
        self.do("report", CLERK, fields={"result": "已落实"})
        proof = path / "proof.txt"
        proof.write_text("佐证", "utf-8")
        self.do("report", DIRECTOR, attach=[proof])
        said = {"fields": {"recheck_by": recheck_by}, "items": [Item(each) for each in items]}
        self.children = tuple(id for id in self.do("spot", CHECKER, **said).tasks if id != self.id)

    def do(self, action: str, person: str, **more: Any) -> Receipt:
        return self.house.advance(person, self.id, action, **more)

    def late(self, task: str) -> dict[str | None, Any]:
        """What was found late about a task, by step."""
        found = reads.findings_of_tasks(self.house.inst.conn, [task]).get(task, [])
        return {each.lead.step: each for each in found if each.lead.rule.endswith("overdue")}


def test_whoever_waits_is_not_blamed_and_each_child_is_late_on_its_own(house: House, tmp_path: Path) -> None:
    items = (f"{OFFICE} 杨燕 2026-11-27 补齐台账", f"{OFFICE} {DOER} 2026-12-25 更换 标牌，两处")
    work = Supervision(house, tmp_path, *items)
    texts = reads.texts(house.inst.conn, [house.task(id).sealed["title"] for id in work.children])
    assert set(texts.values()) == {"补齐台账", "更换 标牌，两处"}
    house.run_slots("2026-12-03 09:00")
    waited = work.late(work.id)["recheck"].lead.attribution
    assert waited.answerers == ()
    assert waited.missing == ("attribution.missing_waits_for_children",)
    assert waited.clarifier == "luoqiang"
    child = work.late(work.children[0])["do"].lead.attribution
    assert [(each.person, each.degree) for each in child.answerers] == [(DOER, "direct")]
    assert not work.late(work.children[1])


def test_whoever_no_longer_waits_answers_for_his_own_step(house: House, tmp_path: Path) -> None:
    work = Supervision(house, tmp_path, f"{OFFICE} {DOER} 2026-11-27 补齐台账")
    house.advance(DOER, work.children[0], "report", fields={"result": "已补齐"})
    house.advance(CHECKER, work.children[0], "pass")
    house.run_slots("2026-12-03 09:00")
    found = work.late(work.id)["recheck"].lead.attribution
    assert [(each.person, each.degree) for each in found.answerers] == [(CHECKER, "direct")]


def test_what_was_late_before_its_parent_called_it_off_stays_and_nothing_comes_after(
    house: House, tmp_path: Path
) -> None:
    items = (f"{OFFICE} {DOER} 2026-11-27 补齐台账", f"{OFFICE} {DOER} 2026-12-04 更换标牌")
    work = Supervision(house, tmp_path, *items)
    house.run_slots("2026-12-01 09:00")
    assert set(work.late(work.children[0])) == {"do"}
    asked = work.late(work.children[0])["do"].follow_up
    work.do("redo", CHECKER, reason="问题较多，整体重办")
    # Nobody is asked any more to explain what nobody owes.
    assert house.task(asked).status == "closed"
    house.run_slots("2026-12-08 18:00")
    assert {step: each.state for step, each in work.late(work.children[0]).items()} == {"do": "cured"}
    assert not work.late(work.children[1])
    house.verify()


def test_acts_on_paper_open_tasks_too_each_with_its_own_number(house: House, tmp_path: Path) -> None:
    scan = tmp_path / "scan.txt"
    scan.write_text("签字件", "utf-8")
    said = {
        "paper_of": CLERK,
        "signed_at": house.inst.now(),
        "attach": [scan],
        "fields": {"unit": "县民政局", "answer_by": "2027-02-26"},
    }
    made = []
    for number in ("第12号", "第13号"):
        fields = {"title": number, "proposer": "委员甲"}
        opened = tasks.open_task(
            house.inst, house.actor(CLERK), "handling/proposal", fields=fields, office=OFFICE
        )
        made.append(done_of(opened).tasks[0])
        house.advance(CLERK, made[-1], "submit", fields={"number": number})
        house.advance(DIRECTOR, made[-1], "accept")
        done_of(
            tasks.record_paper(
                house.inst, house.actor(DOER), made[-1], "jointly", items=[Item(JOINT[0])], **said
            )
        )
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    receipt = done_of(proposals.confirm(house.inst, house.actor("longhai"), waiting))
    children = [id for id in receipt.tasks if id not in made]
    assert len(set(children)) == 2
    assert {house.task(id).parent for id in children} == set(made)
    # Whose act it was opened them, and not who compared the paper.
    assert {house.task(id).opener for id in children} == {CLERK}


def test_a_parent_that_somebody_claims_by_himself_is_none(proposal: Proposal) -> None:
    house = proposal.house
    title = seal("一件无关的事")
    digest = house.inst.facts().in_force("handling/on_the_spot")
    body = {
        "workflow": "handling/on_the_spot",
        "definition": digest,
        "office": OFFICE,
        "fields": {"person": DOER, "finish_by": "2026-12-04"},
        "sealed": {"title": title.digest},
        "attachments": [],
        "parent": proposal.id,
    }
    request = Request("open", body, payloads=[title])
    opened = done_of(submit(house.inst, house.actor(DOER), request, Options()))
    assert house.task(opened.tasks[0]).parent is None
    assert not house.inst.facts().children(opened.tasks[0])


def test_what_is_to_be_opened_is_published_before_what_opens_it(house: House) -> None:
    directory = house.inst.home / "workflows" / "handling"
    texts = Path(__file__).parents[1] / "workflows" / "opened" / "handling"
    child, parent = directory / "child.yaml", directory / "sound.yaml"
    child.write_text((texts / "child.yaml").read_text("utf-8"), "utf-8")
    parent.write_text((texts / "sound.yaml").read_text("utf-8"), "utf-8")
    assert publish.check([parent]) == []
    with pytest.raises(Unreadable) as told:
        publish.publish(house.inst, house.actor("tangmin"), parent)
    assert [each.code for each in told.value.problems] == ["definition.opens_unknown"]
    for path in (child, parent):
        done_of(publish.publish(house.inst, house.actor("tangmin"), path))
        waiting = [each["id"] for each in proposals.proposals(house.inst)]
        done_of(proposals.confirm(house.inst, house.actor(LEADER), waiting))
    back = "{title: 办结, end: done, children: keep, opens: {workflow: handling/sound, each: [title]}}"
    text = child.read_text("utf-8")
    child.write_text(text.replace("{title: 办结, end: done}", back), "utf-8")
    with pytest.raises(Unreadable) as told:
        publish.publish(house.inst, house.actor("tangmin"), child)
    assert [each.code for each in told.value.problems] == ["definition.opens_cyclic"]


def dissolved(house: House, office: str) -> None:
    """An office and its posts and duties gone from the organisation that is in force."""
    path = house.inst.home / "config" / "institution.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if office not in line), "utf-8")
    done_of(organisation.apply(house.inst, house.actor("tangmin"), path.parent))
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    done_of(proposals.confirm(house.inst, house.actor("luoqiang"), waiting))


def test_nothing_is_opened_for_an_office_that_is_gone(house: House, tmp_path: Path) -> None:
    proposal = Proposal(house, tmp_path, ["民族宗教委 县民族宗教局"])
    dissolved(house, "民族宗教委")
    proposal.do("decline", reason="另行交办")
    said = {"unit": "县民政局", "answer_by": "2027-02-26"}
    refused = proposal.try_("jointly", fields=said, items=[Item("民族宗教委 县民族宗教局")])
    assert codes(refused) == {"engine.unknown_office"}


def test_the_wait_for_a_child_whose_office_is_gone_can_still_be_lifted(house: House, tmp_path: Path) -> None:
    proposal = Proposal(house, tmp_path, ["民族宗教委 县民族宗教局"])
    proposal.do("sign_for")
    dissolved(house, "民族宗教委")
    # Who owed the urging serves no longer, so nobody can record the opinion.
    found = house.try_advance("shimei", proposal.children[0], "answer", attach=proposal.file("x.txt"))
    assert isinstance(found, Refusal)
    assert found.exit_code == 4
    proposal.do("lift", reason="民族宗教委已撤")
    proposal.do("agree", LEADER, reason="同意", fields={"answer_by": "2027-02-26"})
    proposal.do("answer", attach=proposal.file("answer.txt"))
    assert proposal.child(0).status == "cancelled"
