"""Office files that are the same bytes for the same content: entries sorted, with one fixed date."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

#: The first date that a ZIP file can tell.
_DATE = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
#: The libraries write the moment of saving there, whatever they are told.
_STAMPS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def fixed(data: bytes, at: datetime) -> bytes:
    """The archive written anew, with an instant of its content for when it was made (ISO 8601, UTC)."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == _CORE:
                content = _STAMPS.sub(lambda found: found[1] + stamp + found[3], content)
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # The system on which it is made must not show.
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            new.writestr(entry, content)
    return out.getvalue()
