"""What is to go out, as the ledger's events say: a message an event, with nothing in it that a leaf does not hold.

Whoever reads an outbox or a group's channel may be anybody, so a message names tasks, steps, offices' slots and
ids, and never a sealed text or a person's name (design §7); what there is to know stands behind a command that
asks who is asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.event import INSTITUTION
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.value import dataclass
from zeroerror.service.audits import begun
from zeroerror.service.history import position_at
from zeroerror.service.institution import Institution
from zeroerror.service.reporting import periods_reported
from zeroerror.store import reads
from zeroerror.text import Language, say

#: What happened longer ago is not news any more: a home restored from a backup does not send last year's again.
NEWS_FOR = timedelta(days=3)
_SINCE = """SELECT idx, kind, time, bytes FROM leaf WHERE stream = ? AND idx >= ? AND kind IN (?, ?, ?)
    ORDER BY seq"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what happened, and for whom it is, where it is for somebody."""

    #: The event's index and kind, by which it can never be two.
    id: str
    kind: str
    params: Mapping[str, Any]
    #: The ids of those it is for; for whoever carries it, and not for a channel that many read.
    to: tuple[str, ...]

    def title(self, language: Language) -> str:
        """Its one line."""
        return say(f"message.{self.kind}_title", self.params, language)

    def body(self, language: Language) -> str:
        """What it says, for anybody to read."""
        return say(f"message.{self.kind}", self.params, language)


def messages(inst: Institution) -> Iterator[Message]:
    """What has happened lately that is to go out, in the order of the ledger.

    A slot that was passed over has no message of its own: what it found goes out once, with the one that was
    run in time (design §8).
    """
    zone = ZoneInfo(inst.calendar.zone)
    since = position_at(inst.conn, to_text(inst.now() - NEWS_FOR))
    passed_over = {
        each.lead.due_at for each in reads.findings(inst.conn, reads.FindingFilter(rule="slot_missed"))
    }
    beside = {"institution": inst.name, "simulated": inst.simulated or None}
    for index, kind, time, data in inst.conn.all(_SINCE, (INSTITUTION, since, *_TOLD)):
        body = decode_fast(data).body
        if kind == "slot_run":
            yield from _periods(inst, index, body, beside)
        if kind == "slot_run" and from_text(body["slot"]) in passed_over:
            continue
        told = {**beside, "at": from_text(time).astimezone(zone), **_TOLD[kind](body, zone)}
        yield Message(f"{index:08d}-{kind}", kind, told, tuple(body.get("to", ())))


def _periods(
    inst: Institution, index: int, body: Mapping[str, Any], beside: Mapping[str, Any]
) -> Iterator[Message]:
    """The weeks and months that ended before this slot and after the one before it."""
    previous = begun(inst) if body["previous"] is None else from_text(body["previous"])
    for kind, period in periods_reported(inst, previous, from_text(body["slot"])):
        told = {**beside, "period": period.name, "report": f"reports/{period.name}/"}
        yield Message(f"{index:08d}-{kind}", kind, told, ())


def _slot(body: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    local = from_text(body["slot"]).astimezone(zone)
    return {"slot": local, "report": f"reports/{local:%Y-%m-%d-%H%M}/", **body["counts"]}


def _notice(body: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    return {key: body[key] for key in ("notice", "task", "step", "level", "finding")}


def _correction(body: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    return {key: body[key] for key in ("finding", "why")}


#: What each kind of event tells.
_TOLD: Mapping[str, Callable[[Mapping[str, Any], ZoneInfo], dict[str, Any]]] = {
    "slot_run": _slot,
    "notice_given": _notice,
    "correction_sent": _correction,
}
