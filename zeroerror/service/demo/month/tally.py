"""What every rule has come to in the month: how often it found something, what became of it, and one to look at."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from zeroerror.service import audits
from zeroerror.service.institution import Institution


def tally(inst: Institution) -> list[dict[str, Any]]:
    """A row for each rule, in the order in which they stand in plain sight."""
    found = audits.findings(inst)
    home = shlex.quote(str(inst.home))
    return [
        _row(each["rule"], [one for one in found if one["rule"] == each["rule"]], home)
        for each in audits.rules()
    ]


def _row(rule: str, found: Sequence[Mapping[str, Any]], home: str) -> dict[str, Any]:
    ends = {
        state: sum(each["state"] == state for each in found) for state in ("cured", "withdrawn", "voided")
    }
    example = found[0]["id"] if found else None
    return {
        "rule": rule,
        "found": len(found),
        **ends,
        "corrected": sum(bool(each["history"]) for each in found),
        "example": example,
        "why": None if example is None else f"zeroerror --home {home} why {example}",
    }
