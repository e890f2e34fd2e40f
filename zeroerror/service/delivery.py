"""Messages on channels (企业微信, 钉钉, 飞书, mail): tried again where it certainly failed, and never sent twice.

Channels stand in `channels.toml` of the home, for its owner's eyes only: their addresses hold secrets, which go
into no ledger and no answer. An attempt is in the journal before anything is sent. If its outcome is not, for
the process was killed or the channel did not answer in time, nobody knows whether the message arrived: it is
shown as doubtful and not sent again, and whoever looks carries it from the outbox. Of two schedulers that try
at once, the one whose line stands first sends. A channel that takes a message and then says that it did not is
believed; nothing can be done about that from here.

Nothing here can stop an audit: it comes after the passes, in a process of its own that is ended when its time
is up, and what goes wrong is a warning.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from zeroerror.model.errors import errno_of
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.service import outbox
from zeroerror.service.institution import Institution
from zeroerror.service.messages import Message, messages
from zeroerror.text import Language

CHANNELS_FILE = "channels.toml"
#: A channel has so long to take a message, in seconds; it holds the next tick up no longer than that.
TIMEOUT = 20
#: An attempt that has said nothing for so long never will.
SILENT = timedelta(minutes=5)
#: After a failure the next attempt waits so long, then twice as long, at most that long.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(slots=True)
class Delivered:
    """How far a message has come on one channel."""

    message: str
    channel: str
    attempts: int = 0
    #: `trying`, `sent` or `failed`.
    state: str = ""
    why: str | None = None
    at: datetime | None = None
    #: The first to claim each attempt.
    claims: dict[int, str] = field(default_factory=dict)

    def doubtful(self, now: datetime) -> bool:
        """Whether nobody knows if it arrived."""
        silent = self.state == "trying" and self.at is not None and now - self.at > SILENT
        return silent or (self.state == "failed" and self.why == "timeout")

    def due(self, now: datetime) -> bool:
        """Whether it is to be tried now."""
        if self.state != "failed":
            return not self.state
        wait = min(FIRST_WAIT * 2 ** (self.attempts - 1), LONGEST_WAIT)
        return not self.doubtful(now) and self.at is not None and now >= self.at + wait


def deliver(inst: Institution, language: Language) -> list[Problem]:
    """Put what is to go out into the outbox and on every channel; returns what went wrong, which stops nothing."""
    found = list(messages(inst))
    unwritten = outbox.write(inst.home, found, language)
    channels, wrong = channels_of(inst.home)
    if unwritten:
        # Without a journal an attempt could not be told from none.
        return unwritten + wrong
    try:
        for name, address in channels.items():
            wrong += _on(inst.home, name, address, found, language)
    except OSError as error:
        wrong += _unwritable(inst.home, error)
    return wrong


def channels_of(home: Path) -> tuple[Mapping[str, str], list[Problem]]:
    """The channels by name with their addresses, and why there are none; no address is ever in a problem."""
    path = home / CHANNELS_FILE

    def wrong(code: str) -> tuple[Mapping[str, str], list[Problem]]:
        return {}, [Problem(code, {"file": CHANNELS_FILE}, severity="warning")]

    try:
        with path.open("rb") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                return wrong("outbox.channels_exposed")
            found = tomllib.load(file)
    except FileNotFoundError:
        return {}, []
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return wrong("outbox.channels_unreadable")
    if not all(isinstance(each, str) and each and _NAME.fullmatch(name) for name, each in found.items()):
        return wrong("outbox.channels_unreadable")
    return found, []


def standing(home: Path) -> dict[tuple[str, str], Delivered]:
    """How far each message has come on each channel, as the journal has it."""
    found: dict[tuple[str, str], Delivered] = {}
    for each in outbox.entries(home):
        channel, number = each.get("channel"), each.get("attempt")
        if not isinstance(channel, str) or not isinstance(number, int):
            continue
        key = (each["message"], channel)
        one = found.setdefault(key, Delivered(*key))
        if "claim" in each:
            one.claims.setdefault(number, each["claim"])
            if number > one.attempts:
                one.attempts, one.state, one.why, one.at = number, "trying", None, from_text(each["at"])
        elif number == one.attempts:
            one.state, one.why, one.at = each["state"], each.get("why"), from_text(each["at"])
    return found


def problems(home: Path) -> list[Problem]:
    """Everything that keeps messages from going out, or from arriving for certain."""
    try:
        return outbox.unwritable(home) or [*channels_of(home)[1], *unsent(home)]
    except OSError as error:
        return _unwritable(home, error)


def unsent(home: Path) -> list[Problem]:
    """What has been tried and has not arrived for certain, for somebody to look at."""
    now, found = datetime.now(UTC), []
    for one in standing(home).values():
        params = {"message": one.message, "channel": one.channel, "attempts": one.attempts, "why": one.why}
        if one.doubtful(now):
            found.append(Problem("outbox.doubtful", params, severity="warning"))
        elif one.state == "failed":
            found.append(Problem("outbox.failed", params, severity="warning"))
    return found


def _on(
    home: Path, channel: str, address: str, found: Sequence[Message], language: Language
) -> Iterable[Problem]:
    """Try what waits for one channel, oldest first; after a failure the rest waits too."""
    for message in found:
        now = datetime.now(UTC)
        one = standing(home).get((message.id, channel)) or Delivered(message.id, channel)
        number, claim = one.attempts + 1, secrets.token_hex(8)
        if not one.due(now):
            if one.state == "failed" and not one.doubtful(now):
                break
            continue
        attempt = {"message": message.id, "channel": channel, "attempt": number}
        outbox.note(home, {**attempt, "claim": claim, "at": to_text(now)})
        if standing(home)[message.id, channel].claims[number] != claim:
            # Another scheduler was first, and sends it.
            continue
        why = _sent(address, message, language)
        state = "sent" if why is None else "failed"
        outbox.note(home, {**attempt, "state": state, "why": why, "at": to_text(datetime.now(UTC))})
        if why is not None:
            code = "outbox.doubtful" if why == "timeout" else "outbox.failed"
            params = {"message": message.id, "channel": channel, "attempts": number, "why": why}
            return [Problem(code, params, severity="warning")]
    return []


def _sent(address: str, message: Message, language: Language) -> str | None:
    """Send a message; why it did not arrive, or None."""
    asked = {"address": address, "title": message.title(language), "body": message.body(language)}
    try:
        done = subprocess.run(
            # Handed in, for whoever lists processes sees their words.
            [sys.executable, "-m", "zeroerror.service.sending", str(TIMEOUT)],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            # What a library says of an address has its secrets in it.
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "timeout"
    except OSError:
        return "not_started"
    said = done.stdout.decode("ascii", "replace").strip()
    return None if said == "sent" else said if said in ("bad_address", "no_apprise", "refused") else "died"


def _unwritable(home: Path, error: OSError) -> list[Problem]:
    params = {"path": str(error.filename or home / outbox.DIRECTORY), "detail": errno_of(error)}
    return [Problem("outbox.unwritable", params, severity="warning")]
