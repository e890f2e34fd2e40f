"""`python -m tests.commands_page` writes docs/commands.md from the tree of commands and their words."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from tests import catalogues
from zeroerror.cli.tree import NOUNS, ROOT
from zeroerror.text import say

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"

HEAD = """# Commands 命令

`zeroerror --help` and `zeroerror NOUN VERB --help` say the same in Chinese or English. Everywhere: `--home DIR` (or `ZEROERROR_HOME`), `--lang zh|en`, `--json`, `--as PERSON` picks the key, `--no-input`; on writes `--dry-run`, `--command-id ID`, `--for POST` picks the capacity. `--reason -` reads standard input. Exit codes stand in [codes.md](codes.md).

`python -m tests.commands_page` writes this page; a test holds it against the program.
"""


def page() -> str:
    """The whole page."""
    catalogues.compile_all()
    rows = ["| command | 中文 | English |", "|---|---|---|"]
    for words, where in commands():
        code = f"help.do.{'_'.join(words)}"
        line = " ".join((*words, *parameters(where)))
        rows.append(f"| `{line}` | {say(code, {}, 'zh')} | {say(code, {}, 'en')} |")
    return HEAD + "\n" + "\n".join(rows) + "\n"


def commands() -> Iterator[tuple[tuple[str, ...], str]]:
    """The words of every command, and where it is."""
    yield from (((word,), where) for word, where in ROOT.items())
    for noun, verbs in NOUNS.items():
        yield from (((noun, verb), where) for verb, where in verbs.items())


def parameters(where: str) -> Iterator[str]:
    """What a command takes: arguments in capitals, options by their flag; in brackets what may be left out."""
    module, _, function = where.partition(".")
    act = getattr(import_module(f"zeroerror.cli.{module}"), function)
    for name, parameter in inspect.signature(act).parameters.items():
        yield from _told(name, parameter.default)


def _told(name: str, described: Any) -> Iterator[str]:
    flags = getattr(described, "param_decls", ())
    if flags:
        word = str(flags[0])
        yield word if described.default is ... else f"[{word}]"
    elif described is not inspect.Parameter.empty:
        word = name.strip("_").upper()
        yield word if described.default is ... else f"[{word}]"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
