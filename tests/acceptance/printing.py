"""What can be printed in a house, taken down while its clock goes on, to be asked for again afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from zeroerror import render
from zeroerror.render import slips as sheets
from zeroerror.service import slips, supervising
from zeroerror.service.institution import Institution

#: Who supervises offices in the sample house, and a clerk, who may read little.
SUPERVISOR, CLERK = "lizhiyuan", "yangyan"
#: Lines of a slip that come of something else than an open step.
PARTS = ("decisions", "corrections", "notices")

Printed = dict[tuple[datetime, str, str], bytes]


def printed(
    inst: Institution, seen: set[str], at: datetime | None = None
) -> Iterator[tuple[str, str, bytes]]:
    """Slips and a weekly page, as figures and as a page: by whom, what, and its bytes; `seen` learns what stood on them."""
    auditor = inst.organisation.all_entitled("auditor", inst.now())[0]
    for printer in (CLERK, auditor):
        told: Any = slips.slips(inst, printer, at=at)
        seen |= {part for page in told["pages"] for slip in page["slips"] for part in PARTS if slip[part]}
        page = sheets.html(sheets.slip_pages(told, "zh"), told, "zh")
        yield printer, "slips", (render.daily_json(told) + page).encode()
    told = supervising.page(inst, CLERK, SUPERVISOR, at)
    page = sheets.html(sheets.supervisor_pages(told, "en"), told, "en")
    yield CLERK, "supervisor", (render.daily_json(told) + page).encode()


def taken_down(
    set_clock: Callable[..., Any], every: int, found: Printed, seen: set[str]
) -> Callable[..., Any]:
    """A clock that takes down what can be printed, before every so many times that it is set."""
    times = 0

    def set_it(inst: Institution, *more: Any, **options: Any) -> Any:
        nonlocal times
        times += 1
        if times % every == 0:
            at = inst.now()
            found.update({(at, printer, what): data for printer, what, data in printed(inst, seen)})
        return set_clock(inst, *more, **options)

    return set_it
