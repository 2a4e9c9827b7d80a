"""What only imported components have in their commands, as checked expressions."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import STRING, ListOf, bare
from kfdsl.lower import expressions
from kfdsl.lower.scope import Scope


def lower(scope: Scope, expr: s.VariableRef | s.IfPresent | s.KubeflowWord) -> ir.Expr:
    """Lower a variable of the container, a choice by an optional input, or an entry with placeholders."""
    match expr:
        case s.VariableRef(name, span):
            return ir.VariableRef(name, STRING, span)
        case s.IfPresent(name, then, otherwise, span):
            value = expressions.lower(scope, name)
            return ir.IfPresent(value, _list(scope, then), _list(scope, otherwise), ListOf(STRING), span)
        case s.KubeflowWord(text, meaning, foreign, span):
            lowered: ir.Expr | None = None
            if isinstance(meaning, s.ListLiteral):
                lowered = _list(scope, meaning)
            elif meaning is not None:
                lowered = expressions.text(scope, meaning)
            kind = bare(lowered.type) if lowered is not None else STRING  # an absent value is the empty text
            return ir.KubeflowWord(text, lowered, foreign, kind, span)


def _list(scope: Scope, listed: s.ListLiteral) -> ir.ListExpr:
    items = tuple(
        _list(scope, item) if isinstance(item, s.ListLiteral) else expressions.text(scope, item)
        for item in listed.items
    )
    return ir.ListExpr(items, ListOf(STRING), listed.span)
