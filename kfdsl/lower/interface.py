"""The outside of components and pipelines: declarations in, inputs and outputs with their types out."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import syntax as s
from kfdsl.kinds import STRING, UNKNOWN, Artifact, Kind, ListOf, Optional
from kfdsl.lower import run_values
from kfdsl.lower.blocks import items_of
from kfdsl.lower.module import Callee, Module
from kfdsl.lower.names import BUILT_INS
from kfdsl.node import Node
from kfdsl.source import Span


class Parameter(Node):
    """An input as a caller sees it."""

    name: str
    type: Kind
    required: bool
    span: Span


class Interface(Node):
    """What a call can give and get."""

    inputs: Mapping[str, Parameter]
    outputs: Mapping[str, Kind]
    outputs_at: Mapping[str, Span]


class Unseen(dict[str, Kind]):
    """The outputs of a component that does not exist, which has been reported: any name, of unknown type."""

    def __contains__(self, name: object) -> bool:
        """Tell that there is such an output."""
        return True

    def __missing__(self, name: str) -> Kind:
        """Return what stands for its type."""
        return UNKNOWN


def built_in(call: s.Expression | None) -> str | None:
    """Return the name of the built-in component that is called."""
    if isinstance(call, s.Call) and isinstance(call.function, s.Name) and call.function.text in BUILT_INS:
        return call.function.text
    return None


def find(module: Module, call: s.Expression) -> Callee | None:
    """Return the component or pipeline that a call names; None where there is none, unreported."""
    function = call.function if isinstance(call, s.Call) else call
    match function:
        case s.Name(text):
            return module.callables.get(text)
        case s.Field(base, s.Name(text)):
            other = space(module, base)
            return other.find(text) if other is not None else None
        case _:
            return None


def space(module: Module, base: s.Expression) -> Module | None:
    """Return the file or library that stands before the point of a call; None where there is none."""
    match base:
        case s.Name(alias):
            return module.aliases.get(alias)
        case s.Field(s.Name(alias), s.Name(library)):
            file = module.aliases.get(alias)
            return file.libraries.get(library) if file is not None else None
        case _:
            return None


def is_graph(items: tuple[s.Item, ...]) -> bool:
    """Tell whether a pipeline's items make a graph rather than the body of one step."""
    return any(isinstance(item, (s.Step, s.If, s.For, s.Group)) for item in items)


def of(callee: Callee) -> Interface:
    """Return the interface of a component or pipeline; types are reported where they are declared, once."""
    declaration, module = callee.declaration, callee.module
    items = items_of(declaration.block)
    if isinstance(declaration, s.Pipeline):
        inputs = {i.name.text: parameter(module, i) for i in items if isinstance(i, s.Param)}
    else:
        inputs = {i.name.text: parameter(module, i) for i in items if isinstance(i, s.In)}
    return Interface(inputs, *outputs(module, declaration.call, items))


def parameter(module: Module, item: s.Param | s.In) -> Parameter:
    """Return an input as a caller sees it."""
    kind = module.type_of(item.type) if item.type is not None else UNKNOWN
    default = item.default if isinstance(item, s.Param) else item.value
    return Parameter(item.name.text, kind, default is None and not isinstance(kind, Optional), item.name.span)


def outputs(
    module: Module, call: s.Expression | None, items: tuple[s.Item, ...]
) -> tuple[dict[str, Kind], dict[str, Span]]:
    """Return the outputs of a body by name: declared ones, those of a callee, those of a built-in."""
    found: dict[str, Kind] = {}
    places: dict[str, Span] = {}
    name = built_in(call)
    if call is not None and name is None:
        callee = find(module, call)
        found = found if callee is not None else Unseen()
        if callee is not None:
            inner = of(callee) if not _calls_itself(callee) else Interface({}, {}, {})
            if isinstance(inner.outputs, Unseen):
                found = Unseen()
            found |= inner.outputs
            places |= inner.outputs_at
    for item in items:
        if isinstance(item, s.Out):
            found[item.name.text] = module.type_of(item.type) if item.type is not None else UNKNOWN
            places[item.name.text] = item.name.span
        elif isinstance(item, s.In) and name == "approve":
            found[item.name.text] = module.type_of(item.type) if item.type is not None else STRING
            places[item.name.text] = item.name.span
    if name == "list_files":
        found.setdefault("paths", ListOf(STRING))
    if name == "load":
        found.setdefault("artifact", loaded(module, call))
    return found, places


def facts(module: Module, call: s.Expression | None, items: tuple[s.Item, ...]) -> Mapping[str, Kind]:
    """Return what can be asked about a step beside its outputs: how it ended, when, and where."""
    daemon: Mapping[str, Kind] = run_values.OF_DAEMON if _is_daemon(items) else {}
    name = built_in(call)
    if name is not None:
        own = {"kubernetes": run_values.OF_POD, "extern": run_values.OF_PROGRAM}
        return {**own.get(name, run_values.OF_STEP), **daemon}
    if call is None:
        return {**run_values.OF_PROGRAM, **daemon}
    callee = find(module, call)
    if callee is None:
        return run_values.OF_PROGRAM
    declaration = callee.declaration
    inner = items_of(declaration.block)
    if is_graph(inner) or (declaration.call is not None and built_in(declaration.call) is None):
        return run_values.OF_STEP
    return {**facts(callee.module, declaration.call, inner), **daemon}


def _is_daemon(items: tuple[s.Item, ...]) -> bool:
    return any(
        isinstance(i, s.Setting) and i.name.text == "daemon" and isinstance(i.value, s.Bool) and i.value.value
        for i in items
    )


def _calls_itself(callee: Callee) -> bool:
    seen = set()
    while callee.declaration.call is not None:
        if id(callee.declaration) in seen:
            return True
        seen.add(id(callee.declaration))
        following = find(callee.module, callee.declaration.call)
        if following is None:
            return False
        callee = following
    return False


def loaded(module: Module, call: s.Expression | None) -> Kind:
    """Return the type of what `load(…)` gives."""
    if isinstance(call, s.Call):
        for i, argument in enumerate(call.arguments):
            named = argument.name is not None and argument.name.text == "type"
            if (named or (argument.name is None and i == 1)) and isinstance(argument.value, s.Name):
                return module.type_of(s.TypeName(argument.value.text, argument.value.span))
    return Artifact("Artifact")
