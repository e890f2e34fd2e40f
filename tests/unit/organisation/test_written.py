"""The organisation in leaves and in files."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.organisation.people import cover, doc, leave, local, people
from zeroerror.definition.strict_yaml import plain, read
from zeroerror.model.organisation import (
    NEVER_ENDS,
    Duty,
    Organisation,
    check_organisation,
    organisation_from_json,
    organisation_from_plain,
    organisation_to_json,
)

ROOT = Path(__file__).parents[3]


def full() -> Organisation:
    return (
        people()
        .with_leave(leave("yang", "2026-03-01", "2026-03-05"))
        .with_cover(cover("yang", "wu", "2026-03-01", "2026-03-05", told="2026-01-05 09:30"))
        .with_cover(cover("long", "zhang", "2026-03-01", "2026-03-05", accepted=None))
    )


def test_the_form_in_leaves_gives_the_same_organisation_back() -> None:
    form = organisation_to_json(full())
    assert organisation_to_json(organisation_from_json(json.loads(json.dumps(form)))) == form
    back = organisation_from_json(form)
    for name in ("offices", "roles", "persons", "posts", "supervisions", "duties", "leaves", "covers"):
        assert set(getattr(back, name)) == set(getattr(full(), name)), name


def test_equal_organisations_have_equal_forms_in_whatever_order() -> None:
    org, shuffled = full(), {}
    for name in ("offices", "roles", "persons", "posts", "supervisions", "duties", "leaves", "covers"):
        items = list(getattr(org, name))
        random.Random(7).shuffle(items)
        shuffled[name] = tuple(items)
    assert organisation_to_json(Organisation(**shuffled)) == organisation_to_json(org)


def test_the_form_in_leaves_holds_strings_booleans_and_integers_only() -> None:
    def scalars(value: Any) -> Any:
        if isinstance(value, dict):
            assert all(key.isascii() for key in value)
            return [each for item in value.values() for each in scalars(item)]
        if isinstance(value, list):
            return [each for item in value for each in scalars(item)]
        return [value]

    assert {type(each) for each in scalars(organisation_to_json(full()))} == {str, bool, int}


def test_names_are_sealed_and_stand_nowhere_else() -> None:
    assert "王丽" not in json.dumps(organisation_to_json(replace(people(), persons=())), ensure_ascii=False)
    sealed: list[str] = []
    organisation_from_plain(doc(), lambda name: sealed.append(name) or f"#{len(sealed)}")
    assert sealed.count("王丽") == 2


def test_what_lasts_until_a_day_still_holds_on_it() -> None:
    given: Any = doc()
    given["duties"].append(
        {"office": "经济委", "scope": "起草", "a": "qin", "since": "2026-01-01", "until": "2026-01-31"}
    )
    found, _ = organisation_from_plain(given, str)
    assert found is not None
    assert found.division("经济委", ("起草",), local("2026-01-31 23:59")) is not None
    assert found.division("经济委", ("起草",), local("2026-02-01")) is None
    assert found.division("经济委", ("起草",), local("2025-12-31 23:59")) is None
    duty = found.division("提案委", ("起草",), local("2026-01-31"))
    assert duty is not None and duty.until == NEVER_ENDS


BROKEN: list[tuple[str, Any, str]] = [
    ("offices", {"id": "研究室"}, "organisation.key_missing"),
    ("offices", {"id": "研究室", "title": "研究室", "generall": "true"}, "organisation.unknown_key"),
    ("offices", {"id": "研究室", "title": "研究室", "general": "yes"}, "organisation.not_yes_or_no"),
    ("offices", {"id": "研究室", "title": ["a"]}, "organisation.not_a_text"),
    ("offices", {"id": "研究室", "title": " "}, "organisation.not_a_text"),
    ("offices", "研究室", "organisation.not_a_mapping"),
    ("offices", {"id": "提案委", "title": "又一个"}, "organisation.id_twice"),
    ("offices", {"id": "研究室", "title": "研究室", "general": "true"}, "organisation.one_general_office"),
    ("roles", {"id": "顾问", "rank": "0"}, "organisation.bad_rank"),
    ("roles", {"id": "顾问", "rank": "３"}, "organisation.bad_rank"),
    ("roles", {"id": "顾问", "rank": "3", "entitlements": "leader"}, "organisation.not_a_list"),
    ("roles", {"id": "顾问", "rank": "3", "entitlements": ["boss"]}, "organisation.unknown_entitlement"),
    ("persons", {"id": "张慧", "name": "张慧"}, "organisation.bad_person_id"),
    ("persons", {"id": "machine", "name": "张慧"}, "organisation.bad_person_id"),
    ("persons", {"id": "yang", "name": "杨燕"}, "organisation.id_twice"),
    ("posts", {"person": "nobody", "role": "主席"}, "organisation.unknown_person"),
    ("posts", {"person": "yang", "role": "顾问"}, "organisation.unknown_role"),
    ("posts", {"person": "yang", "role": "主任", "office": "研究室"}, "organisation.unknown_office"),
    ("posts", {"person": "yang", "role": "工作人员", "office": "提案委"}, "organisation.post_twice"),
    ("posts", {"person": "deng", "role": "安全管理员"}, "organisation.two_administrators_in_one"),
    ("posts", {"person": "yang", "role": "主席", "since": "2026-02-30"}, "organisation.bad_day"),
    ("posts", {"person": "yang", "role": "主席", "since": "20260201"}, "organisation.bad_day"),
    (
        "posts",
        {"person": "yang", "role": "主席", "until": "2023-06-30"},
        "organisation.ends_before_it_begins",
    ),
    ("supervisions", {"person": "zhou", "office": "提案委"}, "organisation.supervised_twice"),
    ("duties", {"office": "提案委", "scope": "承办", "a": "wu", "b": "wu"}, "organisation.covers_himself"),
    ("duties", {"office": "提案委", "scope": "起草", "a": "wu"}, "organisation.duty_twice"),
    ("duties", {"office": "提案委", "scope": "承办", "a": "wang"}, "organisation.unknown_person"),
]


@pytest.mark.parametrize(
    ("name", "entry", "code"), BROKEN, ids=[f"{n}:{c}:{i}" for i, (n, _, c) in enumerate(BROKEN)]
)
def test_a_file_with_an_error_gives_no_organisation_and_says_where(name: str, entry: Any, code: str) -> None:
    given: Any = doc()
    given[name].append(entry)
    found, problems = organisation_from_plain(given, str)
    assert found is None
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [problem.code for problem in errors] == [code]
    assert (errors[0].where or "").startswith(name if "administrators" not in code else "posts")


WARNED: list[tuple[str, Any, str]] = [
    ("duties", {"office": "提案委", "scope": "承办", "a": "wu"}, "organisation.nobody_covers"),
    (
        "duties",
        {"office": "经济委", "scope": "承办", "a": "wu", "b": "qin"},
        "organisation.duty_of_nobody_here",
    ),
    ("posts", {"person": "long", "role": "主任", "office": "提案委"}, "organisation.two_directors"),
    ("offices", {"id": "研究室", "title": "研究室"}, "organisation.nobody_directs"),
    ("offices", {"id": "研究室", "title": "研究室"}, "organisation.nobody_supervises"),
]


@pytest.mark.parametrize(("name", "entry", "code"), WARNED, ids=[code for _, _, code in WARNED])
def test_a_small_staff_is_told_and_let_pass(name: str, entry: Any, code: str) -> None:
    given: Any = doc()
    given[name].append(entry)
    found, problems = organisation_from_plain(given, str)
    assert found is not None
    assert code in [problem.code for problem in problems]
    assert {problem.severity for problem in problems} == {"warning"}


def test_a_duty_may_be_covered_from_another_office() -> None:
    given: Any = doc()
    given["duties"].append({"office": "经济委", "scope": "承办", "a": "qin", "b": "wu"})
    assert organisation_from_plain(given, str)[1] == []


@pytest.mark.parametrize("given", [None, "text", [], {"office": []}, {"offices": {}}])
def test_what_is_no_organisation_is_refused_with_words(given: Any) -> None:
    found, problems = organisation_from_plain(given, str)
    assert found is None and problems


def test_an_institution_without_its_three_administrators_is_refused() -> None:
    given: Any = doc()
    given["posts"] = [post for post in given["posts"] if post["role"] != "安全审计员"]
    found, problems = organisation_from_plain(given, str)
    assert found is None
    assert [(each.code, each.params) for each in problems] == [
        ("organisation.no_administrator", {"entitlement": "auditor"})
    ]


def test_administrators_may_succeed_one_another() -> None:
    ended = people().without_post("deng", None, "系统管理员", local("2026-01-01"))
    after = ended.with_post("deng", None, "安全审计员", local("2026-01-01"))
    assert check_organisation(after.with_post("yao", None, "系统管理员", local("2026-01-01"))) == []


def shipped() -> tuple[Organisation, Any]:
    tree = read((ROOT / "config" / "institution.yaml").read_bytes(), "institution.yaml")
    assert tree.node is not None, tree.problems
    given = plain(tree.node)
    found, problems = organisation_from_plain(given, str, where=tree.where)
    assert found is not None and problems == []
    return found, given


def test_the_shipped_institution_is_what_the_design_asks_for() -> None:
    org, given = shipped()
    at = local("2026-03-02 09:00")
    names = [each["name"] for each in given["persons"]]
    assert len(names) - len(set(names)) == 1
    assert len(org.offices) == 7
    assert any(not org.entitled(each, "party_group", at) for each in org.all_entitled("leader", at))
    assert all(org.entitled(each, "party_group", at) for each in org.supervisors(at))
    assert all(org.director(office.id, at) and org.deputies(office.id, at) for office in org.offices)


def owed_steps(definition: Any) -> Iterator[Any]:
    """Every step that somebody owes; a step with regions is owed by nobody, those within it are."""
    for step in definition["steps"].values():
        if "regions" in step:
            for region in step["regions"].values():
                yield from owed_steps(region)
        else:
            yield step


def test_every_duty_that_shipped_definitions_name_is_given_to_two_persons() -> None:
    org, _ = shipped()
    at, asked = local("2026-03-02 09:00"), set[tuple[str, str]]()
    every = [office.id for office in org.offices]
    for path in (ROOT / "workflows").rglob("*.yaml"):
        tree = read(path.read_bytes(), path.name)
        assert tree.node is not None, tree.problems
        definition: Any = plain(tree.node)
        # Who countersigns or votes is named by the step itself.
        owners = [step["owner"] for step in owed_steps(definition) if "owner" in step]
        for owner in (each.get("urged_by", each) for each in owners):
            if "duty" in owner:
                asked |= {
                    (office, owner["duty"]) for office in ([owner["office"]] if "office" in owner else every)
                }
    assert len(asked) > 20
    for office, duty in sorted(asked):
        found = org.division(office, (duty,), at)
        assert found is not None and found.b is not None, (office, duty)


def test_a_cover_or_leave_of_somebody_unknown_is_an_error() -> None:
    org = people().with_leave(leave("nobody", "2026-03-01", "2026-03-05"))
    org = org.with_cover(cover("yang", "stranger", "2026-03-01", "2026-03-05"))
    assert [each.params["id"] for each in check_organisation(org)] == ["nobody", "stranger"]


def test_a_supervisor_without_any_post_is_an_error() -> None:
    given: Any = doc()
    given["posts"] = [post for post in given["posts"] if post["person"] != "li"]
    _, problems = organisation_from_plain(given, str)
    assert {each.code for each in problems} == {"organisation.supervisor_without_post"}


def test_two_lines_of_one_duty_that_follow_each_other_are_no_fault() -> None:
    change = local("2026-02-01")
    org = people()
    first = next(each for each in org.duties if each.label == "提案委/起草")
    duties = tuple(replace(each, until=change) if each == first else each for each in org.duties)
    after = replace(org, duties=(*duties, Duty("提案委", "起草", "wu", "yang", change)))
    assert check_organisation(after) == []
    found = after.division("提案委", ("起草",), change)
    assert found is not None and found.a == "wu"
