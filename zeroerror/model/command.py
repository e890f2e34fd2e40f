"""A command: what somebody asks, signed. Only what becomes of it, events, changes state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Capacity:
    """In what capacity somebody acts: `own`, `cover` (for a post or person), `delegate` (for who owes it), `paper`, `imported`, `machine`."""

    kind: str
    #: The post acted for, as `office/role`, or the duty as `office/duty`; None where there is none.
    for_: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The form in leaves and signed commands."""
        return {"kind": self.kind, "for": self.for_}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Capacity:
        """The capacity of its stored form."""
        return cls(data["kind"], data["for"])


OWN = Capacity("own")
MACHINE = Capacity("machine")


@dataclass(frozen=True, slots=True)
class Target:
    """A task as its signer saw it: the hash of its last leaf, the step and the visit meant."""

    task: str
    last: str
    step: str | None = None
    visit: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The form in signed commands."""
        return {"task": self.task, "last": self.last, "step": self.step, "visit": self.visit}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Target:
        """The target of its stored form."""
        return cls(data["task"], data["last"], data["step"], data["visit"])


@dataclass(frozen=True, slots=True)
class Command:
    """What is signed: everything the signer means, nothing that only the ledger knows (design §7)."""

    origin: str
    id: str
    kind: str
    body: Mapping[str, Any]
    targets: tuple[Target, ...]
    capacity: Capacity
    #: The signer's own clock, as text; the ledger's time is in the leaf.
    time: str

    def to_json(self) -> dict[str, Any]:
        """The object that is signed and kept on part 1."""
        return {
            "origin": self.origin,
            "id": self.id,
            "kind": self.kind,
            "body": self.body,
            "targets": [target.to_json() for target in self.targets],
            "capacity": self.capacity.to_json(),
            "time": self.time,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Command:
        """The command of its signed form."""
        return cls(
            origin=data["origin"],
            id=data["id"],
            kind=data["kind"],
            body=data["body"],
            targets=tuple(Target.from_json(each) for each in data["targets"]),
            capacity=Capacity.from_json(data["capacity"]),
            time=data["time"],
        )


@dataclass(frozen=True, slots=True)
class Payload:
    """Text that stands in leaves only as a salted digest, and in a row beside them."""

    digest: str
    salt: str
    text: str
