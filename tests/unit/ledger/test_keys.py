"""A key is its owner's: under his passphrase, or unlocked for a while in a file that only he can read."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from zeroerror.ledger import keys, signing
from zeroerror.ledger.leaf import LedgerError
from zeroerror.model.errors import NotAuthorised, UsageError
from zeroerror.model.instant import to_text

KEY = signing.PrivateKey(b"k" * 32)
OTHER = signing.PrivateKey(b"o" * 32)
IDLE = 3600


def now() -> datetime:
    """A session file's own time is the system's, so these tests go from it and only ask for differences."""
    return datetime.now(UTC)


def opened(directory: Path, person: str = "zhang", hours: int = 10) -> datetime:
    start = now()
    keys.open_session(directory, person, KEY, to_text(start + timedelta(hours=hours)), IDLE)
    return start


def saved(path: Path, passphrase: str | None) -> Path:
    keys.save_private(path, KEY, passphrase, work=keys.SANDBOX_WORK)
    return path


@pytest.mark.parametrize("passphrase", [None, "一个口令", ""])
def test_a_saved_key_is_loaded_again(tmp_path: Path, passphrase: str | None) -> None:
    path = saved(tmp_path / "keys" / "zhang.key", passphrase)
    assert keys.load_private(path, passphrase).seed == KEY.seed


def test_a_passphrase_is_the_same_however_it_is_composed(tmp_path: Path) -> None:
    assert keys.load_private(saved(tmp_path / "k", "e\u0301"), "é").seed == KEY.seed


@pytest.mark.parametrize("wrong", [None, "", "别的口令", "一个口令 "])
def test_a_wrong_passphrase_is_refused(tmp_path: Path, wrong: str | None) -> None:
    with pytest.raises(NotAuthorised) as caught:
        keys.load_private(saved(tmp_path / "k", "一个口令"), wrong)
    assert caught.value.code == "ledger.wrong_passphrase"


def test_a_missing_key_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(NotAuthorised) as caught:
        keys.load_private(tmp_path / "none.key", "口令")
    assert caught.value.code == "ledger.key_missing"


def test_a_key_under_a_passphrase_is_not_in_its_file(tmp_path: Path) -> None:
    path = saved(tmp_path / "k", "一个口令")
    assert KEY.seed.hex() not in path.read_text("utf-8")
    assert path.read_text("utf-8") != saved(tmp_path / "again", "一个口令").read_text("utf-8")


def test_guessing_a_passphrase_costs_as_much_as_is_recommended(tmp_path: Path) -> None:
    keys.save_private(tmp_path / "k", KEY, "一个口令")
    # OWASP's table for scrypt: N=2^15, r=8, p=3.
    assert json.loads((tmp_path / "k").read_text("utf-8"))["scrypt"] == [15, 8, 3]


@pytest.mark.parametrize(
    "change",
    [{"scrypt": [31, 8, 3]}, {"scrypt": [0, 8, 3]}, {"scrypt": [4, 2**30, 1]}, {"salt": "zz"}, {"nonce": 1}],
)
def test_a_changed_file_does_not_exhaust_its_reader(tmp_path: Path, change: dict[str, object]) -> None:
    path = saved(tmp_path / "k", "一个口令")
    doc = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**doc, **change}), "utf-8")
    with pytest.raises(LedgerError, match="key_unreadable"):
        keys.load_private(path, "一个口令")


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"key": "00"}', '{"key": 1}'])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    path = saved(tmp_path / "k", None)
    path.write_text(text, "utf-8")
    with pytest.raises(LedgerError, match="key_unreadable"):
        keys.load_private(path, None)


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing elsewhere")
def test_keys_and_sessions_are_for_their_owner_only(tmp_path: Path) -> None:
    path = saved(tmp_path / "keys" / "k", None)
    start = opened(tmp_path / "sessions")
    session = tmp_path / "sessions" / "zhang.session"
    for file in (path, session):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        file.chmod(0o640)
    with pytest.raises(NotAuthorised, match="others_may_read"):
        keys.load_private(path, None)
    with pytest.raises(NotAuthorised, match="others_may_read"):
        keys.read_session(tmp_path / "sessions", "zhang", start)


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(saved(tmp_path / "k", None))
    with pytest.raises(LedgerError, match="key_unreadable"):
        keys.load_private(tmp_path / "link", None)


def test_nothing_half_written_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "keys" / "k", None)
    before = path.read_bytes()

    def fails(*_: object) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        keys.save_private(path, OTHER, None)
    assert (path.read_bytes(), [each.name for each in path.parent.iterdir()]) == (before, ["k"])


def test_a_session_gives_the_key_until_its_end(tmp_path: Path) -> None:
    start = opened(tmp_path)
    session = keys.read_session(tmp_path, "zhang", start + timedelta(minutes=1))
    assert session is not None
    assert (session.person, session.private.seed) == ("zhang", KEY.seed)
    assert session.key_id == signing.key_id(signing.public_hex(KEY))
    assert session.until == to_text(start + timedelta(hours=10))


def test_a_session_ends_at_its_instant_however_busy_it_was(tmp_path: Path) -> None:
    start = opened(tmp_path)
    for minutes in range(30, 600, 30):
        assert keys.read_session(tmp_path, "zhang", start + timedelta(minutes=minutes)) is not None
    assert keys.read_session(tmp_path, "zhang", start + timedelta(minutes=600)) is None


def test_a_session_in_which_nothing_is_done_ends_and_leaves_no_key_behind(tmp_path: Path) -> None:
    start = opened(tmp_path)
    assert keys.read_session(tmp_path, "zhang", start + timedelta(seconds=IDLE - 1)) is not None
    late = start + timedelta(seconds=2 * IDLE)
    assert keys.read_session(tmp_path, "zhang", late) is None
    assert list(tmp_path.iterdir()) == []


def test_listing_sessions_is_not_doing_something(tmp_path: Path) -> None:
    start = opened(tmp_path)
    assert [each.person for each in keys.sessions(tmp_path, start + timedelta(seconds=IDLE - 1))] == ["zhang"]
    assert keys.sessions(tmp_path, start + timedelta(seconds=IDLE + 1)) == []


def test_the_only_session_needs_no_name_and_two_do(tmp_path: Path) -> None:
    assert keys.read_session(tmp_path, None, now()) is None
    start = opened(tmp_path)
    session = keys.read_session(tmp_path, None, start)
    assert session is not None
    assert session.person == "zhang"
    opened(tmp_path, "long")
    with pytest.raises(UsageError) as caught:
        keys.read_session(tmp_path, None, start)
    assert (caught.value.code, caught.value.params) == (
        "ledger.several_sessions",
        {"persons": ["long", "zhang"]},
    )
    assert keys.read_session(tmp_path, "long", start) is not None


def test_closing_locks_one_key_or_all(tmp_path: Path) -> None:
    start = opened(tmp_path)
    for person in ("long", "li"):
        opened(tmp_path, person)
    keys.close_session(tmp_path, "zhang")
    assert keys.read_session(tmp_path, "zhang", start) is None
    assert [each.person for each in keys.sessions(tmp_path, start)] == ["li", "long"]
    keys.close_session(tmp_path)
    assert keys.sessions(tmp_path, start) == []
    keys.close_session(tmp_path, "zhang")


@pytest.mark.parametrize("person", ["../zhang", "a/b", "", ".", "a\\b", "c:d"])
def test_a_name_cannot_lead_out_of_the_directory(tmp_path: Path, person: str) -> None:
    start = opened(tmp_path)
    assert keys.read_session(tmp_path / "inner", person, start) is None
    keys.close_session(tmp_path / "inner", person)
    with pytest.raises(UsageError):
        opened(tmp_path / "inner", person)
    assert keys.read_session(tmp_path, "zhang", start) is not None


def test_a_session_file_that_is_none_is_refused(tmp_path: Path) -> None:
    start = opened(tmp_path)
    path = tmp_path / "zhang.session"
    doc = json.loads(path.read_text("utf-8"))
    for wrong in ({"until": "soon"}, {"key": "00"}, {"idle": "long"}, {"until": 1}):
        path.write_text(json.dumps({**doc, **wrong}), "utf-8")
        with pytest.raises(LedgerError, match="session_unreadable"):
            keys.read_session(tmp_path, "zhang", start)
