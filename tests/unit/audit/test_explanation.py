"""Whatever the rules and passes say has words in both languages, and each word's blanks are filled."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from tests.unit.audit.test_rules_facts import GATED, OTHERS, called, imported, reviewing, strayed
from tests.unit.audit.test_rules_house import both_away, housed, urged
from tests.unit.audit.test_rules_house import notice as unanswered
from tests.unit.audit.worlds import CLERK, DIRECTOR, OVERSIGHT, World, instant
from zeroerror.audit.explanation import explain
from zeroerror.audit.judge import judge
from zeroerror.audit.rules import RULES
from zeroerror.audit.view import Published
from zeroerror.model.problem import Problem

PACKAGE = Path(__file__).parents[3] / "zeroerror"
LANGUAGES = ("zh_CN", "en")


def catalogue(language: str, domain: str) -> dict[str, str]:
    text = (PACKAGE / "locale" / language / "LC_MESSAGES" / f"{domain}.po").read_text("utf-8")
    return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE))


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def worlds() -> list[World]:
    """Histories in which every rule fires, open and ended."""
    late = World().open("23 09:00", "25 17:30").enter("draft", "23 09:00", "24 17:30", warn="23 09:00")
    late.extend("24 17:40", "25 09:00", "25 12:00").run("23 17:00")
    late.tell("clock_stopped", "25 15:00", DIRECTOR, step="draft", visit=1, waits_for="材料", reason=None)
    late.change_due("due_recomputed", "25 16:00", "25 12:00", cause="2026", provisional=True)
    late.run("26 08:30")
    ended = World().open("23 09:00", "24 17:30").enter("draft", "23 09:00", "24 17:30", None)
    ended.leave("draft", "25 09:00", "failed", done="24 18:00", late_record=True).close("25 09:00")
    ended.run("25 17:00", missed=(instant("25 08:30"),), mismatch=(Problem("ledger.chain_broken"),))
    waits = World().open("23 09:00")
    waits.enter("sign", "23 09:00", "23 17:30", None, owner="desk", urger=CLERK, waits_for="supervisor")
    waits.run("25 08:30")
    urged = World().open("23 09:00")
    urged.enter("sign", "23 09:00", "23 17:30", None, owner="desk", urger=CLERK, waits_for="supervisor")
    urged.tell("step_urged", "25 09:00", step="sign", visit=1).run("25 17:00")
    nobody = World().open("23 09:00").enter("draft", "23 09:00", "2027-01-05 17:30", None, provisional=True)
    for visit in (1, 2, 3):
        nobody.leave("draft", "24 09:00", "returned", visit)
        nobody.enter("draft", "24 09:00", "30 17:30", visit=visit + 1)
    nobody.run("24 17:00")
    unassigned = (
        World().open("23 09:00").enter("draft", "23 09:00", "2027-01-05 17:30", None, provisional=True)
    )
    unassigned.run("23 17:00")
    return [late, ended, waits, urged, nobody, unassigned, *others()]


def others() -> list[World]:
    """More of them, one rule or two each."""
    followed = World(workflow=OVERSIGHT).open("23 09:00").enter("draft", "23 09:00", "24 17:30")
    followed.run("25 08:30")
    answered = World().open("23 09:00").enter("draft", "23 09:00", "27 17:30")
    answered.tell("extension_asked", "23 10:00", step="draft", visit=1, proposal="p", extension="2wd")
    answered.run("25 08:30")
    notice = called("23 17:40", "24 09:30")
    notice.run("24 08:30")
    blocked = reviewing(*OTHERS)
    blocked.run("24 17:00")
    gate = World(workflow=GATED).open("23 09:00").enter("review", "23 09:00", "25 17:30", DIRECTOR)
    gate.leave("review", "23 11:00", doer=DIRECTOR, action="pass").run("23 17:00")
    strange = imported("supervisor")
    for why in ("after_end", "unknown_activity", "no_such_move"):
        strayed(strange, why)
    strange.run("24 08:30")
    away = housed(*both_away())
    away.run("24 08:30")
    silent = urged(unanswered())
    silent.run("26 08:30")
    changed = Published("document/letter", "d2", "x", instant("23 10:00"), 77, ("BW-2026-0001",))
    replaced = World()
    replaced.record(judge(replace(replaced.view("23 17:00"), published=(changed,))), instant("23 17:00"))
    return [followed, answered, notice, blocked, gate, strange, away, silent, replaced]


LEADS = [finding.lead for world in worlds() for finding in world.findings.values()]


def test_every_rule_is_shown() -> None:
    assert {lead.rule for lead in LEADS} == set(RULES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clause_has_words_and_its_blanks_are_filled(language: str) -> None:
    words = catalogue(language, "rule")
    for lead in LEADS:
        for code, params in explain(lead):
            assert code in words, code
            assert blanks(words[code]) <= params.keys(), (code, params)


def test_instants_are_those_of_the_zone() -> None:
    lead = next(lead for lead in LEADS if lead.rule == "task_overdue")
    [(_, params), *_] = explain(lead)
    assert params["due_at"].strftime("%H:%M") == "17:30"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_title_and_a_basis(language: str) -> None:
    words = catalogue(language, "rule")
    assert all(words.get(f"rule.{name}.{part}") for name in RULES for part in ("title", "basis", "trace"))


def test_every_code_of_a_pass_has_words_with_the_same_blanks_in_both_languages() -> None:
    sources = [*(PACKAGE / "audit").rglob("*.py"), *(PACKAGE / "accountability").rglob("*.py")]
    said = {code for path in sources for code in re.findall(r'"(audit\.[a-z_]+)"', path.read_text("utf-8"))}
    for domain in ("audit", "rule"):
        chinese, english = (catalogue(language, domain) for language in LANGUAGES)
        assert chinese.keys() == english.keys()
        assert all(blanks(chinese[code]) == blanks(english[code]) for code in chinese)
    assert said <= catalogue("en", "audit").keys()
