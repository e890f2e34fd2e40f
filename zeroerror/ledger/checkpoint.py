"""Checkpoints: the ledger's size and root as C2SP tlog-checkpoint, in a C2SP signed note.

They leave the machine with each report. Whoever holds one can show later that the history before it was
edited, cut or put in another order.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from zeroerror.ledger.leaf import LedgerError
from zeroerror.ledger.signing import PrivateKey, verify_bytes
from zeroerror.model.errors import VerificationFailed
from zeroerror.model.value import dataclass

#: The signature type of Ed25519 in C2SP signed-note.
_ED25519 = b"\x01"
_DASH = "— "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: by which key's name and short hash, and the signature, in hex."""

    name: str
    key_hash: str
    signature: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says, the text that was signed, and its signatures, a witness's among them."""

    origin: str
    size: int
    #: The root in hex.
    root: str
    text: str
    signatures: tuple[Signature, ...]


def make(origin: str, size: int, root: str, private: PrivateKey, key_name: str) -> str:
    """The checkpoint of a ledger's head; LedgerError for a name that a note cannot carry."""
    if not origin.isprintable() or not origin or not _name(key_name):
        raise LedgerError("ledger.checkpoint_name", name=key_name)
    text = f"{origin}\n{size}\n{base64.b64encode(bytes.fromhex(root)).decode()}\n"
    signed = bytes.fromhex(_key_hash(key_name, private.public)) + private.sign_bytes(text.encode())
    return f"{text}\n{_DASH}{key_name} {base64.b64encode(signed).decode()}\n"


def parse(note: str) -> Checkpoint:
    """What a checkpoint says, nothing of it verified; raises LedgerError for any other text."""
    text, blank, lines = note.partition("\n\n")
    try:
        origin, size, root = text.split("\n")
        if not blank or not lines.endswith("\n") or not origin or str(int(size)) != size or size[0] == "-":
            raise ValueError
        hashed = _decoded(root)
        if len(hashed) != 32:
            raise ValueError
        signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    except (ValueError, binascii.Error):
        raise LedgerError("ledger.checkpoint_unreadable") from None
    return Checkpoint(origin, int(size), hashed.hex(), text + "\n", signatures)


def verify(note: str, public: str, key_name: str) -> Checkpoint:
    """What a checkpoint says, if that key signed it under that name; VerificationFailed if it did not.

    Lines of other keys are passed over, as the specification asks; LedgerError for what is no checkpoint.
    """
    checkpoint = parse(note)
    key_hash = _key_hash(key_name, bytes.fromhex(public))
    for each in checkpoint.signatures:
        if (each.name, each.key_hash) == (key_name, key_hash):
            if verify_bytes(public, checkpoint.text.encode(), each.signature):
                return checkpoint
            break
    raise VerificationFailed("ledger.checkpoint_signature", name=key_name)


def _signature(line: str) -> Signature:
    dash, name, encoded = line[:2], *line[2:].split(" ")
    signed = _decoded(encoded)
    if dash != _DASH or not _name(name) or len(signed) <= 4:
        raise ValueError
    return Signature(name, signed[:4].hex(), signed[4:].hex())


def _decoded(encoded: str) -> bytes:
    data = base64.b64decode(encoded, validate=True)
    # The last digit has bits that mean nothing: one text for one checkpoint.
    if base64.b64encode(data).decode() != encoded:
        raise ValueError
    return data


def _name(name: str) -> bool:
    return bool(name) and "+" not in name and name.isprintable() and not any(map(str.isspace, name))


def _key_hash(name: str, public: bytes) -> str:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4].hex()
