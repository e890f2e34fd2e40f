"""`init`, `demo`, `doctor`, `upgrade`, `clock`, and what everybody asks first: `next`, `why`, `board`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from zeroerror.cli import output, session
from zeroerror.cli.words import argument, helped, option
from zeroerror.model.errors import UsageError


def add(app: typer.Typer) -> None:
    """Add the commands that have no noun."""
    for name, function in (
        ("init", init),
        ("demo", demo),
        ("doctor", doctor),
        ("upgrade", upgrade),
        ("next", next_),
        ("why", why),
        ("board", board),
        ("version", version),
    ):
        app.command(name, help=helped(name))(function)


def add_clock(app: typer.Typer) -> None:
    """Add the sandbox's clock."""
    app.command("set", help=helped("clock_set"))(clock_set)
    app.callback()(_group)


def _group() -> None:
    """A group stays one, though it has one command."""


def version() -> None:
    from zeroerror import __version__

    output.answer({"version": __version__}, f"zeroerror {__version__}")


def init(
    simulated: bool = option("--simulated", help="simulated", default=False),
    database: str = option("--database", help="database"),
    start: str = option("--start", help="start"),
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


def demo(directory: Path = option("--directory", help="demo_directory")) -> None:
    import tempfile

    from zeroerror.service import demo as service

    home = directory or Path(tempfile.mkdtemp(prefix="zeroerror-demo-"))

    def tell(code: str, **params: Any) -> None:
        if not session.current.json:
            output.write(session.current.say(code, **params))

    found = service.run(home, tell, session.current.language)
    output.answer(found, lambda: session.current.say("demo.end", **found))


def doctor() -> None:
    from zeroerror.service.doctor import doctor as examine

    output.problems(examine(session.current.directory), good=session.current.say("cli.doctor_good"))


def upgrade(
    backup: Path = option("--backup", help="backup"),
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
    from zeroerror.cli.tasks import receipt
    from zeroerror.service.sandbox import set_clock

    with session.current.institution() as inst:
        receipt(inst, set_clock(inst, session.current.instant(at)))


def next_(person: str = option("--person", help="next_person")) -> None:
    from zeroerror.service import organisation, views

    with session.current.institution() as inst:
        who = session.current.actor(inst).person if person is None else organisation.find_person(inst, person)
        found = views.next_for(inst, who)
        output.answer(found, lambda: _next_text(found))


def _next_text(found: Mapping[str, Any]) -> str:
    say, lines = session.current.say, []
    for heading, entries in (("owed", found["owed"]), ("waiting", found["waiting"])):
        if not entries and heading == "waiting":
            continue
        lines.append(say(f"cli.next_{heading}", count=len(entries)))
        rows = [
            (
                each["task"],
                each["title"] if each["title"] is not None else say("cli.hidden"),
                each["step_title"],
                each["due_at"],
                say(f"cli.light_{each['light']}"),
                say(f"cli.why_{each['why']}"),
            )
            for each in entries
        ]
        titles = [say(f"cli.col_{each}") for each in ("task", "title", "step", "due_at", "light", "why")]
        lines.append(output.table(titles, rows) or say("cli.nothing_owed"))
    if found["owed"]:
        first = found["owed"][0]
        actions = [each["action"] for each in first["actions"]]
        lines.append(say("cli.next_command", task=first["task"], action=actions[0] if actions else "…"))
    return "\n".join(lines)


def why(id: str = argument("why_id")) -> None:
    from zeroerror.service import reasons, tasks
    from zeroerror.service.audits import finding

    with session.current.institution() as inst:
        reader = session.current.reader(inst)
        wanted = finding(inst, id)["id"] if id.upper().startswith("F-") else tasks.find_task(inst, id)
        found = reasons.why(inst, wanted, reader)
        output.answer(found, lambda: _why_text(inst, found))


def _why_text(inst: Any, found: Mapping[str, Any]) -> str:
    from zeroerror.cli.audits import finding_text

    say, lines = session.current.say, []
    if "task" in found:
        lines.append(
            say("cli.why_task", task=found["task"]["id"], basis=found["basis"], limit=found["limit"])
        )
    for step in found["steps"]:
        lines += _step_text(inst, step)
    for each in [found["finding"]] if "finding" in found else found.get("findings", ()):
        lines.append(finding_text(inst, each))
    return "\n".join(lines)


def _step_text(inst: Any, step: Mapping[str, Any]) -> Sequence[str]:
    say = session.current.say
    names = inst.names({each["person"] for each in step["holdings"] if each["person"]})
    lines = [
        say(
            "cli.why_step",
            step=step["title"],
            entered_at=output.when(step["entered_at"]),
            limit=step["limit"],
            due_at=output.when(step["due_at"]),
            light=say(f"cli.light_{step['light']}"),
        )
    ]
    if step["provisional"]:
        lines.append(say("cli.why_provisional"))
    lines += [
        say(
            "cli.why_day",
            day=each["day"].isoformat(),
            counted=say("cli.counted" if each["counted"] else "cli.passed_over"),
            reason=say(f"timing.{each['reason']}"),
        )
        for each in step["trace"]
    ]
    lines += [
        say(
            "cli.why_holding",
            since=output.when(each["since"]),
            person=names.get(each["person"]) or each["person"],
            how=say(f"cli.holding_{each['why']}"),
        )
        for each in step["holdings"]
        if each["person"]
    ]
    return lines


def board(
    office: str = option("--office", help="office"), as_of: str = option("--as-of", help="as_of")
) -> None:
    from zeroerror.service import views

    with session.current.institution() as inst:
        found = views.board(inst, None if as_of is None else session.current.instant(as_of))
        if office is not None:
            found["offices"] = [each for each in found["offices"] if each["office"] == office]
        output.answer(found, lambda: _board_text(found))


def _board_text(found: Mapping[str, Any]) -> str:
    say = session.current.say
    columns = ("open", "overdue", "today", "soon", "normal", "desk", "outside", "stopped")
    rows = [[each["title"], *(each[column] for column in columns)] for each in found["offices"]]
    titles = [say("cli.col_office"), *(say(f"cli.board_{column}") for column in columns)]
    return "\n".join([say("cli.board_at", at=output.when(found["at"])), output.table(titles, rows)])
