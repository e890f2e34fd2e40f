"""What people write and hand in: plain values into the leaf, everything else sealed, files beside it."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from zeroerror.files import Staged
from zeroerror.model.command import Payload
from zeroerror.model.errors import UsageError, errno_of
from zeroerror.model.workflow import Action, FormField, Workflow
from zeroerror.service.classified import mark_in
from zeroerror.service.front import seal
from zeroerror.service.institution import Institution

#: A scan of a long document stays below this, and a database export does not (bytes).
FILE_MAX = 100 * 1024 * 1024
#: A long opinion stays below this; a document is an attachment (signs).
TEXT_MAX = 100_000


class Draft:
    """A command's body in the making, with the texts that it seals."""

    def __init__(self, inst: Institution, *, keeps_files: bool = True) -> None:
        self._inst = inst
        #: Whether files may be kept: not of a stub, and none once a mark of secrecy has been seen (`classified`).
        self._keeps_files = keeps_files
        self.fields: dict[str, str] = {}
        self.sealed: dict[str, str] = {}
        self.attachments: list[dict[str, str]] = []
        self.payloads: list[Payload] = []
        #: What was handed in, safe on the disk, and without a name until its command has not been refused.
        self.files: list[Staged] = []

    def text(self, text: str | None) -> str | None:
        """The digest of a sealed text; None for none, and blanks say nothing either."""
        self._look(() if text is None else (text,))
        return None if text is None or not text.strip() else self._sealed(text)

    def fill(self, workflow: Workflow, fields: Mapping[str, str]) -> None:
        """Take the values of a form: what the definition calls plain stays readable, the rest is sealed."""
        self._look(fields.values())
        for written, value in fields.items():
            field = _meant(workflow, written)
            name = written if field is None else field.name
            if field is not None and not value.strip():
                # Blanks fill nothing in: what is required is then missing, and told so.
                continue
            if field is not None and field.type == "file":
                self.sealed[name] = self._sealed(self._kept(Path(value)))
            elif field is None or field.plain:
                if not name.isascii():
                    # What is signed has no such names, so it cannot come as far as the engine.
                    known = [each.name for each in workflow.fields]
                    raise UsageError("engine.unknown_field", field=name, known=known)
                # A field that the form does not know is refused by the engine, under its own name.
                self.fields[name] = value
            else:
                self.sealed[name] = self._sealed(value)

    def attach(self, files: Sequence[Path]) -> None:
        """Keep files, and name each by its digest and its sealed name."""
        self._look(path.name for path in files)
        for path in files:
            kept = self._kept(path)
            digest, _, name = kept.partition(" ")
            self.attachments.append({"file": digest, "name": self._sealed(name)})

    def _look(self, texts: Iterable[str]) -> None:
        if mark_in(texts) is not None:
            self._keeps_files = False

    def fill_from_attachments(self, workflow: Workflow, action: Action, held: Mapping[str, Any]) -> None:
        """Let the one file that came along fill the one file that the action asks for, so nobody names it twice.

        What is not there yet goes first; where all is there, as after a return, the file takes the old one's place.
        """
        files = [
            name
            for name in action.require
            if name not in self.sealed
            and (field := workflow.field(name)) is not None
            and field.type == "file"
        ]
        asked = [name for name in files if name not in held] or files
        if len(asked) == 1 and len(self.attachments) == 1:
            only = self.attachments[0]
            name = next(each.text for each in self.payloads if each.digest == only["name"])
            self.sealed[asked[0]] = self._sealed(f"{only['file']} {name}")

    def same_as(self, name: str, held: str | None) -> None:
        """Name the text that a field holds already, by its digest, where what is given for it is the same.

        Digests are salted, so only here can it be seen that nothing has changed; a file is the same under any name.
        """
        given, stood = self.sealed.get(name), None if held is None else self._inst.text(held)
        text = next((each.text for each in self.payloads if each.digest == given), None)
        if given is None or held is None or text is None or stood is None:
            return
        if text == stood or (_file_of(text) is not None and _file_of(text) == _file_of(stood)):
            self.sealed[name] = held
            self.payloads[:] = [each for each in self.payloads if each.digest != given]

    def _sealed(self, text: str) -> str:
        if len(text) > TEXT_MAX:
            raise UsageError("error.text_too_long", size=len(text), most=TEXT_MAX)
        payload = seal(text)
        self.payloads.append(payload)
        return payload.digest

    def _kept(self, path: Path) -> str:
        data = contents(path)
        digest = hashlib.sha256(data).hexdigest()
        directory = self._inst.home / "files" / digest[:2]
        target = directory / digest
        if self._keeps_files and not target.exists():
            directory.mkdir(parents=True, exist_ok=True)
            self.files.append(Staged(target, data))
        return f"{digest} {path.name}"


def _file_of(text: str) -> str | None:
    """The digest of the file that a field's text names, where it names one."""
    digest, space, _ = text.partition(" ")
    return digest if space and re.fullmatch("[0-9a-f]{64}", digest) else None


def _meant(workflow: Workflow, written: str) -> FormField | None:
    """The field that somebody means: by its name, or by the title under which he sees it."""
    by_title = [field for field in workflow.fields if field.title == written]
    return workflow.field(written) or (by_title[0] if len(by_title) == 1 else None)


def contents(path: Path) -> bytes:
    """A file's bytes. Raises UsageError for what is no ordinary file of a sensible size."""
    try:
        found = path.lstat()
    except (OSError, ValueError) as error:
        raise UsageError("error.file_missing", path=str(path)) from error
    if stat.S_ISLNK(found.st_mode):
        raise UsageError("error.file_is_link", path=str(path))
    if not stat.S_ISREG(found.st_mode):
        raise UsageError("error.file_not_regular", path=str(path))
    if found.st_size > FILE_MAX:
        raise UsageError("error.file_too_large", path=str(path), most=FILE_MAX // (1024 * 1024))
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError("error.file_unreadable", path=str(path), detail=errno_of(error)) from error
