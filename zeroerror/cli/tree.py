"""The tree of commands, built in the language of the call."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import typer

from zeroerror.cli import audits, definitions, house, ledger, people, tasks
from zeroerror.cli.words import helped


@lru_cache(maxsize=1)
def application() -> typer.Typer:
    """Every command; a test walks it."""
    app = _group("root")
    house.add(app)
    people.add_root(app)
    for name, add in (
        ("task", tasks.add),
        ("proposal", people.add_proposals),
        ("org", people.add_organisation),
        ("key", people.add_keys),
        ("workflow", definitions.add_workflows),
        ("calendar", definitions.add_calendar),
        ("audit", audits.add_audits),
        ("finding", audits.add_findings),
        ("report", audits.add_reports),
        ("scheduler", audits.add_scheduler),
        ("log", ledger.add),
        ("import", ledger.add_import),
        ("clock", house.add_clock),
    ):
        group = _group(name)
        add(group)
        app.add_typer(group, name=name)
    return app


def _group(name: str) -> typer.Typer:
    return typer.Typer(
        help=helped(name),
        no_args_is_help=True,
        add_completion=name == "root",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def built() -> Callable[..., Any]:
    """The tree as something that can be called with the words of a line."""
    command: Callable[..., Any] = typer.main.get_command(application())
    return command
