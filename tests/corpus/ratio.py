"""Print how many lines each port has per line of its YAML, and the median.

    python tests/corpus/ratio.py

Comments and blank lines do not count; doc comments do, since the YAML holds their text too.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("KFDSL_SHARED", HERE.parents[2] / "shared"))


def lines(path: Path) -> int:
    """Return the number of lines of a file that say something."""
    stripped = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    documents = path.suffix == ".pipe"
    return sum(
        bool(line) and (not line.startswith("#") or (documents and line.startswith("##")))
        for line in stripped
    )


def main() -> None:
    """Print the table."""
    originals = SHARED / "corpus" / "argo"
    if not originals.exists():
        sys.exit(f"no {originals}: set KFDSL_SHARED to the folder with corpus/")
    rows = []
    for path in sorted((HERE / "argo").rglob("*.pipe")):
        port = path.relative_to(HERE / "argo").with_suffix("")
        ours, theirs = lines(path), lines(originals / f"{port}.yaml")
        rows.append((ours / theirs, ours, theirs, port.as_posix()))
    table = [f"{ratio:5.2f}  {ours:4} {theirs:4}  {port}" for ratio, ours, theirs, port in sorted(rows)]
    table.append(f"{median(row[0] for row in rows):5.2f}  median of {len(rows)}")
    table.append(f"{sum(row[1] for row in rows) / sum(row[2] for row in rows):5.2f}  all lines together")
    sys.stdout.write("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
