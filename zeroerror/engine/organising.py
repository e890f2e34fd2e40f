"""The event of an organisation that has changed, whoever changed it."""

from __future__ import annotations

from datetime import datetime

from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import Organisation, organisation_to_json


def organised(organisation: Organisation, touched: object, since: datetime) -> Event:
    """The event of an organisation that has changed: all of it, whom it concerns, and since when."""
    assert isinstance(touched, (tuple, list))
    return Event(
        INSTITUTION,
        "organisation_applied",
        {
            "organisation": organisation_to_json(organisation),
            "touched": sorted(touched),
            "since": to_text(since),
        },
    )
