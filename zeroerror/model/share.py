"""How many are enough: shares as they are written in rules of procedure, counted without ever rounding.

以上 includes the figure itself and 超过 does not (民法典 第一千二百五十九条); 过半数 is more than the half.
"""

from __future__ import annotations

from collections.abc import Mapping

from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a number of persons, and whether that part itself is enough."""

    numerator: int
    denominator: int
    inclusive: bool


#: Every share that a definition may name, as it is written there.
SHARES: Mapping[str, Share] = {
    "半数以上": Share(1, 2, inclusive=True),
    "过半数": Share(1, 2, inclusive=False),
    "三分之二以上": Share(2, 3, inclusive=True),
    "超过三分之二": Share(2, 3, inclusive=False),
    "四分之三以上": Share(3, 4, inclusive=True),
    "全体": Share(1, 1, inclusive=True),
}


def number(enough: str) -> int | None:
    """The number of persons that is enough, where a number is written; None of a share."""
    return None if enough in SHARES else int(enough)


def reached(enough: str, count: int, of: int) -> bool:
    """Whether so many of so many are enough; of nobody, nothing is ever enough."""
    if of <= 0:
        return False
    share = SHARES.get(enough)
    if share is None:
        return count >= int(enough)
    # Multiplied out, so that two thirds of seven is neither 4.66 nor 5.
    left, right = count * share.denominator, of * share.numerator
    return left >= right if share.inclusive else left > right


def fewest(enough: str, of: int) -> int:
    """The fewest that are enough of so many."""
    share = SHARES.get(enough)
    if share is None:
        return int(enough)
    whole, over = divmod(of * share.numerator, share.denominator)
    return whole + 1 if over or not share.inclusive else whole
