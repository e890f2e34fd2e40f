"""`python -m tests.campaign NAME …`: long runs that hold promises from outside, with a code that says so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from tests.campaign import definitions, justice, kill, race, regions, slots

#: Every campaign: it takes its arguments, prints what it counted, and returns 1 for any fault.
CAMPAIGNS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "definitions": definitions.main,
    "justice": justice.main,
    "kill": kill.main,
    "race": race.main,
    "regions": regions.main,
    "slots": slots.main,
}


def main(arguments: Sequence[str]) -> int:
    """Run the campaign that is named first."""
    if not arguments or arguments[0] not in CAMPAIGNS:
        print(f"usage: python -m tests.campaign {{{','.join(CAMPAIGNS)}}} [--help]", file=sys.stderr)
        return 2
    return CAMPAIGNS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
