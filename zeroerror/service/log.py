"""The ledger for people: shown, exported, verified, and the tables made again from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from zeroerror.ledger import checkpoint, merkle
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.errors import UsageError, VerificationFailed
from zeroerror.service import witnesses
from zeroerror.service.chain import MOST
from zeroerror.service.front import NO_OPTIONS, Options
from zeroerror.service.institution import MACHINE_PERSON, Actor, Institution
from zeroerror.service.proposals import Answer, propose
from zeroerror.service.texts import Draft
from zeroerror.service.verification import Verified, replayed_twin
from zeroerror.service.verification import verify as verify_ledger
from zeroerror.store import log, reads, replay

LEAVES_FILE, PAYLOADS_FILE, CHECKPOINT_FILE = "leaves.jsonl", "payloads.jsonl", "checkpoint.txt"


def show(
    inst: Institution, since: int = 0, until: int | None = None, stream: str | None = None
) -> Iterator[dict[str, Any]]:
    """Leaves in order: all, or those of one stream."""
    rows = (
        log.leaves(inst.conn, since, until) if stream is None else iter(log.stream_leaves(inst.conn, stream))
    )
    for row in rows:
        if row.idx < since or (until is not None and row.idx >= until):
            continue
        leaf = decode_fast(row.bytes)
        yield {
            "index": row.idx,
            "hash": row.hash,
            "at": leaf.time,
            "stream": row.stream,
            "kind": row.kind,
            "actor": leaf.actor,
            "capacity": dict(leaf.capacity),
            "command": row.command,
            "part": row.part,
            "body": dict(leaf.body),
        }


def checkpoint_of(inst: Institution) -> str:
    """The ledger's head as a signed note: origin, size and root, under the machine's key."""
    head = log.head(inst.conn)
    machine = inst.machine()
    return checkpoint.make(inst.origin, head.size, merkle.root(head.frontier), machine.private, inst.origin)


def export(inst: Institution, directory: Path) -> dict[str, Any]:
    """Write leaves, payloads and checkpoint to a directory that does not exist yet, for the lone verifier."""
    if directory.exists() and any(directory.iterdir()):
        raise UsageError("error.directory_not_empty", path=str(directory))
    directory.mkdir(parents=True, exist_ok=True)
    with inst.conn.read():
        head = log.head(inst.conn)
        with (directory / LEAVES_FILE).open("wb") as file:
            for row in log.leaves(inst.conn, 0, head.size):
                file.write(row.bytes + b"\n")
        with (directory / PAYLOADS_FILE).open("w", encoding="utf-8") as text:
            for digest, salt, words in reads.payloads(inst.conn):
                payload = {"digest": digest, "salt": salt, "text": words}
                text.write(json.dumps(payload, ensure_ascii=False) + "\n")
        (directory / CHECKPOINT_FILE).write_text(checkpoint_of(inst), "utf-8")
    return {"directory": str(directory), "leaves": head.size, "root": merkle.root(head.frontier)}


def verify(inst: Institution, checkpoints: Iterable[Path] = ()) -> Verified:
    """The whole ledger held against itself, the tables, the receipts kept here, and checkpoints.

    Checkpoints are those beside the reports, and the files that are named. What receipts and checkpoints say
    of leaves after the first that does not hold is not asked.
    """
    notes = witnesses.read_checkpoints([*witnesses.reported(inst.home), *checkpoints])
    found = verify_ledger(inst.conn, witnesses.sizes_of(notes.values()))
    machine = [each.public for each in reads.keys(inst.conn) if each.person == MACHINE_PERSON]
    held = witnesses.receipts(inst.home)
    against = witnesses.receipt_problems(inst.conn, inst.origin, held)
    # How many there are, and not how many were read: reading ends at the first leaf that does not hold.
    there = max(found.leaves, log.count(inst.conn))
    against += witnesses.checkpoint_problems(notes, inst.origin, machine, there, found.roots)
    found.problems += against[:MOST]
    return found


def erase(
    inst: Institution, actor: Actor, digests: Sequence[str], reason: str, options: Options = NO_OPTIONS
) -> Answer:
    """Propose that texts are erased by law; UsageError where one of them is not here, or is gone already."""
    held = reads.texts(inst.conn, digests)
    missing = [digest for digest in digests if held.get(digest) is None]
    if missing or not digests:
        raise UsageError("error.unknown_text", digests=[each[:16] for each in missing])
    draft = Draft(inst)
    body = {"digests": sorted(set(digests)), "reason": draft.text(reason)}
    return propose(inst, actor, "erase", body, payloads=draft.payloads, options=options)


def rebuild(inst: Institution) -> dict[str, Any]:
    """Make the tables again from the leaves; VerificationFailed, and nothing changed, where the leaves do not hold."""
    with inst.conn.write():
        log.head(inst.conn, lock=True)
        twin, found = replayed_twin(inst.conn)
        try:
            if found.problems:
                first = found.problems[0]
                raise VerificationFailed(first.code, **dict(first.params))
            differing = len(replay.compare(inst.conn, twin))
            replay.overwrite(inst.conn, twin)
        finally:
            twin.close()
    return {"leaves": found.leaves, "root": found.root, "differed": differing}
