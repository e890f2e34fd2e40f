"""Plans in a campaign: what each slot owes by them, reckoned from the leaves' times alone, and what was opened.

Nothing of the product's own reckoning is used: a slot owes what the plans that stood in the ledger at its instant
want of the month, quarter and year in which it lies by Shanghai's clock, and that no slot before it has owed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.campaign.tally import Tally
from tests.oracle.house import GENERAL, HERE
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.instant import from_text
from zeroerror.service import publish
from zeroerror.service.institution import Institution
from zeroerror.store import reads

#: Nobody is late with them and nobody who is to see to them is ever away, so that the findings are as without them.
WORKFLOW: dict[str, Any] = {
    "id": "handling/planned",
    "format": "1",
    "title": "计划事项",
    "basis": "样例",
    "family": "handling",
    "visible_to": ["office", "leaders", "auditor"],
    "fields": {
        "title": {"title": "事项", "type": "text", "required": "open", "plain": "true"},
        "person": {"title": "落实人", "type": "person", "required": "open", "plain": "true"},
    },
    "steps": {
        "hold": {
            "title": "落实",
            "owner": {"field": "person"},
            "actions": {"finish": {"title": "已开展", "end": "done"}},
        }
    },
}
_SETTINGS = "SELECT bytes, time FROM leaf WHERE kind IN ('genesis', 'settings_applied') ORDER BY idx"
_OPENED = "SELECT bytes, command FROM leaf WHERE kind = 'plan_opened' ORDER BY idx"
_RAN = "SELECT bytes, command FROM leaf WHERE kind = 'slot_run' ORDER BY idx"


class Owed(NamedTuple):
    """One task that a plan owes: which time, in which period, and whose."""

    plan: str
    period: str
    office: str
    person: str | None
    place: str | None
    number: int


def plans(rng: Random) -> dict[str, Any]:
    """Plans as their file writes them, some of each kind."""
    kinds = rng.sample(("month", "quarter", "year"), rng.choice((1, 2, 3)))
    targets = (
        [{"office": GENERAL}],
        [{"office": HERE, "person": "top", "place": "青龙镇"}, {"office": GENERAL}],
        [{"office": GENERAL, "person": "mid"}],
    )
    return {
        "plans": [
            {
                "id": f"每{each}",
                "title": "样例",
                "every": each,
                "count": str(rng.choice((1, 1, 2, 3))),
                "for": rng.choice(targets),
            }
            for each in kinds
        ]
    }


def prepare(home: Path, rng: Random) -> None:
    """Plans that are in force from the beginning, and the definition that they use."""
    for name, doc in (("config/plans.yaml", plans(rng)), ("workflows/handling/planned.yaml", WORKFLOW)):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(json.dumps(doc, ensure_ascii=False, indent=1), "utf-8")


def change(inst: Institution, proposer: Any, home: Path, rng: Random) -> Any:
    """Other plans, proposed."""
    path = home / "config" / "plans.yaml"
    path.write_text(json.dumps(plans(rng), ensure_ascii=False, indent=1), "utf-8")
    return publish.apply_settings(inst, proposer, path)


def held(inst: Institution, tally: Tally) -> None:
    """Each task that a slot owed was opened once, by the command of that slot, and no other was."""
    wanted = _owed(inst)
    slots = {command: decode_fast(data).body["slot"] for data, command in inst.conn.all(_RAN)}
    opened = [(decode_fast(data).body, command) for data, command in inst.conn.all(_OPENED)]
    found = [(Owed(*(body[key] for key in Owed._fields)), body["task"], command) for body, command in opened]
    times = Counter(owed for owed, _, _ in found)
    tally.counts["planned tasks"] += len(wanted)
    for owed, slot in wanted.items():
        if not times[owed]:
            tally.fault("missed", f"{owed} was owed at {slot}, and not opened")
    for owed, count in times.items():
        if count > 1:
            tally.fault("doubled", f"{owed} was opened {count} times")
    for owed, task, command in found:
        at = from_text(slots[command]) if command in slots else None
        if wanted.get(owed) != at:
            tally.fault("wrong", f"{owed} was opened at {at}, and owed at {wanted.get(owed)}")
        if reads.task(inst.conn, task) is None:
            tally.fault("lost", f"{task} was opened for {owed}, and is not there")


def _owed(inst: Institution) -> dict[Owed, datetime]:
    """What plans want, each with the slot that owes it first."""
    told = [
        (from_text(time), decode_fast(data).body["settings"]["plans"])
        for data, time in inst.conn.all(_SETTINGS)
    ]
    wanted: dict[Owed, datetime] = {}
    for row in reads.slots(inst.conn):
        doc = [each for time, each in told if time <= row.slot][-1]
        for owed in _wanted(doc, row.slot + timedelta(hours=8)):
            wanted.setdefault(owed, row.slot)
    return wanted


def _wanted(doc: dict[str, Any], there: datetime) -> Iterator[Owed]:
    periods = {
        "month": there.strftime("%Y-%m"),
        "quarter": f"{there.year}-Q{(there.month + 2) // 3}",
        "year": str(there.year),
    }
    for plan in doc["plans"]:
        for each in plan["for"]:
            for number in range(int(plan["count"])):
                yield Owed(
                    plan["id"],
                    periods[plan["every"]],
                    each["office"],
                    each.get("person"),
                    each.get("place"),
                    number + 1,
                )
