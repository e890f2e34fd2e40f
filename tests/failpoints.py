"""Places between a command and its acknowledgement at which a test lets everything stop.

The product has no such door: the functions named here are wrapped in the test's own process. What happens at
the place is for the test to say: an exception, a signal, somebody else's command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from zeroerror import files
from zeroerror.service import audits, front, passes, reporting, witnesses
from zeroerror.service.projector import Projector
from zeroerror.store import log, postgresql, projections, sqlite
from zeroerror.store.connection import Connection

Strike = Callable[[], None]
Place = tuple[Any, str, str]

#: name → what is wrapped, and whether the strike comes before it or after it; in the order of a command.
PLACES: dict[str, tuple[Place, ...]] = {
    # The command is signed, and kept with its author; the ledger knows nothing of it.
    "signed": ((front, "hand_in", "before"),),
    # The transaction has begun, and the head is held.
    "begun": ((log, "head", "after"),),
    # What is to happen is decided, and nothing of it written.
    "decided": ((front, "write", "before"),),
    # Leaves and head are written, the projection is not.
    "appended": ((log, "append", "after"),),
    "projected": ((Projector, "flush", "after"),),
    # All is written, and not committed.
    "sealed": ((projections, "save_payloads", "after"),),
    "committing": ((sqlite.SQLite, "commit", "before"), (postgresql.PostgreSQL, "commit", "before")),
    # It holds, and nobody has been told.
    "committed": ((sqlite.SQLite, "commit", "after"), (postgresql.PostgreSQL, "commit", "after")),
    # The receipt is in the home, and not yet in anybody's hand.
    "receipted": ((witnesses, "keep", "after"),),
}
NAMES = tuple(PLACES)

#: The places of a pass that a command has not, in their order.
PASS_PLACES: dict[str, tuple[Place, ...]] = {
    # It is known which slot is owed.
    "owed": ((audits, "run_slot", "before"),),
    # It is known where the slot looks, and nothing has been looked at.
    "scoped": ((passes, "scope_of", "after"),),
    "judged": ((passes, "judge_institution", "after"),),
    # The slot has run, and nothing of its report is there; then some of it.
    "reporting": ((reporting, "write_daily", "before"),),
    "reported": ((files, "add", "after"),),
}
PASS_NAMES = (*NAMES, *PASS_PLACES)

#: Everything by which a connection talks to its database.
STATEMENTS = ("execute", "executemany", "one", "all", "gather")


@contextmanager
def struck(name: str, strike: Strike, passing: int = 0) -> Iterator[None]:
    """While it lasts, the first to come to that place is struck, or whoever comes after so many."""
    left = [passing]
    with ExitStack() as stack:
        for owner, attribute, when in {**PLACES, **PASS_PLACES}[name]:
            original = getattr(owner, attribute)
            wrapped = _wrapped(original, when, name, strike, left)
            stack.enter_context(mock.patch.object(owner, attribute, wrapped))
        yield


def _wrapped(original: Any, when: str, name: str, strike: Strike, left: list[int]) -> Any:
    def wrapper(*args: Any, **more: Any) -> Any:
        # Whoever only looks at the head has not begun anything.
        counts = name != "begun" or more.get("lock")
        left[0] -= bool(counts)
        struck_now = counts and left[0] == -1
        if struck_now and when == "before":
            strike()
        found = original(*args, **more)
        if struck_now and when == "after":
            strike()
        return found

    return wrapper


@contextmanager
def struck_at_statement(number: int, strike: Strike) -> Iterator[list[int]]:
    """While it lasts, the statement of that number (from 0) is struck before it; gives how many there were."""
    seen = [0]

    def counted(original: Any) -> Any:
        def wrapper(self: Connection, *args: Any, **more: Any) -> Any:
            seen[0] += 1
            if seen[0] - 1 == number:
                strike()
            return original(self, *args, **more)

        return wrapper

    with ExitStack() as stack:
        for name in STATEMENTS:
            stack.enter_context(mock.patch.object(Connection, name, counted(getattr(Connection, name))))
        yield seen
