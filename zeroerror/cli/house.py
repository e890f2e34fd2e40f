"""`init`, `demo`, `doctor`, `upgrade`, `clock`: the institution as a whole."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zeroerror.cli import output, session
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError


def version() -> None:
    from zeroerror import __version__

    output.answer({"version": __version__}, f"zeroerror {__version__}")


def init(
    simulated: bool = option("--simulated", help="simulated", default=False),
    database: str = option("--database", help="database", takes="address"),
    start: str = option("--start", help="start", takes="time"),
) -> None:
    from zeroerror.service.genesis import initialise

    if start is not None and not simulated:
        raise UsageError("error.start_real")
    if simulated:
        # Printed for everybody, so it only has to be typed easily.
        secret = session.current.environ.get("ZEROERROR_PASSPHRASE") or secrets.token_hex(3)
    else:
        secret = session.passphrase("sysadmin / secadmin / auditor", twice=True)
    found = initialise(
        session.current.directory,
        at=datetime.now(UTC) if start is None else session.current.instant(start),
        database=database,
        simulated=simulated,
        passphrase=secret,
    )
    if simulated:
        found["passphrase"] = secret
    output.answer(found, lambda: _init_text(found))


def _init_text(found: Mapping[str, Any]) -> str:
    say = session.current.say
    lines = [
        say("cli.init_done", institution=found["institution"], home=found["home"], origin=found["origin"])
    ]
    administrators = [each for each in found["keys"] if each["entitlements"]]
    rows = [(each["person"], each["entitlements"], each["fingerprint"]) for each in administrators]
    lines.append(
        output.table(
            [say("cli.col_person"), say("cli.col_entitlements"), say("cli.col_fingerprint")],
            [(person, ", ".join(words), fingerprint) for person, words, fingerprint in rows],
        )
    )
    if found["simulated"]:
        lines.append(say("cli.init_sandbox", passphrase=found["passphrase"]))
    lines.append(say("cli.init_next"))
    return "\n".join(lines)


def demo(
    directory: Path = option("--directory", help="demo_directory", takes="directory"),
    month: bool = option("--month", help="demo_month", default=False),
) -> None:
    import tempfile

    if month:
        from zeroerror.service.demo.month import run
    else:
        from zeroerror.service.demo import run

    home = directory or Path(tempfile.mkdtemp(prefix="zeroerror-demo-"))

    def tell(code: str, **params: Any) -> None:
        if not session.current.json:
            output.write(session.current.say(code, **params))

    found = run(home, tell, session.current.language)
    output.answer(
        found, lambda: (_tally(found["rules"]) if month else "") + session.current.say("demo.end", **found)
    )


def _tally(rules: Sequence[Mapping[str, Any]]) -> str:
    """What every rule has found, and how to ask why for one."""
    say = session.current.say
    names = ("found", "cured", "withdrawn", "voided", "corrected")
    titles = [say(f"demo.column_{name}") for name in ("rule", "title", *names, "why")]
    rows = [
        (
            each["rule"],
            say(f"rule.{each['rule']}.title"),
            *(each[name] for name in names),
            f"why {each['example']}",
        )
        for each in rules
    ]
    asked = say("demo.command", command=rules[0]["why"])
    return "\n".join((say("demo.month_tally"), output.table(titles, rows), say("demo.month_why"), asked, ""))


def doctor() -> None:
    from zeroerror.service.doctor import doctor as examine

    output.problems(examine(session.current.directory), good=session.current.say("cli.doctor_good"))


def upgrade(
    backup: Path = option("--backup", help="backup", takes="file"),
    dumped: bool = option("--dumped", help="dumped", default=False),
) -> None:
    from zeroerror.service.institution import database_url
    from zeroerror.store import upgrade as store

    home = session.current.directory
    url = database_url(home)
    if store.state(url) == "current":
        output.answer({"upgraded": False}, session.current.say("cli.upgrade_current"))
    to = backup or home / f"zeroerror-backup-{datetime.now(UTC):%Y%m%dT%H%M%S}.db"
    store.upgrade(url, to, dumped=dumped)
    output.answer({"upgraded": True, "backup": str(to)}, session.current.say("cli.upgraded", backup=str(to)))


def clock_set(at: str = argument("clock_at")) -> None:
    from zeroerror.cli.receipts import receipt
    from zeroerror.service.sandbox import set_clock

    with session.current.institution() as inst:
        receipt(inst, set_clock(inst, session.current.instant(at)))
