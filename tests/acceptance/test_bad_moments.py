"""Commands sent twice, interrupted in the middle, and answered to nobody: real processes where it matters."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.homes import LANGUAGES, Home, assert_clear, changed, interruptible

NOTE = ("task", "note", "{draft}", "一条批注", "--as", "{clerk}", "--command-id", "mine")


def test_a_command_sent_twice_has_one_effect_and_one_receipt(home: Home) -> None:
    first = home.call(*NOTE, "--json").data["data"]
    state = home.state()
    again = home.call(*NOTE, "--json").data["data"]
    assert (again["index"], again["digest"], again["repeated"]) == (first["index"], first["digest"], True)
    assert home.state() == state


OTHERS = (
    ("task", "note", "{draft}", "另一条", "--as", "{clerk}", "--command-id", "mine"),
    ("task", "note", "{review}", "一条批注", "--as", "{clerk}", "--command-id", "mine"),
    ("task", "takeback", "{draft}", "--as", "{clerk}", "--command-id", "mine"),
    # The same words by somebody else are another command, and the receipt is not his.
    ("task", "note", "{draft}", "一条批注", "--as", "{director}", "--command-id", "mine"),
)


@pytest.mark.parametrize("kept", [True, False], ids=["kept by its author", "only in the ledger"])
@pytest.mark.parametrize("other", OTHERS, ids=["other text", "other task", "other act", "other person"])
def test_a_command_id_stands_for_one_command(other: tuple[str, ...], kept: bool, home: Home) -> None:
    assert home.call(*NOTE).code == 0
    if not kept:
        for path in (home.path / "sent").rglob("*.json"):
            path.unlink()
    state = home.state()
    for lang in LANGUAGES:
        answer = home.call(*other, lang=lang)
        assert answer.code == 2
        assert_clear(answer, lang)
    assert home.call(*other, "--json").codes == ["engine.command_reused"]
    assert home.state() == state
    assert home.call(*NOTE, "--json").data["data"]["repeated"]


def test_a_refused_command_leaves_its_id_free(home: Home) -> None:
    line = ("task", "advance", "{review}", "return", "--as", "{director}", "--command-id", "back")
    assert home.call(*line).code == 5
    assert home.call(*line, "--reason", "请补充依据").code == 0


def process(home: Home, *words: str, **more: object) -> subprocess.Popen[str]:
    """The program as people start it."""
    line = [sys.executable, "-m", "zeroerror", "--home", str(home.path)]
    filled = [word.format(**home.people, **home.tasks) for word in words]
    more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    with interruptible():
        return subprocess.Popen([*line, *filled], text=True, **more)  # type: ignore[call-overload, no-any-return]


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_an_interrupted_writer_leaves_nothing_half_written(sent: signal.Signals, home: Home) -> None:
    """It waits for somebody who is writing; interrupted there, it has done nothing, and by a key says 130."""
    state = home.state()
    with contextlib.closing(sqlite3.connect(home.database, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        running = process(home, "task", "note", "{draft}", "x", "--as", "{clerk}")
        _until_it_waits(running, home)
        running.send_signal(sent)
        out, err = running.communicate(timeout=60)
        raw.execute("ROLLBACK")
    # Struck down between its last word and its end it dies of the signal itself, which a shell tells as 130 too.
    assert running.returncode in (130, -sent)
    assert (out, "Traceback" in err) == ("", False)
    assert home.state() == state
    assert home.call("log", "verify").code == 0


def _until_it_waits(running: subprocess.Popen[str], home: Home) -> None:
    """Until the process has the database open."""
    for _ in range(600):
        with contextlib.suppress(OSError):
            open_files = [os.readlink(each) for each in Path(f"/proc/{running.pid}/fd").iterdir()]
            if str(home.database) in open_files:
                return
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_an_answer_that_cannot_be_written_is_no_traceback(home: Home) -> None:
    with Path("/dev/full").open("w") as full:
        running = process(home, "task", "list", "--as", "{clerk}", stdout=full)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert err.strip() and "Traceback" not in err, err


@pytest.mark.parametrize("words", [("task", "list"), ("task", "list", "--json"), ("--help",), ("dance",)])
def test_a_reader_that_has_gone_is_not_complained_of(words: tuple[str, ...], home: Home) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    running = process(home, *words, "--as", "{clerk}", stdout=writing)
    os.close(writing)
    _, err = running.communicate(timeout=60)
    assert running.returncode == (2 if words == ("dance",) else 0)
    assert "Traceback" not in err and "BrokenPipe" not in err, err


def test_no_streams_at_all_is_no_crash(home: Home) -> None:
    """Started with its three streams closed, as a careless scheduler does."""
    line = f"exec {sys.executable} -m zeroerror --home {home.path} task list --as {home.people['clerk']} <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", line], check=False, timeout=60).returncode == 0


def test_the_receipt_is_only_lost_with_the_reader_and_not_the_event(home: Home) -> None:
    """The event holds though nobody read the receipt; the same command tells it again."""
    reading, writing = os.pipe()
    os.close(reading)
    state = home.state()
    running = process(home, *NOTE, stdout=writing)
    os.close(writing)
    running.communicate(timeout=60)
    assert "leaf" in changed(state, home.state())
    assert home.call(*NOTE, "--json").data["data"]["repeated"]
