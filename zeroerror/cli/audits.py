"""`zeroerror audit …`, `report …` and `scheduler …`: what is looked at when, and what was found."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeroerror import files
from zeroerror.cli import output, session
from zeroerror.cli.findings import findings_table
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution

#: How findings at an instant end a program: there are some.
FOUND = 7
#: How a page's file is named.
_PAGES = (".html", ".htm")


def run(
    as_of: str = option("--as-of", help="audit_as_of", takes="time"),
    since: str = option("--since", help="audit_since", takes="time"),
    known_at: str = option("--known-at", help="audit_known_at", takes="time"),
) -> None:
    from zeroerror.service import audits

    here = session.current
    if as_of is None:
        if since is not None or known_at is not None:
            raise UsageError("cli.as_of_needed")
        _run_owed()
    with here.institution(read_only=True) as inst:
        at = here.instant(as_of)
        found = audits.audit_as_of(inst, at, known_at=here.at(known_at), since=here.at(since))
        code = "cli.audit_at" if since is None else "cli.audit_since"
        head = here.say(
            code, at=output.when(at), since=output.when(here.at(since)), position=found["position"]
        )
        # What held by another measure of time, `why` cannot be asked again.
        again = as_of if since is None and known_at is None else None
        output.answer(
            found, lambda: _found_text(inst, found, head, again), code=FOUND if found["findings"] else 0
        )


def _run_owed() -> None:
    """Run the slots that are owed; nothing else writes findings."""
    from zeroerror.service import audits
    from zeroerror.service.reporting import run_and_report

    here = session.current
    with here.institution() as inst:
        inst.tell = output.progress
        ran = run_and_report(inst)
        last = (
            ran[-1] if ran else {"slot": None, "as_of": inst.now(), "rules": audits.rules(), "findings": []}
        )
        found = {**last, "ran": [each["slot"] for each in ran]}
        found["findings"] = [finding for each in ran for finding in each["findings"]]
        head = here.say("cli.ran", count=len(ran)) if ran else here.say("cli.nothing_to_run")
        output.answer(found, lambda: _found_text(inst, found, head), code=FOUND if found["findings"] else 0)


def _found_text(inst: Institution, found: Mapping[str, Any], head: str, as_of: str | None = None) -> str:
    say = session.current.say
    table = findings_table(inst, found["findings"])
    lines = [head, table or say("cli.nothing_found")]
    command = _why_command(inst, [each["id"] for each in found["findings"]], as_of)
    if command is not None:
        lines.append(say("cli.next_command", command=command))
    return "\n".join(lines)


def _why_command(inst: Institution, ids: Sequence[str], as_of: str | None) -> str | None:
    """The command that tells why of the first: of one that no slot has put on record, as of the same instant."""
    from zeroerror.store import reads

    def recorded(id: str) -> bool:
        return reads.finding(inst.conn, id) is not None

    if as_of is not None and ids and not recorded(ids[0]):
        return f"zeroerror why {ids[0]} --as-of {shlex.quote(as_of)}"
    first = next(filter(recorded, ids), None)
    return None if first is None else f"zeroerror why {first}"


def listed() -> None:
    from zeroerror.service import audits

    with session.current.institution(read_only=True) as inst:
        found = audits.audits(inst)
        say = session.current.say
        counted = ("opened", "cured", "withdrawn", "revised")
        rows = [
            (each["slot"], each["position"], each["examined"], *(each["counts"][name] for name in counted))
            for each in found
        ]
        columns = ("slot", "position", "examined", *counted)
        titles = [say(f"cli.col_{each}") for each in columns]
        output.answer(found, lambda: output.table(titles, rows) or say("cli.nothing"))


def show(slot: str = argument("slot", default=None)) -> None:
    from zeroerror.service import audits

    with session.current.institution(read_only=True) as inst:
        found = audits.audit(inst, session.current.at(slot))
        head = session.current.say(
            "cli.audit_slot",
            slot=output.when(found["slot"]),
            position=found["position"],
            root=found["root"][:16],
            **found["counts"],
        )
        output.answer(found, lambda: _found_text(inst, found, head))


def daily(
    slot: str = option("--slot", help="report_slot", takes="time"),
    html: Path = option("--html", help="report_html", takes="file"),
    trace: str = option("--trace", help="report_trace", takes="figure"),
) -> None:
    from zeroerror import render
    from zeroerror.cli.periods import figure_of, parts_text, word_of
    from zeroerror.service import reporting

    here = session.current
    if html is not None and html.suffix.lower() not in _PAGES:
        # A slip of the hand must not put a page in the place of a ledger.
        raise UsageError("report.no_such_format", file=str(html), formats=list(_PAGES))
    with here.institution() as inst:
        figures = reporting.daily(inst, here.at(slot))
        parts = None
        if trace is not None:
            office, name = figure_of(figures, trace, reporting.NAMES, "figure")
            parts = reporting.followed(inst, figures, name, office)
    if html is not None:
        files.write(html, render.daily_html(figures, here.language).encode())
        if parts is None:
            output.answer({**figures, "html": str(html)}, here.say("cli.written", path=str(html)))
    if parts is not None:
        data = {"as_of": figures["as_of"], "figure": name, "parts": parts}
        output.answer(data, lambda: parts_text(word_of("figure", name), figures["as_of"], parts))
    output.answer(
        figures, lambda: render.daily_text(figures, here.language, width=output.columns()).rstrip("\n")
    )


def scheduler_run() -> None:
    from zeroerror import scheduler

    def tell(code: str, params: dict[str, Any]) -> None:
        # Progress is for whoever watches, and never part of an answer.
        output.progress(code, params)

    scheduler.run(session.current.directory, tell, session.current.language)
    output.answer({}, session.current.say("scheduler.stopped"))


def scheduler_tick() -> None:
    from zeroerror import scheduler

    def warn(code: str, params: dict[str, Any]) -> None:
        # What keeps a message from going out keeps no audit from having been held.
        output.warn(code, **params)

    here = session.current
    ran = scheduler.tick(here.directory, warn, here.language, output.progress)
    say = session.current.say

    def text() -> str:
        lines = [say("scheduler.ran", **output.localised(scheduler.told(each))) for each in ran]
        return "\n".join(lines) or say("scheduler.nothing_owed")

    output.answer({"ran": ran}, text)


def scheduler_status() -> None:
    from zeroerror.service import audits, delivery

    with session.current.institution(read_only=True) as inst:
        waiting = delivery.problems(inst.home)
        outgoing = [{"code": each.code, "params": dict(each.params)} for each in waiting]
        found = {**audits.status(inst), "outgoing": outgoing}
        say = session.current.say

        def text() -> str:
            lines = [
                say("scheduler.last", slot=output.when(found["run"])),
                say("scheduler.next", slot=output.when(found["next"])),
            ]
            lines += [say("scheduler.owed", slot=output.when(each)) for each in found["owed"]]
            lines += [say("scheduler.late", slot=output.when(each)) for each in found["late"]]
            lines += [say(each.code, **output.localised(each.params)) for each in waiting]
            return "\n".join(lines)

        output.answer(found, text)
