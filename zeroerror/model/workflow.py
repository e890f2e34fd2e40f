"""A definition, as the machine reads it: what a file in `workflows/` says once it has been checked.

`to_json` gives the canonical form whose SHA-256 is the definition's identity (design §4); `from_json` reads
it back without pydantic or YAML, so that a command starts fast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

from zeroerror.model.limit import Limit
from zeroerror.model.value import dataclass

Outcome = Literal["done", "returned", "failed", "cancelled"]
FieldType = Literal[
    "text", "choice", "date", "instant", "integer", "amount", "file", "person", "staff", "persons"
]
#: The guard by which an action waits for the tasks that were opened.
CHILDREN_ENDED = "children_ended"
#: The guard by which a date in the form has come when an action is taken.
NOT_IN_FUTURE = "not_in_future"
FAMILIES = {"document": "BW", "meeting": "BH", "handling": "BS", "oversight": "JD"}


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form. A plain one stands in the leaf; any other only as a salted digest."""

    name: str
    title: str
    type: FieldType
    #: Needed when the task is opened.
    required: bool = False
    choices: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True)
class LimitChoice:
    """A limit that a choice field decides: 特急, 加急, 平件."""

    field: str
    choices: Mapping[str, Limit]


LimitSpec = Limit | LimitChoice


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes a step, before anybody is looked up.

    `duty` by the division of labour; `post` the holder of a role; `field` a person named in the form; `doer`
    who did an earlier step; `outside` a body whose delay is nobody's error here; `desk` a leader's desk. The
    last two have no person but an urger.
    """

    kind: Literal["duty", "post", "field", "doer", "outside", "desk"]
    #: The duty, role, field, step or body; for a desk the role (分管领导 is the task's office's supervisor).
    name: str
    #: The office asked; None is the task's own.
    office: str | None = None
    urged_by: Owner | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as data: amounts are decimal strings, dates ISO; never an expression."""

    field: str
    test: Literal["equals", "in", "at_least", "below", "filled"]
    value: str | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard by name and version, with what it is asked about: `four_eyes@1: draft`, `not_in_future@1: held_on`."""

    name: str
    version: int
    steps: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that taking this action reports against an earlier step."""

    step: str
    category: str


Children = Literal["cancel", "keep"]


@dataclass(frozen=True, slots=True)
class Opens:
    """Tasks that an action opens: one of that workflow for each item that whoever takes it names."""

    workflow: str
    #: What is said of each item behind its office, in this order.
    each: tuple[str, ...] = ()
    #: Plain fields that are the same in all of them.
    set: tuple[tuple[str, str], ...] = ()
    #: Fields that they take over from the task that opens them.
    copy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What taking an action does beyond its task, by name and version, with the fields it reads: `leave@1`."""

    name: str
    version: int
    #: Argument → field of the form, or step, by the argument's name.
    reads: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Action:
    """A named way out of a step: to another step, or (`to` None) to the end of the task."""

    name: str
    title: str
    to: str | None
    outcome: Outcome = "done"
    #: Fields that must be filled when it is taken.
    require: tuple[str, ...] = ()
    reason: bool = False
    guards: tuple[Guard, ...] = ()
    conditions: tuple[Condition, ...] = ()
    fault: Fault | None = None
    #: How many attachments must go with it; only at gates.
    evidence: int = 0
    #: It gives a number or sends something out, and cannot be taken back.
    final: bool = False
    #: It ends its region, and nothing else: the group goes on when all of its regions have ended.
    joins: bool = False
    #: Of an action to a group: the regions that open; empty: all of them.
    reopens: tuple[str, ...] = ()
    opens: Opens | None = None
    #: What becomes of the tasks opened so far that are still open; None: nothing is said of them.
    children: Children | None = None
    effect: Effect | None = None

    @property
    def ends(self) -> bool:
        """Whether it ends the whole task, wherever it is taken."""
        return self.to is None and not self.joins

    @property
    def waits(self) -> bool:
        """Whether it can be taken only when the tasks that were opened have ended."""
        return any(guard.name == CHILDREN_ENDED for guard in self.guards)


#: The two answers of a signer. Whichever way a countersigning ends is the way of one of them.
SIGN, OBJECT = "sign", "object"


@dataclass(frozen=True, slots=True)
class Consent:
    """会签: everybody named signs the text, or objects with a reason; it is no vote, and nothing is counted.

    Each signer has a visit of his own, so that he is due, urged and found late by himself. The last answer
    leads on: as `sign` leads where all have signed, as `object` leads where anybody has not. So the table, its
    checks and its pictures have two ordinary actions, and who signs stays data of one step.
    """

    #: The field whose text is signed. Where its digest changes, what was signed before counts no longer.
    of: str
    #: Each is asked by himself; a field of several persons stands for all of them.
    signers: tuple[Owner, ...]
    #: `parallel`, or `in_turn`: the next is asked when the one before has answered.
    order: Literal["parallel", "in_turn"] = "parallel"
    #: What comes of no answer in time: it is waited for, it is taken upward, or it counts as consent.
    silence: Literal["wait", "refer", "consent"] = "wait"


#: The ways in which a vote ends. They are the step's actions, and nobody takes them: the count does.
PASS, REFUSE, NO_QUORUM = "pass", "refuse", "no_quorum"
#: What a voter may say. These lead nowhere by themselves, so the table does not have them.
YES, NO, ABSTAIN = "yes", "no", "abstain"
BALLOTS = (Action(YES, "赞成", None), Action(NO, "反对", None), Action(ABSTAIN, "弃权", None))


@dataclass(frozen=True, slots=True)
class Vote:
    """票决: who is due to vote, when enough of them have, and how many have to say yes.

    Who votes is data of one step, as the count is: the table has the three ways in which a vote can end, as
    ordinary actions, and no state for any of the ways to get there.
    """

    #: The field whose text is voted on. Where its digest changes, all are asked anew.
    of: str
    #: Every holder of a post, and every person whom a field names.
    voters: tuple[Owner, ...]
    #: One of the voters: who presides, and votes last.
    chair: Owner
    #: How many of those due have to take part, and how many of the base have to say yes (`model.share`).
    quorum: str
    threshold: str
    #: Of whom the yes votes are counted: those `due`, those `present`, or the votes `cast` for and against.
    base: Literal["due", "present", "cast"] = "due"
    #: `personal`: each voter votes himself, here; `recorded`: from the signed minutes of a meeting.
    ballot: Literal["personal", "recorded"] = "personal"
    #: The step of 个别酝酿, which must come before.
    after: str | None = None
    #: What comes of no vote in time: it is waited for, or who has not voted counts as absent.
    silence: Literal["wait", "absent"] = "wait"


#: Who was added by name while it ran (加签) is looked up as one named in a form is. No field can have this name.
ADDED = Owner("field", "/added")


def choice_name(action: str, target: str) -> str:
    """The name of the action that leads to one of several steps; no action that is written can have it."""
    return f"{action}.{target}"


def choice_title(title: str, target: str) -> str:
    """What people read of an action that leads to one of several steps."""
    return f"{title}（{target}）"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody owes; where it is countersigned, something that each signer owes."""

    name: str
    title: str
    owner: Owner
    limit: LimitSpec | None
    warn_before: LimitSpec | None
    actions: tuple[Action, ...]
    #: What its clock may be stopped for (`task pause`); empty: it cannot be stopped.
    waits_for: tuple[str, ...] = ()
    #: How long after the act it may be recorded without being 补办.
    record_within: Limit | None = None
    #: Where it is countersigned: by whom, and how. `owner` is then the first signer.
    consent: Consent | None = None
    #: Where it is voted on. `owner` is then the first voter, or of a recorded vote who brings the minutes.
    vote: Vote | None = None

    @property
    def balloted(self) -> Vote | None:
        """The vote, where each voter votes himself and so owes a visit of his own."""
        return self.vote if self.vote is not None and self.vote.ballot == "personal" else None

    @property
    def text(self) -> str | None:
        """The field whose text each of several persons signs or votes on."""
        if self.consent is not None:
            return self.consent.of
        return None if self.balloted is None else self.balloted.of

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Everybody who may owe it: its one owner, or each signer or voter."""
        if self.balloted is not None:
            return self.balloted.voters
        return (self.owner,) if self.consent is None else self.consent.signers

    def owner_at(self, place: int | None) -> Owner:
        """Who owes a visit: where several do, whoever stands at that place; below none, somebody added."""
        if place is None or (self.consent is None and self.balloted is None):
            return self.owner
        return self.owners[place] if place >= 0 else ADDED

    @property
    def offers(self) -> tuple[Action, ...]:
        """What whoever owes a visit may choose between: its ways out; of a vote, the ballots."""
        if self.vote is None:
            return self.actions
        return BALLOTS if self.balloted is not None else ()

    @property
    def named(self) -> tuple[Action, ...]:
        """Everything that the step's history may name: its ways out, and what a voter may say."""
        return self.actions if self.vote is None else (*self.actions, *BALLOTS)

    def offer(self, name: str) -> Action | None:
        """What is offered under that name, if anything is."""
        return next((action for action in self.offers if action.name == name), None)

    @property
    def personal(self) -> bool:
        """Whether only who owes it can do it, and nobody in his stead: to say that he is back from leave."""
        return any(each.effect is not None and each.effect.name == "leave_ends" for each in self.actions)

    def action(self, name: str) -> Action | None:
        """The action of that name, if the step has it."""
        return next((action for action in self.actions if action.name == name), None)


@dataclass(frozen=True, slots=True)
class Region:
    """One of several machines that run side by side; it starts at its first step."""

    name: str
    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A step that has regions: nobody owes it, it is left when every region has ended.

    Its regions' steps stand among the workflow's own, because each is owed, late and urged by itself.
    """

    name: str
    title: str
    regions: tuple[Region, ...]
    #: Where the join leads; None is the end of the task.
    to: str | None
    outcome: Outcome = "done"

    def region(self, name: str) -> Region | None:
        """The region of that name, if the group has it."""
        return next((region for region in self.regions if region.name == name), None)


@dataclass(frozen=True, slots=True)
class Statutory:
    """How long a regulation gives the whole (法定时限), which the institution's own limits must not exceed."""

    limit: LimitSpec
    basis: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """A verified definition. A task starts at the first step, or in the group to which that belongs."""

    id: str
    title: str
    basis: str
    family: str
    limit: LimitSpec | None
    visible_to: tuple[str, ...]
    fields: tuple[FormField, ...]
    steps: tuple[Step, ...]
    format: int = 1
    #: Follow-ups and imported processes are opened by the machine only; of another task's, by its action only.
    opened_by: Literal["person", "machine", "task"] = "person"
    #: Of a classified matter: the form is all that is kept, no remark, reason or file beside it.
    stub: bool = False
    #: The field shown as the task's title.
    title_field: str = "title"
    groups: tuple[Group, ...] = ()
    statutory: Statutory | None = None
    _steps: dict[str, Step] = field(init=False, repr=False, compare=False, default_factory=dict)
    _fields: dict[str, FormField] = field(init=False, repr=False, compare=False, default_factory=dict)
    _places: dict[str, tuple[Group, Region]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _effects: list[Effect] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        self._steps.update((step.name, step) for step in self.steps)
        self._fields.update((each.name, each) for each in self.fields)
        actions = (each for step in self.steps for each in step.actions)
        self._effects.extend(each.effect for each in actions if each.effect is not None)
        for group in self.groups:
            for region in group.regions:
                self._places.update((step, (group, region)) for step in region.steps)

    def step(self, name: str) -> Step:
        """The step of that name; KeyError if there is none."""
        return self._steps[name]

    def field(self, name: str) -> FormField | None:
        """The field of that name, if the form has it."""
        return self._fields.get(name)

    @property
    def waits(self) -> bool:
        """Whether an action of it waits for the tasks that were opened."""
        return any(action.waits for step in self.steps for action in step.actions)

    @property
    def opens(self) -> tuple[str, ...]:
        """The workflows of the tasks that its actions open."""
        named = (action.opens.workflow for step in self.steps for action in step.actions if action.opens)
        return tuple(dict.fromkeys(named))

    def group(self, name: str | None) -> Group | None:
        """The group of that name, if there is one."""
        return next((group for group in self.groups if group.name == name), None)

    def place(self, step: str) -> tuple[Group, Region] | None:
        """The group and the region to which a step belongs; None for one that stands alone."""
        return self._places.get(step)

    @property
    def effects(self) -> Sequence[Effect]:
        """What its actions do beyond the task, in the order of its lines."""
        return self._effects

    @property
    def start(self) -> str:
        """The step, or the group, at which a task starts."""
        first = self.steps[0].name
        place = self.place(first)
        return first if place is None else place[0].name


#: Where an action leads that ends its region. No step and no group can have this name.
JOIN = "/join"


@dataclass(frozen=True, slots=True)
class Joining:
    """A group as the table has it: where each region starts, which steps it has, and where the join leads."""

    to: str | None
    starts: Mapping[str, str]
    #: Each step that can be come to, with its region.
    regions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The frozen transitions of a workflow: (step, action) → the next step or group, None for the end.

    Made by `engine.machine` when a definition is published, kept beside it, and the only thing `decide` asks
    where an action leads. Each region is a flat machine of its own; a step's name says to which it belongs.
    """

    start: str
    moves: Mapping[tuple[str, str], str | None]
    groups: Mapping[str, Joining] = field(default_factory=dict)

    def group_of(self, step: str) -> str | None:
        """The group to which a step belongs, if it belongs to one."""
        return next((name for name, each in self.groups.items() if step in each.regions), None)

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        stored: dict[str, Any] = {
            "start": self.start,
            "moves": [[a, b, to] for (a, b), to in sorted(self.moves.items())],
        }
        if self.groups:
            stored["groups"] = [
                # Regions open in the order in which they were written.
                [name, each.to, [list(pair) for pair in each.starts.items()], sorted(each.regions.items())]
                for name, each in sorted(self.groups.items())
            ]
        return stored

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Table:
        """The table of its stored form."""
        return cls(
            start=data["start"],
            moves={(a, b): to for a, b, to in data["moves"]},
            groups={
                name: Joining(to, dict(starts), dict(regions))
                for name, to, starts, regions in data.get("groups", ())
            },
        )
