"""Print how many lines each port has per line of its YAML, and the median.

    python tests/corpus/ratio.py

Comments and blank lines do not count; doc comments do, since the YAML holds their text too.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus import originals


def lines(text: str, *, pipe: bool) -> int:
    """Return the number of lines that say something."""
    stripped = [line.strip() for line in text.splitlines()]
    return sum(
        bool(line) and (not line.startswith("#") or (pipe and line.startswith("##"))) for line in stripped
    )


def main() -> None:
    """Print the table."""
    if originals.missing(originals.ORIGINALS):
        sys.exit(originals.missing(originals.ORIGINALS))
    rows = []
    for port in originals.ports():
        ours = lines(originals.source(port), pipe=True)
        theirs = lines((originals.ORIGINALS / f"{port}.yaml").read_text(encoding="utf-8"), pipe=False)
        rows.append((ours / theirs, ours, theirs, port))
    table = [f"{ratio:5.2f}  {ours:4} {theirs:4}  {port}" for ratio, ours, theirs, port in sorted(rows)]
    table.append(f"{median(row[0] for row in rows):5.2f}  median of {len(rows)}")
    table.append(f"{sum(row[1] for row in rows) / sum(row[2] for row in rows):5.2f}  all lines together")
    sys.stdout.write("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
