"""`python docs/screenshots.py` makes the pictures of the daily report from the demonstration's own.

It needs Chromium (`CHROMIUM` names it where it is called otherwise) and fonts for Chinese. `report-a4.png` is
the page as wide as a sheet of A4 at 96 dots an inch, `report-390.png` the same page on a phone; with `--pdf
FILE` the printed report is written too, to look at its page breaks.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

from zeroerror.service import demo

HERE = Path(__file__).resolve().parent
#: Name, width and height in pixels: as much of the page as a reader of the documentation wants to see.
PICTURES = (("report-a4.png", 794, 1384), ("report-390.png", 390, 2000))
#: A browser that draws one file and asks nothing of anybody.
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def main() -> None:
    """Run the demonstration in a directory of its own and draw its last report."""
    parser = argparse.ArgumentParser(description="pictures of the daily report")
    parser.add_argument("--pdf", type=Path, help="also print the report to this file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        found = demo.run(Path(directory) / "house", lambda code, **params: None, "zh")
        for name, width, height in PICTURES:
            size = f"--window-size={width},{height}"
            draw(directory, found["report"], size, f"--screenshot={HERE / name}")
        if asked.pdf is not None:
            draw(
                directory, found["report"], "--no-pdf-header-footer", f"--print-to-pdf={asked.pdf.absolute()}"
            )


def draw(directory: str, page: str, *options: str) -> None:
    """Let the browser draw a page; raises CalledProcessError where it cannot."""
    # Chromium's own sandbox does not start for root, as in containers.
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    browser = os.environ.get("CHROMIUM", "chromium")
    profile = f"--user-data-dir={directory}/profile"
    command = (browser, *FLAGS, *root, profile, *options, Path(page).as_uri())
    subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
