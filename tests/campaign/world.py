"""An institution made for a campaign, and the child processes that work in it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests import databases
from tests.service.house import House, done_of
from zeroerror.service import identity, organisation, proposals, publish
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import open_institution

#: One asks others, each by a task of his own, and waits for them; or waits no longer, and ends theirs.
ASKING = """
id: handling/asking
format: 1
title: 征求意见
basis: 样例
family: handling
visible_to: [office, leaders, auditor]
fields:
  title: {title: 标题, type: text, required: open}
steps:
  ask:
    title: 征求
    owner: {duty: 起草}
    limit: 2wd
    actions:
      ask:  {title: 分送, to: gather, opens: {workflow: handling/on_the_spot, each: [person, finish_by, title]}}
      drop: {title: 不再征求, end: cancelled, children: cancel}
  gather:
    title: 汇总
    owner: {duty: 起草}
    limit: 3wd
    actions:
      go:   {title: 汇总完毕, end: done, guards: [children_ended@1]}
      more: {title: 再征求, to: ask, outcome: returned}
      stop: {title: 不再等, end: cancelled, children: cancel}
"""
#: A Monday morning, 09:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A sandbox's home, a file to attach, and who works there."""

    home: Path
    paper: Path
    clerk: str
    colleague: str
    director: str
    #: Who stands in for the director, all the time.
    deputy: str


@contextmanager
def world(database: str) -> Iterator[World]:
    """A fresh institution in a database of that kind, or on the server of that address; all gone afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="zeroerror-campaign-"))
    address = None
    try:
        if database == "sqlite":
            url = f"sqlite:///{directory / 'ledger.db'}"
        else:
            started = database == "postgresql"
            address = (
                databases.server(directory.with_name(directory.name + "-server")) if started else database
            )
            url = databases.fresh_schema(address)
        yield _made(directory, url)
        if address is not None:
            databases.drop(address, url)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _made(directory: Path, url: str) -> World:
    home = directory / "home"
    initialise(home, at=MONDAY, database=url, simulated=True, passphrase="demo")
    paper = directory / "文稿.txt"
    paper.write_text("文稿", "utf-8")
    with open_institution(home) as inst:
        house = House(inst)
        deputy = inst.organisation.deputies("提案委", inst.now())[0]
        since, until = inst.now() + timedelta(minutes=1), inst.now() + timedelta(days=3650)
        done_of(organisation.cover(inst, house.actor(house.director), house.director, deputy, since, until))
        waiting = proposals.proposals(inst)
        done_of(proposals.confirm(inst, house.actor(deputy), [waiting[0]["id"]]))
        house.at("2026-11-23 09:05")
        _publish(house, home, ASKING)
        for person in (house.clerk, house.director):
            identity.login(inst, person, "demo")
        return World(home, paper, house.clerk, house.colleague, house.director, deputy)


def _publish(house: House, home: Path, text: str) -> None:
    """A definition in force beside those that are shipped."""
    path = home / "workflows" / "handling" / "asking.yaml"
    path.write_text(text, "utf-8")
    inst = house.inst
    secadmins = (
        each.id
        for each in inst.organisation.persons
        if inst.organisation.entitled(each.id, "secadmin", inst.now())
    )
    done_of(publish.publish(inst, house.actor(next(secadmins)), path))
    [waiting] = proposals.proposals(inst)
    done_of(proposals.confirm(inst, house.actor(house.leader), [waiting["id"]]))


class Wire:
    """What a child says to its parent: one JSON value a line, there though the child be killed after it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def say(self, kind: str, **more: Any) -> None:
        """Say one thing, at once and whole."""
        os.write(self._handle, (json.dumps({"say": kind, **more}, ensure_ascii=False) + "\n").encode())


@dataclass
class Child:
    """A process that was forked off, and where what it says arrives."""

    pid: int
    said: int

    def lines(self) -> list[dict[str, Any]]:
        """Everything it said, until it ended."""
        with os.fdopen(self.said, "rb") as file:
            return [json.loads(line) for line in file if line.endswith(b"\n")]

    def ended(self) -> int:
        """Wait for it; minus the signal that ended it, or its exit code."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def forked(work: Callable[[Wire], None]) -> Child:
    """A child process that does some work and is gone, without any of the parent's farewells."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Child(pid, reading)
    code = 1
    try:
        os.close(reading)
        work(Wire(writing))
        code = 0
    finally:
        if code:
            Wire(writing).say("failed", trace=traceback.format_exc(limit=-4))
        # Nothing of the parent's may be run twice: neither its exits nor its buffers.
        os._exit(code)
