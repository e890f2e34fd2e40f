"""A definition, as the machine reads it: what a file in `workflows/` says once it has been checked.

`to_json` gives the canonical form whose SHA-256 is the definition's identity (design §4); `from_json` reads
it back without pydantic or YAML, so that a command starts fast.

`form` has fields, limits and owners; `actions` the ways out of a step; `several` what more than one person does
in it; `steps` what is owed; `whole` the definition; `table` its frozen transitions.
"""

from __future__ import annotations

from zeroerror.model.workflow.actions import (
    CHILDREN_ENDED,
    NOT_IN_FUTURE,
    Action,
    Children,
    Condition,
    Effect,
    Fault,
    Guard,
    Opens,
    Outcome,
    choice_name,
    choice_title,
)
from zeroerror.model.workflow.form import FieldType, FormField, LimitChoice, LimitSpec, Owner, Relayed
from zeroerror.model.workflow.several import (
    ABSTAIN,
    ADDED,
    BALLOTS,
    NO,
    NO_QUORUM,
    OBJECT,
    PASS,
    REFUSE,
    SIGN,
    YES,
    Consent,
    Vote,
)
from zeroerror.model.workflow.steps import Group, Region, Step
from zeroerror.model.workflow.table import JOIN, Joining, Table
from zeroerror.model.workflow.whole import FAMILIES, Statutory, Workflow

__all__ = [
    "ABSTAIN",
    "ADDED",
    "BALLOTS",
    "CHILDREN_ENDED",
    "FAMILIES",
    "JOIN",
    "NO",
    "NOT_IN_FUTURE",
    "NO_QUORUM",
    "OBJECT",
    "PASS",
    "REFUSE",
    "SIGN",
    "YES",
    "Action",
    "Children",
    "Condition",
    "Consent",
    "Effect",
    "Fault",
    "FieldType",
    "FormField",
    "Group",
    "Guard",
    "Joining",
    "LimitChoice",
    "LimitSpec",
    "Opens",
    "Outcome",
    "Owner",
    "Region",
    "Relayed",
    "Statutory",
    "Step",
    "Table",
    "Vote",
    "Workflow",
    "choice_name",
    "choice_title",
]
