"""What the projection keeps of a task, a visit or a finding is all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zeroerror.model.finding import Answerer, Attribution, Finding, Lead
from zeroerror.model.task import Task
from zeroerror.model.visit import Asked, DueChange, Holding, Pause, Undone, Visit
from zeroerror.store import codec

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
instants = st.integers(0, 9998 * 365 * 86400 * 10**6).map(
    lambda micros: datetime(1, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
) | st.just(datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC))
indices = st.integers(0, 2**53 - 1)
maybe = st.none()
strings = st.dictionaries(words, words, max_size=3)
json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | indices | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def tuples(each: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, min_size=least, max_size=least + 2).map(tuple)


dues = st.builds(
    DueChange,
    maybe | instants,
    maybe | instants,
    instants,
    indices,
    words,
    st.booleans(),
    maybe | instants,
    maybe | words,
)
holdings = st.builds(Holding, maybe | words, words, instants, indices, words, maybe | words)
pauses = st.builds(Pause, instants, maybe | instants, words, words, indices)
visits = st.builds(
    Visit,
    step=words,
    visit=indices,
    kind=words,
    entered_at=instants,
    entered_index=indices,
    dues=tuples(dues, 1),
    holdings=tuples(holdings, 1),
    urger=maybe | words,
    waits_for=maybe | words,
    unassigned=st.booleans(),
    tried=tuples(st.tuples(words, words)),
    pauses=tuples(pauses),
    urged_at=tuples(instants),
    extensions=tuples(st.builds(Asked, words, instants, words, st.none() | instants)),
    status=words,
    action=maybe | words,
    doer=maybe | words,
    capacity=maybe | words,
    left_at=maybe | instants,
    left_index=maybe | indices,
    done_at=maybe | instants,
    reason=maybe | words,
    late_record=st.booleans(),
    attachments=indices,
    confirmed_by=maybe | words,
    undone=tuples(st.builds(Undone, instants, instants, words, indices, maybe | words)),
)
tasks = st.builds(
    Task,
    id=words,
    workflow=words,
    digest=words,
    family=words,
    office=words,
    opener=words,
    fields=strings,
    sealed=strings,
    opened_at=instants,
    dues=tuples(dues, 1),
    visits=tuples(visits),
    status=words,
    closed_at=maybe | instants,
    answers=maybe | words,
    cause=maybe | words,
    seq=indices,
    last=words,
    last_index=indices,
    last_actor=words,
    actor_since=indices,
)
attributions = st.builds(
    Attribution,
    tuples(st.builds(Answerer, words, words, st.dictionaries(words, maybe | words, max_size=2), words)),
    tuples(words),
    maybe | words,
    tuples(indices),
)
findings = st.builds(
    Finding,
    id=words,
    lead=st.builds(
        Lead,
        rule=words,
        version=indices,
        severity=words,
        task=maybe | words,
        step=maybe | words,
        visit=maybe | indices,
        due_at=maybe | instants,
        evidence=tuples(indices),
        trace=st.dictionaries(words, json, max_size=3),
        attribution=attributions,
        closed=st.booleans(),
        occurrence=indices,
        apart=maybe | words,
    ),
    found_at=instants,
    found_index=indices,
    state=words,
    disputed=st.booleans(),
    history=tuples(attributions),
    follow_up=maybe | words,
)


@given(st.lists(visits, max_size=3))
def test_a_visit_is_read_back_as_it_was_written(made: list[Visit]) -> None:
    texts = [codec.visit_to_json(each) for each in made]
    again = codec.visits_from_json(texts)
    assert again == tuple(made)
    assert [codec.visit_to_json(each) for each in again] == texts


@given(tasks)
def test_a_task_is_read_back_as_it_was_written(task: Task) -> None:
    text = codec.task_to_json(task)
    again = codec.task_from_json(text, [codec.visit_to_json(each) for each in task.visits])
    assert again == task
    assert codec.task_to_json(again) == text


@given(findings)
def test_a_finding_is_read_back_as_it_was_written(finding: Finding) -> None:
    text = codec.finding_to_json(finding)
    again = codec.finding_from_json(text)
    assert again == finding
    assert codec.finding_to_json(again) == text


@given(json)
def test_the_same_content_has_the_same_text_in_whatever_order_its_keys_came(content: Any) -> None:
    assert codec.to_json(content) == codec.to_json(_reversed(content))


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(list(value))}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def test_instants_stand_in_the_order_of_their_texts() -> None:
    start = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    later = [start + timedelta(microseconds=step) for step in (0, 1, 1_000_000, 86_400_000_000)]
    texts = [codec.instant_text(each) for each in later]
    assert texts == sorted(texts, key=str)
    assert codec.instant_text(None) is None
