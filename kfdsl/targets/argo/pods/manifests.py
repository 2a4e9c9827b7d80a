"""Manifests of `kubernetes(…)`: documents whose values are put in as YAML scalars.

A manifest reaches the executor in a variable of its pod, in which Kubernetes halves `$$` and replaces
`$(NAME)`; so each `$` that it would read is doubled.
"""

from __future__ import annotations

import json
import re
from typing import Final

from kfdsl import ir
from kfdsl.targets import yaml_text
from kfdsl.targets.argo import expressions
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.yaml_text import Value

_BLOCK: Final = re.compile(r"(?:^|[\s:-])[|>][-+0-9]*[ \t]*(?:#.*)?$")
_OPENS: Final = re.compile(r"(?:^|[\[{,]|[:?-](?=[ \t])|[ \t])[ \t]*$")
_CLOSES: Final = re.compile(r"[ \t]*(?:$|[\n\],}]|:[ \t\n]|#)")


def document(manifest: ir.Expr, leaf: Leaf) -> str:
    """Return the text of a manifest."""
    value = constant(manifest)
    if isinstance(value, str):
        return _shown(value, manifest)
    if not isinstance(value, NotConstant):
        return _shown(_block(value), manifest)
    if isinstance(manifest, ir.TextExpr):
        return _with_scalars(manifest, leaf)
    tags: list[str] = []
    pieces = _block(_with_marks(manifest, leaf, tags)).split(_MARK)
    made = [_shown(pieces[0], manifest)]
    for tag, piece in zip(tags, pieces[1:], strict=True):
        made += [tag, _shown(piece, manifest)]
    return "".join(made)


_MARK: Final = "kf-value-kf"


def _block(value: Value) -> str:
    return yaml_text.block(value, -2).lstrip("\n") + "\n"


def _shown(constant: str, expr: ir.Expr) -> str:
    if text.has_tag(constant):
        raise Refused(
            expr.span, "`{{` cannot stand in a manifest on Argo, which would read it as its own placeholder"
        )
    return text.shown(constant)


def _with_marks(expr: ir.Expr, leaf: Leaf, tags: list[str]) -> Value:
    """Return a map with marks where tags are to be put in, in the order of the tags."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return value
    match expr:
        case ir.MapExpr(entries):
            return {key: _with_marks(entry, leaf, tags) for key, entry in entries}
        case ir.ListExpr(items):
            return [_with_marks(item, leaf, tags) for item in items]
        case _:
            tags.append(_scalar(expr, leaf))
            return _MARK


def _scalar(expr: ir.Expr, leaf: Leaf) -> str:
    """Return a value as a whole YAML scalar: JSON is YAML."""
    code = f"sprig.toJson({expressions.typed(expr, leaf).text})"
    return expressions.tag(_doubled(code, expr, leaf))


def _within_quotes(expr: ir.Expr, leaf: Leaf) -> str:
    """Return a value inside double quotes."""
    code = f"(let j = sprig.toJson({expressions.as_text(expr, leaf).text}); j[1:-1])"
    return expressions.tag(_doubled(code, expr, leaf))


def _doubled(code: str, expr: ir.Expr, leaf: Leaf) -> str:
    found = expressions.reference(expr, leaf)
    loaded = text.is_loaded(expr.type) if found is None else found.loaded
    return f"replace({code}, '$', '$$')" if loaded else code


def _with_scalars(manifest: ir.TextExpr, leaf: Leaf) -> str:
    made = _Writer()
    parts = manifest.parts
    for number, part in enumerate(parts):
        if isinstance(part, str):
            made.read(part)
            continue
        after = parts[number + 1] if number + 1 < len(parts) else ""
        if made.quotes:
            made.put(_within_quotes(part, leaf))
        elif made.in_block or not made.is_whole(after):
            raise Refused(
                part.span,
                "a value in a manifest is a whole YAML scalar or stands inside a quoted one",
                "put quotes around it and the text beside it",
            )
        else:
            made.put(_scalar(part, leaf))
    result = ""
    for is_tag, piece in made.pieces():
        # A `$` in front of a value would read on into it.
        result += ("$" if is_tag and re.search(r"(?<!\$)\$$", result) else "") + (
            piece if is_tag else _shown(piece, manifest)
        )
    return result


class _Writer:
    """Reads YAML piece by piece: `quotes` around the place that it has come to, or that of a block scalar."""

    def __init__(self) -> None:
        self.quotes = ""
        self.block = -1
        self.line = ""
        self.made: list[tuple[bool, str]] = []
        self.text = ""
        self.opened = 0

    @property
    def in_block(self) -> bool:
        """Tell whether this is inside a block scalar: a line that begins further left ends it."""
        return self.block >= 0 and (not self.line.strip() or _indent(self.line) > self.block)

    def is_whole(self, after: str | ir.Expr) -> bool:
        """Tell whether a scalar begins here, and ends before the text that follows."""
        return isinstance(after, str) and bool(_OPENS.search(self.line)) and bool(_CLOSES.match(after))

    def put(self, tag: str) -> None:
        """Put a value in."""
        self._flush()
        self.made.append((True, tag))
        self.line += "x"

    def pieces(self) -> list[tuple[bool, str]]:
        """Return constants and tags, these marked."""
        self._flush()
        return self.made

    def _flush(self) -> None:
        self.made.append((False, self.text))
        self.text = ""

    def read(self, text: str) -> None:
        """Read a constant piece."""
        index = 0
        while index < len(text):
            sign, size = text[index], 1
            if self.quotes and text.startswith(("\\", "''")[self.quotes == "'"], index):
                size = 2  # an escape
            elif sign == "\n" and not self.quotes and not self.in_block:
                self.block = _indent(self.line) if _BLOCK.search(self.line) else -1
            elif sign == self.quotes:
                self._close(sign)
                size = 0
                index += 1
            elif sign in "\"'" and not self.quotes and not self.in_block and self._may_open():
                self._flush()
                self.quotes, self.opened = sign, len(self.made)
            self.text += text[index : index + size]
            self.line = (self.line + text[index : index + size]).rpartition("\n")[2]
            index += size

    def _may_open(self) -> bool:
        return bool(_OPENS.search(self.line)) and "#" not in self.line

    def _close(self, sign: str) -> None:
        self.text += sign
        self.line += sign
        self._flush()
        scalar = self.made[self.opened :]
        if sign == "'" and any(is_tag for is_tag, _ in scalar):
            # Single quotes have no escapes, so that a line break could not be written between them.
            inner = [(is_tag, piece if is_tag else _escaped(piece)) for is_tag, piece in scalar]
            inner[0], inner[-1] = (False, '"' + inner[0][1][1:]), (False, inner[-1][1][:-1] + '"')
            self.made[self.opened :] = inner
        self.quotes = ""


def _escaped(single_quoted: str) -> str:
    return json.dumps(single_quoted.replace("''", "'"), ensure_ascii=False)[1:-1]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
