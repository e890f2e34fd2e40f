"""Signed commands kept with their author, where he gave one an id so as to be able to send it again.

A command without an id of its own cannot be repeated, because nobody knows the id that it was given; so it
is not kept, and a step costs no second write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from zeroerror import files
from zeroerror.model.command import Payload
from zeroerror.model.errors import UsageError

#: An id becomes a file's name, so it is held to what is one everywhere.
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
ID_MAX = 64


def kept(
    home: Path, person: str, command: str, signed: dict[str, Any], payloads: Sequence[Payload]
) -> tuple[dict[str, Any], list[Payload]]:
    """The signed command of that id with its sealed texts, as kept before; or these, kept now.

    Of several processes that keep the same id at once, all have what the first one kept. Raises UsageError
    where the id is no id, or something else was asked for under it.
    """
    if not command or len(command) > ID_MAX or not set(command) <= _ALLOWED or command.startswith("."):
        raise UsageError("error.command_id", command=command[:ID_MAX])
    directory = home / "sent" / person
    path = directory / f"{command}.json"
    if path.exists():
        return _as_kept(path, signed, payloads)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    rows = [(each.digest, each.salt, each.text) for each in payloads]
    content = json.dumps({"signed": signed, "payloads": rows}, ensure_ascii=False).encode()
    if not files.add(path, content, 0o600):
        return _as_kept(path, signed, payloads)
    return signed, list(payloads)


def _as_kept(
    path: Path, signed: Mapping[str, Any], payloads: Sequence[Payload]
) -> tuple[dict[str, Any], list[Payload]]:
    stored = json.loads(path.read_text("utf-8"))
    earlier, texts = stored["signed"], [Payload(*each) for each in stored["payloads"]]
    known = {each.digest: each.text for each in (*texts, *payloads)}
    if _asked(earlier["command"], known) != _asked(signed["command"], known):
        raise UsageError("engine.command_reused", command=path.stem)
    return earlier, texts


def forget(home: Path, person: str, command: str) -> None:
    """Let go of a command that has not been taken in and never will be."""
    (home / "sent" / person / f"{command}.json").unlink(missing_ok=True)


def alike(first: Mapping[str, Any], second: Mapping[str, Any], texts: Iterable[Payload]) -> bool:
    """Whether two commands ask for the same: never compared by time, salt or last leaf (design §6)."""
    known = {each.digest: each.text for each in texts}
    return _content(first, known) == _content(second, known)


def _content(command: Mapping[str, Any], known: Mapping[str, str]) -> tuple[Any, ...]:
    targets = [(each["task"], each["step"], each["visit"]) for each in command["targets"]]
    body = _told(command["body"], known)
    return command["kind"], body, targets, command["capacity"], command["origin"]


#: What the service adds to a command from what is in force when it is made.
_ADDED = ("definition", "definitions", "replaces", "touched")


def _asked(command: Mapping[str, Any], known: Mapping[str, str]) -> tuple[Any, ...]:
    """What a command's author asked for, without what the service found out for him.

    Step, visit, capacity and definition were found when he first asked, and may be others now that the
    command has taken effect: whoever asks again does not know that, and must be given his first receipt.
    """
    body = _unadded(command["body"])
    if isinstance(body.get("body"), Mapping):
        body["body"] = _unadded(body["body"])
    if "acts" in body:
        body["acts"] = [{**each, "capacity": None} for each in body["acts"]]
    tasks = [each["task"] for each in command["targets"]]
    return command["kind"], _told(body, known), tasks, command["origin"]


def _unadded(body: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in body.items() if key not in _ADDED}
    if isinstance(found.get("opens"), Mapping):
        found["opens"] = {key: value for key, value in found["opens"].items() if key not in _ADDED}
    return found


def _told(value: Any, known: Mapping[str, str]) -> Any:
    """A body with each digest of a sealed text replaced by the text."""
    if isinstance(value, Mapping):
        return {key: _told(each, known) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_told(each, known) for each in value]
    return ("text", known[value]) if isinstance(value, str) and value in known else value
