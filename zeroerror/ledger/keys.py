"""Private keys on disk: under a passphrase for good, and unlocked in a session file for a while.

A key's file is JSON: `{"format": 1, "key": hex}` for the machine's, and under a passphrase
`{"format": 1, "scrypt": [log2 N, r, p], "salt", "nonce", "sealed"}`, ChaCha20-Poly1305 (RFC 8439) under the
key that scrypt (RFC 7914) makes of the passphrase in NFC.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from zeroerror import files
from zeroerror.ledger.leaf import LedgerError
from zeroerror.ledger.signing import PrivateKey, key_id, public_hex
from zeroerror.model.errors import NotAuthorised, UsageError
from zeroerror.model.instant import from_text
from zeroerror.model.value import dataclass

#: log2 of scrypt's cost: with r = 8 and p = 3 it takes 32 MiB and some tenths of a second per guess.
WORK = 15
#: For a sandbox, whose passphrase is printed for everybody and protects nothing.
SANDBOX_WORK = 4
_WORK_MOST = 20
_BLOCK, _LANES = 8, 3
_BOUND = b"zeroerror/key/1"
_SUFFIX = ".session"


@dataclass(frozen=True, slots=True)
class Session:
    """A key that its person has unlocked, until when at the latest."""

    person: str
    private: PrivateKey
    key_id: str
    until: str


def save_private(path: Path, private: PrivateKey, passphrase: str | None, *, work: int = WORK) -> None:
    """Write a private key for its owner's eyes only; without a passphrase only the disk protects it."""
    if passphrase is None:
        doc: dict[str, Any] = {"format": 1, "key": private.seed.hex()}
    else:
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        sealed = _cipher(passphrase, salt, work, _BLOCK, _LANES).encrypt(nonce, private.seed, _BOUND)
        doc = {
            "format": 1,
            "scrypt": [work, _BLOCK, _LANES],
            "salt": salt.hex(),
            "nonce": nonce.hex(),
            "sealed": sealed.hex(),
        }
    _write(path, doc)


def load_private(path: Path, passphrase: str | None) -> PrivateKey:
    """The private key of a file.

    Raises NotAuthorised for a missing key, a wrong passphrase or a file that others may read, LedgerError for
    a file that is no key.
    """
    from_disk = _read(path)
    if from_disk is None:
        raise NotAuthorised("ledger.key_missing", path=str(path))
    doc, _ = from_disk
    try:
        if "key" in doc:
            return PrivateKey(bytes.fromhex(doc["key"]))
        work, block, lanes = doc["scrypt"]
        # A changed file must not make its reader take all the memory there is.
        if not (0 < work <= _WORK_MOST and (block, lanes) == (_BLOCK, _LANES)):
            raise ValueError
        salt, nonce, sealed = (bytes.fromhex(doc[name]) for name in ("salt", "nonce", "sealed"))
    except (KeyError, TypeError, ValueError):
        raise LedgerError("ledger.key_unreadable", path=str(path)) from None
    if passphrase is None:
        raise NotAuthorised("ledger.wrong_passphrase", path=str(path))
    from cryptography.exceptions import InvalidTag

    try:
        return PrivateKey(_cipher(passphrase, salt, work, block, lanes).decrypt(nonce, sealed, _BOUND))
    except InvalidTag:
        raise NotAuthorised("ledger.wrong_passphrase", path=str(path)) from None


def open_session(directory: Path, person: str, private: PrivateKey, until: str, idle_seconds: int) -> None:
    """Keep a key unlocked until then, or until nothing has been done with it for so long."""
    if not _safe(person):
        raise UsageError("error.unknown_person", person=person)
    doc = {
        "format": 1,
        "person": person,
        "key": private.seed.hex(),
        "id": key_id(public_hex(private)),
        "until": until,
        "idle": idle_seconds,
    }
    _write(directory / f"{person}{_SUFFIX}", doc)


def read_session(directory: Path, person: str | None, now: datetime) -> Session | None:
    """The open session of a person, or the only one there is; None where it is missing or has run out.

    Reading it counts as doing something. Raises UsageError where nobody is named and several are open,
    NotAuthorised for a session file that others may read.
    """
    if person is None:
        persons = [session.person for session in sessions(directory, now)]
        if len(persons) > 1:
            raise UsageError("ledger.several_sessions", persons=persons)
        if not persons:
            return None
        person = persons[0]
    if not _safe(person):
        return None
    path = directory / f"{person}{_SUFFIX}"
    session = _session(path, now)
    if session is not None:
        # The file's own time says when it was last used. A session closed meanwhile stays closed.
        with contextlib.suppress(FileNotFoundError):
            os.utime(path, (now.timestamp(), now.timestamp()))
    return session


def sessions(directory: Path, now: datetime) -> list[Session]:
    """Every session that is open, by person; those that have run out are removed."""
    found = (_session(path, now) for path in sorted(directory.glob(f"*{_SUFFIX}")))
    return [session for session in found if session is not None]


def close_session(directory: Path, person: str | None = None) -> None:
    """Lock a person's key again, or everybody's who is logged in here."""
    if person is not None and not _safe(person):
        return
    paths = directory.glob(f"*{_SUFFIX}") if person is None else [directory / f"{person}{_SUFFIX}"]
    for path in paths:
        path.unlink(missing_ok=True)


def _session(path: Path, now: datetime) -> Session | None:
    from_disk = _read(path)
    if from_disk is None:
        return None
    doc, used = from_disk
    try:
        ended = now >= from_text(doc["until"]) or now.timestamp() - used > doc["idle"]
        session = Session(doc["person"], PrivateKey(bytes.fromhex(doc["key"])), doc["id"], doc["until"])
    except (KeyError, TypeError, ValueError):
        raise LedgerError("ledger.session_unreadable", path=str(path)) from None
    if ended:
        path.unlink(missing_ok=True)
        return None
    return session


def _cipher(passphrase: str, salt: bytes, work: int, block: int, lanes: int) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    key = hashlib.scrypt(
        unicodedata.normalize("NFC", passphrase).encode(),
        salt=salt,
        n=2**work,
        r=block,
        p=lanes,
        # OpenSSL refuses by default what needs more than 32 MiB; scrypt needs 128 · r · (N + p) bytes.
        maxmem=129 * block * (2**work + lanes) + 2**20,
        dklen=32,
    )
    return ChaCha20Poly1305(key)


def _safe(person: str) -> bool:
    """Whether an id names a file of the directory and nothing outside it."""
    return bool(person) and person[0] != "." and not set(person) & set("/\\\0:")


def _write(path: Path, doc: Mapping[str, Any]) -> None:
    """Put a file in place whole or not at all, readable by its owner from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    files.write(path, json.dumps(doc).encode(), 0o600)


def _read(path: Path) -> tuple[dict[str, Any], float] | None:
    """A key's or session's file and when it was last used; None where there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    except OSError:
        raise LedgerError("ledger.key_unreadable", path=str(path)) from None
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        # Modes mean nothing on Windows, where the profile's own protection stands in.
        if os.name == "posix" and stat.S_IMODE(about.st_mode) & 0o077:
            raise NotAuthorised("ledger.others_may_read", path=str(path))
        try:
            doc = json.loads(file.read())
        except (ValueError, RecursionError):
            doc = None
    if not isinstance(doc, dict):
        raise LedgerError("ledger.key_unreadable", path=str(path))
    return doc, about.st_mtime
