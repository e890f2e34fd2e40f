"""What is wrong with a definition is said in Chinese and in English, for every code."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import polib
import pytest

from zeroerror.definition.loader import load_file

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "tests/workflows").rglob("*.yaml"))
CODE = re.compile(r'"(definition\.\w+)"')


def catalogue(lang: str) -> dict[str, str]:
    """Every code with its words."""
    path = ROOT / f"zeroerror/locale/{lang}/LC_MESSAGES/definition.po"
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}


def codes() -> set[str]:
    """Every code that the package can say."""
    sources = (ROOT / "zeroerror/definition").glob("*.py")
    return {code for path in sources for code in CODE.findall(path.read_text("utf-8"))}


def holes(template: str) -> set[str]:
    """The parameters that a template names."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_code_has_words_and_no_words_are_left_over(lang: str) -> None:
    assert catalogue(lang).keys() == codes()
    assert all(catalogue(lang).values())


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_words_of_a_problem_name_only_what_it_carries(path: Path, lang: str) -> None:
    for problem in load_file(path).problems:
        assert holes(catalogue(lang)[problem.code]) <= problem.params.keys(), problem


def test_chinese_words_are_chinese() -> None:
    for code, template in catalogue("zh_CN").items():
        assert re.search("[\u4e00-\u9fff]", template), code
        assert template.endswith(("。", "）")), code
