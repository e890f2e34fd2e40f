"""A command's leaves are the same bytes, whichever way they are written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zeroerror.ledger import series
from zeroerror.ledger.leaf import Leaf, LedgerError, canonical, encode
from zeroerror.ledger.series import Series, signed_text
from zeroerror.model.event import Event

_TEXT = st.text(st.characters(codec="utf-8"), max_size=10)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=8,
)
_BODIES = st.dictionaries(st.from_regex("[a-z_]{1,8}", fullmatch=True), _VALUES, max_size=6)


def first_of(actor: str, origin: str, command: str, parts: int) -> Leaf:
    return Leaf(
        rules=1,
        origin=origin,
        index=0,
        time="2026-11-23T01:00:00.000000Z",
        stream="institution",
        seq=1,
        stream_previous="",
        kind="definition_published",
        body={},
        command=command,
        part=1,
        parts=parts,
        actor=actor,
        capacity={"kind": "own", "for": None},
        definition=None,
        previous="",
        signed={"command": {"id": command}, "key": "0a", "signature": "0b"},
    )


def series_of(first: Leaf) -> Series:
    """What writes the leaves of its command."""
    return Series(
        rules=first.rules,
        origin=first.origin,
        time=first.time,
        command=first.command,
        parts=first.parts,
        actor=first.actor,
        capacity=first.capacity,
    )


@example('a"b', "a\\", "a\n", [("e\u0301", {}, 'x"'), ("BW-2026-0001", {}, "键")])
@given(_TEXT, _TEXT, _TEXT, st.lists(st.tuples(_TEXT, _BODIES, st.none() | _TEXT), min_size=1, max_size=4))
def test_a_series_writes_what_encode_writes(
    actor: str, origin: str, command: str, events: list[tuple[str, dict[str, Any], str | None]]
) -> None:
    first = first_of(actor, origin, command, len(events))
    written = series_of(first)
    signed = signed_text(canonical({"id": command}).decode(), "0a", "0b")
    for part, (stream, body, definition) in enumerate(events, 1):
        leaf = replace(
            first,
            index=part,
            part=part,
            stream=stream,
            seq=part,
            stream_previous="ab",
            previous="cd",
            kind="step_left",
            body=body,
            definition=definition,
            signed=first.signed if part == 1 else None,
        )
        data = written.encode(
            Event(stream, "step_left", body),
            index=part,
            part=part,
            previous="cd",
            seq=part,
            stream_previous="ab",
            definition=definition,
            signed=signed if part == 1 else "null",
        )
        assert data == encode(leaf)


def test_what_can_stand_in_no_leaf_stands_in_no_series(monkeypatch: pytest.MonkeyPatch) -> None:
    following = series_of(first_of("a", "o", "c", 2))
    place: dict[str, Any] = {
        "index": 1,
        "part": 2,
        "previous": "",
        "seq": 1,
        "stream_previous": "",
        "definition": None,
    }
    with pytest.raises(LedgerError):
        following.encode(Event("s", "k", {"amount": 1.5}), **place)
    monkeypatch.setattr(series, "SIZE_MAX", 100)
    with pytest.raises(LedgerError, match="too_large"):
        following.encode(Event("s", "k", {}), **place)
