"""Marks of classified matters (涉密): what bears one is not for this ledger, whatever it is written in.

Only a mark is looked for, never the words alone: a notice about keeping secrets is no secret. What carries no
mark cannot be known for what it is; the manual says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LEVEL = "绝密|机密|秘密"
#: The level before its star (GB/T 9704), in brackets, behind the word 密级, or alone.
_MARK = re.compile(
    rf"(?:{_LEVEL})\s*[★☆]|[【〔［\[（(]\s*(?:{_LEVEL})[^】〕］\])）]{{0,12}}[】〕］\])）]|密级\s*[：:]\s*(?:{_LEVEL})"
)
_ALONE = re.compile(rf"\s*(?:{_LEVEL})\s*")


def mark_in(texts: Iterable[str]) -> str | None:
    """The first mark in these texts; None where there is none."""
    for text in texts:
        found = _ALONE.fullmatch(text) or _MARK.search(text)
        if found is not None:
            return found[0].strip()
    return None
