"""Checkpoints: the ledger's size and root in the form of C2SP tlog-checkpoint, under a signed note.

They leave the machine with each report. Whoever holds one can show later that the history before it was
edited, cut or put in another order.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from zeroerror.ledger.leaf import LedgerError
from zeroerror.ledger.signing import PrivateKey, public_hex, verify_bytes

#: The signature type of Ed25519 in C2SP signed-note.
_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says."""

    origin: str
    size: int
    #: The root in hex.
    root: str
    signature: str
    text: bytes


def make(origin: str, size: int, root: str, private: PrivateKey, name: str) -> str:
    """A signed checkpoint; `name` is the key's name in the note, without spaces or plus."""
    body = f"{origin}\n{size}\n{base64.b64encode(bytes.fromhex(root)).decode()}\n"
    public = bytes.fromhex(public_hex(private))
    signature = private.sign(body.encode("utf-8"))
    line = base64.b64encode(_key_hash(name, public) + signature).decode()
    return f"{body}\n— {name} {line}\n"


def parse(text: str) -> Checkpoint:
    """What a checkpoint says; LedgerError for what is none."""
    body, _, signatures = text.partition("\n\n")
    lines = body.split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True).hex()
        sign, _, data = signatures.strip("\n").rpartition(" ")
        if not sign.startswith("— ") or len(lines) != 3:
            raise ValueError(text)
        signature = base64.b64decode(data, validate=True)[4:].hex()
    except (ValueError, IndexError) as error:
        raise LedgerError("ledger.checkpoint_unreadable") from error
    return Checkpoint(origin, size, root, signature, f"{body}\n".encode())


def verify(checkpoint: Checkpoint, public: str) -> bool:
    """Whether that key signed the checkpoint."""
    return verify_bytes(public, checkpoint.text, checkpoint.signature)


def _key_hash(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode("utf-8") + b"\n" + _ED25519 + public).digest()[:4]
