"""The leaves of one command after its first: the same bytes as `leaf.encode` gives, without asking the same again.

All that they share is written once. It is for commands of thousands of leaves, an import or a pass; what it
makes is held against `leaf.encode` by a test.
"""

from __future__ import annotations

from zeroerror.ledger.leaf import SIZE_MAX, Leaf, LedgerError, canonical
from zeroerror.model.event import Event


def body_text(event: Event) -> str:
    """An event's body as canonical JSON; raises LedgerError for one that has no such form."""
    if event.text is None:
        object.__setattr__(event, "text", canonical(event.body).decode())
    assert event.text is not None, "it has just been written"
    return event.text


class Series:
    """Writes the leaves that follow a command's first one."""

    def __init__(self, first: Leaf) -> None:
        def said(value: object) -> str:
            return canonical(value).decode()

        self._before = f'{{"actor":{said(first.actor)},"body":'
        self._capacity = f',"capacity":{said(first.capacity)},"command":{said(first.command)},"definition":'
        self._format = f',"format":{first.format},"index":'
        self._origin = f',"origin":{said(first.origin)},"part":'
        self._parts = f',"parts":{first.parts},"previous":"'
        self._rules = f'","rules":{first.rules},"seq":'
        self._time = f'","time":{said(first.time)}}}'
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
    ) -> bytes:
        """The bytes of one leaf; raises LedgerError if its body has no canonical form, or it is too large."""
        data = (
            f"{self._before}{body_text(event)}{self._capacity}{self._text(definition)}{self._format}{index}"
            f',"kind":"{event.kind}"{self._origin}{part}{self._parts}{previous}{self._rules}{seq}'
            f',"signed":null,"stream":{self._text(event.stream)}'
            f',"stream_previous":"{stream_previous}{self._time}'
        ).encode()
        if len(data) > SIZE_MAX:
            raise LedgerError("ledger.leaf_too_large", size=len(data), most=SIZE_MAX)
        return data

    def _text(self, value: str | None) -> str:
        """A text as JSON, or null; each is asked for on many leaves."""
        found = self._said.get(value)
        if found is None:
            found = self._said[value] = canonical(value).decode()
        return found
