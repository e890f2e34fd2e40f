"""What the store can be unable to do. None of these is ever answered by repairing anything."""

from __future__ import annotations

from zeroerror.model.errors import ZeroErrorError


class StoreError(ZeroErrorError):
    """The database could not do what was asked."""

    code = "store.unable"


class BadUrl(StoreError):
    """The database's address is neither sqlite:///PATH nor postgresql://…?schema=NAME."""

    code = "store.bad_url"


class Absent(StoreError):
    """There is no database at that address."""

    code = "store.absent"


class Unopenable(StoreError):
    """There is a database, but this account may not open it."""

    code = "store.unopenable"


class Exists(StoreError):
    """There already is something at that address."""

    code = "store.exists"


class NotADatabase(StoreError):
    """The file is not a database."""

    code = "store.not_a_database"


class Foreign(StoreError):
    """It is a database, but not one of ours."""

    code = "store.foreign"


class Corrupt(StoreError):
    """The database file is damaged."""

    code = "store.corrupt"


class Newer(StoreError):
    """The database was made by a newer version of this program."""

    code = "store.newer"


class Older(StoreError):
    """The database was made by an older version and must be upgraded first."""

    code = "store.older"


class ReadOnly(StoreError):
    """The database may be read but not written."""

    code = "store.read_only"


class Full(StoreError):
    """There is no room left to write."""

    code = "store.full"


class Unreachable(StoreError):
    """The database server cannot be reached, or let go of the connection."""

    code = "store.unreachable"


class Unsafe(StoreError):
    """The database is set so that an acknowledged event could be lost."""

    code = "store.unsafe"


class AppendOnly(StoreError):
    """Somebody tried to change what only ever grows."""

    code = "store.append_only"


class Conflict(StoreError):
    """A row would have stood twice, or against a rule of its table."""

    code = "store.conflict"


class OutcomeUnknown(StoreError):
    """The connection broke while the transaction was being committed: it may hold, or not."""

    code = "store.outcome_unknown"


class BackupNeeded(StoreError):
    """An upgrade is refused until there is a backup."""

    code = "store.backup_needed"
