"""A published definition stands in the ledger three times: as text (with the texts of its overlays), in effect, and as a frozen table.

People read and confirm the text; the machine goes by the other two. So they are held against each other before
anybody confirms them, and again whenever the ledger is verified.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from zeroerror.model.event import INSTITUTION, Event

if TYPE_CHECKING:
    from zeroerror.definition.loader import Loaded


def published(loaded: Loaded) -> Event:
    """The event that puts a definition in force: its text, what lies on it, its effective form and its frozen table."""
    from zeroerror.engine.machine import compile_table
    from zeroerror.ledger.leaf import canonical

    assert loaded.workflow is not None, "only what loads is published"
    table = canonical(compile_table(loaded.workflow).to_json()).decode()
    body: dict[str, Any] = {
        "id": loaded.workflow.id,
        "digest": loaded.digest,
        "text": loaded.text,
        "effective": loaded.effective,
        "table": table,
    }
    if loaded.overlays:
        body["overlays"] = [each.text for each in loaded.overlays]
    return Event(INSTITUTION, "definition_published", body)


def says_what_it_does(body: Mapping[str, Any]) -> bool:
    """Whether digest, effective form and table of a definition are those that its text has, with what lies on it."""
    # Only what publishes or verifies reads definitions as files.
    from zeroerror.definition.loader import load
    from zeroerror.engine.machine import compile_table
    from zeroerror.ledger.leaf import canonical

    loaded = load(body["text"], body["id"], body.get("overlays", ()))
    if loaded.workflow is None:
        return False
    table = canonical(compile_table(loaded.workflow).to_json()).decode()
    written = (loaded.workflow.id, loaded.digest, loaded.effective, table)
    digest = sha256(str(body["effective"]).encode()).hexdigest()
    return (
        written == (body["id"], body["digest"], body["effective"], body["table"]) and digest == body["digest"]
    )
