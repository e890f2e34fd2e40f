"""What something asks of the database and of Python, counted: the same on every machine, however busy it is."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from pathlib import Path
from types import FrameType
from typing import Any

import zeroerror
from zeroerror.service.institution import Institution

_PACKAGE = str(Path(zeroerror.__file__).parent)
_NAME = re.compile(r"(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b(?:.*?\bFROM\b)?\s*(?:\()?\s*(\w+)", re.DOTALL)


class Asked:
    """A driver that counts: statements in their order, how often the database was waited for, and rows that came."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._together = False
        self.statements: list[str] = []
        self.waits = 0
        self.rows = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """Run one statement."""
        self._note(sql)
        self.waits += not self._together
        return _Rows(self._driver.execute(sql, params), self)

    def executemany(self, sql: str, rows: Any) -> None:
        """Run one statement for every row."""
        self._note(sql)
        self.waits += not self._together
        self._driver.executemany(sql, rows)

    def gather(self, asked: Any) -> list[Any]:
        """The rows of several statements."""
        for sql, _ in asked:
            self._note(sql)
        self.waits += 1
        found: list[Any] = self._driver.gather(asked)
        self.rows += sum(map(len, found))
        return found

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements that are sent in one go."""
        self.waits += 1
        self._together = True
        with self._driver.together():
            yield
        self._together = False

    def begin_write(self) -> None:
        """Begin; on a server it goes with the first statement."""
        self.statements.append("BEGIN")
        self._driver.begin_write()

    def commit(self) -> None:
        """Commit."""
        self.statements.append("COMMIT")
        self.waits += 1
        self._driver.commit()

    def _note(self, sql: str) -> None:
        found = _NAME.search(sql)
        self.statements.append(sql if found is None else f"{found[1].split()[0]} {found[2]}")


class _Rows:
    def __init__(self, cursor: Any, asked: Asked) -> None:
        self._cursor, self._asked = cursor, asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def fetchall(self) -> list[Any]:
        """All rows left."""
        found: list[Any] = self._cursor.fetchall()
        self._asked.rows += len(found)
        return found

    def __iter__(self) -> Iterator[Any]:
        for row in self._cursor:
            self._asked.rows += 1
            yield row

    def fetchone(self) -> Any:
        """The next row."""
        found = self._cursor.fetchone()
        self._asked.rows += found is not None
        return found


def asked(inst: Institution, do: Callable[[], object]) -> Asked:
    """What doing something asks of the database."""
    conn: Any = inst.conn
    driver, execute = conn._driver, conn._execute
    counting = Asked(driver)
    conn._driver, conn._execute = counting, counting.execute
    try:
        do()
    finally:
        conn._driver, conn._execute = driver, execute
    return counting


def calls(do: Callable[[], object]) -> int:
    """How many functions of this package are called by doing something; of Python's own, none are counted."""
    count = 0

    def called(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and frame.f_code.co_filename.startswith(_PACKAGE)

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        do()
    finally:
        sys.setprofile(before)
    return count


def forget() -> None:
    """Empty what the package remembers of other tests: what is equal to a key and not the same is compared, and counted."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "zeroerror":
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()
