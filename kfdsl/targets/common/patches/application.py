"""One patch on its way into one object: checked, merged, and what it overrides said.

Few programs have patches, and YAML takes milliseconds to import: targets import this where there is one.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label
from kfdsl.source import Span
from kfdsl.targets.common.patches.patched import Object, Patched
from kfdsl.targets.common.patches.strategic import Merge
from kfdsl.targets.common.patches.text import Text
from kfdsl.targets.common.schema import Path, Schema, Schemas
from kfdsl.targets.common.schema.shape import Problem, Shape


class Application:
    """A patch, its text, and what it does to the object that it goes to.

    `placeholder_help` is the advice of the target where a placeholder stands and its engine reads none.
    """

    __slots__ = ("generated", "patched", "schemas", "text")

    placeholder_help: ClassVar[str] = ""

    def __init__(self, patch: ir.Patch, schemas: Schemas, patched: Patched, generated: Span) -> None:
        """Read the text of the patch; `generated` is where the object comes from."""
        self.text = Text(patch)
        self.schemas = schemas
        self.patched = patched
        self.generated = generated
        patched.findings += self.text.problems

    def checked(self, shape: Shape, schema: Schema, place: str) -> Object | None:
        """Return the value, None where it does not fit; `place` is what a sentence calls the object."""
        if self.text.value is None:
            return None
        problems = [p for p in shape.problems(self.text.value, schema) if p.kind != "count"]
        self.patched.findings += [self._finding(p, place) for p in problems]
        return None if problems else self.text.value

    def merge(self, made: Object, value: Object, schema: Schema) -> None:
        """Merge a value into an object, which stays the same one."""
        whole = self.merged(made, value, schema, kept=False)
        made.clear()
        made.update(whole)
        self.patched.move(whole, made)

    def merged(self, old: Object, new: Object, schema: Schema, *, kept: bool) -> Object:
        """Return an object with a value merged into it; with `kept` it is itself a patch."""

        def written(owner: Object, field: str, path: Path) -> None:
            self.patched.write(owner, field, self.text.span(path))

        def changed(owner: Object, field: str, value: object, path: Path) -> None:
            if self.patched.written(owner, field) is None:  # else of another patch
                self.patched.findings.append(self._override(owner[field], field, value, path))

        merge = Merge(self.schemas, self.patched.move, written, changed, kept=kept)
        return merge.maps(old, new, schema, ())

    def _finding(self, problem: Problem, place: str) -> Diagnostic:
        path, message = problem.path, problem.message
        if problem.kind == "unknown":
            owner = next((f"`{name}`" for name in reversed(path[:-1]) if isinstance(name, str)), None)
            message = f"{message} in {owner or place}"
        elif message.startswith("this is "):
            message = f"{_subject(path)} {message.removeprefix('this ')}"
        if problem.kind in ("unknown", "version"):
            span = self.text.span(path)
        else:
            span = self.text.values.get(path) or self.text.span(path)
        fixes: tuple[Fix, ...] = ()
        helps: tuple[str, ...] = ()
        exact = span.text == str(path[-1]) if path else False
        if problem.instead and exact:
            fixes = (Fix(f"did you mean `{problem.instead}`?", (Edit(span, problem.instead),)),)
        elif problem.instead:
            helps = (f"did you mean `{problem.instead}`?",)
        elif problem.kind == "type":
            fixes, helps = self._of_type(span, path, message)
        name = "not-in-version" if problem.kind == "version" else "invalid-patch"
        return report(name, span, message, fixes=fixes, helps=helps)

    def _of_type(self, span: Span, path: Path, message: str) -> tuple[tuple[Fix, ...], tuple[str, ...]]:
        """Return what mends a value of another type."""
        value: Any = self.text.value
        for key in path:
            value = value[key]
        if isinstance(value, str) and "{{" in value:
            return (), ((self.placeholder_help,) if self.placeholder_help else ())
        if "a string, not" in message and isinstance(value, (bool, int, float)):
            quoted = json.dumps(span.text)
            return (Fix(f"YAML reads `{span.text}` as no text: put it in quotes", (Edit(span, quoted),)),), ()
        return (), ()

    def _override(self, old: object, field: str, value: object, path: Path) -> Diagnostic:
        verb = "takes away" if value is None else "overrides"
        name = ".".join(str(key) for key in path if key != "$retainKeys") or field
        return report(
            "overridden-field",
            self.text.span(path),
            f"the patch {verb} `{name}`, which the program sets to {_short(old)}",
            labels=(Label(self.generated.head, "what it belongs to"),),
            helps=("say it in the program where it has a word for it",),
        )


def _subject(path: Path) -> str:
    """Return what a sentence about the value at a path is about."""
    name = next((key for key in reversed(path) if isinstance(key, str)), "the patch")
    return f"`{name}`" if path[-1:] == (name,) or not path else f"an item of `{name}`"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text if len(text) <= 60 else f'{text[:60]}…'}`"  # as much as fits a line
