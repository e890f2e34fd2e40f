"""The campaign of definitions: one thing is spoilt, and `workflow check` says so, or a walk apart finds no harm.

The walk (`tests/campaign/walk.py`, with regions `together.py`, with several persons at a step `several.py`) is
brute force over every state and knows nothing of how the check asks.
What passes both is harmless as far as anybody can see from the definition alone: that a leader's signature has
been left out on purpose or by mistake, no machine can tell.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.campaign import several, together, walk
from tests.campaign.spoiling import ANYWHERE, REGIONAL, Definition, Mutation
from tests.campaign.spoiling_several import OPENING, SEVERAL
from tests.campaign.tally import Tally, counted
from zeroerror.definition import check
from zeroerror.definition.loader import Loaded, load
from zeroerror.definition.opened import check_opened
from zeroerror.model.workflow import Workflow

WORDS = "Spoilt definitions are told by the check, or shown harmless by a walk of their own."
SHIPPED = Path(__file__).parents[2] / "workflows"
#: A small one with regions, beside the one that is shipped.
ERRAND = Path(__file__).parents[1] / "workflows" / "handling" / "errand.yaml"

#: Checks that are taken out, for testing the campaign: each must be missed, by some of the kinds that are named.
PLANTS: Mapping[str, tuple[str, Collection[str]]] = {
    "asked": ("steps_asked_about_come_before", ("another step asked about",)),
    "reach": ("every_step_is_reached", ("an action dropped", "an action made an end")),
    "doers": ("doers_have_acted_before", ("another owner",)),
    "time": ("the_whole_can_be_in_time", ("a step's limit lengthened", "the whole's limit shortened")),
    "dates": ("dates_come_in_turn", ("a step due on a date",)),
    "returns": ("returns_give_time", ("a required field dropped",)),
    "plain": ("what_is_read_is_plain_and_fits", ("a field sealed",)),
    "waits": ("waits_can_be_lifted", ("a step that waits, whatever is done",)),
    "unsaid": ("every_end_says_what_becomes_of_them", ("what becomes of what was opened left out",)),
    "joins": ("joins_are_come_to", ("a way back into the regions", "other regions named")),
    "text": ("signed_text_is_there", ("a text not asked for", "another text", "a way round to it")),
    "sender": ("somebody_sends_it", ("it comes first",)),
    "silence": ("silence_has_a_time", ("silence without end",)),
    "all": ("no_one_stands_for_all", ("one is meant of all",)),
    "chair": ("chair_votes", ("another chair",)),
    "count": ("votes_can_be_won", ("another count",)),
    "consulted": ("consulted_before", ("个别酝酿 left out or put elsewhere",)),
}


def main(arguments: Sequence[str]) -> int:
    """Run the campaign; 1 where something slipped through."""
    return counted("definitions", PLANTS, WORDS, arguments, _campaign)


def _campaign(asked: argparse.Namespace, tally: Tally) -> None:
    chance = random.Random(asked.seed)
    texts = _texts()
    judge = _Judge(tally)
    if asked.plant is None:
        for name, definition in judge.plain.items():
            for harm in judge.harms(definition):
                tally.fault("wrong", f"{name} as shipped: {harm}")
    kinds = list(_kinds(judge.plain, () if asked.plant is None else PLANTS[asked.plant][1]))
    if asked.plant is not None:
        _take_out(PLANTS[asked.plant][0])
    for run in range(asked.runs):
        # Every kind in its turn, so that a short run meets each.
        kind, mutate, among = kinds[run % len(kinds)]
        name = chance.choice(among)
        definition = walk.read(texts[name])
        if mutate(definition, chance):
            judge.judge(f"{kind} in {name}", definition)
        else:
            tally.counts["not to be had"] += 1


@cache
def _texts() -> Mapping[str, str]:
    return {path.stem: path.read_text("utf-8") for path in [*sorted(SHIPPED.rglob("*.yaml")), ERRAND]}


@cache
def _known() -> Mapping[str, Workflow]:
    """What is shipped, by its id, as it is before anything is spoilt."""
    loaded = [load(text, name).workflow for name, text in _texts().items()]
    return {each.id: each for each in loaded if each is not None}


def _kinds(
    shipped: Mapping[str, Definition], wanted: Collection[str]
) -> Sequence[tuple[str, Mutation, list[str]]]:
    """Every way to spoil one, or those that are wanted, each with the definitions that can be spoilt so."""

    def having(*keys: str) -> list[str]:
        return [name for name, each in shipped.items() if any(f"'{key}': " in str(each) for key in keys)]

    among = (
        (ANYWHERE, list(shipped)),
        (REGIONAL, having("regions")),
        (SEVERAL, having("consent", "vote")),
        (OPENING, having("opens")),
    )
    every = [(kind, mutate, names) for kinds, names in among for kind, mutate in kinds.items()]
    return [each for each in every if not wanted or each[0] in wanted]


class _Judge:
    """What is said of a spoilt definition, and what the walk finds of it, among the definitions that are shipped."""

    def __init__(self, tally: Tally) -> None:
        self.tally, self.plain = tally, {name: walk.read(text) for name, text in _texts().items()}
        self.by_id: Mapping[str, Definition] = {each["id"]: each for each in self.plain.values()}

    def harms(self, definition: Mapping[str, Any]) -> list[str]:
        """Everything that would keep people from working by it."""
        together_ = any("regions" in step for step in definition["steps"].values())
        found = together.harms(definition) if together_ else walk.harms(definition)
        return [*found, *several.opened(definition, together.owed(definition), self.by_id)]

    def judge(self, what: str, definition: Definition) -> None:
        """Count whether it is detected, harmless or missed."""
        # JSON is YAML, and its texts are all texts.
        loaded: Loaded = load(json.dumps(definition, ensure_ascii=False, indent=1), "spoilt")
        if loaded.problems or loaded.workflow is None or self._opened(loaded.workflow):
            self.tally.counts["detected"] += 1
            return
        found = self.harms(definition)
        if found:
            self.tally.fault("missed", f"{what}: {'; '.join(found[:3])}")
        else:
            self.tally.counts["harmless"] += 1

    def _opened(self, workflow: Workflow) -> bool:
        known = {**_known(), workflow.id: workflow}
        return any(True for _ in check_opened(workflow, known.get, lambda *path: ""))


def _take_out(name: str) -> None:
    check.CHECKS = tuple(each for each in check.CHECKS if each.__name__ != name)
    check.OF_PATHS = tuple(each for each in check.OF_PATHS if each.__name__ != name)
