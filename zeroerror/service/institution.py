"""An institution opened: its home directory, its database, its clock, and who is at the keyboard."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from zeroerror.ledger import keys
from zeroerror.ledger.signing import PrivateKey
from zeroerror.model.calendar import Calendar
from zeroerror.model.errors import NotAuthorised, UsageError, ZeroErrorError, errno_of
from zeroerror.model.organisation import Organisation
from zeroerror.model.value import dataclass
from zeroerror.service.facts import StoreFacts
from zeroerror.store import reads
from zeroerror.store.connection import Connection, connect

#: The file that says where the database is, and nothing else (design §3).
SETTINGS_FILE = "zeroerror.toml"
DATABASE_FILE = "zeroerror.db"
HOME_VARIABLE = "ZEROERROR_HOME"
MACHINE_PERSON = "machine"
#: Somebody in history that was read in has no id here: he stands by this and the digest of his name.
NAMED = "name:"


class NoInstitution(UsageError):
    """There is no institution in that directory."""

    code = "error.no_institution"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with the key that signs for him."""

    person: str
    key: str
    private: PrivateKey


#: Takes a code of the catalogue, and what fills it.
Told = Callable[[str, dict[str, Any]], None]


def _unheard(code: str, params: dict[str, Any]) -> None:
    """Nobody watches."""


class Institution:
    """One ledger with its home. A context manager; reads and commands go through the modules of `service`."""

    def __init__(self, home: Path, conn: Connection) -> None:
        self.home = home
        self.conn = conn
        self.origin = reads.meta(conn).origin
        institution = reads.document(conn, "institution")
        if institution is None:
            raise NoInstitution(home=str(home))
        self.name: str = institution.content["institution"]
        self.simulated: bool = institution.content["simulated"]
        #: Who is told how far something long has come; whoever opened it may put himself in its place.
        self.tell: Told = _unheard

    def __enter__(self) -> Institution:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.conn.close()

    def now(self) -> datetime:
        """The real clock; in a sandbox, the clock as it was last set, and it stands until it is set again."""
        if not self.simulated:
            return datetime.now(UTC)
        return reads.clock(self.conn)

    def facts(self) -> StoreFacts:
        """The facts of this moment, for reads."""
        return StoreFacts(self.conn)

    @property
    def organisation(self) -> Organisation:
        """The organisation in force."""
        return self.facts().organisation

    @property
    def calendar(self) -> Calendar:
        """The calendar in force."""
        return self.facts().calendar

    @property
    def settings(self) -> Mapping[str, Any]:
        """Thresholds and the schedule in force."""
        return self.facts().settings

    def names(self, ids: Iterable[str]) -> dict[str, str | None]:
        """The names of persons by id; None where a name has been erased, no entry for who is unknown."""
        organisation = self.organisation
        persons = {id: organisation.person(id) for id in ids}
        digests = {
            id: id.removeprefix(NAMED) if person is None else person.name
            for id, person in persons.items()
            if person is not None or id.startswith(NAMED)
        }
        texts = reads.texts(self.conn, digests.values())
        return {id: texts.get(digest) for id, digest in digests.items()}

    def text(self, digest: str) -> str | None:
        """A sealed text; None where it has been erased, or never was kept here."""
        return reads.texts(self.conn, (digest,)).get(digest)

    @property
    def keys(self) -> Path:
        """Where the private keys lie."""
        return self.home / "keys"

    @property
    def sessions(self) -> Path:
        """Where unlocked keys lie for a while."""
        return self.home / "sessions"

    def actor(self, person: str | None = None) -> Actor:
        """Who has logged in; `person` picks one of several. Raises NotAuthorised if nobody has."""
        now = datetime.now(UTC)
        session = keys.read_session(self.sessions, person, now)
        if session is None:
            raise NotAuthorised("error.login_needed", person=person or "")
        return Actor(session.person, session.key_id, session.private)

    @cached_property
    def _machine(self) -> Actor:
        private = keys.load_private(self.keys / f"{MACHINE_PERSON}.key", None)
        key = next(each.id for each in reads.keys(self.conn) if each.person == MACHINE_PERSON)
        return Actor(MACHINE_PERSON, key, private)

    def machine(self) -> Actor:
        """The machine's own key: audits, follow-ups, urging, denials and checkpoints, nothing else."""
        return self._machine


def home_of(flag: str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """The institution's directory: what was asked for, else the environment's, else here."""
    return Path(flag or environ.get(HOME_VARIABLE) or cwd).expanduser().absolute()


def database_url(home: Path) -> str:
    """Where the database is, as `zeroerror.toml` says it; raises NoInstitution, or ZeroErrorError for a bad file."""
    path = home / SETTINGS_FILE
    try:
        with path.open("rb") as file:
            url = tomllib.load(file).get("database")
    except FileNotFoundError:
        raise NoInstitution(home=str(home)) from None
    except OSError as error:
        raise ZeroErrorError("error.file_unreadable", path=str(path), detail=errno_of(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ZeroErrorError("error.settings_unreadable", path=str(path), detail=str(error)) from error
    if not isinstance(url, str):
        raise ZeroErrorError("error.settings_unreadable", path=str(path), detail="database")
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        return f"sqlite:///{home / url.removeprefix('sqlite:///')}"
    return url


def open_institution(home: Path, *, read_only: bool = False) -> Institution:
    """Open what stands in that directory; raises NoInstitution, or StoreError where the database cannot be used."""
    conn = connect(database_url(home), read_only=read_only)
    try:
        return Institution(home, conn)
    except BaseException:
        conn.close()
        raise
