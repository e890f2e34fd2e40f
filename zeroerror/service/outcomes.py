"""Commands whose outcome is not decided but signed: what they may lay down, and nothing beyond it.

A genesis, a denial, the sandbox's clock and an import tell what happened outside; nothing before them says
what must come of them, so `log verify` takes their events on the word of the signature. Without bounds any
key could then write any event: publish a definition alone, enrol a key, end somebody else's task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from zeroerror.engine.importing import may_import
from zeroerror.ledger.leaf import canonical
from zeroerror.ledger.series import body_text
from zeroerror.model.command import Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import to_text
from zeroerror.service.facts import StoreFacts
from zeroerror.service.institution import MACHINE_PERSON

#: By the kind of the command, the kinds of its events.
SIGNED_OUTCOMES: Mapping[str, frozenset[str]] = {
    "genesis": frozenset({"genesis", "definition_published"}),
    "deny": frozenset({"denied"}),
    "clock": frozenset({"clock_set"}),
    "import": frozenset(
        {
            "definition_published",
            "task_opened",
            "step_entered",
            "step_left",
            "task_noted",
            "task_closed",
            "log_imported",
        }
    ),
}


def content_digest(events: Sequence[Event]) -> str:
    """The digest by which a command whose outcome is signed names its events."""
    # The canonical JSON of [[stream, kind, body], …], put together of bodies that are written once.
    parts = [f"[{_text(each.stream)},{_text(each.kind)},{body_text(each)}]" for each in events]
    return hashlib.sha256(f"[{','.join(parts)}]".encode()).hexdigest()


@lru_cache(maxsize=1024)
def _text(value: str) -> str:
    return canonical(value).decode()


def out_of_bounds(
    command: Command,
    actor: str,
    at: datetime,
    events: Sequence[Event],
    facts: StoreFacts,
    content: str | None = None,
) -> bool:
    """Whether such a command lays down anything that it has not signed, or that is not its kind's to lay down.

    `content` is the digest of the events, where it has just been made of them: of an import it takes a while.
    """
    if command.body.get("content") != (content or content_digest(events)):
        return True
    if not {each.kind for each in events} <= SIGNED_OUTCOMES[command.kind]:
        return True
    if command.kind == "clock":
        return not facts.simulated or [each.body for each in events] != [{"at": to_text(at)}]
    if command.kind == "import":
        denied = may_import(actor, facts.organisation, at) is not None
        return denied or _import_reaches_out(events, facts)
    return actor != MACHINE_PERSON or any(each.stream != INSTITUTION for each in events)


def _import_reaches_out(events: Sequence[Event], facts: StoreFacts) -> bool:
    """Whether an import touches a task that it does not open, or replaces a definition in force."""
    opened: set[str] = set()
    for event in events:
        if event.kind == "definition_published":
            if facts.in_force(event.body["id"]) not in (None, event.body["digest"]):
                return True
        elif event.kind == "task_opened":
            if event.stream in opened or facts.task(event.stream) is not None:
                return True
            opened.add(event.stream)
        elif event.stream != INSTITUTION and event.stream not in opened:
            return True
    return False
