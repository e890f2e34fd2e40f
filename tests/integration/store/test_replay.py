"""Any single cell of any table that is not what the leaves say is found, and the tables can be made again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.store import lived
from tests.service.house import House
from zeroerror.service import log as ledger
from zeroerror.service.verification import replayed_twin, verify
from zeroerror.store import log, replay
from zeroerror.store.connection import Connection, connect

#: What a checked column may also say.
OTHER = {
    ("task", "status"): ("cancelled", "closed"),
    ("visit", "clock"): ("stopped", "ended"),
    ("finding", "state"): ("voided", "open"),
    ("notice", "level"): ("red", "blue"),
    ("notice", "state"): ("ended", "waiting"),
}
#: Columns of whole numbers that may be missing.
WHOLE = ("visit", "until_idx", "read_idx", "held", "idx")


class _Undone(Exception):
    pass


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """An institution that has lived."""
    with lived.institution(tmp_path / "home", database) as inst:
        house = House(inst)
        lived.live(house, tmp_path)
        yield house


@contextmanager
def undone(conn: Connection) -> Iterator[None]:
    """A transaction without the checks between tables, of which nothing is left."""
    sqlite = conn.dialect == "sqlite"
    conn.execute("PRAGMA foreign_keys=OFF" if sqlite else "SET session_replication_role = replica")
    try:
        with conn.write():
            yield
            raise _Undone
    except _Undone:
        return
    finally:
        conn.execute("PRAGMA foreign_keys=ON" if sqlite else "SET session_replication_role = DEFAULT")


def changed(table: str, column: str, value: Any) -> Any:
    """Another value that the column could hold."""
    if (table, column) in OTHER:
        return next(each for each in OTHER[table, column] if each != value)
    if isinstance(value, int) or column in WHOLE:
        return (value or 0) + 1
    return "2031-01-01T00:00:00.000000Z" if value is None else f"{value} "


def cells(conn: Connection) -> Iterator[tuple[str, tuple[str, ...], tuple[Any, ...]]]:
    """The last row of every projection table, which must not be empty."""
    for table, (width, columns) in replay.PROJECTIONS.items():
        key = " DESC, ".join(columns[:width])
        row = conn.one(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {key} DESC LIMIT 1")
        assert row is not None, f"nothing in {table}: the institution has not lived enough"
        yield table, columns, row


def test_replay_finds_every_changed_cell(house: House) -> None:
    conn = house.inst.conn
    twin, found = replayed_twin(conn)
    assert found.problems == []
    assert replay.compare(conn, twin) == []
    missed, seen = [], 0
    for table, columns, row in list(cells(conn)):
        width = replay.PROJECTIONS[table][0]
        where = " AND ".join(f"{name} = ?" for name in columns[:width])
        for place, column in enumerate(columns):
            value = changed(table, column, row[place])
            if isinstance(value, str) and row[place] is None and column == "visit":
                value = 1
            with undone(conn):
                conn.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *row[:width]))
                differing = replay.compare(conn, twin)
            seen += 1
            rows = {each.first for each in differing if each.first is not None}
            expected = (*row[:place], value, *row[place + 1 :])
            if {each.table for each in differing} != {table} or expected not in rows:
                missed.append((table, column))
    assert missed == []
    assert seen == sum(len(columns) for _, columns in replay.PROJECTIONS.values())
    assert replay.compare(conn, twin) == []
    twin.close()


def test_replay_finds_every_missing_and_every_added_row(house: House) -> None:
    conn = house.inst.conn
    twin, _ = replayed_twin(conn)
    for table, columns, row in list(cells(conn)):
        width = replay.PROJECTIONS[table][0]
        where = " AND ".join(f"{name} = ?" for name in columns[:width])
        with undone(conn):
            conn.execute(f"DELETE FROM {table} WHERE {where}", row[:width])
            (missing,) = replay.compare(conn, twin)
        assert missing == (table, row[:width], None, row)
        fresh = tuple(f"{each}~" if isinstance(each, str) else each for each in row[:width])
        fresh = fresh if fresh != row[:width] else tuple(each + 1 for each in row[:width])
        more = (*fresh, *row[width:])
        if table == "finding":
            more = (fresh[0], "another|fingerprint", *row[2:])
        with undone(conn):
            marks = ", ".join("?" * len(columns))
            conn.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", more)
            (added,) = replay.compare(conn, twin)
        assert added == (table, fresh, more, None)
    twin.close()


def test_a_change_of_several_rows_is_told_up_to_so_many(house: House) -> None:
    conn = house.inst.conn
    twin, _ = replayed_twin(conn)
    with undone(conn):
        conn.execute("UPDATE visit SET office = 'x'")
        conn.execute("DELETE FROM visit_due")
        all_of_them = replay.compare(conn, twin)
        assert len(all_of_them) > 5
        assert replay.compare(conn, twin, most=3) == all_of_them[:3]
    twin.close()


def test_tables_of_more_rows_than_are_read_at_a_time_are_compared_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    conn = house.inst.conn
    twin, _ = replayed_twin(conn)
    for chunk in (1, 2, 3):
        monkeypatch.setattr(replay, "CHUNK", chunk)
        assert replay.compare(conn, twin) == []
        with undone(conn):
            conn.execute("DELETE FROM key WHERE person = 'machine'")
            assert [each.table for each in replay.compare(conn, twin)] == ["key"]
    twin.close()


def test_the_tables_are_made_again_from_the_leaves(house: House) -> None:
    conn = house.inst.conn
    before = dump(conn)
    with conn.write():
        conn.execute("UPDATE task SET office = 'x'")
        conn.execute("DELETE FROM finding_person")
        conn.execute("DELETE FROM slot")
    assert {each.code for each in verify(conn).problems} == {"verify.table_differs"}
    assert ledger.rebuild(house.inst)["differed"] > 3
    assert dump(conn) == before
    assert ledger.rebuild(house.inst)["differed"] == 0
    house.verify()


def test_a_rebuild_that_is_interrupted_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    conn = house.inst.conn
    with conn.write():
        conn.execute("UPDATE task SET office = 'x'")
    before = dump(conn)
    twin, _ = replayed_twin(conn)
    rows = replay._rows

    def failing(conn: Connection, table: str) -> Iterator[Any]:
        if table == "finding":
            raise KeyboardInterrupt
        return rows(conn, table)

    monkeypatch.setattr(replay, "_rows", failing)
    with pytest.raises(KeyboardInterrupt), conn.write():
        replay.overwrite(conn, twin)
    monkeypatch.undo()
    twin.close()
    assert dump(conn) == before


def test_two_rebuilds_of_one_ledger_are_the_same_on_both_databases(house: House) -> None:
    first, _ = replayed_twin(house.inst.conn)
    second, _ = replayed_twin(house.inst.conn)
    assert replay.compare(first, second) == []
    assert dump(first) == dump(second) == dump(house.inst.conn)
    first.close()
    second.close()


def dump(conn: Connection) -> dict[str, list[Any]]:
    """Every row of the projection."""
    return {table: list(replay._rows(conn, table)) for table in replay.PROJECTIONS}


#: What is changed beneath the ledger's own guards, and what must be said of it.
TAMPERED = {
    **{
        f"leaf.{column}": (f"UPDATE leaf SET {column} = {value} WHERE idx = {{idx}}", None)
        for column, value in (
            # Another first sign, whichever it was.
            ("hash", "CASE WHEN hash LIKE '0%' THEN '1' ELSE '0' END || substr(hash, 2)"),
            ("stream", "'BW-2026-9999'"),
            ("seq", "seq + 1000"),
            ("command", "command || 'x'"),
            ("part", "part + 100"),
            ("kind", "kind || 'x'"),
            ("time", "'2031-01-01T00:00:00.000000Z'"),
        )
    },
    "the last leaf is gone": ("DELETE FROM leaf WHERE idx = {last}", None),
    "a leaf is gone": ("DELETE FROM leaf WHERE idx = {idx}", None),
    "head.size": ("UPDATE head SET size = size + 1", "verify.head_differs"),
    "head.hash": ("UPDATE head SET hash = ''", "verify.head_differs"),
    "head.time": ("UPDATE head SET time = ''", "verify.head_differs"),
    "head.frontier": ("UPDATE head SET frontier = ''", "verify.head_differs"),
    "meta.origin": ("UPDATE meta SET origin = 'other'", "verify.origin_wrong"),
    "payload.text": ("UPDATE payload SET text = text || ' '", "verify.payload_differs"),
    "payload.salt": ("UPDATE payload SET salt = '00'", "verify.payload_differs"),
}


def test_what_is_changed_beneath_the_guards_is_found(house: House) -> None:
    conn = house.inst.conn
    size = log.head(conn).size
    unguarded(conn)
    kept = {table: conn.all(f"SELECT * FROM {table}") for table in ("head", "meta", "payload", "leaf")}
    for what, (statement, code) in TAMPERED.items():
        for idx in (0, size // 2, size - 2) if "{idx}" in statement else (0,):
            with conn.write():
                conn.execute(statement.format(idx=idx, last=size - 1))
            problems = verify(conn).problems
            assert problems, what
            assert code is None or code in {each.code for each in problems}, what
            with conn.write():
                # Each change is alone: the one before it is taken back.
                for table, rows in kept.items():
                    conn.execute(f"DELETE FROM {table}")
                    marks = ", ".join("?" * len(rows[0]))
                    conn.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    house.verify()


def test_every_byte_of_a_leaf_is_guarded(house: House) -> None:
    conn = house.inst.conn
    unguarded(conn)
    size = log.head(conn).size
    row = log.command_leaves(conn, next(log.leaves(conn, size - 1)).command)[-1]
    for place in range(0, len(row.bytes), max(1, len(row.bytes) // 12)):
        flipped = bytearray(row.bytes)
        flipped[place] ^= 1
        with conn.write():
            conn.execute("UPDATE leaf SET bytes = ? WHERE idx = ?", (bytes(flipped), row.idx))
        found = verify(conn).problems
        assert found and found[0].params["index"] == row.idx


def unguarded(conn: Connection) -> None:
    """Take the guards off, as whoever owns the database can."""
    if conn.dialect == "sqlite":
        for trigger in ("leaf_no_update", "leaf_no_delete", "leaf_no_gap"):
            conn.execute(f"DROP TRIGGER {trigger}")
    else:
        conn.execute("ALTER TABLE leaf DISABLE TRIGGER ALL")


def test_an_institution_opened_anew_reads_what_was_written(house: House, database: str) -> None:
    other = connect(database, read_only=True)
    try:
        assert dump(other) == dump(house.inst.conn)
    finally:
        other.close()
