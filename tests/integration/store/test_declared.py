"""The tables that sqlmodel declares, those that the migration makes, and the SQL written by hand are the same."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from tests import databases
from tests.integration.store import catalog
from zeroerror.store import log, postgresql, projections, reads, replay, tables, upgrade
from zeroerror.store.declared import Declared

MIGRATION = Path(upgrade.__file__).parent / "migrations" / "versions" / "0001_first.py"

#: A change to one table that nobody declared, for each thing a declaration says.
PLANTED = (
    ("a column more", "frontier {text} NOT NULL,", "frontier {text} NOT NULL, extra {text},"),
    ("a column less", "        time {text} NOT NULL,\n        frontier", "        frontier"),
    ("another name", "seen {integer} NOT NULL", "saw {integer} NOT NULL"),
    ("another type", "idx {integer} NOT NULL,\n        seen", "idx {text} NOT NULL,\n        seen"),
    ("nullable", "public {text} NOT NULL", "public {text}"),
    ("not nullable", "until_idx {integer},", "until_idx {integer} NOT NULL,"),
    ("another key", "PRIMARY KEY (audit, slot)", "PRIMARY KEY (slot, audit)"),
    ("another key's name", "CONSTRAINT slot_key ", "CONSTRAINT slot_keys "),
    ("no unique fingerprint", ",\n        CONSTRAINT finding_fingerprint UNIQUE (fingerprint)", ""),
    ("another check", " OR state = 'closed'", ""),
    ("no reference", ",\n        CONSTRAINT visit_task FOREIGN KEY (task) REFERENCES task (id)", ""),
    ("an index less", "CREATE INDEX visit_due_at ON visit_due (due_at)", None),
    ("another index", "ON task (office, status)", "ON task (status, office)"),
    ("a whole index", "ON visit (person) WHERE status = 'open'", "ON visit (person)"),
)
PLANTED_SQLITE = (
    (
        "not strict",
        "CONSTRAINT number_key PRIMARY KEY (prefix, year)\n    ) {strict}",
        "CONSTRAINT number_key PRIMARY KEY (prefix, year)\n    )",
    ),
    ("with rowid", "{strict}{narrow}", "{strict}"),
)
PLANTED_POSTGRESQL = (
    ("another collation", "origin {text} NOT NULL", "origin TEXT NOT NULL"),
    ("a shorter number", "last {integer} NOT NULL", "last INTEGER NOT NULL"),
)


@pytest.fixture(scope="module")
def migration() -> ModuleType:
    """The first migration, whose text is what tests change."""
    spec = importlib.util.spec_from_file_location("first_migration", MIGRATION)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def schema(postgresql_server: str) -> Iterator[Callable[[], psycopg.Connection[Any]]]:
    """Empty schemas of PostgreSQL, each with its own connection."""
    urls: list[str] = []
    opened: list[psycopg.Connection[Any]] = []

    def making() -> psycopg.Connection[Any]:
        urls.append(databases.fresh_schema(postgresql_server))
        opened.append(postgresql.raw(urls[-1]))
        opened[-1].execute(f'CREATE SCHEMA "{postgresql.parted(urls[-1])[1]}"')
        return opened[-1]

    yield making
    for raw in opened:
        raw.close()
    for url in urls:
        databases.drop(postgresql_server, url)


def memory() -> sqlite3.Connection:
    """An empty database in memory."""
    return sqlite3.connect(":memory:", isolation_level=None)


def migrated(
    raw: Any, dialect: str, migration: ModuleType, change: tuple[str, str, str | None] | None
) -> None:
    """Make what the migration makes, with one change to its text."""
    words = migration.WORDS[dialect]
    made = 0
    for table in migration.TABLES:
        if change is not None and change[1] in table:
            table, made = table.replace(change[1], change[2] or "", 1), made + 1
        raw.execute(table.format_map(words))
    for index in migration.INDEXES:
        if change is not None and change[1] in index:
            made += 1
            if change[2] is None:
                continue
            index = index.replace(change[1], change[2])
        raw.execute(index)
    assert change is None or made, f"{change} changes nothing: the migration reads otherwise now"


def declared_in_sqlite() -> sqlite3.Connection:
    """What the declarations make."""
    raw = memory()
    Declared.metadata.create_all(catalog.over_sqlite(raw))
    return raw


def declared_in_postgresql(raw: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """What the declarations make."""
    raw.autocommit = False
    Declared.metadata.create_all(catalog.over_postgresql(raw))
    raw.commit()
    raw.autocommit = True
    return raw


def test_sqlite_has_the_tables_that_are_declared(migration: ModuleType) -> None:
    raw = memory()
    upgrade.migrate_memory(raw)
    made, declared = catalog.of_sqlite(raw), catalog.of_sqlite(declared_in_sqlite())
    assert made - declared == set()
    assert declared - made == set()
    assert len(made) > 150


def test_postgresql_has_the_tables_that_are_declared(
    migration: ModuleType, schema: Callable[[], psycopg.Connection[Any]]
) -> None:
    raw = schema()
    migrated(raw, "postgresql", migration, None)
    made, declared = catalog.of_postgresql(raw), catalog.of_postgresql(declared_in_postgresql(schema()))
    assert made - declared == set()
    assert declared - made == set()
    assert len(made) > 150


@pytest.mark.parametrize("change", [*PLANTED, *PLANTED_SQLITE], ids=lambda each: each[0])
def test_a_difference_in_sqlite_is_seen(migration: ModuleType, change: tuple[str, str, str | None]) -> None:
    raw = memory()
    migrated(raw, "sqlite", migration, change)
    assert catalog.of_sqlite(raw) != catalog.of_sqlite(declared_in_sqlite())


@pytest.mark.parametrize("change", [*PLANTED, *PLANTED_POSTGRESQL], ids=lambda each: each[0])
def test_a_difference_in_postgresql_is_seen(
    migration: ModuleType,
    change: tuple[str, str, str | None],
    schema: Callable[[], psycopg.Connection[Any]],
) -> None:
    raw = schema()
    migrated(raw, "postgresql", migration, change)
    assert catalog.of_postgresql(raw) != catalog.of_postgresql(declared_in_postgresql(schema()))


def handwritten() -> dict[str, str]:
    """Every statement that the store's modules keep, and those that they make, by module and name."""
    found: dict[str, str] = {}
    submodules = [
        importlib.import_module(f"{reads.__name__}.{each.name}")
        for each in pkgutil.iter_modules(reads.__path__)
    ]
    for module in (log, projections, *submodules):
        for name, value in vars(module).items():
            if isinstance(value, str) and re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s", value):
                found[f"{module.__name__}.{name}"] = value.replace("(?*)", "(?, ?)")
    for module in submodules:
        clauses = getattr(module, "_CLAUSES", {})
        made = vars(module).get("_ids_sql") or vars(module).get("_sql")
        for count in (0, len(clauses)) if clauses else ():
            assert made is not None
            found[f"{module.__name__}.filtered_{count}"] = made(tuple(clauses)[:count])
    for table, (_, columns) in replay.PROJECTIONS.items():
        found[f"replay.{table}.first"], found[f"replay.{table}.onward"] = replay._paged(table)
        found[f"replay.{table}.insert"] = (
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        )
    return found


def test_every_statement_written_by_hand_fits_the_declared_tables_of_sqlite() -> None:
    raw, statements = declared_in_sqlite(), handwritten()
    assert len(statements) > 90
    for name, sql in statements.items():
        if not sql.endswith("FOR UPDATE"):
            try:
                raw.execute(f"EXPLAIN {sql}", [None] * sql.count("?"))
            except sqlite3.Error as error:
                pytest.fail(f"{name}: {error}")


def test_every_statement_written_by_hand_fits_the_declared_tables_of_postgresql(
    schema: Callable[[], psycopg.Connection[Any]],
) -> None:
    raw = declared_in_postgresql(schema())
    for place, (name, sql) in enumerate(handwritten().items()):
        first, *others = sql.split("?")
        prepared = first + "".join(f"${number}{text}" for number, text in enumerate(others, 1))
        try:
            raw.execute(f"PREPARE s{place} AS {prepared}".encode())
        except psycopg.Error as error:
            pytest.fail(f"{name}: {error}")


def test_every_insert_fills_every_declared_column() -> None:
    seen = set()
    for name, sql in handwritten().items():
        found = re.match(r"INSERT INTO (\w+)\s*\(([^)]*)\)", sql)
        if found:
            seen.add(found[1])
            columns = {each.strip() for each in found[2].split(",")}
            assert columns == set(Declared.metadata.tables[found[1]].columns.keys()), name
    # The head is made by the migration, and which ledger it is by `create`.
    assert seen == set(Declared.metadata.tables) - {"head", "meta"}


def test_replay_compares_every_column_of_every_projection() -> None:
    ledger = {"meta", "head", "leaf", "payload"}
    assert set(replay.PROJECTIONS) == set(Declared.metadata.tables) - ledger
    for name, (width, columns) in replay.PROJECTIONS.items():
        table = Declared.metadata.tables[name]
        assert sorted(columns) == sorted(table.columns.keys())
        assert list(columns[:width]) == list(table.primary_key.columns.keys())


def test_a_model_reads_and_writes_what_the_plain_statements_do() -> None:
    from sqlmodel import Session, select

    raw = declared_in_sqlite()
    with Session(catalog.over_sqlite(raw)) as session:
        session.add(tables.Number(prefix="BW", year=2026, last=7))
        session.commit()
        assert session.exec(select(tables.Number)).one().last == 7
    assert raw.execute("SELECT prefix, year, last FROM number").fetchall() == [("BW", 2026, 7)]
