"""Files beside a script that is not Python: a shell lays them down, then runs the script."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from kfdsl import ir

FOLDER = "/tmp/script"  # noqa: S108  # the folder that `$script_dir` names


def lay_down(interpreter: list[str], script: ir.Script, names: Iterable[str]) -> str:
    """Return a program for `sh -c`; the texts of the files and the script are its arguments, and arrive exactly."""
    option_ = [] if interpreter[-1] == "-c" else option(script)
    lines = [f"export script_dir={FOLDER}"]
    for name in names:
        folder, path = shlex.quote(name.rpartition("/")[0]), shlex.quote(name)
        lines += [
            f'mkdir -p "$script_dir"/{folder} && printf %s "$1" > "$script_dir"/{path} || exit',
            "shift",
        ]
    run = " ".join(shlex.quote(word) for word in [*interpreter, *option_])
    lines.append(f'exec {run} "$1"')
    return "\n".join(lines)


def option(script: ir.Script) -> list[str]:
    """Return the option by which an interpreter takes its text as an argument."""
    return ["-e"] if script.interpreter[0].rpartition("/")[2] in ("node", "ruby", "perl", "deno") else ["-c"]
