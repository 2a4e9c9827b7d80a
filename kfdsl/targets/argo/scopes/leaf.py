"""The template of one body: its declared inputs, and the values that its text reads from around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.source import Span
from kfdsl.targets.argo import names
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.expressions.wanted import Wanted
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Frame, Task
from kfdsl.targets.common.constants import NotConstant, constant

INPUTS = "/tmp/inputs/"  # noqa: S108  # the place that the language promises
OUTPUTS = "/tmp/outputs/"  # noqa: S108  # the same


class Leaf(Scope):
    """A template that makes a pod (or suspends, or asks).

    `brace` and `none` tell that its containers need the variables for `{` and for absent values.
    `constants` are inputs that get harmless constants from this call; of an `open` one the calls are not known.
    """

    __slots__ = (
        "addresses",
        "aliases",
        "artifact_params",
        "body",
        "brace",
        "claims",
        "constants",
        "inputs_by_name",
        "metadata",
        "none",
        "open",
        "output_keys",
        "outputs_by_name",
        "retried",
    )

    def __init__(
        self, frame: Frame, body: ir.Body, task: Task | None, textual: Callable[[Wanted, Task], str]
    ) -> None:
        """Take the body's declarations."""
        super().__init__(frame, names.template_name(body.name), task, body.span, textual)
        self.body = body
        self.open = False
        self.brace = False
        self.none = False
        self.constants: set[str] = set()
        self.inputs_by_name = {entry.name: entry for entry in body.inputs}
        self.outputs_by_name = {entry.name: entry for entry in body.outputs}
        self.aliases: dict[str, ir.Expr] = {}
        self.addresses: dict[str, str] = {}
        self.artifact_params: set[str] = set()
        self.claims: dict[str, Object] = {}
        self.metadata: set[str] = set()
        self.output_keys: dict[str, str] = {}
        self.retried = body.settings.get("retry") is not None

    @property
    def resources(self) -> Mapping[str, ir.Resource]:
        """The secrets, configs, volumes and stores in sight of the body."""
        return self.body.resources

    def read(self, expr: Wanted) -> Reference:
        """Find a value for this template."""
        found = self._find_here(expr)
        self.none = self.none or found.holes
        if found.path[0] != "" and (found.loaded or found.optional) and found.path[-1] not in self.constants:
            self.brace = self.brace or found.loaded
            self.none = self.none or found.optional
        return found

    def _find_here(self, expr: Wanted) -> Reference:
        match expr:
            case ir.InputRef(name, kind) if name in self.aliases:
                alias = self.aliases[name]
                known = constant(alias)
                if not isinstance(known, NotConstant):
                    return Reference(("", text.of_constant(known)), kind, encoded=True)
                return self._find_here(alias)
            case ir.InputRef(name, kind):
                return self._input(name, kind)
            case ir.RunRef("step.attempt", kind) if not self.retried:
                return Reference(("", "0"), kind, encoded=True)  # Argo counts where there is a strategy
            case ir.OutputPath(name):
                return Reference(("", output_path(self.outputs_by_name[name])), kinds.STRING, encoded=True)
            case ir.FieldOf(ir.InputRef(name), "uri", _, span):
                return Reference(("", self._address(name, span)), kinds.STRING, encoded=True)
            case ir.FieldOf(ir.OutputPath(name), "uri", _, span):
                raise Refused(
                    span,
                    f"Argo does not tell a step the address of its output `{name}`",
                    f"write to the path `{name}`; `to` says where it is kept",
                )
            case ir.FieldOf(ir.OutputPath(name), "metadata"):
                self.metadata.add(name)
                return Reference(("", metadata_path(name)), kinds.STRING, encoded=True)
            case _:
                return super().read(expr)

    def _input(self, name: str, kind: Kind) -> Reference:
        declared = self.inputs_by_name[name]
        own = argo_name(declared)
        optional = isinstance(declared.type, kinds.Optional)
        if not kinds.is_artifact(declared.type):
            return Reference(("inputs", "parameters", own), kind, encoded=True, marked=optional)
        if optional:
            path = ("inputs", "parameters", f"{own}-path")
            return Reference(path, kinds.DURATION, encoded=True, marked=True)
        return Reference(("", input_path(declared)), kinds.STRING, encoded=True)

    def _address(self, name: str, span: Span) -> str:
        if not self.addresses.get(name):
            raise Refused(
                span,
                f"Argo does not tell the address of `{name}`",
                "it is known of `load(…)` and of a constant key of a store",
            )
        return self.addresses[name]


def option(entry: ir.Input | ir.Output, name: str) -> ir.Constant:
    """Return an option of an input or output, None where it is not set."""
    return next((value for key, value in entry.options if key == name), None)


def argo_name(entry: ir.Input | ir.Output) -> str:
    """Return the name of an input or output for the engine."""
    return names.parameter_name(str(option(entry, "name") or entry.name))


def input_path(entry: ir.Input) -> str:
    """Return the path of an artifact that comes in."""
    return _constant_path(entry.at) or INPUTS + entry.name


def output_path(entry: ir.Output) -> str:
    """Return the path that an output is written to."""
    return _constant_path(entry.at) or OUTPUTS + entry.name


def metadata_path(name: str) -> str:
    """Return the path of the JSON object with the metadata of an output."""
    return f"{OUTPUTS}{name}_metadata"


def _constant_path(at: ir.Expr | None) -> str:
    value = constant(at) if at is not None else ""
    return value if isinstance(value, str) else ""
