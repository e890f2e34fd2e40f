"""A case becomes a task's events: in the order of time, each row in exactly one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeroerror.definition.product import standings
from zeroerror.engine.facts import Definition
from zeroerror.engine.machine import compile_table
from zeroerror.exchange.cases import Log, collect, unfit
from zeroerror.exchange.history import Historian
from zeroerror.exchange.instants import Instants
from zeroerror.exchange.mapping import LogMapping
from zeroerror.exchange.table import Row
from zeroerror.exchange.ways import Ways
from zeroerror.model.calendar import Calendar
from zeroerror.model.command import OWN
from zeroerror.model.event import Event, Stamp
from zeroerror.model.fold import evolve
from zeroerror.model.limit import Limit
from zeroerror.model.task import Task
from zeroerror.model.workflow import Action, FormField, Owner, Step, Workflow

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
OWNER = Owner("duty", "承办")
WORKFLOW = Workflow(
    id="handling/old",
    title="旧台账",
    basis="旧台账",
    family="handling",
    limit=Limit("at", field="deadline"),
    visible_to=("office",),
    fields=(
        FormField("title", "编号", "text"),
        FormField("deadline", "期限", "instant", required=True, plain=True),
        FormField("kind", "类", "choice", choices=("甲", "乙"), plain=True),
        FormField("day", "日", "date", plain=True),
    ),
    steps=(
        Step("receive", "收件", OWNER, None, None, (Action("check", "转核对", "check"),)),
        Step(
            "check",
            "核对",
            OWNER,
            None,
            None,
            (Action("back", "退回", "receive", "returned"), Action("drop", "撤销", None, "cancelled")),
        ),
    ),
    opened_by="machine",
)
MAPPING = LogMapping(
    prefix="JTZ",
    office="办公室",
    persons="ids",
    zone=None,
    columns={
        "case": "case",
        "activity": "activity",
        "time": "time",
        "actor": "who",
        "answers": "responsible",
        "start": "start",
        "end": "end",
    },
    fields={"title": "case", "deadline": "deadline", "kind": "kind", "day": "day"},
    steps={"收件": "receive", "核对": "check"},
    shared_names=frozenset(),
)
WAYS = Ways(WORKFLOW, standings(WORKFLOW))
DEFINITION = Definition("d", WORKFLOW, compile_table(WORKFLOW))
#: No year of it is asked for: the deadline is given.
CALENDAR = Calendar("Asia/Shanghai", {}, ())
DEADLINE = "2024-03-05T09:00Z"


def row(number: int, does: str, at: int, **more: str) -> Row:
    """A row of the case `1`, at nine o'clock of a day of March 2024."""
    said = {
        "case": "1",
        "activity": does,
        "time": f"2024-03-{at:02d}T09:00Z",
        "deadline": DEADLINE,
        **more,
    }
    return Row(number, number, tuple(said.get(column, "") for column in MAPPING.asked()))


def log_of(rows: Sequence[Row]) -> Log:
    return collect(rows, MAPPING, WORKFLOW, Instants(None, NOW), "log.csv")


def events_of(rows: Sequence[Row]) -> tuple[list[Event], Historian]:
    log = log_of(rows)
    assert log.broken == []
    historian = Historian(
        MAPPING,
        DEFINITION,
        WAYS,
        CALENDAR,
        "me",
        str,
        lambda text: f"#{text}",
    )
    (case,) = log.cases.values()
    return list(historian.events(case, case.answers)), historian


def folded(events: Sequence[Event]) -> Task:
    task = None
    for place, event in enumerate(events, 1):
        task = evolve(task, event, Stamp(place, NOW, "me", OWN, f"h{place}", place))
    assert task is not None
    return task


def test_a_case_exists_from_the_earlier_of_its_start_and_its_first_event() -> None:
    late = folded(events_of([row(2, "收件", 2, start="2024-03-04T09:00Z")])[0])
    early = folded(events_of([row(2, "收件", 2, start="2024-03-01T09:00Z")])[0])
    none = folded(events_of([row(2, "收件", 2)])[0])
    assert [each.opened_at.day for each in (late, early, none)] == [2, 1, 2]
    assert late.due_at == datetime(2024, 3, 5, 9, tzinfo=UTC)


def test_events_are_told_in_the_order_of_time_whatever_the_order_of_the_file() -> None:
    events, historian = events_of([row(2, "核对", 3, who="b"), row(3, "收件", 2, who="a")])
    task = folded(events)
    assert [(each.step, each.doer, each.left_at and each.left_at.day) for each in task.visits] == [
        ("receive", "a", 2),
        ("check", "b", 3),
    ]
    assert historian.counts.nonconforming == {}
    assert all(each.entered_at == each.left_at and not each.open for each in task.visits)


def test_a_log_that_says_when_work_was_begun_is_believed() -> None:
    mapping = replace(MAPPING, columns={**MAPPING.columns, "begun": "begun"})
    said = {"case": "1", "activity": "收件", "time": "2024-03-02T09:00Z", "begun": "2024-03-01T08:00Z"}
    cells = tuple({**said, "deadline": DEADLINE}.get(column, "") for column in mapping.asked())
    log = collect([Row(2, 2, cells)], mapping, WORKFLOW, Instants(None, NOW), "log.csv")
    (case,) = log.cases.values()
    historian = Historian(mapping, DEFINITION, WAYS, CALENDAR, "me", str, str)
    task = folded(list(historian.events(case, "")))
    assert [each and each.day for each in (task.visits[0].entered_at, task.visits[0].left_at)] == [1, 2]
    assert task.opened_at == datetime(2024, 3, 1, 8, tzinfo=UTC)


def test_each_visit_tells_by_which_action_it_was_left() -> None:
    rows = [row(2, "收件", 1), row(3, "核对", 2), row(4, "收件", 3), row(5, "核对", 4)]
    still_open = folded(events_of(rows)[0])
    assert [(each.action, each.status) for each in still_open.visits] == [
        ("check", "done"),
        ("back", "returned"),
        ("check", "done"),
        (None, "done"),
    ]
    ended = folded(events_of([_ended(each) for each in rows])[0])
    assert (ended.visits[-1].action, ended.visits[-1].status, ended.status) == (
        "drop",
        "cancelled",
        "cancelled",
    )
    assert [each.visit for each in ended.visits] == [1, 1, 2, 2]


def _ended(each: Row) -> Row:
    place = MAPPING.asked().index("end")
    cells = (*each.cells[:place], "2024-03-04T09:00Z", *each.cells[place + 1 :])
    return each._replace(cells=cells)


def test_an_event_at_the_very_end_is_not_after_it() -> None:
    rows = [_ended(row(2, "收件", 3)), _ended(row(3, "核对", 4)), _ended(row(4, "收件", 5))]
    events, historian = events_of(rows)
    assert [each.kind for each in events] == [
        "task_opened",
        "step_left",
        "step_left",
        "task_closed",
        "task_noted",
    ]
    assert historian.counts.nonconforming == {"after_end": 1}
    assert historian.counts.closed_late == 0


def test_closed_at_the_deadline_is_in_time_and_an_instant_later_is_late() -> None:
    on_time = [row(2, "收件", 2, end=DEADLINE)]
    late = [row(2, "收件", 2, end="2024-03-05T09:00:00.000001Z")]
    assert events_of(on_time)[1].counts.closed_late == 0
    assert events_of(late)[1].counts.closed_late == 1


def test_what_is_not_plain_is_sealed_and_what_is_empty_is_not_there() -> None:
    opened = events_of([row(2, "收件", 2, kind="甲", day="2024-03-09")])[0][0].body
    assert opened["fields"] == {"deadline": "2024-03-05T09:00:00.000000Z", "kind": "甲", "day": "2024-03-09"}
    assert opened["sealed"] == {"title": "#1"}
    assert "kind" not in events_of([row(2, "收件", 2)])[0][0].body["fields"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ({"deadline": ""}, "field_empty"),
        ({"deadline": "bald"}, "time_unreadable"),
        ({"kind": "丙"}, "no_choice"),
        ({"day": "9.3."}, "day_unreadable"),
        ({"start": "2027-01-01T00:00Z"}, "time_future"),
        ({"end": "nie"}, "time_unreadable"),
        ({"case": "a\u202eb"}, "case_unfit"),
        ({"case": "x" * 81}, "case_unfit"),
        ({"activity": " "}, "activity_empty"),
    ],
)
def test_a_cell_that_says_nothing_sensible_breaks_its_row(cell: dict[str, str], code: str) -> None:
    good = row(2, "收件", 2, case="0")
    log = log_of([good, row(3, "收件", 2, **cell)])
    assert {(each.params["row"], each.code) for each in log.broken} == {(3, f"exchange.{code}")}
    assert [each.row for case in log.cases.values() for each in case.happenings] == [2]


@given(
    st.lists(
        st.tuples(st.sampled_from(("收件", "核对", "盖章")), st.integers(1, 28)), min_size=1, max_size=12
    ),
    st.sampled_from(("", "2024-03-04T09:00Z", "2024-02-01T00:00Z", "2024-04-01T00:00Z")),
)
def test_every_row_is_in_exactly_one_event_and_each_fits_or_is_marked(
    told: list[tuple[str, int]], end: str
) -> None:
    rows = [row(n, activity, day, end=end) for n, (activity, day) in enumerate(told, 2)]
    events, historian = events_of(rows)
    of_rows = [each for each in events if each.kind in ("step_left", "task_noted")]
    assert sorted(each.body["row"] for each in of_rows) == [each.number for each in rows]
    counts = historian.counts
    assert counts.events == counts.conforming + sum(counts.nonconforming.values()) == len(rows)
    task, table = folded(events), compile_table(WORKFLOW)
    assert (task.status == "open") == (end == "")
    moves = {(step, to) for (step, _), to in table.moves.items()}
    path = [each.step for each in task.visits]
    assert not path or path[0] == table.start
    assert all(pair in moves for pair in pairwise(path))
    assert len(path) == counts.conforming


def test_ids_that_nobody_could_see_or_type_are_unfit() -> None:
    assert not any(map(unfit, ("case-10011", "2010/123", "甲 1", "a:b")))
    assert all(map(unfit, ("a\tb", "a\nb", "\u200b", "a\u00a0b", "x" * 81)))
