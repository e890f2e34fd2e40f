"""Figures as a file, in the envelope that every command's `--json` has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def file(figures: Mapping[str, Any]) -> str:
    """The envelope as text: sorted keys, two blanks of indent, one newline at the end."""
    envelope = {"schema": figures["schema"], "ok": True, "data": figures, "warnings": [], "errors": []}
    return json.dumps(envelope, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"
