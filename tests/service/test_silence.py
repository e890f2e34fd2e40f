"""In turn, and silence: who is asked next, and what comes of no answer where the definition says it."""

from __future__ import annotations

from pathlib import Path

from tests.service.house import House, codes, done_of
from tests.service.test_countersigning import MORE, Text
from zeroerror.model.command import MACHINE, Target
from zeroerror.service import proposals, publish, tasks
from zeroerror.service.countersigning import let_lapse
from zeroerror.service.front import Options, Request, submit
from zeroerror.store import reads


def under(house: House, path: Path, **said: str) -> Text:
    """A text that is signed under a definition with another order, or with something to say of silence."""
    file = house.inst.home / "workflows" / "document" / "outgoing.yaml"
    more = "".join(f"      {key}: {value}\n" for key, value in said.items())
    old = "      signers: [{field: signers}]\n"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, old + more, 1), "utf-8")
    publisher = house.inst.organisation.all_entitled("secadmin", house.inst.now())[0]
    done_of(publish.publish(house.inst, house.actor(publisher), file))
    [waiting] = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting["id"]]))
    return Text(house, path)


def test_in_turn_the_next_is_asked_when_the_one_before_has_answered(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, order="in_turn")
    assert text.open() == {"countersign": ["wangli"]}
    house.at("2026-11-24 09:00")
    text.sign("wangli")
    [visit] = house.task(text.id).open_visits()
    assert (visit.person, visit.due_at and visit.due_at.day) == ("longfei", 25)
    text.object("longfei")
    text.sign("tianye")
    assert list(text.open()) == ["coordinate"]


def test_in_turn_who_is_taken_out_is_never_asked_and_who_is_added_is_asked_at_once(
    house: House, tmp_path: Path
) -> None:
    text = under(house, tmp_path, order="in_turn")
    done_of(text.change(add=[MORE], remove=["longfei"]))
    assert text.open() == {"countersign": ["wangli", MORE]}
    text.sign("wangli")
    assert text.open() == {"countersign": [MORE]}
    text.sign(MORE)
    assert text.open() == {"countersign": ["tianye"]}
    text.sign("tianye")
    assert list(text.open()) == ["sign"]


def test_in_turn_taking_out_whoever_is_asked_asks_the_next(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, order="in_turn")
    done_of(text.change(remove=["wangli"]))
    assert text.open() == {"countersign": ["longfei"]}


def test_in_turn_a_signature_taken_back_withdraws_the_next_ones_visit(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, order="in_turn")
    text.sign("wangli")
    done_of(tasks.takeback(house.inst, house.actor("wangli"), text.id))
    assert text.open() == {"countersign": ["wangli"]}
    text.sign("wangli")
    assert text.open() == {"countersign": ["longfei"]}


def test_silence_is_waited_for_where_nothing_is_said_of_it(house: House, tmp_path: Path) -> None:
    text = Text(house, tmp_path)
    text.sign("wangli")
    house.run_slots("2026-11-30 09:00")
    assert text.open() == {"countersign": ["longfei", "tianye"]}


def test_silence_that_is_taken_upward_is_late_and_asks_nobody_to_explain(
    house: House, tmp_path: Path
) -> None:
    text = under(house, tmp_path, silence="refer")
    text.sign("wangli", "longfei")
    house.run_slots("2026-11-25 09:00")
    assert text.open() == {"coordinate": [house.leader]}
    assert text.answers() == {"wangli": "signed", "longfei": "signed", "tianye": "silent_refer"}
    late = text.late()
    assert set(late) == {"tianye"}
    assert [each.person for each in late["tianye"].lead.attribution.answerers] == ["tianye"]
    assert late["tianye"].follow_up is None
    house.run_slots("2026-11-26 09:00")
    assert text.late()["tianye"].state == "cured"
    assert not [
        each
        for each in reads.notices(house.inst.conn, reads.NoticeFilter(task=text.id))
        if each.step == "countersign"
    ]


def test_silence_that_is_consent_is_nobodys_delay(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, silence="consent")
    text.sign("wangli")
    house.run_slots("2026-11-25 09:00")
    assert list(text.open()) == ["sign"]
    assert text.late() == {}
    assert text.answers() == {"wangli": "signed", "longfei": "silent_consent", "tianye": "silent_consent"}


def test_silence_beside_an_objection_still_goes_upward(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, silence="consent")
    text.object("wangli")
    house.run_slots("2026-11-25 09:00")
    assert list(text.open()) == ["coordinate"]


def test_nobody_is_silent_while_his_request_for_more_time_is_unanswered(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, silence="consent")
    text.sign("wangli", "tianye")
    done_of(tasks.extend(house.inst, house.actor("longfei"), text.id, "2wd", reason="出差"))
    house.run_slots("2026-11-25 09:00")
    assert text.open() == {"countersign": ["longfei"]}


def test_who_answers_late_but_before_he_is_told_silent_has_answered(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, silence="refer")
    text.sign("wangli", "longfei")
    house.at("2026-11-24 18:00")
    text.sign("tianye")
    house.run_slots("2026-11-25 09:00")
    assert list(text.open()) == ["sign"]


def test_only_the_machine_tells_silence_and_only_when_time_is_over(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, silence="consent")
    task = house.task(text.id)
    visit = task.open_visits()[0]
    body = Request("let_lapse", {}, (Target(task.id, task.last, visit.step, visit.visit),), MACHINE)
    assert codes(submit(house.inst, house.actor(house.director), body, Options())) == {"engine.machine_only"}
    assert codes(submit(house.inst, house.inst.machine(), body, Options())) == {"engine.not_lapsed"}


def test_under_a_definition_that_waits_the_machine_tells_nothing(house: House, tmp_path: Path) -> None:
    text = Text(house, tmp_path)
    house.at("2026-11-25 09:00")
    task = house.task(text.id)
    visit = task.open_visits()[0]
    body = Request("let_lapse", {}, (Target(task.id, task.last, visit.step, visit.visit),), MACHINE)
    assert codes(submit(house.inst, house.inst.machine(), body, Options())) == {"engine.not_lapsed"}


def test_silence_is_told_once(house: House, tmp_path: Path) -> None:
    text = under(house, tmp_path, silence="refer")
    text.sign("wangli")
    at = house.at("2026-11-25 09:00")
    let_lapse(house.inst, at)
    size = house.task(text.id).last_index
    let_lapse(house.inst, at)
    assert house.task(text.id).last_index == size
    assert list(text.open()) == ["coordinate"]
