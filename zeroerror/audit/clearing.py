"""What facts recorded since change in what was said of people: they clear, and never newly blame (design §9).

Whoever is cleared does not stay named because naming the right one would newly blame him: then nobody is named
in his place, and somebody without a part in it is to clarify.
"""

from __future__ import annotations

from dataclasses import replace

from zeroerror.audit.circumstances import Case
from zeroerror.model.finding import Attribution
from zeroerror.model.visit import Visit

KNOWN_LATER = "attribution.missing_known_later"


def revised(case: Case, visit: Visit | None, before: Attribution, now: Attribution) -> Attribution | None:
    """What is to be said from now on; None where what was said before stands."""
    if (before.answerers, before.missing) == (now.answerers, now.missing):
        return None
    named, known = _direct(before), _direct(now)
    if known <= named:
        return now
    if named <= known:
        return None
    left = tuple(each for each in now.answerers if each.person in named)
    concerned = named | known | ({visit.person} if visit is not None and visit.person else set())
    clarifier = case.clarifier(visit, concerned)
    return replace(now, answerers=left, missing=(*now.missing, KNOWN_LATER), clarifier=clarifier)


def _direct(attribution: Attribution) -> set[str]:
    return {each.person for each in attribution.answerers if each.degree == "direct"}
