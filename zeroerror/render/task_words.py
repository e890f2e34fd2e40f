"""What every part of a task's file says in the same way: people, instants, texts that may be hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.render.words import Words
from zeroerror.text import shown

Lines = list[tuple[str, str]]


class FileWords:
    """The figures of one file, and the words of its language."""

    def __init__(self, figures: Mapping[str, Any], words: Words) -> None:
        self.figures, self.words = figures, words

    def of(self, name: str, /, **params: Any) -> str:
        """A text of the sheets' own catalogue."""
        return self.words.of(f"sheet.{name}", **params)

    def who(self, person: str | None, post: str | None = None) -> str:
        """Somebody by name, post and id, for names may repeat."""
        if person is None:
            return self.of("nobody")
        if person == "machine":
            return self.of("machine")
        name = self.figures["persons"].get(person)
        code = "who" if name is None else "who_named" if post is None else "who_named_post"
        return self.of(code, person=person, name=name, post=post)

    def text(self, text: Mapping[str, Any]) -> str:
        """A text as whoever reads may see it: it may be hidden from him, or erased."""
        if text.get("hidden"):
            return self.of("hidden")
        if text.get("erased"):
            return self.of("erased")
        return "" if text["text"] is None else shown(str(text["text"]))

    def when(self, instant: str | None) -> str:
        """An instant as tables have it."""
        return self.words.instant(instant)
