"""No name, title, reason or remark stands in a leaf or in a table: only its salted digest does (design §7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.house import House, codes, done_of, local
from zeroerror.service import erasure, log, organisation, proposals, tasks
from zeroerror.service.task_show import task_show
from zeroerror.store import replay

WORDS = {
    "title": "标题甲乙",
    "reason": "理由丙丁",
    "note": "备注戊己",
    "pause": "停表庚辛",
    "extend": "延期壬癸",
    "reject": "驳回子丑",
    "erase": "删除寅卯",
    "number": "文号辰巳",
    "file": "文件午未",
    "urge": "催办申酉",
    "unknown": "未知戌亥",
}


def confirm(house: House, person: str) -> None:
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    done_of(proposals.confirm(house.inst, house.actor(person), waiting))


def history(house: House, directory: Path) -> str:
    """Every kind of free text that people can write."""
    inst, clerk, director = house.inst, house.actor(house.clerk), house.actor(house.director)
    task = house.open(title=WORDS["title"])
    assert codes(house.try_advance(house.director, task, "submit", fields={"unknown": WORDS["unknown"]}))
    done_of(tasks.note(inst, clerk, task, WORDS["note"]))
    file = directory / f"{WORDS['file']}.txt"
    file.write_text("正文", "utf-8")
    done_of(tasks.attach(inst, clerk, task, [file]))
    done_of(tasks.extend(inst, clerk, task, "1wd", reason=WORDS["extend"]))
    waiting = [each["id"] for each in proposals.proposals(inst)]
    done_of(proposals.reject(inst, director, waiting, WORDS["reject"]))
    done_of(tasks.pause(inst, clerk, task, "领导补充意见", reason=WORDS["pause"]))
    confirm(house, house.director)
    house.advance(house.clerk, task, "submit", attach=[file], fields={"发文字号": WORDS["number"]})
    house.advance(house.director, task, "return", reason=WORDS["reason"])
    house.advance(house.clerk, task, "submit")
    house.advance(house.director, task, "pass")
    house.at("2026-11-26 09:00")
    done_of(tasks.urge(inst, clerk, task, note=WORDS["urge"]))
    digest = house.task(task).sealed["number"]
    done_of(log.erase(inst, house.actor("tangmin"), [digest], WORDS["erase"]))
    done_of(
        organisation.leave(inst, clerk, house.clerk, local("2026-11-27 08:00"), local("2026-11-30 18:00"))
    )
    house.run_slots("2026-11-27 17:30")
    return task


def test_free_text_and_names_stand_beside_the_ledger_only(house: House, tmp_path: Path) -> None:
    history(house, tmp_path)
    names = [
        name for name in house.inst.names(p.id for p in house.inst.organisation.persons).values() if name
    ]
    assert "张慧" in names
    leaves = "\n".join(row[0].decode() for row in house.inst.conn.all("SELECT bytes FROM leaf"))
    tables = "\n".join(
        str(row)
        for table, (_, columns) in replay.PROJECTIONS.items()
        for row in house.inst.conn.all(f"SELECT {', '.join(columns)} FROM {table}")
    )
    for word in (*WORDS.values(), *names):
        assert word not in leaves, word
        assert word not in tables, word
    texts = "\n".join(text for (text,) in house.inst.conn.all("SELECT text FROM payload") if text)
    for key, word in WORDS.items():
        assert (word in texts) == (key != "unknown"), key


def test_equal_texts_have_unequal_digests(house: House) -> None:
    """Whoever guesses a title cannot find it by its digest."""
    first, second = house.open(title="同一标题"), house.open(title="同一标题")
    assert house.task(first).sealed["title"] != house.task(second).sealed["title"]


def test_only_who_may_read_is_shown_the_text(house: House, tmp_path: Path) -> None:
    task = history(house, tmp_path)
    shown = task_show(house.inst, task, house.clerk)
    assert (shown["title"], shown["fields"]["title"]) == (WORDS["title"], WORDS["title"])
    hidden = task_show(house.inst, task, "wangli")
    assert (hidden["title"], hidden["hidden"]) == (None, ["draft", "number", "title"])
    assert not any(word in str(hidden) for word in WORDS.values())
    assert hidden["fields"]["urgency"] == "平件"


def test_an_erased_text_is_told_from_a_hidden_one(house: House, tmp_path: Path) -> None:
    task = history(house, tmp_path)
    confirm(house, house.leader)
    shown = task_show(house.inst, task, house.clerk)
    assert (shown["fields"]["number"], shown["erased"], shown["hidden"]) == (None, ["number"], [])
    assert {each["erased"] for each in erasure.texts_of(house.inst, task) if each["name"] == "number"} == {
        True
    }


# Classified matters


@pytest.mark.parametrize(
    "title",
    [
        "机密★10年 关于某事的请示",
        "【秘密】某某通知",
        "（绝密）某事",
        "秘密",
        "机密★",
        "密级：机密 某事",
        "［机密］某事",
    ],
)
def test_a_classified_matter_is_refused_and_leaves_nothing(house: House, tmp_path: Path, title: str) -> None:
    size = house.inst.conn.one("SELECT count(*) FROM leaf")
    file = tmp_path / "a.txt"
    file.write_text("x", "utf-8")
    opened = tasks.open_task(
        house.inst,
        house.actor(house.clerk),
        "document/outgoing",
        fields={"title": title, "urgency": "平件", "draft": str(file)},
    )
    assert codes(opened) == {"engine.classified"}
    assert house.inst.conn.one("SELECT count(*) FROM leaf") == size
    assert not any(path.is_file() for path in (house.inst.home / "files").rglob("*"))


def test_a_mark_is_found_wherever_somebody_writes_it(house: House, tmp_path: Path) -> None:
    task = house.open()
    clerk = house.actor(house.clerk)
    assert codes(tasks.note(house.inst, clerk, task, "【机密】见附件")) == {"engine.classified"}
    file = tmp_path / "机密★5年.txt"
    file.write_text("x", "utf-8")
    assert codes(tasks.attach(house.inst, clerk, task, [file])) == {"engine.classified"}
    assert codes(house.try_advance(house.clerk, task, "drop", reason="机密★ 另办")) == {"engine.classified"}
    assert not any(path.is_file() for path in (house.inst.home / "files").rglob("*"))


@pytest.mark.parametrize(
    "title", ["关于保守国家秘密工作的通知", "机密局来函", "商业秘密保护培训", "解密工作"]
)
def test_to_speak_of_secrets_is_not_to_be_one(house: House, title: str) -> None:
    house.open(title=title)


def test_of_a_classified_matter_a_stub_is_kept_with_number_and_custodian_and_nothing_else(
    house: House, tmp_path: Path
) -> None:
    keeper = house.actor("tangmin")
    opened = done_of(
        tasks.open_task(
            house.inst,
            keeper,
            "document/classified",
            fields={"number": "2026-JM-007", "custodian": "tangmin"},
            office="办公室",
        )
    )
    task = opened.tasks[0]
    assert house.task(task).open_visits()[0].person == "tangmin"
    file = tmp_path / "a.txt"
    file.write_text("x", "utf-8")
    assert codes(tasks.note(house.inst, keeper, task, "内容是某事")) == {"engine.stub_only"}
    assert codes(tasks.attach(house.inst, keeper, task, [file])) == {"engine.stub_only"}
    left = house.try_advance("tangmin", task, "return", attach=[file])
    assert codes(left) == {"engine.stub_only"}
    left = house.try_advance("tangmin", task, "return", reason="内容是某事")
    assert codes(left) == {"engine.stub_only"}
    house.advance("tangmin", task, "return")
    assert house.task(task).status == "closed"
