"""Scripts: `script` items in; their texts, and the variables that they get, out."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import JSON, MapOf, Unknown, is_artifact
from kfdsl.lower import members
from kfdsl.lower.scope import Scope
from kfdsl.node import Node
from kfdsl.source import Source, Span

SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
RESERVED = frozenset(
    (
        "PATH",
        "HOME",
        "IFS",
        "PWD",
        "OLDPWD",
        "SHELL",
        "USER",
        "UID",
        "EUID",
        "PPID",
        "PYTHONPATH",
        "PYTHONHOME",
        "TMPDIR",
        "HOSTNAME",
    )
)
"""Variables that programs need as they are; `LD_…` too."""


class Text(Node):
    """The text of a script: what is run, the function that is called, and where it comes from."""

    interpreter: tuple[str, ...]
    text: str
    function: str | None
    origin: tuple[str, int]
    span: Span


def read(scope: Scope, item: s.Script) -> Text | None:
    """Read a `script` item."""
    if isinstance(item.language, s.Name) and item.language.text == "notebook":
        return _notebook(scope, item)
    interpreter = _interpreter(scope, item.language)
    match item.text:
        case s.Text(_, style, span):
            first = span.source.position(span.start).line + (
                1 if style == "block" and "\n" in span.text else 0
            )
            text = text_of(item.text)
            return checked(scope, Text(interpreter, text, None, (span.source.name, first), span))
        case s.Call(s.Name("file")) as call:
            return _from_file(scope, interpreter, call, None)
        case s.Field(s.Call(s.Name("file")) as call, function):
            return _from_file(scope, interpreter, call, function)
        case s.Interpolation(_, _, span):
            scope.context.report(
                "not-constant",
                span,
                "values never become part of a script",
                label="text with `${…}`",
                helps=('the script gets its values as variables: write `"$name"` in `"""…"""`',),
            )
        case other:
            scope.context.report(
                "not-constant",
                other.span,
                "the text of a script is written out",
                label="expected a text or `file(…)`",
            )
    return None


def _notebook(scope: Scope, item: s.Script) -> Text | None:
    """Read the code cells of a notebook as one Python script."""
    from kfdsl.lower import notebooks  # noqa: PLC0415  # few scripts are notebooks

    match item.text:
        case s.Call(s.Name("file"), (s.Argument(None, s.Text() as path),)) as call:
            content = scope.module.read_text(path)
            text = notebooks.script(scope, content, call.span) if content is not None else None
        case other:
            scope.context.report(
                "script-error", other.span, "a notebook is a file", label='write `file("x.ipynb")`'
            )
            return None
    if text is None:
        return None
    return checked(scope, Text(("python",), text, None, (path.value, 1), call.span))


def text_of(text: s.Text) -> str:
    """Return the text of a script: one that is written over lines ends with a newline."""
    many = text.style == "block" and "\n" in text.span.text
    return text.value + "\n" if many and text.value and not text.value.endswith("\n") else text.value


def _interpreter(scope: Scope, language: s.Expression) -> tuple[str, ...]:
    if isinstance(language, s.Name):
        return (language.text,)
    words = (
        [i.value for i in language.items if isinstance(i, s.Text)]
        if isinstance(language, s.ListLiteral)
        else []
    )
    if not words or not isinstance(language, s.ListLiteral) or len(words) != len(language.items):
        scope.context.report(
            "not-constant",
            language.span,
            "the command line of a script is a list of texts",
            label='such as ["sh", "-eux"]',
        )
        return ("sh",)
    return tuple(words)


def _from_file(
    scope: Scope, interpreter: tuple[str, ...], call: s.Call, function: s.Name | None
) -> Text | None:
    path = call.arguments[0].value if len(call.arguments) == 1 else None
    if not isinstance(path, s.Text):
        scope.context.report(
            "not-constant", call.span, "`file` takes one path, written out", label="a text in quotes"
        )
        return None
    content = scope.module.read_text(path)
    if content is None:
        return None
    if function is not None and not interpreter[0].startswith("python"):
        scope.context.report(
            "script-error",
            function.span,
            f"only Python scripts have functions, this is `{interpreter[0]}`",
            label="not possible here",
        )
        return None
    text = content.replace("\r\n", "\n")
    return checked(
        scope,
        Text(
            interpreter,
            text,
            function.text if function else None,
            (path.value, 1),
            function.span if function else call.span,
        ),
    )


def checked(scope: Scope, script: Text) -> Text:
    """Report a Python text that Python cannot read, at its line."""
    if not script.interpreter[0].startswith("python") or len(script.interpreter) > 1:
        return script
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(script.text)
    except (SyntaxError, ValueError) as error:
        span = script.span
        line = getattr(error, "lineno", None)
        written_here = script.span.source.name == script.origin[0] and "\n" in script.span.text
        if written_here and line is not None:
            span = _line_span(script.span.source, script.origin[1] + line - 1)
        what = getattr(error, "msg", None) or str(error)
        scope.context.report(
            "script-error",
            span,
            f"Python cannot read this script: {what}",
            label=f"line {line} of the script" if line else "",
        )
    return script


def _line_span(source: Source, line: int) -> Span:
    text = source.line(line)
    start = source.starts[min(line, len(source.starts)) - 1]
    indent = len(text) - len(text.lstrip())
    return Span(source, start + indent, start + max(len(text.rstrip()), indent))


def inline_shell(setting: s.Expression | s.Range) -> tuple[tuple[str, ...], s.Text] | None:
    """Return interpreter and text of a `command = ["sh", "-c", TEXT]` that is a script in every respect."""
    if not isinstance(setting, s.ListLiteral) or len(setting.items) != 3:  # shell, -c, text
        return None
    shell, option, text = setting.items
    if not (isinstance(shell, s.Text) and isinstance(option, s.Text) and isinstance(text, s.Text)):
        return None
    if shell.value.rsplit("/", 1)[-1] not in SHELLS or option.value != "-c":
        return None
    return (shell.value, option.value), text


def variables(
    scope: Scope, text: str, inputs: Sequence[ir.Input], outputs: Sequence[ir.Output], span: Span
) -> tuple[tuple[str, ir.Expr], ...]:
    """Return what a script gets: ins, outs, loop variables; params and run values that it names."""
    found: dict[str, ir.Expr] = {}
    words = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text))
    for item in inputs:
        _add(scope, found, item.name, ir.InputRef(item.name, item.type, item.span), item.span)
    for out in outputs:
        if out.value is None:
            _add(scope, found, out.name, ir.OutputPath(out.name, out.type, out.span), out.span)
    for name, value in scope.values.items():
        variable = environment(name)
        wanted = value.what == "loop variable" or (value.what in ("param", "let") and variable in words)
        if not wanted or variable in found:
            continue
        read = value.read(scope, span)
        if not is_artifact(read.type) and not isinstance(read.type, Unknown):
            _add(scope, found, name, read, value.declared)
    for name, read in (*_of_run(scope, span), *_of_artifacts(inputs, outputs)):
        if name in words:
            found.setdefault(name, read)
    return tuple(found.items())


def _of_run(scope: Scope, span: Span) -> Iterator[tuple[str, ir.Expr]]:
    """Yield what a script may ask about the run and its step: `run_id`, `step_attempt` and others."""
    for root in ("run", "step"):
        for field, kind in scope.roots.get(root, {}).items():
            yield f"{root}_{field}", ir.RunRef(field if root == "run" else f"step.{field}", kind, span)


def _of_artifacts(inputs: Sequence[ir.Input], outputs: Sequence[ir.Output]) -> Iterator[tuple[str, ir.Expr]]:
    """Yield what a script may ask about artifacts: `x_uri`, `x_name`, `x_metadata`; of outputs the last."""
    for item in inputs:
        if is_artifact(item.type):
            for field, kind in members.ARTIFACT_FIELDS.items():
                base = ir.InputRef(item.name, item.type, item.span)
                yield f"{environment(item.name)}_{field}", ir.FieldOf(base, field, kind, item.span)
    for out in outputs:
        if out.value is None and is_artifact(out.type):
            path = ir.OutputPath(out.name, out.type, out.span)
            yield f"{environment(out.name)}_metadata", ir.FieldOf(path, "metadata", MapOf(JSON), out.span)


def environment(name: str) -> str:
    """Return the variable of a name."""
    return name.replace("-", "_")


def _add(scope: Scope, found: dict[str, ir.Expr], name: str, value: ir.Expr, span: Span) -> None:
    variable = environment(name)
    if variable in RESERVED or variable.startswith("LD_"):
        scope.context.report(
            "reserved-variable",
            span,
            f"`{name}` would hide the variable `{variable}`, which programs need",
            label="choose another name",
        )
    if variable in found:
        scope.context.report(
            "name-clash",
            span,
            f"two names of this step become the variable `{variable}`",
            label="the second one",
        )
    found[variable] = value
