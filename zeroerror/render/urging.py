"""Notices by level, and corrections, as the daily report shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zeroerror.model.notice import LEVELS
from zeroerror.render.columns import WORD, width
from zeroerror.render.document import Cell, Section, Table
from zeroerror.render.words import Words
from zeroerror.text import shown


def notices(items: Sequence[Mapping[str, Any]], words: Words) -> Section:
    """Who was urged: by level, to which post, about what."""
    names = ("column_level", "column_notice", "column_told", "column_asked", "column_task", "column_finding")
    rows = tuple(
        tuple(
            Cell(text=text, short=width(text) <= WORD)
            for text in (
                words.of(f"cli.level_{each['level']}"),
                shown(each["notice"]),
                words.comma.join(words.post(post) for post in each["posts"]),
                words.of(f"cli.stage_{each['stage']}"),
                shown(each["task"]),
                shown(each["finding"]),
            )
        )
        for level in LEVELS
        for each in items
        if each["level"] == level
    )
    title = words.say("section_notices")
    counts = {level: sum(each["level"] == level for each in items) for level in LEVELS}
    return Section(
        key="notices",
        title=title,
        paragraphs=(words.say("says_notices", **counts) if rows else words.say("none_notices"),),
        table=Table(caption=title, columns=tuple(words.say(name) for name in names), rows=rows)
        if rows
        else None,
        notes=(words.say("note_notices_trace"),) if rows else (),
    )


def corrections(items: Sequence[Mapping[str, Any]], words: Words) -> Section:
    """What was said before and was not so, and which posts have been told."""
    told = [
        words.say(
            f"correction_{each['why']}",
            finding=each["finding"],
            rule=words.of(f"rule.{each['rule']}.title"),
            task=each["task"] or words.say("no_task"),
            posts=words.comma.join(words.post(post) for post in each["posts"]),
        )
        for each in items
    ]
    return Section(
        key="corrections",
        title=words.say("section_corrections"),
        paragraphs=tuple(told) if told else (words.say("none_corrections"),),
    )
