"""A definition whose checker may return the papers to any of two earlier steps."""

from __future__ import annotations

from tests.service.house import House, done_of
from zeroerror.service import proposals, publish

PAPERS = """
id: handling/papers
format: 1
title: 呈报材料
basis: 本机关自定
family: handling
visible_to: [office, leaders]
fields:
  title: {title: 标题, type: text, required: open}
steps:
  draft:
    title: 起草
    owner: {duty: 起草}
    limit: 2wd
    actions:
      submit: {title: 送审, to: review}
      drop:   {title: 撤销, end: cancelled, reason: required}
  review:
    title: 审核
    owner: {post: 副主任}
    limit: 1wd
    actions:
      pass:   {title: 同意, to: check}
  check:
    title: 复核
    owner: {post: 主任}
    limit: 1wd
    actions:
      pass:   {title: 同意, end: done}
      return: {title: 退回, to: [draft, review], outcome: returned, reason: required, fault: {category: 材料}}
"""


def publish_papers(house: House) -> None:
    """The definition in force."""
    path = house.inst.home / "workflows" / "handling" / "papers.yaml"
    path.write_text(PAPERS, "utf-8")
    done_of(publish.publish(house.inst, house.actor("tangmin"), path))
    [waiting] = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting["id"]]))
