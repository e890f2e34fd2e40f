"""Asking for many rows by key: a few fixed statements, whatever the number of keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from zeroerror.store.connection import Connection, Row

#: Below the number of parameters that either database takes in one statement.
LARGEST = 512


@lru_cache(maxsize=256)
def _filled(sql: str, places: int) -> str:
    return sql.replace("(?*)", "(" + ", ".join(["?"] * places) + ")")


def many(conn: Connection, sql: str, keys: Sequence[str] | Sequence[int]) -> Iterator[Row]:
    """The rows of `sql`, whose `(?*)` stands for the keys.

    The last key is repeated up to a power of two, so that there are ten statements to prepare and not five
    hundred.
    """
    for start in range(0, len(keys), LARGEST):
        part: list[str | int] = list(keys[start : start + LARGEST])
        places = 1 << (len(part) - 1).bit_length()
        part.extend([part[-1]] * (places - len(part)))
        yield from conn.all(_filled(sql, places), part)
