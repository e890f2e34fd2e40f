"""Guards, conditions and the form: every reason is told, and each knows what it is asked about."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from zeroerror.engine import form, guards
from zeroerror.engine.guards import Attempt, holds
from zeroerror.model.organisation import Organisation
from zeroerror.model.organisation.nouns import Person, Post, Role
from zeroerror.model.task import Task
from zeroerror.model.visit import DueChange, Holding, Visit
from zeroerror.model.workflow import Action, Condition, FormField, Guard, Owner, Step, Workflow

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Already the 24th in Shanghai.
AT = datetime(2026, 11, 23, 17, tzinfo=UTC)


def visit(step: str, number: int, doer: str | None, *, left: int | None = 1) -> Visit:
    due, held = (DueChange(None, None, AT, 0, "entered"),), (Holding("a", "own", AT, 0),)
    status = "done" if doer else "open"
    return Visit(step, number, "person", AT, 0, due, held, status=status, doer=doer, left_index=left)


def task(*visits: Visit) -> Task:
    due = (DueChange(None, None, AT, 0, "entered"),)
    return Task("BW-1", "document/x", "0", "document", "o", "opener", {}, {}, AT, due, visits)


def workflow(*fields: FormField) -> Workflow:
    steps = (
        Step("draft", "起草", Owner("duty", "起草"), None, None, ()),
        Step("review", "审核", Owner("post", "主任"), None, None, ()),
    )
    return Workflow("document/x", "x", "b", "document", None, (), fields, steps)


def attempt(action: Action, doer: str, on: Task, attachments: int = 0, **fields: str) -> Attempt:
    of = workflow(
        FormField("title", "标题", "text", required=True), FormField("sum", "金额", "amount", plain=True)
    )
    return Attempt(
        of,
        on,
        visit("review", 1, None),
        action,
        doer,
        fields,
        frozenset(fields),
        attachments,
        AT.astimezone(SHANGHAI),
    )


def told(action: Action, doer: str, on: Task, attachments: int = 0, **fields: str) -> list[str]:
    return [each.code for each in guards.reasons(attempt(action, doer, on, attachments, **fields))]


FOUR_EYES = Action("pass", "同意", "sign", guards=(Guard("four_eyes", 1, ("draft",)),))


HELD = Action("finish", "已开展", None, guards=(Guard("not_in_future", 1, fields=("sum",)),))


@pytest.mark.parametrize("value", ["2026-11-24", "2026-11-23", "2026-11-23T17:00:00.000000Z"])
def test_a_date_that_has_come_by_the_houses_own_day_is_taken(value: str) -> None:
    assert told(HELD, "yang", task(), sum=value) == []
    assert told(HELD, "yang", task()) == []


@pytest.mark.parametrize("value", ["2026-11-25", "2027-01-01", "2026-11-23T17:00:00.000001Z"])
def test_a_date_that_is_still_to_come_is_refused(value: str) -> None:
    assert told(HELD, "yang", task(), sum=value) == ["engine.date_in_future"]


def test_four_eyes_look_at_who_last_did_the_step() -> None:
    first = task(visit("draft", 1, "yang"))
    assert told(FOUR_EYES, "yang", first) == ["engine.four_eyes"]
    assert told(FOUR_EYES, "zhang", first) == []
    again = task(visit("draft", 1, "yang"), visit("draft", 2, "wu"))
    assert told(FOUR_EYES, "yang", again) == []
    assert told(FOUR_EYES, "wu", again) == ["engine.four_eyes"]


def test_four_eyes_over_several_steps_name_each() -> None:
    both = Action("pass", "同意", "sign", guards=(Guard("four_eyes", 1, ("draft", "review")),))
    on = task(visit("draft", 1, "yang"), visit("review", 1, "yang"))
    assert told(both, "yang", on) == ["engine.four_eyes", "engine.four_eyes"]


def test_a_step_that_nobody_has_done_bars_nobody() -> None:
    assert told(FOUR_EYES, "yang", task()) == []


def test_fields_asks_for_what_opening_asks_for() -> None:
    action = Action("go", "办", None, guards=(Guard("fields", 1),))
    assert told(action, "yang", task()) == ["engine.field_missing"]
    assert told(action, "yang", task(), title="x") == []


def test_evidence_asks_for_a_file() -> None:
    action = Action("go", "办", None, guards=(Guard("evidence", 1),))
    assert told(action, "yang", task()) == ["engine.evidence"]
    assert told(action, "yang", task(), attachments=1) == []
    two = Action("go", "办", None, evidence=2)
    assert told(two, "yang", task(), attachments=1) == ["engine.evidence"]


def test_every_reason_is_told_at_once() -> None:
    action = Action(
        "go",
        "办",
        None,
        require=("sum",),
        conditions=(Condition("sum", "at_least", "50000.00"),),
        guards=(Guard("four_eyes", 1, ("draft",)), Guard("evidence", 1)),
    )
    assert told(action, "yang", task(visit("draft", 1, "yang"))) == [
        "engine.field_missing",
        "engine.condition",
        "engine.four_eyes",
        "engine.evidence",
    ]


@pytest.mark.parametrize(
    ("test", "value", "field", "held"),
    [
        ("equals", "平件", "平件", True),
        ("equals", "平件", "特急", False),
        ("in", ("平件", "加急"), "加急", True),
        ("in", ("平件", "加急"), "特急", False),
        ("at_least", "50000.00", "50000", True),
        ("at_least", "50000.00", "49999.99", False),
        ("at_least", "50000.00", "100000", True),
        ("below", "50000.00", "9999", True),
        ("below", "50000.00", "50000.00", False),
        ("at_least", "2026-11-23", "2026-11-23", True),
        ("at_least", "2026-11-23", "2026-11-22", False),
        ("below", "2026-11-23", "2026-11-22", True),
        ("filled", None, "x", True),
    ],
)
def test_a_condition_is_read_as_amounts_dates_or_words(
    test: str, value: object, field: str, held: bool
) -> None:
    condition = Condition("f", test, value)  # type: ignore[arg-type]
    assert holds(condition, {"f": field}, frozenset({"f"})) is held


@pytest.mark.parametrize("test", ["equals", "in", "at_least", "below", "filled"])
def test_no_condition_holds_over_what_nobody_has_filled(test: str) -> None:
    condition = Condition("f", test, ("1",) if test == "in" else "1")  # type: ignore[arg-type]
    assert not holds(condition, {}, frozenset())


def refused(kind: str, value: str, **more: object) -> list[str]:
    field = FormField("f", "栏", kind, plain=True, **more)  # type: ignore[arg-type]
    house = Organisation(persons=(Person("yang", "0"),))
    return [each.code for each in form.reasons(workflow(field), {"f": value}, {}, house, AT)]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("date", ["2026-11-23", "2028-02-29"], ["2026-02-29", "20261123", "23.11.2026", "2026-W48-1", ""]),
        ("integer", ["0", "-3", "30"], ["3.0", "三", "--3", "1e3", ""]),
        ("amount", ["0.01", "50000.00", "0.5"], ["1.005", "1e3", "NaN", "Infinity", "五万", ""]),
        ("person", ["yang"], ["杨燕", "nobody", ""]),
        ("instant", ["2026-11-23T01:00:00.000000Z"], ["2026-11-23T01:00:00Z", "2026-11-23", ""]),
    ],
)
def test_a_value_is_what_its_field_says(kind: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert refused(kind, value) == [], value
    for value in bad:
        assert refused(kind, value) == [f"engine.field_{kind}"], value


def test_an_amount_is_above_zero() -> None:
    for value in ("0", "0.00", "-0", "-1", "-50000.00"):
        assert refused("amount", value) == ["engine.field_amount_above"], value


def test_what_is_given_to_staff_to_do_is_not_given_to_a_leader() -> None:
    house = Organisation(
        persons=(Person("yang", "0"), Person("li", "1")),
        roles=(Role("副主席", 3, frozenset({"leader"})), Role("主任", 5, frozenset({"director"}))),
        posts=(
            Post("yang", "提案委", "主任", AT),
            Post("li", None, "副主席", AT),
        ),
    )
    field = FormField("f", "承办人", "staff", plain=True)

    def told(value: str) -> list[str]:
        return [each.code for each in form.reasons(workflow(field), {"f": value}, {}, house, AT)]

    assert told("yang") == []
    assert told("li") == ["engine.field_staff"]
    assert told("nobody") == ["engine.field_person"]


def test_a_choice_is_one_of_its_choices() -> None:
    assert refused("choice", "平件", choices=("平件", "特急")) == []
    assert refused("choice", "缓办", choices=("平件", "特急")) == ["engine.field_choice"]


def test_what_is_to_be_sealed_does_not_come_plain_nor_the_other_way_round() -> None:
    house, of = (
        Organisation(),
        workflow(FormField("title", "标题", "text"), FormField("n", "数", "integer", plain=True)),
    )
    assert [each.code for each in form.reasons(of, {"title": "x"}, {}, house, AT)] == ["engine.field_sealing"]
    assert [each.code for each in form.reasons(of, {}, {"n": "0"}, house, AT)] == ["engine.field_sealing"]
    assert [each.code for each in form.reasons(of, {"m": "0"}, {}, house, AT)] == ["engine.unknown_field"]
