"""A small ledger written with the format alone, and its export: two tasks, keys that come and go, a pass."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zeroerror.ledger import checkpoint, merkle, signing
from zeroerror.ledger.leaf import Leaf, encode, leaf_hash, payload_digest

ORIGIN = "zeroerror/0123456789abcdef"
INSTITUTION = "institution"
TASK, OTHER = "BW-2026-0317", "BS-2026-0021"
DEFINITION = "d" * 64
OWN, MACHINE = {"kind": "own", "for": None}, {"kind": "machine", "for": None}

Event = tuple[str, str, Mapping[str, Any]]


def key_of(person: str) -> signing.PrivateKey:
    """A person's key, the same in every run."""
    return signing.PrivateKey(person.encode().ljust(32, b"."))


def enrolled(person: str) -> dict[str, str]:
    """A key as genesis and `key_enrolled` carry it."""
    public = signing.public_hex(key_of(person))
    return {"id": signing.key_id(public), "person": person, "public": public}


@dataclass
class Writer:
    """A ledger in memory, written as the service writes it."""

    leaves: list[bytes] = field(default_factory=list)
    payloads: list[dict[str, str | None]] = field(default_factory=list)
    streams: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: What a test changes in the leaf at an index before it is written.
    forged: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    def command(
        self,
        person: str,
        kind: str,
        events: Sequence[Event],
        *,
        signer: str | None = None,
        capacity: Mapping[str, Any] = OWN,
    ) -> None:
        """Append what one command yielded."""
        first = len(self.leaves)
        id = f"{first:032x}"
        command = {
            "origin": ORIGIN,
            "id": id,
            "kind": kind,
            "body": {"note": "同意"},
            "targets": [],
            "capacity": capacity,
            "time": "2026-11-23T10:00:00.000000Z",
        }
        key = key_of(signer or person)
        signed = {
            "command": command,
            "key": signing.key_id(signing.public_hex(key)),
            "signature": signing.sign(key, command),
        }
        for part, (stream, event, body) in enumerate(events, 1):
            index = len(self.leaves)
            seq, last = self.streams.get(stream, (0, ""))
            fields: dict[str, Any] = {
                "rules": 1,
                "origin": ORIGIN,
                "index": index,
                "time": f"2026-11-23T10:{first:02}:00.000000Z",
                "stream": stream,
                "seq": seq + 1,
                "stream_previous": last,
                "kind": event,
                "body": body,
                "command": id,
                "part": part,
                "parts": len(events),
                "actor": person,
                "capacity": capacity,
                "definition": None if stream == INSTITUTION else DEFINITION,
                "previous": leaf_hash(self.leaves[-1]) if self.leaves else "",
                "signed": signed if part == 1 else None,
            }
            data = encode(Leaf(**{**fields, **self.forged.get(index, {})}))
            self.leaves.append(data)
            self.streams[stream] = (seq + 1, leaf_hash(data))

    def seal(self, text: str, *, erased: bool = False) -> str:
        """Keep a text beside the leaves; returns its digest."""
        salt = f"{len(self.payloads):032x}"
        digest = payload_digest(salt, text)
        kept = {"salt": None, "text": None} if erased else {"salt": salt, "text": text}
        self.payloads.append({"digest": digest, **kept})
        return digest

    def frontier(self) -> str:
        """The tree over the leaves."""
        return merkle.append("", map(leaf_hash, self.leaves))

    def export(self, directory: Path) -> Path:
        """Write the export as `log export` does."""
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "leaves.jsonl").write_bytes(b"".join(leaf + b"\n" for leaf in self.leaves))
        texts = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in self.payloads)
        (directory / "payloads.jsonl").write_text(texts, "utf-8")
        root = merkle.root(self.frontier())
        note = checkpoint.make(ORIGIN, len(self.leaves), root, key_of("machine"), ORIGIN)
        (directory / "checkpoint.txt").write_text(note, "utf-8")
        return directory


def ledger(forged: Mapping[int, Mapping[str, Any]] | None = None) -> Writer:
    """Twenty leaves of twelve commands; `forged` changes fields of the leaf at an index before it is written."""
    writer = Writer(forged=forged or {})
    genesis = {
        "suite": signing.SUITE,
        "origin": ORIGIN,
        "simulated": False,
        "institution": "甲县政协",
        "keys": [enrolled(person) for person in ("machine", "zhang", "long")],
        "organisation": {},
        "calendar": {},
        "settings": {},
    }
    writer.command(
        "machine",
        "genesis",
        [
            (INSTITUTION, "genesis", genesis),
            (INSTITUTION, "definition_published", {"id": "document/outgoing"}),
        ],
        capacity=MACHINE,
    )
    sealed = [["title", writer.seal("关于召开座谈会的通知")]]
    opened = {"workflow": "document/outgoing", "sealed": sealed}
    entered = {"step": "draft", "visit": 1}
    writer.command("zhang", "open", [(TASK, "task_opened", opened), (TASK, "step_entered", entered)])
    left = {"step": "draft", "visit": 1, "reason": writer.seal("改了三处\n“引号”", erased=False)}
    writer.command(
        "zhang", "advance", [(TASK, "step_left", left), (TASK, "step_entered", {"step": "review"})]
    )
    writer.command("long", "propose", [(INSTITUTION, "proposed", {"reason": writer.seal("", erased=True)})])
    writer.command(
        "zhang", "confirm", [(INSTITUTION, "confirmed", {}), (INSTITUTION, "key_enrolled", enrolled("li"))]
    )
    writer.command("li", "open", [(OTHER, "task_opened", {}), (OTHER, "step_entered", entered)])
    writer.command("long", "advance", [(TASK, "step_left", {"step": "review", "visit": 1})])
    passed = [(INSTITUTION, kind, {"n": n}) for n, kind in enumerate(("slot_run", "finding_opened"))]
    writer.command("machine", "pass", [*passed, (OTHER, "due_recomputed", {})], capacity=MACHINE)
    writer.command("zhang", "revoke", [(INSTITUTION, "key_revoked", {"id": enrolled("long")["id"]})])
    writer.command("li", "note", [(OTHER, "task_noted", {"note": writer.seal("已电话告知")})])
    writer.command("machine", "deny", [(INSTITUTION, "denied", {"by": "long"})], capacity=MACHINE)
    left = {"step": "draft", "visit": 1}
    writer.command(
        "li", "advance", [(OTHER, "step_left", left), (OTHER, "task_closed", {"status": "closed"})]
    )
    return writer
