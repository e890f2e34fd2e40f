"""What is in a picture of a definition: steps and the arrows between them, in words; no place and no line yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from zeroerror.model.limit import Limit
from zeroerror.model.share import SHARES
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Action, LimitChoice, LimitSpec, Owner, Step, Vote, Workflow
from zeroerror.render.picture.notes import noted, said
from zeroerror.text import Language, say, shown


@dataclass(frozen=True, slots=True)
class Node:
    """A step in words. All texts are shown as they are; whoever draws escapes them."""

    name: str
    title: str
    #: `person`, `outside` or `desk`; `group` where regions go out side by side, `join` where all have come;
    #: `opens` where other tasks are opened on the way.
    kind: str
    owner: str
    limit: str
    #: Whom it resolves to in an office or a task, where one was asked about.
    holder: str = ""
    #: Of a task: `passed`, or `open` where it stands now.
    mark: str = ""
    #: Of a task: how often it has been entered.
    visits: int = 0
    #: Of a task: since when it has been open and when it is due.
    note: str = ""
    #: Where several sign it or vote on it, each by himself: `parallel` or `in_turn`.
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An action in words."""

    source: str
    name: str
    title: str
    #: None: it ends the task.
    to: str | None
    outcome: str
    #: What ending so is called; empty where it leads to a step.
    ending: str = ""
    #: Of a task: which of its acts these were, counted from 1.
    turns: tuple[int, ...] = ()
    #: When it can be taken, what it waits for and what it opens again, where it says so.
    note: str = ""

    @property
    def label(self) -> str:
        """What is written beside it: its title, under what condition, and when it was taken."""
        told = f"{self.title}{self.note}"
        return f"{told} ({', '.join(map(str, self.turns))})" if self.turns else told


@dataclass(frozen=True, slots=True)
class Way:
    """A task's way so far: what stands where, and which actions have been taken, in their order."""

    #: Of each step entered: `passed` or `open`.
    marks: Mapping[str, str] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    #: (step, action) of every act, the first first.
    acts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Diagram:
    """A definition in words, ready to be drawn."""

    id: str
    title: str
    limit: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    language: Language = "zh"
    #: Of a task: its id, and what it is called where that may be read.
    task: str = ""
    subject: str = ""
    #: The office in which persons were looked up.
    office: str = ""

    @property
    def heading(self) -> str:
        """The line above the picture."""
        parts = [
            self.task,
            self.subject,
            f"{self.title} {self.id}" if not self.task else self.title,
            self.office,
        ]
        return "  ".join(part for part in parts if part)

    def arrows_of(self, node: str) -> Iterator[Arrow]:
        """The actions of a step."""
        return (arrow for arrow in self.arrows if arrow.source == node)

    def titled(self, node: Node) -> str:
        """A step's title, with what the task's way says of it."""
        return (
            self.word(f"mark_{node.mark}", title=node.title, visits=node.visits) if node.mark else node.title
        )

    def word(self, code: str, **params: Any) -> str:
        """A word of the picture's own."""
        return say(f"picture.{code}", params, self.language)


def diagram(
    workflow: Workflow,
    language: Language,
    holders: Mapping[str, str] | None = None,
    way: Way | None = None,
    *,
    task: str = "",
    subject: str = "",
    office: str = "",
) -> Diagram:
    """A definition in words; with whom its steps resolve to, and a task's way, where these are given."""
    holders, way = holders or {}, way or Way()
    return Diagram(
        workflow.id,
        shown(workflow.title),
        limit_told(workflow, workflow.limit, language),
        tuple(_nodes(workflow, language, holders, way)),
        tuple(_arrows(workflow, language, way)),
        language,
        task,
        shown(subject),
        shown(office),
    )


def _nodes(workflow: Workflow, language: Language, holders: Mapping[str, str], way: Way) -> Iterator[Node]:
    """Every step, and each group before the first of its own: from it the regions go out side by side."""
    for step in workflow.steps:
        place = workflow.place(step.name)
        if place is not None and step.name == place[0].regions[0].steps[0]:
            told = said("picture.regions", language, regions=[each.title for each in place[0].regions])
            yield Node(place[0].name, shown(place[0].title), "group", shown(told), "")
        yield _node(workflow, step, language, holders.get(step.name, ""), way)
        for action in step.actions:
            if action.opens is not None:
                told = said("picture.opens", language, workflow=action.opens.workflow)
                yield Node(_opening(step, action), shown(told), "opens", "", "")
        if place is not None and step.name == place[0].regions[-1].steps[-1]:
            told = said("picture.joined", language, group=place[0].title)
            yield Node(_join(place[0].name), shown(told), "join", "", "")


def _node(workflow: Workflow, step: Step, language: Language, holder: str, way: Way) -> Node:
    return Node(
        step.name,
        shown(step.title),
        step.owner.kind if step.owner.kind in ("desk", "outside") else "person",
        shown(owners_told(workflow, step, language)),
        shown(limit_told(workflow, step.limit, language)),
        shown(holder),
        way.marks.get(step.name, ""),
        way.visits.get(step.name, 0),
        shown(way.notes.get(step.name, "")),
        "parallel" if step.balloted is not None else "" if step.consent is None else step.consent.order,
    )


def _arrows(workflow: Workflow, language: Language, way: Way) -> Iterator[Arrow]:
    turns: dict[tuple[str, str], list[int]] = {}
    for turn, act in enumerate(way.acts, 1):
        turns.setdefault(act, []).append(turn)
    for step in workflow.steps:
        place = workflow.place(step.name)
        if place is not None and step.name == place[0].regions[0].steps[0]:
            for region in place[0].regions:
                yield Arrow(place[0].name, region.name, shown(region.title), region.steps[0], "done")
        for action in step.actions:
            taken = tuple(turns.get((step.name, action.name), ()))
            title, to, outcome = shown(action.title), action.to, action.outcome
            if action.joins and place is not None:
                to, outcome = _join(place[0].name), "done"
            note = noted(workflow, action, language)
            ending = "" if to is not None else say(f"picture.end_{outcome}", {}, language)
            if action.opens is None:
                yield Arrow(step.name, action.name, title, to, outcome, ending, taken, note)
            else:
                opening = _opening(step, action)
                yield Arrow(step.name, action.name, title, opening, "done", "", taken, note)
                yield Arrow(opening, "go_on", "", to, outcome, ending)
        if place is not None and step.name == place[0].regions[-1].steps[-1]:
            group = place[0]
            ending = "" if group.to is not None else say(f"picture.end_{group.outcome}", {}, language)
            yield Arrow(_join(group.name), "go_on", "", group.to, group.outcome, ending)


def _join(group: str) -> str:
    # With a hyphen, which no name has.
    return f"join-{group}"


def owners_told(workflow: Workflow, step: Step, language: Language) -> str:
    """Who owes a step; of a countersigned one, everybody who signs, in which order, and what silence comes to."""
    if step.vote is not None:
        return _voters_told(workflow, step, step.vote, language)
    if step.consent is None:
        return owner_told(workflow, step.owner, language)
    signers = [owner_told(workflow, each, language) for each in step.owners]
    told = said(f"picture.signers_{step.consent.order}", language, signers=signers)
    if step.consent.silence == "wait":
        return told
    return said(f"picture.silence_{step.consent.silence}", language, owner=told)


def _opening(step: Step, action: Action) -> str:
    return f"open-{step.name}-{action.name}"


def _voters_told(workflow: Workflow, step: Step, vote: Vote, language: Language) -> str:
    """Who votes, who presides, and when it is passed; of a recorded vote, who brings the minutes."""
    told = said(
        "picture.voters",
        language,
        voters=[owner_told(workflow, each, language) for each in vote.voters],
        chair=owner_told(workflow, vote.chair, language),
        quorum=enough_told(vote.quorum, language),
        threshold=enough_told(vote.threshold, language),
        base=say(f"picture.base_{vote.base}", {}, language),
    )
    if vote.ballot == "recorded":
        told = said(
            "picture.recorded", language, owner=told, recorder=owner_told(workflow, step.owner, language)
        )
    if vote.silence == "absent":
        told = said("picture.silence_absent", language, owner=told)
    after = next((each.title for each in workflow.steps if each.name == vote.after), None)
    return told if after is None else said("picture.consulted", language, owner=told, after=after)


def enough_told(enough: str, language: Language) -> str:
    """A share as rules of procedure write it, in words of the language; a number as a number of persons."""
    if enough not in SHARES:
        return said("picture.so_many", language, count=int(enough))
    share = SHARES[enough]
    code = "at_least" if share.inclusive else "more_than"
    part = f"{share.numerator}/{share.denominator}"
    return enough if language == "zh" else said(f"picture.{code}", language, part=part)


def owner_told(workflow: Workflow, owner: Owner, language: Language) -> str:
    """Who owes a step, as the definition says."""
    name = owner.name
    if owner.kind == "doer":
        name = next((step.title for step in workflow.steps if step.name == name), "")
    if owner.kind == "field":
        named = workflow.field(name)
        name = name if named is None else named.title
    code = "picture.owner_opener" if owner.kind == "doer" and not name else f"picture.owner_{owner.kind}"
    told = said(code, language, name=name)
    if owner.office is not None:
        told = said("picture.of_office", language, office=owner.office, owner=told)
    if owner.urged_by is None:
        return told
    return said(
        "picture.owner_urged", language, owner=told, urger=owner_told(workflow, owner.urged_by, language)
    )


def limit_told(workflow: Workflow, spec: LimitSpec | None, language: Language) -> str:
    """A limit in words; each choice's own where a field decides."""
    if spec is None:
        return ""
    if not isinstance(spec, LimitChoice):
        return _counted(workflow, spec, language)
    field = workflow.field(spec.field)
    # In the order of the form, and not of the definition's canonical text.
    known = [choice for choice in (field.choices if field else ()) if choice in spec.choices]
    return " / ".join(f"{choice} {_counted(workflow, spec.choices[choice], language)}" for choice in known)


def _counted(workflow: Workflow, limit: Limit, language: Language) -> str:
    named = workflow.field(limit.field) if limit.field else None
    params: dict[str, Any] = {
        "count": limit.count,
        "field": named.title if named else limit.field or "",
        "by": "" if limit.by is None else _counted(workflow, limit.by, language),
    }
    return say(f"picture.limit_{limit.unit}", params, language)
