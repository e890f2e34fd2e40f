"""The few kinds of columns, keys and indexes of which all tables are made."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, PrimaryKeyConstraint, Text, text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

# Text is compared byte by byte on both databases, so that order is the same on both.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
INTEGER = BigInteger().with_variant(Integer(), "sqlite")

STRICT = {"sqlite_strict": True}
NARROW = {"sqlite_strict": True, "sqlite_with_rowid": False}


def words(*, null: bool = False) -> Any:
    """A column of text."""
    return Field(sa_column=Column(TEXT, nullable=null))


def whole(*, null: bool = False) -> Any:
    """A column of whole numbers."""
    return Field(sa_column=Column(INTEGER, nullable=null, autoincrement=False))


def key_of(table: str, *columns: str) -> PrimaryKeyConstraint:
    """The primary key, by its name in the migrations."""
    return PrimaryKeyConstraint(*columns, name=f"{table}_key")


def partial(name: str, column: str, where: str) -> Index:
    """An index over some rows only: it stays small, however long the ledger grows."""
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


class Declared(SQLModel):
    """What all tables share: their own metadata, and a name made of the class's."""

    metadata = MetaData()

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
