"""The leaves of one command: the same bytes as `leaf.encode` gives, without asking the same again.

All that they share is written once, and the signed command is taken as it was written for its signature; what
it makes is held against `leaf.encode` by a test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zeroerror.ledger.leaf import FORMAT, SIZE_MAX, LedgerError, canonical
from zeroerror.model.event import Event


def body_text(event: Event) -> str:
    """An event's body as canonical JSON; raises LedgerError for one that has no such form."""
    if event.text is None:
        object.__setattr__(event, "text", canonical(event.body).decode())
    assert event.text is not None, "it has just been written"
    return event.text


def signed_text(command: str, key: str, signature: str) -> str:
    """The signed command as a first leaf carries it; `command` is its canonical JSON, the others are hex."""
    return f'{{"command":{command},"key":"{key}","signature":"{signature}"}}'


#: Ids, hashes and instants: nothing in them is written otherwise than it is.
_as_it_is = re.compile(r"[A-Za-z0-9_:./-]*").fullmatch


def _text(value: str) -> str:
    """A text as canonical JSON."""
    return f'"{value}"' if _as_it_is(value) else canonical(value).decode()


class Series:
    """Writes the leaves of one command: what is given here, they share."""

    def __init__(
        self,
        *,
        rules: int,
        origin: str,
        time: str,
        command: str,
        parts: int,
        actor: str,
        capacity: Mapping[str, Any],
    ) -> None:
        self._before = f'{{"actor":{_text(actor)},"body":'
        self._capacity = (
            f',"capacity":{canonical(capacity).decode()},"command":{_text(command)},"definition":'
        )
        self._format = f',"format":{FORMAT},"index":'
        self._origin = f',"origin":{_text(origin)},"part":'
        self._parts = f',"parts":{parts},"previous":"'
        self._rules = f'","rules":{rules},"seq":'
        self._time = f'","time":{_text(time)}}}'
        self._said: dict[str | None, str] = {}

    def encode(
        self,
        event: Event,
        *,
        index: int,
        part: int,
        previous: str,
        seq: int,
        stream_previous: str,
        definition: str | None,
        signed: str = "null",
    ) -> bytes:
        """The bytes of one leaf; raises LedgerError if its body has no canonical form, or it is too large.

        `signed` is the text of what its first leaf carries, as `signed_text` gives it.
        """
        data = (
            f"{self._before}{body_text(event)}{self._capacity}{self._known(definition)}{self._format}{index}"
            f',"kind":"{event.kind}"{self._origin}{part}{self._parts}{previous}{self._rules}{seq}'
            f',"signed":{signed},"stream":{_text(event.stream)}'
            f',"stream_previous":"{stream_previous}{self._time}'
        ).encode()
        if len(data) > SIZE_MAX:
            raise LedgerError("ledger.leaf_too_large", size=len(data), most=SIZE_MAX)
        return data

    def _known(self, value: str | None) -> str:
        """A definition's digest as JSON, or null; each stands on many leaves."""
        found = self._said.get(value)
        if found is None:
            found = self._said[value] = "null" if value is None else _text(value)
        return found
