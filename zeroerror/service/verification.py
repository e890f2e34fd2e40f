"""`log verify`: the chain, the signatures, the outcomes decided again, and the tables held against a replay.

Every leaf is read strictly and checked where it stands; every command is decided again by the rules of its
leaf on what the leaves before it say; and the events are folded into an empty twin, whose tables must be the
database's own. Only what people did outside is taken on the word of its signature, within narrow bounds
(`outcomes`). What cannot be found within the database, because all of it was written anew, is found by what
has left it: receipts and checkpoints (`witnesses`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from zeroerror.engine.decide import DECIDERS
from zeroerror.ledger import merkle, signing
from zeroerror.ledger.leaf import Leaf, payload_digest
from zeroerror.ledger.series import body_text
from zeroerror.model.command import Capacity, Command
from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.event import INSTITUTION, Event, Stamp
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Problem, Refusal
from zeroerror.model.value import dataclass
from zeroerror.service.chain import MOST, Chain, problem
from zeroerror.service.definitions import says_what_it_does
from zeroerror.service.erasure import sealed
from zeroerror.service.facts import StoreFacts
from zeroerror.service.front import key_reasons, outcome_of
from zeroerror.service.outcomes import SIGNED_OUTCOMES, out_of_bounds
from zeroerror.service.projector import Projector
from zeroerror.store import log, reads, replay
from zeroerror.store.connection import Connection
from zeroerror.store.log import LeafRow

#: What reading, deciding and folding raise for a leaf that says what no leaf can: a missing key, a value of
#: another kind, an event that nothing folds, a place that is taken.
UNSOUND = (KeyError, IndexError, ValueError, TypeError, AttributeError, AssertionError, ZeroErrorError)


@dataclass(slots=True)
class Verified:
    """What a verification found: how much it read, and everything that does not hold."""

    leaves: int
    root: str
    problems: list[Problem] = field(default_factory=list)
    #: The root over the first so many leaves, for the sizes that were asked for.
    roots: dict[int, str] = field(default_factory=dict)
    #: Every text that some leaf names, by digest: the first leaf that does. And those that were erased, on record.
    texts: dict[str, int] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    @property
    def ok(self) -> bool:
        """Whether the ledger holds what it claims."""
        return not self.problems


def verify(conn: Connection, sizes: Collection[int] = ()) -> Verified:
    """The whole ledger, from its first leaf: chain, signatures, outcomes, tables and texts.

    `sizes` are those of checkpoints, whose roots are wanted.
    """
    twin = replay.memory_twin()
    try:
        with conn.read():
            found = _replayed(conn, twin, frozenset(sizes))
            if not found.problems:
                differing = replay.compare(conn, twin, most=MOST)
                found.problems += [
                    Problem("verify.table_differs", {"table": each.table, "key": list(each.key)})
                    for each in differing
                ]
                found.problems += _missing_texts(conn, found)
            found.problems += _payload_problems(conn)
            damage = conn.damage()
            if damage is not None:
                found.problems.append(Problem("verify.database_damaged", {"detail": damage}))
        return found
    finally:
        twin.close()


def replayed_twin(conn: Connection) -> tuple[Connection, Verified]:
    """A twin folded out of every leaf, for `log rebuild`; the caller closes it."""
    twin = replay.memory_twin()
    return twin, _replayed(conn, twin, frozenset())


def _replayed(conn: Connection, twin: Connection, sizes: frozenset[int]) -> Verified:
    """Check and fold command after command, up to the first that does not hold: nothing after it can be judged."""
    try:
        head, meta = log.head(conn), reads.meta(conn)
    except ZeroErrorError:
        return Verified(0, "", [problem("head_missing", 0)])
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
            if found.leaves in sizes:
                found.roots[found.leaves] = merkle.root(chain.frontier)
            if leaf is not None:
                leaves.append(leaf)
        if not found.problems:
            found.problems += _taken_in(twin, leaves, rows, chain.frontier)
        if found.problems:
            return found
        for leaf in leaves:
            for _, digest in sealed(leaf.body):
                found.texts.setdefault(digest, leaf.index)
            if leaf.kind == "texts_erased":
                found.erased.update(leaf.body["digests"])
    found.root = merkle.root(chain.frontier)
    if log.count(conn) != found.leaves or (found.leaves, chain.previous, chain.time, chain.frontier) != tuple(
        head
    ):
        found.problems.append(problem("head_differs", found.leaves))
    return found


def _taken_in(
    twin: Connection, leaves: Sequence[Leaf], rows: Sequence[LeafRow], frontier: str
) -> list[Problem]:
    """Check a command and fold it; a leaf that makes no sense at all is one more thing that is wrong."""
    try:
        problems = _command_problems(twin, leaves)
        if not problems:
            _fold(twin, leaves, rows, frontier)
        return problems
    except UNSOUND as error:
        detail = error.code if isinstance(error, ZeroErrorError) else type(error).__name__
        return [problem("makes_no_sense", leaves[0].index, detail=detail)]


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
    for place in range(first.parts):
        leaf = leaves[place] if place < len(leaves) else None
        wanted = (place + 1, first.parts, first.command)
        if leaf is None or (leaf.part, leaf.parts, leaf.command) != wanted:
            return [problem("parts_wrong", first.index + place)]
    if len(leaves) > first.parts:
        return [problem("parts_wrong", first.index + first.parts)]
    if first.signed is None or any(leaf.signed is not None for leaf in leaves[1:]):
        return [problem("not_signed", first.index)]
    signed = first.signed
    command = Command.from_json(signed["command"])
    same = all(
        (leaf.actor, leaf.capacity, leaf.time, leaf.rules)
        == (first.actor, command.capacity.to_json(), first.time, first.rules)
        for leaf in leaves
    )
    if not same or (command.origin, command.id) != (first.origin, first.command):
        return [problem("command_differs", first.index)]
    # Only the first leaf is a genesis: it enrols the key that signs it, so a second could enrol anybody's.
    if (command.kind == "genesis") != (first.index == 0):
        return [problem("genesis_misplaced", first.index)]
    public = _public(twin, signed["key"], leaves)
    if public is None or not signing.verify(public, signed["command"], signed["signature"]):
        return [problem("signature_wrong", first.index, actor=first.actor)]
    if first.index and key_reasons(StoreFacts(twin), first.actor, signed["key"], first.index):
        return [problem("key_invalid", first.index, actor=first.actor)]
    return _outcome_problems(twin, command, leaves)


def _public(twin: Connection, key: str, leaves: Sequence[Leaf]) -> str | None:
    """The key that signed; a genesis is signed with one that it enrols itself."""
    if leaves[0].index == 0:
        enrolled = {
            each["id"]: each["public"]
            for each in leaves[0].body.get("keys", ())
            if each["person"] == leaves[0].actor
        }
        return enrolled.get(key)
    found = reads.key(twin, key)
    return None if found is None else found.public


def _outcome_problems(twin: Connection, command: Command, leaves: Sequence[Leaf]) -> list[Problem]:
    first, facts = leaves[0], StoreFacts(twin)
    events = tuple(Event(leaf.stream, leaf.kind, leaf.body) for leaf in leaves)
    if first.rules not in DECIDERS:
        return [problem("kind_unknown", first.index, kind=command.kind)]
    if command.kind in SIGNED_OUTCOMES:
        if out_of_bounds(command, first.actor, from_text(first.time), events, facts):
            return [problem("outcome_differs", first.index, kind=command.kind)]
    elif command.kind != "pass" and command.kind not in DECIDERS[first.rules]:
        return [problem("kind_unknown", first.index, kind=command.kind)]
    else:
        again = outcome_of(twin, command, first.actor, facts, from_text(first.time), first.rules)
        if isinstance(again, Refusal):
            return [problem("refused_again", first.index, reason=again.reasons[0].code)]
        if len(again) != len(events) or any(map(_differ, again, events)):
            return [problem("outcome_differs", first.index, kind=command.kind)]
    return _forged_definitions(leaves) or _definition_problems(leaves, facts)


def _differ(one: Event, other: Event) -> bool:
    return (one.stream, one.kind, body_text(one)) != (other.stream, other.kind, body_text(other))


def _forged_definitions(leaves: Sequence[Leaf]) -> list[Problem]:
    """Definitions whose text is not what they do."""
    return [
        problem("definition_forged", leaf.index, id=leaf.body["id"], proposal="")
        for leaf in leaves
        if leaf.kind == "definition_published" and not says_what_it_does(leaf.body)
    ]


def _definition_problems(leaves: Sequence[Leaf], facts: StoreFacts) -> list[Problem]:
    """Leaves of a task that name another definition than the one to which it is pinned."""
    pinned = {leaf.stream: leaf.body["digest"] for leaf in leaves if leaf.kind == "task_opened"}
    for leaf in leaves:
        wanted = None
        if leaf.stream != INSTITUTION:
            task = None if leaf.stream in pinned else facts.task(leaf.stream)
            wanted = pinned[leaf.stream] if task is None else task.digest
        if leaf.definition != wanted:
            return [problem("definition_differs", leaf.index)]
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


def _missing_texts(conn: Connection, found: Verified) -> list[Problem]:
    """Texts that leaves name and that are gone without a decision on record, or still there in spite of one."""
    held = {digest: text is not None for digest, _, text in reads.payloads(conn)}
    problems = []
    for digest, index in found.texts.items():
        there, erased = held.get(digest, False), digest in found.erased
        if there and erased:
            problems.append(problem("text_not_erased", index, digest=digest[:16]))
        elif not there and not erased:
            problems.append(problem("text_missing", index, digest=digest[:16]))
    return problems[:MOST]


def _payload_problems(conn: Connection) -> list[Problem]:
    return [
        Problem("verify.payload_differs", {"digest": digest[:16]})
        for digest, salt, text in reads.payloads(conn)
        if not _is_text_of(digest, salt, text)
    ]


def _is_text_of(digest: str, salt: str | None, text: str | None) -> bool:
    """Whether a stored text is the one that its digest names; one that has been erased has neither text nor salt."""
    if salt is None or text is None:
        return salt is None and text is None
    try:
        return payload_digest(salt, text) == digest
    except ValueError:
        return False


def described(found: Verified) -> Mapping[str, Any]:
    """A verification as the command line tells it."""
    return {
        "ok": found.ok,
        "leaves": found.leaves,
        "root": found.root,
        "problems": [{"code": each.code, "params": dict(each.params)} for each in found.problems],
    }
