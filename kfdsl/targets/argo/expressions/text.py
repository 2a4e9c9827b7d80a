"""Exact text on Argo: constants and values as they are written so that containers receive what was meant.

Argo templates by text and Kubernetes expands `$(NAME)`, so strings travel in one encoded form E: `$` doubled
and `{{` as `$(KF_LB){`, where the container's variable `KF_LB` holds `{`. An absent value is `$(KF_NONE)`.
See reference/argo-patterns.md, sections 1 and 2.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from kfdsl import functions, ir, kinds
from kfdsl.kinds import Kind

BRACE: Final = "KF_LB"
NONE: Final = "KF_NONE"
ABSENT: Final = f"$({NONE})"
_BRACE_REF: Final = f"$({BRACE})" + "{"
_PLAIN_LITERAL: Final = re.compile(r"[^'\"\\\n\r\t\x00-\x1f\x7f{}\u2028\u2029\ud800-\udfff]*")
_BRACES: Final = re.compile(r"\{{2,}")
_DOLLARS: Final = re.compile(r"\$+(?=\()|\$\$+")
"""Runs of `$` that Kubernetes would read: before `(`, or of more than one."""


def encode(text: str) -> str:
    """Return E of a constant: the form in which values travel; `decoder` is its inverse."""
    doubled = text.replace("$", "$$")
    return _BRACES.sub(lambda run: "{" * (len(run[0]) % 2) + _BRACE_REF * (len(run[0]) // 2), doubled)


def shown(text: str) -> str:
    """Return a constant for command, args or env: only what would be changed there is escaped."""
    if "{{" in text:
        return encode(text)
    return _DOLLARS.sub(lambda match: match[0] * 2, text)


def variable(name: str) -> str:
    """Return a variable of a container, for Kubernetes to expand; those of kfdsl are nobody else's."""
    return f"$$({name})" if name in (BRACE, NONE) else f"$({name})"


def has_tag(text: str) -> bool:
    """Tell whether Argo would see the beginning of a tag in a text."""
    return "{{" in text


def encoder(code: str) -> str:
    """Return the expression for E of an expression."""
    return f"replace(replace({code}, '$', '$$'), '{{{{', '{_BRACE_REF}')"


def decoder(code: str) -> str:
    """Return the expression for the inverse of E of an expression."""
    return f"replace(replace({code}, '{_BRACE_REF}', '{{' + '{{'), '$$', '$')"


def literal(text: str) -> str:
    """Return a string literal of the expression language, exact for any text."""
    if _PLAIN_LITERAL.fullmatch(text):
        return f"'{text}'"
    return f"fromBase64('{base64.b64encode(text.encode()).decode()}')"


def is_loaded(kind: Kind) -> bool:
    """Tell whether values of the type may hold text that Argo or Kubernetes would read."""
    match kind:
        case kinds.Scalar(name):
            return name in ("string", "json")
        case kinds.Enum(members):
            return any(encode(member) != member for member in members)
        case kinds.ListOf(item) | kinds.MapOf(item) | kinds.Optional(item):
            return isinstance(kind, kinds.MapOf) or is_loaded(item)
        case kinds.Record(fields):
            return any(encode(name) != name or is_loaded(item) for name, item in fields)
        case kinds.Artifact():
            return False
        case kinds.Unknown():
            return True


def of_constant(value: ir.Constant) -> str:
    """Return the text of a value, as the language defines it; the marker for None."""
    return ABSENT if value is None else functions.text_of(value)


def encoded_constant(value: ir.Constant) -> str:
    """Return E of the text of a value; the marker for None."""
    return ABSENT if value is None else encode(functions.text_of(value))
