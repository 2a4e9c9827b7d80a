"""Command lines and scripts: `command`, `args` and `script` items to what a container runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix
from kfdsl.kinds import STRING, ListOf, fits, show
from kfdsl.lower import expressions, keys, presence, scripts
from kfdsl.lower.scope import Scope
from kfdsl.lower.scripts import Text
from kfdsl.nearest import nearest
from kfdsl.source import Span


def command(
    scope: Scope, said: Mapping[str, s.Setting], inputs: Sequence[ir.Input], outputs: Sequence[ir.Output]
) -> ir.Command | ir.Script:
    """Check `command` and `args`; a shell with `-c` and a literal text is a script."""
    main, rest = said.get("command"), said.get("args")
    span = (main or rest or next(iter(said.values()))).span
    if main is not None and rest is None:
        shell = scripts.inline_shell(main.value)
        if shell is not None:
            interpreter, text = shell
            origin = (text.span.source.name, text.span.line)
            found = scripts.variables(scope, text.value, inputs, outputs, text.span)
            return ir.Script(interpreter, scripts.text_of(text), found, None, origin, text.span)
    return ir.Command(_words(scope, main), _words(scope, rest), span)


def _words(scope: Scope, setting: s.Setting | None) -> tuple[ir.Expr, ...] | None:
    """Check a list of words; `[…] ?? []` among them is spliced."""
    if setting is None:
        return None
    value = setting.value
    if isinstance(value, s.Text):
        parts = value.value.split()
        listed = "[" + ", ".join(f'"{p}"' for p in parts) + "]"
        scope.context.report(
            "type-mismatch",
            value.span,
            f"`{setting.name.text}` is a list of words",
            label="a text",
            fixes=(Fix("make it a list", (Edit(value.span, listed),)),),
            helps=("no shell splits it into words",),
        )
        return ()
    if isinstance(value, s.ListLiteral):
        return _listed(scope, value)
    if isinstance(value, s.Range):
        scope.context.report(
            "type-mismatch", value.span, f"`{setting.name.text}` is a list of words", label="a range"
        )
        return ()
    lowered = presence.present(scope, expressions.lower(scope, value, ListOf(STRING)))
    if not fits(lowered.type, ListOf(STRING)):
        scope.context.report(
            "type-mismatch",
            value.span,
            f"`{setting.name.text}` is a list of words",
            label=f"gives a `{show(lowered.type)}`",
        )
        return ()
    folded = scope.module.fold(lowered)
    return folded.items if isinstance(folded, ir.ListExpr) else ()


def _listed(scope: Scope, value: s.ListLiteral) -> tuple[ir.Expr, ...]:
    """Check words that are written out."""
    bare_words = _bare_words(scope, value)
    if bare_words:
        edits = tuple(Edit(w.span, f'"{w.span.text}"') for w in bare_words)
        scope.context.report(
            "unknown-name",
            bare_words[0].span,
            f"nothing here is called `{bare_words[0].span.text}`",
            label="not found",
            fixes=(Fix("if words are meant, put them in quotes", edits, safe=False),),
        )
        return ()
    return tuple(_word(scope, item) for item in value.items)


def _bare_words(scope: Scope, value: s.ListLiteral) -> list[s.Expression]:
    """Return the words of a list that stand there without quotes, none where they may be misspelt names."""
    found: list[s.Expression] = []
    if any(isinstance(i, s.Text) for i in value.items):
        return found
    for item in value.items:
        name = item.base if isinstance(item, s.Field) else item
        if (
            not isinstance(name, s.Name)
            or name.text in scope.values
            or name.text in scope.roots
            or scope.module.missing(name.text)
        ):
            continue
        if name.text not in scope.steps:
            if nearest(name.text, chain(scope.values, scope.steps)) is not None:
                return []
            found.append(item)
        elif isinstance(item, s.Field) and item.name.text not in scope.steps[name.text].outputs and found:
            found.append(item)
    return found if any(isinstance(w, s.Name) for w in found) else []


def _word(scope: Scope, item: s.Expression) -> ir.Expr:
    if isinstance(item, s.Binary) and item.operator == "??" and isinstance(item.left, s.ListLiteral):
        words = tuple(expressions.lower(scope, part) for part in item.left.items)
        left = ir.ListExpr(words, ListOf(STRING), item.left.span)
        right = expressions.lower(scope, item.right)
        return ir.Binary("??", left, right, ListOf(STRING), item.span)
    lowered = expressions.text(scope, item)
    if isinstance(lowered, ir.KeyRef):
        keys.refuse_key(scope, lowered, "a command")
    return lowered


def script(
    scope: Scope, text: Text, inputs: Sequence[ir.Input], outputs: Sequence[ir.Output], span: Span
) -> ir.Script:
    """Return a script with the variables that it gets, or the arguments of the function that it calls."""
    if text.function is not None:
        given: list[tuple[str, ir.Expr]] = [
            (scripts.environment(i.name), ir.InputRef(i.name, i.type, i.span)) for i in inputs
        ]
        given += [
            (scripts.environment(o.name), ir.OutputPath(o.name, o.type, o.span))
            for o in outputs
            if o.value is None
        ]
        return ir.Script(text.interpreter, text.text, tuple(given), text.function, text.origin, span)
    found = scripts.variables(scope, text.text, inputs, outputs, span)
    return ir.Script(text.interpreter, text.text, found, None, text.origin, span)
