"""Acts of two persons through the front door: who, in which order, about what, and when it comes to nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import OFFICE, House, codes, done_of, local
from zeroerror.defaults import shipped
from zeroerror.ledger import signing
from zeroerror.model.errors import NotAuthorised, UsageError
from zeroerror.model.instant import to_text
from zeroerror.service import erasure, identity, log, meant, organisation, proposals, publish, tasks
from zeroerror.service.front import Options, Request, seal, submit
from zeroerror.service.institution import Actor
from zeroerror.store import reads

#: Why more time is asked for, where a test writes the command itself.
REASON = seal("等材料")
SECADMIN, AUDITOR, GENERAL = "tangmin", "qinlan", "luoqiang"


def waiting(house: House) -> list[str]:
    """The proposals that wait for a decision."""
    return [each["id"] for each in proposals.proposals(house.inst)]


def confirm(house: House, person: str, *ids: str) -> Any:
    """A confirmation of these, or of whatever waits."""
    return proposals.confirm(house.inst, house.actor(person), list(ids) or waiting(house))


def status(house: House, id: str) -> str:
    found = reads.proposal(house.inst.conn, id)
    assert found is not None
    return found.status


# Leave and cover


def test_leave_asked_beforehand_is_the_directors_to_grant_however_late_he_answers(house: House) -> None:
    since, until = local("2026-11-24 08:00"), local("2026-11-27 18:00")
    done_of(organisation.leave(house.inst, house.actor(house.clerk), house.clerk, since, until))
    house.at("2026-11-25 09:00")
    done_of(confirm(house, house.director))
    assert house.inst.organisation.is_on_leave(house.clerk, house.inst.now())


def test_leave_told_afterwards_is_not_the_directors_to_grant(house: House) -> None:
    since, until = local("2026-11-20 08:00"), local("2026-11-27 18:00")
    done_of(organisation.leave(house.inst, house.actor(house.colleague), house.clerk, since, until))
    assert codes(confirm(house, house.director)) == {"engine.not_entitled"}
    done_of(confirm(house, house.leader))


def test_two_leaves_of_one_person_do_not_overlap(house: House) -> None:
    clerk, ask = house.actor(house.clerk), organisation.leave
    first, second = ("2026-11-24 08:00", "2026-11-27 18:00"), ("2026-11-27 08:00", "2026-12-01 18:00")
    # Neither is on record yet, so either may be asked for; once one is granted, the other has become void.
    for since, until in (first, second):
        done_of(ask(house.inst, clerk, house.clerk, local(since), local(until)))
    one, other = waiting(house)
    done_of(confirm(house, house.director, one))
    receipt = done_of(confirm(house, house.director, other))
    assert [each["kind"] for each in receipt.events] == ["lapsed"]
    (held,) = house.inst.organisation.all_leaves(house.clerk)
    clash = held.since, held.until
    assert codes(ask(house.inst, clerk, house.clerk, *clash)) == {"engine.leave_overlaps"}
    after = local("2026-12-04 18:00")
    done_of(ask(house.inst, clerk, house.clerk, held.until, after))


def test_nobody_says_himself_when_he_asked(house: House) -> None:
    """A body that claims to have been asked earlier does not make an absence one of beforehand."""
    body = {
        "person": house.clerk,
        "since": to_text(local("2026-11-20 08:00")),
        "until": to_text(local("2026-11-27 18:00")),
        "asked_at": to_text(local("2026-11-19 08:00")),
    }
    done_of(proposals.propose(house.inst, house.actor(house.colleague), "leave", body))
    assert codes(confirm(house, house.director)) == {"engine.not_entitled"}


# Lists


def absences(house: House, *persons: str) -> list[dict[str, Any]]:
    since, until = to_text(local("2026-11-24 08:00")), to_text(local("2026-11-27 18:00"))
    return [{"kind": "leave", "body": {"person": each, "since": since, "until": until}} for each in persons]


def test_a_list_is_one_proposal_with_one_confirmation(house: House) -> None:
    acts = absences(house, house.clerk, house.colleague)
    done_of(proposals.propose_list(house.inst, house.actor(house.director), acts))
    (id,) = waiting(house)
    assert codes(confirm(house, house.director)) == {"engine.own_proposal"}
    receipt = done_of(confirm(house, house.leader))
    kinds = [each["kind"] for each in receipt.events]
    assert kinds == ["confirmed", "organisation_applied", "organisation_applied"]
    away = {each.person for each in house.inst.organisation.leaves}
    assert away == {house.clerk, house.colleague}
    assert len({each.id for each in house.inst.organisation.leaves}) == 2
    assert status(house, id) == "confirmed"


def test_a_list_is_for_who_may_do_each_of_its_acts(house: House) -> None:
    acts = [*absences(house, house.clerk), *absences(house, "wangli")]
    refused = proposals.propose_list(house.inst, house.actor(house.director), acts)
    assert codes(refused) == {"engine.not_entitled"}
    assert codes(proposals.propose_list(house.inst, house.actor(house.director), [])) == {"engine.empty_list"}
    nested = [{"kind": "bulk", "body": {"acts": acts}}]
    assert codes(proposals.propose_list(house.inst, house.actor(house.director), nested)) == {
        "engine.unknown_proposal"
    }


def test_a_list_of_extensions_is_asked_answered_or_declined_at_each_step(house: House) -> None:
    opened = [house.open(), house.open()]
    due = [house.task(id).open_visits()[0].due_at for id in opened]
    acts = [
        {
            "kind": "extend",
            "body": {"extension": "2wd", "reason": REASON.digest},
            "target": meant.target_of(house.task(id), house.task(id).open_visits()[0]).to_json(),
        }
        for id in opened
    ]
    clerk = house.actor(house.clerk)
    done_of(proposals.propose_list(house.inst, clerk, acts, payloads=[REASON]))
    assert all(house.task(id).open_visits()[0].extensions[0].answered_at is None for id in opened)
    done_of(proposals.reject(house.inst, house.actor(house.director), waiting(house), "再抓紧"))
    assert all(house.task(id).open_visits()[0].extensions[0].answered_at is not None for id in opened)
    acts = [
        {**act, "target": meant.target_of(house.task(id), house.task(id).open_visits()[0]).to_json()}
        for act, id in zip(acts, opened, strict=True)
    ]
    done_of(proposals.propose_list(house.inst, clerk, acts, payloads=[REASON]))
    done_of(confirm(house, house.director))
    later = [house.task(id).open_visits()[0].due_at for id in opened]
    assert all(a is not None and b is not None and a < b for a, b in zip(due, later, strict=True))


def test_a_list_is_void_as_a_whole_where_one_of_its_steps_has_been_left(house: House, tmp_path: Path) -> None:
    opened = [house.open(), house.open()]
    acts = [
        {
            "kind": "extend",
            "body": {"extension": "2wd", "reason": REASON.digest},
            "target": meant.target_of(house.task(id), house.task(id).open_visits()[0]).to_json(),
        }
        for id in opened
    ]
    done_of(proposals.propose_list(house.inst, house.actor(house.clerk), acts, payloads=[REASON]))
    (id,) = waiting(house)
    house.submit(opened[1], tmp_path)
    receipt = done_of(confirm(house, house.director))
    assert [each["kind"] for each in receipt.events] == ["lapsed"]
    assert status(house, id) == "lapsed"


def test_several_proposals_confirmed_in_one_breath_see_each_other(house: House) -> None:
    """Two whole organisations cannot both take the place of the one that both were made against."""
    path = house.inst.home / "config" / "institution.yaml"
    text = path.read_text("utf-8")
    for person in ("tianye", "zhouqing"):
        changed = text.replace("scope: 印制, a: yaona,    b: dengjie", f"scope: 印制, a: yaona, b: {person}")
        assert changed != text
        path.write_text(changed, "utf-8")
        done_of(organisation.apply(house.inst, house.actor(SECADMIN), path.parent))
    receipt = done_of(confirm(house, GENERAL))
    assert [each["kind"] for each in receipt.events] == ["confirmed", "organisation_applied", "lapsed"]


# Definitions, calendars, office hours


def edited(house: House, old: str, new: str) -> Path:
    """The 发文 definition with something changed."""
    path = house.inst.home / "workflows" / "document" / "outgoing.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_of_two_definitions_proposed_in_place_of_one_the_second_comes_to_nothing(house: House) -> None:
    for days in ("17wd", "18wd"):
        path = edited(house, "平件: 16wd" if days == "17wd" else "平件: 17wd", f"平件: {days}")
        done_of(publish.publish(house.inst, house.actor(SECADMIN), path))
    first, second = waiting(house)
    receipt = done_of(confirm(house, house.leader, first, second))
    assert [each["kind"] for each in receipt.events] == ["confirmed", "definition_published", "lapsed"]
    assert status(house, second) == "lapsed"


def test_a_task_stays_under_the_definition_that_it_was_opened_under(house: House) -> None:
    old = house.open()
    path = edited(house, "submit: {title: 送审", "hand_in: {title: 送审")
    done_of(publish.publish(house.inst, house.actor(SECADMIN), path))
    done_of(confirm(house, house.leader))
    new = house.open()
    assert house.task(old).digest != house.task(new).digest
    assert codes(house.try_advance(house.clerk, new, "submit")) == {"engine.unknown_action"}
    assert codes(house.try_advance(house.clerk, old, "hand_in")) == {"engine.unknown_action"}


def test_publication_is_refused_with_file_and_line(house: House) -> None:
    path = edited(house, "to: review, require: [draft]}", "to: nowhere, require: [draft]}")
    with pytest.raises(Exception) as raised:
        publish.publish(house.inst, house.actor(SECADMIN), path)
    (problem, *_) = raised.value.problems  # type: ignore[attr-defined]
    line = 1 + path.read_text("utf-8").split("nowhere")[0].count("\n")
    assert (problem.code, problem.where) == ("definition.unknown_target", f"{path}:{line}")


def test_a_step_that_the_organisation_does_not_know_stops_a_publication_and_nobody_there_warns(
    house: House,
) -> None:
    path = edited(house, "owner: {post: 主任}", "owner: {post: 科长}")
    assert [each.code for each in publish.check([path], house.inst)] == ["definition.unknown_role"]
    with pytest.raises(Exception) as raised:
        publish.publish(house.inst, house.actor(SECADMIN), path)
    assert [each.code for each in raised.value.problems] == ["definition.unknown_role"]  # type: ignore[attr-defined]
    path = edited(house, "owner: {post: 科长}", "owner: {post: 会计}")
    receipt = done_of(publish.publish(house.inst, house.actor(SECADMIN), path))
    assert [each["code"] for each in receipt.warnings] == ["definition.nobody"]


def year_2027(house: House) -> Path:
    """The year as a notice might lay it down: the first working days of January off."""
    path = house.inst.home / "config" / "calendar" / "2027.yaml"
    path.write_text(
        "year: 2027\nstatus: official\nsource: 演示用的通知\nnoticed_on: 2026-11-20\n"
        "off: [2027-01-01..2027-01-08]\nwork: []\n",
        "utf-8",
    )
    return path


def test_a_year_is_applied_by_secadmin_and_auditor_and_moves_every_step_in_the_same_command(
    house: House,
) -> None:
    house.at("2026-12-30 09:00")
    task = house.open()
    before = house.task(task).open_visits()[0]
    assert before.provisional
    path = year_2027(house)
    assert codes(publish.apply_calendar(house.inst, house.actor(GENERAL), path)) == {"engine.not_entitled"}
    done_of(publish.apply_calendar(house.inst, house.actor(SECADMIN), path))
    assert codes(confirm(house, house.leader)) == {"engine.not_entitled"}
    receipt = done_of(confirm(house, AUDITOR))
    moved = [each["stream"] for each in receipt.events if each["kind"] == "due_recomputed"]
    assert moved.count(task) == 2
    after = house.task(task).open_visits()[0]
    assert not after.provisional
    assert before.due_at is not None and after.due_at is not None and after.due_at > before.due_at
    assert house.task(task).due_at == local("2027-01-29 17:30")


def test_two_years_do_not_stand_in_each_others_way(house: House) -> None:
    first = year_2027(house)
    second = first.with_name("2028.yaml")
    second.write_text(first.read_text("utf-8").replace("2027", "2028"), "utf-8")
    for path in (first, second):
        done_of(publish.apply_calendar(house.inst, house.actor(SECADMIN), path))
    receipt = done_of(confirm(house, AUDITOR))
    assert [each["kind"] for each in receipt.events].count("calendar_applied") == 2


def test_an_extended_step_moves_with_the_year_too(house: House) -> None:
    """The extension was counted over days that turn out to be off."""
    house.at("2026-12-30 09:00")
    task = house.open()
    done_of(tasks.extend(house.inst, house.actor(house.clerk), task, "3wd", reason="等材料"))
    done_of(confirm(house, house.director))
    assert house.task(task).open_visits()[0].provisional
    done_of(publish.apply_calendar(house.inst, house.actor(SECADMIN), year_2027(house)))
    done_of(confirm(house, AUDITOR))
    after = house.task(task).open_visits()[0]
    assert not after.provisional
    # Two working days from 30 December, and three more: 31 December, then 11 to 14 January.
    assert after.due_at == local("2027-01-14 17:30")


def test_office_hours_are_applied_by_two_and_move_what_is_open(house: House) -> None:
    task = house.open(urgency="特急")
    path = house.inst.home / "config" / "hours.yaml"
    path.write_text(
        path.read_text("utf-8")
        + "  - since: 2026-11-23\n    starts: 01-01\n    spans: [10:00-12:00, 13:00-16:00]\n",
        "utf-8",
    )
    assert house.task(task).open_visits()[0].due_at == local("2026-11-23 11:00")
    done_of(publish.apply_settings(house.inst, house.actor(GENERAL), path))
    receipt = done_of(confirm(house, house.leader))
    assert [each["kind"] for each in receipt.events][:2] == ["confirmed", "hours_applied"]
    assert house.task(task).open_visits()[0].due_at == local("2026-11-23 12:00")
    assert log.rebuild(house.inst)["differed"] == 0


# Keys


def fresh(number: int = 7) -> signing.PrivateKey:
    return signing.PrivateKey(bytes([number]) * 32)


def with_key(person: str, private: signing.PrivateKey) -> Actor:
    return Actor(person, signing.key_id(signing.public_hex(private)), private)


def test_a_key_speaks_from_its_enrolment_to_its_revocation(house: House) -> None:
    private = fresh()
    mine = with_key(house.clerk, private)
    task = house.open()
    assert codes(tasks.note(house.inst, mine, task, "早了")) == {"engine.key_unknown"}
    done_of(identity.enrol(house.inst, house.actor(SECADMIN), house.clerk, signing.public_hex(private)))
    assert codes(confirm(house, SECADMIN)) == {"engine.own_proposal"}
    assert codes(tasks.note(house.inst, mine, task, "还早")) == {"engine.key_unknown"}
    done_of(confirm(house, GENERAL))
    done_of(tasks.note(house.inst, mine, task, "可以了"))
    assert codes(tasks.note(house.inst, with_key(house.director, private), task, "冒名")) == {
        "engine.key_not_yours"
    }
    done_of(identity.revoke(house.inst, house.actor(SECADMIN), mine.key))
    done_of(confirm(house, GENERAL))
    assert codes(tasks.note(house.inst, mine, task, "晚了")) == {"engine.key_revoked"}
    denied = [each["body"]["codes"] for each in log.show(house.inst) if each["kind"] == "denied"]
    assert ["engine.key_unknown"] in denied and ["engine.key_revoked"] in denied
    assert ["engine.key_not_yours"] in denied


def test_a_key_enrolled_or_revoked_meanwhile_is_not_enrolled_or_revoked_again(house: House) -> None:
    public = signing.public_hex(fresh())
    for _ in range(2):
        done_of(identity.enrol(house.inst, house.actor(SECADMIN), house.clerk, public))
    receipt = done_of(confirm(house, GENERAL))
    assert [each["kind"] for each in receipt.events] == ["confirmed", "key_enrolled", "lapsed"]
    for _ in range(2):
        done_of(identity.revoke(house.inst, house.actor(SECADMIN), signing.key_id(public)))
    first, second = waiting(house)
    done_of(confirm(house, GENERAL, first))
    assert [each["kind"] for each in done_of(confirm(house, GENERAL, second)).events] == ["lapsed"]


def test_a_wrong_passphrase_is_on_record(house: House) -> None:
    with pytest.raises(NotAuthorised):
        identity.login(house.inst, house.clerk, "not this")
    last = list(log.show(house.inst))[-1]
    assert (last["kind"], last["actor"], last["stream"]) == ("denied", "machine", "institution")
    assert last["body"] == {
        "by": house.clerk,
        "kind": "login",
        "codes": ["ledger.wrong_passphrase"],
        "task": None,
        "step": None,
    }
    assert identity.login(house.inst, house.clerk, "demo")["person"] == house.clerk
    assert identity.whoami(house.inst)["office"] == OFFICE
    identity.logout(house.inst.home)
    with pytest.raises(NotAuthorised):
        identity.whoami(house.inst)


# Paper


def signed_on_paper(house: House, tmp_path: Path, at: str) -> str:
    """A draft that has been passed on, and its leader's signature recorded by the clerk; returns the task."""
    task = house.open()
    house.submit(task, tmp_path)
    house.advance(house.director, task, "pass")
    house.at(at)
    scan = tmp_path / "scan.txt"
    scan.write_text("同意", "utf-8")
    signed = local("2026-11-23 10:00")
    done_of(
        tasks.record_paper(
            house.inst,
            house.actor(house.clerk),
            task,
            "sign",
            paper_of=house.leader,
            signed_at=signed,
            attach=[scan],
        )
    )
    return task


def test_a_signature_on_paper_is_the_signers_and_names_who_recorded_it(house: House, tmp_path: Path) -> None:
    task = signed_on_paper(house, tmp_path, "2026-11-23 15:00")
    assert codes(confirm(house, house.clerk)) == {"engine.own_proposal"}
    assert codes(confirm(house, "wangli")) == {"engine.not_entitled"}
    done_of(confirm(house, house.colleague))
    visit = house.task(task).find("sign", 1)
    assert visit is not None
    assert (visit.doer, visit.capacity, visit.done_at) == (house.leader, "paper", local("2026-11-23 10:00"))
    left = [each for each in log.show(house.inst, stream=task) if each["kind"] == "step_left"][-1]
    assert (left["body"]["recorder"], left["actor"]) == (house.clerk, house.colleague)


def test_a_signature_recorded_in_its_time_is_so_however_late_it_is_compared(
    house: House, tmp_path: Path
) -> None:
    task = signed_on_paper(house, tmp_path, "2026-11-24 15:00")
    house.at("2026-11-27 15:00")
    done_of(confirm(house, house.colleague))
    visit = house.task(task).find("sign", 1)
    assert visit is not None and not visit.late_record


def test_a_signature_recorded_after_its_time_is_late(house: House, tmp_path: Path) -> None:
    task = signed_on_paper(house, tmp_path, "2026-11-25 15:00")
    done_of(confirm(house, house.colleague))
    visit = house.task(task).find("sign", 1)
    assert visit is not None and visit.late_record


# Done earlier than recorded


def test_a_second_persons_word_withdraws_what_was_found_in_between(house: House, tmp_path: Path) -> None:
    task = house.open()
    assert house.task(task).open_visits()[0].due_at == local("2026-11-25 17:30")
    (found,) = [each for each in house.run_slots("2026-11-26 09:00") if each["rule"] == "step_overdue"]
    file = tmp_path / "draft.txt"
    file.write_text("稿", "utf-8")
    house.advance(house.clerk, task, "submit", attach=[file], done_at=local("2026-11-25 16:00"))
    house.run_slots("2026-11-26 17:30")
    assert finding(house, found["id"]) == "cured"
    done_of(tasks.attest(house.inst, house.actor(house.clerk), task))
    assert codes(confirm(house, house.clerk)) == {"engine.own_proposal"}
    assert codes(confirm(house, "wangli")) == {"engine.not_entitled"}
    done_of(confirm(house, house.colleague))
    house.run_slots("2026-11-27 17:30")
    assert finding(house, found["id"]) == "withdrawn"
    again = tasks.attest(house.inst, house.actor(house.clerk), task)
    assert codes(again) == {"engine.attested_already"}


def finding(house: House, id: str) -> str:
    found = reads.finding(house.inst.conn, id)
    assert found is not None
    return found.state


def test_what_was_recorded_late_is_not_for_a_second_person_to_mend(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.at("2026-11-27 09:00")
    file = tmp_path / "draft.txt"
    file.write_text("稿", "utf-8")
    house.advance(house.clerk, task, "submit", attach=[file], done_at=local("2026-11-25 16:00"))
    assert codes(tasks.attest(house.inst, house.actor(house.clerk), task)) == {"engine.recorded_late"}
    assert codes(tasks.attest(house.inst, house.actor(house.clerk), house_done(house, tmp_path))) == {
        "engine.nothing_to_attest"
    }


def house_done(house: House, tmp_path: Path) -> str:
    task = house.open()
    house.submit(task, tmp_path)
    return task


def test_an_attested_act_that_was_taken_back_is_not_attested(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.at("2026-11-23 11:00")
    file = tmp_path / "draft.txt"
    file.write_text("稿", "utf-8")
    house.advance(house.clerk, task, "submit", attach=[file], done_at=local("2026-11-23 10:00"))
    done_of(tasks.attest(house.inst, house.actor(house.clerk), task))
    done_of(tasks.takeback(house.inst, house.actor(house.clerk), task))
    assert [each["kind"] for each in done_of(confirm(house, house.colleague)).events] == ["lapsed"]


# Texts erased by law


def test_a_text_is_erased_by_two_and_the_ledger_holds(house: House, tmp_path: Path) -> None:
    task = house.open()
    file = tmp_path / "draft.txt"
    file.write_text("某人的隐私", "utf-8")
    house.advance(house.clerk, task, "submit", attach=[file], options=Options(command_id="submit-1"))
    named = dict(house.task(task).sealed)
    stored = list((house.inst.home / "files").rglob("*"))
    assert [path for path in stored if path.is_file()]
    assert (house.inst.home / "sent" / house.clerk / "submit-1.json").exists()
    digests = [each["digest"] for each in erasure.texts_of(house.inst, task) if each["name"] != "title"]
    assert named["draft"] in digests
    refused = log.erase(house.inst, house.actor(house.clerk), digests, "依申请")
    assert codes(refused) == {"engine.not_entitled"}
    done_of(log.erase(house.inst, house.actor(SECADMIN), digests, "依申请删除"))
    assert house.inst.text(named["draft"]) is not None
    assert codes(confirm(house, GENERAL)) == {"engine.not_entitled"}
    done_of(confirm(house, house.leader))
    assert house.inst.text(named["draft"]) is None
    assert house.inst.text(named["title"]) is not None
    assert [path for path in (house.inst.home / "files").rglob("*") if path.is_file()] == []
    assert not (house.inst.home / "sent" / house.clerk / "submit-1.json").exists()
    assert {each["erased"] for each in erasure.texts_of(house.inst, task)} == {True, False}
    with pytest.raises(UsageError, match="unknown_text"):
        log.erase(house.inst, house.actor(SECADMIN), digests, "再删")
    assert log.rebuild(house.inst)["differed"] == 0


def test_a_text_that_is_back_after_it_was_erased_is_told(house: House) -> None:
    task = house.open()
    digest = house.task(task).sealed["title"]
    row = house.inst.conn.one("SELECT salt, text FROM payload WHERE digest = ?", (digest,))
    assert row is not None
    done_of(log.erase(house.inst, house.actor(SECADMIN), [digest], "依申请删除"))
    done_of(confirm(house, house.leader))
    with house.inst.conn.write():
        house.inst.conn.execute("UPDATE payload SET salt = ?, text = ? WHERE digest = ?", (*row, digest))
    assert [each.code for each in log.verify(house.inst).problems] == ["verify.text_not_erased"]
    with house.inst.conn.write():
        house.inst.conn.execute("UPDATE payload SET salt = NULL, text = NULL WHERE digest = ?", (digest,))


def test_the_office_of_a_leave_is_no_field_of_the_asker(house: House) -> None:
    """Whose proposals it is to decide goes by the task's office, whatever the body says of one."""
    task = house.open()
    body = {"extension": "2wd", "reason": REASON.digest, "office": "经济委"}
    target = meant.target_of(house.task(task), house.task(task).open_visits()[0])
    request = Request("propose", {"kind": "extend", "body": body}, (target,), payloads=[REASON])
    done_of(submit(house.inst, house.actor(house.clerk), request, Options()))
    assert OFFICE != "经济委"
    assert codes(confirm(house, "guoliang")) == {"engine.not_entitled"}
    done_of(confirm(house, house.director))


def test_that_an_office_has_no_second_person_is_approved_by_its_supervisor_and_no_longer_warned_of(
    house: House,
) -> None:
    def warned() -> set[object]:
        found = publish.check([shipped("workflows")], house.inst, quarter=True)
        return {each.params["office"] for each in found if each.code == "definition.four_eyes_then"}

    held, now = house.inst.organisation, house.inst.now()
    director, above = held.director("办公室", now), held.supervisor("办公室", now)
    assert director is not None and above is not None and "办公室" in warned()
    said = ("办公室", now - timedelta(days=1), now + timedelta(days=200), "只有一名专干")
    clerks = organisation.exempt(house.inst, house.actor(house.clerk), *said)
    assert codes(clerks) == {"engine.not_entitled"}
    done_of(organisation.exempt(house.inst, house.actor(director), *said))
    assert "办公室" in warned()
    assert codes(confirm(house, house.clerk)) == {"engine.not_entitled"}
    done_of(confirm(house, above))
    assert "办公室" not in warned()
    house.verify()
