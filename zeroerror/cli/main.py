"""`zeroerror`: the tree of commands, and the one place where an outcome becomes an exit code (design §11)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from zeroerror.cli import output, session
from zeroerror.model.errors import Busy, NotAuthorised, UsageError, VerificationFailed, ZeroErrorError

#: Exit codes, fixed for ever.
DONE, ERROR, USAGE, CANCELLED, NOT_AUTHORISED, REFUSED, CONFLICT, FOUND, UNVERIFIED, INTERRUPTED = (
    *range(9),
    130,
)


def run(argv: Sequence[str] | None = None) -> NoReturn:
    """Answer one call and end the process."""
    code = call(sys.argv[1:] if argv is None else argv)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has gone; the rest must not be written to anybody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def call(argv: Sequence[str]) -> int:
    """Answer one call; returns the exit code and raises nothing."""
    rest = session.begin(argv, os.environ)
    try:
        return _called(rest)
    except output.Done as done:
        return done.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return DONE
    except ZeroErrorError as error:
        return _failed([(error.code, error.params)], exit_code(error))
    # The last door: a fault of ours must not show people a traceback, nor pass for an answer.
    except Exception as error:
        if session.current.environ.get("ZEROERROR_DEBUG"):
            raise
        return _failed([("error.unexpected", {"detail": f"{type(error).__name__}: {error}"})], ERROR)


def _called(rest: Sequence[str]) -> int:
    import typer

    from zeroerror.cli.tree import built

    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        found = built()(list(rest), prog_name="zeroerror", standalone_mode=False)
    except typer.Exit as left:
        return left.exit_code
    except typer.Abort:
        return CANCELLED
    except _misuse() as error:
        # An unfinished line is answered by what could follow.
        message = str(error.format_message())  # type: ignore[attr-defined]
        if type(error).__name__ == "NoArgsIsHelpError":
            output.write(message)
            return USAGE
        return _failed([("error.usage_line", {"detail": message})], USAGE)
    return found if isinstance(found, int) else DONE


def _misuse() -> type[Exception]:
    """The base of what the parser raises for a line that it cannot read; where it lives changes with releases."""
    import typer

    return next(each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException")  # type: ignore[return-value]


def _failed(reasons: Sequence[tuple[str, object]], code: int) -> int:
    try:
        output.fail(reasons, code)  # type: ignore[arg-type]
    except output.Done as done:
        return done.code


def exit_code(error: ZeroErrorError) -> int:
    """The exit code of an inability."""
    for kind, code in (
        (UsageError, USAGE),
        (NotAuthorised, NOT_AUTHORISED),
        (Busy, CONFLICT),
        (VerificationFailed, UNVERIFIED),
    ):
        if isinstance(error, kind):
            return code
    return ERROR
