"""Whose a finding is: the table of design §9, row by row.

March 2026: the 2nd is a Monday; the office is open 08:30-12:00 and 14:00-17:30. Unless told otherwise the step
came to yang (A角; wu is the B角) on Monday at nine and was due on Wednesday at the close.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.unit.organisation.people import cover, leave, local, people
from tests.unit.timing.calendars import shipped
from zeroerror.audit.attribution import (
    attribute_event,
    attribute_step,
    attribute_task,
    attribute_unassigned,
    attribute_urging,
)
from zeroerror.audit.missed import missed_by_visit
from zeroerror.model.finding import Attribution
from zeroerror.model.organisation import Cover, Leave, Organisation
from zeroerror.model.task import Task
from zeroerror.model.visit import Asked, DueChange, Holding, Pause, Visit
from zeroerror.model.workflow import Action, Fault, Guard, Owner, Step, Workflow

CAME, DUE, JUDGED = "2026-03-02 09:00", "2026-03-04 17:30", "2026-03-06 08:30"

FOUR_EYES = (Guard("four_eyes", 1, ("draft",)),)
STEPS = (
    Step(
        "draft",
        "起草",
        Owner("duty", "起草"),
        None,
        None,
        (Action("submit", "送审", "review"), Action("fail", "办不成", None, "failed")),
    ),
    Step(
        "review",
        "审核",
        Owner("post", "主任"),
        None,
        None,
        (
            Action("pass", "同意", "print", guards=FOUR_EYES),
            Action("return", "退回", "draft", "returned", fault=Fault("draft", "文稿")),
            Action("reject", "不合格", None, "failed", fault=Fault("draft", "文稿")),
        ),
    ),
    Step(
        "read",
        "首读",
        Owner("duty", "首读"),
        None,
        None,
        (Action("pass", "同意", "review", guards=FOUR_EYES),),
    ),
    Step("sign", "签发", Owner("desk", "分管领导"), None, None, (Action("sign", "签发", "print"),)),
    Step("print", "印发", Owner("duty", "文印", "办公室"), None, None, (Action("issue", "印发", None),)),
    Step("stop", "中止", Owner("duty", "起草"), None, None, (Action("stop", "中止", None, "failed"),)),
    Step(
        "check",
        "核对",
        Owner("duty", "起草"),
        None,
        None,
        (Action("pass", "同意", "print", guards=(Guard("evidence", 1, ("draft",)),)),),
    ),
    Step(
        "gather",
        "汇总",
        Owner("duty", "起草"),
        None,
        None,
        (
            Action("pass", "汇总完成", "print", guards=(Guard("children_ended", 1),)),
            Action("lift", "不再等", "print"),
        ),
    ),
    Step("own", "阅示", Owner("field", "leader"), None, None, (Action("read", "阅", None),)),
)
WORKFLOW = Workflow("document/outgoing", "发文", "样例", "document", None, (), (), STEPS)


def due_on(
    text: str | None, since: str = CAME, *, index: int = 102, why: str = "entered", **more: Any
) -> DueChange:
    asked = more.pop("asked", None)
    return DueChange(
        None if text is None else local(text),
        None,
        local(since),
        index,
        why,
        asked_at=None if asked is None else local(asked),
        **more,
    )


def held(
    person: str | None, since: str = CAME, *, why: str = "entered", index: int = 101, **more: Any
) -> Holding:
    return Holding(person, more.pop("capacity", "own"), local(since), index, why, **more)


def a_visit(step: str = "draft", *holdings: Holding, came: str = CAME, number: int = 1, **more: Any) -> Visit:
    given: dict[str, Any] = {
        "step": step,
        "visit": number,
        "kind": "person",
        "entered_at": local(came),
        "entered_index": 101,
        "dues": (due_on(DUE, came),),
        "holdings": holdings or (held("yang", came),),
    }
    return Visit(**{**given, **more})


def a_task(*visits: Visit, **more: Any) -> Task:
    given: dict[str, Any] = {
        "id": "BW-2026-0001",
        "workflow": "document/outgoing",
        "digest": "d",
        "family": "document",
        "office": "提案委",
        "opener": "yang",
        "fields": {},
        "sealed": {},
        "opened_at": local(CAME),
        "dues": (due_on("2026-03-05 17:30", index=100),),
        "visits": visits,
    }
    return Task(**{**given, **more})


def asked(visit: Visit, org: Organisation | None = None, *earlier: Visit, **more: Any) -> Attribution:
    change = missed_by_visit(visit, local(JUDGED)) or visit.dues[-1]
    return attribute_step(a_task(*earlier, visit, **more), visit, change, **given(org))


def given(org: Organisation | None = None, at: str = JUDGED) -> dict[str, Any]:
    return {
        "workflow": WORKFLOW,
        "organisation": org or people(),
        "calendar": shipped(),
        "at": local(at),
    }


def staff(*facts: Leave | Cover, org: Organisation | None = None) -> Organisation:
    found = org or people()
    for fact in facts:
        found = found.with_leave(fact) if isinstance(fact, Leave) else found.with_cover(fact)
    return found


def told(found: Attribution) -> list[str]:
    """Who answers, in one line each."""
    return [
        f"{each.person} {each.degree} {each.capacity['kind']}"
        + (f" for {each.capacity['for']}" if each.capacity["for"] else "")
        + f": {each.reason.removeprefix('attribution.')}"
        for each in found.answerers
    ] + [f"? {code.removeprefix('attribution.missing_')} → {found.clarifier}" for code in found.missing]


def without(person: str, at: str) -> Organisation:
    org = people()
    for post in org.posts:
        if post.person == person:
            org = org.without_post(person, post.office, post.role, local(at))
    return org


@dataclass(frozen=True)
class Row:
    """One line of the table: the facts, and what they come to."""

    title: str
    expected: list[str]
    visit: Visit = field(default_factory=a_visit)
    org: Organisation = field(default_factory=people)
    earlier: tuple[Visit, ...] = ()


AWAY = ("2026-03-03", "2026-03-09")
PLANNED = leave("yang", *AWAY)
SICK = leave("yang", *AWAY, recorded="2026-03-09 09:00")
SELF_DRAFTED = a_visit(
    "draft",
    held("zhang", "2026-02-26 09:00"),
    came="2026-02-26 09:00",
    entered_index=90,
    status="done",
    doer="zhang",
    left_at=local(CAME),
    left_index=99,
    dues=(due_on("2026-03-03 17:30", "2026-02-26 09:00", index=90),),
)
REVIEW = a_visit("review", held("zhang"))


def request(at: str = "2026-03-03 10:00", by: str = "yang", answered: str | None = None) -> tuple[Asked, ...]:
    return (Asked("P-1", local(at), by, None if answered is None else local(answered)),)


ROWS = [
    Row("plain", ["yang direct own: owed"]),
    Row(
        "the step came while the A person was away: whoever it resolved to",
        ["wu direct cover for 提案委/起草: came_while_away"],
        a_visit("draft", held("wu", capacity="cover", for_="提案委/起草"), tried=(("yang", "absent"),)),
        staff(leave("yang", "2026-03-01", "2026-03-09")),
    ),
    Row(
        "who held it at the due instant answers, not who holds it today",
        ["yang direct own: owed"],
        a_visit("draft", held("yang"), held("wu", "2026-03-05 09:00", why="assign", index=120)),
    ),
    Row(
        "handed over with a working day to go",
        ["wu direct own: handed_over"],
        a_visit("draft", held("yang"), held("wu", "2026-03-03 16:00", why="handover", index=110)),
    ),
    Row(
        "handed over with less than a working day to go",
        ["? short_time → zhang"],
        a_visit("draft", held("yang"), held("wu", "2026-03-04 08:30", why="transfer", index=110)),
    ),
    Row(
        "handed over at the very due instant",
        ["? short_time → zhang"],
        a_visit("draft", held("yang"), held("wu", DUE, why="assign", index=110)),
    ),
    Row(
        "handed to the director with less than a working day to go: somebody else clarifies",
        ["? short_time → li"],
        a_visit("draft", held("yang"), held("zhang", "2026-03-04 08:30", why="assign", index=110)),
    ),
    Row(
        "due before it came: the earlier step that overran",
        ["zhang direct own: owed"],
        a_visit("draft", came="2026-03-05 09:00", dues=(due_on(DUE, "2026-03-05 09:00"),)),
        earlier=(replace(SELF_DRAFTED, left_at=local("2026-03-05 09:00")),),
    ),
    Row(
        "due before it came, and no earlier step was late",
        ["? due_passed_on_entry → zhang"],
        a_visit("draft", came="2026-03-05 09:00", dues=(due_on(DUE, "2026-03-05 09:00"),)),
        earlier=(SELF_DRAFTED,),
    ),
    Row(
        "covered, and accepted",
        ["wu direct cover for 提案委/工作人员: cover_accepted"],
        org=staff(PLANNED, cover("yang", "wu", *AWAY)),
    ),
    Row(
        "covered without a leave on record",
        ["wu direct cover for 提案委/工作人员: cover_accepted"],
        org=staff(cover("yang", "wu", *AWAY)),
    ),
    Row(
        "covered, not accepted, but told a working day ahead",
        ["wu direct cover for 提案委/工作人员: cover_told"],
        org=staff(PLANNED, cover("yang", "wu", *AWAY, accepted=None, told="2026-03-02 10:00")),
    ),
    Row(
        "covered, not accepted, and told too late",
        ["? cover_not_accepted → zhang"],
        org=staff(PLANNED, cover("yang", "wu", *AWAY, accepted=None, told="2026-03-04 09:00")),
    ),
    Row(
        "covered, not accepted, and never told",
        ["? cover_not_accepted → zhang"],
        org=staff(PLANNED, cover("yang", "wu", *AWAY, accepted=None)),
    ),
    Row(
        "a cover accepted only after the due instant",
        ["? cover_not_accepted → zhang"],
        org=staff(PLANNED, cover("yang", "wu", *AWAY, accepted="2026-03-05 09:00")),
    ),
    Row(
        "a cover recorded after the due instant",
        ["? cover_recorded_late → zhang"],
        org=staff(cover("yang", "wu", *AWAY, recorded="2026-03-05 09:00", accepted="2026-03-05 09:00")),
    ),
    Row(
        "a cover asked for in good time, and confirmed only after the due instant",
        ["? cover_recorded_late → zhang"],
        org=staff(
            replace(
                cover("yang", "wu", *AWAY, accepted="2026-03-05 09:00", told="2026-03-02 09:00"),
                confirmed_at=local("2026-03-05 09:00"),
            )
        ),
    ),
    Row(
        "two persons cover at once",
        ["? several_cover → zhang"],
        org=staff(cover("yang", "wu", *AWAY), cover("yang", "long", *AWAY)),
    ),
    Row(
        "who covers is away too",
        ["? coverer_away → zhang"],
        org=staff(cover("yang", "wu", *AWAY), leave("wu", *AWAY)),
    ),
    Row(
        "who covers the director: the supervisor clarifies what is the director's own",
        ["? cover_not_accepted → li"],
        REVIEW,
        staff(cover("zhang", "long", *AWAY, accepted=None)),
    ),
    Row(
        "back from being covered with less than a working day to go",
        ["? back_too_late → zhang"],
        org=staff(cover("yang", "wu", "2026-03-03", "2026-03-04")),
    ),
    Row(
        "back from being covered with a working day to go",
        ["yang direct own: owed"],
        org=staff(cover("yang", "wu", "2026-03-02 10:00", "2026-03-03")),
    ),
    Row(
        "away on a leave recorded beforehand, a B person at hand, nothing handed over",
        ["yang direct own: left_without_handing_over", "zhang lead own: lead_left_without_handing_over"],
        org=staff(PLANNED),
    ),
    Row(
        "the same, the director away too: he is not named",
        ["yang direct own: left_without_handing_over"],
        org=staff(PLANNED, leave("zhang", *AWAY)),
    ),
    Row(
        "away on a leave recorded beforehand, A and B both away",
        ["zhang lead own: lead_nobody_covered"],
        org=staff(PLANNED, leave("wu", *AWAY)),
    ),
    Row(
        "away on a leave recorded beforehand, the B person moved to another office",
        ["zhang lead own: lead_nobody_covered"],
        org=staff(PLANNED, org=people().with_transfer("wu", "经济委", "工作人员", local("2026-03-02 12:00"))),
    ),
    Row(
        "away on a leave recorded beforehand, the B person back only after the due instant",
        ["zhang lead own: lead_nobody_covered"],
        org=staff(PLANNED, leave("wu", "2026-03-04 14:00", "2026-03-09")),
    ),
    Row(
        "away on a leave recorded beforehand from a post, for which nobody covers",
        ["? nobody_could_act → li"],
        REVIEW,
        staff(leave("zhang", *AWAY)),
    ),
    Row(
        "away before it came, though the record says beforehand",
        ["zhang lead own: lead_nobody_covered"],
        org=staff(leave("yang", "2026-03-01", "2026-03-09")),
    ),
    Row(
        "sick, recorded and confirmed after the due instant",
        ["zhang lead own: lead_away_unforeseen"],
        org=staff(SICK),
    ),
    Row(
        "sick, recorded on the first day",
        ["zhang lead own: lead_away_unforeseen"],
        org=staff(leave("yang", *AWAY, recorded="2026-03-03 09:00")),
    ),
    Row(
        "sick, and the director away: undetermined",
        ["? nobody_could_act → li"],
        org=staff(SICK, leave("zhang", *AWAY)),
    ),
    Row(
        "a leave nobody confirmed changes nothing",
        ["yang direct own: owed"],
        org=staff(replace(PLANNED, confirmed=False)),
    ),
    Row(
        "back from an unforeseen leave with less than a working day to go",
        ["? back_too_late → zhang"],
        org=staff(leave("yang", "2026-03-03", "2026-03-04", recorded="2026-03-04 08:30")),
    ),
    Row(
        "back from a leave recorded beforehand: his again",
        ["yang direct own: owed"],
        org=staff(leave("yang", "2026-03-03", "2026-03-04")),
    ),
    Row(
        "the post has become vacant",
        ["zhang lead own: lead_vacant"],
        org=without("yang", "2026-03-03"),
    ),
    Row(
        "transferred to another office with the step still his",
        ["yang direct own: owed"],
        org=people().with_transfer("yang", "经济委", "工作人员", local("2026-03-03")),
    ),
    Row(
        "nobody was there to owe it",
        ["zhang lead own: lead_unassigned"],
        a_visit("draft", held(None), unassigned=True, urger="zhang"),
    ),
    Row(
        "nobody was there to owe it, nor any director",
        ["? nobody_could_act → li"],
        a_visit("draft", held(None), unassigned=True, urger="li"),
        without("zhang", "2026-01-01"),
    ),
    Row(
        "nobody was there to owe a step of another office: its own director",
        ["luo lead own: lead_unassigned"],
        a_visit("print", held(None), unassigned=True, urger="luo"),
    ),
    Row(
        "four eyes forbade the only one present",
        ["? four_eyes → li"],
        REVIEW,
        earlier=(SELF_DRAFTED,),
    ),
    Row(
        "four eyes forbade who covered",
        ["? four_eyes → li"],
        a_visit("review", held("zhang")),
        staff(cover("zhang", "long", *AWAY)),
        (replace(SELF_DRAFTED, doer="long"),),
    ),
    Row(
        "four eyes forbid nobody who did not draft",
        ["zhang direct own: owed"],
        REVIEW,
        earlier=(replace(SELF_DRAFTED, doer="wu"),),
    ),
    Row(
        "four eyes forbade who left without handing over",
        ["? four_eyes → zhang"],
        a_visit("read", held("long")),
        staff(leave("long", *AWAY)),
        (replace(SELF_DRAFTED, doer="long"),),
    ),
    Row(
        "a B person whom four eyes forbid is not at hand",
        ["zhang lead own: lead_nobody_covered"],
        a_visit("read", held("long")),
        staff(leave("long", *AWAY)),
        (SELF_DRAFTED,),
    ),
    Row(
        "a step that nobody passes on can bar nobody by four eyes",
        ["yang direct own: owed"],
        a_visit("stop"),
    ),
    Row(
        "sick while the director was covered: undetermined",
        ["? nobody_could_act → zhang"],
        org=staff(SICK, cover("zhang", "long", "2026-03-03", "2026-03-05")),
    ),
    Row(
        "a leave recorded at the very instant it began is recorded beforehand",
        ["yang direct own: left_without_handing_over", "zhang lead own: lead_left_without_handing_over"],
        org=staff(leave("yang", *AWAY, recorded="2026-03-03")),
    ),
    Row(
        "a cover accepted at the very due instant comes too late",
        ["? cover_not_accepted → zhang"],
        org=staff(cover("yang", "wu", *AWAY, recorded=DUE, accepted=DUE)),
    ),
    Row(
        "who covers is covered himself",
        ["? coverer_away → zhang"],
        org=staff(cover("yang", "wu", *AWAY), cover("wu", "long", *AWAY)),
    ),
    Row(
        "who covers a B person covers the duty",
        ["long direct cover for 提案委/起草: cover_accepted"],
        a_visit("draft", held("wu", capacity="cover", for_="提案委/起草"), tried=(("yang", "absent"),)),
        staff(cover("wu", "long", *AWAY)),
    ),
    Row(
        "back from a cover that nobody had accepted: his all the time",
        ["yang direct own: owed"],
        org=staff(cover("yang", "wu", "2026-03-03", "2026-03-04", accepted=None)),
    ),
    Row(
        "back from a cover that was accepted afterwards: his all the time",
        ["yang direct own: owed"],
        org=staff(cover("yang", "wu", "2026-03-03", "2026-03-04", accepted="2026-03-05 09:00")),
    ),
    Row(
        "back from an unforeseen leave that nobody confirmed: his all the time",
        ["yang direct own: owed"],
        org=staff(
            replace(leave("yang", "2026-03-03", "2026-03-04", recorded="2026-03-04 08:30"), confirmed=False)
        ),
    ),
    Row(
        "back from a leave recorded at the very instant it began",
        ["yang direct own: owed"],
        org=staff(leave("yang", "2026-03-03", "2026-03-04", recorded="2026-03-03")),
    ),
    Row(
        "back before it came at all",
        ["yang direct own: owed"],
        a_visit(came="2026-03-04 09:00"),
        staff(cover("yang", "wu", "2026-03-03", "2026-03-04")),
    ),
    Row(
        "back at the very due instant",
        ["? back_too_late → zhang"],
        org=staff(cover("yang", "wu", "2026-03-03", DUE)),
    ),
    Row(
        "covered only after the due instant",
        ["yang direct own: owed"],
        org=staff(cover("yang", "wu", "2026-03-05", "2026-03-09")),
    ),
    Row(
        "covered for the post in the task's office, whatever other posts there are",
        ["wu direct cover for 提案委/工作人员: cover_accepted"],
        org=staff(
            cover("yang", "wu", *AWAY), org=people().with_post("yang", None, "党组成员", local("2025-01-01"))
        ),
    ),
    Row(
        "four eyes ask who did the earlier step last",
        ["zhang direct own: owed"],
        REVIEW,
        earlier=(SELF_DRAFTED, replace(SELF_DRAFTED, visit=2, doer="wu")),
    ),
    Row(
        "four eyes ask about the steps they name",
        ["zhang direct own: owed"],
        REVIEW,
        earlier=(replace(SELF_DRAFTED, step="print"),),
    ),
    Row(
        "four eyes ask what had been done by then",
        ["zhang direct own: owed"],
        REVIEW,
        earlier=(replace(SELF_DRAFTED, left_at=local("2026-03-05 09:00")),),
    ),
    Row(
        "four eyes do not ask about a step that nobody did",
        ["? four_eyes → li"],
        REVIEW,
        earlier=(SELF_DRAFTED, replace(SELF_DRAFTED, visit=2, doer=None, status="withdrawn")),
    ),
    Row(
        "another guard is no four eyes",
        ["yang direct own: owed"],
        a_visit("check"),
        earlier=(replace(SELF_DRAFTED, doer="yang"),),
    ),
    Row(
        "an extension asked of nobody: the director's post vacant, and the asker supervises",
        ["? approver → zhou"],
        a_visit("own", held("li"), extensions=request(by="li")),
        without("zhang", "2026-01-01"),
    ),
    Row(
        "due at the very instant it came",
        ["? due_passed_on_entry → zhang"],
        a_visit(came=DUE),
    ),
    Row(
        "a due date put right when it had passed, and missed all the same",
        ["yang direct own: owed"],
        a_visit(
            dues=(due_on("2026-03-03 17:30"), due_on(DUE, "2026-03-05 09:00", index=120, why="recomputed"))
        ),
    ),
    Row(
        "a due date that there had not been before",
        ["? due_set_late → zhang"],
        a_visit(dues=(due_on(None), due_on(DUE, "2026-03-04 09:00", index=120, why="recomputed"))),
    ),
    Row(
        "an outside body",
        ["? waits_outside → zhang"],
        a_visit("sign", held(None), kind="outside", urger="yang", waits_for="县政府办"),
    ),
    Row(
        "a leader's desk",
        ["? waits_outside → zhang"],
        a_visit("sign", held(None), kind="desk", urger="yang", waits_for="li"),
    ),
    Row(
        "an extension asked in time and unanswered",
        ["zhang direct own: extension_unanswered"],
        a_visit(extensions=request()),
    ),
    Row(
        "an extension asked in time and granted only afterwards",
        ["zhang direct own: extension_unanswered"],
        a_visit(
            extensions=request(answered="2026-03-05 09:00"),
            dues=(
                due_on(DUE),
                due_on(
                    "2026-03-10 17:30",
                    "2026-03-05 09:00",
                    index=130,
                    why="extended",
                    asked="2026-03-03 10:00",
                ),
            ),
        ),
    ),
    Row(
        "an extension asked in time and refused only afterwards: until then the answer was owed",
        ["zhang direct own: extension_unanswered"],
        a_visit(extensions=request(answered="2026-03-05 09:00")),
    ),
    Row(
        "an extension refused in time",
        ["yang direct own: owed"],
        a_visit(extensions=request(answered="2026-03-04 09:00")),
    ),
    Row(
        "an extension that the director asked for, covering: he could not answer himself",
        ["li direct own: extension_unanswered"],
        a_visit(extensions=request(by="zhang")),
        staff(cover("yang", "zhang", "2026-03-02 08:00", "2026-03-04 08:00")),
    ),
    Row(
        "an extension asked with less than a working day to go",
        ["? asked_late → li"],
        a_visit(extensions=request("2026-03-04 10:00")),
    ),
    Row(
        "an extension asked by the director: the supervisor owes the answer, and the secretary hears of it",
        ["li direct own: extension_unanswered"],
        a_visit("review", held("zhang"), extensions=request(by="zhang")),
    ),
    Row(
        "an extension unanswered while who decides was away",
        ["? approver_away → li"],
        a_visit(extensions=request()),
        staff(leave("zhang", *AWAY)),
    ),
    Row(
        "an extension asked too late counts for nothing",
        ["yang direct own: owed"],
        a_visit(extensions=request("2026-03-05 10:00")),
    ),
    Row(
        "the clock stood still at the due instant",
        ["? clock_stopped → zhang"],
        a_visit(pauses=(Pause(local("2026-03-03"), None, "外单位", "zhang", 110),)),
    ),
    Row(
        "the clock had run again by the due instant",
        ["yang direct own: owed"],
        a_visit(pauses=(Pause(local("2026-03-03"), local(DUE), "外单位", "zhang", 110),)),
    ),
    Row(
        "a due date that was set when it had passed",
        ["? due_set_late → zhang"],
        a_visit(
            dues=(due_on("2026-03-06 17:30"), due_on(DUE, "2026-03-05 09:00", index=120, why="recomputed"))
        ),
    ),
    Row(
        "a due date moved earlier at the last moment",
        ["? due_set_late → zhang"],
        a_visit(
            dues=(due_on("2026-03-06 17:30"), due_on(DUE, "2026-03-04 09:00", index=120, why="recomputed"))
        ),
    ),
    Row(
        "a due date moved earlier in good time",
        ["yang direct own: owed"],
        a_visit(
            dues=(due_on("2026-03-06 17:30"), due_on(DUE, "2026-03-03 09:00", index=120, why="recomputed"))
        ),
    ),
    Row(
        "a due date put off",
        ["yang direct own: owed"],
        a_visit(
            dues=(due_on("2026-03-03 17:30"), due_on(DUE, "2026-03-04 09:00", index=120, why="extended"))
        ),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.title for row in ROWS])
def test_a_step_that_is_late(row: Row) -> None:
    found = asked(row.visit, row.org, *row.earlier)
    assert told(found) == row.expected
    assert bool(found.answerers) != bool(found.missing)
    assert found.evidence


def test_a_supervisor_s_own_step_goes_to_the_secretary_and_never_to_him() -> None:
    found = asked(a_visit("own", held("li")))
    assert told(found) == ["li direct own: owed"]
    assert found.clarifier == "zhou"


def test_the_secretary_s_own_step_goes_to_the_party_secretary() -> None:
    assert asked(a_visit("own", held("zhou"))).clarifier == "chen"


def test_what_is_determined_and_below_the_supervisors_needs_nobody_to_clarify() -> None:
    assert asked(a_visit()).clarifier is None


def test_imported_history_names_whom_its_record_names() -> None:
    assert told(asked(a_visit(), answers="Resource21")) == ["Resource21 direct imported: imported"]


def test_an_imported_task_past_its_limit_is_whose_its_record_names() -> None:
    assert overrun(answers="Resource21") == ["Resource21 direct imported: imported"]


def test_one_name_for_two_in_an_import_names_nobody() -> None:
    visit = a_visit("draft", held(None, capacity="imported"))
    assert told(asked(visit)) == ["? name_not_unique → zhang"]
    whole = a_task(visit)
    assert told(attribute_task(whole, whole.dues[0], **given())) == ["? name_not_unique → zhang"]
    assert told(attribute_event(whole, visit, "failed", **given())) == ["? name_not_unique → zhang"]


def test_evidence_names_the_leaves_it_rests_on() -> None:
    cleared = asked(a_visit(), staff(SICK))
    assert set(cleared.evidence) == {101, 102, SICK.recorded_index}
    covered = asked(a_visit(), staff(cover("yang", "wu", *AWAY, index=77)))
    assert 77 in covered.evidence


def test_who_is_to_clarify_is_somebody_who_is_there_when_it_is_judged() -> None:
    short = a_visit("draft", held("yang"), held("wu", "2026-03-04 08:30", why="transfer", index=110))
    org = staff(leave("zhang", "2026-03-05", "2026-03-20"))
    assert asked(short, org).clarifier == "li"


def overrun(*visits: Visit, org: Organisation | None = None, **more: Any) -> list[str]:
    whole = a_task(*visits, **more)
    return told(attribute_task(whole, whole.dues[0], **given(org)))


def left(visit: Visit, at: str, doer: str = "yang") -> Visit:
    return replace(visit, status="done", doer=doer, left_at=local(at), left_index=140)


def test_an_overrun_task_is_the_late_steps_each_its_own() -> None:
    draft = left(a_visit(), "2026-03-05 10:00")
    review = a_visit(
        "review",
        held("zhang", "2026-03-05 10:00"),
        came="2026-03-05 10:00",
        entered_index=141,
        dues=(due_on("2026-03-05 15:00", "2026-03-05 10:00"),),
    )
    assert overrun(draft, review) == ["yang direct own: owed", "zhang direct own: owed"]


def test_an_overrun_task_with_no_late_step_is_undetermined() -> None:
    in_time = left(a_visit(), "2026-03-04 17:30")
    assert overrun(in_time) == ["? no_step_late → zhang"]
    later = a_visit(dues=(due_on("2026-03-06 08:30"),))
    assert overrun(later) == ["? no_step_late → zhang"]


def test_an_overrun_task_is_not_the_desk_s_at_which_it_lay() -> None:
    desk = a_visit("sign", held(None), kind="desk", urger="yang", waits_for="li")
    assert overrun(desk) == ["? no_step_late → zhang"]


def test_an_overrun_task_says_of_each_late_step_what_is_missing() -> None:
    draft = left(a_visit(), "2026-03-05 10:00")
    review = a_visit("review", held("zhang"), held("long", "2026-03-04 09:00", why="assign", index=110))
    assert overrun(draft, review) == ["yang direct own: owed", "? short_time → zhang"]


def test_what_was_withdrawn_is_nobody_s() -> None:
    withdrawn = replace(a_visit(), status="withdrawn", left_at=local("2026-03-05 09:00"), left_index=120)
    assert overrun(withdrawn) == ["? no_step_late → zhang"]


def urging(org: Organisation | None = None, urger: str | None = "yang", came: str = CAME) -> list[str]:
    desk = a_visit("sign", held(None, came), came=came, kind="desk", urger=urger, waits_for="li")
    return told(attribute_urging(a_task(desk), desk, due_on(DUE), **given(org)))


def test_a_missed_urging_is_the_urger_s() -> None:
    assert urging() == ["yang direct own: urging_missed"]


@pytest.mark.parametrize(
    ("org", "expected"),
    [
        (staff(PLANNED), ["? urger_away → zhang"]),
        (staff(SICK), ["? urger_away → zhang"]),
        (staff(cover("yang", "wu", *AWAY)), ["wu direct cover for 提案委/工作人员: cover_accepted"]),
        (staff(cover("yang", "wu", *AWAY, accepted=None)), ["? cover_not_accepted → zhang"]),
        (without("yang", "2026-03-03"), ["? nobody_urges → zhang"]),
        (
            staff(leave("yang", "2026-03-03", "2026-03-04", recorded="2026-03-04 08:30")),
            ["? urger_away → zhang"],
        ),
    ],
)
def test_a_missed_urging_is_never_an_absent_urger_s(org: Organisation, expected: list[str]) -> None:
    assert urging(org) == expected


def test_a_missed_urging_that_nobody_owed_or_could_do_is_undetermined() -> None:
    assert urging(urger=None) == ["? nobody_urges → zhang"]
    assert urging(came=DUE) == ["? due_passed_on_entry → zhang"]


def test_a_step_that_came_to_nobody_is_the_director_s_to_lead() -> None:
    visit = a_visit("draft", held(None), unassigned=True, urger="zhang")
    assert told(attribute_unassigned(a_task(visit), visit, **given())) == ["zhang lead own: lead_unassigned"]
    away = staff(leave("zhang", "2026-03-01", "2026-03-09"))
    found = attribute_unassigned(a_task(visit), visit, **given(away))
    assert told(found) == ["? nobody_could_act → li"]


def event(what: str, *holdings: Holding, **more: Any) -> list[str]:
    step, org = more.pop("step", "draft"), more.pop("org", None)
    visit = a_visit(step, *holdings, doer="yang", left_index=140, left_at=local("2026-03-03"), **more)
    drafted = replace(SELF_DRAFTED, doer="wu")
    return told(attribute_event(a_task(drafted, visit), visit, what, **given(org)))


def test_a_third_return_is_nobody_s_by_itself() -> None:
    assert event("returned", action="return", step="review") == ["? returned_often → zhang"]


def test_a_failed_step_is_its_doer_s() -> None:
    assert event("failed", action="fail", capacity="own") == ["yang direct own: failed"]


def test_a_fault_reported_against_an_earlier_step_waits_for_that_person_s_answer() -> None:
    assert event("failed", action="reject", step="review") == ["? not_answered_yet → zhang"]


def test_a_late_record_is_who_recorded_it_late() -> None:
    assert event("late_record", capacity="own") == ["yang direct own: recorded_late"]
    stands_in = staff(cover("zhang", "yang", *AWAY))
    covering = event("late_record", held("zhang"), capacity="cover", org=stands_in)
    assert covering == ["yang direct cover for 提案委/主任: recorded_late"]


def test_a_return_recorded_late_is_who_recorded_it_whatever_it_reported() -> None:
    found = event("late_record", action="reject", step="review", capacity="own")
    assert found == ["yang direct own: recorded_late"]


def test_who_had_no_part_in_a_step_is_blamed_for_neither_its_failure_nor_its_late_record() -> None:
    for what, action in (("failed", "fail"), ("late_record", "submit")):
        found = event(what, held("zhang"), action=action, capacity="own")
        assert found == ["? not_entitled → li"]


def test_a_paper_signature_recorded_late_is_not_the_signer_s() -> None:
    assert event("late_record", capacity="paper") == ["? recorder → zhang"]


def test_the_same_facts_judged_later_come_to_the_same() -> None:
    task = a_task(a_visit())
    for at in ("2026-03-04 17:30", JUDGED, "2026-09-01 08:30"):
        found = attribute_step(task, task.visits[0], task.visits[0].dues[0], **given(staff(PLANNED), at))
        assert told(found)[0] == "yang direct own: left_without_handing_over"


CHILD = a_task(a_visit("draft", came="2026-02-23 10:00", entered_index=55), id="BW-2026-0002")


def gathered(child: Task) -> Attribution:
    """Who answers for a step that waits for a child, late on its due date."""
    visit = a_visit("gather")
    return attribute_step(a_task(visit), visit, visit.dues[-1], children=(child,), **given())


def test_whoever_waits_for_a_task_that_was_opened_is_not_blamed() -> None:
    found = gathered(CHILD)
    assert found.answerers == ()
    assert found.missing == ("attribution.missing_waits_for_children",)
    assert 55 in found.evidence
    # A child that ended at the due instant or later was still waited for then.
    late = replace(CHILD, status="closed", closed_at=local("2027-01-04 10:00"))
    assert gathered(late).missing == found.missing


def test_whoever_had_nothing_to_wait_for_any_more_is() -> None:
    before = replace(CHILD, status="cancelled", closed_at=local(CAME))
    after = replace(CHILD, opened_at=local("2027-01-04 10:00"))
    for child in (before, after):
        assert [(each.person, each.degree) for each in gathered(child).answerers] == [("yang", "direct")]


def test_a_step_that_waits_for_nothing_is_late_whatever_was_opened() -> None:
    visit = a_visit("draft")
    found = attribute_step(a_task(visit), visit, visit.dues[-1], children=(CHILD,), **given())
    assert [each.person for each in found.answerers] == ["yang"]


def test_a_whole_task_is_not_late_for_its_children() -> None:
    """Whoever was late with a child never had the parent's limit to keep; the child is found by itself."""
    visit = a_visit("gather", dues=(due_on(None),))
    task = a_task(visit)
    found = attribute_task(task, task.dues[-1], children=(CHILD,), **given(at="2026-04-01 09:00"))
    assert (found.answerers, found.missing) == ((), ("attribution.missing_no_step_late",))
