"""The tree over the leaves (RFC 6962 §2.1): its frontier, its root, and proofs that somebody else can check.

The frontier is the size and the roots of the full subtrees, from the largest to the smallest, as one text:
`5:hex,hex`. The empty text is the empty tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice

from zeroerror.ledger.leaf import LedgerError

#: So many leaves are hashed level by level; a power of two.
_TOGETHER = 1024
#: The root of the empty tree.
EMPTY = hashlib.sha256(b"").hexdigest()


def append(frontier: str, hashes: Iterable[str]) -> str:
    """The frontier with more leaves' hashes; raises LedgerError for a text that is no frontier."""
    count, nodes = _read(frontier)
    coming = iter(hashes)
    while part := [bytes.fromhex(each) for each in islice(coming, _TOGETHER)]:
        # Where they fill a subtree of their own, its levels are made one after another, in a third of the time.
        full = len(part) == _TOGETHER and count % _TOGETHER == 0
        for node in [_full(part)] if full else part:
            step = _TOGETHER if full else 1
            count += step
            trailing = count // step
            # A full subtree is closed for every 1 that turned into a 0 in the binary count.
            while trailing % 2 == 0:
                node = _node(nodes.pop(), node)
                trailing //= 2
            nodes.append(node)
    return "" if count == 0 else f"{count}:{','.join(node.hex() for node in nodes)}"


def root(frontier: str) -> str:
    """The tree's root, in hex; raises LedgerError for a text that is no frontier."""
    _, nodes = _read(frontier)
    if not nodes:
        return EMPTY
    node = nodes.pop()
    while nodes:
        node = _node(nodes.pop(), node)
    return node.hex()


def size(frontier: str) -> int:
    """How many leaves the tree has; raises LedgerError for a text that is no frontier."""
    return _read(frontier)[0]


def inclusion_proof(hashes: Sequence[str], index: int) -> list[str]:
    """What shows that the leaf at `index` is in the tree over all of these; IndexError outside it."""
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    proof: list[str] = []
    start, end = 0, len(hashes)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_subroot(hashes, middle, end).hex())
            end = middle
        else:
            proof.append(_subroot(hashes, start, middle).hex())
            start = middle
    return proof[::-1]


def verify_inclusion(leaf: str, index: int, size: int, proof: Sequence[str], root: str) -> bool:
    """Whether the proof shows that leaf at that index of the tree of that size (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last = index, size - 1
    try:
        node = bytes.fromhex(leaf)
        for each in map(bytes.fromhex, proof):
            if last == 0:
                return False
            if at % 2 == 1 or at == last:
                node = _node(each, node)
                while at % 2 == 0 and at:
                    at, last = at // 2, last // 2
            else:
                node = _node(node, each)
            at, last = at // 2, last // 2
    except ValueError:
        return False
    return last == 0 and node.hex() == root


def consistency_proof(hashes: Sequence[str], first: int) -> list[str]:
    """What shows that the tree over the first leaves begins the tree over all; IndexError outside."""
    if not 0 < first <= len(hashes):
        raise IndexError(first)
    proof: list[str] = []
    start, end = 0, len(hashes)
    # Whether the subtree looked at is the whole first tree, whose root the other side has already.
    whole = True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            proof.append(_subroot(hashes, middle, end).hex())
            end = middle
        else:
            proof.append(_subroot(hashes, start, middle).hex())
            start, whole = middle, False
    if not whole:
        proof.append(_subroot(hashes, start, end).hex())
    return proof[::-1]


def verify_consistency(
    first: int, second: int, first_root: str, second_root: str, proof: Sequence[str]
) -> bool:
    """Whether the proof shows the first tree to be the beginning of the second (RFC 9162 §2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second:
        return False
    try:
        path = [bytes.fromhex(each) for each in proof]
        if first & (first - 1) == 0:
            path.insert(0, bytes.fromhex(first_root))
    except ValueError:
        return False
    if not path:
        return False
    at, last = first - 1, second - 1
    while at % 2 == 1:
        at, last = at // 2, last // 2
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at % 2 == 1 or at == last:
            old, new = _node(each, old), _node(each, new)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            new = _node(new, each)
        at, last = at // 2, last // 2
    return last == 0 and (old.hex(), new.hex()) == (first_root, second_root)


def _read(frontier: str) -> tuple[int, list[bytes]]:
    if not frontier:
        return 0, []
    count, _, texts = frontier.partition(":")
    try:
        nodes = [bytes.fromhex(text) for text in texts.split(",")]
        number = int(count)
    except ValueError:
        raise LedgerError("ledger.wrong_frontier") from None
    if number < 1 or number.bit_count() != len(nodes) or any(len(node) != 32 for node in nodes):
        raise LedgerError("ledger.wrong_frontier")
    return number, nodes


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _full(level: list[bytes]) -> bytes:
    """The root of a subtree over a power of two of leaves."""
    sha256 = hashlib.sha256
    while len(level) > 1:
        pairs = iter(level)
        level = [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]


def _split(count: int) -> int:
    """The largest power of two below a count of at least two."""
    return 1 << ((count - 1).bit_length() - 1)


def _subroot(hashes: Sequence[str], start: int, end: int) -> bytes:
    return bytes.fromhex(root(append("", hashes[start:end])))
