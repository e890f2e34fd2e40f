"""The tree of commands: which words call which function. A command is made when its words are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer

from zeroerror.cli import session
from zeroerror.cli.usage import Noun, Verb
from zeroerror.cli.words import helped

#: Commands without a noun: the word, and the module and function behind it.
ROOT: Mapping[str, str] = {
    "next": "desk.next_",
    "why": "reasons.why",
    "board": "desk.board",
    "init": "house.init",
    "demo": "house.demo",
    "doctor": "house.doctor",
    "upgrade": "house.upgrade",
    "login": "people.login",
    "logout": "people.logout",
    "whoami": "people.whoami",
    "version": "house.version",
}

#: Nouns, each with its verbs.
NOUNS: Mapping[str, Mapping[str, str]] = {
    "task": {
        "new": "tasks.new",
        "list": "tasks.listed",
        "show": "tasks.show",
        "advance": "acts.advance",
        "record": "acts.record",
        "note": "acts.note",
        "attach": "acts.attach",
        "circulate": "circulation.circulate",
        "read": "circulation.read",
        "assign": "acts.assign",
        "delegate": "acts.delegate",
        "merge": "rerouting.merge",
        "redirect": "rerouting.redirect",
        "pause": "acts.pause",
        "resume": "acts.resume",
        "extend": "acts.extend",
        "urge": "acts.urge",
        "takeback": "acts.takeback",
        "attest": "acts.attest",
        "signers": "countersigning.signers",
        "revise": "countersigning.revise",
        "vote": "voting.vote",
        "recuse": "voting.recuse",
        "absent": "voting.absent",
        "minutes": "voting.minutes",
        "graph": "pictures.task_graph",
    },
    "proposal": {
        "list": "proposals.listed",
        "confirm": "proposals.confirm",
        "reject": "proposals.reject",
    },
    "finding": {
        "list": "findings.listed",
        "show": "findings.show",
        "dispute": "disputes.dispute",
        "answer": "disputes.answer",
        "correct": "disputes.correct",
        "void": "disputes.void",
        "rectify": "disputes.rectify",
    },
    "notice": {"list": "notices.listed", "answer": "notices.answer"},
    "audit": {"run": "audits.run", "list": "audits.listed", "show": "audits.show"},
    "report": {
        "daily": "audits.daily",
        "weekly": "periods.weekly",
        "monthly": "periods.monthly",
        "office": "sheets.office",
        "task": "sheets.task",
        "slips": "slips.slips",
        "supervisor": "slips.supervisor",
    },
    "org": {
        "show": "organisation.show",
        "apply": "organisation.apply",
        "appoint": "organisation.appoint",
        "transfer": "organisation.transfer",
        "leave": "organisation.leave",
        "cover": "organisation.cover",
        "exempt": "organisation.exempt",
        "accept": "organisation.accept",
    },
    "workflow": {
        "list": "definitions.listed",
        "show": "definitions.show",
        "check": "definitions.check",
        "graph": "pictures.graph",
        "diff": "differences.diff",
        "export": "pictures.export",
        "schema": "definitions.schema",
        "publish": "definitions.publish",
    },
    "calendar": {
        "show": "calendars.show",
        "check": "calendars.check",
        "due": "calendars.due",
        "apply": "calendars.apply",
    },
    "config": {"apply": "definitions.apply"},
    "plan": {"status": "plans.status"},
    "key": {
        "new": "people.key_new",
        "list": "people.key_list",
        "enrol": "people.key_enrol",
        "revoke": "people.key_revoke",
    },
    "log": {
        "show": "ledger.show",
        "verify": "ledger.verify",
        "export": "ledger.export",
        "checkpoint": "ledger.checkpoint",
        "rebuild": "ledger.rebuild",
        "texts": "ledger.texts",
        "erase": "ledger.erase",
    },
    "import": {"log": "imports.log"},
    "scheduler": {
        "run": "audits.scheduler_run",
        "tick": "audits.scheduler_tick",
        "status": "audits.scheduler_status",
    },
    "clock": {"set": "house.clock_set"},
}


def built() -> Callable[..., Any]:
    """The tree as something that can be called with the words of a line."""
    tree: Callable[..., Any] = _group("root", [*ROOT, *NOUNS], _first)
    return tree


def _first(word: str) -> Any:
    """What the first word calls: a command, or a noun with its verbs."""
    if word in ROOT:
        return _verb(ROOT[word], word, word)
    verbs = NOUNS[word]
    return _group(word, list(verbs), lambda verb: _verb(verbs[verb], verb, f"{word}_{verb}"))


def _verb(where: str, name: str, code: str) -> Any:
    module, _, function = where.partition(".")
    app = _typer(code, "do")
    act = getattr(import_module(f"zeroerror.cli.{module}"), function)
    app.command(name, cls=Verb, help=_helped("do", code), context_settings=_SETTINGS)(act)
    return typer.main.get_command(app)


def _group(name: str, names: list[str], make: Callable[[str], Any]) -> Any:
    # Which shell this is, is looked up only for who asks about completion.
    app = _typer(name, "noun", completes=name == "root" and session.current.helping)
    noun = type(name, (Noun,), {"names": names, "make": staticmethod(make), "code": f"noun.{name}"})
    app.callback(cls=noun, no_args_is_help=True, context_settings=_SETTINGS)(_nothing)
    return typer.main.get_command(app)


def _helped(kind: str, code: str) -> str:
    """A help text, where somebody asks for help; to do something it is not read."""
    return helped(f"{kind}.{code}") if session.current.helping else ""


def _nothing() -> None:
    """A group does nothing by itself."""


def _typer(code: str, kind: str, *, completes: bool = False) -> typer.Typer:
    return typer.Typer(
        help=_helped(kind, code),
        add_completion=completes,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


_SETTINGS = {"help_option_names": ["--help", "-h"]}
