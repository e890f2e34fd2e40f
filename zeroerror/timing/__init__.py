"""Time: when something is due, by which arithmetic, and how time stands (design §5).

All of it is pure: the calendar is a value, and `now` is handed in. `due` gives the instant and a trace that
names each day counted or passed over. Where the design leaves a choice, this was chosen, always the reading
that blames less:

- A date given from outside (`at`) stands where it was given, on a day off too, until the close of business
  of that very day; an instant is taken to the instant and needs no calendar. No stop moves either, nor a
  backward limit (`before`), whose date is not ours to move. Backward days and months stay where they fall.
- `d` and `mo`: a day is stopped where a stop touches its office hours, as for `wd`; a day off is asked by
  the hours it would have. The end moves by so many days, then rolls, and never onto a stopped day.
  `same_day` likewise passes over a stopped day.
- Only stops after the start count, and of an open one what lies before `now`.
- Seconds are kept in `wh`; the minutes of its trace add up to the limit.
- A deadline is provisional where a day whose being worked or not decided it lies in a provisional year. A
  date from outside therefore never is.
- A warning in days begins when the office opens on that earlier day (see `working_before`).

`days` holds the tables; `limits` counts; `working` answers questions about days and hours; `lights` says how
time stands.
"""

from __future__ import annotations

from zeroerror.model.calendar import Calendar, CalendarError, CalendarYear, OfficeHours
from zeroerror.model.limit import Limit, LimitError
from zeroerror.timing.days import TraceDay
from zeroerror.timing.lights import Light, light
from zeroerror.timing.limits import Due, Stop, due, extended
from zeroerror.timing.working import (
    close_of_business,
    in_office_hours,
    is_working_day,
    local_day,
    next_working_day,
    opening,
    previous_working_day,
    slots_between,
    working_before,
    working_day_after,
    working_days_between,
    working_minutes_between,
)

__all__ = [
    "Calendar",
    "CalendarError",
    "CalendarYear",
    "Due",
    "Light",
    "Limit",
    "LimitError",
    "OfficeHours",
    "Stop",
    "TraceDay",
    "close_of_business",
    "due",
    "extended",
    "in_office_hours",
    "is_working_day",
    "light",
    "local_day",
    "next_working_day",
    "opening",
    "previous_working_day",
    "slots_between",
    "working_before",
    "working_day_after",
    "working_days_between",
    "working_minutes_between",
]
