"""Definitions that change under tasks which go on as they were opened."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.audit.rules.rule import Sighting
from zeroerror.audit.view import View
from zeroerror.model.finding import Attribution
from zeroerror.model.instant import to_text

#: More than so many tasks are counted and not listed.
LISTED = 20


def definition_changed(view: View) -> Iterator[Sighting]:
    """A definition published while tasks run under an older one: they stay as they are, and who published is told."""
    for each in view.published:
        yield Sighting(
            step=each.workflow,
            evidence=(each.index,),
            trace={
                "workflow": each.workflow,
                "digest": each.digest,
                "recorded_at": to_text(each.at),
                "count": len(each.running),
                "tasks": list(each.running[:LISTED]),
            },
            attribution=Attribution(clarifier=each.by, evidence=(each.index,)),
            event=each.index,
        )
