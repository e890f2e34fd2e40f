"""What tables a database really has, read from its own catalogue, so that two databases can be compared."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
from sqlalchemy import Engine, StaticPool, create_engine, inspect

#: Alembic's own paper.
NOT_OURS = "schema_version"

_COLUMNS = """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    (SELECT collname FROM pg_collation WHERE oid = a.attcollation),
    a.attidentity, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"""
_CONSTRAINTS = """SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND k.contype <> 'n'"""
_INDEXES = """SELECT tablename, indexname, replace(indexdef, schemaname || '.', '')
    FROM pg_indexes WHERE schemaname = current_schema()"""


def over_sqlite(raw: sqlite3.Connection) -> Engine:
    """SQLAlchemy over an open SQLite database."""
    return create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)


def over_postgresql(raw: psycopg.Connection[Any]) -> Engine:
    """SQLAlchemy over an open PostgreSQL connection."""
    return create_engine("postgresql+psycopg://", creator=lambda: raw, poolclass=StaticPool)


def of_sqlite(raw: sqlite3.Connection) -> set[tuple[Any, ...]]:
    """Every table, column, key, constraint and index of a SQLite database, as facts."""
    facts: set[tuple[Any, ...]] = set()
    for _, name, kind, _, without_rowid, strict in raw.execute("PRAGMA main.table_list").fetchall():
        if kind == "table" and not name.startswith("sqlite_") and name != NOT_OURS:
            facts.add((name, "table", bool(without_rowid), bool(strict)))
            for _, column, type_, required, default, key, _ in raw.execute(f"PRAGMA table_xinfo({name})"):
                facts.add((name, "column", column, type_, bool(required), default, key))
            facts |= _more_of_sqlite(raw, name)
    return facts


def _more_of_sqlite(raw: sqlite3.Connection, table: str) -> set[tuple[Any, ...]]:
    found = inspect(over_sqlite(raw))
    facts: set[tuple[Any, ...]] = {
        (table, "check", each["name"], _plain(each["sqltext"])) for each in found.get_check_constraints(table)
    }
    facts |= {
        (table, "unique", each["name"], tuple(each["column_names"]))
        for each in found.get_unique_constraints(table)
    }
    facts |= {
        (table, "foreign", each["name"], *map(str, each["constrained_columns"]), each["referred_table"])
        for each in found.get_foreign_keys(table)
    }
    facts.add((table, "key", found.get_pk_constraint(table)["name"]))
    for name, sql in raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ):
        facts.add((table, "index", name, _plain(sql)))
    return facts


def of_postgresql(raw: psycopg.Connection[Any]) -> set[tuple[Any, ...]]:
    """Every column, constraint and index of a PostgreSQL schema, as facts."""
    facts = {(row[0], "column", *row[1:]) for row in raw.execute(_COLUMNS)}
    facts |= {(row[0], "constraint", *row[1:]) for row in raw.execute(_CONSTRAINTS)}
    facts |= {(row[0], "index", *row[1:]) for row in raw.execute(_INDEXES)}
    return {fact for fact in facts if fact[0] != NOT_OURS}


def _plain(sql: str) -> str:
    # SQLAlchemy quotes a name that some database reserves.
    return " ".join(sql.replace('"', "").split())
