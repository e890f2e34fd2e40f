"""A leaf: the bytes of one event, as `docs/leaf.md` describes them to the byte."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.value import dataclass

FORMAT = 1
#: A leaf's most bytes: a published definition or an organisation is far below it, a file is no leaf.
SIZE_MAX = 16 * 1024 * 1024
#: Integers are below this (RFC 8785: what every reader of JSON holds exactly).
INTEGER_END = 2**53
#: Deeper than any event; a reader must not be made to run out of its stack.
DEPTH_MAX = 64

_PAYLOAD = b"zeroerror/payload/1\n"


class LedgerError(ZeroErrorError):
    """The bytes are no leaf, or the value cannot stand in one."""

    code = "ledger.not_canonical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One event where it stands in the ledger; the hash before the first of all, or of a stream, is empty."""

    format: int = FORMAT
    #: The version of the deciders that made it.
    rules: int
    origin: str
    index: int
    time: str
    stream: str
    #: Its place in its stream, from 1.
    seq: int
    stream_previous: str
    kind: str
    body: Mapping[str, Any]
    command: str
    #: Part k of n of what the command yielded.
    part: int
    parts: int
    actor: str
    capacity: Mapping[str, Any]
    #: The digest of the definition under which an event of a task happens.
    definition: str | None
    previous: str
    #: `{"command": …, "key": id, "signature": hex}`, on part 1 only.
    signed: Mapping[str, Any] | None


_SHAPE: Mapping[str, type | tuple[type, ...]] = {
    "format": int,
    "rules": int,
    "origin": str,
    "index": int,
    "time": str,
    "stream": str,
    "seq": int,
    "stream_previous": str,
    "kind": str,
    # A dict first: to be one is asked in a tenth of the time that to be a Mapping takes.
    "body": (dict, Mapping),
    "command": str,
    "part": int,
    "parts": int,
    "actor": str,
    "capacity": (dict, Mapping),
    "definition": (str, type(None)),
    "previous": str,
    "signed": (dict, type(None), Mapping),
}
_SIGNED: Mapping[str, type | tuple[type, ...]] = {
    "command": (dict, Mapping),
    "key": str,
    "signature": str,
}
_FIELDS = tuple(_SHAPE.items())
_NAMES = tuple(_SHAPE)
_read_all = attrgetter(*_NAMES)


def canonical(value: object) -> bytes:
    """The one way to write a value as JSON; raises LedgerError for what has no such form, floats among it."""
    try:
        if not _plain(value, DEPTH_MAX):
            value = _normal(value)
        return _dumps(value).encode()
    except UnicodeEncodeError:
        raise LedgerError("ledger.not_text") from None


#: Built once: `json.dumps` with these arguments would build it at each call.
_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


def _plain(value: Any, depth: int) -> bool:
    """Whether the value may go to the writer as it is; raises LedgerError for what may not stand in it."""
    kind = type(value)
    if kind is dict:
        try:
            # In one call for all keys: joining refuses what is no text.
            ascii_keys = "".join(value).isascii()
        except TypeError:
            ascii_keys = False
        if not ascii_keys:
            key = next(each for each in value if type(each) is not str or not each.isascii())
            raise LedgerError("ledger.key_not_ascii", key=str(key)[:40])
        parts = value.values()
    elif kind is list or kind is tuple:
        parts = value
    elif isinstance(value, Mapping):
        _plain(dict(value), depth)
        return False
    elif value is None or kind in (str, int, bool):
        # A scalar alone is a list of one, which takes nothing of the depth.
        parts, depth = (value,), depth + 1
    else:
        raise LedgerError("ledger.not_a_value", type=kind.__name__)
    if depth == 0:
        raise LedgerError("ledger.too_deep", most=DEPTH_MAX)
    plain = True
    # Nearly all of a leaf are texts: a call for each of them would cost more than writing the leaf.
    for each in parts:
        kind = type(each)
        if kind is str:
            if not each.isascii() and not unicodedata.is_normalized("NFC", each):
                plain = False
        elif kind is int:
            if not -INTEGER_END < each < INTEGER_END:
                raise LedgerError("ledger.integer_too_large", value=str(each)[:40])
        elif each is not None and kind is not bool and not _plain(each, depth - 1):
            plain = False
    return plain


def _normal(value: object) -> object:
    """The value with each text in NFC and each mapping a dict."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _normal(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(each) for each in value]
    return value


def encode(leaf: Leaf) -> bytes:
    """The leaf's bytes; raises LedgerError for a leaf that could not be read back."""
    data = dict(zip(_NAMES, _read_all(leaf), strict=True))
    _check(data)
    encoded = canonical(data)
    if len(encoded) > SIZE_MAX:
        raise LedgerError("ledger.leaf_too_large", size=len(encoded), most=SIZE_MAX)
    return encoded


def decode(data: bytes) -> Leaf:
    """The leaf of its bytes; raises LedgerError unless writing it again gives exactly these."""
    if len(data) > SIZE_MAX:
        raise LedgerError("ledger.leaf_too_large", size=len(data), most=SIZE_MAX)
    try:
        read = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise LedgerError("ledger.not_json") from None
    if not isinstance(read, dict) or read.keys() != _SHAPE.keys():
        raise LedgerError("ledger.wrong_fields")
    _check(read)
    if canonical(read) != data:
        raise LedgerError()
    return Leaf(**read)


def decode_fast(data: bytes) -> Leaf:
    """The leaf of bytes that this ledger has written itself; no check of their form."""
    return Leaf(**json.loads(data))


def leaf_hash(data: bytes) -> str:
    """The hash of a leaf's bytes, in hex (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\0" + data).hexdigest()


def payload_digest(salt: str, text: str) -> str:
    """The digest by which a leaf names a text beside it; the salt is 16 bytes in hex."""
    words = text if text.isascii() else unicodedata.normalize("NFC", text)
    return hashlib.sha256(_PAYLOAD + bytes.fromhex(salt) + words.encode()).hexdigest()


def _check(data: Mapping[str, Any]) -> None:
    for name, kind in _FIELDS:
        value = data[name]
        # true and false are integers to Python, and are none here.
        if not isinstance(value, kind) or (kind is int and type(value) is not int):
            raise LedgerError("ledger.wrong_field", field=name)
    if data["format"] != FORMAT:
        raise LedgerError("ledger.unknown_format", format=data["format"], known=FORMAT)
    signed = data["signed"]
    if not 1 <= data["part"] <= data["parts"] or (data["part"] == 1) != (signed is not None):
        raise LedgerError("ledger.wrong_field", field="part")
    if signed is not None and (
        signed.keys() != _SIGNED.keys()
        or not all(isinstance(signed[name], kind) for name, kind in _SIGNED.items())
    ):
        raise LedgerError("ledger.wrong_field", field="signed")
