"""How a command is called, told in the language of the call: help, and what is wrong with a line.

The parser's own help is English and counts a Chinese sign as one column, so ours is drawn from its parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from zeroerror.cli import session
from zeroerror.cli.words import helped
from zeroerror.model.errors import UsageError

#: Help is drawn for a terminal of this many columns.
COLUMNS = 80
#: Flags of the parser's own, whose help is English.
_PARSERS = ("--help", "--install-completion", "--show-completion")
#: Names longer than this have their explanation on the next line.
NAMES_MOST = 26


def everywhere() -> list[TyperOption]:
    """The flags that every command takes, for help and completion; `session` has read them by then."""
    return [
        TyperOption(
            param_decls=[flag],
            is_flag=takes is None,
            help=helped(f"word.{name}"),
            expose_value=False,
            metavar=None if takes is None else f"takes.{takes}",
        )
        for flag, name, takes in session.FLAGS
    ]


class Verb(TyperCommand):
    """A command that tells its help, and what is wrong with its line, in the language of the call."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Its own parameters, and those of every command where somebody asks what there is."""
        return _in_words(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The line read; what is left over is told as such."""
        ctx.allow_extra_args = True
        rest = list(super().parse_args(ctx, args))
        if rest and not ctx.resilient_parsing:
            raise UsageError("cli.words_left", words=rest, command=ctx.command_path)
        return rest

    def get_help(self, ctx: Any) -> str:
        """The command's help."""
        return _help(self, ctx, ())


class Noun(TyperGroup):
    """A group whose commands are made when they are asked for, so that one command costs one."""

    #: Under which code its help stands.
    code: str
    #: The names of its commands, and what makes one.
    names: Sequence[str] = ()
    make: Callable[[str], Any]

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name."""
        return list(self.names)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None if there is none."""
        return self.make(cmd_name) if cmd_name in self.names else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that a word calls; UsageError with what is like it where there is none."""
        if args[0] not in self.names and not args[0].startswith("-") and not ctx.resilient_parsing:
            like = (
                get_close_matches(args[0], self.names, 3, 0.5) or self._told_of(args[0]) or list(self.names)
            )
            raise UsageError("cli.no_such_command", word=args[0], like=like, command=ctx.command_path)
        return super().resolve_command(ctx, args)

    def _told_of(self, word: str) -> list[str]:
        """The commands whose help has the word: 转办 means `assign` to whoever does not know it yet."""
        from zeroerror.cli.tree import NOUNS

        noun = self.code.removeprefix("noun.")
        verbs = {f"{noun} {verb}": f"do.{noun}_{verb}" for noun, verbs in NOUNS.items() for verb in verbs}
        codes = verbs if noun == "root" else {verb: f"do.{noun}_{verb}" for verb in self.names}
        return [name for name, code in codes.items() if len(word) > 1 and word in helped(code)]

    def get_params(self, ctx: Any) -> list[Any]:
        """Its own parameters, and those of every command where somebody asks what there is."""
        return _in_words(super().get_params(ctx))

    def get_help(self, ctx: Any) -> str:
        """The group's help: its commands in one line each."""
        session.current.helping = True
        self.help = helped(self.code)
        rows = [(name, self.make(name).help.partition("\n")[0]) for name in self.names]
        return _help(self, ctx, rows)


def _in_words(params: Iterable[Any]) -> list[Any]:
    """Parameters with their help in words, and those of every command, where somebody asks what there is."""
    own = list(params)
    if not session.current.helping:
        return own
    for each in own:
        if each.help is not None and each.help.startswith("word."):
            each.help = helped(each.help)
    return [*own, *everywhere()]


def _help(command: Any, ctx: Any, commands: Sequence[tuple[str, str]]) -> str:
    params = command.get_params(ctx)
    arguments = [each for each in params if each.param_type_name == "argument"]
    options = [each for each in params if each.param_type_name == "option"]
    shared = {flag for flag, _, _ in session.FLAGS}
    parts = [_usage(ctx, arguments, bool(commands)), *command.help.split("\n")]
    parts += _section("arguments", ((_argument(each), each.help or "") for each in arguments))
    own = [each for each in options if each.opts[0] not in shared]
    parts += _section("options", ((_option(each), _option_help(each)) for each in own))
    parts += _section("commands", commands)
    everywhere = [each for each in options if each.opts[0] in shared]
    parts += _section("everywhere", ((_option(each), _option_help(each)) for each in everywhere))
    return "\n".join(parts)


def _usage(ctx: Any, arguments: Iterable[Any], has_commands: bool) -> str:
    words = [ctx.command_path, helped("usage_options"), *(_argument(each) for each in arguments)]
    if has_commands:
        words.append(helped("usage_command"))
    return helped("usage") + " ".join(words) + "\n"


def _argument(param: Any) -> str:
    name = helped(param.metavar)
    many = "..." if param.nargs == -1 else ""
    return f"{name}{many}" if param.required else f"[{name}]{many}"


def _option(param: Any) -> str:
    names = ", ".join(sorted(param.opts, key=len))
    return f"{names} {helped(param.metavar)}" if param.metavar and not param.is_flag else names


def _option_help(param: Any) -> str:
    for flag in _PARSERS:
        if flag in param.opts:
            return helped(f"word.{flag[2:].replace('-', '_')}")
    marks = helped("required") if param.required else helped("repeatable") if param.multiple else ""
    return f"{param.help or ''}{marks}"


def _section(title: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    from zeroerror.cli.output import pad, width
    from zeroerror.render.columns import wrap

    listed = list(rows)
    if not listed:
        return []
    indent = 2 + min(NAMES_MOST, max(width(name) for name, _ in listed)) + 2
    lines = ["", helped(f"section_{title}")]
    for name, text in listed:
        if width(name) > NAMES_MOST:
            lines.append(f"  {name}")
            name = ""
        lines += wrap(text, COLUMNS, first=pad(f"  {name}", indent), rest=" " * indent)
    return lines


def misuse() -> type[Exception]:
    """The base of what the parser raises for a line that it cannot read; where it lives changes with releases."""
    return next(each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException")


def told(error: Any) -> tuple[str, dict[str, Any]]:
    """What is wrong with a line: a code and its parameters."""
    kind, ctx = type(error).__name__, getattr(error, "ctx", None)
    command = ctx.command_path if ctx is not None else "zeroerror"
    if kind == "NoSuchOption":
        return "cli.no_such_option", {
            "option": error.option_name,
            "like": list(error.possibilities or ()),
            "command": command,
        }
    param = getattr(error, "param", None)
    if kind == "MissingParameter" and param is not None:
        name = helped(param.metavar) if param.param_type_name == "argument" else param.opts[0]
        return "cli.missing", {"name": name, "command": command}
    if kind == "BadParameter" and param is not None:
        name = helped(param.metavar) if param.param_type_name == "argument" else param.opts[0]
        # Of all that is typed on a line, only numbers are read by the parser itself.
        return "cli.not_a_number", {"name": name, "detail": error.message, "command": command}
    if kind == "BadOptionUsage":
        return "cli.option_without_value", {"option": error.option_name, "command": command}
    return "error.usage_line", {"detail": error.format_message(), "command": command}
