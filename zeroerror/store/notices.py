"""Writing notices: given by a pass, a thousand at once, answered by people, and ended with their matter."""

from __future__ import annotations

from collections.abc import Iterable

from zeroerror.model.finding import Lead
from zeroerror.model.notice import Notice, matter_of
from zeroerror.store.codec import instant_text, to_json
from zeroerror.store.connection import Connection

_INSERT = """INSERT INTO notice
    (id, matter, finding, task, level, owes, last, state, given_at, given_idx, again_at, content)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_INSERT_CORRECTION = "INSERT INTO correction (person, idx, finding, why, sent_at) VALUES (?, ?, ?, ?, ?)"
_INSERT_PERSON = "INSERT INTO notice_person (notice, person) VALUES (?, ?)"
# What the next one follows had an answer, or will have none.
_FOLLOWED = """UPDATE notice SET again_at = NULL, state = CASE state WHEN 'waiting' THEN 'unanswered' ELSE state END
    WHERE matter = ? AND again_at IS NOT NULL"""
_ANSWERED = """UPDATE notice SET state = 'answered', again_at = ?, answered_by = ?, answered_at = ?, reason = ?
    WHERE id = ?"""
# A matter about which something else was found goes on.
_ENDED = """UPDATE notice SET again_at = NULL, state = CASE state WHEN 'waiting' THEN 'ended' ELSE state END
    WHERE matter = ? AND again_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM finding
        WHERE task = ? AND coalesce(step, '-') = ? AND coalesce(visit, 0) = ? AND state = 'open')"""


def insert_correction(
    conn: Connection, finding: str, why: str, to: Iterable[str], at: str, index: int
) -> None:
    """Write to whom a correction went."""
    conn.executemany(_INSERT_CORRECTION, [(person, index, finding, why, at) for person in to])


def insert_notices(conn: Connection, notices: Iterable[Notice]) -> None:
    """Write notices that are new; each ends the turn of the one before it about the same matter."""
    made = list(notices)
    if made:
        conn.executemany(_FOLLOWED, [(_matter(each),) for each in made])
        conn.executemany(_INSERT, [_row(each) for each in made])
        readers = [(each.id, person) for each in made for person in each.to]
        if readers:
            conn.executemany(_INSERT_PERSON, readers)


def save_answer(conn: Connection, id: str, *, by: str, at: str, reason: str, again_at: str) -> None:
    """Write the answer to a notice, and when it may be repeated."""
    conn.execute(_ANSWERED, (again_at, by, at, reason, id))


def end_notices(conn: Connection, lead: Lead) -> None:
    """End the urging of a finding's matter, if nothing else that was found about it is open."""
    if lead.task is not None:
        matter = matter_of(lead.task, lead.step, lead.visit)
        conn.execute(_ENDED, (matter, lead.task, lead.step or "-", lead.visit or 0))


def _matter(notice: Notice) -> str:
    return matter_of(notice.task, notice.step, notice.visit)


def _row(notice: Notice) -> tuple[object, ...]:
    return (
        notice.id,
        _matter(notice),
        notice.finding,
        notice.task,
        notice.level,
        notice.owes,
        int(notice.last),
        notice.state,
        instant_text(notice.given_at),
        notice.given_index,
        instant_text(notice.again_at),
        to_json((notice.step, notice.visit, notice.stage, notice.to, notice.interval)),
    )
