"""What cannot be done is said in bounded time, under its own name, and leaves the database as it was."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.store import lived
from tests.integration.store.relay import Relay
from tests.integration.store.samples import ON_POSTGRESQL, ON_SQLITE, append, filled, row
from tests.service.house import House, done_of, with_id
from zeroerror.model.errors import Busy, ZeroErrorError
from zeroerror.service import tasks
from zeroerror.service.front import Receipt
from zeroerror.service.institution import open_institution
from zeroerror.service.verification import verify
from zeroerror.store import errors, log, postgresql, sqlite, upgrade
from zeroerror.store.connection import Connection, connect
from zeroerror.store.log import Head


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers wait a tenth of a second for each other."""
    pragmas = tuple(
        ("busy_timeout", "100", 100) if each[0] == "busy_timeout" else each for each in sqlite.PRAGMAS
    )
    monkeypatch.setattr(sqlite, "PRAGMAS", pragmas)
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT", "100ms")


def test_a_writer_that_waited_too_long_is_told_and_has_written_nothing(
    impatient: None, ledger: str, opened: Callable[[str], Connection]
) -> None:
    first, second = opened(ledger), opened(ledger)
    with first.write():
        log.head(first, lock=True)
        with pytest.raises(Busy) as busy, second.write():
            log.head(second, lock=True)
            log.append(second, [row(0)], Head(1, "h", "t", "f"))
        assert busy.value.code == "store.busy"
        # Readers do not wait for a writer.
        assert log.head(second).size == 0
        log.append(first, [row(0)], Head(1, "h", "t", "f"))
    assert log.head(second).size == 1
    append(second, [row(1)])


def test_a_writer_waits_for_another_who_is_soon_done(
    ledger: str, opened: Callable[[str], Connection]
) -> None:
    first = opened(ledger)
    held, done = threading.Event(), threading.Event()

    def other() -> None:
        conn = connect(ledger)
        with conn.write():
            log.head(conn, lock=True)
            held.set()
            done.wait(0.2)
            log.append(conn, [row(0)], Head(1, "h", "t", "f"))
        conn.close()

    thread = threading.Thread(target=other)
    thread.start()
    held.wait()
    with first.write():
        assert log.head(first, lock=True).size == 1
        log.append(first, [row(1)], Head(2, "h", "t", "f"))
    thread.join()
    assert [each.idx for each in log.leaves(first)] == [0, 1]


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(
    ledger: str, opened: Callable[[str], Connection]
) -> None:
    reader, writer = opened(ledger), opened(ledger)
    filled(writer, 2)
    with reader.read():
        assert log.head(reader).size == 2
        append(writer, [row(2)])
        assert log.head(reader).size == 2
        assert len(list(log.leaves(reader, 0, 9))) == 2
    assert log.head(reader).size == 3


@ON_POSTGRESQL
def test_a_server_that_lets_go_between_statement_and_commit_leaves_the_outcome_unknown(
    ledger: str, opened: Callable[[str], Connection], postgresql_server: str
) -> None:
    conn, other = opened(ledger), opened(ledger)
    (pid,) = conn.one("SELECT pg_backend_pid()") or (0,)
    with pytest.raises(errors.OutcomeUnknown), conn.write():
        log.head(conn, lock=True)
        log.append(conn, [row(0)], Head(1, "h", "t", "f"))
        with psycopg.connect(postgresql_server, autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    assert log.head(other).size == 0
    with pytest.raises(errors.Unreachable):
        log.head(conn)
    append(other, [row(0)])


@ON_POSTGRESQL
def test_a_server_that_lets_go_in_the_middle_is_told_as_unreachable(
    ledger: str, opened: Callable[[str], Connection], postgresql_server: str
) -> None:
    conn = opened(ledger)
    (pid,) = conn.one("SELECT pg_backend_pid()") or (0,)
    with pytest.raises(errors.Unreachable), conn.write():
        log.head(conn, lock=True)
        with psycopg.connect(postgresql_server, autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        log.append(conn, [row(0)], Head(1, "h", "t", "f"))
    assert log.head(opened(ledger)).size == 0


@pytest.fixture
def relay(postgresql_server: str) -> Iterator[Relay]:
    """A wire to the server that a test can cut."""
    made = Relay(postgresql_server)
    yield made
    made.close()


@ON_POSTGRESQL
def test_a_commit_whose_answer_is_lost_is_known_by_asking_again(
    database: str, tmp_path: Path, relay: Relay
) -> None:
    home = tmp_path / "home"
    with lived.institution(home, relay.url(database)) as inst:
        house = House(inst)
        house.actor(house.clerk)
        relay.cut_at = b"COMMIT\0"
        with pytest.raises(errors.OutcomeUnknown):
            open_one(house, "once")
    relay.cut_at = None
    with open_institution(home) as inst:
        house = House(inst)
        # It had been committed: asked again, it is the first receipt, and there is one task.
        again = done_of(open_one(house, "once"))
        assert again.repeated
        assert inst.conn.all("SELECT id FROM task") == [(again.tasks[0],)]
        house.verify()


def open_one(house: House, command: str) -> tasks.Answer:
    """A task opened under an id that can be sent again."""
    fields = {"title": "通知", "urgency": "平件"}
    return tasks.open_task(
        house.inst,
        house.actor(house.clerk),
        "document/outgoing",
        fields=fields,
        office="提案委",
        options=with_id(command),
    )


@ON_POSTGRESQL
def test_a_commit_that_the_server_answers_with_a_rollback_is_no_commit(
    ledger: str, opened: Callable[[str], Connection]
) -> None:
    conn = opened(ledger)
    with pytest.raises(errors.StoreError), conn.write():
        log.head(conn, lock=True)
        log.append(conn, [row(0)], Head(1, "h", "t", "f"))
        with pytest.raises(errors.StoreError):
            conn.execute("SELECT nothing FROM nowhere")
    assert log.head(conn).size == 0
    append(conn, [row(0)])


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    for act in (connect, upgrade.state):
        with pytest.raises(errors.Unreachable):
            act(f"postgresql://nobody@/none?host={tmp_path}&schema=a")


@ON_SQLITE
def test_a_disk_that_is_full_is_told_before_anything_is_acknowledged(conn: Connection) -> None:
    filled(conn, 3)
    (pages,) = conn.one("PRAGMA page_count") or (0,)
    conn.execute(f"PRAGMA max_page_count={pages}")
    large = row(3)._replace(bytes=b"x" * 100_000)
    with pytest.raises(errors.Full):
        append(conn, [large])
    assert log.head(conn).size == 3
    # When there is room again, it goes on as if nothing had been.
    conn.execute("PRAGMA max_page_count=1073741823")
    append(conn, [large])
    assert conn.one("PRAGMA integrity_check") == ("ok",)


@ON_SQLITE
@pytest.mark.parametrize("pages", [0, 1, 2, 3, 5, 8])
def test_a_disk_that_fills_up_within_a_command_leaves_nothing_of_it(
    database: str, tmp_path: Path, pages: int
) -> None:
    with lived.institution(tmp_path / "home", database) as inst:
        house = House(inst)
        house.open()
        (now,) = inst.conn.one("PRAGMA page_count") or (0,)
        inst.conn.execute(f"PRAGMA max_page_count={now + pages}")
        before = log.head(inst.conn)
        acknowledged = 0
        with pytest.raises(errors.Full):
            while True:
                acknowledged += len(house_opened(house).events)
        assert log.head(inst.conn).size == before.size + acknowledged
        assert verify(inst.conn).problems == []
        inst.conn.execute("PRAGMA max_page_count=1073741823")
        house.open()
        house.verify()


def house_opened(house: House) -> Receipt:
    """One more task."""
    return done_of(open_one(house, os.urandom(8).hex()))


def test_a_commit_that_the_disk_failed_is_not_said_to_be_undone() -> None:
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    driver = sqlite.SQLite(sqlite3.connect(":memory:", isolation_level=None), ":memory:")

    def failing() -> None:
        raise failed

    driver.commit = failing  # type: ignore[method-assign]
    conn = Connection(driver)
    with pytest.raises(errors.OutcomeUnknown), conn.write():
        conn.execute("CREATE TABLE t (x)")


READING = """
import os
import sys
from zeroerror.model.errors import ZeroErrorError
from zeroerror.store import log
from zeroerror.store import sqlite
from zeroerror.store.connection import connect

if os.geteuid() == 0:
    os.setuid(65534)
for read_only in (False, True):
    try:
        conn = connect(sys.argv[1], read_only=read_only)
        print(log.head(conn).size)
    except ZeroErrorError as error:
        print(error.code)
"""


@pytest.mark.parametrize(
    ("file_mode", "directory_mode", "said"),
    [
        (0o444, 0o777, ["store.read_only", "3"]),
        # A write-ahead log needs a file beside it even to be read.
        (0o666, 0o555, ["store.read_only", "store.read_only"]),
        (0o000, 0o777, ["store.read_only", "store.unopenable"]),
    ],
    ids=["a file that may only be read", "a directory that may only be read", "a file that may not be read"],
)
def test_what_this_account_may_not_do_is_told(file_mode: int, directory_mode: int, said: list[str]) -> None:
    # Not in a test's own directory, which nobody else may enter; and root may do everything.
    directory = Path(tempfile.mkdtemp(prefix="zeroerror-"))
    try:
        directory.chmod(0o777)
        path = directory / "ledger.db"
        upgrade.create(f"sqlite:///{path}", "test", lived.MONDAY)
        conn = connect(f"sqlite:///{path}")
        filled(conn, 3)
        conn.close()
        path.chmod(file_mode)
        directory.chmod(directory_mode)
        before = path.read_bytes() if os.geteuid() == 0 else b""
        done = subprocess.run(
            [sys.executable, "-c", READING, f"sqlite:///{path}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.split() == said, done.stderr
        assert os.geteuid() != 0 or path.read_bytes() == before
    finally:
        directory.chmod(0o700)
        shutil.rmtree(directory)


NOT_DATABASES = {
    "text": b"not a database at all, but long enough to be read as a header of one" * 20,
    "empty": b"",
    "zeroes": bytes(8192),
    "header": b"SQLite format 3\0",
    "zip": b"PK\x03\x04" + os.urandom(5000),
}


@pytest.mark.parametrize("what", NOT_DATABASES)
def test_what_is_no_database_is_told_and_left_as_it_was(tmp_path: Path, what: str) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(NOT_DATABASES[what])
    url = f"sqlite:///{path}"
    for read_only in (False, True):
        with pytest.raises((errors.NotADatabase, errors.Foreign)):
            connect(url, read_only=read_only)
    with contextlib.suppress(errors.NotADatabase):
        assert upgrade.state(url) == "foreign"
    with pytest.raises(errors.Exists):
        upgrade.create(url, "test", lived.MONDAY)
    assert path.read_bytes() == NOT_DATABASES[what]
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.db"]


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(errors.Absent):
        connect(f"sqlite:///{tmp_path}")
    with pytest.raises(errors.StoreError):
        upgrade.state(f"sqlite:///{tmp_path}")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of an institution with some tasks, all of it in the one file."""
    home = tmp_path_factory.mktemp("grown") / "home"
    with lived.institution(home, None) as inst:
        house = House(inst)
        for _ in range(20):
            house.open()
    path = home / "zeroerror.db"
    assert not path.with_name("zeroerror.db-wal").exists()
    return path


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_told_when_it_is_opened(grown: Path, tmp_path: Path, left: float) -> None:
    path = tmp_path / "ledger.db"
    data = grown.read_bytes()
    path.write_bytes(data[: int(len(data) * left)])
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(errors.Corrupt):
            connect(f"sqlite:///{path}", read_only=read_only)
    with pytest.raises(errors.Corrupt):
        upgrade.state(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_damaged_page_is_told_or_harmless_and_never_believed(grown: Path, tmp_path: Path) -> None:
    data, random_ = grown.read_bytes(), random.Random(20261123)
    sound = contents(grown)
    told = 0
    for _ in range(60):
        path = tmp_path / "ledger.db"
        damaged = bytearray(data)
        start = random_.randrange(0, len(data) - 64)
        damaged[start : start + 64] = random_.randbytes(64)
        path.write_bytes(bytes(damaged))
        try:
            conn = connect(f"sqlite:///{path}")
        except ZeroErrorError as error:
            assert error.code.startswith("store.")
            told += 1
        else:
            try:
                problems = verify(conn).problems
            except ZeroErrorError as error:
                assert error.code.startswith("store.")
                problems = [error]  # type: ignore[list-item]
            finally:
                conn.close()
            told += bool(problems)
            assert problems or contents(path) == sound, f"64 bytes at {start} changed what is read, unseen"
        for each in tmp_path.glob("ledger.db*"):
            each.unlink()
    # The rest has hit the free space of a page, or a table in which nothing stands yet.
    assert told > 20


def test_an_index_that_has_lost_a_row_is_told_although_every_table_is_whole(
    grown: Path, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.db"
    shutil.copy(grown, path)
    raw = sqlite3.connect(path)
    # An index made to leave a row out, and then said to be whole.
    less = " AND task <> 'BW-2026-0003'"
    raw.execute("DROP INDEX visit_person")
    raw.execute(f"CREATE INDEX visit_person ON visit (person) WHERE status = 'open'{less}")
    raw.execute("PRAGMA writable_schema=ON")
    raw.execute("UPDATE sqlite_master SET sql = replace(sql, ?, '') WHERE name = 'visit_person'", (less,))
    raw.commit()
    raw.close()
    conn = connect(f"sqlite:///{path}")
    assert {each.code for each in verify(conn).problems} == {"verify.database_damaged"}
    conn.close()


def contents(path: Path) -> list[str]:
    """Everything that can be read out of a file, in order."""
    raw = sqlite3.connect(path)
    try:
        return list(raw.iterdump())
    finally:
        raw.close()
