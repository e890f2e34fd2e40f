"""Slips and the supervisor's page as sheets of paper: one page an office, cut lines between persons, room to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Template

from zeroerror.model.value import dataclass
from zeroerror.render.columns import wrap
from zeroerror.render.document import Cell, Table
from zeroerror.render.html import environment
from zeroerror.render.periodic import TAGS
from zeroerror.render.terminal import drawn_table
from zeroerror.render.words import Words
from zeroerror.text import Language, shown

#: Numbers of an office that say how it stands; the others say what the week brought.
STANDING = ("open", "overdue", "due_today", "due_soon", "at_desk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line that is somebody's: what it is, why it is his, what he may tick, where he may write."""

    head: str
    lines: tuple[str, ...] = ()
    #: What may be ticked; empty where nothing is done on paper.
    boxes: tuple[str, ...] = ()
    #: Labels, each with room behind it.
    write: tuple[str, ...] = ()
    #: What a clerk types to enter it.
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Items under one heading."""

    title: str
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is cut off and handed to one person."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is printed on a sheet of its own."""

    title: str
    when: str
    slips: tuple[Slip, ...]
    notes: tuple[str, ...]


def html(pages: Sequence[Page], figures: Mapping[str, Any], lang: Language) -> str:
    """The pages for A4; nothing is fetched, and the same figures give the same bytes."""
    words = Words(lang, figures["as_of"])
    banner = words.say("simulated") if figures["simulated"] else None
    foot = words.of("slip.foot", position=figures["position"], root=figures["root"])
    return _template().render(
        pages=pages,
        language=TAGS[lang],
        house=shown(figures["institution"]),
        banner=banner,
        foot=foot,
        cut=words.of("slip.cut"),
        clerk=words.of("slip.clerk"),
    )


def plain(pages: Sequence[Page], figures: Mapping[str, Any], lang: Language, columns: int) -> str:
    """The pages as lines of at most so many columns."""
    words = Words(lang, figures["as_of"])
    lines: list[str] = []
    for page in pages:
        lines += [
            *wrap(shown(figures["institution"]), columns),
            *wrap(page.title, columns),
            *wrap(page.when, columns),
        ]
        lines += wrap(words.say("simulated"), columns) if figures["simulated"] else []
        lines.append("=" * columns)
        for place, slip in enumerate(page.slips):
            lines += ["- " * (columns // 2)] if place else []
            lines += _slip(slip, columns)
        for note in page.notes:
            lines += wrap(note, columns, first="  * ", rest="    ")
        lines.append("")
    lines += wrap(words.of("slip.foot", position=figures["position"], root=figures["root"]), columns)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _slip(slip: Slip, columns: int) -> Iterator[str]:
    yield from wrap(slip.title, columns)
    for part in slip.parts:
        yield from wrap(part.title, columns)
        if part.table is not None:
            yield from drawn_table(part.table, columns)
        for item in part.items:
            yield from wrap(item.head, columns, first="  ", rest="     ")
            for text in (*item.lines, *item.boxes):
                yield from wrap(text, columns, first="     ", rest="     ")
            for label in item.write:
                yield "     " + label + "_" * max(4, columns - 30)
            for command in item.commands:
                yield from wrap(command, columns, first="     > ", rest="       ")
        for note in part.notes:
            yield from wrap(note, columns, first="  * ", rest="    ")


@lru_cache(maxsize=1)
def _template() -> Template:
    return environment().get_template("slips.html.j2")


def slip_pages(figures: Mapping[str, Any], lang: Language) -> tuple[Page, ...]:
    """The morning slips, a page an office."""
    words = Words(lang, figures["as_of"])
    when = words.of("slip.when", at=words.instant(figures["as_of"], "long"))
    pages = []
    for page in figures["pages"]:
        free = words.comma.join(shown(each["name"]) for each in page["free"])
        notes = [words.of("slip.free", names=free)] if free else []
        made = tuple(
            Slip(title=_title(slip, words), parts=tuple(slip_parts(slip, words))) for slip in page["slips"]
        )
        notes += [words.of("slip.note_record")] if made else [words.of("slip.nothing")]
        title = words.of("slip.title", office=page["title"])
        pages.append(Page(title=title, when=when, slips=made, notes=tuple(notes)))
    return tuple(pages)


def supervisor_pages(figures: Mapping[str, Any], lang: Language) -> tuple[Page, ...]:
    """The supervisor's page: his offices, what awaits him, what is late, and room for what he orders."""
    words, slip = Words(lang, figures["as_of"]), figures["slip"]
    parts = (
        Part(title=words.of("slip.part_offices"), table=_offices(figures["offices"], words)),
        *slip_parts(slip, words, writes=True),
        _late(figures["overdue"], slip["person"], words),
        Part(
            title=words.of("slip.part_orders"),
            items=tuple(_order(n, words) for n in (1, 2, 3)),
            notes=(words.of("slip.note_orders"),),
        ),
    )
    when = words.of("slip.when_week", period=figures["period"], at=words.instant(figures["as_of"], "long"))
    title = words.of("slip.title_supervisor", name=slip["name"])
    return (Page(title=title, when=when, slips=(Slip(title=_title(slip, words), parts=parts),), notes=()),)


def _order(number: int, words: Words) -> Item:
    room = (words.of("slip.write_order"), words.of("slip.write_whom"))
    return Item(head=words.of("slip.order", number=number), write=room)


def _title(slip: Mapping[str, Any], words: Words) -> str:
    return words.of("slip.person", name=slip["name"], post=words.post(slip["post"]))


def slip_parts(slip: Mapping[str, Any], words: Words, *, writes: bool = False) -> Iterator[Part]:
    """What one person has before him, most urgent first."""
    owed = tuple(_item(n, each, words, writes=writes) for n, each in enumerate(slip["owed"], 1))
    title = words.of("slip.part_awaits" if writes else "slip.part_owed", count=len(owed))
    yield Part(title=title, items=owed, notes=() if owed else (words.of("slip.none_owed"),))
    if slip["notices"]:
        items = tuple(_notice(n, each, words) for n, each in enumerate(slip["notices"], 1))
        title = words.of("slip.part_notices", count=len(items))
        yield Part(title=title, items=items, notes=(words.of("slip.note_notices"),))
    if slip["decisions"]:
        items = tuple(_decision(n, each, words) for n, each in enumerate(slip["decisions"], 1))
        title = words.of("slip.part_decisions", count=len(items))
        yield Part(title=title, items=items, notes=(words.of("slip.note_decisions"),))
    if slip["waiting"]:
        items = tuple(_waiting(n, each, words) for n, each in enumerate(slip["waiting"], 1))
        yield Part(title=words.of("slip.part_waiting", count=len(items)), items=items)
    if slip["corrections"]:
        items = tuple(_correction(n, each, words) for n, each in enumerate(slip["corrections"], 1))
        yield Part(title=words.of("slip.part_corrections", count=len(items)), items=items)


def _item(number: int, line: Mapping[str, Any], words: Words, *, writes: bool) -> Item:
    # Who is handed a slip has little room on it: the codes stand in the boxes, and the command once a page.
    code = "slip.box" if writes else "slip.box_coded"
    boxes = tuple(
        words.of(code, action=shown(each["title"]), code=each["action"]) for each in line["actions"]
    )
    more = ("slip.write_opinion", "slip.write_signed") if writes else ("slip.write_signed",)
    return Item(
        head=_head(number, line, words),
        lines=(_why(line, words),),
        boxes=(words.gap.join([words.of("slip.number", short=line["short"]), *boxes]),) if boxes else (),
        write=tuple(words.of(code, short=line["short"]) for code in more) if boxes else (),
        commands=tuple(each["command"] for each in line["actions"]) if writes else (),
    )


def _head(number: int, line: Mapping[str, Any], words: Words) -> str:
    kind = shown(line["kind"])
    what = kind if line["title"] is None else words.say("kind_and_title", kind=kind, title=line["title"])
    told = {"task": line["id"], "what": what, "step": shown(line["step_title"])}
    return words.of("slip.head", number=number, **told)


def _why(line: Mapping[str, Any], words: Words) -> str:
    stopped = line["clock"] == "stopped"
    light = words.of("cli.clock_stopped") if stopped else words.say(f"light_{line['light']}")
    code = "own_delegated" if line["why"] == "own" and line["other"] else line["why"]
    why = words.of(f"cli.why_{code}", person=line["other"] or words.say("no_task"))
    return words.of("slip.why", light=light, due=words.instant(line["due_at"]), why=why)


def _waiting(number: int, line: Mapping[str, Any], words: Words) -> Item:
    return Item(head=_head(number, line, words), lines=(_why(line, words),))


def _notice(number: int, each: Mapping[str, Any], words: Words) -> Item:
    level = words.of(f"cli.level_{each['level']}")
    told = {"id": each["id"], "task": each["task"], "finding": each["finding"]}
    head = words.of("slip.notice", number=number, level=level, at=words.instant(each["given_at"]), **told)
    return Item(head=head, write=(words.of("slip.write_answer"),), commands=(each["command"],))


def _decision(number: int, each: Mapping[str, Any], words: Words) -> Item:
    told = {"act": words.of(f"cli.act_{each['kind']}"), "by": shown(each["proposer_name"])}
    head = words.of(
        "slip.decision", number=number, about=_about(each, words), at=words.instant(each["asked_at"]), **told
    )
    return Item(head=head, commands=(each["command"],))


def _about(each: Mapping[str, Any], words: Words) -> str:
    """What is proposed: of leave and cover who, from when until when; else what it is about by its id or names."""
    person, by = each["person"], each["by"]
    if person is not None and each["since"] is not None:
        code = "until" if each["until"] is not None else "since"
        when = words.of(
            f"slip.{code}", since=words.instant(each["since"]), until=words.instant(each["until"])
        )
        kind = "leave" if by is None else "cover"
        post = words.comma.join(shown(each[name]) for name in ("office", "role") if each[name])
        who = shown(person) if not post else words.of("slip.post_of", person=person, post=post)
        return words.of(f"slip.about_{kind}", person=who, by=by, when=when)
    parts = [each["about"], person, *(each[name] for name in ("office", "role")), *each["names"]]
    told = words.comma.join(shown(part) for part in parts if part)
    return words.of("slip.about_list", count=each["acts"]) if each["acts"] else told or words.say("no_task")


def _correction(number: int, each: Mapping[str, Any], words: Words) -> Item:
    told = {"finding": each["id"], "at": words.instant(each["sent_at"])}
    task = words.say("no_task") if each["task"] is None else shown(each["task"])
    rule = words.of(f"rule.{each['rule']}.title")
    text = words.of(f"cli.correction_{each['why']}", task=task, rule=rule, **told)
    return Item(head=words.of("slip.correction", number=number, text=text))


def _offices(rows: Sequence[Mapping[str, Any]], words: Words) -> Table:
    names = list(rows[0]["figures"])
    columns = (words.say("column_office"), *(words.of(code_of(name)) for name in names))
    cells = tuple(
        (
            Cell(text=shown(row["office"])),
            *(Cell(text=str(row["figures"][name]["value"]), number=True) for name in names),
        )
        for row in rows
    )
    return Table(caption=words.of("slip.part_offices"), columns=columns, rows=cells)


def code_of(name: str) -> str:
    """The code of the word for a number of an office: how it stands, or what a period brought."""
    return f"report.figure_{name}" if name in STANDING else f"report.period_{name}"


def _late(items: Sequence[Mapping[str, Any]], person: str, words: Words) -> Part:
    made = tuple(
        Item(
            head=words.of(
                "slip.late",
                number=n,
                task=each["task"],
                what=words.title(each),
                step=shown(each["step_title"]),
                post=words.post(each["post"]),
                late=words.duration(each["late_minutes"]),
            ),
            write=(words.of("slip.write_opinion", short=each["task"]),),
            commands=(_remark(each["task"], person),),
        )
        for n, each in enumerate(items, 1)
    )
    none = () if made else (words.say("none_overdue"),)
    return Part(title=words.of("slip.part_late", count=len(made)), items=made, notes=none)


def _remark(task: str, person: str) -> str:
    """The command by which a clerk records what somebody wrote about a task, as his."""
    paper = f"--paper-of {person} --signed-at ____ --attach ____"
    return f"zeroerror task note {task} ____ {paper}"
