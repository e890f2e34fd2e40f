"""The wheel's catalogues: `.po` files are what people write, `.mo` files are what gettext reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Compile every catalogue before the package is put together, for wheels and editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write each `.mo` beside its `.po`, and let it into the wheel although git ignores it."""
        for path in sorted((Path(self.root) / "zeroerror" / "locale").rglob("*.po")):
            compiled = path.with_suffix(".mo")
            polib.pofile(str(path)).save_as_mofile(str(compiled))
            build_data["artifacts"].append(str(compiled.relative_to(self.root)))
