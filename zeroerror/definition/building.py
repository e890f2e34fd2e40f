"""From a definition's shape to the definition as the machine reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zeroerror.definition.action_building import actions, guard
from zeroerror.definition.schema import EndGroup, FieldShape, StepShape, ToGroup, WorkflowShape
from zeroerror.definition.several_schema import (
    CountersignedShape,
    ObjectAction,
    PersonalVoteShape,
    PersonalVoteStepShape,
    RecordedVoteStepShape,
    SignAction,
    VotedEndShape,
    VotedShape,
)
from zeroerror.definition.terms import (
    At,
    Before,
    Choice,
    DeskOwner,
    DoerOwner,
    DutyOwner,
    FieldOwner,
    LimitShape,
    OutsideOwner,
    OwnerShape,
)
from zeroerror.model.limit import Limit, parse_limit
from zeroerror.model.workflow import (
    Action,
    Consent,
    FormField,
    Group,
    LimitChoice,
    LimitSpec,
    Owner,
    Region,
    Relayed,
    Statutory,
    Step,
    Vote,
    Workflow,
)


def workflow(shape: WorkflowShape) -> Workflow:
    """The definition that a file's shape says; nothing in it has been checked yet."""
    return Workflow(
        id=shape.id,
        title=shape.title,
        basis=shape.basis,
        family=shape.family,
        limit=_limit(shape.limit),
        visible_to=tuple(shape.visible_to),
        fields=tuple(_field(name, each) for name, each in shape.fields.items()),
        steps=tuple(_steps(shape)),
        format=shape.format,
        opened_by=shape.opened_by or "person",
        stub=shape.stub,
        title_field=shape.title_field or "title",
        groups=tuple(
            _group(name, each) for name, each in shape.steps.items() if isinstance(each, ToGroup | EndGroup)
        ),
        statutory=_statutory(shape),
    )


def _statutory(shape: WorkflowShape) -> Statutory | None:
    limit = None if shape.statutory is None else _limit(shape.statutory.limit)
    return None if shape.statutory is None or limit is None else Statutory(limit, shape.statutory.basis)


def _steps(shape: WorkflowShape) -> Iterator[Step]:
    """Every step that somebody owes, in the order of the lines; those of regions among them."""
    titles = dict(_titles(shape))
    for name, each in shape.steps.items():
        if isinstance(each, StepShape | CountersignedShape | PersonalVoteStepShape | RecordedVoteStepShape):
            yield _step(name, each, titles)
        else:
            for region in each.regions.values():
                yield from (_step(inner, said, titles) for inner, said in region.steps.items())


def _titles(shape: WorkflowShape) -> Iterator[tuple[str, str]]:
    for name, each in shape.steps.items():
        yield name, each.title
        if isinstance(each, ToGroup | EndGroup):
            for region in each.regions.values():
                yield from ((inner, said.title) for inner, said in region.steps.items())


def _group(name: str, shape: ToGroup | EndGroup) -> Group:
    regions = tuple(Region(each, said.title, tuple(said.steps)) for each, said in shape.regions.items())
    if isinstance(shape, EndGroup):
        return Group(name, shape.title, regions, None, shape.end)
    return Group(name, shape.title, regions, shape.to)


def _field(name: str, shape: FieldShape) -> FormField:
    return FormField(
        name=name,
        title=shape.title,
        type=shape.type,
        required=shape.required is not None,
        choices=tuple(shape.choices or ()),
        plain=shape.plain,
        relayed=next((Relayed(field, tuple(said)) for field, said in (shape.relayed or {}).items()), None),
    )


def _step(
    name: str,
    shape: StepShape | CountersignedShape | PersonalVoteStepShape | RecordedVoteStepShape,
    titles: Mapping[str, str],
) -> Step:
    if isinstance(shape, PersonalVoteStepShape | RecordedVoteStepShape):
        return _voted(name, shape)
    if isinstance(shape, CountersignedShape):
        return _countersigned(name, shape)
    return Step(
        name=name,
        title=shape.title,
        owner=_owner(shape.owner),
        limit=_limit(shape.limit),
        warn_before=_limit(shape.warn_before),
        actions=tuple(
            action for each, said in shape.actions.items() for action in actions(each, said, titles)
        ),
        waits_for=tuple(shape.waits_for or ()),
        record_within=None if shape.record_within is None else parse_limit(shape.record_within),
    )


def _countersigned(name: str, shape: CountersignedShape) -> Step:
    said, answers = shape.consent, shape.actions
    signers = tuple(_owner(each) for each in said.signers)
    return Step(
        name=name,
        title=shape.title,
        owner=signers[0],
        limit=_limit(shape.limit),
        warn_before=_limit(shape.warn_before),
        actions=(_answer("sign", answers.sign), _answer("object", answers.object)),
        waits_for=tuple(shape.waits_for or ()),
        record_within=None if shape.record_within is None else parse_limit(shape.record_within),
        consent=Consent(said.of, signers, said.order or "parallel", said.silence or "wait"),
    )


def _voted(name: str, shape: PersonalVoteStepShape | RecordedVoteStepShape) -> Step:
    said, ways = shape.vote, shape.actions
    voters = tuple(_owner(each) for each in said.voters)
    return Step(
        name=name,
        title=shape.title,
        owner=_owner(shape.owner) if isinstance(shape, RecordedVoteStepShape) else voters[0],
        limit=_limit(shape.limit),
        warn_before=_limit(shape.warn_before),
        actions=(_way("pass", ways.pass_), _way("refuse", ways.refuse), _way("no_quorum", ways.no_quorum)),
        record_within=None if shape.record_within is None else parse_limit(shape.record_within),
        vote=Vote(
            of=said.of,
            voters=voters,
            chair=_owner(said.chair),
            quorum=said.quorum,
            threshold=said.threshold,
            base=said.base or "due",
            ballot=said.ballot or "personal",
            after=said.after,
            silence=(said.silence if isinstance(said, PersonalVoteShape) else None) or "wait",
        ),
    )


def _way(name: str, shape: VotedShape) -> Action:
    if isinstance(shape, VotedEndShape):
        return Action(name, shape.title, None, shape.end)
    return Action(name, shape.title, shape.to, shape.outcome or "done")


def _answer(name: str, shape: SignAction | ObjectAction) -> Action:
    guards = tuple(guard(each) for each in shape.guards or ())
    return Action(name, shape.title, shape.to, reason=isinstance(shape, ObjectAction), guards=guards)


def _owner(shape: OwnerShape) -> Owner:
    if isinstance(shape, OutsideOwner):
        return Owner("outside", shape.outside, urged_by=_owner(shape.urged_by))
    if isinstance(shape, DeskOwner):
        return Owner("desk", shape.desk, urged_by=_owner(shape.urged_by))
    if isinstance(shape, FieldOwner):
        return Owner("field", shape.field)
    if isinstance(shape, DoerOwner):
        return Owner("doer", shape.doer)
    if isinstance(shape, DutyOwner):
        return Owner("duty", shape.duty, shape.office)
    return Owner("post", shape.post, shape.office)


def _limit(shape: LimitShape | None) -> LimitSpec | None:
    if shape is None:
        return None
    if isinstance(shape, Choice):
        return LimitChoice(shape.by, {choice: parse_limit(text) for choice, text in shape.choices.items()})
    if isinstance(shape, At):
        return Limit("at", field=shape.at)
    if isinstance(shape, Before):
        return Limit("before", field=shape.before, by=parse_limit(shape.by))
    return parse_limit(shape)
