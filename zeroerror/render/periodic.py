"""The weekly and the monthly report put into words: the whole, the offices, what recurs, the findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from zeroerror.render import findings
from zeroerror.render.columns import WORD, width
from zeroerror.render.document import Basis, Cell, Document, Section, Table
from zeroerror.render.planned import plans
from zeroerror.render.words import Words
from zeroerror.report.periodic import FIGURES, NAMES, OF_FINDINGS
from zeroerror.text import Language, say, shown

TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}
#: What became of findings, told one by one.
_ENDS = ("cured", "withdrawn", "voided", "disputed", "revised")
#: How a figure stands to that of the period before: as many, more, fewer.
_COMPARED = {
    "found": ("says_found_same", "says_found_more", "says_found_fewer"),
    "late": ("says_late_same", "says_late_more", "says_late_fewer"),
}
#: Of each office, how many steps are told; the workbook and `--json` have them all.
STEPS_TOLD = 3
_SAID_PLAINLY = ("plain_leads", "period_plain_counts", "period_plain_late", "plain_recheck")


def periodic(figures: Mapping[str, Any], lang: Language) -> Document:
    """The report of these figures in one language."""
    words = Words(lang, figures["as_of"])
    return Document(
        language=TAGS[lang],
        institution=shown(figures["institution"]),
        title=words.say(f"title_{figures['kind']}"),
        subtitle=words.say("period_subtitle", **span(figures, words)),
        banner=words.say("simulated") if figures["simulated"] else None,
        sections=tuple(_sections(figures, words)),
        basis_title=words.say("basis_title"),
        basis=tuple(_basis(figures, words)),
        foot=tuple(foot(figures, words)),
    )


def figure_word(name: str, words: Words) -> str:
    """What a figure is called."""
    return words.say(f"period_{name}")


def office_word(id: str | None, words: Words) -> str:
    """An office by its short name."""
    return words.say("no_office") if id is None else shown(id)


def day_word(text: str, words: Words) -> str:
    """A day to be read aloud."""
    day = date.fromisoformat(text)
    numbers = {"year": f"{day.year:04}", "month": day.month, "day": day.day}
    return words.say("instant_day", month2=f"{day.month:02}", day2=f"{day.day:02}", **numbers)


def finding_words(item: Mapping[str, Any], words: Words) -> dict[str, str]:
    """What a table says of a finding, by column."""
    state = words.say(f"state_{item['state']}")
    return {
        "finding": shown(item["id"]),
        "rule": say(f"rule.{item['rule']}.title", {}, words.lang),
        "severity": words.say(f"severity_{item['severity']}"),
        "task": words.say("no_task") if item["task"] is None else shown(item["task"]),
        "title": words.title(item),
        "step": findings.step(item, words),
        "whose": findings.concerned(item, [words.post(each["post"]) for each in item["posts"]], words),
        "state": words.say("states_both", state=state) if item["disputed"] else state,
        "follow_up": words.say("no_follow_up") if item["follow_up"] is None else shown(item["follow_up"]),
    }


def span(figures: Mapping[str, Any], words: Words) -> dict[str, str]:
    """A period by its name and its days."""
    return {
        "period": figures["period"],
        "first": day_word(figures["first"], words),
        "last": day_word(figures["last"], words),
    }


def _sections(figures: Mapping[str, Any], words: Words) -> Iterator[Section]:
    lists = figures["lists"]
    yield Section(
        key="summary",
        title=words.say("section_summary"),
        paragraphs=tuple(_read_aloud(figures, words)),
        notes=(words.say("note_leads"),),
    )
    yield Section(
        key="offices",
        title=words.say("section_offices"),
        table=_offices(figures, words),
        notes=(words.say("period_note_counts"),),
        traces=(words.say("period_note_trace", kind=figures["kind"], period=figures["period"]),),
    )
    yield waiting(figures, words)
    if figures.get("plans"):
        yield plans(figures, words)
    yield recurring(figures, words)
    yield found(lists["found"], words)
    told = [line for how in _ENDS for line in ended(lists[how], how, words)]
    yield Section(
        key="ended",
        title=words.say("section_period_ended"),
        paragraphs=tuple(told) or (words.say("none_ended"),),
    )
    yield Section(
        key="plainly",
        title=words.say("section_plainly"),
        paragraphs=tuple(words.say(code) for code in _SAID_PLAINLY),
    )


def _read_aloud(figures: Mapping[str, Any], words: Words) -> Iterator[str]:
    """First findings, then work; what is compared stands beside what it is compared with."""
    values = {name: figures["totals"][name]["value"] for name in FIGURES}
    if not figures["recorded"]:
        yield words.say("period_no_ledger")
        return
    if any(values.values()):
        says_found = words.say("period_says_found", count=values["found"], **span(figures, words))
        ends = words.say("period_says_ended", **values)
        yield words.gap.join([says_found, *_compared("found", figures, words), ends])
        tasks = words.say("period_says_tasks", **values)
        rerouted = [words.say("period_says_rerouted", **values)] if values["rerouted"] else []
        yield words.gap.join([tasks, *_compared("late", figures, words), *rerouted])
    else:
        yield words.say("period_nothing", **span(figures, words))
    if figures["changes"] is None:
        yield words.say("period_no_before")
    if not figures["whole"]:
        yield words.say("period_not_over", at=words.instant(figures["as_of"], "long"))


def _compared(name: str, figures: Mapping[str, Any], words: Words) -> Iterator[str]:
    if figures["changes"] is not None:
        change = figures["changes"][name]
        code = _COMPARED[name][(change > 0) - (change < 0)]
        yield words.say(code, count=abs(change), before=figures["totals"][name]["value"] - change)


def _offices(figures: Mapping[str, Any], words: Words) -> Table:
    rows = [
        (
            Cell(text=office_word(row["office"], words)),
            *(
                _number(
                    row["figures"][name]["value"],
                    _change(row["changes"], name),
                    f"o{place + 1}-{name}",
                    words,
                )
                for name in NAMES
            ),
        )
        for place, row in enumerate(figures["offices"])
    ]
    totals = [
        _number(figures["totals"][name]["value"], _change(figures["changes"], name), None, words)
        for name in NAMES
    ]
    return Table(
        caption=words.say("caption_offices"),
        columns=(words.say("column_office"), *(words.say(f"short_{name}") for name in NAMES)),
        rows=(*rows, (Cell(text=words.say("total")), *totals)),
        total=True,
    )


def _change(changes: Mapping[str, int] | None, name: str) -> int:
    return 0 if changes is None else changes[name]


def _number(value: int, change: int, basis: str | None, words: Words) -> Cell:
    text = str(value) if change == 0 else words.say("value_and_change", value=value, change=f"{change:+}")
    return Cell(text=text, number=True, basis=basis if value else None)


def waiting(figures: Mapping[str, Any], words: Words) -> Section:
    """How long matters lay at each step: of each office the steps that take longest."""
    title = words.say("section_waits")
    rows: list[tuple[Cell, ...]] = []
    told: dict[str, int] = {}
    for each in figures["waits"]:
        told[each["office"]] = told.get(each["office"], 0) + 1
        if told[each["office"]] <= STEPS_TOLD:
            rows.append(_waits(each, words))
    names = ("office", "flow", "step", "left", "median", "longest", "longest_task")
    table = Table(
        caption=title, columns=tuple(words.say(f"column_{name}") for name in names), rows=tuple(rows)
    )
    trace = words.say("note_waits_trace", kind=figures["kind"], period=figures["period"])
    return Section(
        key="waits",
        title=title,
        paragraphs=() if rows else (words.say("none_waits"),),
        table=table if rows else None,
        notes=(words.say("note_waits", count=STEPS_TOLD),) if rows else (),
        traces=(trace,) if rows else (),
    )


def _waits(row: Mapping[str, Any], words: Words) -> tuple[Cell, ...]:
    return (
        Cell(text=office_word(row["office"], words)),
        _cell(shown(row["workflow_title"])),
        _cell(shown(row["step_title"])),
        Cell(text=str(row["value"]), number=True),
        Cell(text=words.duration(row["median_minutes"]), short=True),
        Cell(text=words.duration(row["longest_minutes"]), short=True),
        _cell(shown(row["longest_task"])),
    )


def recurring(figures: Mapping[str, Any], words: Words) -> Section:
    """What happened more than once in an office."""
    title = words.say("section_recurring")
    rows = tuple(
        (
            Cell(text=office_word(each["office"], words)),
            Cell(text=say(f"rule.{each['rule']}.title", {}, words.lang)),
            Cell(text=str(each["count"]), number=True),
            Cell(text=words.say("no_number") if each["before"] is None else str(each["before"]), number=True),
        )
        for each in figures["recurring"]
    )
    names = ("column_office", "column_rule", "column_times", "column_times_before")
    table = Table(caption=title, columns=tuple(words.say(name) for name in names), rows=rows)
    return Section(
        key="recurring",
        title=title,
        paragraphs=() if rows else (words.say("none_recurring"),),
        table=table if rows else None,
        notes=(words.say("note_recurring"),) if rows else (),
    )


def found(items: Sequence[Mapping[str, Any]], words: Words) -> Section:
    """What a period found, one row each."""
    title = words.say("section_period_found")
    names = ("finding", "rule", "task", "step", "whose", "state", "follow_up")
    told = [finding_words(each, words) for each in items]
    rows = tuple(tuple(_kept(name, each[name]) for name in names) for each in told)
    table = Table(caption=title, columns=tuple(words.say(f"column_{name}") for name in names), rows=rows)
    return Section(
        key="findings",
        title=title,
        paragraphs=() if rows else (words.say("none_period_found"),),
        table=table if rows else None,
    )


def ended(items: Sequence[Mapping[str, Any]], how: str, words: Words) -> Iterator[str]:
    """What became of findings, a line each; a correction says in full whose it is now, or what is missing."""
    told = items if how == "revised" else [{**each, "undetermined": None} for each in items]
    yield from findings.ended(told, how, words)


def _kept(name: str, text: str) -> Cell:
    """Ids stay whole, and the shortest words: seven columns of unbroken text are wider than a page."""
    return Cell(text=text, short=name in ("task", "follow_up") or width(text) <= WORD // 2)


def _cell(text: str) -> Cell:
    return Cell(text=text, short=width(text) <= WORD)


def _basis(figures: Mapping[str, Any], words: Words) -> Iterator[Basis]:
    for place, row in enumerate(figures["offices"]):
        for name in NAMES:
            figure = row["figures"][name]
            if figure["value"]:
                title = words.say(
                    "basis_of",
                    office=office_word(row["office"], words),
                    figure=figure_word(name, words),
                    count=figure["value"],
                )
                ids = figure["findings" if name in OF_FINDINGS else "tasks"]
                yield Basis(key=f"o{place + 1}-{name}", title=title, ids=tuple(shown(each) for each in ids))


def foot(figures: Mapping[str, Any], words: Words) -> Sequence[tuple[str, str]]:
    """On which leaves a report rests."""
    rules = " ".join(f"{shown(each['rule'])}@{each['version']}" for each in figures["rules"])
    return (
        (words.say("foot_as_of"), words.instant(figures["as_of"], "long")),
        (words.say("foot_zone"), shown(figures["zone"])),
        (words.say("foot_position"), words.say("leaves", count=figures["position"])),
        (words.say("foot_root"), shown(figures["root"])),
        (words.say("foot_rules"), rules),
    )
