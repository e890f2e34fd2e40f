"""The daily report put into words, in the order in which it is read: the whole, the offices, the items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zeroerror.render.columns import WORD, width
from zeroerror.render.document import Basis, Cell, Document, Section, Table
from zeroerror.render.findings import ended, entries, summary
from zeroerror.render.urging import corrections, notices
from zeroerror.render.words import Words
from zeroerror.report.counting import STANDINGS
from zeroerror.text import Language, shown

#: The figures of the offices' table, in reading order: how what is open stands, then what the audit did.
COLUMNS = ("open", *STANDINGS, "found", "failed", "followed_up")
#: Further figures that are told with what they count.
BESIDE = ("open_findings", "cured", "withdrawn", "closed")
#: The sentences with which the second paragraph begins.
_AUDIT_BEGINS = ("report.says_found", "report.says_nothing_found")
_TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}
#: What the ledger can show and what it cannot, said plainly in every report.
_SAID_PLAINLY = ("plain_leads", "plain_detects", "plain_prevents", "plain_rewrites", "plain_recheck")


def daily(figures: Mapping[str, Any], lang: Language) -> Document:
    """The daily report of these figures in one language."""
    words = Words(lang, figures["as_of"])
    return Document(
        language=_TAGS[lang],
        institution=shown(figures["institution"]),
        title=words.say("daily_title"),
        subtitle=_subtitle(figures, words),
        banner=words.say("simulated") if figures["simulated"] else None,
        sections=tuple(_sections(figures, words)),
        basis_title=words.say("basis_title"),
        basis=tuple(_basis(figures, words)),
        foot=tuple(_foot(figures, words)),
    )


def _subtitle(figures: Mapping[str, Any], words: Words) -> str:
    if figures["slot"] is None:
        return words.say("subtitle_no_slot", at=words.instant(figures["as_of"], "long"))
    return words.say("subtitle", at=words.instant(figures["slot"], "long"))


def _sections(figures: Mapping[str, Any], words: Words) -> Sequence[Section]:
    lists = figures["lists"]
    return (
        Section(
            key="summary",
            title=words.say("section_summary"),
            paragraphs=tuple(_read_aloud(figures["headline"], words)),
            notes=(words.say("note_leads"),),
        ),
        Section(
            key="offices",
            title=words.say("section_offices"),
            table=_offices(figures, words),
            notes=(words.say("note_counted_once"), words.say("note_follow_down")),
        ),
        steps("overdue", lists["overdue"], words, late=True),
        steps("due", lists["due"], words),
        steps("waiting", (*lists["at_desk"], *lists["outside"], *lists["stopped"]), words, held=True),
        Section(
            key="findings",
            title=words.say("section_findings"),
            paragraphs=() if lists["findings"] else (words.say("none_findings"),),
            entries=tuple(entries(lists["findings"], figures["zone"], words)),
        ),
        *_reminders(figures, words),
        _open_findings(lists, words),
        follow_ups(lists["follow_ups"], words),
        notices(lists["notices"], words),
        _ended(lists, words),
        corrections(lists["corrections"], words),
        Section(
            key="plainly",
            title=words.say("section_plainly"),
            paragraphs=tuple(words.say(code) for code in _SAID_PLAINLY),
        ),
    )


def _read_aloud(headline: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    """Two paragraphs: how things stand, and what this audit did."""
    audit = next(n for n, each in enumerate(headline) if each["code"] in _AUDIT_BEGINS)
    for part in (headline[:audit], headline[audit:]):
        yield words.gap.join(words.sentence(each) for each in part)


def _offices(figures: Mapping[str, Any], words: Words) -> Table:
    rows = [
        _row(index, office(row["office"], words), row["figures"])
        for index, row in enumerate(figures["offices"])
    ]
    total = (
        Cell(text=words.say("total")),
        *(_number(figures["totals"][name]["value"], None, name == "overdue") for name in COLUMNS),
    )
    return Table(
        caption=words.say("caption_offices"),
        columns=(words.say("column_office"), *(words.say(f"figure_{name}") for name in COLUMNS)),
        rows=(*rows, total),
        total=True,
    )


def office(id: str | None, words: Words) -> str:
    """An office in a table, by its short name, which posts have too."""
    return words.say("no_office") if id is None else shown(id)


def _row(index: int, title: str, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    cells = [_number(row[name]["value"], basis_key(index, name), name == "overdue") for name in COLUMNS]
    return (Cell(text=title), *cells)


def _number(value: int, basis: str | None, marks: bool) -> Cell:
    return Cell(text=str(value), number=True, strong=marks and value > 0, basis=basis if value else None)


def basis_key(index: int, name: str) -> str:
    """The key of a figure's basis: the office's place in the table, and the figure."""
    return f"o{index + 1}-{name}"


def _basis(figures: Mapping[str, Any], words: Words) -> Sequence[Basis]:
    """What each office's figures count; a total counts what its offices count."""
    return [
        Basis(
            key=basis_key(index, name),
            title=words.say(
                "basis_of",
                office=office(row["office"], words),
                figure=words.say(f"figure_{name}"),
                count=row["figures"][name]["value"],
            ),
            ids=tuple(shown(each) for each in _counted(row["figures"][name])),
        )
        for index, row in enumerate(figures["offices"])
        for name in (*COLUMNS, *BESIDE)
        if row["figures"][name]["value"]
    ]


def _counted(figure: Mapping[str, Any]) -> Sequence[str]:
    found: Sequence[str] = figure.get("findings") or figure["tasks"]
    return found


def steps(
    key: str, items: Sequence[Mapping[str, Any]], words: Words, *, late: bool = False, held: bool = False
) -> Section:
    """Open steps, told with what makes them worth telling: how late, how long held, or what is due."""
    last = "column_late" if late else "column_held" if held else "column_light"
    names = ("column_task", "column_title", "column_step", "column_post", "column_due", last)
    rows = tuple(_step_row(each, words, late=late, held=held) for each in items)
    notes = [words.say("note_natural_time")] if rows and (late or held) else []
    if key == "overdue" and any(each["hidden"] for each in items):
        notes.append(words.say("note_titles"))
    if any(each["provisional"] for each in items):
        notes.append(words.say("note_provisional"))
    return Section(
        key=key,
        title=words.say(f"section_{key}"),
        paragraphs=() if rows else (words.say(f"none_{key}"),),
        table=Table(
            caption=words.say(f"section_{key}"), columns=tuple(words.say(name) for name in names), rows=rows
        )
        if rows
        else None,
        notes=tuple(notes),
    )


def _step_row(item: Mapping[str, Any], words: Words, *, late: bool, held: bool) -> tuple[Cell, ...]:
    due = words.instant(item["pressing_at"] if not held else item["due_at"])
    due += words.say("mark_whole") if item["whole"] and not held else ""
    due += words.say("mark_provisional") if item["provisional"] else ""
    if late:
        last = words.duration(item["late_minutes"])
    elif held:
        held_for = words.duration(item["held_minutes"])
        last = words.say(f"held_{_waits(item)}", held=held_for, waits_for=item["waits_for"])
    else:
        last = words.say(f"light_{'today' if item['task_light'] == 'today' else item['light']}")
    step = shown(item["step_title"])
    texts = (shown(item["task"]), words.title(item), step, _owes(item, words), due, last)
    return tuple(cell(each) for each in texts)


def cell(text: str) -> Cell:
    """A cell that is not broken where it is a word."""
    return Cell(text=text, short=width(text) <= WORD)


def _waits(item: Mapping[str, Any]) -> str:
    return item["owner_kind"] if item["owner_kind"] in ("desk", "outside") else "stopped"


def _owes(item: Mapping[str, Any], words: Words) -> str:
    if item["owner_kind"] == "outside":
        return words.say("outside_body", name=item["waits_for"])
    return words.post(item["post"])


def _reminders(figures: Mapping[str, Any], words: Words) -> Iterator[Section]:
    """What is told to be arranged and counts nowhere; without any there is no such section."""
    items = figures["lists"]["reminders"]
    if items:
        yield Section(
            key="reminders",
            title=words.say("section_reminders"),
            entries=tuple(entries(items, figures["zone"], words)),
            notes=(words.say("note_reminders"),),
        )


def _open_findings(lists: Mapping[str, Sequence[Mapping[str, Any]]], words: Words) -> Section:
    """What was found before and is still open; what is new has been told in full."""
    new = {each["id"] for each in lists["findings"]}
    names = (
        "column_finding",
        "column_rule",
        "column_task",
        "column_step",
        "column_whose",
        "column_follow_up",
    )
    rows = tuple(
        tuple(cell(text) for text in summary(each, words))
        for each in lists["open_findings"]
        if each["id"] not in new
    )
    title = words.say("section_open_findings")
    table = Table(caption=title, columns=tuple(words.say(name) for name in names), rows=rows)
    return Section(
        key="open_findings",
        title=title,
        paragraphs=() if rows else (words.say("none_open_findings"),),
        table=table if rows else None,
    )


def follow_ups(items: Sequence[Mapping[str, Any]], words: Words) -> Section:
    """The open tasks that follow something up."""
    names = ("column_task", "column_cause", "column_post", "column_due", "column_light")
    rows = tuple(
        tuple(
            cell(text)
            for text in (
                shown(each["task"]),
                words.say("no_task") if each["finding"] is None else shown(each["finding"]),
                words.post(each["post"]),
                words.instant(each["due_at"]),
                words.say(f"light_{each['light']}"),
            )
        )
        for each in items
    )
    title = words.say("section_follow_ups")
    table = Table(caption=title, columns=tuple(words.say(name) for name in names), rows=rows)
    return Section(
        key="follow_ups",
        title=title,
        paragraphs=() if rows else (words.say("none_follow_ups"),),
        table=table if rows else None,
    )


def _ended(lists: Mapping[str, Sequence[Mapping[str, Any]]], words: Words) -> Section:
    told = [
        line for how in ("cured", "withdrawn", "voided", "revised") for line in ended(lists[how], how, words)
    ]
    return Section(
        key="ended",
        title=words.say("section_ended"),
        paragraphs=tuple(told) if told else (words.say("none_ended"),),
    )


def _foot(figures: Mapping[str, Any], words: Words) -> Sequence[tuple[str, str]]:
    rules = " ".join(f"{shown(each['rule'])}@{each['version']}" for each in figures["rules"])
    missed, wrote = figures["lists"]["missed_slots"], figures["wrote"]
    own = () if wrote is None else ((words.say("foot_wrote"), words.say("wrote", **wrote)),)
    return (
        (words.say("foot_as_of"), words.instant(figures["as_of"], "long")),
        (words.say("foot_zone"), shown(figures["zone"])),
        (words.say("foot_position"), words.say("leaves", count=figures["position"])),
        (words.say("foot_root"), shown(figures["root"])),
        *own,
        (words.say("foot_rules"), rules),
        *((words.say("foot_missed"), words.instant(each)) for each in missed),
    )
