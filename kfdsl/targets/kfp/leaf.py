"""One container: its component's interface, and the placeholders by which its text reads values."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.node import Node
from kfdsl.source import Span
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import arguments, mapping, names, reading, text, types
from kfdsl.targets.kfp.dag import Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object


class Leaf:
    """The component of a step with a body, and its task.

    `inputs` and `outputs` are its definitions. What its text reads from the pipeline around it, as a param,
    becomes an input too.
    """

    __slots__ = (
        "arguments",
        "body",
        "declared",
        "findings",
        "inputs",
        "outputs",
        "settings",
        "step",
        "taken",
        "task",
        "variables",
    )

    def __init__(self, task: Task, body: ir.Body, step: ir.Step, findings: Findings) -> None:
        """Take the declarations of the body, and bind its inputs."""
        self.task = task
        self.body = body
        self.step = step
        self.settings = step.settings
        self.findings = findings
        self.arguments = dict(step.arguments)
        self.declared = {entry.name: entry for entry in body.inputs}
        self.inputs: dict[str, tuple[Object, Kind]] = {}
        self.outputs: dict[str, tuple[Object, Kind]] = {}
        self.taken: dict[object, str] = {}
        env = self.settings.expr("env")
        self.variables = (
            frozenset(name for name, _ in env.entries) if isinstance(env, ir.MapExpr) else frozenset()
        )
        for entry in body.outputs:
            self.outputs[entry.name] = types.definition(entry.type, entry.doc), entry.type

    def bind_inputs(self) -> None:
        """Declare the inputs, and give each its argument or its default (kfp.md, A36: defaults are explicit)."""
        for entry in self.body.inputs:
            made = types.definition(entry.type, entry.doc)
            value = self.arguments.get(entry.name)
            if entry.default is not None:
                default = constant(entry.default)
                if isinstance(default, NotConstant):
                    raise Refused(entry.default.span, "a default is a constant on Kubeflow")
                made["defaultValue"] = types.constant(default, entry.type)
                value = value if value is not None else entry.default
            if value is None or entry.default is not None or isinstance(entry.type, kinds.Optional):
                made["isOptional"] = True
            self.inputs[entry.name] = made, entry.type
            if value is not None:
                self.give(entry.name, value, entry.type)

    def shown(self, constant_text: str, span: Span) -> str:
        """Return a constant as it is written in `command` and `args`."""
        return text.shown(constant_text, span, self.variables)

    def give(self, name: str, value: ir.Expr, kind: Kind) -> None:
        """Bind an input; what cannot be given is a finding."""
        self.findings.attempt(lambda: arguments.give(self.task, name, value, kind, self.findings))

    def input_of(self, expr: ir.Expr) -> str:
        """Return the input by which the text reads a value from around the body; it is made on first use."""
        expr = self._outside(expr)
        source = reading.source(expr, self.task.dag) if not isinstance(expr, ir.RunRef) else None
        key = source or _key(expr)
        if key not in self.taken:
            name = names.free(_name(expr), self.inputs)
            self.taken[key] = name
            optional = {"isOptional": True} if isinstance(expr.type, kinds.Optional) else {}
            self.inputs[name] = types.definition(expr.type) | optional, expr.type
            arguments.give(self.task, name, expr, expr.type, self.findings)
        return self.taken[key]

    def _outside(self, expr: ir.Expr) -> ir.Expr:
        """Return an expression over inputs as one over what the step gives them: it is computed before the step."""

        def given(found: Node) -> Node | mapping.Unchanged:
            if not isinstance(found, ir.InputRef):
                return mapping.UNCHANGED
            value = self.arguments.get(found.name, self.declared[found.name].default)
            if value is None:
                raise Refused(
                    expr.span, f"Kubeflow cannot compute `{expr.span.text}`: `{found.name}` is absent"
                )
            return value

        made: ir.Expr = mapping.mapped(expr, given)
        return made

    def name_of(self, expr: ir.Expr) -> str:
        """Return the input that holds the value of a reference."""
        return expr.name if isinstance(expr, ir.InputRef) else self.input_of(expr)

    def placeholder(self, expr: ir.Expr) -> str:
        """Return what the engine replaces by the text of a reference, by a path or an address.

        Raises:
            Refused: the engine has no placeholder for it.
        """
        match expr:
            case ir.InputRef(name, kind):
                return _of_input(name, kind)
            case ir.OutputPath(name):
                if kinds.is_artifact(self.outputs[name][1]):
                    return f"{{{{$.outputs.artifacts['{name}'].path}}}}"
                return f"{{{{$.outputs.parameters['{name}'].output_file}}}}"
            case ir.FieldOf(ir.InputRef(name), "uri"):
                return f"{{{{$.inputs.artifacts['{name}'].uri}}}}"
            case ir.FieldOf(ir.OutputPath(name), "uri"):
                return f"{{{{$.outputs.artifacts['{name}'].uri}}}}"
            case _:
                return _of_input(self.input_of(expr), expr.type)

    def definition(self) -> Object:
        """Return the component, without its executor."""
        made: Object = {"executorLabel": ""}
        for side, entries in (("inputDefinitions", self.inputs), ("outputDefinitions", self.outputs)):
            found = interface([(name, one, kinds.is_artifact(kind)) for name, (one, kind) in entries.items()])
            if found:
                made[side] = found
        return made


def interface(entries: list[tuple[str, Object, bool]]) -> Object:
    """Return the inputs or outputs of a component: artifacts and parameters apart."""
    artifacts: Object = {name: made for name, made, artifact in entries if artifact}
    parameters: Object = {name: made for name, made, artifact in entries if not artifact}
    found: Object = {"artifacts": artifacts} if artifacts else {}
    return found | ({"parameters": parameters} if parameters else {})


def _of_input(name: str, kind: Kind) -> str:
    if kinds.is_artifact(kind):
        return f"{{{{$.inputs.artifacts['{name}'].path}}}}"
    return f"{{{{$.inputs.parameters['{name}']}}}}"


def _key(expr: ir.Expr) -> object:
    return expr


def _name(expr: ir.Expr) -> str:
    match expr:
        case ir.ParamRef(name) | ir.ItemRef(name):
            return name
        case ir.OutputRef(step, output) | ir.EachRef(step, str(output)):
            return f"{step}-{output}"
        case ir.RunRef(field):
            return f"run-{field.replace('.', '-')}"
        case ir.FieldOf(base, name):
            return f"{_name(base)}-{name}"
        case _:
            return "value"
