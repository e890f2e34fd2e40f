"""The program as a process: signals, closed pipes, prompts, and going through what waits at a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.homes import Home, interruptible
from zeroerror.text import say

ENVIRON = {**os.environ, "PYTHONIOENCODING": "utf-8"}


def line(home: Home, *words: str) -> list[str]:
    """A call as a process."""
    return [sys.executable, "-m", "zeroerror", "--home", str(home.path), "--lang", "zh", *words]


def test_an_interrupted_command_says_nothing_and_exits_130(home: Home) -> None:
    words = line(home, "task", "note", home.tasks["draft"], "-", "--as", home.people["clerk"])
    with interruptible():
        running = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRON
        )
    # It waits for its text from standard input; by then it has long begun.
    time.sleep(3)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert (out, err) == (b"", b"")


def test_whoever_reads_may_go_away(home: Home) -> None:
    running = subprocess.Popen(
        line(home, "log", "show", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRON
    )
    assert running.stdout is not None
    running.stdout.close()
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")


def test_a_closed_stdout_is_no_error(home: Home) -> None:
    shell = " ".join(f"'{word}'" for word in line(home, "board"))
    done = subprocess.run(
        ["sh", "-c", f"{shell} >&-"], capture_output=True, env=ENVIRON, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "TERM": "xterm-256color"}])
def test_nothing_is_coloured_or_boxed(home: Home, variables: dict[str, str]) -> None:
    for words in (("board",), ("--help",), ("task", "shw"), ("finding", "list")):
        done = subprocess.run(
            line(home, *words), capture_output=True, env={**ENVIRON, **variables}, timeout=60, check=False
        )
        told = (done.stdout + done.stderr).decode()
        assert "\x1b" not in told
        assert not any("\u2500" <= sign <= "\u257f" for sign in told)


class Keyboard:
    """A terminal with somebody before it."""

    def __init__(self, words: list[str], environ: dict[str, str]) -> None:
        self._process, self._ours = pty.fork()
        if self._process == 0:
            os.execve(words[0], words, environ)
        self.seen = ""

    def until(self, text: str) -> None:
        """Wait until something stands on the screen."""
        ends = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < ends, self.seen
            if not self._read():
                assert text in self.seen, self.seen
                return

    def type(self, text: str) -> None:
        """Type a line."""
        self.seen = ""
        os.write(self._ours, text.encode())

    def ended(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        os.close(self._ours)
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], 60)[0]:
            return False
        try:
            read = os.read(self._ours, 65536)
        except OSError:
            return False
        self.seen += read.decode("utf-8", "replace")
        return bool(read)


def test_what_waits_is_gone_through_at_a_terminal(home: Home, tmp_path: Path) -> None:
    clerk, director, draft = home.people["clerk"], home.people["director"], home.tasks["draft"]
    asked = home.call("task", "extend", draft, "--by", "2wd", "--reason", "等上级文件", "--as", clerk)
    assert asked.code == 0, asked
    review = home.tasks["review"]
    keyboard = Keyboard(line(home, "next", "--review", "--as", director), dict(ENVIRON))
    keyboard.until(say("cli.review_ask_proposal", {}, "zh"))
    assert "等上级文件" in keyboard.seen and draft in keyboard.seen
    keyboard.type("maybe\n")
    keyboard.until(say("cli.review_ask_proposal", {}, "zh"))
    keyboard.type("y\n")
    keyboard.until(say("cli.review_ask_step", {}, "zh"))
    assert say("cli.did_confirmed", {}, "zh") in keyboard.seen and review in keyboard.seen
    numbered = re.search(r"(\d)  退回", keyboard.seen)
    assert numbered is not None
    keyboard.type(f"{numbered[1]}\n")
    keyboard.until(say("cli.review_reason", {}, "zh"))
    keyboard.type("格式不合规范\n")
    assert keyboard.ended() == 0
    assert say("cli.review_end", {}, "zh") in keyboard.seen
    history = home.call("task", "show", review, "--json", "--as", clerk).data["data"]["history"]
    assert ("return", "格式不合规范") in [(each["action"], each["reason"]) for each in history]


def test_reviewing_needs_a_terminal(home: Home) -> None:
    done = home.call("next", "--review", "--json", "--as", home.people["director"])
    assert (done.code, done.codes) == (2, ["cli.review_terminal"])


def test_a_passphrase_is_not_shown_and_an_empty_line_cancels(home: Home) -> None:
    environ = {key: value for key, value in ENVIRON.items() if key != "ZEROERROR_PASSPHRASE"}
    keyboard = Keyboard(line(home, "login", home.people["clerk"]), environ)
    keyboard.until("口令")
    keyboard.type("demo\n")
    assert keyboard.ended() == 0
    assert "demo" not in keyboard.seen
    keyboard = Keyboard(line(home, "login", home.people["clerk"]), environ)
    keyboard.until("口令")
    keyboard.type("\x04")
    assert keyboard.ended() == 3
