"""What every command takes: the home, the language, who acts, and how it is answered.

These flags may stand anywhere on the line, so they are taken off it before the commands are built; the
language must be known by then, because help texts are words too.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from zeroerror.model.errors import UsageError
from zeroerror.model.value import dataclass
from zeroerror.text import Language, choose_language, is_text, say

if TYPE_CHECKING:
    from zeroerror.service.front import Options
    from zeroerror.service.institution import Actor, Institution

#: What every command takes: the flag, the name it goes by here, and what kind of value it takes, if one.
FLAGS: tuple[tuple[str, str, str | None], ...] = (
    ("--json", "json", None),
    ("--home", "home", "directory"),
    ("--lang", "lang", "language"),
    ("--as", "person", "person"),
    ("--for", "for_", "post"),
    ("--dry-run", "dry_run", None),
    ("--command-id", "command_id", "id"),
    ("--no-input", "no_input", None),
)
_NAMES = {flag: name for flag, name, _ in FLAGS}
_SWITCHES = {flag for flag, _, takes in FLAGS if takes is None}
_HELP = ("--help", "-h", "--install-completion", "--show-completion")

#: An id pasted from a paper, in which its hyphens hold it together.
_PASTED = re.compile(r"[A-Za-z]{1,3}(?:[-\u2010\u2011][0-9A-Za-z]+)+")
_TORN = re.compile(r"[\u2010\u2011]")

#: A year outside these is a slip of the finger, and near the ends of time zones cannot be reckoned with.
FIRST_YEAR, LAST_YEAR = 1949, 2199


@dataclass(slots=True)
class Session:
    """One call of the program."""

    json: bool = False
    no_input: bool = False
    dry_run: bool = False
    home: str | None = None
    lang: str | None = None
    person: str | None = None
    for_: str | None = None
    command_id: str | None = None
    #: Somebody asks what there is: help texts are made, which cost time otherwise.
    helping: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    language: Language = "zh"
    warnings: list[dict[str, Any]] = field(default_factory=list)
    zone: str = "Asia/Shanghai"

    def say(self, code: str, **params: Any) -> str:
        """A sentence in the language of this call."""
        return say(code, params, self.language)

    @property
    def directory(self) -> Path:
        """The institution's home."""
        from zeroerror.service.institution import home_of

        # Where one stands is asked only if nothing else says: it may have been removed.
        return home_of(self.home, self.environ, Path())

    @contextmanager
    def institution(self, *, read_only: bool = False) -> Iterator[Institution]:
        """The institution, opened for this command."""
        from zeroerror.service.institution import open_institution

        with open_institution(self.directory, read_only=read_only) as inst:
            self.zone = inst.facts().zone
            yield inst

    def actor(self, inst: Institution) -> Actor:
        """Who has logged in; `--as` picks the key."""
        return inst.actor(self.person)

    def reader(self, inst: Institution) -> str:
        """Who reads: who is logged in, else nobody, who sees what the machine sees."""
        from zeroerror.model.errors import NotAuthorised

        try:
            return inst.actor(self.person).person
        except NotAuthorised:
            if self.person is not None:
                raise
            return "machine"

    @property
    def interactive(self) -> bool:
        """Whether there is somebody who can be asked."""
        return not (self.no_input or self.json) and sys.stdin.isatty()

    def at(self, text: str | None) -> datetime | None:
        """The instant that an option gives, if it was given."""
        return None if text is None else self.instant(text)

    def options(self) -> Options:
        """What writes take besides their own."""
        from zeroerror.service.front import Options

        return Options(command_id=self.command_id, dry_run=self.dry_run, for_=self.for_)

    def instant(self, text: str) -> datetime:
        """An instant as people write it: local without a zone, `2026-11-24 09:00`; UsageError for anything else."""
        try:
            found = datetime.fromisoformat(text.strip())
            if found.tzinfo is None:
                found = found.replace(tzinfo=ZoneInfo(self.zone))
            found = found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise UsageError("error.instant", value=text) from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise UsageError("error.instant", value=text)
        return found

    def local(self, instant: datetime) -> datetime:
        """An instant by the institution's clock; what is for ever has no local time."""
        try:
            return instant.astimezone(ZoneInfo(self.zone))
        except OverflowError:
            return instant


#: What a shell asks completions with.
COMPLETION = "_ZEROERROR_COMPLETE"

#: The call being answered; set once by `begin`.
current = Session()


def begin(argv: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Take what every command takes off the line; what is left is the command's own."""
    global current
    session, rest = Session(environ=environ), []
    words = [_TORN.sub("-", word) if _PASTED.fullmatch(word) else word for word in argv]
    while words:
        word = words.pop(0)
        if word == "--":
            rest += [word, *words]
            break
        name, equals, value = word.partition("=")
        if word in _SWITCHES:
            setattr(session, _NAMES[word], True)
        elif name in _NAMES and name not in _SWITCHES and (equals or words):
            setattr(session, _NAMES[name], value if equals else words.pop(0))
        else:
            rest.append(word)
    session.language = choose_language(session.lang, environ)
    session.helping = not rest or any(word in _HELP for word in rest) or COMPLETION in environ
    current = session
    return rest


def readable(text: str) -> str:
    """A text that somebody handed in, if it is one; UsageError for what could neither be kept nor shown."""
    if not is_text(text):
        raise UsageError("error.not_text", text=text[:40])
    return text


def passphrase(person: str, *, twice: bool = False) -> str:
    """A passphrase: from the environment, or asked for without being shown; never from the line itself."""
    given = current.environ.get("ZEROERROR_PASSPHRASE")
    if given:
        return given
    if not current.interactive:
        raise UsageError("error.passphrase_needed", person=person)
    import getpass

    found = getpass.getpass(current.say("cli.ask_passphrase", person=person))
    if twice and getpass.getpass(current.say("cli.ask_again")) != found:
        raise UsageError("error.passphrases_differ")
    return found
