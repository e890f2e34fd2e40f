"""A file in its place whole or not at all: written aside, synced, and only then given its name.

Where the system can (Linux), what is written aside has no name until it is whole, so that a process that is
killed leaves nothing of it; elsewhere it may leave a draft, hidden, ending in `.part`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import weakref
from pathlib import Path

#: A file without a name, and the door through which it is given one.
_UNNAMED = getattr(os, "O_TMPFILE", 0)
_BY_HANDLE = "/proc/self/fd"


def write(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Put a file in its place, or leave what stands there; raises OSError with its name."""
    staged = Staged(path, content, mode)
    try:
        staged.place()
    finally:
        staged.drop()


def add(path: Path, content: bytes, mode: int = 0o666) -> bool:
    """Put a file where there is none; False where there is one, which stays. Raises OSError with its name."""
    staged = Staged(path, content, mode)
    try:
        return staged.add()
    finally:
        staged.drop()


class Staged:
    """Content that is safe on the disk and has no name yet: until it is placed, dropping it leaves nothing."""

    def __init__(self, path: Path, content: bytes, mode: int = 0o666) -> None:
        self.path = path
        self._draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            self._handle, self._named = _begun(self._draft, mode)
            self._dropped = weakref.finalize(self, _drop, self._handle, self._draft)
            try:
                _written(self._handle, content)
            except BaseException:
                self.drop()
                raise
        except OSError as error:
            raise _about(path, error) from error

    def place(self) -> None:
        """Give it its name, whatever had that name before; raises OSError with its name."""
        try:
            if not self._named:
                self._linked(self._draft)
            os.replace(self._draft, self.path)
            _synced(self.path.parent)
        except OSError as error:
            raise _about(self.path, error) from error

    def add(self) -> bool:
        """Give it its name, unless another file has it; raises OSError with its name."""
        try:
            try:
                self._linked(self.path)
            except FileExistsError:
                return False
            except OSError:
                # Some disks know no links.
                if self.path.exists():
                    return False
                os.replace(self._draft, self.path)
            _synced(self.path.parent)
        except OSError as error:
            raise _about(self.path, error) from error
        return True

    def drop(self) -> None:
        """Let go of it: what has been placed stays, what has not is gone."""
        self._dropped()

    def _linked(self, path: Path) -> None:
        if self._named:
            os.link(self._draft, path)
            return
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            # Only with a directory named does Python follow the handle to the file.
            os.link(f"{_BY_HANDLE}/{self._handle}", path, src_dir_fd=directory, follow_symlinks=True)
        finally:
            os.close(directory)


def _begun(draft: Path, mode: int) -> tuple[int, bool]:
    """A file to write to, and whether it has a name."""
    if _UNNAMED and os.path.isdir(_BY_HANDLE):
        # Not every disk has files without names.
        with contextlib.suppress(OSError):
            return os.open(draft.parent, os.O_WRONLY | _UNNAMED, mode), False
    return os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), True


def _written(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
    os.fsync(handle)


def _synced(directory: Path) -> None:
    """Let a name survive a power cut; only where a directory can be opened."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _drop(handle: int, draft: Path) -> None:
    os.close(handle)
    with contextlib.suppress(OSError):
        draft.unlink(missing_ok=True)


def _about(path: Path, error: OSError) -> OSError:
    return OSError(error.errno, error.strerror, str(path))
