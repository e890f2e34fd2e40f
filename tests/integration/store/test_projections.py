"""What is written into the projection is read back, and what has moved on is not overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.integration.store.samples import MADE, finding, left, task, visit
from zeroerror.model.command import Payload
from zeroerror.model.errors import Busy
from zeroerror.model.finding import CHANGES, Answerer, Attribution
from zeroerror.model.visit import DueChange
from zeroerror.store import projections, reads
from zeroerror.store.connection import Connection
from zeroerror.store.errors import Conflict
from zeroerror.store.reads.afterwards import AFTERWARDS

HOUR = timedelta(hours=1)


def test_a_task_is_read_back_with_its_visits_in_the_order_they_were_entered(conn: Connection) -> None:
    # A later visit of an earlier step: neither the steps' names nor their numbers are the order.
    made = task("BW-2026-0007", visit("z"), visit("a"), visit("z", 2), visit("m"))
    with conn.write():
        projections.save_task(conn, None, made)
    assert reads.task(conn, made.id) == made
    assert reads.tasks_by_id(conn, [made.id, "BW-2026-0008"]) == {made.id: made}
    assert reads.task(conn, "BW-2026-0008") is None


def test_an_act_writes_what_it_changed_and_its_due_dates_once(conn: Connection) -> None:
    before = task("BW-2026-0001", visit("draft"), visit("read"))
    with conn.write():
        projections.save_task(conn, None, before)
    done, other = before.visits
    moved = replace(other, dues=(*other.dues, DueChange(MADE + 30 * HOUR, None, MADE, 9, "extended")))
    whole = DueChange(MADE + 90 * HOUR, None, MADE, 9, "recomputed")
    after = replace(
        before,
        visits=(left(done, 9), moved, visit("review", hours=20)),
        dues=(*before.dues, whole),
        seq=4,
    )
    with conn.write():
        projections.save_task(conn, before, after)
    assert reads.task(conn, before.id) == after
    dues = reads.due_between(conn, MADE, MADE + 1000 * HOUR)
    assert [(each.step, each.due_at - MADE) for each in dues] == [
        ("draft", 8 * HOUR),
        ("read", 8 * HOUR),
        ("review", 20 * HOUR),
        ("read", 30 * HOUR),
    ]
    assert [each.due_at for each in reads.task_due_between(conn, MADE, MADE + 1000 * HOUR)] == [
        MADE + 90 * HOUR,
        MADE + timedelta(days=7),
    ]


def test_a_task_that_has_moved_on_is_not_overwritten(conn: Connection) -> None:
    before = task()
    first, second = replace(before, seq=2, office="甲"), replace(before, seq=2, office="乙")
    with conn.write():
        projections.save_task(conn, None, before)
    with conn.write():
        projections.save_task(conn, before, first)
    with pytest.raises(Busy) as moved, conn.write():
        projections.save_task(conn, before, second)
    assert moved.value.code == "store.moved_on"
    assert reads.task(conn, before.id) == first


def test_a_number_is_given_once_and_never_goes_back(conn: Connection) -> None:
    with conn.write():
        projections.insert_tasks(conn, [task(f"BW-2026-{number:04d}") for number in (1, 3)])
    with conn.write():
        projections.insert_tasks(conn, [task("BW-2026-0002"), task("BW-2025-0009"), task("imported 7")])
    assert reads.last_number(conn, "BW", 2026) == 3
    assert reads.last_number(conn, "BW", 2025) == 9
    assert reads.last_number(conn, "JD", 2026) == 0
    with pytest.raises(Conflict), conn.write():
        projections.insert_tasks(conn, [task("BW-2026-0003")])


def test_a_finding_stands_once_and_is_found_by_whom_it_names(conn: Connection) -> None:
    made = [finding(number) for number in (1, 2)]
    with conn.write():
        projections.save_task(conn, None, task())
        projections.insert_findings(conn, made)
    assert reads.findings(conn, reads.FindingFilter(person="zhang")) == made
    with pytest.raises(Conflict), conn.write():
        projections.insert_findings(conn, [replace(made[0], id="F-other")])
    # Another slip under an id that is given would take the place of the first without a word.
    other = replace(finding(3), id=made[0].id, state="cured")
    with pytest.raises(Conflict), conn.write():
        projections.insert_findings(conn, [other])
    with pytest.raises(Busy), conn.write():
        projections.save_finding(conn, other, 12)
    assert reads.finding(conn, made[0].id) == made[0]
    revised = replace(
        made[0],
        state="cured",
        lead=replace(made[0].lead, attribution=Attribution((), ("facts",), "director", (1,))),
        history=(made[0].lead.attribution,),
    )
    with conn.write():
        projections.save_finding(conn, revised, 12)
    assert reads.finding(conn, revised.id) == revised
    assert reads.findings(conn, reads.FindingFilter(person="zhang")) == [made[1]]
    assert reads.findings(conn, reads.FindingFilter(person="director")) == [revised]
    assert reads.findings(conn, reads.FindingFilter(state="open", office="提案委")) == [made[1]]
    assert reads.findings_by_fingerprint(conn, [made[1].lead.fingerprint, "x"]) == {
        made[1].lead.fingerprint: made[1]
    }
    assert reads.findings_by_id(conn, [made[1].id, "F-none"]) == {made[1].id: made[1]}
    assert reads.findings_of_tasks(conn, ["BW-2026-0001"]) == {"BW-2026-0001": [revised, made[1]]}


def test_somebody_named_twice_in_a_finding_is_named_once_in_its_list(conn: Connection) -> None:
    made = finding(1)
    both = (*made.lead.attribution.answerers, Answerer("zhang", "lead", {}, "attribution.plain"))
    attribution = replace(made.lead.attribution, answerers=both, clarifier="zhang")
    with conn.write():
        projections.insert_findings(conn, [replace(made, lead=replace(made.lead, attribution=attribution))])
    assert len(reads.findings(conn, reads.FindingFilter(person="zhang"))) == 1


def test_a_slot_is_run_once(conn: Connection) -> None:
    content = {"audit": "daily", "counts": {"opened": 1}}
    with conn.write():
        projections.save_slot(conn, "daily", MADE, index=3, seen=2, content=content)
    with pytest.raises(Conflict), conn.write():
        projections.save_slot(conn, "daily", MADE, index=4, seen=3, content=content)
    slot = reads.last_slot(conn, "daily")
    assert slot == reads.slot(conn, "daily", MADE) == reads.slots(conn)[0]
    assert slot is not None and (slot.idx, slot.seen, slot.content) == (3, 2, content)


def test_what_holds_for_the_institution_is_replaced_and_its_definitions_are_kept(conn: Connection) -> None:
    with conn.write():
        for index in (1, 2):
            projections.save_document(conn, "calendar", {"year": index}, f"digest {index}", index)
            projections.save_definition(
                conn,
                digest=f"d{index}",
                id="a/b",
                text="t",
                overlays=(),
                effective="{}",
                table="{}",
                index=index,
            )
    document = reads.document(conn, "calendar")
    assert document is not None and (document.content, document.idx) == ({"year": 2}, 2)
    assert reads.workflows(conn) == {"a/b": "d2"}
    assert reads.definition(conn, "d1") is not None
    with conn.write():
        # An earlier definition put in force again keeps the leaf that first published it.
        projections.save_definition(
            conn, digest="d1", id="a/b", text="t", overlays=(), effective="{}", table="{}", index=9
        )
    first = reads.definition(conn, "d1")
    assert first is not None and first.idx == 1
    assert reads.workflow_digest(conn, "a/b") == "d1"


def test_a_key_ends_once_and_a_proposal_is_what_became_of_it(conn: Connection) -> None:
    with conn.write():
        projections.save_key(conn, id="k", person="zhang", public="p", index=2)
        projections.end_key(conn, "k", 7)
        projections.end_key(conn, "k", 9)
        for status, index in (("open", 3), ("confirmed", 4)):
            projections.save_proposal(
                conn,
                id="P-1",
                kind="leave",
                status=status,
                proposer="zhang",
                about=None,
                content=[],
                index=index,
            )
    assert reads.key(conn, "k") == reads.Key("k", "zhang", "p", 2, 7)
    assert [(each.status, each.idx) for each in reads.proposals(conn)] == [("confirmed", 4)]
    assert reads.proposals(conn, "open") == []


def test_a_sealed_text_is_kept_as_it_was_first_written_and_erased_without_a_trace(conn: Connection) -> None:
    with conn.write():
        projections.save_payloads(conn, [Payload("d1", "s", "姓名"), Payload("d2", "s", "事由")])
        projections.save_payloads(conn, [Payload("d1", "s", "别的")])
    assert reads.texts(conn, ["d1", "d2", "d3"]) == {"d1": "姓名", "d2": "事由"}
    with conn.write():
        assert projections.erase_payload(conn, "d1")
        assert not projections.erase_payload(conn, "d3")
        projections.save_payloads(conn, [Payload("d1", "s", "姓名")])
    assert reads.texts(conn, ["d1"]) == {"d1": None}
    assert list(reads.payloads(conn)) == [("d1", None, None), ("d2", "s", "事由")]


def test_many_keys_are_asked_for_in_few_statements(conn: Connection) -> None:
    made = [task(f"BW-2026-{number:04d}") for number in range(1, 1100)]
    with conn.write():
        projections.insert_tasks(conn, made)
    ids = [each.id for each in made]
    assert list(reads.tasks_by_id(conn, ids)) == ids
    assert [each.id for each in reads.tasks(conn, reads.TaskFilter(after=ids[1000], limit=5))] == ids[
        1001:1006
    ]


def test_what_a_pass_looks_at_lies_within_its_bounds(conn: Connection) -> None:
    # (previous, slot]: what fell due at the previous slot was its own.
    with conn.write():
        projections.save_task(
            conn, None, task("BW-2026-0001", *(visit(f"s{hours}", hours=hours) for hours in (1, 2, 3)))
        )
    found = reads.due_between(conn, MADE + 1 * HOUR, MADE + 2 * HOUR)
    assert [each.step for each in found] == ["s2"]
    assert [each.step for each in reads.warn_between(conn, MADE, MADE + HOUR)] == ["s2"]
    assert [each.step for each in reads.open_and_past(conn, MADE + 2 * HOUR)] == ["s1", "s2"]
    assert [each.step for each in reads.due_soon(conn, MADE + HOUR)] == ["s2"]


def test_whatever_changes_a_finding_is_found_by_its_index() -> None:
    assert all(f"'{kind}'" in AFTERWARDS for kind in CHANGES)
