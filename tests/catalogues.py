"""`python -m tests.catalogues` compiles every catalogue, for a checkout that runs without being installed."""

from __future__ import annotations

from pathlib import Path

import polib

LOCALES = Path(__file__).resolve().parent.parent / "zeroerror" / "locale"


def compile_all() -> int:
    """Write each `.mo` that is older than its `.po`; how many were written."""
    written = 0
    for path in sorted(LOCALES.rglob("*.po")):
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
            polib.pofile(str(path)).save_as_mofile(str(compiled))
            written += 1
    return written


if __name__ == "__main__":
    print(compile_all())
