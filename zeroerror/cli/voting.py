"""`zeroerror task vote|recuse|absent|minutes`: how a voter votes, who is out of it, and what a meeting has voted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.tasks import reason_of
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution


def vote(
    task: str = argument("task"),
    ballot: str = argument("ballot"),
    reason: str = option("--reason", help="reason", takes="reason"),
    step: str = option("--step", help="step", takes="step"),
    attach: list[Path] = option("--attach", help="attach", takes="file"),
) -> None:
    from zeroerror.service import ids, tasks, voting

    said = voting.ballot_of(ballot)
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = tasks.advance(
            inst,
            actor,
            [ids.find_task(inst, task, actor)],
            said,
            step=step,
            reason=reason_of(reason),
            attach=attach or (),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def recuse(
    task: str = argument("task"),
    person: str = argument("voter", default=None),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import ids, voting

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = voting.recuse(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            None if person is None else ids.find_person(inst, person),
            reason=reason_of(reason),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def absent(
    task: str = argument("task"),
    person: str = argument("voter", default=None),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
    opinion: str = option("--opinion", help="opinion", takes="text"),
) -> None:
    from zeroerror.service import ids, voting

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = voting.mark_absent(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            None if person is None else ids.find_person(inst, person),
            reason=reason_of(reason),
            opinion=reason_of(opinion),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def minutes(
    task: str = argument("task"),
    held_at: str = option("--held-at", help="held_at", default=..., takes="time"),
    attach: list[Path] = option("--attach", help="minutes_attach", takes="file"),
    ballot: list[str] = option("--ballot", help="ballot_in_minutes", takes="ballot"),
    yes: int = option("--yes", help="yes", takes="number"),
    no: int = option("--no", help="no", takes="number"),
    abstain: int = option("--abstain", help="abstain", takes="number"),
    absent: list[str] = option("--absent", help="absent_in_minutes", takes="absent"),
    recused: list[str] = option("--recused", help="recused_in_minutes", takes="person"),
) -> None:
    from zeroerror.service import ids, voting

    counts = (yes, no, abstain)
    if bool(ballot) == any(each is not None for each in counts):
        raise UsageError("error.open_or_secret")
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        meeting = voting.Meeting(
            held_at=session.current.instant(held_at),
            ballots={person: voting.ballot_of(said or "") for person, said in _pairs(inst, ballot)},
            counts=(yes or 0, no or 0, abstain or 0),
            absent=dict(_pairs(inst, absent)),
            recused=[ids.find_person(inst, each) for each in recused or ()],
        )
        outcome = voting.record_minutes(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            meeting,
            attach=attach or (),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def _pairs(inst: Institution, given: Sequence[str] | None) -> Iterator[tuple[str, str | None]]:
    """`person=text`, or a person alone; UsageError for somebody who is named twice."""
    from zeroerror.service import ids

    seen: set[str] = set()
    for each in given or ():
        name, equals, text = each.partition("=")
        person = ids.find_person(inst, name)
        if person in seen:
            raise UsageError("error.voter_twice", person=person)
        seen.add(person)
        yield person, text if equals else None


def vote_lines(votes: list[Mapping[str, Any]], names: Mapping[str, str | None]) -> Iterator[str]:
    """Every vote: who said what, and what it came to, with the arithmetic."""
    say = session.current.say
    for each in votes:
        head = {"step": each["title"], "at": output.when(each["held_at"])}
        yield say(f"cli.vote_{each['ballot']}", **head) + (
            "" if each["stands"] else say("cli.vote_other_text")
        )
        for voter in each["voters"]:
            told = {
                "person": names.get(voter["person"]) or voter["person"] or "",
                "at": output.when(voter["at"]),
                "due_at": output.when(voter["due_at"]),
                "by": names.get(voter["by"]) or voter["by"] or "",
                "reason": shown(voter["reason"] or ""),
            }
            line = say(f"cli.voter_{voter['said']}", **told)
            line += say("cli.voter_chair") if voter["chair"] else ""
            line += say("cli.voter_opinion", opinion=shown(voter["opinion"])) if voter["opinion"] else ""
            yield line
        if each["count"] is not None:
            yield count_line(each["count"])
        if each["ballot"] != "personal":
            by = {key: names.get(each[key]) or each[key] for key in ("recorder", "countersigned_by")}
            yield say("cli.vote_minutes", **by)


def count_line(count: Mapping[str, Any]) -> str:
    """A count in words: due, present, quorum, yes of how many, and what that means."""
    from zeroerror.render.picture.diagram import enough_told

    say = session.current.say
    language = session.current.language
    enough = {key: enough_told(count[key], language) for key in ("quorum", "threshold")}
    told = {**count, **enough, "base": say(f"cli.vote_base_{count['base']}")}
    return say(f"cli.vote_{count['outcome']}", **told)


def voters_of(votes: list[Mapping[str, Any]]) -> set[str]:
    """Everybody whom the votes of a task name."""
    found = {each[key] for vote in votes for each in vote["voters"] for key in ("person", "by")}
    found |= {vote.get(key) for vote in votes for key in ("recorder", "countersigned_by")}
    return {each for each in found if each}
