"""What differs between two definitions: steps, actions and fields added, removed and changed.

Compared are their canonical forms, part by part, so that two definitions differ here if and only if their
digests do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Workflow
from zeroerror.model.workflow_json import to_json

Kind = Literal["added", "removed", "changed"]
What = Literal["workflow", "field", "step", "action"]

#: Parts of a definition that are compared by their names.
_NAMED: Mapping[str, What] = {"fields": "field", "steps": "step", "actions": "action"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs."""

    kind: Kind
    what: What
    #: `workflow`'s is empty; an action's is `step/action`.
    name: str
    title: str
    #: Which of its keys has changed; `order` where the same parts stand in another order.
    aspect: str = ""
    before: Any = None
    after: Any = None

    @property
    def step(self) -> str | None:
        """The step that it is about."""
        return self.name.partition("/")[0] if self.what in ("step", "action") else None


def differences(before: Workflow, after: Workflow) -> list[Change]:
    """Every change from one definition to the other, in the order of the definition."""
    old, new = to_json(before), to_json(after)
    return list(_changes("workflow", "", new["title"], old, new))


def _changes(
    what: What, name: str, title: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        if key in _NAMED:
            yield from _parts(what, name, title, key, was or [], now or [])
        else:
            yield Change("changed", what, name, title, key, was, now)


def _parts(
    what: What, name: str, title: str, key: str, old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> Iterator[Change]:
    part = _NAMED[key]
    was, now = {each["name"]: each for each in old}, {each["name"]: each for each in new}
    for each in dict.fromkeys((*now, *was)):
        full = f"{name}/{each}" if part == "action" else each
        if each not in was:
            yield Change("added", part, full, now[each]["title"], after=now[each])
        elif each not in now:
            yield Change("removed", part, full, was[each]["title"], before=was[each])
        else:
            yield from _changes(part, full, now[each]["title"], was[each], now[each])
    stayed_was, stayed_now = [each for each in was if each in now], [each for each in now if each in was]
    if stayed_was != stayed_now:
        yield Change("changed", what, name, title, f"order_{key}", stayed_was, stayed_now)
