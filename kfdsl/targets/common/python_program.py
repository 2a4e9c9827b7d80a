"""Lines of the program in front of a Python script, which makes it see variables and keeps its line numbers.

A target puts them together: how values arrive differs. The lines stand inside a function, so that its own
variables are not those of the script: `text` and `path` are of the script, `scope` holds its variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kfdsl import ir, kinds
from kfdsl.kinds import Kind

MODULES: Final = ("builtins", "json", "linecache", "os", "sys")
"""What the lines use; `install` needs `subprocess` too, `lay_down` needs `tempfile`."""

SHOW: Final = (
    "sys.argv[0] = path",
    "linecache.cache[path] = len(text), None, text.splitlines(True), path",
    "scope.clear()",
)
"""Tracebacks show the lines of the script, and it begins without variables."""

RUN: Final = "exec(compile(text, path, 'exec', dont_inherit=True), scope)"

RUN_TO_THE_END: Final = (
    "ended = None",
    "try:",
    f"  {RUN}",
    "except SystemExit as end:",
    "  ended = end",
    "  if end.code not in (None, 0): raise",
)
"""Run a script whose variables are read afterwards, also where it exits well; then comes `END`."""

END: Final = "if ended: raise ended"


def file_name(script: ir.Script, step: str) -> str:
    """Return how tracebacks call a script: as its file, or as the step that it is written in."""
    name = script.origin[0].rpartition("/")[2]
    return name if name.endswith(".py") else f"{step}.py"


def install(packages: list[str]) -> list[str]:
    """Return the lines that install packages."""
    if not packages:
        return []
    return [
        f"pip = [sys.executable, '-m', 'pip', 'install', '--quiet', *{packages!r}]",
        "subprocess.run(pip, check=True)",
    ]


def lay_down(loop: str, content: str) -> list[str]:
    """Return the lines that lay files down beside the script; `loop` gives `name`, `content` the text of each."""
    return [
        "folder = tempfile.mkdtemp()",
        f"for {loop}:",
        "  os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)",
        "  with open(os.path.join(folder, name), 'w', encoding='utf-8', newline='') as file:",
        f"    file.write({content})",
        "sys.path.insert(0, folder)",
        "path = os.path.join(folder, path)",
    ]


def variables(entries: list[tuple[str, str]]) -> str:
    """Return the line that makes variables, each with the code of its value, for a script that is run."""
    named = "".join(f", {name}={code}" for name, code in entries)
    return f"scope.update(__name__='__main__', __builtins__=builtins, __file__=path{named})"


def call(function: str, entries: list[tuple[str, str]], outputs: list[str]) -> list[str]:
    """Return the lines that import a script and call a function of it; `scope` has the `outputs` afterwards."""
    keywords = ", ".join(f"{name}={code}" for name, code in entries)
    called = f"scope[{function!r}]({keywords})"
    if len(outputs) == 1:
        called = f"scope = {{{outputs[0]!r}: {called}}}"
    elif outputs:
        called = f"scope = {called}"
    return ["scope.update(__builtins__=builtins, __file__=path, __name__=path[:-3])", RUN, called]


def write(paths: Mapping[str, str]) -> list[str]:
    """Return the lines that write variables which the script has set; `paths` has code for each one's path."""
    if not paths:
        return []
    pairs = ", ".join(f"{name!r}: {path}" for name, path in paths.items())
    return [
        f"for name, path in {{{pairs}}}.items():",
        "  if name in scope:",
        "    value = scope[name]",
        "    if not isinstance(value, str):",
        "      value = json.dumps(value, separators=(',', ':'), ensure_ascii=False)",
        "    with open(path, 'w', encoding='utf-8', newline='') as file: file.write(value)",
    ]


def identifier(name: str) -> str:
    """Return the variable that an output is taken from."""
    return name.replace("-", "_")


def typed(code: str, kind: Kind) -> str:
    """Return Python that makes a value of its type from a text."""
    match kind:
        case kinds.Optional(kinds.Scalar("string") | kinds.Enum()):
            return f"{code} or None"
        case kinds.Optional(item):
            return f"{typed(code, item)} if {code} else None"
        case kinds.Scalar("int"):
            return f"int({code})"
        case kinds.Scalar("float"):
            return f"float({code})"
        case kinds.Scalar("bool"):
            return f"{code} == 'true'"
        case kinds.Scalar("json") | kinds.ListOf() | kinds.MapOf() | kinds.Record():
            return f"json.loads({code})"
        case _:
            return code
