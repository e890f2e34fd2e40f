"""Every code that the program can say has words in both languages, and its words name only what it carries."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import polib
import pytest

from zeroerror.engine.effects import EFFECTS
from zeroerror.text import say

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "zeroerror"
LOCALES = {"zh": "zh_CN", "en": "en"}
DOMAINS = sorted({path.stem for path in (PACKAGE / "locale").rglob("*.po")})
CODE = re.compile(rf"({'|'.join(DOMAINS)})\.[a-z_0-9]+(\.[a-z_]+)?")

#: Names that look like a code and are none: columns and files.
NO_CODES = {"definition.digest", "report.css", "report.html"}

#: What an f-string that makes a code can end in.
MADE: Mapping[str, tuple[str, ...]] = {
    "engine.notice_{}": ("answered", "unanswered", "ended"),
    "doctor.schema_{}": ("none", "foreign", "older", "newer"),
    "verify.{}": (
        "row_differs",
        "index_wrong",
        "origin_wrong",
        "chain_broken",
        "stream_broken",
        "time_backwards",
    ),
}

#: Words within words: `{act:act}` in a template of `engine`, and what it can be.
WITHIN: Mapping[str, tuple[str, ...]] = {
    "engine.act_": (
        *EFFECTS,
        "bulk",
        "import",
        "note",
        "assign",
        "pause",
        "urge",
        "open",
        "rectify",
        "circulate",
        "recuse",
        "mark_absent",
        "merge",
        "redirect",
        "change_signers",
        "revise",
        "attest",
    ),
    "engine.part_": ("propose", "confirm"),
    "engine.proposal_": ("confirmed", "rejected", "lapsed"),
    "engine.owner_": ("desk", "outside"),
    "engine.ended_": ("closed", "cancelled"),
    "error.errno_": (
        "",
        "EACCES",
        "EPERM",
        "ENOENT",
        "EEXIST",
        "ENOTDIR",
        "EISDIR",
        "ENOTEMPTY",
        "ENOSPC",
        "EROFS",
        "ENAMETOOLONG",
        "ELOOP",
        "EIO",
        "EMFILE",
    ),
}


class Site(NamedTuple):
    """One place in the program that says a code."""

    where: str
    code: str
    #: The parameters given there; None where the reading cannot tell.
    params: frozenset[str] | None


@lru_cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Every module of the package, read."""
    # The tree of commands names functions (`ledger.show`), and no codes.
    paths = sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "cli" / "tree.py"})
    return tuple((str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))) for path in paths)


@lru_cache
def catalogue(lang: str, domain: str) -> Mapping[str, str]:
    """Every code of a domain with its words."""
    path = PACKAGE / "locale" / LOCALES[lang] / "LC_MESSAGES" / f"{domain}.po"
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgid}


def words(lang: str, code: str) -> str | None:
    """The template of a code."""
    return catalogue(lang, code.partition(".")[0]).get(code)


def holes(template: str) -> dict[str, str]:
    """The parameters that a template names, each with how it is to be told."""
    return {name: spec or "" for _, name, spec, _ in Formatter().parse(template) if name}


def literal(node: ast.AST | None) -> str | None:
    """A code that stands there as it is."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        return None if node.value in NO_CODES else node.value
    return None


def said(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every code written out in a module, but for the beginnings of those that are made from parts."""
    parts = {
        id(each) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for each in ast.walk(node)
    }
    for node in ast.walk(module):
        if id(node) not in parts and (code := literal(node)):
            yield node.lineno, code  # type: ignore[attr-defined]


@lru_cache
def classes() -> Mapping[str, str]:
    """The code that each class of inability has where it is given none."""
    found, bases = {}, {}
    for _, module in modules():
        for node in ast.walk(module):
            if not isinstance(node, ast.ClassDef):
                continue
            bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
            for line in node.body:
                named = isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code"
                if named and literal(line.value):
                    found[node.name] = str(literal(line.value))
    return found


def keys(node: ast.AST | None) -> frozenset[str] | None:
    """The parameters that a mapping written out gives; None where some cannot be seen."""
    if node is None:
        return frozenset()
    if not isinstance(node, ast.Dict) or not all(isinstance(key, ast.Constant) for key in node.keys):
        return None
    return frozenset(str(key.value) for key in node.keys if isinstance(key, ast.Constant))


def named(call: ast.Call) -> frozenset[str] | None:
    """The parameters that a call gives by name."""
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    return frozenset(str(keyword.arg) for keyword in call.keywords)


def sites_of(where: str, module: ast.Module) -> Iterator[Site]:
    """Every place in a module that says a code with its parameters."""
    for node in ast.walk(module):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and (code := literal(node.elts[0])):
            given = keys(node.elts[1])
            # Every fault of a definition's shape is given its place as well.
            more = {"at"} if where.endswith("definition/faults.py") else set()
            yield Site(f"{where}:{node.lineno}", code, None if given is None else given | more)
        if isinstance(node, ast.ClassDef) and node.name in classes():
            yield from _own(where, node)
        if isinstance(node, ast.Call):
            yield from _called(f"{where}:{node.lineno}", node)


def _own(where: str, node: ast.ClassDef) -> Iterator[Site]:
    """What a class of inability hands on to its base by itself."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__" and not call.args:
            given = frozenset(str(each.arg) for each in call.keywords if each.arg)
            yield Site(f"{where}:{call.lineno}", classes()[node.name], given)


def _called(where: str, call: ast.Call) -> Iterator[Site]:
    function = ast.unparse(call.func).rpartition(".")[2]
    first = call.args[0] if call.args else None
    if function in ("Reason", "Problem") and (code := literal(first)):
        second = call.args[1] if len(call.args) > 1 else None
        yield Site(where, code, keys(second))
    elif function == "_bad" and (code := literal(call.args[2])):
        given = named(call)
        yield Site(where, code, None if given is None else given | {"field", "title", "value"})
    elif function == "problem" and isinstance(first, ast.Constant):
        given = named(call)
        yield Site(where, f"verify.{first.value}", None if given is None else given | {"index"})
    elif code := literal(first):
        known = function in ("say", "warn") or function in classes() or function[:1].isupper()
        yield Site(where, code, named(call) if known else None)
    elif not call.args:
        raised = {each.rpartition(".")[2] for each in _names(call.func)} & classes().keys()
        yield from (Site(where, classes()[each], named(call)) for each in raised)


def _names(function: ast.expr) -> list[str]:
    """What may be called there: `(A if test else B)(…)` is either."""
    if isinstance(function, ast.IfExp):
        return [*_names(function.body), *_names(function.orelse)]
    return [ast.unparse(function)] if isinstance(function, ast.Name | ast.Attribute) else []


@lru_cache
def sites() -> Mapping[str, list[Site]]:
    """Every place that says a code, by the code."""
    found = defaultdict(list)
    for where, module in modules():
        for site in sites_of(where, module):
            found[site.code].append(site)
    return found


@lru_cache
def codes() -> Mapping[str, str]:
    """Every code that the program can say, with a place that says it."""
    found: dict[str, str] = {}
    for where, module in modules():
        for line, code in said(module):
            found.setdefault(code, f"{where}:{line}")
    found.update({code: places[0].where for code, places in sites().items()})
    for pattern, endings in MADE.items():
        found.update({pattern.format(ending): pattern for ending in endings})
    for beginning, endings in WITHIN.items():
        found.update({beginning + ending: beginning for ending in endings})
    clauses = {
        f"{domain}.{spec[1:]}": f"{domain}.po"
        for domain in DOMAINS
        for template in catalogue("zh", domain).values()
        for spec in holes(template).values()
        if spec.startswith("+")
    }
    return {**found, **clauses}


def of_domain(domain: str) -> Mapping[str, str]:
    """The codes of one domain."""
    return {code: where for code, where in codes().items() if code.startswith(f"{domain}.")}


@pytest.mark.parametrize("lang", LOCALES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_code_has_words(domain: str, lang: str) -> None:
    without = {code: where for code, where in of_domain(domain).items() if not words(lang, code)}
    assert without == {}


@pytest.mark.parametrize("domain", DOMAINS)
def test_both_languages_say_the_same_things_with_the_same_parameters(domain: str) -> None:
    zh, en = catalogue("zh", domain), catalogue("en", domain)
    assert zh.keys() == en.keys()
    # A date is written in each language's own way.
    same = {code for code in zh if not code.startswith("report.instant_")}
    assert {code: holes(zh[code]) for code in same} == {code: holes(en[code]) for code in same}


@pytest.mark.parametrize("domain", DOMAINS)
def test_words_name_only_what_every_place_gives(domain: str) -> None:
    lacking = [
        (site.where, code, name)
        for code, template in catalogue("zh", domain).items()
        for name in holes(template)
        for site in sites().get(code, ())
        if site.params is not None and name not in site.params
    ]
    assert lacking == []


@pytest.mark.parametrize("domain", ["doctor", "engine", "error", "ledger", "store", "verify"])
def test_no_words_are_left_over(domain: str) -> None:
    assert set(catalogue("zh", domain)) - set(of_domain(domain)) == set()


@pytest.mark.parametrize("domain", ["doctor", "engine", "error", "verify"])
def test_codes_made_from_parts_are_all_listed(domain: str) -> None:
    found = set()
    for _, module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.JoinedStr):
                pattern = "".join(
                    str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
                )
                if re.match(rf"{domain}\.\S*$", pattern):
                    found.add(pattern)
    assert found <= set(MADE)


@pytest.mark.parametrize("domain", ["doctor", "engine", "error", "verify"])
def test_words_are_plain(domain: str) -> None:
    for code, template in catalogue("zh", domain).items():
        assert re.search("[\u4e00-\u9fff{]", template), code
    for code, template in catalogue("en", domain).items():
        assert not re.search("[\u4e00-\u9fff]", template), code


def test_a_step_that_is_covered_says_by_whom_and_until_when() -> None:
    params = {
        "task": "BW-2026-0317",
        "title": "审核",
        "owed_by": "张慧",
        "covered_by": "龙海",
        "cover_until": "12-03",
    }
    told = say("engine.not_your_step", params, "zh")
    assert "由 张慧 承办；龙海 顶岗至 12-03。" in told
    assert "顶岗" not in say("engine.not_your_step", {**params, "covered_by": None}, "zh")


def test_a_code_within_a_sentence_is_a_word() -> None:
    params = {"act": "leave", "part": "confirm", "may": ["陈铭", "周敏"]}
    assert say("engine.not_entitled", params, "zh").startswith("请假须由以下人员确认：陈铭、周敏。")
    assert say("engine.not_entitled", params, "en").startswith("A leave is confirmed by one of: 陈铭, 周敏.")


def test_an_action_is_told_as_it_is_typed_and_as_it_is_called() -> None:
    params = {"step": "起草", "action": "x", "known": [{"action": "submit", "title": "送审"}]}
    assert "submit（送审）" in say("engine.unknown_action", params, "zh")


def test_a_long_list_and_a_long_text_are_cut() -> None:
    many = [f"BW-2026-{number:04d}" for number in range(1000)]
    told = say("error.ambiguous_task", {"task": "x" * 10_000_000, "found": many}, "zh")
    assert len(told) < 700
    assert "…" in told


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("lang", LOCALES)
def test_no_code_has_words_twice(lang: str, domain: str) -> None:
    path = PACKAGE / "locale" / LOCALES[lang] / "LC_MESSAGES" / f"{domain}.po"
    times = Counter(entry.msgid for entry in polib.pofile(str(path)))
    assert [code for code, count in times.items() if count > 1] == []


def test_what_commands_do_is_told_alike_in_english() -> None:
    told = catalogue("en", "help")
    small = [
        code
        for code, text in told.items()
        if code.startswith(("help.do.", "help.noun.")) and text[:1].islower()
    ]
    assert small == []
