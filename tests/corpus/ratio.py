"""Print how many lines each port has per line of its YAML, and the median.

    python tests/corpus/ratio.py

Comments and blank lines do not count, and neither do texts over several lines (scripts, manifests, documents):
they are the same on both sides. A doc comment is one line, since the YAML has a key for its text.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import median

import yaml

from kfdsl import lex, source

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("KFDSL_SHARED", HERE.parents[2] / "shared"))


def lines(path: Path) -> int:
    """Return the number of lines of a file that say something of their own."""
    text = path.read_text(encoding="utf-8")
    pipe = path.suffix == ".pipe"
    verbatim = _blocks_of_pipe(text) if pipe else _blocks_of_yaml(text)
    stripped = [line.strip() for number, line in enumerate(text.splitlines()) if number not in verbatim]
    described = [pipe and line.startswith("##") for line in stripped]
    return sum(
        not before if doc else bool(line) and not line.startswith("#")
        for line, doc, before in zip(stripped, described, [False, *described], strict=False)
    )


def _blocks_of_yaml(text: str) -> set[int]:
    return {
        number
        for token in yaml.scan(text, Loader=yaml.SafeLoader)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">")
        for number in range(token.start_mark.line + 1, token.end_mark.line)
    }


def _blocks_of_pipe(text: str) -> set[int]:
    tokens = lex.lex(source.Source("port.pipe", text))
    found: set[int] = set()
    opened = 0
    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        if kind.startswith("BLOCK"):
            opened = start if kind in ("BLOCK", "BLOCK_WHOLE", "BLOCK_HEAD") else opened
            if kind in ("BLOCK", "BLOCK_WHOLE", "BLOCK_TAIL"):
                found.update(range(text.count("\n", 0, opened) + 1, text.count("\n", 0, end)))
    return found


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
