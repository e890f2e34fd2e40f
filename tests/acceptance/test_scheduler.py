"""The scheduler by the command line: what is owed, run, late and next, and what stands in nobody's way."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.homes import LANGUAGES, Home, assert_clear


def at(home: Home, when: str) -> None:
    assert home.call("clock", "set", when).code == 0


def test_the_status_shows_what_is_owed_run_late_and_next(home: Home) -> None:
    at(home, "2026-11-24 12:00")
    found = home.call("scheduler", "status", "--json").data["data"]
    assert found["owed"] == ["2026-11-23T17:00:00+08:00", "2026-11-24T08:30:00+08:00"]
    assert (found["run"], found["late"], found["outgoing"]) == (None, [], [])
    assert found["next"] == "2026-11-24T17:00:00+08:00"
    words = {"zh": ("应查未查", "上次档期", "下次档期", "曾经误时"), "en": ("Owed", "Last", "Next", "late")}
    for lang in LANGUAGES:
        text = home.call("scheduler", "status", lang=lang).out
        assert all(word in text for word in words[lang][:3])
    assert home.call("scheduler", "tick").code == 0
    found = home.call("scheduler", "status", "--json").data["data"]
    assert (found["owed"], found["run"]) == ([], "2026-11-24T08:30:00+08:00")
    assert found["late"] == ["2026-11-23T17:00:00+08:00"]
    for lang in LANGUAGES:
        assert words[lang][3] in home.call("scheduler", "status", lang=lang).out


def test_an_outbox_that_cannot_be_written_is_a_warning_and_the_audit_is_held(home: Home) -> None:
    (home.path / "outbox").write_text("in the way", "utf-8")
    for when, lang in (("2026-11-23 17:30", "zh"), ("2026-11-24 08:31", "en")):
        at(home, when)
        answer = home.call("scheduler", "tick", lang=lang)
        assert answer.code == 0 and answer.out
        assert_clear(answer, lang)
        assert "outbox" in answer.err
        status = home.call("scheduler", "status", lang=lang)
        assert status.code == 0 and "outbox" in status.out
        doctor = home.call("doctor", lang=lang)
        assert doctor.code == 7 and "outbox" in doctor.out
    at(home, "2026-11-24 17:30")
    told = home.call("scheduler", "tick", "--json").data
    assert told["ok"] and [each["code"] for each in told["warnings"]] == ["outbox.unwritable"]
    found = home.call("scheduler", "status", "--json").data["data"]
    assert [each["code"] for each in found["outgoing"]] == ["outbox.unwritable"]


def test_a_channel_that_does_not_work_is_a_warning_and_its_secret_is_nowhere(home: Home) -> None:
    path = home.path / "channels.toml"
    path.write_text('office = "json://office:hunter2@127.0.0.1:9/"\n', "utf-8")
    path.chmod(0o600)
    at(home, "2026-11-23 17:30")
    answer = home.call("scheduler", "tick", lang="en")
    assert answer.code == 0
    assert_clear(answer, "en")
    said = [answer, *(home.call(*words.split()) for words in ("scheduler status", "doctor", "log show"))]
    assert all("office" in each.out + each.err for each in said[:3])
    assert not any("hunter2" in each.out + each.err for each in said)


def test_a_report_over_a_period_with_nothing_in_it_is_a_report_that_says_so(
    home: Home, tmp_path: Path
) -> None:
    state = home.state()
    for lang, word in (("zh", "台账尚未建立"), ("en", "had not begun")):
        answer = home.call("report", "monthly", "--period", "2020-01", lang=lang)
        assert answer.code == 0 and word in " ".join(answer.out.split()), answer
    for lang in LANGUAGES:
        late = home.call("report", "weekly", "--period", "2030-W01", lang=lang)
        assert late.code == 2
        assert_clear(late, lang)
    assert home.state() == state


def test_an_output_directory_that_vanishes_is_told(home: Home, tmp_path: Path) -> None:
    state = home.state()
    gone = tmp_path / "gone" / "week.html"
    for lang in LANGUAGES:
        answer = home.call("report", "weekly", "--output", gone, lang=lang)
        assert answer.code == 1
        assert_clear(answer, lang)
        assert str(gone) in answer.err
    assert home.state() == state and not gone.parent.exists()
