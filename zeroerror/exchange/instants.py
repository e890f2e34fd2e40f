"""Instants as logs write them: ISO 8601 with a zone, or by the zone that the mapping names."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from zeroerror.model.instant import to_text

#: What lies outside is a slip of the pen: nobody kept such a log before, and no deadline reaches beyond.
FIRST, LAST = "1900-01-01", "2200-01-01"


class Instants:
    """Reads a log's times, each text once: the times of a case stand on every one of its rows."""

    def __init__(self, zone: str | None, now: datetime) -> None:
        self._zone = None if zone is None else ZoneInfo(zone)
        self._now = to_text(now)
        self._known: dict[str, tuple[str | None, str | None]] = {}

    def read(self, text: str, *, past: bool) -> tuple[str | None, str | None]:
        """The fixed-width UTC text of a time, and the code of what is wrong with it; one of them is None.

        `past` is asked of what has happened: a log cannot know of anything after now.
        """
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._read(text)
        if past and found[0] is not None and found[0] > self._now:
            return None, "exchange.time_future"
        return found

    def _read(self, text: str) -> tuple[str | None, str | None]:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            return None, "exchange.time_unreadable"
        if instant.tzinfo is None:
            if self._zone is None:
                return None, "exchange.time_without_zone"
            instant = instant.replace(tzinfo=self._zone)
            if not _once(instant):
                return None, "exchange.time_ambiguous"
        try:
            found = to_text(instant)
        except OverflowError:
            return None, "exchange.time_beyond"
        return (found, None) if FIRST <= found < LAST else (None, "exchange.time_beyond")


def _once(instant: datetime) -> bool:
    """Whether a local time comes exactly once: an hour is left out in spring, and another is there twice."""
    return instant.utcoffset() == instant.replace(fold=1).utcoffset()


def day(text: str) -> str | None:
    """A day as ISO 8601 writes it; None where the text is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
