"""How long matters lay at each step: counted on fingers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.unit.report.hand_period import facts
from zeroerror.report.periodic import figures
from zeroerror.report.waiting import Waited, followed, waits

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def waited(task: int, minutes: int, step: str = "draft", office: str = "提案委", visit: int = 1) -> Waited:
    """A visit of so many minutes."""
    return Waited(
        task=f"BW-2026-{task:04}",
        step=step,
        visit=visit,
        office=office,
        workflow="document/outgoing",
        workflow_title="发文",
        step_title={"draft": "起草", "review": "审核"}[step],
        entered_at=AT,
        left_at=AT + timedelta(minutes=minutes, seconds=59),
    )


VISITS = (
    waited(1, 60),
    waited(2, 10),
    waited(3, 2000),
    waited(1, 90, "review"),
    waited(1, 30, "review", visit=2),
    waited(4, 5, "draft", "办公室"),
    waited(5, 7, "draft", "已撤的委"),
)


def test_each_offices_steps_stand_in_the_houses_order_the_slowest_first() -> None:
    rows = waits(VISITS, ["办公室", "提案委"])
    assert [(row["office"], row["step"]) for row in rows] == [
        ("办公室", "draft"),
        ("提案委", "draft"),
        ("提案委", "review"),
        ("已撤的委", "draft"),
    ]


def test_the_median_is_a_visit_that_there_was_and_the_longest_is_named() -> None:
    rows = {(row["office"], row["step"]): row for row in waits(VISITS, ["提案委"])}
    draft, review = rows["提案委", "draft"], rows["提案委", "review"]
    assert (draft["value"], draft["median_minutes"], draft["longest_minutes"]) == (3, 60, 2000)
    assert draft["longest_task"] == "BW-2026-0003"
    # Of two visits of one task each counts, and the lower of two in the middle is the median.
    assert (review["value"], review["median_minutes"], review["longest_minutes"]) == (2, 30, 90)


def test_a_row_is_followed_down_to_its_visits_the_longest_first() -> None:
    told = figures(facts(waited=VISITS), None)
    (row,) = [each for each in followed(told, VISITS, "提案委") if each["step"] == "draft"]
    assert [(each["of"], each["minutes"]) for each in row["visits"]] == [
        ("BW-2026-0003/draft/1", 2000),
        ("BW-2026-0001/draft/1", 60),
        ("BW-2026-0002/draft/1", 10),
    ]
    assert len(followed(told, VISITS)) == 4
    assert "person" not in str(told)
