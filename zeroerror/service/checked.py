"""What checking a definition has shown, kept under the home by digest, so that it is asked again only when it differs.

Walking all regions of a definition together takes its time, and reading and checking every file takes a second.
What was found is kept with the digest of the files and of the program that found it: another byte in either, and
it is found anew. It serves `workflow check` only. What is published, confirmed or verified is always checked
afresh, so that nobody gains anything by writing into what was kept; what cannot be read of it is as if it were
not there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from zeroerror.definition.loaded import Loaded
from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.problem import Problem
from zeroerror.model.workflow_json import from_json

FILE = Path("cache") / "checked.json"

#: What decides what is found: these rooms of the program.
_ROOMS = ("definition", "engine", "model")

_PACKAGE = Path(__file__).parents[1]


def load_kept(paths: Iterable[Path], home: Path | None) -> list[Loaded]:
    """The definitions of these files, each once; what was kept under the home of those that have not changed."""
    paths = list(paths)
    if home is None:
        return _loaded(paths)
    file, program = home / FILE, _program()
    held = _read(file, program)
    keys = {path: _key(path) for path in paths}
    found, fresh = [], {}
    for path in paths:
        loaded = _of_entry(path, held.get(str(path)), keys[path])
        if loaded is None:
            loaded = _loaded([path])[0]
            fresh[str(path)] = _entry(loaded, keys[path])
        found.append(loaded)
    if fresh:
        _write(file, program, held, fresh)
    return _each_once(found)


def _loaded(paths: list[Path]) -> list[Loaded]:
    from zeroerror.definition.loader import load_files

    return load_files(paths)


def _each_once(found: Iterable[Loaded]) -> list[Loaded]:
    return list({loaded.files: loaded for loaded in found}.values())


def _program() -> str:
    """The digest of all that has a part in what is found."""
    digest = sha256()
    for room in _ROOMS:
        for file in sorted((_PACKAGE / room).rglob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _key(path: Path) -> str:
    """The digest of a file, and of the whole tree where overlays stand beside it."""
    tree = Path(os.path.normpath(path.parent / ".."))
    laid = any((tree / "overlays").glob("*.yaml"))
    digest = sha256()
    for file in (path, *(sorted(tree.rglob("*.yaml")) if laid else ())):
        digest.update(str(file).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(file: Path, program: str) -> Mapping[str, Any]:
    """What was kept; nothing where it is damaged, or was found by another program."""
    try:
        held = json.loads(file.read_bytes())
        return held["entries"] if held["program"] == program and isinstance(held["entries"], dict) else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _write(file: Path, program: str, held: Mapping[str, Any], entries: Mapping[str, Any]) -> None:
    there = {name: entry for name, entry in held.items() if Path(name).is_file()}
    text = json.dumps({"program": program, "entries": {**there, **entries}}, ensure_ascii=False)
    beside = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(exist_ok=True)
        beside.write_text(text, "utf-8")
        beside.replace(file)
    except OSError:
        # A home that cannot be written to is checked afresh each time, and is none the worse for it.
        with suppress(OSError):
            beside.unlink()


def _entry(loaded: Loaded, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "files": list(loaded.files),
        "effective": loaded.effective,
        "problems": [[each.code, dict(each.params), each.where, each.severity] for each in loaded.problems],
    }


def _of_entry(path: Path, entry: Any, key: str) -> Loaded | None:
    """What was found of a file; None where that is not known, or not to be understood."""
    try:
        if entry["key"] != key:
            return None
        effective = str(entry["effective"])
        workflow = from_json(json.loads(effective)) if effective else None
        problems = tuple(
            Problem(code, dict(params), where, severity)
            for code, params, where, severity in entry["problems"]
        )
        name, *overlays = map(str, entry["files"])
    except (KeyError, TypeError, ValueError, ZeroErrorError):
        return None
    digest = sha256(effective.encode()).hexdigest() if effective else ""
    return Loaded(name, workflow, "", effective, digest, problems, _where(path), laid=tuple(overlays))


def _where(path: Path) -> Callable[..., str]:
    """The lines of a file, which is read again only where something is said of it."""

    @cache
    def where() -> Callable[..., str]:
        return _loaded([path])[0].where

    return lambda *parts: where()(*parts)
