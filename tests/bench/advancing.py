"""One durable step through `service`: load, decide, sign, append, project, commit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import databases
from tests.bench import floors
from tests.bench.fixture import MONDAY, Staff, directory, hand_in, institution, openings
from tests.bench.measure import Line, pairs
from zeroerror.model.problem import Refusal
from zeroerror.service import tasks
from zeroerror.service.institution import Institution

TARGET = 1.8
WHAT = "service.tasks.advance: draft, sign, decide, append two leaves, project, commit, keep the receipt"
SOURCE = "bare {driver}, same durability: BEGIN, UPDATE by version, one Ed25519 signature, INSERT with SHA-256, COMMIT"


def run(quick: bool) -> Iterator[Line]:
    """On SQLite, and on PostgreSQL where one can be had."""
    count = 40 if quick else 600
    with directory() as path:
        yield _sqlite(path, count)
        yield _postgresql(path, count)
        yield _abreast(path, count)


#: A step in a task with five regions may cost so much of one in a task with a single line of steps.
ABREAST = 1.2


def _abreast(path: Path, count: int) -> Line:
    """The same act in a task with five regions, and in one whose steps follow one another."""
    with institution(path / "abreast") as inst:
        staff = Staff(inst)
        made = {
            id: hand_in(inst, openings(inst, staff, f"handling/{id}", count + 1, lambda _: {}))
            for id in ("abreast", "single")
        }
        inst.simulated, inst.now = False, lambda: MONDAY  # type: ignore[method-assign]
        actors = {id: staff.of(_office(inst, id), "承办") for ids in made.values() for id in ids}

        def five(place: int) -> None:
            id = made["abreast"][place]
            _done(tasks.advance(inst, actors[id], [id], "go", step=f"first{1 + place % 5}"))

        def one(place: int) -> None:
            id = made["single"][place]
            _done(tasks.advance(inst, actors[id], [id], "go"))

        measured, least = pairs(five, one, count)
    return Line(
        name="advance.abreast.sqlite",
        what="service.tasks.advance in a task with five regions, each with an open step",
        floor_source="service.tasks.advance in a task with one open step",
        measured=measured * 1e6,
        floor=least * 1e6,
        unit="µs",
        n=count,
        target=ABREAST,
    )


def _sqlite(path: Path, count: int) -> Line:
    with institution(path / "sqlite") as inst:
        ids = _tasks(inst, count)
        raw = floors.bare(path / "floor.db")
        floor = floors.Step(raw.execute, ids, begin="BEGIN IMMEDIATE", place="?", blob="BLOB")
        line = _line("advance.sqlite", "sqlite3, WAL with synchronous=FULL", inst, ids, floor)
        raw.close()
    return line


def _postgresql(path: Path, count: int) -> Line:
    import psycopg

    from zeroerror.store import postgresql

    address = databases.server(path / "server")
    url = databases.fresh_schema(address)
    try:
        with institution(path / "postgresql", url) as inst:
            ids = _tasks(inst, count)
            with psycopg.connect(postgresql.parted(url)[0], autocommit=True) as raw:
                # The same connection kind, in a schema of its own that goes with the connection.
                raw.execute("SET search_path = pg_temp")
                raw.execute("CREATE SCHEMA IF NOT EXISTS bench_floor")
                raw.execute("SET search_path = bench_floor")
                floor = floors.Step(raw.execute, ids, begin="BEGIN", place="%s", blob="BYTEA")
                line = _line("advance.postgresql", "psycopg, same server", inst, ids, floor)
                raw.execute("DROP SCHEMA bench_floor CASCADE")
        return line
    finally:
        databases.drop(address, url)


def _tasks(inst: Institution, count: int) -> list[str]:
    """So many drafts, each submitted once in the measuring and once in warming up."""
    staff = Staff(inst)
    ids = hand_in(inst, openings(inst, staff, "document/outgoing", count + 1, lambda _: {"urgency": "平件"}))
    file = inst.home / "draft.txt"
    file.write_text("关于召开季度协商会议的通知", "utf-8")
    for id in ids:
        _done(tasks.advance(inst, staff.of(_office(inst, id), "起草"), [id], "submit", attach=[file]))
    return ids


def _line(name: str, driver: str, inst: Institution, ids: list[str], floor: floors.Step) -> Line:
    # A real institution asks the machine's clock; only a sandbox asks the database, and this is none.
    inst.simulated, inst.now = False, lambda: MONDAY  # type: ignore[method-assign]
    staff = Staff(inst)
    directors = {id: staff.actor(staff.organisation.director(_office(inst, id), inst.now())) for id in ids}

    def ours(place: int) -> None:
        id = ids[place]
        _done(tasks.advance(inst, directors[id], [id], "pass"))

    def bare(place: int) -> None:
        floor.take(ids[place], 0)

    measured, least = pairs(ours, bare, len(ids) - 1)
    return Line(
        name=name,
        what=WHAT,
        floor_source=SOURCE.format(driver=driver),
        measured=measured * 1e6,
        floor=least * 1e6,
        unit="µs",
        n=len(ids) - 1,
        target=TARGET,
    )


def _office(inst: Institution, id: str) -> str:
    found = inst.facts().task(id)
    assert found is not None, id
    return found.office


def _done(outcome: Any) -> None:
    if isinstance(outcome, Refusal):
        raise AssertionError([each.code for each in outcome.reasons])
