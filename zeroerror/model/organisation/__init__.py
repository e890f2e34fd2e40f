"""The organisation: offices, roles and people, each fact dated, and the questions that are asked of it.

Every question is put as of an instant, because who directed an office, who was away and who stood in are
matters of then, never of now. What a leave or a cover says also has a place in the ledger: `known_at` asks
what was on record before it.

`nouns` are the facts; `staffing` holds them together and answers; `written` reads and writes them; `checks`
says what is wrong with them.
"""

from __future__ import annotations

from zeroerror.model.organisation.changes import differ_since
from zeroerror.model.organisation.checks import check_organisation
from zeroerror.model.organisation.nouns import (
    ENTITLEMENTS,
    NEVER_ENDS,
    Cover,
    Duty,
    Exemption,
    Leave,
    Office,
    Person,
    Post,
    Role,
    Supervision,
)
from zeroerror.model.organisation.plain import organisation_from_plain
from zeroerror.model.organisation.staffing import Organisation
from zeroerror.model.organisation.written import organisation_from_json, organisation_to_json

__all__ = [
    "ENTITLEMENTS",
    "NEVER_ENDS",
    "Cover",
    "Duty",
    "Exemption",
    "Leave",
    "Office",
    "Organisation",
    "Person",
    "Post",
    "Role",
    "Supervision",
    "check_organisation",
    "differ_since",
    "organisation_from_json",
    "organisation_from_plain",
    "organisation_to_json",
]
