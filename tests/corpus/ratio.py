"""Print how many lines each port has per line of what it is a port of, and the median.

    python tests/corpus/ratio.py [argo | kfp | from-kfp]

For Argo it is the YAML. Comments and blank lines do not count, and neither do texts over several lines (scripts,
manifests, documents): they are the same on both sides. A doc comment is one line, since the YAML has a key for
its text.

For Kubeflow it is the Python that a user of the SDK writes, in `kfp/sdk`. Comments, descriptions (docstrings there)
and blank lines do not count; scripts and the bodies of functions do. Steps of Python, a goal of their own, are shown
apart from those of containers. `from-kfp` counts the examples of docs/from-kfp.md in the same way.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import yaml

from kfdsl import lex, source

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples" / "from-kfp"
SHARED = Path(os.environ.get("KFDSL_SHARED", HERE.parents[2] / "shared"))

PYTHON_STEP = re.compile(r"^@dsl\.(component|notebook_component)\b", re.MULTILINE)
"""What says in the Python of the SDK that a function is a step."""


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


def written(path: Path) -> int:
    """Return the number of lines of a file that are neither blank, a comment nor a description."""
    text = path.read_text(encoding="utf-8")
    described = set() if path.suffix == ".pipe" else _docstrings(text)
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in described
        for number, line in enumerate(text.splitlines(), 1)
    )


def _docstrings(text: str) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and ast.get_docstring(node) is not None
        ):
            found.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return found


def argo() -> list[str]:
    """Return the table of the ports for Argo."""
    originals = SHARED / "corpus" / "argo"
    if not originals.exists():
        sys.exit(f"no {originals}: set KFDSL_SHARED to the folder with corpus/")
    ports = sorted((HERE / "argo").rglob("*.pipe"))
    return _table([_row(path, originals, HERE / "argo", ".yaml", lines) for path in ports])


def kfp() -> list[str]:
    """Return the tables of the ports for Kubeflow: containers, then steps of Python."""
    tables: dict[bool, list[tuple[float, int, int, str]]] = {False: [], True: []}
    for path in sorted((HERE / "kfp").rglob("*.pipe")):
        row = _row(path, HERE / "kfp" / "sdk", HERE / "kfp", ".py", written)
        python = (HERE / "kfp" / "sdk" / f"{row[-1]}.py").read_text(encoding="utf-8")
        tables[bool(PYTHON_STEP.search(python))].append(row)
    return [
        "steps that are containers",
        *_table(tables[False]),
        "",
        "steps that are Python",
        *_table(tables[True]),
    ]


def from_kfp() -> list[str]:
    """Return the table of the examples beside the SDK's Python."""
    return _table(
        [_row(path, EXAMPLES, EXAMPLES, ".py", written) for path in sorted(EXAMPLES.glob("*.pipe"))]
    )


def _row(
    path: Path, others: Path, folder: Path, suffix: str, count: Callable[[Path], int]
) -> tuple[float, int, int, str]:
    port = path.relative_to(folder).with_suffix("").as_posix()
    ours, theirs = count(path), count(others / f"{port}{suffix}")
    return (ours / theirs, ours, theirs, port)


def _table(rows: list[tuple[float, int, int, str]]) -> list[str]:
    table = [f"{ratio:5.2f}  {ours:4} {theirs:4}  {port}" for ratio, ours, theirs, port in sorted(rows)]
    if rows:
        table.append(f"{median(row[0] for row in rows):5.2f}  median of {len(rows)}")
        table.append(f"{sum(row[1] for row in rows) / sum(row[2] for row in rows):5.2f}  all lines together")
    return table


def main() -> None:
    """Print the table."""
    engine = sys.argv[1] if len(sys.argv) > 1 else "argo"
    if engine not in ENGINES:
        sys.exit(f"{engine}: {' or '.join(ENGINES)}")
    sys.stdout.write("\n".join(ENGINES[engine]()) + "\n")


ENGINES = {"argo": argo, "kfp": kfp, "from-kfp": from_kfp}


if __name__ == "__main__":
    main()
