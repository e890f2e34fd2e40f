"""`zeroerror import log`: history from elsewhere, by a mapping that says what its columns mean."""

from __future__ import annotations

from pathlib import Path

from zeroerror.cli import output, session
from zeroerror.cli.words import argument, option


def log(
    file: Path = argument("import_file"),
    mapping: Path = option("--mapping", help="mapping", default=..., takes="file"),
    workflow: Path = option("--workflow", help="import_workflow", default=..., takes="file"),
    allow_broken: bool = option("--allow-broken", help="allow_broken", default=False),
) -> None:
    from zeroerror.service import imports

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = imports.import_log(
            inst, actor, file, mapping, workflow, session.current.options(), allow_broken=allow_broken
        )
        output.answer(outcome, "")
