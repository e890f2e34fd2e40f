"""One durable step through `service`: load, decide, sign, append, project, commit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import databases
from tests.bench import floors
from tests.bench.fixture import MONDAY, Staff, directory, hand_in, institution, openings
from tests.bench.measure import Line, pairs
from zeroerror.defaults import shipped
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
        yield _forty(path, count)


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


#: So many vote in each task; the last of them is never asked while it is measured.
VOTERS, VOTES_EACH = 40, 20


def _forty(path: Path, count: int) -> Line:
    """A ballot in a task with forty voters, and the same kind of act in one whose steps follow one another."""
    home = path / "forty"
    _with_more_people(home, VOTERS)
    with institution(home) as inst:
        staff = Staff(inst)
        everybody = [each.id for each in staff.organisation.persons][:VOTERS]
        named = {"voters": ",".join(everybody)}
        tasks_of = count // VOTES_EACH + 1
        voted = hand_in(inst, openings(inst, staff, "handling/forty", tasks_of, lambda _: named))
        plain = hand_in(inst, openings(inst, staff, "handling/single", count + 1, lambda _: {}))
        inst.simulated, inst.now = False, lambda: MONDAY  # type: ignore[method-assign]
        for id in voted:
            _done(tasks.advance(inst, staff.of(_office(inst, id), "承办"), [id], "put"))
        actors = {id: staff.of(_office(inst, id), "承办") for id in plain}
        # Whoever is named first presides and is asked last.
        voters = [staff.actor(each) for each in everybody[1 : VOTES_EACH + 1]]

        def forty(place: int) -> None:
            _done(tasks.advance(inst, voters[place % VOTES_EACH], [voted[place // VOTES_EACH]], "yes"))

        def one(place: int) -> None:
            _done(tasks.advance(inst, actors[plain[place]], [plain[place]], "go"))

        measured, least = pairs(forty, one, count)
    return Line(
        name="advance.forty.sqlite",
        what="service.tasks.advance: a ballot in a task with forty voters, each with a visit of his own",
        floor_source="service.tasks.advance in a task with one open step",
        measured=measured * 1e6,
        floor=least * 1e6,
        unit="µs",
        n=count,
        target=ABREAST,
    )


def _with_more_people(home: Path, count: int) -> None:
    """The shipped configuration with so many persons and more."""
    shutil.copytree(shipped("config"), home / "config")
    file = home / "config" / "institution.yaml"
    text = file.read_text("utf-8")
    names = [f"extra{place}" for place in range(count)]
    persons = "".join(f"  - {{id: {name}, name: 增补}}\n" for name in names)
    posts = "".join(f"  - {{office: 提案委, person: {name}, role: 工作人员}}\n" for name in names)
    text = text.replace("\npersons:\n", f"\npersons:\n{persons}").replace("\nposts:\n", f"\nposts:\n{posts}")
    file.write_text(text, "utf-8")


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
