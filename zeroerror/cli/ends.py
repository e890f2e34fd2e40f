"""What has become of a finding, in words: one line for each leaf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.findings import whose
from zeroerror.cli.receipts import person_told
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution


def end_lines(inst: Institution, finding: Mapping[str, Any]) -> Iterator[str]:
    """When, how, by whom and why: cured, withdrawn, voided, corrected, disputed and answered."""
    say, ends = session.current.say, finding["ends"]
    names = inst.names({person for each in ends for person in _persons(each)})
    for each in ends:
        yield say(
            f"cli.end_{each['kind']}",
            at=output.when(each["at"]),
            index=each["index"],
            how="" if each["why"] is None else say(each["why"]),
            leaves=say("cli.end_leaves", evidence=each["evidence"]) if each["evidence"] else "",
            by=person_told(each["by"], names),
            proposer=person_told(each["proposed_by"], names),
            task=each["task"],
            answer="" if each["answer"] is None else say(f"cli.answer_{each['answer']}"),
            reason=say("cli.hidden") if each.get("hidden") else shown(each["reason"] or say("cli.erased")),
            before="" if each["before"] is None else whose(each["before"], names),
            after="" if each["after"] is None else whose(each["after"], names),
        )


def _persons(end: Mapping[str, Any]) -> Iterator[str]:
    yield from (person for person in (end["by"], end["proposed_by"]) if person is not None)
    for each in (end["before"], end["after"]):
        yield from (one["person"] for one in (each or {}).get("attribution", ()))
