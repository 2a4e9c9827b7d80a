"""The program in front of a Python script: typed variables in, outputs out, line numbers kept."""

from __future__ import annotations

import ast
import warnings
from typing import Final, NamedTuple

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.argo import expressions
from kfdsl.targets.argo.leaf import Leaf, metadata_path, output_path
from kfdsl.targets.argo.refusal import Refused

_BY_TEXT: Final = {
    "exec", "eval", "globals", "locals", "vars", "dir", "__main__", "modules", "_getframe", "currentframe",
}  # fmt: skip
"""Names through which a text can reach its variables without naming them."""


class Added(NamedTuple):
    """What a script needs beside its text: packages to install, and files that lie next to it."""

    install: list[str]
    files: dict[str, str]

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.install or self.files)


def added(script: ir.Script, settings: ir.Settings) -> Added:
    """Return the packages and files of a script."""
    install: list[str] = []
    packages, files = settings.expr("packages"), settings.expr("files")
    if packages is not None and not script.is_python:
        raise Refused(packages.span, "`packages` are for Python scripts")
    if isinstance(packages, ir.MapExpr):
        given = dict(packages.entries)
        index = expressions.constant(given["index"]) if "index" in given else None
        install = ["--index-url", str(index)] if index is not None else []
        packages = given.get("install")
    if packages is not None:
        listed = expressions.constant(packages)
        install += [str(name) for name in listed] if isinstance(listed, list) else []
    laid = expressions.constant(files) if files is not None else {}
    if not isinstance(laid, dict):
        raise Refused(script.span, "`files` must be constants on Argo")
    return Added(install, {name: str(content) for name, content in laid.items()})


def needs_prologue(script: ir.Script, beside: Added) -> bool:
    """Tell whether the text uses a variable by its name; all of them are in the environment anyway."""
    if script.function or beside or any(isinstance(value, ir.FieldOf) for _, value in script.variables):
        return True
    wanted = {name for name, _ in script.variables}
    return bool(wanted) and not wanted.isdisjoint(_names(script.text, wanted))


def _names(written: str, wanted: set[str]) -> set[str]:
    """Return the names of a Python text; all that are wanted where they may be looked up in other ways."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(written)))
    except (SyntaxError, ValueError):
        return wanted
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import() | ast.ImportFrom():
                found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            case _:
                pass
    return found if found.isdisjoint(_BY_TEXT) else wanted


def prologue(script: ir.Script, leaf: Leaf, beside: Added) -> str:
    """Return the program that runs the text it gets as its first argument. See reference/argo-patterns/48."""
    described = [
        value.base.name
        for _, value in script.variables
        if isinstance(value, ir.FieldOf) and isinstance(value.base, ir.OutputPath)
    ]
    for name in described:
        leaf.metadata.add(name)
    own = {value.name for _, value in script.variables if isinstance(value, ir.OutputPath)}
    values = [entry for entry in leaf.body.outputs if entry.name in own and not kinds.is_artifact(entry.type)]
    entries = [
        (name, _value(name, value, leaf))
        for name, value in script.variables
        if not _is_value_output(value, leaf)
    ]
    paths = {_identifier(entry.name): output_path(entry) for entry in values}
    paths |= {f"{_identifier(name)}_metadata": metadata_path(name) for name in described}
    variables = "".join(f", {name}={code}" for name, code in entries)
    lines = _begin(script, leaf, beside)
    if script.function:
        lines += _function(script, entries, values)
    else:
        lines.append(f"scope.update(__name__='__main__', __builtins__=builtins, __file__=path{variables})")
        lines += _text(written=bool(paths))
    return "\n".join(
        [
            "def run():",
            *(f"  {line}" for line in [*lines, *_written(paths)]),
            *_end(script, paths),
            "run()",
            "",
        ]
    )


def _begin(script: ir.Script, leaf: Leaf, beside: Added) -> list[str]:
    path = script.origin[0].rpartition("/")[2] if script.origin[0] else f"{leaf.name}.py"
    if not path.endswith(".py"):
        path = f"{leaf.name}.py"
    return [
        "import builtins, json, linecache, os, sys"
        + (", subprocess" if beside.install else "")
        + (", tempfile" if beside.files else ""),
        f"text, path, scope = sys.argv.pop(1), {path!r}, sys.modules['__main__'].__dict__",
        *_beside(beside),
        "sys.argv[0] = path",
        "linecache.cache[path] = len(text), None, text.splitlines(True), path",
        "scope.clear()",
    ]


def _beside(beside: Added) -> list[str]:
    lines: list[str] = []
    if beside.install:
        lines += [
            f"pip = [sys.executable, '-m', 'pip', 'install', '--quiet', *{beside.install!r}]",
            "subprocess.run(pip, check=True)",
        ]
    if beside.files:
        lines += [
            "folder = tempfile.mkdtemp()",
            f"for name in {list(beside.files)!r}:",
            "  os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)",
            "  with open(os.path.join(folder, name), 'w', encoding='utf-8', newline='') as file:",
            "    file.write(sys.argv.pop(1))",
            "sys.path.insert(0, folder)",
            "path = os.path.join(folder, path)",
        ]
    return lines


def _text(*, written: bool) -> list[str]:
    run = "exec(compile(text, path, 'exec', dont_inherit=True), scope)"
    if not written:
        return [run]
    return [
        "ended = None",
        "try:",
        f"  {run}",
        "except SystemExit as end:",
        "  ended = end",
        "  if end.code not in (None, 0): raise",
    ]


def _end(script: ir.Script, paths: dict[str, str]) -> list[str]:
    return ["  if ended: raise ended"] if paths and not script.function else []


def _is_value_output(value: ir.Expr, leaf: Leaf) -> bool:
    if isinstance(value, ir.FieldOf):
        return isinstance(value.base, ir.OutputPath)
    return isinstance(value, ir.OutputPath) and not kinds.is_artifact(leaf.outputs_by_name[value.name].type)


def _value(name: str, value: ir.Expr, leaf: Leaf) -> str:
    if isinstance(value, ir.OutputPath):
        return repr(output_path(leaf.outputs_by_name[value.name]))
    if isinstance(value, ir.InputRef) and kinds.is_artifact(value.type):
        code = f"os.environ[{name!r}]"
        if isinstance(kinds.bare(value.type), kinds.ListOf):
            return f"sorted(os.path.join({code}, n) for n in os.listdir({code}))"
        # A step may succeed without writing an optional artifact, of which Argo tells nothing but that it is not there.
        absent = isinstance(value.type, kinds.Optional)
        return f"{code} if os.path.exists({code}) else None" if absent else code
    return typed(f"os.environ[{name!r}]", value.type)


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


def _function(script: ir.Script, entries: list[tuple[str, str]], values: list[ir.Output]) -> list[str]:
    keywords = ", ".join(f"{name}={code}" for name, code in entries)
    call = f"scope[{script.function!r}]({keywords})"
    head = [
        "scope.update(__builtins__=builtins, __file__=path, __name__=path[:-3])",
        "exec(compile(text, path, 'exec', dont_inherit=True), scope)",
    ]
    if not values:
        return [*head, call]
    if len(values) == 1:
        return [*head, f"scope = {{{_identifier(values[0].name)!r}: {call}}}"]
    return [*head, f"scope = {call}"]


def _identifier(name: str) -> str:
    return name.replace("-", "_")


def _written(paths: dict[str, str]) -> list[str]:
    if not paths:
        return []
    pairs = ", ".join(f"{name!r}: {path!r}" for name, path in paths.items())
    return [
        f"for name, path in {{{pairs}}}.items():",
        "  if name in scope:",
        "    value = scope[name]",
        "    if not isinstance(value, str):",
        "      value = json.dumps(value, separators=(',', ':'), ensure_ascii=False)",
        "    with open(path, 'w', encoding='utf-8', newline='') as file: file.write(value)",
    ]
