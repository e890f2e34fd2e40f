"""Whose a finding is, and how it ends: each row of the table and each end, told as a story at the command line.

A line of a story is a day and a time of November 2026, who is at the keyboard, and what he calls; `同意` confirms
the one proposal that waits for him, `{task}` and `{finding}` stand for the ids. The 23rd is a Monday. In 提案委
杨燕 drafts (A角) and 吴小梅 covers (B角), 张慧 directs, 李志远 supervises, and 周建明 is the secretary above him.
The last line of `whose` is what must be said: who, in what degree, in what capacity; or 待明确 and what is missing.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import Home
from tests.acceptance.office import PASSPHRASE, Office
from tests.service.test_imports import HEADER, MAPPING
from tests.service.test_imports import WORKFLOW as OLD_LEDGER

PEOPLE = {
    "杨燕": "yangyan",
    "吴小梅": "wuxiaomei",
    "张慧": "zhanghui",
    "龙海": "longhai",
    "李志远": "lizhiyuan",
    "杨秀兰": "yangxiulan",
    "周建明": "zhoujianming",
    "唐敏": "tangmin",
    "罗强": "luoqiang",
    "覃兰": "qinlan",
}
#: A matter with a date given from outside, and with a step that waits for another body.
ERRAND = """\
id: handling/errand
format: 1
title: 交办事项
basis: 样例，不是规定
family: handling
limit: {at: finish_by}
visible_to: [office, leaders, auditor]
fields:
  title:     {title: 事由, type: text, required: open}
  finish_by: {title: 限期, type: date, required: open, plain: true}
steps:
  handle:
    title: 承办
    owner: {duty: 起草}
    limit: 2wd
    actions:
      submit: {title: 送核, to: check}
      ask:    {title: 发函, to: reply}
  check:
    title: 核对
    owner: {post: 主任}
    limit: {at: finish_by}
    actions:
      pass: {title: 属实, end: done}
  reply:
    title: 对方回函
    owner: {outside: 县财政局, urged_by: {duty: 起草}}
    limit: 1wd
    actions:
      received: {title: 收到回函, end: done}
"""
NEW = "task new document/outgoing --title 通知 --set urgency=平件"
DATED = "task new handling/errand --title 报送材料 --set finish_by=2026-11-"


@dataclass(frozen=True)
class Story:
    """What happened, in which finding it ends, and whose that is."""

    name: str
    tells: str
    #: Rule and step.
    found: str
    whose: str
    #: The slot by which it has been found.
    slot: str = "26 08:30"
    #: What `why` says would have avoided it, among other things.
    avoided: tuple[str, ...] = ()


ROWS = (
    Story(
        "plain",
        f"23 09:00 杨燕 {NEW}",
        "step_overdue draft",
        "杨燕 direct own",
        avoided=(
            "杨燕 最迟 2026-11-25 17:30 办结“起草”",
            "杨燕 最迟 2026-11-24 17:30 为“起草”申请延期 1 个工作日，张慧 在到期前同意",
        ),
    ),
    Story(
        "came while A was away",
        f"""
        23 09:00 杨燕 org leave 杨燕 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        23 09:10 张慧 同意
        24 09:00 吴小梅 {NEW}
        """,
        "step_overdue draft",
        "吴小梅 direct cover",
        "27 08:30",
    ),
    Story(
        "handed over in time",
        f"""
        23 09:00 杨燕 {NEW}
        24 09:00 杨燕 task assign {{task}} 吴小梅
        """,
        "step_overdue draft",
        "吴小梅 direct own",
    ),
    Story(
        "handed over with less than a working day to go",
        f"""
        23 09:00 杨燕 {NEW}
        25 15:00 杨燕 task assign {{task}} 吴小梅
        """,
        "step_overdue draft",
        "待明确 short_time",
    ),
    Story(
        "transferred after it fell due: it is whose it was then",
        f"""
        23 09:00 杨燕 {NEW}
        26 08:10 杨燕 task assign {{task}} 吴小梅
        """,
        "step_overdue draft",
        "杨燕 direct own",
    ),
    Story(
        "moved to another office, and handed over before",
        f"""
        23 09:00 杨燕 {NEW}
        23 10:00 唐敏 org transfer 杨燕 --office 经济委 --role 工作人员 --since 2026-11-25T00:00
        23 10:10 罗强 同意
        24 09:00 杨燕 task assign {{task}} 吴小梅
        """,
        "step_overdue draft",
        "吴小梅 direct own",
    ),
    Story(
        "the due date had passed when it came, and an earlier step was late",
        f"""
        23 09:00 杨燕 {DATED}25
        26 09:00 杨燕 task advance {{task}} submit
        """,
        "step_overdue check",
        "杨燕 direct own",
        "26 17:00",
    ),
    Story(
        "the due date had passed when it came, and no step had been late",
        f"""
        23 09:00 杨燕 {DATED}24
        25 09:00 杨燕 task advance {{task}} submit
        """,
        "step_overdue check",
        "待明确 due_passed_on_entry",
        "25 17:00",
    ),
    Story(
        "covered, and accepted",
        f"""
        23 09:00 杨燕 {NEW}
        23 10:00 杨燕 org cover 杨燕 --by 吴小梅 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        23 10:10 吴小梅 同意
        """,
        "step_overdue draft",
        "吴小梅 direct cover",
    ),
    Story(
        "cover recorded when it had fallen due",
        f"""
        23 09:00 杨燕 {NEW}
        26 08:00 杨燕 org cover 杨燕 --by 吴小梅 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        26 08:10 李志远 同意
        """,
        "step_overdue draft",
        "待明确 cover_recorded_late",
    ),
    Story(
        "cover put on record less than a working day ahead, and not accepted",
        f"""
        23 09:00 杨燕 {NEW}
        25 15:00 龙海 org cover 杨燕 --by 吴小梅 --since 2026-11-25T08:00 --until 2026-11-30T18:00
        25 15:10 李志远 同意
        """,
        "step_overdue draft",
        "待明确 cover_not_accepted",
    ),
    Story(
        "on leave beforehand, B there, nothing handed over",
        f"""
        23 09:00 杨燕 {NEW}
        23 10:00 杨燕 org leave 杨燕 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        23 10:10 张慧 同意
        """,
        "step_overdue draft",
        "杨燕 direct own, 张慧 lead own",
        avoided=("杨燕 离岗前（最迟 2026-11-24 08:00）请 吴小梅 顶岗",),
    ),
    Story(
        "ill, recorded afterwards",
        f"""
        23 09:00 杨燕 {NEW}
        25 09:00 张慧 org leave 杨燕 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        25 09:10 李志远 同意
        """,
        "step_overdue draft",
        "张慧 lead own",
        avoided=("当时没有哪个人能够单独避免。",),
    ),
    Story(
        "A and B both away",
        f"""
        23 09:00 杨燕 {NEW}
        23 10:00 吴小梅 org leave 吴小梅 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        23 10:10 张慧 同意
        23 10:20 杨燕 org leave 杨燕 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        23 10:30 张慧 同意
        """,
        "step_overdue draft",
        "张慧 lead own",
    ),
    Story(
        "nobody there when it came",
        f"""
        23 09:00 吴小梅 org leave 吴小梅 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        23 09:10 张慧 同意
        23 09:20 杨燕 org leave 杨燕 --since 2026-11-24T08:00 --until 2026-11-30T18:00
        23 09:30 张慧 同意
        24 09:00 张慧 {NEW}
        """,
        "step_unassigned draft",
        "张慧 lead own",
        "24 17:00",
    ),
    Story(
        "four eyes barred the only one there",
        f"""
        23 09:00 杨燕 {NEW}
        23 09:30 杨燕 task assign {{task}} 张慧
        23 10:00 张慧 task advance {{task}} submit --attach {{file}}
        """,
        "step_overdue review",
        "待明确 four_eyes",
        avoided=("张慧",),
    ),
    Story(
        "a leader's desk is nobody's delay; the urging is the urger's",
        f"""
        23 09:00 杨燕 {NEW}
        23 10:00 杨燕 task advance {{task}} submit --attach {{file}}
        23 11:00 张慧 task advance {{task}} pass
        """,
        "urging_overdue sign",
        "杨燕 direct own",
        "30 08:30",
        avoided=("杨燕 最迟 2026-11-26 17:30 就“签发”催办并登记",),
    ),
    Story(
        "an outside body likewise",
        f"""
        23 09:00 杨燕 {DATED}30
        23 10:00 杨燕 task advance {{task}} ask
        """,
        "urging_overdue reply",
        "杨燕 direct own",
    ),
    Story(
        "more time asked for in time, and not answered",
        f"""
        23 09:00 杨燕 {NEW}
        23 15:00 杨燕 task extend {{task}} --by 2wd --reason 等上级文件
        """,
        "step_overdue draft",
        "张慧 direct own",
        avoided=("张慧 最迟 2026-11-25 17:30 答复“起草”的延期申请",),
    ),
    Story(
        "returned for the third time",
        f"""
        23 09:00 杨燕 {NEW}
        23 09:10 杨燕 task advance {{task}} submit --attach {{file}}
        23 09:20 张慧 task advance {{task}} return --reason 格式
        23 09:30 杨燕 task advance {{task}} submit --set draft={{file}}
        23 09:40 张慧 task advance {{task}} return --reason 格式
        23 09:50 杨燕 task advance {{task}} submit --set draft={{file}}
        23 10:00 张慧 task advance {{task}} return --reason 格式
        """,
        "step_returned review",
        "待明确 returned_often",
        "23 17:00",
    ),
    Story(
        "the whole overran, and a step was late",
        f"23 09:00 杨燕 {DATED}26",
        "task_overdue",
        "杨燕 direct own",
        "27 08:30",
    ),
    Story(
        "the whole overran, and no step was late",
        f"23 09:00 杨燕 {DATED}24",
        "task_overdue",
        "待明确 no_step_late",
        "25 08:30",
    ),
    Story(
        "a supervisor's own step",
        f"""
        23 09:00 杨燕 {NEW}
        23 10:00 张慧 task assign {{task}} 李志远 --reason 领导自办
        """,
        "step_overdue draft",
        "李志远 direct own; 周建明",
    ),
)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample institution on a Monday morning, with its people logged in and the errand in force."""
    path = tmp_path_factory.mktemp("founded") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
        office = Office(path, "zh")
        office.found(f"sqlite:///{path}/zeroerror.db", "2026-11-23T08:00")
        for person in PEOPLE.values():
            Home(path, {}, {}).login(person)
        (path / "errand.yaml").write_text(ERRAND, "utf-8")
        office.do("workflow", "publish", path / "errand.yaml", by=PEOPLE["唐敏"])
        office.decide(PEOPLE["李志远"])
        (path / "draft.txt").write_text("关于召开季度协商会议的通知", "utf-8")
    return path


@pytest.fixture
def told(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """A copy of it, in which a story happens; whatever it was, afterwards replay is what the tables say."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    home = tmp_path / "home"
    shutil.copytree(founded, home)
    toml = home / "zeroerror.toml"
    toml.write_text(toml.read_text("utf-8").replace(str(founded), str(home)), "utf-8")
    office = Office(home, "zh")
    yield Told(office)
    assert office.data("log", "verify")["problems"] == []


class Told:
    """A story as it happens."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ids = {"task": "", "finding": "", "file": str(office.home / "draft.txt")}
        self.clock = ""

    def tell(self, tells: str) -> Told:
        """Its lines, one after another."""
        for line in tells.strip().splitlines():
            day, time, who, words = line.split(maxsplit=3)
            self.set(f"{day} {time}")
            if words == "同意":
                self.office.decide(PEOPLE[who])
                continue
            given = [word.format(**self.ids) for word in shlex.split(words)]
            done = self.office.data(*given, by=PEOPLE[who])
            if given[:2] == ["task", "new"]:
                self.ids["task"] = done["tasks"][0]
        return self

    def set(self, at: str) -> None:
        """The clock of the house."""
        day, time = at.split()
        if self.clock != at:
            self.office.clock(f"2026-11-{day}T{time}")
        self.clock = at

    def audited(self, slot: str) -> Told:
        """Every audit up to that slot."""
        self.set(slot)
        self.office.data("scheduler", "tick")
        return self

    def all(self, found: str) -> list[Mapping[str, Any]]:
        """The findings of a rule about the task, or a step of it, oldest first."""
        rule, _, step = found.partition(" ")
        seen = self.office.data("finding", "list", "--rule", rule, by=PEOPLE["李志远"])
        rows = seen["findings"] if isinstance(seen, dict) else seen
        return [each for each in rows if each["task"] == self.ids["task"] and (each["step"] or "") == step]

    def only(self, found: str) -> Mapping[str, Any]:
        """The one finding of that kind."""
        [finding] = self.all(found)
        self.ids["finding"] = finding["id"]
        return finding


def whose(finding: Mapping[str, Any]) -> str:
    """What is said of people, as stories write it."""
    names = {id: name for name, id in PEOPLE.items()}
    if finding["undetermined"]:
        return "待明确 " + ", ".join(
            each.removeprefix("attribution.missing_") for each in finding["undetermined"]
        )
    said = ", ".join(
        f"{names.get(each['person'], '原记录所载人')} {each['degree']} {each['capacity']['kind']}"
        for each in finding["attribution"]
    )
    return f"{said}; {names[finding['clarifier']]}" if finding["clarifier"] else said


@pytest.mark.parametrize("story", ROWS, ids=lambda story: story.name)
def test_a_finding_is_whose_the_table_says(told: Told, story: Story) -> None:
    finding = told.tell(story.tells).audited(story.slot).only(story.found)
    assert whose(finding) == story.whose
    explained = told.office.do("why", finding["id"], by=PEOPLE["李志远"])
    # What would have avoided it, or, where nothing would, what would have kept an earlier step in time.
    assert explained.count("避免") + explained.count("不一定就没有") == 1, explained
    assert all(each in explained for each in story.avoided), explained


@pytest.mark.parametrize(
    ("name", "said"), [("杨燕", "原记录所载人 direct imported"), ("王丽", "待明确 name_not_unique")]
)
def test_what_was_imported_is_whose_the_old_ledger_says_and_of_two_of_one_name_nobodys(
    told: Told, name: str, said: str
) -> None:
    home = told.office.home
    row = (
        f"1,收件,2026-03-02 09:00:00+08:00,{name},{name},2026-03-02 08:00:00+08:00,,2026-03-04 17:00:00+08:00"
    )
    for file, text in (("log.csv", f"{HEADER}\n{row}\n"), ("map.yaml", MAPPING), ("old.yaml", OLD_LEDGER)):
        (home / file).write_text(text, "utf-8")
    given = ("--mapping", home / "map.yaml", "--workflow", home / "old.yaml")
    told.office.do("import", "log", home / "log.csv", *given, by=PEOPLE["唐敏"])
    told.audited("26 08:30")
    assert told.office.data("finding", "list", "--rule", "task_overdue", by=PEOPLE["李志远"]) == []
    [finding] = told.office.data("audit", "run", "--as-of", "2026-11-26T08:30", code=7)["findings"]
    assert whose(finding) == said


@dataclass(frozen=True)
class Ending:
    """What became of a finding about a draft that 杨燕 had let run over."""

    name: str
    tells: str
    slot: str
    #: The state of each finding about that draft, oldest first.
    states: tuple[str, ...]
    whose: str = "杨燕 direct own"
    disputed: bool = False
    #: What had happened before it was found.
    before: str = ""


ENDS = (
    Ending("cured", "26 09:00 杨燕 task advance {task} submit --attach {file}", "26 17:00", ("cured",)),
    Ending(
        "withdrawn: it had been done in time, and a second person says so",
        """
        26 09:00 杨燕 task advance {task} submit --attach {file} --done-at 2026-11-25T17:00
        26 09:10 杨燕 task attest {task}
        26 09:20 吴小梅 同意
        """,
        "26 17:00",
        ("withdrawn",),
    ),
    Ending(
        "said by one person only to have been done in time: cured, and it still counts",
        "26 09:00 杨燕 task advance {task} submit --attach {file} --done-at 2026-11-25T17:00",
        "26 17:00",
        ("cured",),
    ),
    Ending(
        "voided by two persons",
        """
        26 09:00 李志远 finding void {finding} --reason 系统时钟有误
        26 09:10 杨秀兰 同意
        """,
        "26 17:00",
        ("voided",),
    ),
    Ending(
        "one person alone voids nothing",
        "26 09:00 李志远 finding void {finding} --reason 系统时钟有误",
        "26 17:00",
        ("open",),
    ),
    Ending(
        "disputed, and not answered yet",
        "26 09:00 杨燕 finding dispute {finding} --reason 材料晚到",
        "26 17:00",
        ("open",),
        disputed=True,
    ),
    Ending(
        "disputed and answered",
        """
        26 09:00 杨燕 finding dispute {finding} --reason 材料晚到
        26 10:00 李志远 finding answer {finding} uphold --reason 材料按时到了
        """,
        "26 17:00",
        ("open",),
    ),
    Ending(
        "the attribution corrected by two persons",
        """
        26 09:00 李志远 finding correct {finding} --whose 张慧=lead --reason 应由主任另行指定
        26 09:10 杨秀兰 同意
        """,
        "26 17:00",
        ("open",),
        whose="张慧 lead own",
    ),
    Ending(
        "withdrawn: the clock was stopped, asked for in time and granted afterwards",
        "26 09:00 张慧 同意",
        "26 17:00",
        ("withdrawn",),
        before="24 09:00 杨燕 task pause {task} --waits-for 有关单位材料 --reason 等数据",
    ),
    Ending(
        "she had been ill, as a second person says afterwards: the director leads it, and nobody did it",
        """
        26 09:00 杨燕 org leave 杨燕 --since 2026-11-24T12:00 --until 2026-11-26T08:00
        26 09:10 李志远 同意
        """,
        "26 17:00",
        ("open",),
        whose="张慧 lead own",
    ),
    Ending(
        "disputed, referred, and the attribution corrected by two persons",
        """
        26 09:00 杨燕 finding dispute {finding} --reason 材料晚到
        26 10:00 李志远 finding answer {finding} refer --reason 材料确实晚到
        26 10:10 李志远 finding correct {finding} --whose 张慧=lead --reason 应由主任另行指定
        26 10:20 杨秀兰 同意
        """,
        "26 17:00",
        ("open",),
        whose="张慧 lead own",
    ),
    Ending(
        "put right, taken back and late again: a new occurrence",
        """
        26 09:00 杨燕 task advance {task} submit --attach {file}
        26 17:00 杨燕 scheduler tick
        26 17:10 杨燕 task takeback {task}
        """,
        "27 08:30",
        ("cured", "open"),
    ),
)


@pytest.mark.parametrize("ending", ENDS, ids=lambda ending: ending.name)
def test_how_a_finding_ends(told: Told, ending: Ending) -> None:
    told.tell(f"23 09:00 杨燕 {NEW}\n{ending.before}").audited("26 08:30").only("step_overdue draft")
    found = told.tell(ending.tells).audited(ending.slot).all("step_overdue draft")
    assert tuple(each["state"] for each in found) == ending.states
    assert (whose(found[0]), found[0]["disputed"]) == (ending.whose, ending.disputed)


def test_a_stranger_disputes_nothing_and_whoever_is_named_answers_nothing(told: Told) -> None:
    told.tell(f"23 09:00 杨燕 {NEW}").audited("26 08:30").only("step_overdue draft")
    call, finding = told.office.call, told.ids["finding"]
    stranger = call("finding", "dispute", finding, "--reason", "与我无关", by=PEOPLE["龙海"])
    assert stranger.code == 5 and "没有点到您" in stranger.err
    told.tell("26 09:00 杨燕 finding dispute {finding} --reason 材料晚到")
    for person, code in (("杨燕", 4), ("龙海", 4)):
        answered = call("finding", "answer", finding, "uphold", "--reason", "不成立", by=PEOPLE[person])
        assert answered.code == code, answered
    assert told.only("step_overdue draft")["disputed"]


def test_who_was_turned_away_is_told_whose_it_was_and_what_would_have_let_it_through(told: Told) -> None:
    told.tell(f"""
        23 09:00 杨燕 {NEW}
        23 09:30 杨燕 task assign {{task}} 张慧
        23 10:00 张慧 task advance {{task}} submit --attach {{file}}
    """)
    by = PEOPLE["吴小梅"]
    for person, code in (("吴小梅", 4), ("张慧", 5)):
        assert told.office.call("task", "advance", told.ids["task"], "pass", by=PEOPLE[person]).code == code
    leaves = told.office.do("log", "show", "--json", by=by)
    denied = [each["index"] for each in json.loads(leaves)["data"] if each["kind"] == "denied"]
    first, second = (told.office.do("why", f"L-{index}", by=by) for index in denied)
    assert "吴小梅 要办" in first and "由 张慧 承办" in first and "主任指定" in first
    assert "不能既办又审" in second and "没有办过的人" in second
    assert told.office.call("why", f"L-{denied[0] - 1}", by=by).code == 2


def test_why_of_a_denial_with_a_mistyped_action_beside_it_shows_no_code(told: Told) -> None:
    told.tell(f"23 09:00 杨燕 {NEW}")
    assert told.office.call("task", "advance", told.ids["task"], "pass", by=PEOPLE["张慧"]).code == 4
    leaves = told.office.do("log", "show", "--json", by=PEOPLE["张慧"])
    [index] = [each["index"] for each in json.loads(leaves)["data"] if each["kind"] == "denied"]
    said = told.office.do("why", f"L-{index}", by=PEOPLE["张慧"])
    assert "由 杨燕 承办" in said
    assert "engine." not in said


def test_who_is_to_confirm_sees_which_finding_and_whose_it_is_to_be(told: Told) -> None:
    told.tell(f"23 09:00 杨燕 {NEW}").audited("26 08:30").only("step_overdue draft")
    told.tell("""
        26 09:00 李志远 finding void {finding} --reason 系统时钟有误
        26 09:10 李志远 finding correct {finding} --whose 张慧=lead --reason 应由主任另行指定
    """)
    listed = told.office.do("proposal", "list", by=PEOPLE["杨秀兰"])
    assert listed.count(told.ids["finding"]) == 2
    assert "张慧（领导）" in listed
