"""Whoever owns the database, and even the machine's key, cannot change what happened without being found out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service.conftest import MONDAY
from tests.service.forger import Data, Forger, leaf_like
from tests.service.house import House, done_of
from zeroerror.ledger import signing
from zeroerror.model.errors import UsageError, VerificationFailed
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.service import identity, log, proposals, sandbox, tasks
from zeroerror.service.front import Options, Request, submit
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import open_institution
from zeroerror.service.outcomes import content_digest
from zeroerror.store import reads
from zeroerror.store.errors import Conflict, StoreError


def history(house: House, directory: Path) -> None:
    """Something of everything: opened, handed in, returned, passed, denied, asked, confirmed, enrolled, audited."""
    task = house.open()
    house.try_advance(house.director, task, "submit")
    house.submit(task, directory)
    house.advance(house.director, task, "return", reason="格式不合规范")
    house.submit(task, directory)
    house.advance(house.director, task, "pass")
    done_of(tasks.note(house.inst, house.actor(house.clerk), task, "已与来文单位沟通"))
    fresh = signing.PrivateKey(bytes(range(32)))
    done_of(identity.enrol(house.inst, house.actor("tangmin"), house.clerk, signing.public_hex(fresh)))
    confirm(house, house.leader)
    done_of(identity.revoke(house.inst, house.actor("tangmin"), signing.key_id(signing.public_hex(fresh))))
    confirm(house, house.leader)
    second = house.open()
    house.run_slots("2026-11-26 09:30")
    house.submit(second, directory)


def confirm(house: House, person: str) -> None:
    waiting = proposals.proposals(house.inst)[0]["id"]
    done_of(proposals.confirm(house.inst, house.actor(person), [waiting]))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home with a history, to be copied for each attack."""
    home = tmp_path_factory.mktemp("tampering") / "home"
    initialise(home, at=MONDAY, simulated=True, passphrase="demo")
    with open_institution(home) as inst:
        history(House(inst), home.parent)
    return home


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of the home; what a test leaves of it is thrown away."""
    home = tmp_path / "home"
    shutil.copytree(template, home)
    with open_institution(home) as inst:
        yield House(inst)


def found(house: House) -> list[tuple[str, int | None]]:
    """What a verification finds: codes, and the index where there is one."""
    return [(each.code, each.params.get("index")) for each in log.verify(house.inst).problems]


def test_both_databases_find_a_return_that_says_pass(database: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    initialise(home, at=MONDAY, database=database, simulated=True, passphrase="demo")
    with open_institution(home) as inst:
        house = House(inst)
        history(house, tmp_path)
        assert found(house) == []
        forger = Forger(inst.conn)
        index = passed_instead_of_returned(forger, house)
        forger.write(tables=False)
        assert found(house)[0] == ("verify.outcome_differs", index)


def test_the_history_itself_is_sound(house: House) -> None:
    assert found(house) == []


def test_a_forger_who_changes_nothing_is_not_found(house: House) -> None:
    """The forger mends everything that can be mended, so that what is found below is the change itself."""
    Forger(house.inst.conn).write()
    assert found(house) == []


def at(forger: Forger, kind: str, change: Callable[[Data], None], place: int = 0, **body: object) -> int:
    index = forger.find(kind, place, **body)
    change(forger.leaves[index])
    return index


def passed_instead_of_returned(forger: Forger, house: House) -> int:
    """A signed return whose leaf says pass."""
    index = forger.find("step_left", action="return")
    forger.leaves[index]["body"] |= {"action": "pass", "outcome": "done", "fault": None, "reason": None}
    entered = forger.leaves[index + 1]["body"]
    entered |= forger.leaves[forger.find("step_entered", step="sign")]["body"]
    forger.delete(index + 2, forger.find("step_entered", step="sign") + 1)
    return index


def another_doer(forger: Forger, house: House) -> int:
    return at(forger, "step_left", lambda leaf: leaf["body"].update(doer=house.colleague))


def another_actor(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    for leaf in forger.leaves[index : index + 2]:
        leaf["actor"] = house.colleague
    return index


def another_actor_with_his_name_in_the_body(forger: Forger, house: House) -> int:
    another_doer(forger, house)
    return another_actor(forger, house)


def another_capacity(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    for leaf in forger.leaves[index : index + 2]:
        leaf["capacity"] = {"kind": "cover", "for": "提案委/起草"}
    return index


def another_due_date(forger: Forger, house: House) -> int:
    later = "2026-12-31T09:30:00.000000Z"
    return at(forger, "step_entered", lambda leaf: leaf["body"].update(due_at=later)) - 1


def another_owner(forger: Forger, house: House) -> int:
    index = at(forger, "step_entered", lambda leaf: leaf["body"].update(person=house.colleague))
    return index - 1


def a_part_at_another_time(forger: Forger, house: House) -> int:
    return at(forger, "step_entered", lambda leaf: leaf.update(time="2026-11-23T01:00:00.000001Z")) - 1


def another_definition_in_the_leaf(forger: Forger, house: House) -> int:
    return at(forger, "step_left", lambda leaf: leaf.update(definition="0" * 64))


def other_rules(forger: Forger, house: House) -> int:
    index = forger.find("denied")
    forger.leaves[index]["rules"] = 7
    return index


def the_signature_of_another_command(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    other = forger.signer(forger.find("step_left", 2))
    forger.leaves[index]["signed"]["signature"] = other["signature"]
    return index


def a_later_command_of_the_same_hand(forger: Forger, house: House) -> int:
    """The whole signed object of another valid command."""
    index = forger.find("step_left")
    forger.leaves[index]["signed"] = leaf_like(forger.signer(forger.find("step_left", 2)))
    return index


def signed_by_the_machine(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    forger.sign_again(index, house.inst.machine().private)
    return index


def signed_by_a_key_enrolled_later(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    forger.sign_again(index, signing.PrivateKey(bytes(range(32))))
    return index


def signed_by_a_revoked_key(forger: Forger, house: House) -> int:
    index = forger.find("step_left", -1)
    forger.sign_again(index, signing.PrivateKey(bytes(range(32))))
    return index


def signed_by_nobody(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    forger.sign_again(index, signing.PrivateKey(bytes(32)))
    return index


def handed_in_twice(forger: Forger, house: House) -> int:
    """An old remark once more, with its own signature and its own id."""
    index = len(forger.leaves)
    forger.append(leaf_like(forger.leaves[forger.find("task_noted")], time=forger.leaves[-1]["time"]))
    return index


def handed_in_twice_under_another_id(forger: Forger, house: House) -> int:
    index = len(forger.leaves)
    forger.append(
        leaf_like(forger.leaves[forger.find("task_noted")], time=forger.leaves[-1]["time"], command="f" * 32)
    )
    return index


def a_command_taken_out(forger: Forger, house: House) -> int:
    index = forger.find("step_left", action="return")
    forger.delete(index, index + 2)
    return index


def a_denial_taken_out(forger: Forger, house: House) -> int:
    """Nobody built upon it; but whoever signed a task's last leaf after it signed another hash."""
    index = forger.find("denied")
    forger.delete(index, index + 1)
    return index + 2


def two_commands_changed_round(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    leaves = forger.leaves
    leaves[index : index + 4] = [*leaves[index + 2 : index + 4], *leaves[index : index + 2]]
    return index


def half_a_command(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    forger.delete(index + 1, index + 2)
    return index + 1


def by_the_machine(forger: Forger, house: House, kind: str, body: Data, events: list[Event]) -> int:
    """A command that the machine's key has really signed, put at the end."""
    machine, last = house.inst.machine(), forger.leaves[-1]
    command = {
        **forger.signer(forger.find("slot_run"))["command"],
        "id": "e" * 32,
        "kind": kind,
        "body": {**body, "content": content_digest(events)},
        "targets": [],
    }
    signed = {"command": command, "key": machine.key, "signature": signing.sign(machine.private, command)}
    for part, event in enumerate(events, 1):
        forger.append(
            leaf_like(
                last,
                stream=event.stream,
                kind=event.kind,
                body=dict(event.body),
                command="e" * 32,
                part=part,
                parts=len(events),
                actor="machine",
                capacity=command["capacity"],
                definition=None,
                signed=signed if part == 1 else None,
            )
        )
    return len(forger.leaves) - len(events)


def a_second_genesis(forger: Forger, house: House) -> int:
    """The machine's key enrols whom it likes."""
    private = signing.PrivateKey(bytes(32))
    public = signing.public_hex(private)
    body = leaf_like(forger.leaves[0]["body"])
    body["keys"] = [{"id": signing.key_id(public), "person": house.leader, "public": public}]
    return by_the_machine(forger, house, "genesis", {}, [Event(INSTITUTION, "genesis", body)])


def a_definition_by_the_machine(forger: Forger, house: House) -> int:
    body = forger.leaves[forger.find("definition_published")]["body"]
    return by_the_machine(forger, house, "genesis", {}, [Event(INSTITUTION, "definition_published", body)])


def an_import_that_closes_a_living_task(forger: Forger, house: House) -> int:
    task = forger.leaves[forger.find("task_opened", 1)]["stream"]
    closed = {"status": "closed", "outcome": "done", "closed_at": forger.leaves[-1]["time"]}
    return by_the_machine(forger, house, "import", {}, [Event(task, "task_closed", closed)])


def a_key_enrolled_by_a_denial(forger: Forger, house: House) -> int:
    private = signing.PrivateKey(bytes(32))
    public = signing.public_hex(private)
    key = {"id": signing.key_id(public), "person": house.leader, "public": public}
    return by_the_machine(forger, house, "deny", {}, [Event(INSTITUTION, "key_enrolled", key)])


def a_pass_of_a_later_slot(forger: Forger, house: House) -> int:
    """The machine's key skips the slots between; the decider says what such a pass would find."""
    index = forger.find("slot_run", -1)
    first = index - forger.leaves[index]["part"] + 1
    body = forger.leaves[first]["signed"]["command"]["body"]
    body["slot"] = forger.leaves[index]["body"]["slot"] = "2026-11-26T09:00:00.000000Z"
    forger.sign_again(first, house.inst.machine().private)
    return int(first)


def an_event_of_no_known_kind(forger: Forger, house: House) -> int:
    return at(forger, "task_noted", lambda leaf: leaf.update(kind="task_forgotten"))


def a_body_without_its_fields(forger: Forger, house: House) -> int:
    return at(forger, "step_left", lambda leaf: leaf.update(body={}))


def a_command_without_its_fields(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    command = {"origin": house.inst.origin}
    private = house.actor(house.clerk).private
    forger.leaves[index]["signed"] |= {"command": command, "signature": signing.sign(private, command)}
    return index


def a_time_that_is_none(forger: Forger, house: House) -> int:
    index = forger.find("step_left")
    for leaf in forger.leaves[index : index + 2]:
        leaf["time"] = "2026-11-23T01:00:00.00000yesterday"
    return index


def a_finding_taken_out(forger: Forger, house: House) -> int:
    index = forger.find("finding_opened")
    first = int(index - forger.leaves[index]["part"] + 1)
    run = [leaf for leaf in forger.leaves if leaf["command"] == forger.leaves[index]["command"]]
    kept = [leaf for leaf in run if leaf["kind"] != "finding_opened"]
    for part, leaf in enumerate(kept, 1):
        leaf.update(part=part, parts=len(kept))
    forger.leaves[first : first + len(run)] = kept
    return first


def a_finding_against_somebody_else(forger: Forger, house: House) -> int:
    index = forger.find("finding_opened", rule="step_overdue")
    leaf = forger.leaves[index]
    text = json.dumps(leaf["body"], ensure_ascii=False).replace(f'"{house.clerk}"', f'"{house.director}"')
    leaf["body"] = json.loads(text)
    return int(index - leaf["part"] + 1)


ATTACKS: list[Callable[[Forger, House], int]] = [
    passed_instead_of_returned,
    another_doer,
    another_actor,
    another_actor_with_his_name_in_the_body,
    another_capacity,
    another_due_date,
    another_owner,
    a_part_at_another_time,
    another_definition_in_the_leaf,
    other_rules,
    the_signature_of_another_command,
    a_later_command_of_the_same_hand,
    signed_by_the_machine,
    signed_by_a_key_enrolled_later,
    signed_by_a_revoked_key,
    signed_by_nobody,
    handed_in_twice,
    handed_in_twice_under_another_id,
    a_command_taken_out,
    a_denial_taken_out,
    two_commands_changed_round,
    half_a_command,
    a_second_genesis,
    a_definition_by_the_machine,
    an_import_that_closes_a_living_task,
    a_key_enrolled_by_a_denial,
    a_pass_of_a_later_slot,
    an_event_of_no_known_kind,
    a_body_without_its_fields,
    a_command_without_its_fields,
    a_time_that_is_none,
    a_finding_taken_out,
    a_finding_against_somebody_else,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_what_was_rewritten_is_found_where_it_stands(
    house: House, attack: Callable[[Forger, House], int]
) -> None:
    """The forger has mended indices, chain, tree, head and tables; the first bad leaf is named all the same."""
    forger = Forger(house.inst.conn)
    index = attack(forger, house)
    try:
        forger.write()
    except (KeyError, ValueError, Conflict):
        forger.write(tables=False)
    problems = found(house)
    assert problems, attack.__name__
    assert problems[0][1] == index, problems


#: One row of each table changed by hand, and one taken out; the leaves stay as they are.
ROWS = (
    "UPDATE task SET office = '经济委' WHERE id = (SELECT min(id) FROM task)",
    "UPDATE task SET state = replace(state, 'yangyan', 'longhai')",
    "UPDATE visit SET person = 'longhai' WHERE step = 'draft'",
    "UPDATE visit SET due_at = '2027-01-01T00:00:00.000000Z' WHERE step = 'draft'",
    "DELETE FROM visit WHERE step = 'sign'",
    "DELETE FROM visit_due",
    "UPDATE document SET content = replace(content, 'zhanghui', 'longhai') WHERE name = 'organisation'",
    "UPDATE document SET digest = 'x' WHERE name = 'calendar'",
    "UPDATE definition SET tbl = replace(tbl, 'review', 'issue')",
    "UPDATE workflow SET digest = (SELECT digest FROM definition WHERE id = 'oversight/explain')",
    "UPDATE key SET until_idx = NULL",
    "UPDATE key SET person = 'zhanghui' WHERE person = 'longhai'",
    "UPDATE proposal SET status = 'open'",
    "UPDATE number SET last = 0",
    "UPDATE finding SET state = 'voided'",
    "DELETE FROM finding_person",
    "DELETE FROM slot",
    "UPDATE slot SET seen = 0",
    "UPDATE head SET size = size - 1",
    "UPDATE head SET frontier = ''",
    "UPDATE head SET time = ''",
    "DELETE FROM head",
    "UPDATE meta SET origin = 'zeroerror/0000000000000000'",
    "DELETE FROM meta",
    "UPDATE payload SET text = '另一个理由' WHERE digest = (SELECT min(digest) FROM payload)",
    "UPDATE payload SET salt = 'x' WHERE digest = (SELECT min(digest) FROM payload)",
    "UPDATE payload SET text = NULL WHERE digest = (SELECT min(digest) FROM payload)",
    "UPDATE payload SET text = NULL, salt = NULL WHERE digest = (SELECT min(digest) FROM payload)",
    "DELETE FROM payload WHERE digest = (SELECT min(digest) FROM payload)",
    "UPDATE leaf SET kind = 'step_left' WHERE idx = :at",
    "UPDATE leaf SET stream = 'institution' WHERE idx = :at",
    "UPDATE leaf SET command = 'x' WHERE idx = :at",
    "UPDATE leaf SET hash = (SELECT hash FROM leaf WHERE idx = 3) WHERE idx = :at",
    "UPDATE leaf SET bytes = CAST(replace(CAST(bytes AS TEXT), 'yangyan', 'longhai') AS BLOB) WHERE idx = :at",
    "UPDATE leaf SET bytes = x'00' WHERE idx = :at",
    "UPDATE leaf SET idx = 1000 WHERE idx = :at",
    "DELETE FROM leaf WHERE idx = :at",
    "DELETE FROM leaf WHERE idx = (SELECT max(idx) FROM leaf)",
    "INSERT INTO leaf SELECT idx + 1000, hash, stream, seq, command, part, kind, time, bytes FROM leaf WHERE idx = :at",
    "INSERT INTO leaf SELECT -1, hash, stream, seq, command, part, kind, time, bytes FROM leaf WHERE idx = :at",
)


@pytest.mark.parametrize("statement", ROWS)
def test_a_row_changed_by_hand_is_found(house: House, statement: str) -> None:
    forger = Forger(house.inst.conn)
    forger.open_doors()
    at = forger.find("step_entered")
    house.inst.conn.execute(statement.replace(":at", str(at)))
    assert found(house), statement
    if " idx = :at" in statement and "INSERT" not in statement:
        assert found(house)[0][1] == at


def test_a_tail_cut_off_clean_is_found_by_the_receipts_and_by_a_checkpoint(
    house: House, tmp_path: Path
) -> None:
    """The forger has a ledger that is perfectly in order, only shorter."""
    taken = tmp_path / "taken.txt"
    taken.write_text(log.checkpoint_of(house.inst), "utf-8")
    forger = Forger(house.inst.conn)
    size, cut = len(forger.leaves), len(forger.leaves) - forger.leaves[-1]["parts"]
    forger.delete(cut, size)
    forger.write()
    # The command kept a receipt for each task that it moved; the last is of its last leaf.
    beyond = found(house)
    assert {code for code, _ in beyond} == {"verify.receipt_beyond"}
    assert max(index or 0 for _, index in beyond) == size - 1
    shutil.rmtree(house.inst.home / "receipts")
    assert found(house) == []
    problems = log.verify(house.inst, [taken]).problems
    assert [(each.code, each.params["index"], each.params["size"]) for each in problems] == [
        ("verify.checkpoint_beyond", cut, size)
    ]


def test_a_leaf_changed_by_hand_is_not_told_as_an_end_cut_off(house: House, tmp_path: Path) -> None:
    """Reading ends at the changed leaf; that the others are there still, a checkpoint of them does not doubt."""
    taken = tmp_path / "taken.txt"
    taken.write_text(log.checkpoint_of(house.inst), "utf-8")
    forger = Forger(house.inst.conn)
    forger.open_doors()
    at = forger.find("step_entered")
    house.inst.conn.execute(f"UPDATE leaf SET time = '2026-11-23T00:00:00.000Z' WHERE idx = {at}")
    problems = log.verify(house.inst, [taken]).problems
    assert [(each.code, each.params["index"]) for each in problems] == [("verify.row_differs", at)]


def test_a_ledger_written_anew_with_every_key_is_found_by_the_receipts_and_by_a_checkpoint(
    house: House, tmp_path: Path
) -> None:
    """The forger has the clerk's own key too: the last handing in never was; a remark of his stands there."""
    taken = tmp_path / "taken.txt"
    taken.write_text(log.checkpoint_of(house.inst), "utf-8")
    forger = Forger(house.inst.conn)
    size = len(forger.leaves)
    forger.delete(size - forger.leaves[-1]["parts"], size)
    forger.write()
    shutil.rmtree(house.inst.home / "receipts")
    house = House(house.inst)
    task = str(forger.leaves[forger.find("task_opened", 1)]["stream"])
    for text in "一二三四五六":
        done_of(tasks.note(house.inst, house.actor(house.clerk), task, text))
    assert found(house) == []
    problems = log.verify(house.inst, [taken]).problems
    assert [each.code for each in problems] == ["verify.checkpoint_differs"]


def test_a_checkpoint_of_another_ledger_or_with_another_signature_is_told(
    house: House, tmp_path: Path
) -> None:
    ours = log.checkpoint_of(house.inst)
    for name, text in (("other", ours.replace(house.inst.origin, "zeroerror/0123")), ("none", "x")):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        problems = log.verify(house.inst, [path]).problems
        assert [(each.code, each.params["file"]) for each in problems] == [
            ("verify.checkpoint_foreign", str(path))
        ]


def submitted(house: House, directory: Path) -> str:
    """A task that waits for its review."""
    task = house.open()
    house.submit(task, directory)
    return task


def test_every_command_leaves_its_author_a_receipt_that_the_ledger_bears_out(
    house: House, tmp_path: Path
) -> None:
    receipt = house.advance(house.director, submitted(house, tmp_path), "return", reason="再改")
    kept = (house.inst.home / "receipts" / f"{house.director}.jsonl").read_text("utf-8").splitlines()
    assert json.loads(kept[-1]) == {
        "origin": house.inst.origin,
        "command": receipt.command,
        "index": receipt.index,
        "digest": receipt.digest,
    }
    assert found(house) == []


def test_a_receipt_of_another_ledger_is_told(house: House) -> None:
    path = house.inst.home / "receipts" / f"{house.clerk}.jsonl"
    path.write_text(path.read_text("utf-8").replace(house.inst.origin, "zeroerror/0123"), "utf-8")
    assert {code for code, _ in found(house)} == {"verify.receipt_elsewhere"}


def test_a_receipt_cut_off_by_a_crash_says_nothing(house: House) -> None:
    path = house.inst.home / "receipts" / f"{house.clerk}.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write('{"origin": "zero')
    assert found(house) == []


def test_a_disk_that_takes_no_receipt_does_not_undo_what_was_done(house: House) -> None:
    path = house.inst.home / "receipts" / f"{house.clerk}.jsonl"
    path.unlink()
    path.mkdir()
    receipt = done_of(tasks.note(house.inst, house.actor(house.clerk), house.open(house.colleague), "一"))
    assert [each["code"] for each in receipt.warnings] == ["engine.receipt_not_kept"]


def test_a_definition_whose_text_is_not_what_it_does_is_not_confirmed(house: House) -> None:
    """People read the text; a table beside it that leads elsewhere would be confirmed unseen."""
    row = reads.definition(house.inst.conn, reads.workflow_digest(house.inst.conn, "document/outgoing") or "")
    assert row is not None
    table = json.loads(row.table)
    table["moves"] = [
        [step, action, None if (step, action) == ("review", "pass") else to]
        for step, action, to in table["moves"]
    ]
    forged = {
        "id": row.id,
        "digest": row.digest,
        "text": row.text,
        "effective": row.effective,
        "table": json.dumps(table),
        "replaces": row.digest,
    }
    done_of(proposals.propose(house.inst, house.actor("tangmin"), "publish_definition", forged))
    (id,) = [each["id"] for each in proposals.proposals(house.inst)]
    with pytest.raises(VerificationFailed, match="definition_forged"):
        proposals.confirm(house.inst, house.actor(house.leader), [id])
    # Somebody whose program does not ask is found out by the ledger.
    request = Request("confirm", {"proposals": [id]})
    done_of(submit(house.inst, house.actor(house.leader), request, Options()))
    assert [code for code, _ in found(house)] == ["verify.definition_forged"]


def test_a_leaf_altered_and_mended_stays_found_and_the_ledger_verifies_again(
    database: str, tmp_path: Path
) -> None:
    """What a slot found wrong with the ledger is signed with its pass: nobody could find it again once it is mended."""
    home = tmp_path / "home"
    initialise(home, at=MONDAY, database=database, simulated=True, passphrase="demo")
    with open_institution(home) as inst:
        house = House(inst)
        task = house.open()
        index = done_of(tasks.note(inst, house.actor(house.clerk), task, "已与来文单位沟通")).index
        before = sandbox.tamper(inst, index, lambda leaf: leaf.replace(b'"part":1', b'"part":2'))
        assert [each["rule"] for each in house.run_slots("2026-11-23 17:30")] == ["ledger_mismatch"]
        assert found(house) != []
        sandbox.tamper(inst, index, lambda _: before)
        assert found(house) == []
        # The ledger keeps its triggers: nobody else may change a leaf.
        with pytest.raises(StoreError):
            inst.conn.execute("UPDATE leaf SET kind = 'x' WHERE idx = ?", (index,))
        assert "ledger_mismatch" not in {each["rule"] for each in house.run_slots("2026-11-24 08:40")}
        assert found(house) == []


def test_a_real_institution_has_no_such_door(tmp_path: Path) -> None:
    initialise(tmp_path / "home", at=MONDAY, simulated=False, passphrase="demo")
    with open_institution(tmp_path / "home") as inst, pytest.raises(UsageError) as raised:
        sandbox.tamper(inst, 0, lambda leaf: leaf)
    assert raised.value.code == "error.tamper_real"
