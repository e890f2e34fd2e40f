"""What `why` says would have avoided a finding does: each change is put into the history, which is judged again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.justice import translated
from tests.justice.comparing import Recorder
from tests.justice.memory import Memory, Refused
from tests.oracle import days
from tests.oracle.teller import History, tell
from tests.oracle.world import Act
from zeroerror.audit.avoidance import avoidance
from zeroerror.audit.change import Change
from zeroerror.audit.circumstances import Case
from zeroerror.audit.judge import judge
from zeroerror.audit.view import View
from zeroerror.model.finding import Lead

#: The numbers of acts that are not in the history.
ELSE = 100_000
#: A task that has not been opened.
GONE = ""
KINDS = {
    *("done", "kept", "extended", "answered", "covered", "assigned", "urged", "recorded"),
    *("given", "dated", "handed", "arranged", "replied", "attached", "asked"),
}
#: After these the task's story goes on as it went, as far as it still can.
GOES_ON = ("dated", "handed")
#: The rules by which a step is late.
LATE = ("step_overdue", "follow_up_overdue")
#: These change what somebody's standing in is, and nothing of the task.
STANDING = ("covered", "arranged")


def seen(memory: Memory, at: int) -> View:
    """The facts as a slot has them that never looked before."""
    return Recorder(memory)._view(at, None)


def found(history: History) -> tuple[View, tuple[Lead, ...]]:
    """What the last slot says of a whole history."""
    memory = Memory(history)
    for act in history.acts:
        if act.at <= history.cuts[-1]:
            memory.play(act)
    view = seen(memory, history.cuts[-1])
    return view, judge(view).opened


def case_of(view: View, lead: Lead) -> Case:
    """The facts that `why` has."""
    task = view.tasks[lead.task or ""]
    return Case(
        task,
        view.workflow(task),
        view.organisation,
        view.calendar,
        view.slot,
        children=view.children.get(task.id, ()),
        calendars=view.calendars,
    )


def opened(history: History) -> list[range]:
    """The numbers of the tasks that each act has opened as it went."""
    memory, numbers = Memory(history), []
    for act in history.acts:
        if act.at > history.cuts[-1]:
            break
        before = len(memory.ids)
        memory.play(act)
        numbers.append(range(before, len(memory.ids)))
    return numbers


def otherwise(history: History, number: int, change: Change, lead: Lead) -> tuple[Lead, ...]:
    """What the last slot would have said: the task's own story ends with the change, that of everybody else goes on.

    What the rest of its story would have opened is not there, and has no story.
    """
    memory, by, numbers = Memory(history), translated.minute(change.by), opened(history)
    assert by is not None
    changed, goes_on = False, change.kind in GOES_ON
    for place, new in enumerate(numbers):
        act = history.acts[place]
        about = new.start if act.kind == "open" else _about(history, act)
        ours = about == number
        before = ours or change.kind in STANDING
        if not changed and (act.at > by or (before and act.at == by)):
            _change(memory, instead(history, number, change, memory, by, lead), number)
            changed = True
        memory.played = place
        # Whoever stands in may stand in for something that is still to come.
        if changed and ours and goes_on and act.at > by:
            goes_on = _goes(memory, act)
        elif not changed or (ours and act.at <= by and change.kind in STANDING):
            memory.play(act)
        elif not ours and _there(memory, act, about):
            if number not in _line(memory, about):
                memory.play(act)
            else:
                # What it had opened before goes on as far as it still can.
                _goes(memory, act)
        # The number of what was not opened stays empty.
        memory.ids.extend([GONE] * (new.stop - len(memory.ids)))
    if not changed:
        _change(memory, instead(history, number, change, memory, by, lead), number)
    return judge(seen(memory, history.cuts[-1])).opened


def _goes(memory: Memory, act: Act) -> bool:
    """Whether an act can still be done."""
    try:
        memory.play(act)
    except Refused:
        return False
    return True


def _about(history: History, act: Act) -> int:
    return (history.acts[act.more["of"]] if act.kind in ("confirm", "reject") else act).task


def _there(memory: Memory, act: Act, about: int) -> bool:
    """Whether the tasks that an act is about have been opened; some acts are about none."""
    if act.kind == "open" or about < 0:
        return True
    return GONE not in (memory.ids[about], memory.ids[act.more.get("into", about)])


def _line(memory: Memory, number: int) -> Iterator[int]:
    """A task that has been opened, and those above that opened it."""
    id: str | None = memory.ids[number] if 0 <= number < len(memory.ids) else None
    while id:
        yield memory.ids.index(id)
        id = memory.tasks[id].parent


def _change(memory: Memory, acts: Iterator[Act], number: int) -> None:
    """Play the change; what it opens beside the task has no number of the story's."""
    memory.played, before = ELSE, len(memory.ids)
    for act in acts:
        memory.play(act)
    del memory.ids[max(before, number + 1) :]


def instead(
    history: History, number: int, change: Change, memory: Memory, by: int, lead: Lead
) -> Iterator[Act]:
    """The change as acts of the house."""
    if change.kind == "done":
        yield Act(
            by,
            change.who,
            "do",
            number,
            {"step": change.step, "files": 1, **onward(memory, number, change)},
        )
    elif change.kind == "extended":
        yield Act(by, change.who, "extend", number, {"step": change.step, "length": f"{change.days}wd"})
        yield Act(by, str(change.to), "confirm", more={"of": ELSE})
    elif change.kind == "asked":
        yield Act(by, change.who, "extend", number, {"step": change.step, "length": "1wd"})
    elif change.kind == "answered":
        for place in waiting(memory, number, change):
            yield Act(by, change.who, "reject", more={"of": place})
    elif change.kind in STANDING:
        to = change.to or next(each for each in ("gen", "eco", "aud") if each != change.who)
        more = {"person": change.who, "by": to, "since": by, "until": by + 60 * 24 * 60}
        yield Act(by - 2, change.who, "cover", more=more)
        yield Act(by - 1, to, "confirm", more={"of": ELSE})
    elif change.kind in ("given", "dated"):
        [opening] = [each for each in history.acts if each.kind == "open"]
        fields = dict(opening.more["fields"])
        if change.day is not None:
            fields["deadline"] = (change.day - days.FIRST).days
        yield Act(by, change.who, "open", more={**opening.more, "fields": fields})
    elif change.kind == "replied":
        [place] = [
            place
            for place, each in enumerate(memory.notices_of(memory.tasks[memory.ids[number]]))
            if each.id == lead.trace["notice"]
        ]
        yield Act(by, change.who, "reply", number, {"notice": place})
    elif change.kind == "attached":
        [act] = [each for each in history.acts if each.at == by and each.kind == "do"]
        yield Act(by, act.who, "do", number, {**act.more, "files": change.days})
    elif change.kind == "handed":
        [act] = [each for each in history.acts if each.at == by and each.kind in ("do", "confirm")]
        way = act.more["way"] if act.kind == "do" else history.acts[act.more["of"]].more["way"]
        yield Act(by, change.who, "assign", number, {"step": change.step, "person": change.to})
        yield Act(by, str(change.to), "do", number, {"step": change.step, "way": way, "files": 1})
    elif change.kind == "assigned":
        yield Act(by, change.who, "assign", number, {"step": change.step, "person": change.to})
    elif change.kind == "urged":
        yield Act(by, change.who, "urge", number, {"step": change.step})
    elif change.kind == "recorded":
        [act] = [
            each
            for each in history.acts
            if each.task == number
            and each.kind == "do"
            and translated.instant(each.at) == left_at(history, number, change)
        ]
        yield Act(by, act.who, "do", number, act.more)


def waiting(memory: Memory, number: int, change: Change) -> list[int]:
    """The acts that have asked for more time for a step, and have no answer."""
    places = {id: place for place, id in memory.proposed.items()}
    visit = memory.tasks[memory.ids[number]].find(change.step, change.visit)
    assert visit is not None
    return [places[each.proposal] for each in visit.extensions if each.answered_at is None]


def left_at(history: History, number: int, change: Change) -> object:
    """When the step was left in truth."""
    view, _ = found(history)
    visit = view.tasks[sorted(view.tasks)[number]].find(change.step, change.visit)
    assert visit is not None
    return visit.left_at


def onward(memory: Memory, number: int, change: Change) -> dict[str, object]:
    """A way onward that four eyes leave open, and what it is to open."""
    task = memory.tasks[memory.ids[number]]
    actions = memory.published.by_digest[task.digest].workflow.step(change.step).actions
    way = next(
        each
        for each in actions
        if each.outcome == "done"
        and not any(task.doer_of(step) == change.who for guard in each.guards for step in guard.steps)
    )
    if way.opens is None:
        return {"way": way.name}
    [opening, *_] = [each for each in memory.history.acts if each.kind == "open"]
    return {"way": way.name, "children": (opening.more["fields"],)}


def holds(change: Change, lead: Lead, said: tuple[Lead, ...]) -> bool:
    """Whether what the change promises has come about: of the finding itself, or that an earlier step was in time."""
    if change.effect == "timely":
        late = {(each.task, each.step, each.visit, each.due_at) for each in said if each.rule in LATE}
        return (lead.task, change.step, change.visit, change.due_at) not in late
    same = [each for each in said if _is_that(each, lead)]
    if change.effect == "unfound":
        return not same
    if change.effect == "cleared":
        degrees = ("lead", "direct") if change.kind == "assigned" else ("direct",)
        named = {one.person for each in same for one in each.attribution.answerers if one.degree in degrees}
        return change.clears not in named
    return not any(each.attribution.missing for each in same)


def _is_that(each: Lead, lead: Lead) -> bool:
    # Each notice is its own; a date is given once, whatever hangs on it.
    return (
        (each.rule, each.task) == (lead.rule, lead.task)
        and each.trace.get("notice") == lead.trace.get("notice")
        and (lead.rule == "short_notice" or (each.step, each.visit) == (lead.step, lead.visit))
        and (lead.closed or each.due_at == lead.due_at)
    )


@pytest.mark.parametrize("start", range(0, 600, 150))
def test_each_change_that_is_named_would_have_been_enough(start: int) -> None:
    kinds = set()
    for number in range(start, start + 150):
        history = tell(3, number)
        if history is None:
            continue
        view, said = found(history)
        for lead in said:
            if lead.task is None:
                continue
            about = [each for each in view.notices[lead.task] if each.id == lead.trace.get("notice")]
            for change in avoidance(case_of(view, lead), lead, *about) or ():
                kinds.add(change.kind)
                task = sorted(view.tasks).index(lead.task or "")
                assert holds(change, lead, otherwise(history, task, change, lead)), (number, lead, change)
    assert {"done", "extended"} <= kinds <= KINDS
