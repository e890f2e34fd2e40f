"""Help texts: words too, read in the language of the call before the commands are built."""

from __future__ import annotations

from typing import Any

import typer

from zeroerror.cli import session


def helped(code: str) -> str:
    """The help of a command, in the language of the call."""
    return session.current.say(f"help.{code}")


def option(*flags: str, help: str, default: Any = None) -> Any:
    """An option with its help, in the language of the call."""
    return typer.Option(default, *flags, help=helped(help), show_default=False)


def argument(help: str, default: Any = ...) -> Any:
    """An argument with its help, in the language of the call."""
    return typer.Argument(default, help=helped(help), show_default=False)
