"""What holds for the whole institution: documents, definitions, keys, proposals, slots, and sealed texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from zeroerror.model.instant import from_text, to_text
from zeroerror.store.codec import from_json
from zeroerror.store.connection import Connection, Row
from zeroerror.store.errors import StoreError
from zeroerror.store.reads.many import many


class Meta(NamedTuple):
    """Which ledger this is, and when its database was made."""

    origin: str
    created_at: datetime


class Document(NamedTuple):
    """Something that holds for the whole institution: its JSON, that text's digest, and by which leaf."""

    name: str
    content: Any
    digest: str
    idx: int


class Held(NamedTuple):
    """By which digest something holds for the whole institution, and since which leaf."""

    digest: str
    idx: int


class Definition(NamedTuple):
    """A published definition: the file's text, its effective canonical JSON, and its frozen table as JSON.

    `overlays` is a JSON list of the texts that lie on that of the file.
    """

    digest: str
    id: str
    text: str
    overlays: str
    effective: str
    table: str
    idx: int


class Key(NamedTuple):
    """A key, valid for leaves with since_idx ≤ index < until_idx (None: still)."""

    id: str
    person: str
    public: str
    since_idx: int
    until_idx: int | None


class Proposal(NamedTuple):
    """A proposal as it stands."""

    id: str
    kind: str
    status: str
    proposer: str
    about: str | None
    idx: int
    content: Any


class Slot(NamedTuple):
    """A slot that was run: by which leaf, and the ledger's size that it saw."""

    audit: str
    slot: datetime
    idx: int
    seen: int
    content: Any


_META = "SELECT origin, created_at FROM meta WHERE id = 1"
_DOCUMENT = "SELECT name, content, digest, idx FROM document WHERE name = ?"
HELD = "SELECT name, digest, idx FROM document"
_DOCUMENTS = "SELECT name, content, digest, idx FROM document ORDER BY name"
_CLOCK = "SELECT (SELECT content FROM document WHERE name = 'clock'), time FROM head WHERE id = 1"
_DEFINITION = "SELECT digest, id, text, overlays, effective, tbl, idx FROM definition WHERE digest = ?"
_DIGESTS = "SELECT digest FROM definition WHERE substr(digest, 1, ?) = ? ORDER BY digest"
_WORKFLOW = "SELECT digest FROM workflow WHERE id = ?"
_SILENCE = "SELECT 1 FROM definition WHERE effective LIKE ? LIMIT 1"
_WORKFLOWS = "SELECT id, digest FROM workflow ORDER BY id"
KEY = "SELECT id, person, public, since_idx, until_idx FROM key WHERE id = ?"
_KEYS = "SELECT id, person, public, since_idx, until_idx FROM key ORDER BY since_idx, id"
_PROPOSAL = "SELECT id, kind, status, proposer, about, idx, content FROM proposal WHERE id = ?"
_PROPOSALS = "SELECT id, kind, status, proposer, about, idx, content FROM proposal ORDER BY id"
_PROPOSALS_BY_STATUS = (
    "SELECT id, kind, status, proposer, about, idx, content FROM proposal WHERE status = ? ORDER BY id"
)
_SLOT = "SELECT audit, slot, idx, seen, content FROM slot WHERE audit = ? AND slot = ?"
_LAST_SLOT = "SELECT audit, slot, idx, seen, content FROM slot WHERE audit = ? ORDER BY slot DESC LIMIT 1"
_SLOTS = "SELECT audit, slot, idx, seen, content FROM slot ORDER BY slot, audit"
_TEXTS = "SELECT digest, text FROM payload WHERE digest IN (?*)"
_PAYLOADS = "SELECT digest, salt, text FROM payload WHERE digest > ? ORDER BY digest LIMIT 2000"
_NUMBER = "SELECT last FROM number WHERE prefix = ? AND year = ?"


def meta(conn: Connection) -> Meta:
    """Which ledger this is."""
    row = conn.one(_META)
    if row is None:
        raise StoreError(detail="the meta row is missing")
    return Meta(row[0], from_text(row[1]))


def document(conn: Connection, name: str) -> Document | None:
    """What holds under that name; None if nothing does yet."""
    row = conn.one(_DOCUMENT, (name,))
    return None if row is None else _document(row)


def clock(conn: Connection) -> datetime:
    """A sandbox's clock as it was last set, by default to the last leaf's time; asked at every step."""
    row = conn.one(_CLOCK)
    if row is None:
        raise StoreError(detail="the head row is missing")
    return from_text(row[1] if row[0] is None else from_json(row[0])["at"])


def documents(conn: Connection) -> dict[str, Document]:
    """All that holds for the whole institution, by name."""
    return {row[0]: _document(row) for row in conn.all(_DOCUMENTS)}


def held(conn: Connection) -> dict[str, Held]:
    """By which digest each thing holds for the whole institution, by name: their texts are long, and mostly known."""
    return held_of(conn.all(HELD))


def held_of(rows: Iterable[Row]) -> dict[str, Held]:
    """By which digest each thing holds, by the rows that say it."""
    return {name: Held(digest, idx) for name, digest, idx in rows}


def definition(conn: Connection, digest: str) -> Definition | None:
    """The definition of that digest; None if none was published."""
    row = conn.one(_DEFINITION, (digest,))
    return None if row is None else Definition._make(row)


def digests(conn: Connection, beginning: str) -> list[str]:
    """The digests of all definitions ever published that begin so."""
    return [str(digest) for (digest,) in conn.all(_DIGESTS, (len(beginning), beginning))]


def workflow_digest(conn: Connection, id: str) -> str | None:
    """The digest of the definition in force for a workflow."""
    row = conn.one(_WORKFLOW, (id,))
    return None if row is None else str(row[0])


def workflows(conn: Connection) -> dict[str, str]:
    """The digest in force of every workflow, by id."""
    return dict(conn.all(_WORKFLOWS))


def silence_is_told(conn: Connection) -> bool:
    """Whether any definition ever published says what a signer's silence comes to; most houses have none."""
    return conn.one(_SILENCE, ('%"silence":"%',)) is not None


def key(conn: Connection, id: str) -> Key | None:
    """The key of that id, valid or not."""
    row = conn.one(KEY, (id,))
    return None if row is None else Key._make(row)


def keys(conn: Connection) -> list[Key]:
    """All keys there ever were, oldest first."""
    return [Key._make(row) for row in conn.all(_KEYS)]


def proposal(conn: Connection, id: str) -> Proposal | None:
    """The proposal of that id."""
    row = conn.one(_PROPOSAL, (id,))
    return None if row is None else _proposal(row)


def proposals(conn: Connection, status: str | None = None) -> list[Proposal]:
    """All proposals, or those of one status, by id."""
    rows = conn.all(_PROPOSALS) if status is None else conn.all(_PROPOSALS_BY_STATUS, (status,))
    return [_proposal(row) for row in rows]


def slot(conn: Connection, audit: str, at: datetime) -> Slot | None:
    """That slot of that audit, if it was run."""
    row = conn.one(_SLOT, (audit, to_text(at)))
    return None if row is None else _slot(row)


def last_slot(conn: Connection, audit: str) -> Slot | None:
    """The latest slot of that audit that was run."""
    row = conn.one(_LAST_SLOT, (audit,))
    return None if row is None else _slot(row)


def slots(conn: Connection) -> list[Slot]:
    """All slots that were run, in their order."""
    return [_slot(row) for row in conn.all(_SLOTS)]


def texts(conn: Connection, digests: Iterable[str]) -> dict[str, str | None]:
    """The sealed texts of those digests: None for an erased one, no entry for an unknown one."""
    return dict(many(conn, _TEXTS, sorted(set(digests))))


def payloads(conn: Connection) -> Iterator[tuple[str, str | None, str | None]]:
    """All payloads as (digest, salt, text), by digest, read in chunks; erased: salt and text are None."""
    after = ""
    while rows := conn.all(_PAYLOADS, (after,)):
        yield from ((digest, salt, text) for digest, salt, text in rows)
        after = rows[-1][0]


def last_number(conn: Connection, prefix: str, year: int) -> int:
    """The last number given to a task of that prefix and local year; 0 if none was."""
    row = conn.one(_NUMBER, (prefix, year))
    return 0 if row is None else int(row[0])


def _document(row: Row) -> Document:
    return Document(row[0], from_json(row[1]), row[2], row[3])


def _proposal(row: Row) -> Proposal:
    identity, kind, status, proposer, about, idx, content = row
    return Proposal(identity, kind, status, proposer, about, idx, from_json(content))


def _slot(row: Row) -> Slot:
    return Slot(row[0], from_text(row[1]), row[2], row[3], from_json(row[4]))
