"""The oracle knows nothing of the product: what they agree on, they have not from each other."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests import oracle

MODULES = sorted(Path(oracle.__file__).parent.rglob("*.py"))


def imported(text: str) -> set[str]:
    """What a module's text imports, wherever in it, as far as the text says so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "nothing is imported relatively"
            found.add(node.module or "")
    return found


def strangers(text: str) -> set[str]:
    """What it imports that is neither the oracle's own nor the standard library's."""
    return {
        name
        for name in imported(text)
        if name.split(".")[0] not in sys.stdlib_module_names and name.split(".")[:2] != ["tests", "oracle"]
    } | {name for name in imported(text) if name.split(".")[0] in ("importlib", "runpy", "pkgutil")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_the_oracle_imports_the_standard_library_and_itself(path: Path) -> None:
    text = path.read_text("utf-8")
    assert strangers(text) == set()
    assert "__import__" not in text


def test_an_import_of_the_product_would_be_seen() -> None:
    assert strangers("def f():\n    from zeroerror.timing import due\n") == {"zeroerror.timing"}
    assert strangers("import tests.justice.memory") == {"tests.justice.memory"}
    assert strangers("import importlib") == {"importlib"}
