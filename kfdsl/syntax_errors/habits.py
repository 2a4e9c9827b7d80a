"""Lines broken where none may be, and what YAML or Jinja would write: told, and taken out of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label
from kfdsl.lex import MOST, Tokens
from kfdsl.source import Span

LONGEST = 100_000
"""Tokens of a text that is mended; one with more was not written by hand."""

_HEADERS = frozenset(("step", "group", "for", "on", "container"))
_NAMED = frozenset(("step", "group", "pipeline", "component", "sidecar", "init", "container", "metric"))
_BINARY = frozenset(("+", "*", "/", "%", "??", "==", "!=", "<", ">", "<=", ">=", ".", "and", "or"))
_SECTIONS = {
    "steps": "each step stands in the pipeline: `step NAME { … }`",
    "tasks": "each step stands in the pipeline: `step NAME { … }`",
    "jobs": "each step stands in the pipeline: `step NAME { … }`",
    "templates": "each component stands in the file: `component NAME { … }`",
    "params": "each one is `param NAME: T = default`",
    "parameters": "each one is `param NAME: T = default`",
    "inputs": "each one is `in NAME = value`",
    "outputs": "each one is `out NAME: T`",
}
_SWALLOWED = re.compile(r"\n[ \t]*[A-Za-z_][\w -]*=[ \t]*\$?\"\"\"\Z")
_PATHS = (
    re.compile(r"(?:inputs|workflow)\.parameters\.(?P<value>[\w-]+)"),
    re.compile(r"(?P<value>item(?:\.[\w-]+)?)"),
    re.compile(r"(?:tasks|steps)\.(?P<step>[\w-]+)\.outputs\.(?:parameters|artifacts)\.(?P<value>[\w-]+)"),
)


def mend(tokens: Tokens) -> tuple[list[Diagnostic], bool]:
    """Report and take out what can be understood although it is not the language, where parsing failed.

    The flag tells whether nothing was lost by it.
    """
    faithful = True
    found: list[Diagnostic] = []
    at = 0 if len(tokens.kinds) <= LONGEST else len(tokens.kinds)
    while at < len(tokens.kinds) and len(found) < MOST:
        for rule in RULES:
            problem = rule(tokens, at)
            if problem is not None:
                found.append(problem)
                faithful &= rule not in LOSSY
                break
        at += 1
    return found, faithful


def swallowed(tokens: Tokens) -> Diagnostic | None:
    """Report a block of text that ends where the next one begins; the rest cannot be read then."""
    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        if kind == "BLOCK" and _SWALLOWED.search(tokens.source.text, start, end):
            span = Span(tokens.source, start, start + 3)
            other = Span(tokens.source, end - 3, end)
            return report(
                "unclosed-string",
                span,
                "block of text is never closed",
                label="opened here",
                labels=(Label(other, "would close it, but opens another one"),),
                helps=('close it with `"""`',),
            )
    return None


def _kind(tokens: Tokens, at: int) -> str:
    return tokens.kinds[at] if 0 <= at < len(tokens.kinds) else "$END"


def _text(tokens: Tokens, at: int) -> str:
    return tokens.text(at) if 0 <= at < len(tokens.kinds) else ""


def _span(tokens: Tokens, first: int, last: int) -> Span:
    return Span(tokens.source, tokens.starts[first], tokens.ends[last])


def _drop(tokens: Tokens, first: int, end: int) -> None:
    del tokens.kinds[first:end], tokens.starts[first:end], tokens.ends[first:end]


def _head(tokens: Tokens, at: int) -> str:
    """Return the first word of the line before the line end `at`."""
    while at > 0 and tokens.kinds[at - 1] != "_NL":
        at -= 1
    return _text(tokens, at)


def _join(tokens: Tokens, at: int) -> Fix:
    """Take out the line end `at`; return the fix that does so in the text, where no comment would be lost."""
    gap = Span(tokens.source, tokens.ends[at - 1], tokens.starts[at + 1])
    safe = "#" not in gap.text
    _drop(tokens, at, at + 1)
    return Fix("join the lines", (Edit(gap, " "),), safe=safe)


def _brace_below(tokens: Tokens, at: int) -> Diagnostic | None:
    if (
        _kind(tokens, at) != "_NL"
        or _kind(tokens, at + 1) != "{"
        or at == 0
        or _kind(tokens, at - 1) in ("{", ",", "=")
    ):
        return None
    span = _span(tokens, at + 1, at + 1)
    return report(
        "syntax-error",
        span,
        "`{` stands on the line that it belongs to",
        label="begins a line of its own",
        fixes=(_join(tokens, at),),
    )


def _else_below(tokens: Tokens, at: int) -> Diagnostic | None:
    word = _text(tokens, at + 1)
    if (
        _kind(tokens, at) != "_NL"
        or word not in ("else", "elif")
        or _kind(tokens, at - 1) != "}"
        or _kind(tokens, at + 2) in ("=", ":")
    ):
        return None
    span = _span(tokens, at + 1, at + 1)
    fix = _join(tokens, at)
    return report(
        "misplaced-else",
        span,
        f"`{word}` stands on the line of the `}}` before it",
        label="begins a line of its own",
        fixes=(Fix(f"write `}} {word}`", fix.edits, safe=fix.safe),),
    )


def _broken_line(tokens: Tokens, at: int) -> Diagnostic | None:
    """Find a line that goes on in the next one: a clause or an operator begins it, or an operator ends it."""
    if _kind(tokens, at) != "_NL" or at == 0 or _kind(tokens, at + 1) == "$END":
        return None
    word, last = _text(tokens, at + 1), _text(tokens, at - 1)
    clause = (
        word in ("after", "when")
        and _kind(tokens, at + 2) == "NAME"
        and _head(tokens, at) in _HEADERS
        and _kind(tokens, at - 1) not in ("{", "}")
    )
    operator = (
        word in _BINARY
        and _kind(tokens, at + 2) != "="
        and _kind(tokens, at - 1) not in ("{", "}", ",", "_NL")
    )
    open_end = last in _BINARY and _kind(tokens, at - 2) not in ("_NL", "{", ",", ".")
    if not (clause or operator or open_end):
        return None
    place = at - 1 if open_end and not operator else at + 1
    span = _span(tokens, place, place)
    verb = "ends" if place < at else "begins"
    help_text = (
        "the clauses of a header stand on one line"
        if clause
        else "lines may be broken inside `( )` and `[ ]` only"
    )
    joined = [_join(tokens, at)]
    while clause:
        at = next(i for i in range(at, len(tokens.kinds)) if tokens.kinds[i] in ("_NL", "$END"))
        if _text(tokens, at + 1) not in ("after", "when", "for") or _kind(tokens, at - 1) == "{":
            break
        joined.append(_join(tokens, at))
    fix = Fix("join the lines", tuple(e for f in joined for e in f.edits), safe=all(f.safe for f in joined))
    return report(
        "syntax-error",
        span,
        "a line end ends an item",
        label=f"{verb} a line",
        fixes=(fix,),
        helps=(help_text,),
    )


def _bound_block(tokens: Tokens, at: int) -> Diagnostic | None:
    """Find `step x: {` and `step x = {`."""
    if _kind(tokens, at) not in ("=", ":") or _kind(tokens, at + 1) != "{" or _kind(tokens, at - 1) != "NAME":
        return None
    word = _text(tokens, at - 2)
    if word not in _NAMED or _kind(tokens, at - 3) not in ("_NL", "{", "$END", ","):
        return None
    span = _span(tokens, at, at)
    edit = Edit(Span(tokens.source, tokens.ends[at - 1], tokens.starts[at + 1]), " ")
    _drop(tokens, at, at + 1)
    return report(
        "wrong-sign",
        span,
        f"the body of a {word} follows its name",
        label=f"no `{span.text}` here",
        fixes=(Fix("remove it", (edit,)),),
    )


def _else_if(tokens: Tokens, at: int) -> Diagnostic | None:
    if _text(tokens, at) == "else" and _text(tokens, at + 1) == "if" and _kind(tokens, at - 1) == "}":
        span = _span(tokens, at, at + 1)
        _drop(tokens, at, at + 1)
        tokens.kinds[at] = "ELIF"
        return report(
            "unknown-keyword",
            span,
            "`else if` is one word: `elif`",
            label="write `elif`",
            fixes=(Fix("write `elif`", (Edit(span, "elif"),)),),
        )
    if _text(tokens, at) == "elif" and _kind(tokens, at + 1) == "{" and _kind(tokens, at - 1) == "}":
        tokens.kinds[at] = "ELSE"
        end = Span(tokens.source, tokens.ends[at], tokens.ends[at])
        return report(
            "missing-value",
            end,
            "a condition is missing after `elif`",
            label="expected a condition",
            helps=("a branch for everything else is `else { … }`",),
        )
    return None


def _placeholder(tokens: Tokens, at: int) -> Diagnostic | None:
    """Find `{{ … }}` outside of texts."""
    if _kind(tokens, at) != "{" or _kind(tokens, at + 1) != "{" or tokens.starts[at + 1] != tokens.ends[at]:
        return None
    end = next(
        (
            i
            for i in range(at + 2, min(at + 40, len(tokens.kinds) - 1))
            if tokens.kinds[i] == tokens.kinds[i + 1] == "}"
        ),
        None,
    )
    if end is None:
        return None
    span = _span(tokens, at, end + 1)
    inner = span.text.strip("{} ")
    meant = next((m for m in (p.fullmatch(inner) for p in _PATHS) if m), None)
    value = inner if re.fullmatch(r"[\w-]+", inner) else None
    if meant:
        value = f"{meant['step']}.{meant['value']}" if "step" in meant.groupdict() else meant["value"]
    _drop(tokens, end, end + 2)
    _drop(tokens, at, at + 2)
    fixes = (Fix(f"write `{value}`", (Edit(span, value),), safe=value == inner),) if value else ()
    return report(
        "syntax-error",
        span,
        "values are named directly, without `{{ }}`",
        label="a placeholder of an engine",
        fixes=fixes,
    )


def _margin(tokens: Tokens, at: int) -> int:
    start = tokens.starts[at]
    line = tokens.source.text.rfind("\n", 0, start) + 1
    return len(tokens.source.text[line:start]) if not tokens.source.text[line:start].strip() else -1


def _lines_below(tokens: Tokens, at: int, margin: int) -> int:
    """Return the first token from `at` whose line is not indented more, nor an item (`-`) at that margin."""
    while _kind(tokens, at) not in ("$END", "}"):
        here = _margin(tokens, at)
        if here != -1 and (here < margin or (here == margin and tokens.kinds[at] != "-")):
            break
        while _kind(tokens, at) not in ("_NL", "$END"):
            at += 1
        at += _kind(tokens, at) == "_NL"
    return min(at, len(tokens.kinds) - 1)


def _yaml_key(tokens: Tokens, at: int) -> Diagnostic | None:
    """Find `key:` with lines that belong to it below."""
    if (
        _kind(tokens, at) != "NAME"
        or _kind(tokens, at + 1) != ":"
        or _kind(tokens, at + 2) != "_NL"
        or _margin(tokens, at) < 0
    ):
        return None
    word, margin = _text(tokens, at), _margin(tokens, at)
    below = at + 3
    is_list = _kind(tokens, below) == "-"
    if not is_list and _margin(tokens, below) <= margin and word not in _SECTIONS:
        return None
    span = _span(tokens, at, at + 1)
    end = _lines_below(tokens, below, margin)
    yaml = is_list or (_kind(tokens, below) == "NAME" and _kind(tokens, below + 1) == ":")
    _drop(tokens, at, end if yaml else below)
    if word in _SECTIONS:
        return report(
            "unknown-keyword",
            span,
            f"there is no section `{word}:`",
            label="not needed",
            helps=(_SECTIONS[word],),
        )
    written = f"`{word} = [a, b]`" if is_list else f"`{word} = {{ key = value }}`"
    what = "a list" if is_list else "a map"
    return report(
        "wrong-sign",
        Span(span.source, span.end - 1, span.end),
        f"`{word}` is given its value by `=`; `:` is for types",
        label="this is YAML",
        helps=(f"{what} is written {written}",),
    )


def _yaml_list(tokens: Tokens, at: int) -> Diagnostic | None:
    if _kind(tokens, at) != "-" or _kind(tokens, at - 1) not in ("_NL", "{") or _margin(tokens, at) < 0:
        return None
    span = _span(tokens, at, at)
    _drop(tokens, at, _lines_below(tokens, at, _margin(tokens, at)))
    return report(
        "syntax-error",
        span,
        "`-` begins no item",
        label="this is YAML",
        helps=("a list is written `[a, b]`, and a step `step NAME { … }`",),
    )


RULES: tuple[Callable[[Tokens, int], Diagnostic | None], ...] = (
    _yaml_key,
    _yaml_list,
    _placeholder,
    _else_if,
    _bound_block,
    _else_below,
    _brace_below,
    _broken_line,
)
LOSSY = frozenset((_yaml_key, _yaml_list, _placeholder))
"""Those that drop what they cannot understand."""
