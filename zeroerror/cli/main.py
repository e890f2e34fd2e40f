"""`zeroerror`: one call answered, and the one place where an outcome becomes an exit code (design §11)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from zeroerror.cli import output, session
from zeroerror.model.errors import (
    Busy,
    NotAuthorised,
    UsageError,
    VerificationFailed,
    ZeroErrorError,
    errno_of,
)

#: Exit codes, fixed for ever.
DONE, ERROR, USAGE, CANCELLED, NOT_AUTHORISED, REFUSED, CONFLICT, FOUND, UNVERIFIED, INTERRUPTED = (
    *range(9),
    130,
)


def run(argv: Sequence[str] | None = None) -> NoReturn:
    """Answer one call and end the process."""
    try:
        code = call(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        # It came while another failure was being told.
        code = INTERRUPTED
    sys.exit(code)


def call(argv: Sequence[str]) -> int:
    """Answer one call; returns the exit code and raises nothing."""
    rest = session.begin(argv, os.environ)
    try:
        for word in argv:
            session.readable(word)
        return _called(rest)
    except output.Done as done:
        return done.code
    except KeyboardInterrupt:
        return output.failed([("cli.interrupted", {})], INTERRUPTED)
    except BrokenPipeError:
        return DONE
    except SystemExit as ended:
        # So the parser ends a shell's question how a word could go on, and help that nobody reads any more.
        return DONE if isinstance(ended.__context__, BrokenPipeError) or not ended.code else ERROR
    except ZeroErrorError as error:
        told = [(each.code, {**each.params, "where": each.where}) for each in error.problems]
        return output.failed([(error.code, error.params), *told], exit_code(error))
    except OSError as error:
        params = {"path": str(error.filename or ""), "detail": errno_of(error)}
        return output.failed([("error.system", params)], ERROR)
    # The last door: a fault of ours must not show people a traceback, nor pass for an answer.
    except Exception as error:
        if session.current.environ.get("ZEROERROR_DEBUG"):
            raise
        detail = f"{type(error).__name__}: {error}"
        return output.failed([("error.unexpected", {"detail": detail})], ERROR)


def _called(rest: Sequence[str]) -> int:
    if session.current.lang is not None and session.current.lang[:2].lower() not in ("zh", "en"):
        raise UsageError("cli.no_such_language", lang=session.current.lang)
    import typer

    from zeroerror.cli.tree import built
    from zeroerror.cli.usage import misuse, told

    try:
        found = built()(list(rest), prog_name="zeroerror", standalone_mode=False)
    except typer.Exit as left:
        return left.exit_code
    except typer.Abort:
        return CANCELLED
    except misuse() as error:
        # An unfinished line is answered by what could follow.
        if type(error).__name__ == "NoArgsIsHelpError":
            output.write(str(error.format_message()))  # type: ignore[attr-defined]
            return USAGE
        return output.failed([told(error)], USAGE)
    return found if isinstance(found, int) else DONE


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
