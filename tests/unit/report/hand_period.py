"""Two months made by hand, whose figures can be counted on fingers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.unit.report.hand import found
from zeroerror.report.period import named
from zeroerror.report.periodic import PeriodFacts, figures

#: Texts that somebody could write to do harm.
HARMFUL = ("A & B", "<w:p/>", "=cmd()", "+1", "@SUM(A1)", "-2")


def facts(name: str = "2026-11", **more: Any) -> PeriodFacts:
    """A month in which nothing happened."""
    period = named("monthly", name, "Asia/Shanghai")
    plain = PeriodFacts(
        institution="清溪县政协机关",
        simulated=False,
        period=period,
        as_of=period.end,
        recorded=True,
        position=40,
        root="ab" * 32,
        rules=(("step_overdue", 2),),
        offices=(("办公室", "县政协办公室"), ("提案委", "提案委员会办公室"), ("经济委", "经济委员会办公室")),
        found=(),
        cured=(),
        withdrawn=(),
        voided=(),
        disputed=(),
        opened=(),
        closed=(),
        late=(),
    )
    return replace(plain, **more)


def busy(**more: Any) -> PeriodFacts:
    """A month in which there is something of everything."""
    at = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    listed = (
        found("F-000000000001", state="cured"),
        found("F-000000000002", "BW-2026-0002", disputed=True),
        found("F-000000000003", "BW-2026-0003", rule="step_failed", office="经济委", state="closed"),
        found("F-000000000004", "BW-2026-0004", severity="reminder", rule="step_due_soon", state="closed"),
        found("F-000000000005", "BW-2026-0005", state="withdrawn"),
        found("F-000000000006", "BW-2026-0006", state="voided"),
        found("F-000000000007", None, rule="slot_missed", office=None, state="closed", posts=()),
        found("F-000000000008", None, rule="slot_missed", office=None, state="closed", posts=()),
    )
    plain = facts(
        found=tuple(replace(each, found_at=at) for each in listed),
        cured=(listed[0], found("F-0000000000ff", "BW-2026-0099", state="cured", office="经济委")),
        withdrawn=(listed[4],),
        voided=(listed[5],),
        disputed=(listed[1],),
        revised=(found("F-0000000000fe", "BW-2026-0098", state="cured", office="经济委"),),
        opened=(("BW-2026-0001", "提案委"), ("BW-2026-0003", "经济委")),
        closed=(("BW-2026-0099", "经济委"),),
        late=(("BW-2026-0002", "提案委"), ("BW-2026-0099", "经济委")),
    )
    return replace(plain, **more)


def earlier(**more: Any) -> PeriodFacts:
    """The month before it, with one finding and two late tasks more."""
    plain = facts(
        "2026-10",
        found=(found("F-0000000000ff", "BW-2026-0099", office="经济委"),),
        late=(("BW-2026-0099", "经济委"), ("BW-2026-0098", "经济委"), ("BW-2026-0097", "提案委")),
    )
    return replace(plain, **more)


def harmful() -> dict[str, Any]:
    """A month in which every text is one of those."""
    listed = tuple(
        found(
            f"F-00000000010{place}",
            title=text,
            workflow_title=text,
            step_title=text,
            posts=((text, "direct", "own"),),
        )
        for place, text in enumerate(HARMFUL)
    )
    offices = (*((text, text) for text in HARMFUL), ("a/b:c*?[]\\", "x"), ("提案委", "提案委员会办公室"))
    return figures(facts(institution="A & B <w:p/>", found=listed, offices=offices), None)
