"""Files of other formats: a text that is no program in, one finding that says what it is out."""

from __future__ import annotations

import re

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Source, Span

LOOKED_AT = 100_000
"""Characters from the beginning by which a format is known."""

_PROGRAM = re.compile(
    r"^[ \t]*(?:(?:pipeline|component|library|step|group|record|enum)[ \t]+[\w-]+|defaults)\b[^:\n]*\{"
    r"|^edition[ \t]+\d",
    re.MULTILINE,
)
_BEGIN = re.compile(r"(?:[ \t\r]*(?:#[^\n]*)?\n)*")
_FORMATS = {
    "JSON": re.compile(r"[ \t]*[{\[]\s*[\"{}\[\]]"),
    "YAML": re.compile(r"---(?:[ \t]|\r?$)|[A-Za-z_][\w./-]*:(?:[ \t]|\r?$)", re.MULTILINE),
    "Python": re.compile(
        r"(?:\"\"\"(?s:.*?)\"\"\"\s*)?"
        r"(?:from[ \t]+[\w.]+[ \t]+import\b|import[ \t]+[A-Za-z_]|@[A-Za-z_][\w.]*|def[ \t]+\w+\()"
    ),
}
_NEW = "`kfdsl new` writes a program to begin with"
_OBJECT = re.compile(r"^[ \t{]*\"?apiVersion\"?:", re.MULTILINE)


def other(source: Source) -> Diagnostic | None:
    """Report that a text is of another format, by its first line; None where it could be a wrong program."""
    text = source.text[:LOOKED_AT]
    start = _BEGIN.match(text).end()  # type: ignore[union-attr]  # matches the empty text
    name = next((name for name, pattern in _FORMATS.items() if pattern.match(text, start)), None)
    if name is None or _PROGRAM.search(text):
        return None
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)].rstrip()
    helps: tuple[str, ...]
    if name == "Python":
        helps = (f"a program is declared in a file of its own, not built by code: {_NEW}",)
    elif _OBJECT.search(text):
        helps = (f"kfdsl writes such a manifest, and does not read one: {_NEW}",)
    else:
        helps = (_NEW, "values of params are given by `--params FILE`")
    return report(
        "other-format",
        Span(source, start, start + max(len(line), 1)),
        f"this is {name}, not a program of kfdsl",
        label=f"{name} begins here",
        helps=helps,
    )
