"""Where the shipped `workflows/` and `config/` lie: in a wheel inside the package, in a checkout beside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(tree: str) -> Path:
    """The directory of the shipped `workflows` or `config`; FileNotFoundError where the installation is incomplete."""
    for place in (_PACKAGE / "_defaults" / tree, _PACKAGE.parent / tree):
        if place.is_dir():
            return place
    raise FileNotFoundError(tree)
