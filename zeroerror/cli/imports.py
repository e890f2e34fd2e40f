"""`zeroerror import log`: history from elsewhere, by a mapping that says what its columns mean."""

from __future__ import annotations

from pathlib import Path

from zeroerror.cli import output, session
from zeroerror.cli.words import argument, option
from zeroerror.model.problem import Refusal


def log(
    file: Path = argument("import_file"),
    mapping: Path = option("--mapping", help="mapping", default=..., takes="file"),
    workflow: Path = option("--workflow", help="import_workflow", default=..., takes="file"),
    allow_broken: bool = option("--allow-broken", help="allow_broken", default=False),
) -> None:
    from zeroerror.service import imports

    say = session.current.say
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = imports.import_log(
            inst,
            actor,
            file,
            mapping,
            workflow,
            allow_broken=allow_broken,
            options=session.current.options(),
        )
        if isinstance(outcome, Refusal):
            output.refused(outcome, inst.names)

        def text() -> str:
            receipt = outcome.receipt
            code = "cli.dry_run" if receipt.dry_run else "cli.repeated" if receipt.repeated else "cli.receipt"
            lines = [say(code, index=receipt.index, digest=receipt.digest[:12])]
            counts = outcome.summary["counts"]
            lines.append(say("cli.imported", **counts))
            lines += [
                say("cli.nonconforming", kind=say(f"cli.nonconforming_{kind}"), count=count)
                for kind, count in counts["nonconforming"].items()
            ]
            lines += [say("cli.next_command", command="zeroerror audit run --as-of …")]
            return "\n".join(lines)

        output.answer(outcome.to_json(), text)
