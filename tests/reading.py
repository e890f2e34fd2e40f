"""What the text of a definition says, worked out once by each worker.

Whoever founds an institution reads and checks every shipped definition, and whoever verifies its ledger does so
again; with a fresh institution for each test that was most of the suite's time. The answer depends on nothing but
the text, its name and the checks. Where overlays lie on a text it is worked out anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pytest

from zeroerror.definition import check, loader
from zeroerror.definition.loaded import Loaded
from zeroerror.definition.making import of_layers
from zeroerror.definition.overlay import Overlay
from zeroerror.definition.strict_yaml import Read, read
from zeroerror.service import configuration

#: Bytes and text are different questions, whatever Python holds of their hashes.
_read = lru_cache(maxsize=2000, typed=True)(read)


def remember(patch: pytest.MonkeyPatch) -> None:
    """Have whatever reads a text that has been read in this process take the answer that there was."""
    patch.setattr(configuration, "read", _read)
    patch.setattr(loader, "read", _read)
    patch.setattr(loader, "of_layers", _of_layers)


def _of_layers(tree: Read, overlays: Sequence[Overlay]) -> Loaded:
    if overlays or tree.node is None:
        return of_layers(tree, overlays)
    # A campaign takes checks out, and must not get the answer of all of them.
    return _checked(tree.text, tree.name, (check.CHECKS, check.OF_TARGETS, check.OF_PATHS))


@lru_cache(maxsize=500)
def _checked(text: str, name: str, _checks: object) -> Loaded:
    return of_layers(_read(text, name), ())
