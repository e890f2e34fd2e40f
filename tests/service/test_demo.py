"""The demonstration tells what happens, and what it tells is so."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import zeroerror
from zeroerror.model.errors import UsageError, ZeroErrorError
from zeroerror.service import audits, demo, log, reporting
from zeroerror.service.identity import login
from zeroerror.service.institution import open_institution
from zeroerror.store import log as leaves
from zeroerror.text import Language, say

#: What the week's audits find, reminders left out: rule, step, whose and how, what is missing, the state.
FOUND = [
    ("step_overdue", "draft", [("wangli", "direct", "own")], None, "open"),
    ("step_overdue", "issue", [("yaona", "direct", "own")], None, "cured"),
    ("step_overdue", "draft", [("wuxiaomei", "direct", "cover")], None, "open"),
    ("step_failed", "verify", [], ["attribution.missing_not_answered_yet"], "closed"),
]


class Telling:
    """What was told, as codes and in words."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.said: list[tuple[str, Mapping[str, Any]]] = []
        self.lines: list[str] = []

    def __call__(self, code: str, **params: Any) -> None:
        self.said.append((code, params))
        self.lines.append(say(code, params, self.language))

    def of(self, code: str) -> Mapping[str, Any]:
        """What was told under that code, once."""
        (found,) = [params for each, params in self.said if each == f"demo.{code}"]
        return found


@pytest.fixture(scope="module", params=["zh", "en"])
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demonstration in one language: its home, what it returned, what it told."""
    home = tmp_path_factory.mktemp("demo") / "house"
    telling = Telling(request.param)
    return home, demo.run(home, telling, request.param), telling


def test_the_findings_are_exactly_those_of_the_story(shown: Any) -> None:
    home, ended, telling = shown
    with open_institution(home) as inst:
        found = [each for each in audits.findings(inst) if each["severity"] != "reminder"]
    told = [
        (
            each["rule"],
            each["step"],
            [(who["person"], who["degree"], who["capacity"]["kind"]) for who in each["attribution"]],
            each["undetermined"],
            each["state"],
        )
        for each in found
    ]
    assert told == FOUND
    (story,) = [each for each in found if each["task"] == ended["task"]]
    assert story["id"] == ended["finding"] == telling.of("found")["finding"]
    assert story["follow_up"] == ended["follow_up"] == telling.of("follow_up")["follow_up"]
    assert sum(params["found"] for code, params in telling.said if code == "demo.audit") == len(found)


def test_the_story_is_told_in_its_order_with_arithmetic_and_whose(shown: Any) -> None:
    _, _, telling = shown
    order = [
        "opened", "handed_on", "sent_back", "handed_on_again", "denied", "director_signs", "away",
        "leader_returns", "found", "whose", "follow_up", "found_once", "verified", "report",
    ]  # fmt: skip
    codes = [code.removeprefix("demo.") for code, _ in telling.said]
    assert [code for code in codes if code in order] == order
    arithmetic = [params["text"] for code, params in telling.said if code == "demo.because"]
    assert len(arithmetic) == 4
    assert "2026-11-26 17:30" in arithmetic[0]
    assert "2026-11-24 10:00" in arithmetic[0]
    assert telling.of("whose")["person"] == "吴小梅"


def test_every_line_is_a_sentence_of_its_language(shown: Any) -> None:
    _, ended, telling = shown
    text = "\n".join((*telling.lines, say("demo.end", ended, telling.language)))
    assert re.findall(r"\b(?:demo|rule|attribution|engine)\.[a-z_]+", text) == []
    assert "—" not in text
    assert ended["home"] in text
    assert ended["passphrase"] in text


def test_the_ledger_holds_and_replay_equals_the_tables(shown: Any) -> None:
    home, ended, _ = shown
    with open_institution(home) as inst:
        verified = log.verify(inst)
    assert verified.problems == []
    assert (verified.leaves, verified.root) == (ended["leaves"], ended["root"])


def test_the_denial_is_on_record(shown: Any) -> None:
    home, _, _ = shown
    with open_institution(home) as inst:
        denied = [each for each in log.show(inst) if each["kind"] == "denied"]
    assert "engine.not_your_step" in denied[0]["body"]["codes"]


def test_board_and_report_are_those_of_a_house_at_work(shown: Any) -> None:
    home, ended, telling = shown
    with open_institution(home) as inst:
        told = reporting.daily(inst)
        slots = audits.audits(inst)
    totals = {name: figure["value"] for name, figure in told["totals"].items()}
    for name in ("overdue", "due_today", "due_soon", "normal", "stopped", "at_desk", "found", "failed"):
        assert totals[name] >= 1, name
    assert all(row["figures"]["open"]["value"] for row in told["offices"])
    assert len(slots) == 10
    assert Path(ended["report"]).read_text("utf-8").startswith("<!doctype html>")
    assert Path(ended["report"]).name == f"daily.{telling.language}.html"


def test_nobody_stays_logged_in_and_everybody_can_log_in(shown: Any) -> None:
    home, ended, _ = shown
    assert not list((home / "sessions").glob("*"))
    person = ended["commands"][2].split()[-1]
    with open_institution(home) as inst:
        assert login(inst, person, ended["passphrase"])["person"] == person


def test_everything_goes_through_service() -> None:
    package = Path(zeroerror.__file__).parent / "service" / "demo"
    imported = {
        node.module or ""
        for source in package.rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    assert not [each for each in imported if each.startswith(("zeroerror.store", "zeroerror.ledger"))]
    # What the front door writes for others, it does not write for the demonstration.
    assert "zeroerror.service.projector" not in imported
    sources = "".join(source.read_text("utf-8") for source in package.rglob("*.py"))
    assert not re.search(r"inst\.conn\b|\bsubmit\(", sources)


def test_a_directory_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError) as raised:
        demo.run(tmp_path, Telling("zh"), "zh")
    assert raised.value.code == "demo.directory_not_empty"
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_not_a_directory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("", "utf-8")
    for home in (path, path / "below"):
        with pytest.raises(UsageError) as raised:
            demo.run(home, Telling("zh"), "zh")
        assert raised.value.code == "demo.not_a_directory"


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, *rest: Any, **more: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(ZeroErrorError) as raised:
        demo.run(tmp_path / "house", Telling("zh"), "zh")
    assert (raised.value.code, raised.value.params["detail"]) == (
        "demo.directory_unusable",
        "Permission denied",
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_goes_wrong_has_words(language: Language) -> None:
    for code in ("failed", "not_denied", "nobody", "found_otherwise", "directory_not_empty"):
        assert not say(f"demo.{code}", {"path": "x", "reason": "y"}, language).startswith("demo.")


def test_it_runs_on_either_database(database: str, tmp_path: Path) -> None:
    ended = demo.run(tmp_path / "house", Telling("zh"), "zh", database)
    with open_institution(tmp_path / "house") as inst:
        assert leaves.head(inst.conn).size == ended["leaves"]
