"""`import log`: a log from elsewhere becomes history here, by one signed command over the file's digest.

It is not decided again when the ledger is verified, because the file is not in it; so it is held to what it may
touch (`engine.importing`), and each leaf says from which row of the file it comes.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from zeroerror.definition.loader import Loaded, load_file
from zeroerror.definition.strict_yaml import plain, read
from zeroerror.engine.importing import may_import
from zeroerror.exchange import cases, table
from zeroerror.exchange.instants import Instants
from zeroerror.exchange.mapping import LogMapping, mapping_of
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.errors import UsageError, errno_of
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.problem import Problem, Reason, Refusal
from zeroerror.model.value import dataclass
from zeroerror.service.configuration import Unreadable, ordinary
from zeroerror.service.facts import StoreFacts
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.imported import Draft
from zeroerror.service.institution import Actor, Institution
from zeroerror.store import log
from zeroerror.store.connection import Connection
from zeroerror.store.log import LeafRow

#: So many problems are told one by one, and the rest counted: nobody reads more before he mends the first.
TOLD = 100
#: So many broken rows stand in the ledger by number, column and code; all of them are counted.
KEPT = 10_000
#: A refusal names so many of the tasks that are there already.
NAMED = 5

_IMPORTS = "SELECT bytes FROM leaf WHERE stream = ? AND kind = ? ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Imported:
    """An import as its author sees it: the receipt of its last leaf, and what the log came to."""

    receipt: Receipt
    summary: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The receipt with the counts; a list of ten thousand events would tell nobody anything."""
        told = self.receipt.to_json()
        del told["events"], told["tasks"]
        return {**told, **self.summary}


def import_log(
    inst: Institution,
    actor: Actor,
    file: Path,
    mapping: Path,
    workflow: Path,
    *,
    allow_broken: bool = False,
    options: Options = NO_OPTIONS,
) -> Imported | Refusal:
    """Read a CSV log in: all of it, or with `allow_broken` all but its broken rows.

    Raises Unreadable with every problem of the mapping, the definition or the rows, UsageError for files that
    are not there; nothing has been written then.
    """
    for path in (file, mapping, workflow):
        ordinary(path)
    with _uncollected():
        return _imported(inst, actor, file, mapping, workflow, allow_broken, options)


def _imported(
    inst: Institution,
    actor: Actor,
    file: Path,
    mapping: Path,
    workflow: Path,
    allow_broken: bool,
    options: Options,
) -> Imported | Refusal:
    loaded = _loaded(workflow)
    chosen, mapped = _mapping(mapping, loaded)
    found, size, digest = _read(file, chosen, loaded, inst.now())
    body = {
        "file": digest,
        "workflow": loaded.workflow.id if loaded.workflow else "",
        "definition": loaded.digest,
        "mapping": mapped,
        "allow_broken": allow_broken,
    }
    again = _again(inst, body, options)
    if again is not None:
        return again
    draft = Draft(inst, actor, chosen, loaded, digest)
    events = draft.events(found, file.name)
    if found.broken and not allow_broken:
        raise Unreadable(told(found.broken))
    summary = {
        **body,
        "size": size,
        "mapping": chosen.to_json(),
        "counts": draft.counts(found),
        "broken": kept(found),
    }
    request = Request(
        "import",
        body,
        payloads=draft.payloads,
        events=(*draft.published(), *events, Event(INSTITUTION, "log_imported", summary)),
        against=lambda facts, at: against(inst.conn, facts, actor.person, body, draft, at),
    )
    outcome = submit(inst, actor, request, options)
    return outcome if isinstance(outcome, Refusal) else Imported(outcome, summary)


def against(
    conn: Connection, facts: StoreFacts, person: str, body: Mapping[str, Any], draft: Draft, at: datetime
) -> Iterator[Reason]:
    """Every reason why this import may not be, asked while nobody else can write."""
    denied = may_import(person, facts.organisation, at)
    if denied is not None:
        yield denied
    for leaf in _imports(conn):
        if leaf["file"] == body["file"]:
            yield Reason("exchange.file_known", {"index": leaf["index"], "at": leaf["at"], "by": leaf["by"]})
    yield from draft.against(facts)
    known = [id for id in draft.tasks if facts.task(id) is not None]
    if known:
        yield Reason("exchange.tasks_known", {"count": len(known), "tasks": known[:NAMED]})


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: all that an import makes lives until it ends, and none of it is one.

    It would be a sixth of the work, and more the longer the log.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def told(problems: Sequence[Problem]) -> list[Problem]:
    """The first of them, and how many more there are."""
    if len(problems) <= TOLD:
        return list(problems)
    more = Problem("exchange.more", {"more": len(problems) - TOLD, "all": len(problems)})
    return [*problems[:TOLD], more]


def kept(found: cases.Log) -> list[list[Any]]:
    """The broken rows as the ledger lists them: number, column, and what is wrong; no cell of anybody's."""
    rows = found.broken[:KEPT]
    return [[each.params["row"], each.params.get("column", ""), each.code] for each in rows]


def _imports(conn: Connection) -> Iterator[dict[str, Any]]:
    for (data,) in conn.all(_IMPORTS, (INSTITUTION, "log_imported")):
        leaf = decode_fast(data)
        yield {**leaf.body, "index": leaf.index, "at": leaf.time, "by": leaf.actor}


def _again(inst: Institution, body: Mapping[str, Any], options: Options) -> Imported | None:
    """The first receipt of an import that has been taken in under this id; UsageError where that was another.

    Asked here, because what is signed with it, the digest of its events, depends on what was there before.
    """
    if options.command_id is None or options.dry_run:
        return None
    rows = log.command_leaves(inst.conn, options.command_id)
    if not rows:
        return None
    first = decode_fast(rows[0].bytes).signed
    stood = {} if first is None else first["command"]
    if stood.get("kind") != "import" or {**stood["body"], "content": ""} != {**body, "content": ""}:
        raise UsageError("engine.command_reused", command=options.command_id)
    return Imported(_repeated(inst, rows), decode_fast(rows[-1].bytes).body)


def _repeated(inst: Institution, rows: Sequence[LeafRow]) -> Receipt:
    last = rows[-1]
    return Receipt(inst.origin, last.command, last.idx, last.hash, (), (), repeated=True)


def _loaded(path: Path) -> Loaded:
    try:
        loaded = load_file(path)
    except OSError as error:
        raise UsageError("error.file_unreadable", path=str(path), detail=errno_of(error)) from error
    errors = [each for each in loaded.problems if each.severity == "error"]
    if errors or loaded.workflow is None:
        raise Unreadable(errors)
    return loaded


def _mapping(path: Path, loaded: Loaded) -> tuple[LogMapping, str]:
    """The mapping of a file, and the file's digest."""
    assert loaded.workflow is not None, "asked after it has loaded"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError("error.file_unreadable", path=str(path), detail=errno_of(error)) from error
    tree = read(data, path.name)
    if tree.node is None or tree.problems:
        raise Unreadable(list(tree.problems))
    mapping, problems = mapping_of(plain(tree.node), loaded.workflow, tree.where)
    if mapping is None:
        raise Unreadable(told(problems))
    return mapping, hashlib.sha256(data).hexdigest()


def _read(path: Path, mapping: LogMapping, loaded: Loaded, now: datetime) -> tuple[cases.Log, int, str]:
    """What a file holds, its size and its digest, in one reading: what was read is what was digested."""
    assert loaded.workflow is not None, "asked after it has loaded"
    digest, size = hashlib.sha256(), 0

    def lines(file: Any) -> Iterator[bytes]:
        nonlocal size
        for line in file:
            digest.update(line)
            size += len(line)
            yield line

    try:
        with path.open("rb") as file:
            rows = table.read(lines(file), path.name, mapping.asked())
            found = cases.collect(rows, mapping, loaded.workflow, Instants(mapping.zone, now), path.name)
    except table.Stop as stop:
        raise Unreadable([stop.problem]) from None
    except OSError as error:
        raise UsageError("error.file_unreadable", path=str(path), detail=errno_of(error)) from error
    if not found.cases and not found.broken:
        raise Unreadable([Problem("exchange.empty", {}, f"{path.name}:1")])
    return found, size, digest.hexdigest()
