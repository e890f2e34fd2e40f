"""Thresholds: the numbers that rules are asked with, as data in force.

Each is named after the rule that asks for it. What contradicts itself is refused: who must be asked a working day
ahead and has two to answer would let every request expire in good faith.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Any

from zeroerror.model.errors import UsageError
from zeroerror.model.limit import Limit, LimitError, limit_text, parse_limit
from zeroerror.model.value import dataclass


class ThresholdError(UsageError):
    """This is not a set of thresholds."""

    code = "audit.bad_threshold"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the rules count against; the defaults are those shipped."""

    #: At which return of one task `step_returned` fires.
    returns: int = 3
    #: Whether slots judge imported history too.
    judge_imported: bool = False
    #: `extension_late`: how long before it is due more time is to be asked for.
    extension_ask_before: Limit = field(default=Limit("wd", count=1))
    #: `extension_undecided`: how long who decides has; never less than a working day, as for anybody else.
    extension_answer_within: Limit = field(default=Limit("wd", count=1))
    #: How long it is from one notice (督办单) about a matter to the next.
    notice_interval: Limit = field(default=Limit("wd", count=2))
    #: `joint_absence`: how far ahead A and B who will be away together are told of.
    joint_absence_ahead: Limit = field(default=Limit("wd", count=5))
    #: `short_notice`: how many working hours a date that people give has to leave.
    short_notice_least: Limit = field(default=Limit("wh", count=4))
    #: How often the same is found at one step of an office until it is put right for good (整改), and within how long.
    rectify_repeats: int = 3
    rectify_within: Limit = field(default=Limit("wd", count=20))


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one threshold: its name, and why as a code with parameters."""

    name: str
    code: str
    params: Mapping[str, Any]


def thresholds_from(doc: Mapping[str, Any]) -> Thresholds:
    """The thresholds that a mapping of strings writes; what it leaves out is as shipped. Raises ThresholdError."""
    for flaw in flaws(doc):
        raise ThresholdError(flaw.code, **flaw.params)
    return Thresholds(**{name: _READ[name](str(value)) for name, value in doc.items()})


def flaws(doc: Mapping[str, Any]) -> Iterator[Flaw]:
    """Everything that keeps a mapping from being a set of thresholds."""
    read: dict[str, Any] = {}
    for name, value in doc.items():
        if name not in _READ:
            yield Flaw(name, "audit.unknown_threshold", {"name": str(name), "known": list(_READ)})
            continue
        try:
            read[name] = _READ[name](str(value))
        except ValueError as error:
            yield Flaw(name, f"audit.threshold_{error.args[0]}", {"name": name, "value": str(value)})
    yield from _contradictions(Thresholds(**read))


def _contradictions(all_of_them: Thresholds) -> Iterator[Flaw]:
    ask, answer = all_of_them.extension_ask_before, all_of_them.extension_answer_within
    if answer.count > ask.count:
        params = {"ask": str(limit_text(ask)), "answer": str(limit_text(answer))}
        yield Flaw("extension_answer_within", "audit.threshold_answer_too_long", params)


def _number(text: str) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,3}", text) is None:
        raise ValueError("number")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("yes_or_no")
    return text == "yes"


def _counted(unit: str, wrong: str) -> Callable[[str], Limit]:
    def read(text: str) -> Limit:
        try:
            limit = parse_limit(text)
        except LimitError:
            raise ValueError(wrong) from None
        if limit.unit != unit:
            raise ValueError(wrong)
        return limit

    return read


_days, _hours = _counted("wd", "days"), _counted("wh", "hours")

_READ: Mapping[str, Callable[[str], Any]] = {
    "returns": _number,
    "judge_imported": _yes_or_no,
    "extension_ask_before": _days,
    "extension_answer_within": _days,
    "notice_interval": _days,
    "joint_absence_ahead": _days,
    "short_notice_least": _hours,
    "rectify_repeats": _number,
    "rectify_within": _days,
}
