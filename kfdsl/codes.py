"""The table of codes: a name, a code and a sentence for each thing that kfdsl can find.

`KF0nn` syntax, `KF1nn` names, types and graph, `KF2nn` lint, `KF3nn` targets, `KF4nn` cluster. A code is never
used again for something else.
"""

from __future__ import annotations

from typing import Any

from kfdsl.diagnostics import Code, Diagnostic
from kfdsl.source import Span

CODES: dict[str, Code] = {
    # ---- syntax
    "syntax-error": Code("KF001", "The text is not what the grammar allows at this place."),
    "unclosed-block": Code("KF002", "A bracket or block is opened and never closed."),
    "unmatched-bracket": Code("KF003", "A closing bracket has no partner."),
    "unclosed-string": Code("KF004", "A text is opened and never closed."),
    "unexpected-character": Code("KF005", "A character that the language does not have."),
    "unknown-keyword": Code("KF006", "A line begins with a word that is no keyword."),
    "wrong-sign": Code("KF007", "`:` where `=` belongs, or the other way round."),
    "assignment-in-condition": Code("KF008", "`=` binds a value; a comparison is `==`."),
    "unknown-escape": Code("KF009", "A `\\` in a quoted text stands before a character that makes no escape."),
    "nested-too-deep": Code("KF010", "Brackets or expressions are nested deeper than any program needs."),
    "misplaced-else": Code("KF011", "`else` and `elif` stand on the line of the `}` before them."),
    "missing-value": Code("KF012", "A value is missing."),
    "chained-comparison": Code("KF013", "Comparisons do not chain."),
    "unreadable-text": Code("KF014", "The file is not UTF-8 text, or is no regular file."),
    "empty-file": Code("KF015", "The file declares nothing."),
}


def report(name: str, span: Span, message: str, **details: Any) -> Diagnostic:  # noqa: ANN401  # fields of Diagnostic
    """Return a finding by its name; `details` are the other fields of `Diagnostic`."""
    code = CODES[name]
    return Diagnostic(code.code, name, details.pop("severity", code.severity), message, span, **details)
