"""Time whole processes of kfdsl beside a yardstick, and print ratios: `make bench`.

Every figure is the median of several runs, the two commands in turn, so that a slow moment of the machine
hits both.
"""

from __future__ import annotations

import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 9
SIZES = (100, 1_000, 5_000)
ROOT = Path(__file__).resolve().parent.parent
KFDSL = [sys.executable, "-m", "kfdsl"]
YARDSTICK = [sys.executable, "-c", "import lark, jinja2"]


def cpu(command: list[str]) -> float:
    """Return the seconds of processor time, user and system, that a process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(a: list[str], b: list[str], runs: int = RUNS) -> float:
    """Return the median of A's time by B's, pair by pair."""
    cpu(a), cpu(b)
    return statistics.median(cpu(a) / cpu(b) for _ in range(runs))


def program(steps: int) -> str:
    """Return a chain of equal steps."""
    lines = ["edition 2026", "pipeline big {"]
    for i in range(steps):
        after = f" after s{i - 1}" if i else ""
        lines += [
            f"  step s{i}{after} {{",
            '    image   = "busybox:1.36"',
            f'    command = ["echo", "{i}"]',
            "  }",
        ]
    return "\n".join([*lines, "}", ""])


def main() -> None:
    """Print the figures."""
    small = str(ROOT / "examples/simple-pipeline/simple-pipeline.pipe")
    print(f"compile of two steps / import lark, jinja2: {ratio([*KFDSL, 'compile', small], YARDSTICK):.2f}")
    print(f"--version / python -c pass: {ratio([*KFDSL, '--version'], [sys.executable, '-c', 'pass']):.2f}")
    with tempfile.TemporaryDirectory() as folder:
        times = {}
        for size in SIZES:
            path = Path(folder, f"{size}.pipe")
            path.write_text(program(size), encoding="utf-8")
            times[size] = min(cpu([*KFDSL, "compile", str(path), "-o", os.devnull]) for _ in range(3))
            print(f"compile of {size} steps: {times[size]:.2f} s of processor time")
        first, last = SIZES[1], SIZES[-1]
        growth = math.log(times[last] / times[first]) / math.log(last / first)
        print(f"growth from {first} to {last} steps: exponent {growth:.2f}")


if __name__ == "__main__":
    main()
