"""Names that a script reads and nobody sets; reports warnings, and only where it is sure.

What the image sets cannot be known: names in capitals are taken to be its own.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections.abc import Iterable, Iterator

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.lower import scripts
from kfdsl.lower.body_parts import Parts
from kfdsl.lower.scope import Scope
from kfdsl.nearest import nearest
from kfdsl.source import Span

_SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh"))
_READ = re.compile(
    r"""\\. | '(?P<quoted>[^']*)' | (?P<double>") | (?<![^\s;&|(])\#[^\n]*
    | \$(?:(?P<name>[a-z_][A-Za-z0-9_]*) | \{[#!]?(?P<braced>[a-z_][A-Za-z0-9_]*)(?P<rest>[^}]?))""",
    re.VERBOSE | re.DOTALL,
)
_SETS = (
    r"\bfor\s+{0}\b|\bselect\s+{0}\b|\b(?:read|mapfile|readarray|local|declare|typeset|export|readonly|getopts|let|unset)\b[^\n;|&]*\b{0}\b"
    r"|\bprintf\s+-v\s+{0}\b|\(\([^)]*\b{0}\b|(?<![\w$-]){0}\"?\s*(?:\+=|=)|\b{0}\[[^\]]*\]="
)
_FOREIGN = re.compile(r"(?:^|[\s;&|])(?:source|\.|eval|set\s+-a)\s|<<-?\s*['\"\\]", re.MULTILINE)
_PROXIES = frozenset(("http_proxy", "https_proxy", "no_proxy", "ftp_proxy", "all_proxy", "script_dir", "_"))
_OF_MODULES = frozenset(
    ("__file__", "__name__", "__doc__", "__spec__", "__builtins__", "__package__", "__loader__")
)


def of_body(
    scope: Scope, owner: str, parts: Parts, run: ir.Script, declared: Iterable[ir.Input | ir.Output]
) -> None:
    """Report names that the script of a body reads and nothing sets, where its text is written out."""
    text = parts.scripts[0].text if parts.scripts else None
    if text is None:
        written = [i.value for i in parts.settings if i.name.text == "command"]
        inline = scripts.inline_shell(written[0]) if written else None
        text = inline[1] if inline is not None else None
    if isinstance(text, s.Text) and run.function is None:
        check(scope, run, text.span, declared, owner)


def check(
    scope: Scope, script: ir.Script, text: Span, declared: Iterable[ir.Input | ir.Output], owner: str
) -> None:
    """Report the names that a script, written out at `text`, reads although nothing sets them."""
    known = {name for name, _ in script.variables}
    places = {item.name.replace("-", "_"): item.span for item in declared}
    if script.is_python:
        known |= set(places)
        unknown = _python(script.text, text, known)
    elif script.interpreter[0].rsplit("/", 1)[-1] in _SHELLS:
        unknown = _shell(text, known)
    else:
        return
    sign = "" if script.is_python else "$"
    for name, value in scope.values.items():
        if value.what in ("param", "loop variable"):
            places.setdefault(name.replace("-", "_"), value.declared)
    told: set[str] = set()
    for name, span in unknown:
        if name not in told:
            told.add(name)
            _report(scope, name, span, sign, known, places, owner)


def _report(  # noqa: PLR0913, PLR0917  # what all reports share
    scope: Scope, name: str, span: Span, sign: str, known: set[str], places: dict[str, Span], owner: str
) -> None:
    close = nearest(name, known | set(places))
    fixes = (Fix(f"did you mean `{sign}{close}`?", (Edit(span, close),)),) if close else ()
    labels = (
        (Label(places[close], f"similar name, in the script `{sign}{close}`"),) if close in places else ()
    )
    shown = ", ".join(sorted(known)) or "none"
    where = f"step `{owner}`" if owner else "the step"
    scope.context.report(
        "unknown-script-variable",
        span,
        f"the script reads `{sign}{name}`, which nothing sets in {where}",
        label="would be empty at run time" if sign else "not defined",
        labels=labels,
        fixes=fixes,
        notes=(
            f"names available here: {shown}"
            + (f", and what the image sets; `env = {{ {name} = … }}` defines one" if sign else ""),
        ),
    )


def _shell(text: Span, known: set[str]) -> Iterator[tuple[str, Span]]:
    """Find `$name` of variables in lower case that neither the step nor any text of the file sets."""
    written, whole = text.text, text.source.text
    if _FOREIGN.search(written):
        return
    quotes = len(written) - len(written.lstrip("'\"")) or 1
    inside = False
    at = quotes
    while (found := _READ.search(written, at)) is not None:
        at = found.end()
        if found["double"]:
            inside = not inside
        elif found["quoted"] is not None and inside:
            at = found.start() + 1
        name = found["name"] or found["braced"]
        if not name or name in known or name in _PROXIES or (found["rest"] or "") in tuple("-+=?:"):
            continue
        if re.search(_SETS.format(name), whole):
            continue
        start = text.start + found.start("name" if found["name"] else "braced")
        yield name, Span(text.source, start, start + len(name))


def _python(script: str, text: Span, known: set[str]) -> Iterator[tuple[str, Span]]:
    """Find names that a Python script reads and that neither it nor the step binds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(script)
    except (SyntaxError, ValueError):
        return
    nodes = list(ast.walk(tree))
    if any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in nodes):
        return
    bound = known | _bound(nodes) | set(dir(builtins)) | _OF_MODULES
    reads = [
        n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id not in bound
    ]
    if {"exec", "eval", "globals", "locals", "vars"} & {n.id for n in nodes if isinstance(n, ast.Name)}:
        return
    first = 1 if "\n" in text.text else 0
    for node in sorted(reads, key=lambda n: (n.lineno, n.col_offset)):
        number = text.line + first + node.lineno - 1
        line = text.source.line(number)
        found = re.search(rf"(?<![\w.]){re.escape(node.id)}(?!\w)", line)
        if found:
            start = text.source.starts[number - 1] + found.start()
            yield node.id, Span(text.source, start, start + len(node.id))


def _bound(nodes: list[ast.AST]) -> set[str]:
    bound: set[str] = set()
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.arg(arg=name):
                bound.add(name)
            case ast.Import() | ast.ImportFrom():
                bound |= {(a.asname or a.name).split(".")[0] for a in node.names}
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                bound |= set(names)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                bound.add(name)
            case ast.MatchMapping(rest=str(name)):
                bound.add(name)
            case _:
                pass
    return bound
