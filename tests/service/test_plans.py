"""Plans at work: each task opened once, however passes run and plans are changed, and nothing owed out of sight."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House, codes, done_of, local
from zeroerror import render
from zeroerror.defaults import shipped
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal
from zeroerror.service import (
    audits,
    log,
    organisation,
    periodic,
    plan_status,
    planning,
    proposals,
    publish,
    rerouting,
    tasks,
)
from zeroerror.service.configuration import Unreadable
from zeroerror.store import plans, reads

SECADMIN, SECRETARY, GENERAL = "tangmin", "zhoujianming", "luoqiang"
STUDY = (
    "plans:\n- id: 学习\n  title: 集中学习\n  every: month\n  count: 2\n"
    "  for: [{office: 办公室}, {office: 提案委}]\n"
)
VISIT = (
    "plans:\n- id: 联系点\n  title: 走访联系点\n  every: quarter\n  for:\n"
    "    - {office: 提案委, person: lizhiyuan, place: 青龙镇}\n"
    "    - {office: 提案委, person: zhanghui, place: 白水村}\n"
)


@pytest.fixture
def put(house: House, tmp_path: Path) -> Any:
    """Plans put in force by two persons."""

    def put_in_force(text: str) -> None:
        done_of(propose(house, tmp_path, text))
        decide(house, SECRETARY)

    return put_in_force


def propose(house: House, tmp_path: Path, text: str) -> Any:
    path = tmp_path / "plans.yaml"
    path.write_text(text, "utf-8")
    return publish.apply_settings(house.inst, house.actor(SECADMIN), path)


def decide(house: House, person: str) -> None:
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    done_of(proposals.confirm(house.inst, house.actor(person), waiting))


OPENED = """SELECT id, plan, period, office, person, place, number, held, task, idx
    FROM planned WHERE task IS NOT NULL ORDER BY idx"""


def opened(house: House) -> list[plans.Planned]:
    """What has been opened by plans, from the first."""
    return [plans.Planned(*row) for row in house.inst.conn.all(OPENED)]


def owed(house: House, **asked: Any) -> dict[str, Any]:
    return plan_status.status(house.inst, house.inst.now(), **asked)


def counts(house: House) -> dict[str, tuple[int, int, int]]:
    """Of each plan: owed, done, left."""
    return {each["plan"]: (each["owed"], each["done"], each["left"]) for each in owed(house)["plans"]}


def finish(house: House, row: plans.Planned, on: str) -> None:
    person = house.task(row.task or "").open_visits()[0].person
    done_of(
        tasks.advance(
            house.inst, house.actor(person or ""), [row.task or ""], "finish", fields={"held_on": on}
        )
    )


def test_a_slot_opens_what_the_month_owes_and_no_slot_after_it_opens_it_again(house: House, put: Any) -> None:
    put(STUDY)
    assert counts(house) == {"学习": (4, 0, 4)}
    house.run_slots("2026-11-23 17:30")
    first = opened(house)
    assert Counter((each.office, each.number) for each in first) == Counter(
        {("办公室", 1): 1, ("办公室", 2): 1, ("提案委", 1): 1, ("提案委", 2): 1}
    )
    house.run_slots("2026-11-30 17:30")
    assert opened(house) == first
    house.run_slots("2026-12-01 09:00")
    assert Counter(each.period for each in opened(house)) == {"2026-11": 4, "2026-12": 4}


def test_what_has_not_been_held_yet_is_refused_and_not_counted(house: House, put: Any) -> None:
    put(STUDY)
    house.run_slots("2026-11-24 09:00")
    row = next(each for each in opened(house) if each.office == "提案委")
    task, person = row.task or "", house.director
    refused = tasks.advance(
        house.inst, house.actor(person), [task], "finish", fields={"held_on": "2026-11-25"}
    )
    assert isinstance(refused, Refusal)
    [reason] = refused.reasons
    assert (reason.code, reason.params["today"]) == ("engine.date_in_future", "2026-11-24")
    # Recorded a day later, it cannot have been held after it was done.
    house.at("2026-11-25 09:00")
    late = tasks.advance(
        house.inst,
        house.actor(person),
        [task],
        "finish",
        fields={"held_on": "2026-11-25"},
        done_at=local("2026-11-24 17:00"),
    )
    assert codes(late) == {"engine.date_in_future"}
    finish(house, row, "2026-11-25")
    assert counts(house)["学习"] == (4, 1, 3)


def test_what_a_definition_without_the_guard_let_be_said_counts_from_its_day_on(
    house: House, put: Any, tmp_path: Path
) -> None:
    path = tmp_path / "planned.yaml"
    text = (shipped("workflows") / "handling" / "planned.yaml").read_text("utf-8")
    path.write_text(text.replace(" guards: [{not_in_future@1: held_on}],", ""), "utf-8")
    done_of(publish.publish(house.inst, house.actor(SECADMIN), path))
    decide(house, SECRETARY)
    put(VISIT)
    house.run_slots("2026-11-24 09:00")
    finish(house, next(each for each in opened(house) if each.place == "白水村"), "2026-11-26")
    [plan] = owed(house)["plans"]
    assert (plan["done"], plan["ahead"], plan["left"]) == (0, 1, 2)
    assert [each["last"] for each in owed(house)["places"]] == [None, None]
    house.at("2026-11-26 09:00")
    assert counts(house)["联系点"] == (2, 1, 1)


def test_its_task_is_owed_by_the_director_until_the_last_working_day(house: House, put: Any) -> None:
    put("plans:\n- id: 学习\n  title: 学习\n  every: quarter\n  for: [{office: 提案委}]\n")
    house.run_slots("2026-11-23 17:30")
    [row] = opened(house)
    task = house.task(row.task or "")
    assert (task.workflow, task.office, task.fields["period"]) == ("handling/planned", "提案委", "2026-Q4")
    assert [each.person for each in task.open_visits()] == [house.director]
    assert task.due_at == local("2026-12-31 17:30")


def test_late_passes_open_for_the_months_they_were_owed_in_and_leave_some_days(
    house: House, put: Any
) -> None:
    put("plans:\n- id: 学习\n  title: 学习\n  every: month\n  for: [{office: 提案委}]\n")
    house.at("2027-01-05 09:00")
    house.tick()
    assert [each.period for each in opened(house)] == ["2026-11", "2026-12", "2027-01"]
    due = [house.task(each.task or "").due_at for each in opened(house)]
    assert due == [local("2027-01-12 17:30")] * 2 + [local("2027-01-29 17:30")]
    rows = opened(house)
    house.tick()
    assert opened(house) == rows


def test_nothing_is_opened_by_a_plan_that_one_person_has_proposed(
    house: House, put: Any, tmp_path: Path
) -> None:
    done_of(propose(house, tmp_path, STUDY))
    house.run_slots("2026-11-24 09:00")
    assert opened(house) == []
    assert owed(house)["plans"] == []
    assert codes(proposals.confirm(house.inst, house.actor(SECADMIN), [waiting(house)])) == {
        "engine.own_proposal"
    }
    decide(house, SECRETARY)
    house.run_slots("2026-11-24 17:30")
    assert len(opened(house)) == 4


def test_who_proposes_plans_is_told_what_they_will_open_and_what_is_no_longer_planned(
    house: House, put: Any, tmp_path: Path
) -> None:
    done = done_of(propose(house, tmp_path, STUDY))
    assert [(each["code"], each["params"]) for each in done.warnings] == [("plan.will_open", {"count": 4})]
    decide(house, SECRETARY)
    house.run_slots("2026-11-24 09:00")
    gone = [each.task for each in opened(house) if each.office == "提案委"]
    done = done_of(propose(house, tmp_path, STUDY.replace("提案委", "经济委")))
    assert [(each["code"], each["params"]) for each in done.warnings] == [
        ("plan.will_open", {"count": 2}),
        ("plan.no_longer", {"tasks": gone}),
    ]


def waiting(house: House) -> str:
    [found] = proposals.proposals(house.inst)
    return str(found["id"])


def test_the_month_can_be_asked_at_any_time_and_each_figure_leads_to_its_leaves(
    house: House, put: Any
) -> None:
    house.at("2026-11-23 10:00")
    put(STUDY)
    house.run_slots("2026-11-24 09:00")
    first, second = (each for each in opened(house) if each.office == "提案委")
    finish(house, first, "2026-11-24")
    before = house.inst.now()
    house.at("2026-11-25 09:00")
    done_of(
        tasks.advance(house.inst, house.actor(house.director), [second.task or ""], "drop", reason="合并开展")
    )
    told = owed(house)
    [plan] = told["plans"]
    assert (plan["owed"], plan["done"], plan["cancelled"], plan["left"]) == (4, 1, 1, 2)
    for item in plan["items"]:
        kinds = [next(log.show(house.inst, idx))["kind"] for idx in item["evidence"]]
        assert kinds[:1] == ["plan_opened"]
        assert len(kinds) == (1 if item["state"] == "open" else 2)
    assert {each["state"] for each in owed(house, office="提案委")["plans"][0]["items"]} == {
        "done",
        "cancelled",
    }
    assert owed(house, person=house.director)["left"] == 0
    assert owed(house, person=GENERAL)["left"] == 2
    again = plan_status.status(house.inst, before)
    assert [again["plans"][0][each] for each in ("done", "cancelled", "left")] == [1, 0, 3]
    early = plan_status.status(house.inst, local("2026-11-23 09:30"))
    assert early["plans"] == []
    with pytest.raises(UsageError):
        plan_status.status(house.inst, local("2026-11-20 09:00"))
    with pytest.raises(UsageError):
        owed(house, office="没有的委")
    with pytest.raises(UsageError):
        owed(house, person="nobody")


def test_what_was_sent_on_to_another_office_is_still_what_the_plan_owes(house: House, put: Any) -> None:
    house.at("2026-11-23 10:00")
    put(STUDY)
    house.run_slots("2026-11-24 09:00")
    first, second = (each for each in opened(house) if each.office == "提案委")
    sent = rerouting.redirect(
        house.inst, house.actor(house.leader), first.task or "", office="经济委", reason="由经济委办"
    )
    new = done_of(sent).tasks[1]
    merged = rerouting.merge(house.inst, house.actor(house.leader), second.task or "", new, reason="合并开展")
    done_of(merged)
    items = {each["owing"]: each for each in owed(house)["plans"][0]["items"]}
    assert (items[first.id]["task"], items[first.id]["state"]) == (new, "open")
    # Two things that are owed are not done by one.
    assert items[second.id]["state"] == "cancelled"


def test_what_is_overdue_or_left_of_last_month_stays_in_sight(house: House, put: Any) -> None:
    put("plans:\n- id: 学习\n  title: 学习\n  every: month\n  for: [{office: 提案委}]\n")
    house.run_slots("2026-12-02 09:00")
    told = owed(house)
    assert [(each["period"], each["state"]) for each in told["earlier"]] == [("2026-11", "overdue")]
    assert told["left"] == 1
    finish(house, opened(house)[0], "2026-12-01")
    assert owed(house)["earlier"] == []
    late = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue"))
    assert [each["task"] for each in late] == [opened(house)[0].task]


def test_a_plan_changed_in_the_month_adds_what_is_new_and_repeats_nothing(house: House, put: Any) -> None:
    put(STUDY)
    house.run_slots("2026-11-24 09:00")
    first = opened(house)
    # Another title, three times instead of two, one office gone and one come.
    put(STUDY.replace("集中学习", "学习会").replace("count: 2", "count: 3").replace("提案委", "经济委"))
    house.run_slots("2026-11-25 09:00")
    assert opened(house)[: len(first)] == first
    assert [(each.office, each.number) for each in opened(house)[len(first) :]] == [
        ("办公室", 3),
        ("经济委", 1),
        ("经济委", 2),
        ("经济委", 3),
    ]
    told = owed(house)
    assert told["plans"][0]["owed"] == 6
    assert [(each["office"], each["number"]) for each in told["earlier"]] == [("提案委", 1), ("提案委", 2)]


def test_a_plan_taken_out_and_put_back_in_the_month_opens_nothing_twice(house: House, put: Any) -> None:
    put(STUDY)
    house.run_slots("2026-11-24 09:00")
    first = opened(house)
    put("plans: []\n")
    house.run_slots("2026-11-25 09:00")
    assert owed(house)["plans"] == [] and len(owed(house)["earlier"]) == 4
    put(STUDY)
    house.run_slots("2026-11-26 09:00")
    assert opened(house) == first


def test_thresholds_can_be_changed_though_a_plan_can_no_longer_be_kept(
    house: House, put: Any, tmp_path: Path
) -> None:
    put(STUDY)
    vacate(house, tmp_path)
    path = tmp_path / "thresholds.yaml"
    text = (shipped("config") / "thresholds.yaml").read_text("utf-8").replace("returns: 3", "returns: 4", 1)
    path.write_text(text, "utf-8")
    done_of(publish.apply_settings(house.inst, house.actor(SECADMIN), path))
    decide(house, SECRETARY)


def vacate(house: House, tmp_path: Path) -> None:
    """提案委 has no director any more."""
    change(house, tmp_path, "  - {office: 提案委, person: zhanghui,  role: 主任}\n", "")


def change(house: House, tmp_path: Path, old: str, new: str) -> None:
    """The organisation otherwise, by two persons."""
    path = tmp_path / "institution.yaml"
    text = (house.inst.home / "config" / "institution.yaml").read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    done_of(organisation.apply(house.inst, house.actor(SECADMIN), path))
    decide(house, GENERAL)


def test_what_could_not_be_opened_stays_owed_when_its_month_is_over(
    house: House, put: Any, tmp_path: Path
) -> None:
    put("plans:\n- id: 学习\n  title: 学习\n  every: month\n  for: [{office: 提案委}]\n")
    vacate(house, tmp_path)
    house.run_slots("2026-12-02 09:00")
    assert opened(house) == []
    assert [each.period for each in plans.held(house.inst.conn)] == ["2026-11", "2026-12"]
    told = owed(house)
    assert [each["reason"]["code"] for each in told["earlier"]] == ["plan.no_director"]
    assert [each["reason"]["code"] for each in told["plans"][0]["items"]] == ["plan.no_director"]
    assert [each.code for each in planning.problems(house.inst)] == ["doctor.plan_unfit", "plan.no_director"]
    change(house, tmp_path, "posts:\n", "posts:\n  - {office: 提案委, person: longhai, role: 主任}\n")
    house.run_slots("2026-12-03 09:00")
    assert [each.period for each in opened(house)] == ["2026-11", "2026-12"]
    assert plans.held(house.inst.conn) == []
    assert house.task(opened(house)[0].task or "").due_at == local("2026-12-09 17:30")
    assert planning.problems(house.inst) == []


def test_a_plan_that_has_been_changed_drops_what_was_held_for_it(
    house: House, put: Any, tmp_path: Path
) -> None:
    put("plans:\n- id: 学习\n  title: 学习\n  every: month\n  for: [{office: 提案委}]\n")
    vacate(house, tmp_path)
    house.run_slots("2026-11-24 09:00")
    put("plans:\n- id: 学习\n  title: 学习\n  every: month\n  for: [{office: 经济委}]\n")
    change(house, tmp_path, "posts:\n", "posts:\n  - {office: 提案委, person: longhai, role: 主任}\n")
    house.run_slots("2026-12-02 09:00")
    assert {each.office for each in opened(house)} == {"经济委"}
    assert {each["office"] for each in owed(house)["earlier"]} == {"经济委"}


@pytest.mark.parametrize("covered", [True, False])
def test_for_a_person_who_is_away_the_one_who_covers_owes_it_or_the_director_assigns(
    house: House, put: Any, covered: bool
) -> None:
    since, until = local("2026-11-24 08:00"), local("2026-12-05 18:00")
    clerk = house.actor(house.clerk)
    done_of(organisation.leave(house.inst, clerk, house.clerk, since, until))
    decide(house, house.director)
    if covered:
        done_of(organisation.cover(house.inst, clerk, house.clerk, house.colleague, since, until))
        decide(house, house.colleague)
    put(
        f"plans:\n- id: 办实事\n  title: 办实事\n  every: month\n  for: [{{office: 提案委, person: {house.clerk}}}]\n"
    )
    house.at("2026-11-24 08:05")
    house.run_slots("2026-11-24 09:00")
    [row] = opened(house)
    [visit] = house.task(row.task or "").open_visits()
    assert (visit.person, visit.unassigned) == ((house.colleague, False) if covered else (None, True))
    if not covered:
        assert visit.urger == house.director


def test_over_a_holiday_five_working_days_are_left_and_each_month_is_opened_by_its_first_slot(
    house: House, put: Any
) -> None:
    put("plans:\n- id: 学习\n  title: 学习\n  every: month\n  for: [{office: 提案委}]\n")
    house.run_slots("2027-01-04 18:00")
    rows = opened(house)
    assert [each.period for each in rows] == ["2026-11", "2026-12", "2027-01"]
    # The first three days of January are off; the last working day of the month is a Friday.
    tasks_ = [house.task(each.task or "") for each in rows]
    assert tasks_[2].opened_at == local("2027-01-04 08:30")
    assert [each.due_at for each in tasks_] == [
        local("2026-11-30 17:30"),
        local("2026-12-31 17:30"),
        local("2027-01-29 17:30"),
    ]


def test_for_a_person_who_has_been_moved_elsewhere_the_director_answers_and_the_doctor_says_so(
    house: House, put: Any
) -> None:
    put(
        f"plans:\n- id: 办实事\n  title: 办实事\n  every: month\n  for: [{{office: 提案委, person: {house.clerk}}}]\n"
    )
    done_of(
        organisation.transfer(
            house.inst, house.actor(SECADMIN), house.clerk, "经济委", "工作人员", local("2026-12-01 00:00")
        )
    )
    decide(house, GENERAL)
    house.run_slots("2026-11-24 09:00")
    assert planning.problems(house.inst) == []
    house.run_slots("2026-12-01 09:00")
    owners = [house.task(each.task or "").fields["person"] for each in opened(house)]
    assert owners == [house.clerk, house.director]
    assert [each.code for each in planning.problems(house.inst)] == ["doctor.plan_unfit", "plan.no_post"]


def test_a_task_says_for_which_period_and_which_time_and_where_it_is(house: House, put: Any) -> None:
    put(STUDY)
    house.run_slots("2026-11-23 17:30")
    titles = [house.task(each.task or "").fields["title"] for each in opened(house)[:2]]
    assert titles == ["集中学习（2026-11之1）", "集中学习（2026-11之2）"]
    put(VISIT)
    house.run_slots("2026-11-24 09:00")
    assert house.task(opened(house)[4].task or "").fields["title"] == "走访联系点：青龙镇（2026-Q4）"


def test_who_has_not_been_to_his_place_is_told_by_person(house: House, put: Any) -> None:
    put(VISIT)
    house.run_slots("2026-11-24 09:00")
    been = {each["place"]: each["last"] for each in owed(house)["places"]}
    assert been == {"青龙镇": None, "白水村": None}
    [row] = [each for each in opened(house) if each.place == "白水村"]
    finish(house, row, "2026-11-23")
    been = {each["place"]: each["last"] for each in owed(house)["places"]}
    assert been["青龙镇"] is None
    assert (been["白水村"]["on"], been["白水村"]["task"]) == ("2026-11-23", row.task)
    # Whoever is given the place has not been there, though somebody before him was.
    put(VISIT.replace("zhanghui", "longhai"))
    assert [each["last"] for each in owed(house)["places"]] == [None, None]
    house.run_slots("2026-11-25 09:00")
    assert [each.person for each in opened(house) if each.place == "白水村"] == ["zhanghui", "longhai"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (STUDY.replace("提案委", "农业委"), "plan.office_gone", 6),
        (STUDY + "  workflow: handling/gone\n", "plan.not_in_force", 7),
        (STUDY + "  workflow: oversight/explain\n", "plan.not_for_plans", 7),
        (STUDY + "  workflow: document/outgoing\n", "plan.by_hand", 7),
        (STUDY.replace("count: 2", "count: 0"), "plan.bad_count", 5),
        (STUDY.replace("every: month", "every: week"), "plan.bad_every", 4),
        (STUDY.replace("{office: 提案委}", "{office: 提案委, place: 青龙镇}"), "plan.place_of_nobody", 6),
        (STUDY.replace("提案委", "办公室"), "plan.target_twice", 6),
        (STUDY.replace("{office: 提案委}", "{office: 提案委, person: nobody}"), "plan.unknown_person", 6),
        (STUDY.replace("{office: 提案委}", "{office: 提案委, person: longfei}"), "plan.no_post", 6),
        (STUDY + "  every: year\n", "definition.duplicate_key", 7),
        (STUDY + STUDY.removeprefix("plans:\n"), "plan.id_twice", 7),
    ],
)
def test_plans_that_cannot_be_are_told_with_file_and_line_and_nothing_is_proposed(
    house: House, tmp_path: Path, text: str, code: str, line: int
) -> None:
    with pytest.raises(Unreadable) as wrong:
        propose(house, tmp_path, text)
    assert [(each.code, each.where) for each in wrong.value.problems] == [(code, f"plans.yaml:{line}")]
    assert proposals.proposals(house.inst) == []


def test_the_shipped_sample_can_be_put_in_force_as_its_own_words_say(house: House, put: Any) -> None:
    lines = (shipped("config") / "plans.yaml").read_text("utf-8").split("plans: []\n")[1].splitlines()
    assert all(line.startswith("# ") for line in lines)
    put("\n".join(line[2:] for line in lines) + "\n")
    house.run_slots("2026-11-23 17:30")
    assert {each.plan for each in opened(house)} >= {"集中学习", "支委会", "党小组会", "党课", "联系点"}
    assert planning.problems(house.inst) == []


def test_why_something_was_not_opened_is_told_of_the_past_as_it_was_then(
    house: House, put: Any, tmp_path: Path
) -> None:
    put("plans:\n- id: 学习\n  title: 学习\n  every: month\n  for: [{office: 提案委}]\n")
    vacate(house, tmp_path)
    house.run_slots("2026-12-02 09:00")
    then, told = house.inst.now(), owed(house)
    house.at("2026-12-02 09:01")
    change(house, tmp_path, "posts:\n", "posts:\n  - {office: 提案委, person: longhai, role: 主任}\n")
    house.run_slots("2026-12-03 09:00")
    again = plan_status.status(house.inst, then)
    assert [each["reason"]["code"] for each in again["earlier"]] == ["plan.no_director"]
    assert again == told
    assert [each["reason"] for each in owed(house)["plans"][0]["items"]] == [None]


def test_the_monthly_report_tells_what_plans_owed_did_and_lack_and_follows_it_down(
    house: House, put: Any
) -> None:
    house.at("2026-11-23 10:00")
    put(STUDY)
    house.run_slots("2026-11-24 09:00")
    first, second = (each for each in opened(house) if each.office == "提案委")
    finish(house, first, "2026-11-24")
    house.run_slots("2026-12-01 12:00")
    told = periodic.periodic(house.inst, "monthly", "2026-11")
    rows = {row["office"]: row for row in told["plans"]}
    assert [(rows[id]["plan_owed"], rows[id]["plan_done"], rows[id]["plan_left"]) for id in rows] == [
        (2, 0, 2),
        (2, 1, 1),
    ]
    assert (rows["提案委"]["overdue"], rows["提案委"]["period"]) == (1, "2026-11")
    [part] = periodic.followed(house.inst, told, "plan_left", "提案委")
    assert (part["value"], part["tasks"]) == (1, [second.task])
    assert [each["kind"] for each in part["events"]] == ["settings_applied", "plan_opened"]
    [done] = periodic.followed(house.inst, told, "plan_done", None)
    assert [each["kind"] for each in done["events"]] == ["settings_applied", "plan_opened", "step_left"]
    # What was done in December leaves November as it was, and no week has the figure.
    finish(house, second, "2026-12-01")
    assert periodic.periodic(house.inst, "monthly", "2026-11")["plans"] == told["plans"]
    assert "plans" not in periodic.periodic(house.inst, "weekly", "2026-W48")
    for lang in ("zh", "en"):
        text = render.periodic_text(told, lang, width=80)
        assert "集中学习" in text
        assert "李志远" not in text
        assert render.periodic_docx(told, lang)
        assert render.periodic_xlsx(told, lang)
