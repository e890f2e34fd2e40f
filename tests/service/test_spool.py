"""Events that wait: the same come out that went in, in order, as often as asked, from memory and from the file."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from zeroerror.ledger.series import body_text
from zeroerror.model.event import Event
from zeroerror.service import spool
from zeroerror.service.spool import Spool

AWKWARD = ("a\tb", "a\nb", "a\r\nb", "a\u2028b", '"\\', "条例", "\x00", "")


def events(count: int) -> list[Event]:
    return [
        Event(f"BW-2026-{place:04d}", "task_noted", {"note": AWKWARD[place % len(AWKWARD)], "place": place})
        for place in range(count)
    ]


@pytest.mark.parametrize("held", [1, 3, 1000])
def test_what_was_put_in_comes_out_in_order_and_again(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "HELD", held)
    made, waiting = events(20), Spool()
    for start in range(0, len(made), 7):
        waiting.add(made[start : start + 7])
        # Going through them in between moves nothing.
        assert list(waiting) == made[: start + 7]
    assert len(waiting) == len(made)
    for _ in range(2):
        assert list(waiting) == made
        assert [each.text for each in waiting if each.text] in ([], [body_text(each) for each in made])


def test_many_do_not_wait_in_memory() -> None:
    waiting = Spool()
    for _ in range(4):
        waiting.add(events(spool.HELD // 2))
        assert len(waiting._held) < spool.HELD


def test_a_body_that_python_cannot_write_is_read_from_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "HELD", 2)
    made = [Event("a", "task_noted", MappingProxyType({"note": each})) for each in AWKWARD]
    waiting = Spool()
    waiting.add(made)
    assert [(each.stream, each.kind, dict(each.body)) for each in waiting] == [
        (each.stream, each.kind, dict(each.body)) for each in made
    ]
