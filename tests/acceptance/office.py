"""People of the sample institution at the command line: each call is one of theirs, in one language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.acceptance.homes import Answer, call

PASSPHRASE = "demo"


@dataclass(slots=True)
class Office:
    """A sandbox whose people are at the keyboard one after another."""

    home: Path
    lang: str
    #: What has been said to people, for a look at the whole.
    said: list[str] = field(default_factory=list)

    def found(self, database: str, start: str) -> Mapping[str, Any]:
        """Found it; everybody named then logs in with the passphrase that was printed."""
        answer = call(self._line("init", "--simulated", "--database", database, "--start", start, "--json"))
        assert answer.code == 0, answer
        data: Mapping[str, Any] = answer.data["data"]
        assert data["passphrase"] == PASSPHRASE
        return data

    def login(self, *people: str) -> None:
        """Everybody at his own keyboard."""
        for person in people:
            self.do("login", person)

    def do(self, *words: str | Path, by: str | None = None, stdin: str = "") -> str:
        """A call that must succeed; what it says."""
        answer = self.call(*words, by=by, stdin=stdin)
        assert answer.code == 0, (words, answer)
        return answer.out

    def data(self, *words: str | Path, by: str | None = None, code: int = 0) -> Any:
        """A call that must succeed, as a program asks; its data."""
        answer = self.call(*words, "--json", by=by)
        assert answer.code == code, (words, answer)
        return json.loads(answer.out)["data"]

    def call(self, *words: str | Path, by: str | None = None, stdin: str = "") -> Answer:
        """A call, whatever comes of it."""
        answer = call(self._line(*words, by=by), stdin)
        self.said += [answer.out, answer.err]
        return answer

    def process(
        self, *words: str | Path, by: str | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """The same as a process of its own."""
        environ = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
        line = [sys.executable, "-m", "zeroerror", *self._line(*words, by=by)]
        return subprocess.run(
            line, capture_output=True, text=True, env=environ, timeout=120, check=False, **more
        )

    def clock(self, at: str) -> None:
        """The sandbox's clock set."""
        self.do("clock", "set", at)

    def decide(self, person: str) -> None:
        """Confirm the one proposal that waits for somebody."""
        waiting = [each for each in self.data("proposal", "list", by=person) if each["may_decide"]]
        assert len(waiting) == 1, waiting
        self.do("proposal", "confirm", waiting[0]["id"], by=person)

    def _line(self, *words: str | Path, by: str | None = None) -> list[str]:
        line = ["--home", str(self.home), "--lang", self.lang, *(str(word) for word in words)]
        return line if by is None else [*line, "--as", by]
