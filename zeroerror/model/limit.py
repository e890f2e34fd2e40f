"""A time limit, as a definition writes it: a count with its unit, the same day, or a date from a field.

`3wd`, `4wh`, `30d`, `3mo`, `same_day`, `{at: F}`, `{before: F, by: 3wd}`.
What a limit means in days and hours is the business of `zeroerror.timing`; here is only its form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, cast

from zeroerror.model.errors import UsageError
from zeroerror.model.instant import from_text
from zeroerror.model.value import dataclass

Unit = Literal["wd", "wh", "d", "mo", "same_day", "at", "before"]

#: Units that carry a count: working days, working hours, days, months.
COUNTED = ("wd", "wh", "d", "mo")
#: Units in which one can count back from a given date. Hours are not among them: a date has none.
BACKWARD = ("wd", "d", "mo")
COUNT_MAX = 9999

_COUNTED = re.compile(r"(0|[1-9][0-9]{0,3})(wd|wh|d|mo)")


class LimitError(UsageError):
    """This is not a time limit."""

    code = "timing.limit_unreadable"


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit. Raises LimitError where its parts do not make one."""

    unit: Unit
    #: For `wd`, `wh`, `d`, `mo`: how many, 1 to 9999.
    count: int = 0
    #: For `at` and `before`: the form field that gives the date.
    field: str | None = None
    #: For `before`: how long before, in `wd`, `d` or `mo`.
    by: Limit | None = None

    def __post_init__(self) -> None:
        if self.unit in COUNTED and not 1 <= self.count <= COUNT_MAX:
            raise LimitError("timing.limit_count", count=self.count, most=COUNT_MAX)
        if self.unit in ("at", "before") and not self.field:
            raise LimitError("timing.limit_field", unit=self.unit)
        if self.unit == "before" and (self.by is None or self.by.unit not in BACKWARD):
            raise LimitError("timing.limit_by", by="" if self.by is None else str(limit_text(self.by)))

    def given(self, fields: Mapping[str, str]) -> date | datetime | None:
        """The date that an `at` or `before` counts from, as its field says it; None where it is not filled."""
        text = fields.get(self.field or "", "")
        if not text:
            return None
        return from_text(text) if "T" in text else date.fromisoformat(text)


def parse_limit(value: str | Mapping[str, object]) -> Limit:
    """The limit that a text or a mapping writes; raises LimitError for anything else."""
    if isinstance(value, str):
        return _parse_text(value)
    if isinstance(value, Mapping):
        keys, field = set(value), value.get("at", value.get("before"))
        if keys == {"at"} and isinstance(field, str):
            return Limit("at", field=field)
        by = value.get("by")
        if keys == {"before", "by"} and isinstance(field, str) and isinstance(by, str):
            return Limit("before", field=field, by=_parse_text(by))
    raise LimitError("timing.limit_unreadable", value=str(value))


def _parse_text(text: str) -> Limit:
    if text == "same_day":
        return Limit("same_day")
    match = _COUNTED.fullmatch(text)
    if match is None:
        raise LimitError("timing.limit_unreadable", value=text)
    return Limit(cast(Unit, match[2]), count=int(match[1]))


def limit_text(limit: Limit) -> str | dict[str, Any]:
    """What a definition writes for this limit: the inverse of `parse_limit`, always in the same form."""
    if limit.unit in COUNTED:
        return f"{limit.count}{limit.unit}"
    if limit.unit == "at":
        return {"at": limit.field}
    if limit.unit == "before" and limit.by is not None:
        return {"before": limit.field, "by": limit_text(limit.by)}
    return "same_day"
