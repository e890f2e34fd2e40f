"""Whether anybody could work by a definition: every fault, in users' words, with its line (design §4).

Each check asks one question of the whole definition and says everything it finds; none stops another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zeroerror.definition import (
    children,
    conditions,
    consents,
    dates,
    effects,
    fields,
    names,
    paths,
    product,
    spans,
    targets,
    votes,
)
from zeroerror.definition.where import Where, nested, place_of
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Workflow

CHECKS: tuple[Callable[[Workflow, Where], Iterator[Problem]], ...] = (
    names.id_says_its_family,
    names.titles_tell_apart,
    names.steps_named_are_there,
    names.guards_are_known,
    effects.effects_are_known,
    effects.two_persons_are_asked,
    effects.who_accepts_is_asked,
    fields.choices_belong_to_choice_fields,
    fields.only_dates_are_relayed,
    fields.fields_named_are_there,
    fields.what_is_read_is_plain_and_fits,
    fields.limits_know_every_choice,
    fields.warnings_have_a_limit,
    fields.what_entering_reads_is_filled,
    consents.somebody_sends_it,
    consents.silence_has_a_time,
    consents.no_one_stands_for_all,
    votes.chair_votes,
    votes.votes_can_be_won,
    conditions.values_fit_their_fields,
    conditions.actions_can_be_taken,
    conditions.some_action_always_can,
    children.what_is_said_has_children,
    children.taken_over_is_there,
)

#: Asked first: whether every action leads to where it can lead.
OF_TARGETS: tuple[Callable[[Workflow, Where], Iterator[Problem]], ...] = (
    targets.targets_are_steps,
    targets.joins_are_in_regions,
    targets.reopened_regions_are_there,
    targets.returns_to_several_say_why,
)

#: Asked only where every target is there: otherwise they would tell what follows from a misspelt name.
OF_PATHS: tuple[Callable[[Workflow, Where], Iterator[Problem]], ...] = (
    paths.some_action_ends,
    paths.every_step_is_reached,
    paths.no_step_is_a_dead_end,
    paths.every_loop_can_be_left,
    paths.steps_asked_about_come_before,
    paths.doers_have_acted_before,
    consents.signed_text_is_there,
    effects.what_effects_read_is_filled,
    effects.what_effects_follow_comes_before,
    votes.consulted_before,
    product.every_region_can_end,
    product.joins_are_come_to,
    spans.the_whole_can_be_in_time,
    spans.the_law_gives_as_much_time,
    dates.dates_come_in_turn,
    dates.returns_give_time,
    children.waits_can_be_lifted,
    children.every_end_says_what_becomes_of_them,
)


def check(workflow: Workflow, where: Where) -> list[Problem]:
    """Every problem with a definition, in the order of its lines."""
    twice = list(targets.each_name_is_used_once(workflow, where))
    if twice:
        # Of two steps with one name nothing more can be asked.
        return sorted(twice, key=place_of)
    where = nested(workflow, where)
    of_targets = [problem for each in OF_TARGETS for problem in each(workflow, where)]
    asked = CHECKS if of_targets else (*CHECKS, *OF_PATHS)
    found = [*of_targets, *(problem for each in asked for problem in each(workflow, where))]
    # Of an action to one of several steps, what is wrong with all of them is said once.
    return sorted((each for place, each in enumerate(found) if each not in found[:place]), key=place_of)
