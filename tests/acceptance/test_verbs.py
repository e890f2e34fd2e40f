"""The verbs that people here expect, at the command line, in both languages, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.homes import LANGUAGES, assert_clear
from tests.acceptance.office import PASSPHRASE, Office
from tests.service.papers import PAPERS
from zeroerror.text import Language, say

CLERK, COLLEAGUE, DEPUTY, DIRECTOR, LEADER = "yangyan", "wuxiaomei", "longhai", "zhanghui", "lizhiyuan"
SECADMIN = "tangmin"


@pytest.fixture(params=LANGUAGES)
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """A sandbox on a Monday morning."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, COLLEAGUE, DEPUTY, DIRECTOR, LEADER, SECADMIN)
    return found


def papers(office: Office, *acts: tuple[str, str]) -> str:
    """A task of the papers, moved by these."""
    if not (office.home / "workflows" / "handling" / "papers.yaml").exists():
        path = office.home / "workflows" / "handling" / "papers.yaml"
        path.write_text(PAPERS, "utf-8")
        office.do("workflow", "publish", path, by=SECADMIN)
        office.decide(LEADER)
    task = str(office.data("task", "new", "handling/papers", "--title", "材料", by=CLERK)["tasks"][0])
    for person, action in acts:
        office.do("task", "advance", task, action, by=person)
    return task


def test_a_matter_goes_back_to_whichever_earlier_step_is_named(office: Office) -> None:
    task = papers(office, (CLERK, "submit"), (DEPUTY, "pass"))
    shown = office.do("task", "show", task, by=DIRECTOR)
    assert "return.draft" in shown and "退回（审核）" in shown
    unsaid = office.call("task", "advance", task, "return", "--reason", "缺页", by=DIRECTOR)
    assert (unsaid.code, "return.review" in unsaid.err) == (2, True)
    assert_clear(unsaid, office.lang)
    assert office.call("task", "advance", task, "return", "--to", "draft", by=DIRECTOR).code == 5
    office.do("task", "advance", task, "退回", "--to", "起草", "--reason", "缺页", by=DIRECTOR)
    (step,) = office.data("task", "show", task, by=CLERK)["steps"]
    assert (step["name"], step["visit"], step["person"]) == ("draft", 2, CLERK)
    assert "退回（起草）" in office.do("report", "task", task, by=CLERK)
    assert office.call("log", "verify").code == 0


def test_a_step_is_delegated_done_for_its_holder_and_handed_over_for_good(office: Office) -> None:
    task = papers(office)
    assert office.call("task", "delegate", task, by=CLERK).code == 2
    refused = office.call("task", "delegate", task, DIRECTOR, by=CLERK)
    assert refused.code == 5
    assert_clear(refused, office.lang)
    office.do("task", "delegate", task, COLLEAGUE, by=CLERK)
    assert office.data("next", by=COLLEAGUE)["owed"][0]["why"] == "delegate"
    assert "吴小梅" in office.do("next", by=CLERK)
    assert "吴小梅" in office.do("task", "show", task, by=CLERK)
    office.do("task", "advance", task, "submit", by=COLLEAGUE)
    assert "吴小梅" in office.do("report", "task", task, by=CLERK)
    assert office.call("task", "delegate", task, "--end", by=COLLEAGUE).code == 4

    unsaid = office.call("task", "assign", task, "--office", "经济委", by=DEPUTY)
    assert unsaid.code == 5
    assert_clear(unsaid, office.lang)
    assert office.call("task", "assign", task, COLLEAGUE, "--office", "经济委", by=DEPUTY).code == 2
    office.do("task", "assign", task, "--office", "经济委", "--reason", "涉及经济委", by=DEPUTY)
    (step,) = office.data("task", "show", task, by=DEPUTY)["steps"]
    assert step["person"] == "wutao"
    assert "涉及经济委" in office.do("task", "show", task, by=DEPUTY)
    assert office.call("log", "verify").code == 0


def test_who_types_the_verb_he_knows_is_told_the_command(office: Office) -> None:
    if office.lang == "zh":
        for word, command in (
            ("转办", "assign"),
            ("委派", "delegate"),
            ("拿回", "takeback"),
            ("催办", "urge"),
        ):
            told = office.call("task", word)
            assert (told.code, command in told.err) == (2, True)
            assert f"task {command}" in office.call(word).err


def test_papers_are_circulated_and_read_many_at_once(office: Office) -> None:
    first, second = papers(office), papers(office)
    assert office.call("task", "circulate", first, by=CLERK).code == 2
    for task in (first, second):
        office.do("task", "circulate", task, COLLEAGUE, DEPUTY, by=CLERK)
    waiting = office.do("next", by=COLLEAGUE)
    assert first in waiting and "task read --all" in waiting
    refused = office.call("task", "read", first, by=DIRECTOR)
    assert refused.code == 5
    assert_clear(refused, office.lang)
    office.do("task", "read", "--all", by=COLLEAGUE)
    assert office.data("next", by=COLLEAGUE)["unread"] == []
    shown = office.do("task", "show", first, by=CLERK)
    assert "吴小梅" in shown and "龙海" in shown
    assert "龙海" in office.do("report", "task", first, by=CLERK)
    assert office.call("task", "read", "--all", by=COLLEAGUE).code == 2
    denied = office.call("task", "circulate", first, LEADER, by=COLLEAGUE)
    assert denied.code == 4
    assert office.call("log", "verify").code == 0


def test_a_task_goes_on_in_another_and_begins_anew_in_the_right_office(office: Office) -> None:
    task, lead = papers(office), papers(office)
    refused = office.call("task", "merge", task, "--into", lead, "--reason", "同一事项", by=CLERK)
    assert refused.code == 4
    assert_clear(refused, office.lang)
    told = office.do("task", "merge", task, "--into", lead, "--reason", "同一事项", by=DIRECTOR)
    lang: Language = "zh" if office.lang == "zh" else "en"
    assert say("cli.task_closed_merged", {"task": task, "into": lead}, lang) in told
    assert say("cli.task_closed", {"task": task}, lang) not in told
    assert lead in office.do("task", "show", task, by=CLERK)
    assert task in office.do("task", "show", lead, by=CLERK)
    assert say("cli.goes_on_merged", {"task": lead}, lang) in office.do("why", task, by=CLERK)
    assert say("cli.merged_here", {"tasks": [task]}, lang) in office.do("why", lead, by=CLERK)
    assert office.data("task", "list", "--status", "merged", by=CLERK)[0]["id"] == task
    lost = office.call("task", "advance", task, "submit", by=CLERK)
    assert lost.code == 5
    assert_clear(lost, office.lang)

    assert office.call("task", "redirect", lead, "--reason", "不属我委", by=DIRECTOR).code == 2
    done = office.data("task", "redirect", lead, "--office", "经济委", "--reason", "不属我委", by=DIRECTOR)
    new = done["tasks"][1]
    assert new in office.do("task", "show", lead, by=DIRECTOR)
    assert say("cli.goes_on_redirected", {"task": new}, lang) in office.do("why", lead, by=DIRECTOR)
    assert say("cli.redirected_from", {"task": lead}, lang) in office.do("why", new, by=DIRECTOR)
    told = office.data("report", "monthly", "--period", "2026-11", by=DIRECTOR)
    assert {name: told["totals"][name]["tasks"] for name in ("closed", "rerouted")} == {
        "closed": [],
        "rerouted": sorted([task, lead]),
    }
    words = say("report.period_says_rerouted", {"rerouted": 2}, lang)
    # Lines are broken anywhere.
    page = office.do("report", "monthly", "--period", "2026-11", by=DIRECTOR)
    assert "".join(words.split()) in "".join(page.split())
    traced = office.do("report", "monthly", "--period", "2026-11", "--trace", "rerouted", by=DIRECTOR)
    assert task in traced and lead in traced
    shown = office.do("report", "task", new, by=DIRECTOR)
    assert lead in shown and "杨燕" in shown
    (step,) = office.data("task", "show", new, by=DIRECTOR)["steps"]
    assert step["person"] == "wangli"
    tried = office.call("task", "takeback", lead, by=DIRECTOR)
    assert tried.code == 5
    assert office.call("log", "verify").code == 0


def test_who_owes_a_step_sees_that_he_was_urged(office: Office) -> None:
    task = papers(office)
    office.do("task", "urge", task, "--note", "请抓紧", by=DIRECTOR)
    office.do("task", "urge", task, by=LEADER)
    (owed,) = office.data("next", by=CLERK)["owed"]
    assert (owed["task"], owed["urged"]) == (task, 2)
    assert "2" in office.do("next", by=CLERK)
    assert "请抓紧" in office.do("task", "show", task, by=CLERK)
    refused = office.call("task", "urge", task, by=COLLEAGUE)
    assert refused.code == 4
    assert_clear(refused, office.lang)
    assert office.call("log", "verify").code == 0
