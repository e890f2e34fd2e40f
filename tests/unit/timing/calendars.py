"""The shipped calendar, read as the product's loader hands it over: in strings only."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from zeroerror.model.calendar import Calendar, calendar_from_json

CONFIG = Path(__file__).parents[3] / "config"
SHANGHAI = ZoneInfo("Asia/Shanghai")
YEARS = (2024, 2025, 2026, 2027)


def strings(path: Path) -> Any:
    """A YAML file with every scalar as it is written."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def shipped_doc() -> dict[str, Any]:
    """The configuration of `config/calendar/` and `config/hours.yaml`."""
    years = [strings(CONFIG / "calendar" / f"{year}.yaml") for year in YEARS]
    return {**strings(CONFIG / "hours.yaml"), "years": years}


@cache
def shipped() -> Calendar:
    """The calendar that `init` applies."""
    return calendar_from_json(shipped_doc())


def local(text: str) -> datetime:
    """The instant of a local time `2026-11-23 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def given(text: str) -> datetime | date:
    """A field's value: an instant where it has a time, else a date."""
    return local(text) if ":" in text else date.fromisoformat(text)
