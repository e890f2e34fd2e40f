"""Small facts made by hand, whose figures can be counted on fingers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from zeroerror.report.facts import DailyFacts, FollowUp, FoundItem, OpenStep

#: Friday 27 November 2026, 17:00 in Shanghai.
SLOT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def step(task: str, **more: Any) -> OpenStep:
    """An open step that is in time, in the office 提案委."""
    plain = OpenStep(
        task=task,
        title=None,
        family="document",
        workflow_title="发文",
        office="提案委",
        office_title="提案委员会办公室",
        step="draft",
        step_title="起草",
        owner_kind="person",
        post="提案委工作人员",
        entered_at=SLOT - 30 * HOUR,
        due_at=SLOT + 30 * HOUR,
        light="normal",
        clock="running",
        provisional=False,
    )
    return replace(plain, **more)


def found(id: str, task: str | None = "BW-2026-0001", **more: Any) -> FoundItem:
    """A step found overdue, open, whose it is being plain."""
    plain = FoundItem(
        id=id,
        rule="step_overdue",
        severity="minor",
        state="open",
        disputed=False,
        task=task,
        title=None,
        workflow_title="发文",
        office="提案委",
        step="draft",
        step_title="起草",
        due_at=SLOT - 24 * HOUR,
        found_at=SLOT,
        posts=(("提案委工作人员", "direct", "own"),),
        undetermined=None,
        follow_up="JD-2026-0001",
        trace={
            "start": "2026-11-24T02:00:00.000000Z",
            "due_at": "2026-11-26T09:30:00.000000Z",
            "ended_at": None,
            "late_until": "2026-11-27T09:00:00.000000Z",
            "limit": "2wd",
            "late_days": 1,
            "late_minutes": 360,
        },
    )
    return replace(plain, **more)


def follow_up(task: str, **more: Any) -> FollowUp:
    """An open follow-up."""
    plain = FollowUp(
        task=task,
        office="提案委",
        post="提案委工作人员",
        due_at=SLOT + 72 * HOUR,
        light="normal",
        finding="F-000000000001",
    )
    return replace(plain, **more)


def facts(**more: Any) -> DailyFacts:
    """A house with three offices in which nothing is open."""
    plain = DailyFacts(
        institution="清溪县政协机关",
        slot=SLOT,
        as_of=SLOT,
        simulated=False,
        position=40,
        wrote=(40, 3),
        root="ab" * 32,
        rules=(("task_overdue", 1), ("step_overdue", 2)),
        offices=(("办公室", "县政协办公室"), ("提案委", "提案委员会办公室"), ("经济委", "经济委员会办公室")),
        steps=(),
        found=(),
        open_findings=(),
        cured=(),
        withdrawn=(),
        voided=(),
        revised=(),
        follow_ups=(),
        closed_today=(),
        missed_slots=(),
        previous=None,
        zone="Asia/Shanghai",
    )
    return replace(plain, **more)


def busy() -> DailyFacts:
    """A house in which there is something of everything."""
    overdue = step("BW-2026-0001", light="overdue", due_at=SLOT - 24 * HOUR)
    return facts(
        simulated=True,
        steps=(
            overdue,
            step("BW-2026-0002", light="soon", provisional=True),
            step("BW-2026-0003", light="today", due_at=SLOT + HOUR / 2, office="经济委"),
            step("BW-2026-0004", owner_kind="desk", post="副主席", light="overdue", due_at=SLOT - HOUR),
            step("BW-2026-0005", owner_kind="desk", post="副主席", entered_at=SLOT - 90 * HOUR),
            step("BS-2026-0001", owner_kind="outside", post=None, waits_for="县档案馆", office="经济委"),
            step("BS-2026-0002", clock="stopped", stopped_at=SLOT - 5 * HOUR, waits_for="外单位材料"),
            step("BH-2026-0001", title="协商会", workflow_title="办会", due_at=None, post=None),
            step("JD-2026-0001", family="oversight", workflow_title="说明"),
        ),
        found=(
            found("F-000000000001"),
            found("F-000000000002", "BS-2026-0003", rule="step_failed", office="经济委", state="closed"),
            found("F-000000000003", severity="reminder", rule="step_due_soon", state="closed", trace={}),
            found("F-000000000004", None, rule="slot_missed", office=None, state="closed", trace={}),
        ),
        open_findings=(
            found("F-000000000001"),
            found(
                "F-000000000005",
                "BW-2026-0003",
                posts=(),
                undetermined=("attribution.missing_short_time",),
                clarifier="提案委主任",
                disputed=True,
                found_at=SLOT - 24 * HOUR,
            ),
        ),
        cured=(found("F-000000000006", "BW-2026-0006", state="cured"),),
        withdrawn=(found("F-000000000007", "BW-2026-0007", state="withdrawn"),),
        voided=(found("F-000000000008", "BW-2026-0008", state="voided"),),
        revised=(found("F-000000000009", "BW-2026-0009", posts=(("提案委副主任", "direct", "cover"),)),),
        follow_ups=(follow_up("JD-2026-0001"),),
        closed_today=(("BW-2026-0010", "经济委"),),
        missed_slots=(SLOT - 8 * HOUR - HOUR / 2,),
        previous={"totals": {"overdue": {"value": 3}, "open": {"value": 9}}},
    )


def lists_of(figures: Mapping[str, Any], name: str) -> list[str]:
    """The tasks of one of the report's lists."""
    return [each["task"] for each in figures["lists"][name]]
