"""Logs from elsewhere that are not as they should be: every broken row is named, and nothing of the log is in."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.acceptance.homes import LANGUAGES, Answer, Home, assert_clear
from tests.service.test_imports import HEADER, MAPPING, ROWS, WORKFLOW

GOOD = "\n".join([HEADER, *ROWS]) + "\n"


class Bad(NamedTuple):
    """What stands in the file, the problem, and the rows that must be named."""

    name: str
    data: bytes
    code: str
    rows: tuple[int, ...] = ()


def with_rows(*rows: str) -> bytes:
    """The good log and these rows behind it, from row 9 on."""
    return (GOOD + "\n".join(rows) + "\n").encode()


WHO = ",张三,张三,,,2024-03-05 17:00:00+08:00"
LOGS = (
    Bad("a row too short", with_rows("4,收件", "5,收件"), "exchange.row_cells", (9, 10)),
    Bad(
        "a row too long",
        with_rows("4,收件,2024-03-01 09:00:00+08:00" + WHO + ",x,y"),
        "exchange.row_cells",
        (9,),
    ),
    Bad("no time", with_rows("4,收件,," + WHO[1:]), "", (9,)),
    Bad("a time that is none", with_rows("4,收件,明天" + WHO), "", (9,)),
    Bad("a day that is not in the calendar", with_rows("4,收件,2024-02-30 09:00:00+08:00" + WHO), "", (9,)),
    Bad("no case", with_rows(",收件,2024-03-01 09:00:00+08:00" + WHO), "", (9,)),
    Bad("a row twice", with_rows(ROWS[0]), "exchange.row_twice", (9,)),
    Bad(
        "a quote that never ends",
        with_rows('4,"收件,2024-03-01 09:00:00+08:00' + WHO),
        "exchange.row_unreadable",
    ),
    Bad("a column missing", GOOD.replace("activity", "action", 1).encode(), "exchange.column_missing"),
    Bad("a column twice", GOOD.replace("activity", "case", 1).encode(), "exchange.column_missing"),
    Bad("GBK bytes", GOOD.encode("gbk"), "exchange.not_utf8"),
    Bad("a NUL", GOOD.replace("收件", "收\0件", 1).encode(), "exchange.not_text"),
    Bad("nothing", b"", "exchange.empty"),
    Bad("a header alone", (HEADER + "\n").encode(), "exchange.empty"),
    Bad("random bytes", bytes(range(255, 0, -1)) * 40, "exchange.not_utf8"),
)


def imported(home: Home, data: bytes, *more: str, mapping: str = MAPPING, lang: str = "zh") -> Answer:
    """The log read in by who may."""
    given = home.path / "given"
    given.mkdir(exist_ok=True)
    for name, content in (
        ("log.csv", data),
        ("mapping.yaml", mapping.encode()),
        ("old.yaml", WORKFLOW.encode()),
    ):
        (given / name).write_bytes(content)
    words = (
        "import",
        "log",
        given / "log.csv",
        "--mapping",
        given / "mapping.yaml",
        "--workflow",
        given / "old.yaml",
    )
    return home.call(*words, "--as", "{secadmin}", *more, lang=lang)


@pytest.mark.parametrize("bad", LOGS, ids=lambda bad: bad.name)
def test_a_broken_log_is_told_row_by_row_and_nothing_of_it_is_in(bad: Bad, home: Home) -> None:
    state = home.state()
    for lang in LANGUAGES:
        answer = imported(home, bad.data, lang=lang)
        assert answer.code == 1, answer
        assert_clear(answer, lang)
    found = imported(home, bad.data, "--json").data["errors"]
    assert bad.code in [each["code"] for each in found] or not bad.code
    assert set(bad.rows) <= {each["params"].get("row") for each in found}, found
    assert all(each["params"]["where"].startswith("log.csv:") for each in found[1:])
    assert home.state() == state


MAPPINGS = (
    ("unknown office", MAPPING.replace("办公室", "无此委"), "engine.unknown_office"),
    ("unknown step", MAPPING + "steps: {收件: nowhere}\n", "definition.duplicate_key"),
    ("unknown key", MAPPING + "colour: red\n", "exchange."),
    ("a list", "- x\n", "exchange.mapping_shape"),
    ("a bomb", "a: &a [x]\nb: [*a, *a]\n", "definition.anchor"),
    ("nothing", "", "definition.empty"),
)


@pytest.mark.parametrize(("mapping", "code"), [row[1:] for row in MAPPINGS], ids=[row[0] for row in MAPPINGS])
def test_a_bad_mapping_is_told_and_nothing_is_in(mapping: str, code: str, home: Home) -> None:
    state = home.state()
    for lang in LANGUAGES:
        answer = imported(home, GOOD.encode(), mapping=mapping, lang=lang)
        assert answer.code in (1, 2, 5), answer
        assert_clear(answer, lang)
    told = imported(home, GOOD.encode(), "--json", mapping=mapping).codes
    assert any(each.startswith(code) for each in told), told
    assert home.state() == state


def test_who_may_not_read_history_in_is_denied_and_on_record(home: Home) -> None:
    for lang in LANGUAGES:
        answer = imported(home, GOOD.encode(), "--as", "{clerk}", lang=lang)
        assert answer.code == 4
        assert_clear(answer, lang)
    assert [each["codes"] for each in home.denials()] == [["engine.not_entitled"]] * 2


def test_the_same_log_twice_is_told(home: Home) -> None:
    assert imported(home, GOOD.encode()).code == 0
    state = home.state()
    for lang in LANGUAGES:
        answer = imported(home, GOOD.encode(), "--allow-broken", lang=lang)
        assert answer.code == 5, answer
        assert_clear(answer, lang)
    assert home.state() == state


def test_broken_rows_are_left_out_only_where_that_was_asked_for(home: Home) -> None:
    broken = with_rows("4,收件")
    assert imported(home, broken).code == 1
    assert imported(home, broken, "--allow-broken").code == 0
    assert not list(Path(home.path).glob("*.part"))
