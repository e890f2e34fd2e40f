"""How a task has ended, as its receipt and every later refusal say it."""

from __future__ import annotations

import pytest

from tests.acceptance.homes import LANGUAGES, Home

SAID = {"zh": ("已取消", "已经取消"), "en": ("is cancelled", "was cancelled")}
RETURNED = {"zh": "已退回，不再办理", "en": "was returned and goes no further"}
DONE = ("已办结", "已经办结", "is closed")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_dropped_is_not_told_as_done(home: Home, lang: str) -> None:
    dropped = home.call(
        *["task", "advance", "{draft}", "drop", "--reason", "不发了", "--as", "{clerk}"], lang=lang
    )
    after = home.call(*["task", "advance", "{draft}", "submit", "--as", "{clerk}"], lang=lang)
    assert (dropped.code, after.code) == (0, 5)
    for told, said in zip((dropped.out, after.err), SAID[lang], strict=True):
        assert said in told
        assert not [each for each in DONE if each in told]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_turned_down_is_not_told_as_done(home: Home, lang: str) -> None:
    assert home.call(*["task", "advance", "{review}", "pass", "--as", "{director}"]).code == 0
    declined = home.call(
        *["task", "advance", "{review}", "decline", "--reason", "不宜发", "--as", "{leader}"], lang=lang
    )
    assert (declined.code, RETURNED[lang] in declined.out) == (0, True)
    assert not [each for each in DONE if each in declined.out]
