"""Verifying a ledger: everything decided and folded again, beside hashing the same stored bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from tests.bench.fixture import ERRAND, Staff, directory, finishings, hand_in, institution, openings
from tests.bench.measure import Line, pairs
from zeroerror.service import log
from zeroerror.service.chain import verify_chain
from zeroerror.service.institution import Institution


def run(quick: bool) -> Iterator[Line]:
    """The whole of it, and the chain alone, as every slot does it for what is new."""
    size, rounds = (30, 1) if quick else (1_000, 3)
    with directory() as path, institution(path / "home") as inst:
        staff = Staff(inst)
        ids = hand_in(inst, openings(inst, staff, ERRAND, size, lambda _: {"by": "2027-03-31"}))
        hand_in(inst, finishings(inst, staff, ids))
        leaves, size_mb = inst.conn.one("SELECT count(*), sum(length(bytes)) / 1e6 FROM leaf") or (0, 0.0)
        more = {"leaves": leaves, "megabytes": round(size_mb, 2), "commands": 2 * size}

        def whole(_place: int) -> None:
            found = log.verify(inst)
            assert found.ok, found.problems[:3]

        def chain(_place: int) -> None:
            assert not verify_chain(inst.conn, 0)

        yield _line(
            inst,
            "verify",
            "log verify: signatures, outcomes decided again, replay = tables",
            whole,
            rounds,
            more,
        )
        yield _line(
            inst,
            "verify.chain",
            "each leaf read strictly and held against the one before",
            chain,
            rounds,
            more,
        )


def _line(
    inst: Institution, name: str, what: str, ours: Callable[[int], None], rounds: int, more: dict[str, Any]
) -> Line:
    measured, floor = pairs(ours, lambda _: _hashed(inst), rounds, warm=0)
    return Line(
        name=name,
        what=what,
        floor_source="SELECT the same stored bytes in order, chained SHA-256 over them",
        measured=measured * 1e3,
        floor=floor * 1e3,
        unit="ms",
        n=rounds,
        target=None,
        more=more,
    )


def _hashed(inst: Institution) -> str:
    previous = b""
    for (data,) in inst.conn.execute("SELECT bytes FROM leaf ORDER BY idx").fetchall():
        previous = hashlib.sha256(previous + data).digest()
    return previous.hex()
