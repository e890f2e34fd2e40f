"""Help texts: words too, read in the language of the call; and only where somebody asks for them.

A command's parameters carry the codes of their help, for a module is read once and calls differ in language.
"""

from __future__ import annotations

from typing import Any

import typer

from zeroerror.cli import session


def helped(code: str) -> str:
    """A help text, in the language of the call."""
    return session.current.say(f"help.{code}")


def option(*flags: str, help: str, default: Any = None, takes: str = "text") -> Any:
    """An option; `takes` says what kind of value it takes."""
    return typer.Option(default, *flags, help=f"word.{help}", show_default=False, metavar=f"takes.{takes}")


def argument(help: str, default: Any = ...) -> Any:
    """An argument, under the name that people read."""
    return typer.Argument(default, help=f"word.{help}", show_default=False, metavar=f"name.{help}")
