"""A number followed down: each id that a figure counts, with the leaves that make it count.

Task figures rest on the leaf by which the task was opened, ended or entered the step it stands in, and on the
one that set the date it is held to; findings on the leaf that found them, or said what became of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from zeroerror.model.task import Task
from zeroerror.service.seen import Seen
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection, Row
from zeroerror.store.reads.many import many

#: What a finding must have become to be counted so, by the kind of the leaf that says it.
_BECAME = {
    "cured": ("finding_cured",),
    "withdrawn": ("finding_withdrawn",),
    "voided": ("finding_voided",),
    "disputed": ("finding_disputed",),
    "revised": ("attribution_revised", "attribution_corrected"),
}
#: A task that is counted for having been opened or ended.
_HAPPENED = {
    "opened": "task_opened",
    "followed_up": "task_opened",
    "closed": "task_closed",
    "rerouted": "task_closed",
}
_LEAVES = "SELECT idx, kind, time FROM leaf WHERE idx IN (?*)"


def parts_with_events(seen: Seen, parts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each part of a figure, with the leaves behind it."""
    return [
        {**part, "events": events(seen, part["figure"], part.get("findings"), part["tasks"])}
        for part in parts
    ]


def events(
    seen: Seen, figure: str, findings: Iterable[str] | None, tasks: Iterable[str]
) -> list[dict[str, Any]]:
    """The leaves behind the ids that a figure counts, in their order within each id."""
    pairs = _of_tasks(seen, figure, tasks) if findings is None else _of_findings(seen, figure, findings)
    return told(seen.conn, pairs)


def told(conn: Connection, pairs: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """Leaves by what they are about: index, kind and time of each."""
    listed = list(dict.fromkeys(pairs))
    rows = {str(idx): (kind, time) for idx, kind, time in _rows(conn, sorted({index for _, index in listed}))}
    return [
        {"of": id, "index": index, "kind": rows[str(index)][0], "at": rows[str(index)][1]}
        for id, index in listed
    ]


def _rows(conn: Connection, indices: Sequence[int]) -> Iterator[Row]:
    return many(conn, _LEAVES, indices)


def _of_findings(seen: Seen, figure: str, ids: Iterable[str]) -> Iterator[tuple[str, int]]:
    wanted = list(ids)
    kinds = _BECAME.get(figure)
    if kinds is None:
        found = reads.findings_by_id(seen.conn, wanted)
        yield from ((id, found[id].found_index) for id in wanted)
        return
    said: dict[str, list[int]] = {}
    for index, kind, finding in seen.said():
        if kind in kinds:
            said.setdefault(finding, []).append(index)
    yield from ((id, index) for id in wanted for index in said.get(id, ()))


def _of_tasks(seen: Seen, figure: str, ids: Iterable[str]) -> Iterator[tuple[str, int]]:
    wanted = list(ids)
    kind = _HAPPENED.get(figure)
    if kind is not None:
        for id in wanted:
            # Reopened and ended again, it is the last that counts.
            rows = [
                row.idx for row in log.stream_leaves(seen.conn, id) if row.kind == kind and seen.sees(row.idx)
            ]
            yield id, rows[-1]
        return
    for id, task in seen.tasks(wanted).items():
        yield from ((id, index) for index in _standing(seen, task))


def _standing(seen: Seen, task: Task) -> Iterator[int]:
    """By which leaves a task stands as it does: steps entered, dates set, clocks stopped; its end where it has ended."""
    yield task.dues[-1].index
    for visit in task.open_visits():
        yield visit.entered_index
        yield visit.dues[-1].index
        if visit.clock == "stopped":
            yield visit.pauses[-1].index
    if task.status != "open":
        rows = log.stream_leaves(seen.conn, task.id)
        yield next(row.idx for row in reversed(rows) if row.kind == "task_closed" and seen.sees(row.idx))
