"""Inability is an exception, under one base; its docstring is its message where no other is given.

Facts about the world (problems, refusals, findings) are values, never exceptions: see `problem.py`.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence

from zeroerror.model.problem import Problem


class ZeroErrorError(Exception):
    """Something needed could not be done.

    `code` names the message in the catalogues, `params` fill it; the command line alone makes words and an
    exit code of it.
    """

    code = "error.unable"
    #: Where it is what somebody handed in: everything that is wrong with it.
    problems: Sequence[Problem] = ()

    def __init__(self, code: str | None = None, **params: object) -> None:
        self.code = code or self.code
        self.params: Mapping[str, object] = params
        super().__init__(self.code if not params else f"{self.code} {params}")


class UsageError(ZeroErrorError):
    """What was asked does not exist, or is ambiguous (exit 2)."""

    code = "error.usage"


class NotAuthorised(ZeroErrorError):
    """The key, the passphrase or an entitlement is missing (exit 4)."""

    code = "error.not_authorised"


class Busy(ZeroErrorError):
    """The database is held by another, or moved on meanwhile; ask again (exit 6)."""

    code = "error.busy"


class VerificationFailed(ZeroErrorError):
    """The ledger does not hold what it claims (exit 8)."""

    code = "error.verification"


def errno_of(error: OSError) -> str:
    """What the operating system says stands in the way, by its fixed name: ENOSPC, EACCES, …; POSIX errno.h."""
    return errno.errorcode.get(error.errno or 0, "")
