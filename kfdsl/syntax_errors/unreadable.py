"""What the lexer could not read, in the author's words: problems of `Tokens` in, `KF0nn` out."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label
from kfdsl.lex import DEEPEST, Tokens, meant
from kfdsl.source import Source, Span
from kfdsl.syntax_errors.quotes import missing_quote

_CLOSERS = {"{": "}", "(": ")", "[": "]"}
_TEXTS = ("string", "verbatim", "interpolation")
_BRACKETS = ("unclosed", "unopened", "mismatched", "unbegun")


def unreadable(tokens: Tokens) -> Iterator[Diagnostic]:
    """Report what the lexer could not read; of what follows from one mistake only that one."""
    problems, source = tokens.problems, tokens.source
    spoilt = {source.position(at).line for what, at, _ in problems if what in _TEXTS}
    endless = min((start for what, start, _ in problems if what == "block"), default=len(source.text) + 1)
    lines: set[int] = set()
    spaced = False
    for what, start, end in problems:
        if what in _BRACKETS and (
            max(start, end) >= endless or spoilt & {source.position(at).line for at in (start, end)}
        ):
            continue
        if what in _TEXTS:
            line = source.position(start).line
            if line in lines:
                continue
            lines.add(line)
        if what == "space":
            if spaced:
                continue
            spaced = True
        yield _problem(tokens, what, start, end)


def _problem(  # noqa: C901, PLR0912  # one case for each problem that there is
    tokens: Tokens, what: str, start: int, end: int
) -> Diagnostic:
    """Report one problem of the lexer."""
    source = tokens.source
    span = Span(source, start, end)
    match what:
        case "string" | "verbatim" | "interpolation":
            return _unclosed_text(span, what)
        case "block":
            return report(
                "unclosed-string",
                span,
                "block of text is never closed",
                label="opened here",
                helps=(f"close it with `{span.text.removeprefix('$')}`",),
            )
        case "deep":
            return report(
                "nested-too-deep", span, f"more than {DEEPEST} brackets are open here", label="one too many"
            )
        case "unopened":
            line = source.line(span.line)
            whole = span
            if line.strip() == span.text:
                first = source.starts[span.line - 1]
                whole = Span(source, first, min(first + len(line) + 1, len(source.text)))
            return report(
                "unmatched-bracket",
                span,
                f"`{span.text}` closes nothing",
                label="no open bracket is left",
                fixes=(Fix("remove it", (Edit(whole, ""),)),),
            )
        case "mismatched":
            return _mismatched(source, start, end)
        case "unbegun":
            return _unbegun(source, start, end)
        case "unclosed":
            return _unclosed(source, start, end)
        case "space":
            return _space(tokens, span)
        case "quotes":
            quote = '"' if span.text[0] not in "\u2018\u2019\u201a\u201b" else "'"
            return report(
                "unexpected-character",
                span,
                f"texts stand in straight quotes, not in `{span.text[0]}{span.text[-1]}`",
                label="typographic quotes",
                fixes=(Fix("write straight quotes", (Edit(span, f"{quote}{span.text[1:-1]}{quote}"),)),),
            )
        case "comment":
            return _comment(span)
        case "dollar":
            name = span.text.removeprefix("$").removeprefix("{").removesuffix("}")
            return report(
                "unexpected-character",
                span,
                f"a value is named without `$`: `{name}`",
                label="`${…}` stands inside of texts only",
                fixes=(Fix("name the value", (Edit(span, name),)),),
            )
        case _:
            return _character(span)


def _unclosed_text(span: Span, what: str) -> Diagnostic:
    source = span.source
    found = missing_quote(source, source.position(span.start).line)
    if what == "interpolation" and found is None:
        return report(
            "unclosed-string",
            span,
            "`${` is never closed",
            label="in this text",
            helps=("close it with `}`",),
        )
    if found is None:
        quote = span.text[:1] if span.text[:1] in "\"'" else '"'
        return report(
            "unclosed-string",
            span,
            f"text without its closing `{quote}`",
            label="opened here",
            helps=('a text over several lines stands in `"""`',),
        )
    at, sign, sure = found
    where = Span(source, at, at)
    if sign == "}":
        return report(
            "unclosed-string",
            where,
            "`${` is never closed",
            label="expected `}`",
            fixes=(Fix("close it", (Edit(where, sign),)),),
        )
    before = source.text[at - 1 : at]
    side = "opening" if before in " \t[({,=" else "closing"
    return report(
        "unclosed-string",
        where,
        f"text without its {side} `{sign}`",
        label=f"expected `{sign}`",
        fixes=(Fix(f"add `{sign}`", (Edit(where, sign),), safe=sure),),
    )


def _head(source: Source, start: int) -> str:
    return source.text[source.text.rfind("\n", 0, start) + 1 : start].strip()


def _unclosed(source: Source, start: int, end: int) -> Diagnostic:
    span = Span(source, start, start + 1)
    closer = _CLOSERS[span.text]
    head = _head(source, start).removesuffix("=").rstrip()
    name = f"block `{head}`" if span.text == "{" and head else f"`{span.text}`"
    labels = _neighbours(source, start, end, closer)
    line = source.text[source.text.rfind("\n", 0, start) + 1 : start]
    margin = line[: len(line) - len(line.lstrip())]
    text = (
        f"\n{margin}{closer}" if span.text == "{" and labels else f" {closer}" if span.text == "{" else closer
    )
    if not labels:
        labels = (Label(Span(source, end, end), f"expected `{closer}`"),)
    return report(
        "unclosed-block",
        span,
        f"{name} is never closed",
        label="opened here",
        labels=labels,
        fixes=(Fix(f"add `{closer}`", (Edit(Span(source, end, end), text),)),),
    )


def _neighbours(source: Source, start: int, end: int, closer: str) -> tuple[Label, ...]:
    """Return labels of the end of an unclosed block and of what follows; none for what has one line."""
    if source.position(end).line == source.position(start).line:
        return ()
    labels = [Label(Span(source, end, end), f"expected `{closer}` after this line")]
    stop = source.text.find("\n", end)
    following = source.text[stop + 1 :].lstrip() if stop >= 0 else ""
    if following:
        at = len(source.text) - len(following)
        word = following.split(maxsplit=1)[0]
        if word != "}":
            labels.append(
                Label(
                    Span(source, at, at + (len(word) if word.isidentifier() else 1)), "starts something new"
                )
            )
    return tuple(labels)


def _mismatched(source: Source, start: int, end: int) -> Diagnostic:
    opener, span = source.text[start], Span(source, end, end + 1)
    closer = _CLOSERS[opener]
    return report(
        "unmatched-bracket",
        span,
        f"`{span.text}` closes what `{opener}` opened",
        label=f"expected `{closer}`",
        labels=(Label(Span(source, start, start + 1), "opened here"),),
        fixes=(Fix(f"write `{closer}`", (Edit(span, closer),)),),
    )


def _unbegun(source: Source, start: int, end: int) -> Diagnostic:
    where = Span(source, start, start)
    head = source.text[source.text.rfind("\n", 0, start) + 1 : start].strip()
    return report(
        "unmatched-bracket",
        where,
        f"`{{` is missing after `{head}`",
        label="expected `{`",
        labels=(Label(Span(source, end, end + 1), "closes the block"),),
        fixes=(Fix("add `{`", (Edit(where, " {"),)),),
    )


def _space(tokens: Tokens, span: Span) -> Diagnostic:
    spans = [Span(tokens.source, start, end) for what, start, end in tokens.problems if what == "space"]
    code, many = f"U+{ord(span.text[0]):04X}", len(spans) > 1
    edits = tuple(
        Edit(s, "" if s.text.strip("\u200b\u200c\u200d\u2060\ufeff") == "" else " " * len(s.text))
        for s in spans
    )
    return report(
        "unexpected-character",
        span,
        f"this space is not the one of the keyboard, but {code}",
        label="looks like a space",
        fixes=(Fix(f"write plain spaces at {len(spans)} places" if many else "write a plain space", edits),),
        notes=("such characters come along with text that is copied from web pages",),
    )


def _comment(span: Span) -> Diagnostic:
    if span.text.startswith("//"):
        return report(
            "unexpected-character",
            Span(span.source, span.start, span.start + 2),
            "a comment begins with `#`",
            label="not a comment here",
            fixes=(Fix("write `#`", (Edit(Span(span.source, span.start, span.start + 2), "#"),)),),
        )
    lines = span.text.removeprefix("/*").removesuffix("*/").split("\n")
    plain = "\n".join(f"# {line.strip()}" for line in lines)
    return report(
        "unexpected-character",
        Span(span.source, span.start, span.start + 2),
        "a comment begins with `#`, and ends with its line",
        label="not a comment here",
        fixes=(Fix("write `#`", (Edit(span, plain),), safe=False),),
    )


def _character(span: Span) -> Diagnostic:
    word = meant(span.text)
    if word == "\n":
        return _semicolon(span)
    if word:
        text = f"{word} " if word == "not" else word
        return report(
            "unexpected-character",
            span,
            f"`{span.text}` is not in the language",
            label=f"write `{word}`",
            fixes=(Fix(f"write `{word}`", (Edit(span, text),)),),
        )
    shown = f"`{span.text}`" if span.text.isprintable() else f"character U+{ord(span.text):04X}"
    return report("unexpected-character", span, f"{shown} is not in the language", label="not expected here")


def _semicolon(span: Span) -> Diagnostic:
    source = span.source
    line = source.line(span.line)
    margin = line[: len(line) - len(line.lstrip())]
    stop = source.text.find("\n", span.end)
    rest = source.text[span.end : stop if stop >= 0 else len(source.text)]
    if rest.lstrip()[:1] not in ("", "#"):
        blank = len(rest) - len(rest.lstrip())
        fix = Fix("begin a new line", (Edit(Span(source, span.start, span.end + blank), f"\n{margin}"),))
    else:
        fix = Fix("remove it", (Edit(span, ""),))
    return report(
        "unexpected-character",
        span,
        "`;` is not in the language",
        label="a line end ends an item",
        fixes=(fix,),
    )


def bad_text(what: str, span: Span, word: str) -> Diagnostic:
    """Report a text whose escapes make no text."""
    at = span.text.find(word)
    where = Span(span.source, span.start + at, span.start + at + len(word)) if at >= 0 else span
    if what == "surrogate":
        return report(
            "unknown-escape",
            where,
            "half a character: `\\u` escapes of this range come in pairs",
            label="half a character",
        )
    return report(
        "unknown-escape",
        where,
        f"`{word}` is no escape",
        label="not an escape",
        fixes=(Fix("escape the `\\` itself", (Edit(where, f"\\{word}"),)),),
        helps=("the escapes are those of JSON, and `\\${`", 'in `\'…\'` and `"""…"""` nothing is escaped'),
    )
