"""Signatures over commands: Ed25519 (RFC 8032), over a named prefix and the command's canonical JSON."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zeroerror.ledger.leaf import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: How this ledger's leaves are hashed and its commands signed; another suite would be another origin.
SUITE = "sha256+ed25519"
_COMMAND = b"zeroerror/command/1\n"


class PrivateKey:
    """A private key: its 32 bytes (RFC 8032 §5.1.5), turned into a key when first used."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise ValueError("a private key has 32 bytes")
        self.seed = seed

    def __repr__(self) -> str:
        # Never the key itself: this text may end in a log.
        return f"PrivateKey({key_id(public_hex(self))})"

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        # Reads sign nothing, so they do not pay for the import.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> bytes:
        """The public key's 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign_bytes(self, message: bytes) -> bytes:
        """The 64 bytes of the signature over a message."""
        return self._key.sign(message)


def message(command: Mapping[str, Any]) -> bytes:
    """The bytes that are signed for a command; raises LedgerError for what is no canonical JSON."""
    return _COMMAND + canonical(command)


def sign(private: PrivateKey, command: Mapping[str, Any]) -> str:
    """The signature over a command, in hex."""
    return private.sign_bytes(message(command)).hex()


def sign_written(private: PrivateKey, command: bytes) -> str:
    """The signature over a command that has been written as canonical JSON already, in hex."""
    return private.sign_bytes(_COMMAND + command).hex()


def verify(public: str, command: Mapping[str, Any], signature: str) -> bool:
    """Whether the signature, in hex, is that key's over that command."""
    return verify_bytes(public, message(command), signature)


def verify_bytes(public: str, data: bytes, signature: str) -> bool:
    """Whether the signature, in hex, is that key's over these bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def generate() -> PrivateKey:
    """A new private key."""
    return PrivateKey(secrets.token_bytes(32))


def public_hex(private: PrivateKey) -> str:
    """The public key of a private one, in hex."""
    return private.public.hex()


def key_id(public: str) -> str:
    """The short name of a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]
