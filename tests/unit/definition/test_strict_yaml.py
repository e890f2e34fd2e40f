"""Text is read as it stands: what YAML would guess, and what is no text, is refused with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeroerror.definition.strict_yaml import SIZE_MAX_BYTES, line_of, plain, read


def codes(source: str | bytes) -> list[tuple[str, str | None]]:
    """What is refused, and where."""
    return [(each.code, each.where) for each in read(source, "f").problems]


@pytest.mark.parametrize(
    "written",
    [
        "17:30",
        "no",
        "off",
        "on",
        "y",
        "~",
        "null",
        "0123",
        "1e3",
        "0x1F",
        "1_000",
        ".inf",
        "2026-11-23",
        "=",
        "<<",
    ],
)
def test_a_scalar_is_the_text_that_was_written(written: str) -> None:
    tree = read(f"a: {written}\n", "f").node
    assert tree is not None
    assert plain(tree) == {"a": written}


@pytest.mark.parametrize("written", ["off", "no", "17:30", "1", "null"])
def test_a_key_is_the_text_that_was_written(written: str) -> None:
    tree = read(f"{written}: a\n", "f").node
    assert tree is not None
    assert plain(tree) == {written: "a"}


@pytest.mark.parametrize(
    ("source", "code", "where"),
    [
        ("title: 发文\nbasis: 条例\n".encode("gbk"), "definition.not_utf8", "f:1"),
        (b"a: b\nc: \xff\n", "definition.not_utf8", "f:2"),
        ("a: 发文".encode("utf-8-sig"), "definition.byte_order_mark", "f:1"),
        ("a: 发文".encode("utf-16"), "definition.byte_order_mark", "f:1"),
        (b"a: b\nc: \x00\n", "definition.forbidden_character", "f:2"),
        ("a: b\nc: \x1b[31m\n", "definition.forbidden_character", "f:2"),
        ('a: "\\u202e"\n', "definition.forbidden_character", "f:1"),
        ("a: b\u2028c: d\n", "definition.forbidden_character", "f:1"),
        ("a: " + "b" * SIZE_MAX_BYTES, "definition.too_large", "f:1"),
        ("[" * 5000, "definition.too_deep", "f:1"),
        ("{a: " * 5000, "definition.too_deep", "f:1"),
        ('a: "\\UFFFFFFFF"\n', "definition.yaml_syntax", "f:1"),
        ("", "definition.empty", "f:1"),
        ("# nothing\n", "definition.empty", "f:1"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("definition") else "",
)
def test_what_is_no_text_of_ours_is_refused(source: str | bytes, code: str, where: str) -> None:
    assert codes(source) == [(code, where)]


def test_a_bomb_of_aliases_is_refused_without_going_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = {code for code, _ in codes("\n".join(lines))}
    assert found == {"definition.anchor", "definition.alias"}


def test_all_problems_are_told_together() -> None:
    source = "a: 1\na: 2\nb:\nc: !!int 3\nd: &x 4\ne: *x\n"
    assert codes(source) == [
        ("definition.duplicate_key", "f:2"),
        ("definition.nothing_written", "f:3"),
        ("definition.tag", "f:4"),
        ("definition.anchor", "f:5"),
        ("definition.alias", "f:6"),
    ]


@pytest.mark.parametrize(
    ("path", "line"), [(("a",), 1), (("a", "c"), 3), (("a", "c", 1), 5), (("a", "d"), 1), (("e",), 6)]
)
def test_a_line_is_that_of_the_key(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(read("a:\n  b: 1\n  c:\n    - x\n    - y\ne:\n  f\n", "f").node, *path) == line


def test_line_ends_and_forms_of_a_letter_make_no_difference() -> None:
    one, other = read("a: e\u0301\r\nb: c\r\n", "f"), read("a: \u00e9\nb: c\n", "f")
    assert one.node is not None
    assert other.node is not None
    assert plain(one.node) == plain(other.node)


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80)))
def test_reading_never_raises(source: str | bytes) -> None:
    found = read(source, "f")
    assert (found.node is None) == bool(found.problems)
