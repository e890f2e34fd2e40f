"""What has left the database and can witness against it: receipts of commands, and checkpoints.

Whoever owns the database and the machine's key can write all of it anew, or cut its end off, and nothing
within it tells. So each command leaves its author a receipt in the home, and each report a checkpoint beside
it; both are held against the ledger whenever it is verified, with any other checkpoint that somebody brings.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from zeroerror.ledger import checkpoint
from zeroerror.ledger.checkpoint import Checkpoint
from zeroerror.ledger.leaf import LedgerError
from zeroerror.model.errors import VerificationFailed
from zeroerror.model.problem import Problem
from zeroerror.store.connection import Connection

RECEIPTS = "receipts"
#: So many leaves' hashes are read at a time.
RANGE = 20_000
_APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT
#: Made once: `json.dumps` with an argument makes one at each call.
_dumps = json.JSONEncoder(ensure_ascii=False).encode
#: Where each slot's report lies with its checkpoint.
REPORTED = "reports/*/checkpoint.txt"


def keep(home: Path, person: str, proofs: Iterable[Mapping[str, Any]]) -> bool:
    """Add receipts to their author's; False where the disk does not take it: the command has taken effect all the same."""
    path = home / RECEIPTS / f"{person}.jsonl"
    line = "".join(_dumps(each) + "\n" for each in proofs).encode()
    try:
        try:
            # Without Python's own files, which take twice as long to open: it is done after every command.
            file = os.open(path, _APPENDING, 0o666)
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            file = os.open(path, _APPENDING, 0o666)
        try:
            return os.write(file, line) == len(line)
        finally:
            os.close(file)
    except OSError:
        return False


def receipts(home: Path) -> Iterator[Mapping[str, Any]]:
    """Every receipt kept in a home; a line that was cut off by a crash says nothing."""
    for path in sorted((home / RECEIPTS).glob("*.jsonl")):
        for line in path.read_text("utf-8", "replace").splitlines():
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict) and isinstance(found.get("index"), int):
                yield {**found, "person": path.stem}


def receipt_problems(conn: Connection, origin: str, held: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """The receipts that the ledger does not bear out, the earliest first."""
    by_index = sorted(held, key=lambda each: int(each["index"]))
    problems: list[Problem] = []
    hashes = _hashes(conn, {int(each["index"]) for each in by_index})
    for each in by_index:
        params = {"index": each["index"], "person": each["person"]}
        if each.get("origin") != origin:
            problems.append(Problem("verify.receipt_elsewhere", {**params, "origin": each.get("origin")}))
        elif each["index"] not in hashes:
            problems.append(Problem("verify.receipt_beyond", params))
        elif hashes[each["index"]] != each.get("digest"):
            problems.append(Problem("verify.receipt_differs", params))
    return problems


def _hashes(conn: Connection, indices: set[int]) -> dict[int, str]:
    """The hashes of the leaves at these indices; one that is not there has no entry."""
    found: dict[int, str] = {}
    wanted = sorted(indices)
    while wanted:
        end = wanted[0] + RANGE
        rows = conn.all("SELECT idx, hash FROM leaf WHERE idx >= ? AND idx < ?", (wanted[0], end))
        found.update((idx, digest) for idx, digest in rows if idx in indices)
        wanted = [index for index in wanted if index >= end]
    return found


def read_checkpoints(paths: Iterable[Path]) -> dict[str, str]:
    """The notes in these files, by the name of the file; raises LedgerError or OSError for one that cannot be read."""
    return {str(path): _note(path) for path in paths}


def _note(path: Path) -> str:
    # Every command keeps its receipt by this module, and should not read YAML for that.
    from zeroerror.service.configuration import ordinary

    try:
        return ordinary(path).read_text("utf-8")
    except UnicodeDecodeError:
        raise LedgerError("ledger.checkpoint_unreadable", path=str(path)) from None


def reported(home: Path) -> list[Path]:
    """The checkpoints that lie beside the reports."""
    return sorted(home.glob(REPORTED))


def sizes_of(notes: Iterable[str]) -> set[int]:
    """How many leaves each of these notes speaks of."""
    return {found.size for note in notes if (found := _parsed(note)) is not None}


def checkpoint_problems(
    notes: Mapping[str, str], origin: str, publics: Iterable[str], size: int, roots: Mapping[int, str]
) -> list[Problem]:
    """The checkpoints that a ledger of that size does not bear out; `roots` are its roots by size."""
    keys = tuple(publics)
    problems: list[Problem] = []
    for name, note in notes.items():
        found = _signed(note, origin, keys)
        if found is None or found.origin != origin:
            problems.append(Problem("verify.checkpoint_foreign", {"file": name}))
        elif found.size > size:
            params = {"file": name, "index": size, "size": found.size}
            problems.append(Problem("verify.checkpoint_beyond", params))
        elif found.size in roots and roots[found.size] != found.root:
            problems.append(Problem("verify.checkpoint_differs", {"file": name, "size": found.size}))
    return problems


def _parsed(note: str) -> Checkpoint | None:
    try:
        return checkpoint.parse(note)
    except LedgerError:
        return None


def _signed(note: str, origin: str, publics: tuple[str, ...]) -> Checkpoint | None:
    """What a note says, if one of these keys has signed it; else None."""
    for public in publics:
        try:
            return checkpoint.verify(note, public, origin)
        except (LedgerError, VerificationFailed):
            continue
    return None
