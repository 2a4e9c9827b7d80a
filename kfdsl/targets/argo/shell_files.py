"""Files beside a script that is not Python: a shell lays them down, then runs the script."""

from __future__ import annotations

import shlex

from kfdsl import ir
from kfdsl.targets.argo import text
from kfdsl.targets.argo.argv import shown
from kfdsl.targets.argo.leaf import Leaf
from kfdsl.targets.argo.scope import Object

FOLDER = "/tmp/script"  # noqa: S108  # the folder that `$script_dir` names


def beside(interpreter: list[str], script: ir.Script, files: dict[str, str], leaf: Leaf) -> Object:
    """Return what runs: texts travel as arguments, so that they arrive exactly."""
    option_ = [] if interpreter[-1] == "-c" else option(script)
    lines = [f"export script_dir={FOLDER}"]
    for name in files:
        folder, path = shlex.quote(name.rpartition("/")[0]), shlex.quote(name)
        lines += [
            f'mkdir -p "$script_dir"/{folder} && printf %s "$1" > "$script_dir"/{path} || exit',
            "shift",
        ]
    run = " ".join(shlex.quote(word) for word in [*interpreter, *option_])
    lines.append(f'exec {run} "$1"')
    return {
        "command": ["sh", "-c", text.shown("\n".join(lines)), "sh"],
        "args": [shown(content, leaf) for content in (*files.values(), script.text)],
    }


def option(script: ir.Script) -> list[str]:
    """Return the option by which an interpreter takes its text as an argument."""
    return ["-e"] if script.interpreter[0].rpartition("/")[2] in ("node", "ruby", "perl", "deno") else ["-c"]
