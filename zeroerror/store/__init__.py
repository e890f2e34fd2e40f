"""What is kept: the ledger's rows and their projection, in SQLite or PostgreSQL.

The hot path is plain SQL over the DB-API, written once with `?` (`log`, `projections`, `reads`).
`tables` declares the same tables with sqlmodel, `migrations` makes and changes them through alembic
(`upgrade`), and a test holds the three against each other. SQLAlchemy and alembic are imported by `tables`
and `upgrade` only, because each costs a command a fifth of a second at its start.

Every command that writes does so in one transaction which begins with the head row (`log.head(lock=True)`):
on SQLite by BEGIN IMMEDIATE, on PostgreSQL by FOR UPDATE. One lock, always the same and taken first, so that
order is gapless and nothing can deadlock.
"""
