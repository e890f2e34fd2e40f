"""A proposal: an act that takes two persons, between the first's word and the second's (design §6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody asked for that another has to confirm, and what has become of it."""

    id: str
    kind: str
    #: `open`, `confirmed`, `rejected` or `lapsed`.
    status: str
    proposer: str
    #: The task that it is about, if it is about one.
    about: str | None
    body: Mapping[str, Any]
    asked_at: datetime
    #: The leaf that last said something of it.
    index: int
