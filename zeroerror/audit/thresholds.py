"""Thresholds: the numbers that rules are asked with, as data in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zeroerror.model.errors import UsageError
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


def thresholds_from(doc: Mapping[str, Any]) -> Thresholds:
    """The thresholds that a mapping of strings writes; what it leaves out is as shipped. Raises ThresholdError."""
    for name in doc:
        if name not in ("returns", "judge_imported"):
            raise ThresholdError("audit.unknown_threshold", name=str(name))
    returns = str(doc.get("returns", "3"))
    if re.fullmatch(r"[1-9][0-9]{0,3}", returns) is None:
        raise ThresholdError(name="returns", value=returns)
    judge = str(doc.get("judge_imported", "no"))
    if judge not in ("yes", "no"):
        raise ThresholdError(name="judge_imported", value=judge)
    return Thresholds(int(returns), judge == "yes")
