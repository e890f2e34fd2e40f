"""Codes, instants and durations of figures made into words of one language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.text import Language, say, shown

_DAY = 24 * 60
_HOUR = 60


class Words:
    """The words of one report in one language."""

    def __init__(self, lang: Language, as_of: str) -> None:
        self.lang = lang
        #: What stands between two sentences.
        self.gap = "" if lang == "zh" else " "
        #: What stands between the parts of a list.
        self.comma = "、" if lang == "zh" else ", "
        self._year = datetime.fromisoformat(as_of).year

    def say(self, code: str, **params: Any) -> str:
        """A text of the report's own catalogue."""
        return say(f"report.{code}", params, self.lang)

    def of(self, code: str, /, **params: Any) -> str:
        """A text of another catalogue."""
        return say(code, params, self.lang)

    def sentence(self, item: Mapping[str, Any]) -> str:
        """A sentence of figures: nested sentences, instants and durations are put into words first."""
        return say(
            item["code"], {name: self._told(name, value) for name, value in item["params"].items()}, self.lang
        )

    def instant(self, text: str | None, style: str = "short") -> str:
        """An instant of figures: `long` to be read aloud, `short` in tables, with the year where it differs."""
        if text is None:
            return self.say("no_time")
        at = datetime.fromisoformat(text)
        if style == "short" and at.year != self._year:
            style = "short_year"
        return self.say(
            f"instant_{style}",
            year=f"{at.year:04}",
            month=at.month,
            day=at.day,
            month2=f"{at.month:02}",
            day2=f"{at.day:02}",
            hour=f"{at.hour:02}",
            minute=f"{at.minute:02}",
        )

    def duration(self, minutes: int) -> str:
        """Natural time in its two largest units."""
        if minutes >= _DAY:
            return self.say("duration_days", days=minutes // _DAY, hours=minutes % _DAY // _HOUR)
        if minutes >= _HOUR:
            return self.say("duration_hours", hours=minutes // _HOUR, minutes=minutes % _HOUR)
        return self.say("duration_minutes", minutes=minutes)

    def title(self, item: Mapping[str, Any]) -> str:
        """What kind of matter a task is, and its title where everybody may read it."""
        kind = shown(item["workflow_title"] or "")
        return kind if item["title"] is None else self.say("kind_and_title", kind=kind, title=item["title"])

    def post(self, post: str | None) -> str:
        """Office and role of somebody, who is not named."""
        return self.say("no_post") if post is None else shown(post)

    def _told(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self.sentence(each) for each in value]
        if isinstance(value, Mapping):
            return self.duration(value["minutes"])
        if name == "as_of" and isinstance(value, str):
            return self.instant(value, "long")
        if name == "office" and value is None:
            return self.say("no_office")
        return value
