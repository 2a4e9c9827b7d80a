"""Hatchling's hook: puts the tables that are built from grammar/pipe.lark into the wheel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TABLES = "kfdsl/_tables.py"


class TablesHook(BuildHookInterface[Any]):  # Any: hatchling's configuration, which the hook does not read
    """Writes `kfdsl/_tables.py` before a wheel is put together; an editable install does when it runs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the tables with the `kfdsl` of this source tree."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from kfdsl import tables  # noqa: PLC0415  # only now is the source tree on the path

            tables.write(Path(self.root, TABLES))
        finally:
            sys.path.remove(self.root)
        build_data["artifacts"].append(TABLES)
