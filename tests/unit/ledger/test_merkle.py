"""The tree is RFC 6962's: every root and proof held against the recursive definition, read word by word."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zeroerror.ledger import merkle
from zeroerror.ledger.leaf import LedgerError, leaf_hash

#: The leaves of the Certificate Transparency test vectors, and the roots of the trees over the first n.
CT_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
MOST = 40
HASHES = tuple(leaf_hash(bytes([number])) for number in range(MOST))


@cache
def tree_hash(hashes: tuple[str, ...]) -> str:
    """MTH of RFC 6962 §2.1, over leaf hashes."""
    if not hashes:
        return hashlib.sha256(b"").hexdigest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    left, right = tree_hash(hashes[:k]), tree_hash(hashes[k:])
    return hashlib.sha256(b"\1" + bytes.fromhex(left + right)).hexdigest()


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, hashes: tuple[str, ...]) -> list[str]:
    """PATH of RFC 6962 §2.1.1."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), tree_hash(hashes[k:])]
    return [*path(m - k, hashes[k:]), tree_hash(hashes[:k])]


def subproof(m: int, hashes: tuple[str, ...], whole: bool) -> list[str]:
    """SUBPROOF of RFC 6962 §2.1.2."""
    if m == len(hashes):
        return [] if whole else [tree_hash(hashes)]
    k = split(len(hashes))
    if m <= k:
        return [*subproof(m, hashes[:k], whole), tree_hash(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), tree_hash(hashes[:k])]


def frontier(hashes: Sequence[str]) -> str:
    return merkle.append("", hashes)


@pytest.mark.parametrize(("count", "root"), CT_ROOTS.items())
def test_the_published_roots_come_out(count: int, root: str) -> None:
    assert merkle.root(frontier([leaf_hash(bytes.fromhex(each)) for each in CT_LEAVES[:count]])) == root


@pytest.mark.parametrize("count", range(MOST))
def test_the_root_is_the_recursive_one(count: int) -> None:
    assert merkle.root(frontier(HASHES[:count])) == tree_hash(HASHES[:count])
    assert merkle.size(frontier(HASHES[:count])) == count


@given(st.lists(st.integers(0, 9), max_size=6))
@settings(max_examples=50, deadline=None)
def test_it_does_not_matter_in_what_portions_leaves_are_appended(portions: list[int]) -> None:
    text, start = "", 0
    for portion in portions:
        text = merkle.append(text, HASHES[start % 30 : start % 30 + portion])
        start += portion
    whole: list[str] = []
    start = 0
    for portion in portions:
        whole += HASHES[start % 30 : start % 30 + portion]
        start += portion
    assert text == frontier(whole)


def test_every_leaf_is_shown_to_be_in_every_tree() -> None:
    for count in range(1, MOST):
        root = tree_hash(HASHES[:count])
        for index in range(count):
            proof = merkle.inclusion_proof(HASHES[:count], index)
            assert proof == path(index, HASHES[:count])
            assert merkle.verify_inclusion(HASHES[index], index, count, proof, root)


def test_every_beginning_is_shown_to_be_one() -> None:
    for count in range(1, MOST):
        for first in range(1, count + 1):
            proof = merkle.consistency_proof(HASHES[:count], first)
            assert proof == subproof(first, HASHES[:count], True)
            roots = tree_hash(HASHES[:first]), tree_hash(HASHES[:count])
            assert merkle.verify_consistency(first, count, *roots, proof)


@given(st.integers(1, MOST), st.data())
@settings(max_examples=100, deadline=None)
def test_a_changed_inclusion_proof_shows_nothing(count: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, count - 1))
    proof, root = merkle.inclusion_proof(HASHES[:count], index), tree_hash(HASHES[:count])
    other = leaf_hash(b"other")
    assert not merkle.verify_inclusion(other, index, count, proof, root)
    assert not merkle.verify_inclusion(HASHES[index], index, count, proof, other)
    assert not merkle.verify_inclusion(HASHES[index], index, count, [*proof, other], root)
    assert not merkle.verify_inclusion(HASHES[index], count, count, proof, root)
    # A tree twice the size has a longer way to its root.
    assert not merkle.verify_inclusion(
        HASHES[0], 0, 2 * count, merkle.inclusion_proof(HASHES[:count], 0), root
    )
    assert not merkle.verify_inclusion(HASHES[index], index, count, ["zz"], root)
    for place in range(len(proof)):
        assert not merkle.verify_inclusion(
            HASHES[index], index, count, [*proof[:place], other, *proof[place + 1 :]], root
        )
        assert not merkle.verify_inclusion(HASHES[index], index, count, proof[:place], root)


@given(st.integers(2, MOST), st.data())
@settings(max_examples=100, deadline=None)
def test_a_changed_consistency_proof_shows_nothing(count: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, count - 1))
    proof = merkle.consistency_proof(HASHES[:count], first)
    before, after = tree_hash(HASHES[:first]), tree_hash(HASHES[:count])
    other = leaf_hash(b"other")
    assert not merkle.verify_consistency(first, count, other, after, proof)
    assert not merkle.verify_consistency(first, count, before, other, proof)
    assert not merkle.verify_consistency(first, count, before, after, [*proof, other])
    assert not merkle.verify_consistency(first, count, before, after, ["zz"])
    assert not merkle.verify_consistency(0, count, before, after, proof)
    assert not merkle.verify_consistency(first, 2 * count, before, after, proof)
    for place in range(len(proof)):
        wrong = [*proof[:place], other, *proof[place + 1 :]]
        assert not merkle.verify_consistency(first, count, before, after, wrong)
        assert not merkle.verify_consistency(first, count, before, after, proof[:place])


@pytest.mark.parametrize("text", ["x", "1", "1:", "3:" + "00" * 32, "1:zz", "1:00", "0:", "-1:" + "00" * 32])
def test_a_text_that_is_no_frontier_is_refused(text: str) -> None:
    with pytest.raises(LedgerError):
        merkle.root(text)


def test_proofs_are_asked_for_within_the_tree() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            merkle.inclusion_proof(HASHES[:3], index)
    for first in (0, 4):
        with pytest.raises(IndexError):
            merkle.consistency_proof(HASHES[:3], first)


def test_many_leaves_at_once_and_one_after_another_give_the_same_frontier() -> None:
    hashes = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(3_000)]
    one_by_one = ""
    for each in hashes:
        one_by_one = merkle.append(one_by_one, [each])
    assert merkle.append("", hashes) == one_by_one
    assert merkle.append(merkle.append("", hashes[:1_500]), hashes[1_500:]) == one_by_one
    assert merkle.append(merkle.append("", hashes[:1_024]), iter(hashes[1_024:])) == one_by_one
