"""Many tasks of one definition, opened by one command: what equal offices and equal forms ask is asked once.

A pass opens a thousand follow-ups for a dozen people. Who owes the first step, and by when, is the same for all
that agree in the office and in those fields of the form that the step, or a limit, reads; so it is resolved and
counted once, and its event is the same but for the stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from zeroerror.engine.facts import Definition, Facts
from zeroerror.engine.opening import opening_events
from zeroerror.model.command import MACHINE, Command
from zeroerror.model.event import Event
from zeroerror.model.instant import to_text
from zeroerror.model.limit import Limit
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import LimitChoice, LimitSpec, Workflow


@dataclass(slots=True)
class Openings:
    """The machine's openings of one definition at one instant."""

    definition: Definition
    facts: Facts
    at: datetime
    _known: dict[tuple[str | None, ...], tuple[Event, Event]] = field(default_factory=dict)
    _read: tuple[str, ...] | None = None
    _form: frozenset[str] | None = None

    @property
    def form(self) -> frozenset[str]:
        """The fields that the form has."""
        if self._form is None:
            self._form = frozenset(each.name for each in self.definition.workflow.fields)
        return self._form

    def open(self, id: str, office: str, fields: Mapping[str, str], cause: str | None) -> tuple[Event, Event]:
        """The events of a task that opens under that id, as `opening_events` gives them."""
        if self._read is None:
            self._read = tuple(sorted(read_on_entry(self.definition.workflow, self.definition.table.start)))
        key = (office, *(fields.get(name) for name in self._read))
        known = self._known.get(key)
        if known is None:
            body = {"office": office, "fields": fields, "sealed": {}, "cause": cause}
            command = Command("", "", "open", body, (), MACHINE, to_text(self.at))
            opened, first = opening_events(id, self.definition, command, "machine", self.facts, self.at)
            self._known[key] = opened, first
            return opened, first
        opened, first = known
        own: dict[str, Any] = {**opened.body, "task": id, "fields": dict(fields), "cause": cause}
        return Event(id, opened.kind, own), Event(id, first.kind, first.body, first.text)


def read_on_entry(workflow: Workflow, step: str) -> frozenset[str]:
    """The fields of the form on which it depends who owes a step that is entered, and when it or the task is due."""
    entered = workflow.step(step)
    owners = (entered.owner, entered.owner.urged_by)
    named = {each.name for each in owners if each is not None and each.kind == "field"}
    return frozenset(named).union(
        *(_fields(each) for each in (workflow.limit, entered.limit, entered.warn_before))
    )


def _fields(spec: LimitSpec | None) -> Iterator[str]:
    if isinstance(spec, LimitChoice):
        yield spec.field
        for each in spec.choices.values():
            yield from _fields(each)
    elif isinstance(spec, Limit) and spec.field is not None:
        yield spec.field
