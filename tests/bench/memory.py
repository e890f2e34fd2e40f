"""A process of its own, for its peak memory: opens an institution, and with an instant runs that slot."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from zeroerror.model.instant import from_text
from zeroerror.service.institution import open_institution


def peak_mb() -> float:
    """The most memory that this process has had, in MiB.

    Linux counts in `ru_maxrss` what the parent had when it forked; VmHWM begins anew with the program.
    """
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    with open_institution(Path(sys.argv[1])) as inst:
        if len(sys.argv) > 2:
            from zeroerror.service import audits

            audits.run_slot(inst, "daily", from_text(sys.argv[2]))
    print(json.dumps({"peak_mb": peak_mb()}))
