"""The front door: every command, a person's or the machine's, becomes events here and nowhere else.

One transaction: the head is locked, the command is decided on what is so at that moment, its leaves are
appended, and the projection follows by the folds that replay uses. It is acknowledged when the transaction
holds, and its receipt says where it stands.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from zeroerror.engine.decide import RULES, decide
from zeroerror.files import Staged
from zeroerror.ledger import merkle, signing
from zeroerror.ledger.leaf import canonical, decode_fast, leaf_hash, payload_digest
from zeroerror.ledger.series import Series, signed_text
from zeroerror.model.command import MACHINE, OWN, Capacity, Command, Payload, Target
from zeroerror.model.errors import Busy, UsageError
from zeroerror.model.event import INSTITUTION, Event, Stamp
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.service import sent, witnesses
from zeroerror.service.classified import mark_in
from zeroerror.service.facts import StoreFacts
from zeroerror.service.institution import MACHINE_PERSON, Actor, Institution, Told
from zeroerror.service.outcomes import content_digest, out_of_bounds
from zeroerror.service.projector import Projector
from zeroerror.store import log, projections, reads
from zeroerror.store.connection import Connection
from zeroerror.store.log import Head, LeafRow

#: A clock further behind the last leaf than this refuses to write (design §5).
CLOCK_BEHIND = timedelta(minutes=5)
#: So many leaves are made, folded and written before the next.
TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Options:
    """What every command that writes takes besides its own."""

    command_id: str | None = None
    dry_run: bool = False
    #: The post or duty acted for, where somebody covers more than one.
    for_: str | None = None


NO_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command has left in the ledger: its author's proof."""

    origin: str
    command: str
    #: Index and hash of the command's last leaf.
    index: int
    digest: str
    events: tuple[Mapping[str, Any], ...]
    tasks: tuple[str, ...]
    repeated: bool = False
    dry_run: bool = False
    next: tuple[tuple[str, ...], ...] = ()
    warnings: tuple[Mapping[str, Any], ...] = ()

    def receipts(self) -> list[dict[str, Any]]:
        """One receipt a task: its last leaf; of a command that moves no task, the command's own."""
        moved = frozenset(self.tasks)
        last = {each["stream"]: each for each in self.events if each["stream"] in moved}
        found = last.values() or ({"stream": None, "index": self.index, "digest": self.digest},)
        return [{"task": each["stream"], "index": each["index"], "digest": each["digest"]} for each in found]

    def to_json(self) -> dict[str, Any]:
        """The receipt as the command line prints it."""
        return {
            "origin": self.origin,
            "command": self.command,
            "index": self.index,
            "digest": self.digest,
            "events": [dict(each) for each in self.events],
            "tasks": list(self.tasks),
            "receipts": self.receipts(),
            "repeated": self.repeated,
            "dry_run": self.dry_run,
            "next": [list(each) for each in self.next],
            "warnings": [dict(each) for each in self.warnings],
        }


@dataclass(slots=True)
class Request:
    """A command before it is signed, with the texts that it seals."""

    kind: str
    body: Mapping[str, Any]
    targets: tuple[Target, ...] = ()
    capacity: Capacity = OWN
    payloads: list[Payload] = field(default_factory=list)
    #: The files that it names, which get their own names once it has not been refused.
    files: Sequence[Staged] = ()
    #: For commands whose outcome is signed and not decided: the events themselves.
    events: tuple[Event, ...] | None = None
    #: And why they may not be, asked while the head is held.
    against: Callable[[StoreFacts, datetime], Iterable[Reason]] | None = None
    #: A leaf's time, where the command itself sets the sandbox's clock.
    at: datetime | None = None
    #: The digest of its events, by which it names them.
    content: str | None = None
    #: The signed command's canonical JSON.
    written: bytes | None = None
    #: What its author has just read, with where the ledger ended then, so that it need not be read twice.
    facts: StoreFacts | None = None


class _Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


class _Tried(Exception):
    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt


def seal(text: str) -> Payload:
    """A text beside the ledger, and the salted digest that stands in it."""
    salt = secrets.token_hex(16)
    return Payload(payload_digest(salt, text), salt, text)


def submit(inst: Institution, actor: Actor, request: Request, options: Options) -> Receipt | Refusal:
    """Sign a command and hand it in; a refusal has no effect but, where it must, its own record.

    Raises Busy where another holds the database for too long, UsageError for an id that names another
    command already.
    """
    marked = mark_in(_words(request))
    if marked is not None:
        # Asked before anything is kept of it, on this disk or in the ledger.
        return Refusal((Reason("engine.classified", {"mark": marked}),))
    body = request.body
    if request.events is not None:
        request.content = content_digest(request.events)
        body = {**body, "content": request.content}
    command = Command(
        origin=inst.origin,
        id=options.command_id or secrets.token_hex(16),
        kind=request.kind,
        body=body,
        targets=request.targets,
        capacity=request.capacity,
        time=to_text(datetime.now(UTC) if not inst.simulated else inst.now()),
    )
    content = command.to_json()
    # Written once, for the signature and for the leaf.
    request.written = canonical(content)
    signature = signing.sign_written(actor.private, request.written)
    signed: dict[str, Any] = {"command": content, "key": actor.key, "signature": signature}
    if options.command_id is not None and not options.dry_run:
        signed, request.payloads = sent.kept(inst.home, actor.person, command.id, signed, request.payloads)
        command, request.written = Command.from_json(signed["command"]), None
    outcome = hand_in(inst, actor.person, command, signed, request, options)
    if options.command_id is not None and isinstance(outcome, Refusal):
        # It has had no effect, so its id still stands for nothing, and what was wrong can be put right under it.
        sent.forget(inst.home, actor.person, command.id)
    return outcome


def _words(request: Request) -> Iterator[str]:
    """What a person has written: the texts that he seals, and the values of his form."""
    yield from (each.text for each in request.payloads)
    if request.kind != "import":
        opened = (request.body.get("opens") or {}).get("items", ())
        for each in (request.body, *request.body.get("acts", ()), *opened):
            fields = each.get("fields")
            if isinstance(fields, Mapping):
                yield from (value for value in fields.values() if isinstance(value, str))


def hand_in(
    inst: Institution,
    person: str,
    command: Command,
    signed: Mapping[str, Any],
    request: Request,
    options: Options,
) -> Receipt | Refusal:
    """Take a signed command in: the same bytes handed in twice have one effect and one receipt."""
    try:
        with inst.conn.write():
            head = log.head(inst.conn, lock=True)
            if options.command_id is not None:
                earlier = repeated(inst, person, command, request.payloads)
                if earlier is not None:
                    return earlier
            at = time_of(inst, head, request.at)
            events, projector = _decided(inst, person, command, signed, request, head, at)
            if options.dry_run:
                raise _Tried(_receipt(inst, command, (), events, dry_run=True))
            for each in request.files:
                each.add()
            with inst.conn.together():
                rows = write(inst.conn, projector, head, command, signed, person, at, events, request.written)
                projections.save_payloads(inst.conn, request.payloads)
    except _Refused as refused:
        if refused.refusal.on_record and not options.dry_run:
            return replace(refused.refusal, leaf=deny(inst, person, command, refused.refusal))
        return refused.refusal
    except _Tried as tried:
        return tried.receipt
    receipt = _receipt(inst, command, rows, events)
    if witnesses.keep(inst.home, person, _proofs(receipt)):
        return receipt
    return replace(receipt, warnings=({"code": "engine.receipt_not_kept", "params": {}},))


def _proofs(receipt: Receipt) -> list[dict[str, Any]]:
    """What its author keeps: of several tasks one receipt each, and the command's own."""
    held = {receipt.index: receipt.digest}
    if len(receipt.tasks) > 1:
        held.update((each["index"], each["digest"]) for each in receipt.receipts())
    about = {"origin": receipt.origin, "command": receipt.command}
    return [{**about, "index": index, "digest": held[index]} for index in sorted(held)]


def time_of(inst: Institution, head: Head, asked: datetime | None = None) -> datetime:
    """The time of the next leaf, read while the head is held and never before the last leaf's.

    `asked` is to be a sandbox's time from now on; raises UsageError where that has passed.
    """
    now = asked or inst.now()
    last = from_text(head.time) if head.time else now
    if asked is not None and asked < last:
        raise UsageError("error.clock_back", at=asked, now=last)
    if last - now > CLOCK_BEHIND:
        raise Busy("engine.clock_behind", now=to_text(now), last=head.time)
    return max(now, last)


def _decided(
    inst: Institution,
    person: str,
    command: Command,
    signed: Mapping[str, Any],
    request: Request,
    head: Head,
    at: datetime,
) -> tuple[Collection[Event], Projector]:
    conn = inst.conn
    seen, projector = request.facts, Projector(conn)
    facts = seen if seen is not None and seen.head == head else StoreFacts(conn)
    against = key_reasons(facts, person, signed["key"], head.size)
    if request.events is not None:
        facts.read_all(each.stream for each in request.events if each.stream != INSTITUTION)
        stands = tuple(request.against(facts, at)) if request.against is not None else ()
        outcome: Collection[Event] | Refusal = Refusal(stands) if stands else request.events
        if not stands and out_of_bounds(command, person, at, request.events, facts, request.content):
            raise ValueError(f"not for a command of kind {command.kind} to lay down")
    else:
        outcome = outcome_of(conn, command, person, facts, at, tell=inst.tell)
    for id, task in facts.read_tasks().items():
        projector.remember(id, task)
    if isinstance(outcome, Refusal):
        raise _Refused(Refusal((*against, *outcome.reasons)))
    if against:
        raise _Refused(Refusal(against))
    return outcome, projector


def outcome_of(
    conn: Connection,
    command: Command,
    person: str,
    facts: StoreFacts,
    at: datetime,
    rules: int = RULES,
    tell: Told | None = None,
) -> Collection[Event] | Refusal:
    """What becomes of a command: a pass is the machine's alone, everything else is decided by the engine."""
    if command.kind != "pass":
        return decide(command, person, facts, at, rules)
    if person != MACHINE_PERSON:
        return Refusal((Reason("engine.machine_only", {"act": "pass"}),))
    # A command that moves a task does not import the rules.
    from zeroerror.service.passes import decide_pass

    return decide_pass(conn, command, at, tell)


def key_reasons(facts: StoreFacts, person: str, key: str, position: int) -> tuple[Reason, ...]:
    """Why a key does not speak for a person at that place in the ledger; nothing where it does."""
    found = facts.key(key)
    if found is None or found.since_idx > position:
        return (Reason("engine.key_unknown", {"key": key}),)
    if found.person != person:
        return (Reason("engine.key_not_yours", {"key": key, "person": person}),)
    if found.until_idx is not None and position >= found.until_idx:
        return (Reason("engine.key_revoked", {"key": key}),)
    return ()


def write(
    conn: Connection,
    projector: Projector,
    head: Head,
    command: Command,
    signed: Mapping[str, Any],
    person: str,
    at: datetime,
    events: Collection[Event],
    written: bytes | None = None,
) -> list[LeafRow]:
    """Append a command's leaves and fold them, within the caller's transaction, five hundred at a time.

    Returns their rows; of events that are no sequence, because they are too many to be held, the last one's.
    `written` is the signed command's canonical JSON, where it has been made already.
    """
    rows: list[LeafRow] = []
    series = Series(
        rules=RULES,
        origin=command.origin,
        time=to_text(at),
        command=command.id,
        parts=len(events),
        actor=person,
        capacity=command.capacity.to_json(),
    )
    written = written or canonical(signed["command"])
    said = signed_text(written.decode(), signed["key"], signed["signature"])
    part, waiting = 1, iter(events)
    while group := list(islice(waiting, TOGETHER)):
        appended = _appended(conn, projector, head, series, command, person, at, group, part, said)
        frontier = merkle.append(head.frontier, [row.hash for row in appended])
        head = Head(head.size + len(group), appended[-1].hash, appended[-1].time, frontier)
        log.append(conn, appended, head)
        projector.flush()
        part, said = part + len(group), "null"
        # What was too much to be handed over at once is not handed back at once either.
        if not isinstance(events, Sequence):
            rows.clear()
            del appended[:-1]
        rows += appended
    return rows


def _appended(
    conn: Connection,
    projector: Projector,
    head: Head,
    series: Series,
    command: Command,
    person: str,
    at: datetime,
    events: Sequence[Event],
    first: int,
    said: str,
) -> list[LeafRow]:
    """The rows of some of a command's leaves, folded; `said` is what the first of these carries as signed."""
    rows: list[LeafRow] = []
    previous, time = head.hash, to_text(at)
    #: Where the institution's stream ends; where a task's does, its fold knows.
    ours: tuple[int, str] | None = None
    projector.read(each.stream for each in events if each.stream != INSTITUTION)
    for index, event in enumerate(events, head.size):
        part = first + index - head.size
        task = None if event.stream == INSTITUTION else projector.task(event.stream)
        if event.stream != INSTITUTION:
            seq, last = (0, "") if task is None else (task.seq, task.last)
        else:
            seq, last = ours or log.stream_head(conn, INSTITUTION) or (0, "")
        data = series.encode(
            event,
            index=index,
            part=part,
            previous=previous,
            seq=seq + 1,
            stream_previous=last,
            definition=_definition(event, task),
            signed=said if part == first else "null",
        )
        previous = leaf_hash(data)
        if event.stream == INSTITUTION:
            ours = seq + 1, previous
        rows.append(LeafRow(index, previous, event.stream, seq + 1, command.id, part, event.kind, time, data))
        projector.apply(event, Stamp(index, at, person, command.capacity, previous, seq + 1))
    return rows


def _definition(event: Event, task: Task | None) -> str | None:
    """The digest of the definition under which an event of a task happens."""
    if event.stream == INSTITUTION:
        return None
    return str(event.body["digest"]) if task is None else task.digest


def deny(inst: Institution, person: str, command: Command, refusal: Refusal) -> int | None:
    """Put a denial on record, signed by the machine, in the institution's own stream; its leaf."""
    # Of several tasks, the first that was denied, and not one that he might well have moved.
    denied = {each.params.get("task") for each in refusal.denials}
    of_it = [each for each in command.targets if each.task in denied]
    target = next(iter((*of_it, *command.targets)), None)
    body = {
        "by": person,
        "kind": command.kind,
        "codes": sorted({reason.code for reason in refusal.reasons}),
        "task": None if target is None else target.task,
        "step": None if target is None else target.step,
    }
    return put_denial(inst, body, command.id)


def put_denial(inst: Institution, body: Mapping[str, Any], denied: str | None) -> int | None:
    """Put a denial on record: of the command of that id, or of somebody who came no further than the door; its leaf."""
    request = Request(
        "deny", {"denied": denied}, capacity=MACHINE, events=(Event(INSTITUTION, "denied", body),)
    )
    done = submit(inst, inst.machine(), request, Options())
    return done.index if isinstance(done, Receipt) else None


def repeated(inst: Institution, person: str, command: Command, payloads: Sequence[Payload]) -> Receipt | None:
    """The first receipt of a command that has been taken in already; UsageError where it was another one.

    A receipt is its author's, so somebody else's command is another one, whatever it says.
    """
    rows = log.command_leaves(inst.conn, command.id)
    if not rows:
        return None
    leaves = [decode_fast(row.bytes) for row in rows]
    first = leaves[0].signed
    stood = {} if first is None else first["command"]
    texts = [*payloads, *_texts_of(inst, stood)]
    if not stood or leaves[0].actor != person or not sent.alike(stood, command.to_json(), texts):
        sent.forget(inst.home, person, command.id)
        raise UsageError("engine.command_reused", command=command.id)
    events = tuple(Event(leaf.stream, leaf.kind, leaf.body) for leaf in leaves)
    return replace(_receipt(inst, command, rows, events), repeated=True)


def _texts_of(inst: Institution, command: Mapping[str, Any]) -> list[Payload]:
    """The sealed texts that a command in the ledger names, as far as they have not been erased."""
    digests = set(_strings(command))
    return [
        Payload(digest, "", text)
        for digest, text in reads.texts(inst.conn, digests).items()
        if text is not None
    ]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


def _receipt(
    inst: Institution,
    command: Command,
    rows: Sequence[LeafRow],
    events: Collection[Event],
    *,
    dry_run: bool = False,
) -> Receipt:
    described: list[dict[str, Any]] = []
    # A pass has too many parts to be told one by one, and nobody asks.
    few: Sequence[Event] = events if isinstance(events, Sequence) else ()
    for place, event in enumerate(few):
        index, digest = (rows[place].idx, rows[place].hash) if rows else (None, None)
        step = event.body.get("step")
        told = {"index": index, "digest": digest, "stream": event.stream, "kind": event.kind, "step": step}
        if event.kind == "task_closed":
            told["status"] = event.body["status"]
        described.append(told)
    tasks = tuple(dict.fromkeys(event.stream for event in few if event.stream != INSTITUTION))
    return Receipt(
        origin=inst.origin,
        command=command.id,
        index=rows[-1].idx if rows else -1,
        digest=rows[-1].hash if rows else "",
        events=tuple(described),
        tasks=tasks,
        dry_run=dry_run,
    )
