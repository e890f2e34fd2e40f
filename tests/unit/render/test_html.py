"""The page stands by itself, shows people's text and never executes it, and can be followed down."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.unit.report.hand import HOUR, SLOT, busy, facts, found, step
from zeroerror.render import daily_html
from zeroerror.report.daily import figures
from zeroerror.text import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
#: What would act if it were not escaped, in a place where a value stands in a page or in a drawing.
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;\u202egnp.exe\x1b[31m]]>--></style>"


class Page(HTMLParser):
    """The elements of a page, its text, and every attribute."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, *names: str) -> list[str]:
        """The values of these attributes."""
        return [value or "" for name, value in self.attributes if name in names]


def hostile() -> Any:
    """Figures with something evil in every text that people or their files have given."""
    given: dict[str, Any] = {
        "title": EVIL,
        "workflow_title": EVIL,
        "office": EVIL,
        "office_title": EVIL,
        "step_title": EVIL,
        "post": EVIL,
        "waits_for": EVIL,
    }
    late = {"light": "overdue", "due_at": SLOT - HOUR}
    stop = {"start": "2026-11-24T02:00:00.000000Z", "end": None, "waits_for": EVIL}
    items = (
        found("F-1", EVIL, title=EVIL, workflow_title=EVIL, office=EVIL, step_title=EVIL, follow_up=EVIL,
              posts=((EVIL, "direct", "own"),), trace={"stops": [stop]}),
    )  # fmt: skip
    return figures(
        replace(
            facts(offices=((EVIL, EVIL),)),
            institution=EVIL,
            steps=(
                step(EVIL, **given, **late),
                *(
                    step(f"BW-{n}{EVIL}", **given, owner_kind=kind)
                    for n, kind in enumerate(("desk", "desk", "outside"))
                ),
                step(f"BH-{EVIL}", **given, clock="stopped", stopped_at=SLOT - HOUR),
            ),
            found=items,
            open_findings=(replace(items[0], id="F-2"),),
            cured=items,
            withdrawn=items,
            voided=items,
            revised=items,
        )
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_people_text_is_shown_and_never_executed(lang: Language) -> None:
    text = daily_html(hostile(), lang)
    page = Page(text)
    assert not {"script", "img", "iframe", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "alert(1)" in page.text
    assert "\u202e" not in text
    assert "\x1b" not in text
    plain = daily_html(figures(facts()), lang)
    assert set(page.tags) - set(Page(daily_html(figures(busy()), lang)).tags) == set()
    assert text.count("</style>") == plain.count("</style>") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_fetches_nothing_and_runs_nothing(lang: Language) -> None:
    text = daily_html(figures(busy()), lang)
    page = Page(text)
    assert all(value.startswith("#") for value in page.values("href", "xlink:href"))
    assert page.values("src", "srcset", "data", "action", "background") == []
    assert not {"script", "link", "iframe", "img", "object", "embed", "base"} & set(page.tags)
    assert not re.search(r"url\(\s*['\"]?(?!#)", text)
    assert not re.search(r"@import|@font-face", text)
    # The names of SVG's namespaces are no addresses that anybody asks.
    assert set(re.findall(r"https?://[^\"'\s<]+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_leads_to_the_ids_it_counts(lang: Language) -> None:
    told = figures(busy())
    page = Page(daily_html(told, lang))
    ids = set(page.values("id"))
    links = [value[1:] for value in page.values("href")]
    assert links and set(links) <= ids
    for row in told["offices"]:
        for figure in row["figures"].values():
            for each in figure.get("findings") or figure["tasks"]:
                assert each in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_id_stands_twice(lang: Language) -> None:
    ids = Page(daily_html(figures(busy()), lang)).values("id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_figures_give_the_same_bytes(lang: Language) -> None:
    assert daily_html(figures(busy()), lang) == daily_html(figures(busy()), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_code_is_left_without_words(lang: Language) -> None:
    page = Page(daily_html(figures(busy()), lang))
    assert re.findall(r"\b(?:report|rule|attribution|audit)\.[a-z_]+", page.text) == []


def test_a_sandbox_says_so_and_a_real_house_does_not() -> None:
    assert "演示" in daily_html(figures(busy()), "zh")
    assert "演示" not in daily_html(figures(facts()), "zh")
    assert "SIMULATION" in daily_html(figures(busy()), "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_position_and_root_stand_at_the_foot(lang: Language) -> None:
    text = daily_html(figures(busy()), lang)
    foot = Page(text[text.index("<footer>") :]).text
    assert "ab" * 32 in foot
    assert "40" in foot


def test_what_the_databases_can_do_is_said_plainly() -> None:
    page = Page(daily_html(figures(facts()), "zh"))
    assert "不能事先防止" in page.text
    assert "能够防止改动已有记录" in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_title_stands_there_only_where_everybody_may_read_it(lang: Language) -> None:
    late = {"light": "overdue", "due_at": SLOT - HOUR, "workflow_title": "办会"}
    steps = (step("BH-1", title="协商会", **late), step("BH-2", title=None, **late))
    page = Page(daily_html(figures(facts(steps=steps)), lang))
    assert page.text.count("协商会") == 1
    assert page.text.count("办会") == 2
