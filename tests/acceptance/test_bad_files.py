"""Files that people hand in: definitions, calendars, organisations, settings, logs and attachments.

Each is told with its line where it has one, in both languages; none of them changes anything.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.acceptance.homes import LANGUAGES, MODULES, RAW, Home, assert_clear

OUTGOING = "document/outgoing.yaml"
DEEP = 20_000


class Bad(NamedTuple):
    """What a file holds, and the problem that must be told."""

    name: str
    #: Out of a sound definition's text, or of nothing.
    spoil: Callable[[str], bytes]
    code: str


def instead(old: str, new: str) -> Callable[[str], bytes]:
    """The sound text with one place changed."""

    def spoil(text: str) -> bytes:
        assert old in text
        return text.replace(old, new, 1).encode()

    return spoil


def just(data: bytes) -> Callable[[str], bytes]:
    """Something else altogether."""
    return lambda text: data


def before(line: str) -> Callable[[str], bytes]:
    """The sound text behind one line more."""
    return lambda text: f"{line}\n{text}".encode()


BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)

DEFINITIONS = (
    Bad("a bomb of aliases", just(BOMB.encode()), "definition.anchor"),
    Bad("a key twice", before("title: 又一个"), "definition.duplicate_key"),
    Bad("off as a key", before("off: x"), "definition.unknown_key"),
    Bad("17:30 where a limit stands", instead("limit: {", "limit: 17:30 #{"), "definition.bad_limit"),
    Bad("GBK bytes", lambda text: text.encode("gbk", "ignore"), "definition.not_utf8"),
    Bad("a byte order mark", lambda text: text.encode("utf-8-sig"), "definition.byte_order_mark"),
    Bad("UTF-16", lambda text: text.encode("utf-16"), "definition.byte_order_mark"),
    Bad("a NUL", before("a: \0"), "definition.forbidden_character"),
    Bad("an escape sequence", before("a: \x1b[31mred"), "definition.forbidden_character"),
    Bad("a sign that turns the direction", before("a: \u202egnp"), "definition.forbidden_character"),
    Bad("20,000 deep in flow", just(b"a: " + b"[" * DEEP), "definition.too_deep"),
    Bad("20,000 deep in block", just(b"- " * DEEP + b"x"), "definition.too_deep"),
    Bad("10 MB", just(b"a: " + b"x" * 10_000_000), "definition.too_large"),
    Bad("nothing", just(b""), "definition.empty"),
    Bad("a list", just(b"- a\n- b\n"), "definition.not_mapping"),
    Bad("no YAML", just(b"{]"), "definition.yaml_syntax"),
    Bad("unknown guard", instead("four_eyes@1", "six_eyes@1"), "definition.unknown_guard"),
    Bad("unknown version of a guard", instead("four_eyes@1", "four_eyes@9"), "definition.unknown_guard"),
    Bad("unknown target", instead("to: review", "to: nowhere"), "definition.unknown_target"),
    Bad("unknown field", instead("require: [draft]", "require: [colour]"), "definition.unknown_field"),
    Bad("an expression", instead("four_eyes@1", "__import__('os')"), "definition.bad_guard"),
    Bad("a tag", before("a: !!python/object/apply:os.system [x]"), "definition.tag"),
)


@pytest.mark.parametrize("bad", DEFINITIONS, ids=lambda bad: bad.name)
def test_a_bad_definition_is_told_and_never_proposed(bad: Bad, home: Home) -> None:
    file = home.path / "bad.yaml"
    file.write_bytes(bad.spoil((home.path / "workflows" / OUTGOING).read_text("utf-8")))
    state = home.state()
    for lang in LANGUAGES:
        answer = home.call("workflow", "check", file, lang=lang)
        assert (answer.code, answer.err) == (7, "")
        assert not RAW.search(answer.out) and not MODULES.search(answer.out), answer.out
        assert_clear(home.call("workflow", "publish", file, "--as", "{secadmin}", lang=lang), lang)
    told = home.call("workflow", "check", file, "--json").data["data"]["problems"]
    assert bad.code in [each["code"] for each in told]
    assert all("bad.yaml:" in each["where"] for each in told)
    published = home.call("workflow", "publish", file, "--as", "{secadmin}", "--json")
    assert published.code == 1
    assert bad.code in published.codes
    assert home.state() == state


def test_what_yaml_would_guess_is_text(home: Home) -> None:
    """`17:30`, `off`, `no` and `0123` are what they look like, as values and as keys."""
    file = home.path / "schedule.yaml"
    file.write_text("audit: daily\nat: [08:30, 17:30]\ndays: working\n", "utf-8")
    assert home.call("config", "apply", file, "--as", "{secadmin}").code == 0
    year = home.path / "2031.yaml"
    year.write_text("year: 2031\nstatus: provisional\nsource: x\noff: [2031-01-01]\nwork: []\n", "utf-8")
    assert home.call("calendar", "check", year).code == 0


CONFIGURED = (
    (
        "calendar apply",
        "2031.yaml",
        "year: 2031\nstatus: official\nsource: x\noff: []\nwork: []\n",
        "timing.no_notice",
    ),
    (
        "calendar apply",
        "2031.yaml",
        "year: 2031\nstatus: provisional\nsource: x\noff: [2030-01-01]\nwork: []\n",
        "timing.other_year",
    ),
    (
        "calendar apply",
        "2031.yaml",
        "year: 2031\nstatus: provisional\nsource: x\noff: [2031-02-30]\nwork: []\n",
        "timing.bad_date",
    ),
    ("calendar apply", "2031.yaml", "year: 2031\nyear: 2031\n", "definition.duplicate_key"),
    ("calendar apply", "2031.yaml", "- x\n", "error.not_a_mapping"),
    ("calendar apply", "2031.yaml", "year: &a [*a]\n", "definition.anchor"),
    ("config apply", "schedule.yaml", "audit: daily\nat: [25:00]\ndays: working\n", "audit.schedule_time"),
    ("config apply", "schedule.yaml", "at: x\n", "audit.schedule_keys"),
    (
        "config apply",
        "schedule.yaml",
        "audit: daily\nat: [2020-01-01 08:30]\ndays: working\n",
        "audit.schedule_date",
    ),
    ("config apply", "schedule.yaml", "audit: daily\nat: [08:30]\ndays: 1-5\n", "audit.schedule_days"),
    ("config apply", "schedule.yaml", "audit: daily\nat: [08:30]\ndays: [1, 2]\n", "audit.schedule_days"),
    (
        "config apply",
        "schedule.yaml",
        "audit: daily\nat: [08:30]\ndays: [mon, monday]\n",
        "audit.schedule_days",
    ),
    ("config apply", "thresholds.yaml", "returns: many\n", "audit.threshold_number"),
    ("config apply", "thresholds.yaml", "colour: red\n", "audit.unknown_threshold"),
    (
        "config apply",
        "thresholds.yaml",
        "extension_ask_before: 1wd\nextension_answer_within: 2wd\n",
        "audit.threshold_answer_too_long",
    ),
    ("config apply", "thresholds.yaml", "extension_ask_before: -1wd\n", "audit.threshold_days"),
    ("config apply", "other.yaml", "a: b\n", "error.unknown_settings"),
    ("org apply", "institution.yaml", "name: x\npersons: 1\n", "organisation.not_a_list"),
    ("org apply", "institution.yaml", "name: x\nname: y\n", "definition.duplicate_key"),
)


@pytest.mark.parametrize(("command", "name", "text", "code"), CONFIGURED)
def test_a_bad_configuration_is_told_and_never_proposed(
    command: str, name: str, text: str, code: str, home: Home
) -> None:
    (home.path / "given").mkdir()
    file = home.path / "given" / name
    file.write_text(text, "utf-8")
    state = home.state()
    for lang in LANGUAGES:
        answer = home.call(*command.split(), file, "--as", "{secadmin}", lang=lang)
        assert answer.code in (1, 2), answer
        assert_clear(answer, lang)
    assert code in home.call(*command.split(), file, "--as", "{secadmin}", "--json").codes
    assert home.state() == state


def test_a_threshold_is_told_with_its_file_and_line(home: Home) -> None:
    (home.path / "given").mkdir()
    file = home.path / "given" / "thresholds.yaml"
    file.write_text("returns: 3\n# 延期\nextension_answer_within: 2wd\ncolour: red\n", "utf-8")
    for lang in LANGUAGES:
        answer = home.call("config", "apply", file, "--as", "{secadmin}", lang=lang)
        assert answer.code == 1
        assert_clear(answer, lang)
        assert "thresholds.yaml:3" in answer.err and "thresholds.yaml:4" in answer.err


def test_a_schedule_is_told_with_its_file_and_line(home: Home) -> None:
    (home.path / "given").mkdir()
    file = home.path / "given" / "schedule.yaml"
    file.write_text("audit: daily\n# 时刻\nat: [8:30]\n\ndays: [1]\n", "utf-8")
    for lang in LANGUAGES:
        answer = home.call("config", "apply", file, "--as", "{secadmin}", lang=lang)
        assert answer.code == 1
        assert_clear(answer, lang)
        assert "schedule.yaml:3" in answer.err and "schedule.yaml:5" in answer.err
    assert "mon" in answer.err


def test_a_person_and_a_role_that_are_not_there_are_told_with_their_line(home: Home) -> None:
    file = home.path / "config" / "institution.yaml"
    text = file.read_text("utf-8")
    assert "role: 主任" in text
    file.write_text(text.replace("role: 主任", "role: 皇帝", 1), "utf-8")
    state = home.state()
    for lang in LANGUAGES:
        answer = home.call("org", "apply", file, "--as", "{secadmin}", lang=lang)
        assert answer.code == 1
        assert_clear(answer, lang)
        assert "institution.yaml:" in answer.err
    assert (
        "organisation.unknown_role" in home.call("org", "apply", file, "--as", "{secadmin}", "--json").codes
    )
    assert home.state() == state


def no_files(directory: Path) -> dict[str, Path]:
    """Things that are not files to be read."""
    (directory / "a directory").mkdir()
    os.mkfifo(directory / "pipe")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(directory / "socket"))
    listening.close()
    (directory / "loop").symlink_to(directory / "loop")
    return {
        "directory": directory / "a directory",
        "pipe": directory / "pipe",
        "socket": directory / "socket",
        "device": Path("/dev/zero"),
        "missing": directory / "missing",
        "loop": directory / "loop",
        "too long": directory / ("x" * 300),
    }


LINES = (
    "task attach {draft} FILE --as {clerk}",
    "task advance {draft} submit --attach FILE --as {clerk}",
    "workflow publish FILE --as {secadmin}",
    "calendar apply FILE --as {secadmin}",
    "org apply FILE --as {secadmin}",
    "import log FILE --mapping FILE --workflow FILE --as {secadmin}",
)


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line.split()[:2]))
def test_what_is_no_file_is_not_read(line: str, home: Home, tmp_path: Path) -> None:
    state = home.state()
    for name, path in no_files(tmp_path).items():
        # A directory of the organisation is where its file lies; the file in it is what is missing.
        words = [str(path) if word == "FILE" else word for word in line.split()]
        for lang in LANGUAGES:
            answer = home.call(*words, lang=lang)
            assert answer.code in (1, 2), (name, answer)
            assert_clear(answer, lang)
    assert home.state() == state


def test_a_link_is_no_attachment(home: Home, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    answer = home.call("task", "attach", "{draft}", tmp_path / "link", "--as", "{clerk}", "--json")
    assert (answer.code, answer.codes) == (2, ["error.file_is_link"])


def test_an_attachment_that_is_too_large_is_not_taken(home: Home, tmp_path: Path) -> None:
    """Told by its size alone: it is not read, and needs no room."""
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    state = home.state()
    for lang in LANGUAGES:
        answer = home.call("task", "attach", "{draft}", large, "--as", "{clerk}", lang=lang)
        assert answer.code == 2
        assert_clear(answer, lang)
    assert home.state() == state


def test_an_attachment_is_kept_by_its_digest_wherever_it_came_from(home: Home, tmp_path: Path) -> None:
    """A path that climbs names a file to read, never a place to write."""
    (tmp_path / "below").mkdir()
    (tmp_path / "evil").write_text("x", "utf-8")
    path = tmp_path / "below" / ".." / "evil"
    assert home.call("task", "attach", "{draft}", path, "--as", "{clerk}").code == 0
    kept = [each for each in (home.path / "files").rglob("*") if each.is_file()]
    assert all(len(each.name) == 64 and each.parent.parent == home.path / "files" for each in kept)


def test_a_file_that_may_not_be_read_is_told(home: Home, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "closed").write_text("x", "utf-8")
    (tmp_path / "closed").chmod(0)
    for lang in LANGUAGES:
        answer = home.call("task", "attach", "{draft}", tmp_path / "closed", "--as", "{clerk}", lang=lang)
        assert answer.code == 2
        assert_clear(answer, lang)


@pytest.mark.parametrize("command", ["log export", "demo --directory"])
def test_a_directory_that_is_a_file_is_told(command: str, home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for lang in LANGUAGES:
        answer = home.call(*command.split(), tmp_path / "file", lang=lang)
        assert answer.code in (1, 2)
        assert_clear(answer, lang)
