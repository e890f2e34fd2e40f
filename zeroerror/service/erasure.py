"""Texts erased because the law asks for it: two persons decide, the digests stay, and the leaf says so.

The ledger does not change; what its digests named is gone from the database, from the signed commands kept in
the home, and, where a text named a file that nothing else names, from the files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from zeroerror.ledger.leaf import decode_fast
from zeroerror.service.institution import Institution
from zeroerror.store import log, reads

_HEX = frozenset("0123456789abcdef")


def texts_of(inst: Institution, task: str) -> list[dict[str, Any]]:
    """Every sealed text of a task: at which leaf, under which name, by which digest; and whether it is erased."""
    found = [
        {"index": row.idx, "name": name, "digest": digest}
        for row in log.stream_leaves(inst.conn, task)
        for name, digest in sealed(decode_fast(row.bytes).body)
    ]
    texts = reads.texts(inst.conn, [str(each["digest"]) for each in found])
    return [{**each, "erased": texts.get(str(each["digest"])) is None} for each in found]


def sealed(body: Any) -> Iterator[tuple[str, str]]:
    """Every digest of a text that a leaf's body names, with what it is called there."""
    if isinstance(body, Mapping):
        for key, value in body.items():
            # A reason is also the code of an attribution.
            if key in ("reason", "note") and _is_digest(value):
                yield key, value
            elif key == "sealed" and isinstance(value, Mapping):
                yield from ((name, digest) for name, digest in value.items() if _is_digest(digest))
            elif key in ("attachments", "persons") and isinstance(value, list):
                named = (each for each in value if isinstance(each, Mapping))
                yield from (("name", each["name"]) for each in named if _is_digest(each.get("name")))
            else:
                yield from sealed(value)
    elif isinstance(body, list):
        for each in body:
            yield from sealed(each)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= _HEX


def forget(inst: Institution, digests: Iterable[str], files: Iterable[Path]) -> None:
    """Take away what else this home keeps of erased texts, and the files that only they named."""
    gone = set(digests)
    for path in sorted((inst.home / "sent").glob("*/*.json")):
        kept = json.loads(path.read_text("utf-8"))
        if gone & {each[0] for each in kept["payloads"]}:
            path.unlink()
    for path in files:
        path.unlink(missing_ok=True)


def files_of(inst: Institution, digests: Iterable[str]) -> list[Path]:
    """The files that these texts name, and nothing else names; asked before they are erased."""
    gone = set(digests)
    naming: dict[str, set[str]] = {}
    for row in log.leaves(inst.conn):
        for each in _attachments(decode_fast(row.bytes).body):
            naming.setdefault(each["file"], set()).add(each["name"])
    for digest, _, text in reads.payloads(inst.conn):
        file = (text or "").partition(" ")[0]
        if len(file) == 64 and (inst.home / "files" / file[:2] / file).exists():
            naming.setdefault(file, set()).add(digest)
    return [inst.home / "files" / file[:2] / file for file, names in naming.items() if names <= gone]


def _attachments(body: Any) -> Iterator[Mapping[str, str]]:
    if isinstance(body, Mapping):
        for key, value in body.items():
            if key == "attachments" and isinstance(value, list):
                yield from value
            else:
                yield from _attachments(value)
    elif isinstance(body, list):
        for each in body:
            yield from _attachments(each)
