"""One of several texts, as a condition that stands in a table's checks and in its indexes."""

from __future__ import annotations


def among(column: str, *values: str) -> str:
    """That a column is one of these; for names and values that stand in the program.

    Compared one by one and not with IN: of a list of three or more SQLite makes a table, and where the condition
    is one that each row is held against as it is inserted, it makes that table for each row anew. That was a third
    of what it takes to insert a leaf.
    """
    return "(" + " OR ".join(f"{column} = '{each}'" for each in values) + ")"
