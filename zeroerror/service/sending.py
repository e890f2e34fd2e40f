"""One message on one channel, in a process of its own: `python -m zeroerror.service.sending SECONDS`.

Reads `{address, title, body}` from standard input and answers with one word. Whatever the library does, hang,
crash or talk, happens here and not in a scheduler.
"""

from __future__ import annotations

import json
import sys
from typing import TextIO


def main(seconds: int, asked: TextIO) -> str:
    """Send it: `sent`, `refused`, `bad_address`, or `no_apprise` where the library is not installed."""
    try:
        import apprise
    except ImportError:
        return "no_apprise"
    message = json.load(asked)
    channel = apprise.Apprise.instantiate(message["address"], suppress_exceptions=True)
    if not channel:
        return "bad_address"
    # Longer than its process lives: whoever has taken a message and is slow to say so must not be taken for
    # one that refused it, and be sent it again.
    channel.socket_read_timeout = 3 * seconds
    title, body = message["title"], message["body"]
    return (
        "sent" if channel.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT) else "refused"
    )


if __name__ == "__main__":
    sys.stdout.write(main(int(sys.argv[1]), sys.stdin))
