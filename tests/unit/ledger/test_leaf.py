"""A leaf's bytes are the one way to write it, and nothing else is read as a leaf."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ledger.exports import ledger
from zeroerror.ledger.leaf import (
    DEPTH_MAX,
    SIZE_MAX,
    LedgerError,
    canonical,
    decode,
    decode_fast,
    encode,
    payload_digest,
)

NFC = st.text(max_size=12).map(lambda text: unicodedata.normalize("NFC", text))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | NFC
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)
    ),
    max_leaves=12,
)
LEAVES = ledger().leaves


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_canonical_gives_the_bytes_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_canonical_is_its_own_fixed_point(value: Any) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.5, "ledger.not_a_value"),
        (float("nan"), "ledger.not_a_value"),
        ([1, {"a": 2.0}], "ledger.not_a_value"),
        (2**53, "ledger.integer_too_large"),
        (-(2**53), "ledger.integer_too_large"),
        ({"键": 1}, "ledger.key_not_ascii"),
        ({1: "a"}, "ledger.key_not_ascii"),
        ({None: "a"}, "ledger.key_not_ascii"),
        (b"bytes", "ledger.not_a_value"),
        ({1, 2}, "ledger.not_a_value"),
        ("\ud800", "ledger.not_text"),
    ],
)
def test_canonical_refuses_what_two_readers_could_read_differently(value: object, code: str) -> None:
    with pytest.raises(LedgerError) as caught:
        canonical(value)
    assert caught.value.code == code


def test_text_is_written_composed_wherever_it_stands() -> None:
    assert canonical({"a": ["e\u0301", ("e\u0301",)]}) == canonical({"a": ["é", ["é"]]})


def test_a_combining_mark_does_not_join_the_escape_before_it() -> None:
    assert json.loads(canonical("\n\u0301")) == "\n\u0301"


def test_any_mapping_is_written_as_an_object() -> None:
    assert canonical(MappingProxyType({"b": 1, "a": MappingProxyType({})})) == b'{"a":{},"b":1}'


def test_nesting_has_an_end() -> None:
    value: list[Any] = []
    for _ in range(DEPTH_MAX):
        value = [value]
    with pytest.raises(LedgerError, match="too_deep"):
        canonical(value)
    assert canonical(value[0])


@pytest.mark.parametrize("data", LEAVES, ids=range(len(LEAVES)))
def test_a_leaf_read_and_written_again_is_the_same(data: bytes) -> None:
    assert encode(decode(data)) == data
    assert decode_fast(data) == decode(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b'"actor"', b' "actor"', 1),
        lambda data: data.replace(b'"index":0', b'"index":0.0', 1),
        lambda data: data.replace(b'"index":0', b'"index":-0', 1),
        lambda data: data.replace(b'"index":0', b'"index":0,"index":0', 1),
        lambda data: data.replace(b'"index":0', b'"index":false', 1),
        lambda data: data.replace(b'"index":0', b'"indey":0', 1),
        lambda data: data.replace(b'"index":0', b'"index":"0"', 1),
        lambda data: data.replace("政".encode(), b"\\u653f", 1),
        lambda data: data.replace("政".encode(), "e\u0301".encode(), 1),
        lambda data: data.replace(b'"format":1', b'"format":2', 1),
        lambda data: data + b"\n",
        lambda data: data[:-1],
        lambda data: data.replace(b'"part":1', b'"part":2', 1),
        lambda data: data.replace(b'"part":1', b'"part":3', 1),
        lambda data: b"[" * 5000 + b"]" * 5000,
        lambda data: b"[]",
        lambda data: b"\xff",
    ],
)
def test_other_bytes_are_no_leaf(change: Any) -> None:
    changed = change(LEAVES[0])
    assert changed != LEAVES[0]
    with pytest.raises(LedgerError):
        decode(changed)


def test_a_leaf_that_could_not_be_read_back_is_not_written() -> None:
    leaf = decode(LEAVES[0])
    for wrong in (
        replace(leaf, signed=None),
        replace(leaf, part=2),
        replace(leaf, signed={"command": {}}),
        replace(leaf, time=None),  # type: ignore[arg-type]  # what a caller's mistake would be
        replace(leaf, format=2),
    ):
        with pytest.raises(LedgerError):
            encode(wrong)


def test_a_leaf_has_a_largest_size() -> None:
    with pytest.raises(LedgerError, match="leaf_too_large"):
        encode(replace(decode(LEAVES[0]), body={"text": "x" * SIZE_MAX}))


def test_a_payloads_digest_depends_on_salt_and_composed_text() -> None:
    salt = "00" * 16
    assert payload_digest(salt, "é") == payload_digest(salt, "e\u0301")
    assert payload_digest(salt, "é") != payload_digest("01" * 16, "é")
    assert payload_digest(salt, "é") != payload_digest(salt, "e")
