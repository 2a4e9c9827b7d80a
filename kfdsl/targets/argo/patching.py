"""One patch on its way into one object: checked, merged, and what it overrides said.

Few programs have patches, so that only `patches` imports this, where there is one.
"""

from __future__ import annotations

import json
from typing import Any, Final

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label
from kfdsl.source import Span
from kfdsl.targets.argo.patch_text import Text
from kfdsl.targets.argo.patches import RAW, Patched
from kfdsl.targets.argo.schema import Schema, resolved
from kfdsl.targets.argo.schema.shape import Problem, Shape, is_placeholder
from kfdsl.targets.argo.scope import Object
from kfdsl.targets.argo.strategic import Merge, Path

_PLACES: Final = {
    "PodSpec": "a pod",
    "Template": "a template",
    "UserContainer": "a container",
    "ContainerNode": "a container",
}


class Application:
    """A patch, its text, and the object that it goes to."""

    __slots__ = ("generated", "patched", "text")

    def __init__(self, text: Text, patched: Patched, generated: Span) -> None:
        """Keep them; `generated` is where the object comes from."""
        self.text = text
        self.patched = patched
        self.generated = generated

    def whole(self, made: Object, definition: str) -> None:
        """Merge into an object."""
        value, schema = self._checked(definition)
        if value is not None:
            whole = self._merged(made, value, schema, kept=False)
            made.clear()
            made.update(whole)
            self.patched.move(whole, made)

    def pod(self, made: Object) -> None:
        """Merge into the patch that the engine applies to the pod, in which null and directives stay."""
        value, schema = self._checked("PodSpec")
        if value is not None:
            held = made.get("podSpecPatch")
            base = json.loads(held) if isinstance(held, str) else {}
            whole = self._merged(base, _bared(value, schema), schema, kept=True)
            made["podSpecPatch"] = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))

    def _checked(self, definition: str) -> tuple[Object | None, Schema]:
        """Return the value, None where it does not fit; and its schema."""
        schema = resolved({"$ref": f"#/$defs/{definition}"})
        shape = Shape(self.patched.version, partial=True, placeholders=definition == "PodSpec")
        problems = [p for p in shape.problems(self.text.value, schema) if p.kind != "count"]
        self.patched.findings += [self._finding(p, definition) for p in problems]
        return (None if problems else self.text.value), schema

    def _finding(self, problem: Problem, definition: str) -> Diagnostic:
        path, message = problem.path, problem.message
        if problem.kind == "unknown":
            owner = next((f"`{name}`" for name in reversed(path[:-1]) if isinstance(name, str)), None)
            message = f"{message} in {owner or _PLACES.get(definition, f'a {definition}')}"
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
            return (), (
                "Argo puts values into texts only; `patch pod` takes a `{{…}}` in place of any value",
            )
        if "a string, not" in message and isinstance(value, (bool, int, float)):
            quoted = json.dumps(span.text)
            return (Fix(f"YAML reads `{span.text}` as no text: put it in quotes", (Edit(span, quoted),)),), ()
        return (), ()

    def _merged(self, old: Object, new: Object, schema: Schema, *, kept: bool) -> Object:
        def written(owner: Object, field: str, path: Path) -> None:
            self.patched.write(owner, field, self.text.span(path))

        def changed(owner: Object, field: str, value: object, path: Path) -> None:
            if self.patched.written(owner, field) is None:  # else of another patch
                self.patched.findings.append(self._override(owner[field], field, value, path))

        return Merge(self.patched.move, written, changed, kept=kept).maps(old, new, schema, ())

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


def _bared(value: Any, schema: Schema) -> Any:  # noqa: ANN401  # YAML
    """Mark the placeholders that stand for numbers, flags, lists and maps: they are written without quotes."""
    schema = resolved(schema)
    if isinstance(value, dict):
        fields, other = schema.get("properties", {}), schema.get("additionalProperties")
        rest = other if isinstance(other, dict) else {}
        return {name: _bared(inner, fields.get(name, rest)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_bared(inner, schema.get("items", {})) for inner in value]
    wanted = schema.get("type", "string")
    if isinstance(value, str) and is_placeholder(value) and "string" not in wanted:
        return RAW + value
    return value
