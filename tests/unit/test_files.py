"""A file is there whole or not at all, whatever happens on the way, and a draft of it never is."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from zeroerror import files


@pytest.fixture(params=["unnamed", "named"])
def directory(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somewhere on a disk that has files without names, or has not."""
    if request.param == "named":
        monkeypatch.setattr(files, "_UNNAMED", 0)
    elif not hasattr(os, "O_TMPFILE"):
        pytest.skip("no files without names here")
    return tmp_path


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_what_is_written_stands_there_in_place_of_what_stood_there(directory: Path) -> None:
    path = directory / "m.docx"
    files.write(path, b"first")
    files.write(path, b"second", 0o600)
    assert path.read_bytes() == b"second"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(directory.iterdir()) == [path]


def test_what_is_added_takes_nobodys_place(directory: Path) -> None:
    path = directory / "c.json"
    assert files.add(path, b"first")
    assert not files.add(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(directory.iterdir()) == [path]


@pytest.mark.parametrize("put", [files.write, files.add])
@pytest.mark.parametrize("place", ["fsync", "write"])
def test_a_full_disk_leaves_what_stood_there_and_the_file_is_named(
    directory: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path, bytes], object], place: str
) -> None:
    path = directory / "m.docx"
    files.write(path, b"first")
    with monkeypatch.context() as patch:
        patch.setattr(os, place, full)
        with pytest.raises(OSError, match="No space") as raised:
            put(path, b"second")
    assert raised.value.filename == str(path)
    assert path.read_bytes() == b"first"
    assert list(directory.iterdir()) == [path]


@pytest.mark.parametrize("put", [files.write, files.add])
def test_where_the_directory_has_gone_it_is_the_file_that_is_named(
    directory: Path, put: Callable[[Path, bytes], object]
) -> None:
    path = directory / "gone" / "m.docx"
    with pytest.raises(FileNotFoundError) as raised:
        put(path, b"x")
    assert raised.value.filename == str(path)


def test_of_several_that_add_one_file_at_once_one_does(directory: Path) -> None:
    for number in range(20):
        path, start, done = directory / f"{number}", threading.Barrier(8), []

        def put(
            word: bytes, path: Path = path, start: threading.Barrier = start, done: list[bool] = done
        ) -> None:
            start.wait()
            done.append(files.add(path, word))

        threads = [threading.Thread(target=put, args=(bytes([65 + place]) * 999,)) for place in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(done) == [False] * 7 + [True]
        assert len(set(path.read_bytes())) == 1
    assert len(list(directory.iterdir())) == 20


def test_on_a_disk_without_links_a_file_is_added_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(files, "_UNNAMED", 0)
    monkeypatch.setattr(os, "link", unknown)
    assert files.add(tmp_path / "c", b"first")
    assert not files.add(tmp_path / "c", b"second")
    assert (tmp_path / "c").read_bytes() == b"first"
    assert [each.name for each in tmp_path.iterdir()] == ["c"]


def test_what_is_staged_and_never_placed_leaves_nothing(directory: Path) -> None:
    staged = files.Staged(directory / "scan.pdf", b"scan")
    staged.drop()
    assert list(directory.iterdir()) == []
    staged = files.Staged(directory / "scan.pdf", b"scan")
    del staged
    assert list(directory.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="no files without names here")
def test_a_process_that_is_killed_while_it_writes_leaves_nothing(tmp_path: Path) -> None:
    """The draft of a command with its sealed texts is not to lie about."""
    child = os.fork()
    if child == 0:
        os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        files.add(tmp_path / "c.json", b"sealed")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
