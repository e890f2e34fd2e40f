"""A whole definition: its form, its steps and groups, and what is asked of them by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Literal

from zeroerror.model.value import dataclass
from zeroerror.model.workflow.actions import Effect
from zeroerror.model.workflow.form import FormField, LimitSpec
from zeroerror.model.workflow.steps import Group, Region, Step

FAMILIES = {"document": "BW", "meeting": "BH", "handling": "BS", "oversight": "JD"}


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

    def field_title(self, name: str) -> str:
        """The title of that field; its name, where the form has it not."""
        found = self.field(name)
        return name if found is None else found.title

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
