"""The command line in a process of its own that ends by SIGKILL at a place: `killed PLACE PLANT word…`."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext

from tests import failpoints
from tests.campaign import kill
from zeroerror.cli.main import run


def main(place: str, plant: str, words: list[str]) -> None:
    """Answer one call, and die at that place on the way; `-` and `time` are no place, and `-` no plant."""

    def strike() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    struck = failpoints.struck(place, strike) if place in failpoints.NAMES else nullcontext()
    planted = kill.PLANTS[plant]() if plant in kill.PLANTS else nullcontext()
    with planted, struck:
        run(words)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
