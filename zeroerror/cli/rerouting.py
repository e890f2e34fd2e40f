"""`zeroerror task merge|redirect`: a task that goes on in another one, there already (并案) or opened for it (改办)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zeroerror.cli import session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.tasks import fields_of, reason_of
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError


def merge(
    task: str = argument("task"),
    into: str = option("--into", help="merge_into", default=..., takes="id"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import ids, rerouting

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = rerouting.merge(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            ids.find_task(inst, into, actor),
            reason=reason_of(reason),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def redirect(
    task: str = argument("task"),
    workflow: str = option("--workflow", help="redirect_workflow", takes="workflow"),
    office: str = option("--office", help="redirect_office", takes="office"),
    set_: list[str] = option("--set", help="set", takes="field"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import ids, rerouting

    if workflow is None and office is None:
        raise UsageError("error.redirect_where")
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = rerouting.redirect(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            workflow=workflow,
            office=office,
            fields=fields_of(set_),
            reason=reason_of(reason),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def way_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Where a task goes on, what goes on in it, and what it was before."""
    say = session.current.say
    if found["reference"]:
        yield say("cli.redirected_from", task=found["reference"])
    if found["merged"]:
        yield say("cli.merged_here", tasks=found["merged"])
    if found["into"]:
        yield say(f"cli.goes_on_{found['status']}", task=found["into"])
