"""Definitions with regions, made at random: every reading of each must agree, on every pair and after every act.

    python -m tests.campaign regions --runs 3000 --seed 1 --json

Of each definition the frozen table is held against a second reading that imports nothing of the product, and what
the engine opens, act after act of random courses, against the walk of all regions together. `wrong` counts
definitions on which two of them differ. No database has a part in it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from tests.campaign.tally import Tally, counted
from tests.unit.engine.courses import Course, is_open
from tests.unit.engine.reading import read_moves
from tests.unit.engine.test_machine_reading import definition, kinds, shaped, shaped_fast
from zeroerror.definition.check import OF_TARGETS
from zeroerror.definition.product import STANDINGS_MAX, standings
from zeroerror.engine.facts import Definition
from zeroerror.engine.machine import compile_table
from zeroerror.model.workflow import JOIN, Table, Workflow

COURSES, ACTS = 4, 25


def _swapped(table: Table) -> Table:
    """A table in which one region's end is the end of the task."""
    joins = [pair for pair, to in table.moves.items() if to == JOIN]
    return replace(table, moves={**table.moves, joins[0]: None}) if joins else table


def _forgets_a_region(table: Table) -> Table:
    """A table in which a group waits for one region less."""
    groups = {
        name: replace(each, starts=dict(list(each.starts.items())[:-1]))
        for name, each in table.groups.items()
    }
    return replace(table, groups=groups)


PLANTS: Mapping[str, Callable[[Table], Table]] = {"swapped": _swapped, "forgets": _forgets_a_region}


def main(arguments: Sequence[str]) -> int:
    """Run it; 1 if any two readings differ."""
    return counted("regions", PLANTS, __doc__ or "", arguments, _campaign)


def _campaign(asking: argparse.Namespace, tally: Tally) -> None:
    random = Random(asking.seed)
    for number in range(asking.runs):
        text = definition(random.choice)
        # Our own reading of YAML takes most of the time: that it reads the same is asked of some.
        workflow = shaped_fast(text)
        if number % 20 == 0 and shaped(text) != workflow:
            tally.fault("wrong", f"definition {number}: the strict reading differs")
        table = compile_table(workflow)
        if asking.plant is not None:
            table = PLANTS[asking.plant](table)
        tally.counts["definitions"] += 1
        for kind, there in kinds(workflow).items():
            tally.counts[f"with {kind}"] += there
        tally.counts["pairs"] += len(table.moves)
        if not _read_alike(table, text):
            tally.fault("wrong", f"definition {number}: the table differs from the second reading")
        elif workflow.groups and not any(
            True for each in OF_TARGETS[:2] for _ in each(workflow, lambda *path: "")
        ):
            _courses(workflow, table, random, number, tally)


def _read_alike(table: Table, text: str) -> bool:
    start, moves, groups = read_moves(text)
    told = {name: (each.to, dict(each.starts), dict(each.regions)) for name, each in table.groups.items()}
    return (table.start, dict(table.moves), told) == (start, moves, groups)


def _courses(workflow: Workflow, table: Table, random: Random, number: int, tally: Tally) -> None:
    walked = standings(workflow)
    if len(walked) >= STANDINGS_MAX:
        tally.undetermined += 1
        return
    tally.counts["standings"] += len(walked)
    for _ in range(COURSES):
        course, standing = Course(Definition("d", workflow, table)), next(iter(walked))
        for _ in range(ACTS):
            if {each.step for each in course.task.open_visits()} != is_open(workflow, standing):
                tally.fault("wrong", f"definition {number}: the engine has other steps open than {standing}")
                return
            if not walked[standing]:
                break
            step, action = random.choice(list(walked[standing]))
            course.take(step, action)
            standing = walked[standing][step, action]
            tally.counts["acts"] += 1
