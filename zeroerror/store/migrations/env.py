"""Alembic's way in: migrations run on the connection handed to them, within the transaction begun there."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="schema_version",
    # SQLite can undo DDL as well as PostgreSQL can, once the driver lets us begin the transaction ourselves.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
