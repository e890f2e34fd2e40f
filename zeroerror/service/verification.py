"""`log verify`: the chain, the signatures, the outcomes decided again, and the tables held against a replay.

Every leaf is read strictly and checked where it stands; every command is decided again by the rules of its
leaf on what the leaves before it say; and the events are folded into an empty twin, whose tables must be the
database's own. Only what people did outside is taken on the word of its signature: a genesis, a denial, the
sandbox's clock, an import, whose commands carry the digest of everything that they lay down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zeroerror.engine.decide import DECIDERS
from zeroerror.ledger import merkle, signing
from zeroerror.ledger.leaf import Leaf, canonical, payload_digest
from zeroerror.model.command import Capacity, Command
from zeroerror.model.event import Event, Stamp
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Problem, Refusal
from zeroerror.service.chain import MOST, Chain, problem
from zeroerror.service.facts import StoreFacts
from zeroerror.service.front import SIGNED_OUTCOMES, content_digest, key_reasons, outcome_of
from zeroerror.service.projector import Projector
from zeroerror.store import log, reads, replay
from zeroerror.store.connection import Connection
from zeroerror.store.log import LeafRow


@dataclass(slots=True)
class Verified:
    """What a verification found: how much it read, and everything that does not hold."""

    leaves: int
    root: str
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the ledger holds what it claims."""
        return not self.problems


def verify(conn: Connection) -> Verified:
    """The whole ledger, from its first leaf: chain, signatures, outcomes, and tables."""
    twin = replay.memory_twin()
    try:
        with conn.read():
            found = _replayed(conn, twin)
            if not found.problems:
                differing = replay.compare(conn, twin, most=MOST)
                found.problems += [
                    Problem("verify.table_differs", {"table": each.table, "key": list(each.key)})
                    for each in differing
                ]
            found.problems += _payload_problems(conn)
        return found
    finally:
        twin.close()


def replayed_twin(conn: Connection) -> tuple[Connection, Verified]:
    """A twin folded out of every leaf, for `log rebuild`; the caller closes it."""
    twin = replay.memory_twin()
    return twin, _replayed(conn, twin)


def _replayed(conn: Connection, twin: Connection) -> Verified:
    """Check and fold command after command, up to the first that does not hold: nothing after it can be judged."""
    head, meta = log.head(conn), reads.meta(conn)
    chain = Chain(meta.origin)
    twin.execute(
        "INSERT INTO meta (id, origin, created_at) VALUES (1, ?, ?)", (meta.origin, to_text(meta.created_at))
    )
    found = Verified(0, "")
    for rows in _commands(log.leaves(conn)):
        leaves: list[Leaf] = []
        for row in rows:
            leaf, problems = chain.read(row, found.leaves)
            found.leaves += 1
            found.problems += problems
            if leaf is not None:
                leaves.append(leaf)
        if not found.problems:
            found.problems += _command_problems(twin, leaves)
        if found.problems:
            return found
        _fold(twin, leaves, rows, chain.frontier)
    found.root = merkle.root(chain.frontier)
    if (found.leaves, chain.previous, chain.time, chain.frontier) != tuple(head):
        found.problems.append(problem("head_differs", found.leaves))
    return found


def _commands(rows: Iterator[LeafRow]) -> Iterator[list[LeafRow]]:
    """The leaves in the runs that their commands made."""
    run: list[LeafRow] = []
    for row in rows:
        if run and row.command != run[-1].command:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _command_problems(twin: Connection, leaves: Sequence[Leaf]) -> list[Problem]:
    """What is wrong with a command's parts, its signature, or what became of it."""
    first = leaves[0]
    parts = [(leaf.part, leaf.parts, leaf.command) for leaf in leaves]
    if parts != [(part, len(leaves), first.command) for part in range(1, len(leaves) + 1)]:
        return [problem("parts_wrong", first.index)]
    if first.signed is None or any(leaf.signed is not None for leaf in leaves[1:]):
        return [problem("not_signed", first.index)]
    signed = first.signed
    command = Command.from_json(signed["command"])
    same = all((leaf.actor, leaf.capacity) == (first.actor, command.capacity.to_json()) for leaf in leaves)
    if not same or (command.origin, command.id) != (first.origin, first.command):
        return [problem("command_differs", first.index)]
    public = _public(twin, signed["key"], leaves)
    if public is None or not signing.verify(public, signed["command"], signed["signature"]):
        return [problem("signature_wrong", first.index, actor=first.actor)]
    if first.kind != "genesis" and key_reasons(twin, first.actor, signed["key"], first.index):
        return [problem("key_invalid", first.index, actor=first.actor)]
    return _outcome_problems(twin, command, leaves)


def _public(twin: Connection, key: str, leaves: Sequence[Leaf]) -> str | None:
    """The key that signed; a genesis is signed with one that it enrols itself."""
    if leaves[0].index == 0:
        enrolled = {each["id"]: each["public"] for each in leaves[0].body.get("keys", ())}
        return enrolled.get(key)
    found = reads.key(twin, key)
    return None if found is None else found.public


def _outcome_problems(twin: Connection, command: Command, leaves: Sequence[Leaf]) -> list[Problem]:
    first = leaves[0]
    events = tuple(Event(leaf.stream, leaf.kind, leaf.body) for leaf in leaves)
    kinds = SIGNED_OUTCOMES.get(command.kind)
    if kinds is not None:
        machine = first.actor == "machine" or command.kind in ("import", "clock")
        content = command.body.get("content") == content_digest(events)
        if not machine or not content or not {each.kind for each in events} <= kinds:
            return [problem("outcome_differs", first.index, kind=command.kind)]
        return []
    if command.kind != "pass" and command.kind not in DECIDERS.get(first.rules, {}):
        return [problem("kind_unknown", first.index, kind=command.kind)]
    at = from_text(first.time)
    again = outcome_of(twin, command, first.actor, StoreFacts(twin), at, first.rules)
    if isinstance(again, Refusal):
        return [problem("refused_again", first.index, reason=again.reasons[0].code)]
    if [canonical([each.stream, each.kind, each.body]) for each in again] != [
        canonical([each.stream, each.kind, each.body]) for each in events
    ]:
        return [problem("outcome_differs", first.index, kind=command.kind)]
    return []


def _fold(twin: Connection, leaves: Sequence[Leaf], rows: Sequence[LeafRow], frontier: str) -> None:
    # A pass asks which leaves there are, so the twin has them too.
    log.append(twin, rows, log.Head(rows[-1].idx + 1, rows[-1].hash, rows[-1].time, frontier))
    projector = Projector(twin)
    for leaf, row in zip(leaves, rows, strict=True):
        stamp = Stamp(
            leaf.index,
            from_text(leaf.time),
            leaf.actor,
            Capacity.from_json(leaf.capacity),
            row.hash,
            leaf.seq,
        )
        projector.apply(Event(leaf.stream, leaf.kind, leaf.body), stamp)
    projector.flush()


def _payload_problems(conn: Connection) -> list[Problem]:
    return [
        Problem("verify.payload_differs", {"digest": digest[:16]})
        for digest, salt, text in reads.payloads(conn)
        if salt is not None and text is not None and payload_digest(salt, text) != digest
    ]


def described(found: Verified) -> Mapping[str, Any]:
    """A verification as the command line tells it."""
    return {
        "ok": found.ok,
        "leaves": found.leaves,
        "root": found.root,
        "problems": [{"code": each.code, "params": dict(each.params)} for each in found.problems],
    }
