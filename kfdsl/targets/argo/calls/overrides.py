"""Settings of a step that calls a pipeline: they are fields of the called template, so the call gets a copy.

Values that the copy cannot know, since they stand around the step, become params of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from kfdsl import ir, kinds
from kfdsl.lower.settings import merge
from kfdsl.node import replace
from kfdsl.targets.argo import names
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.common.constants import NotConstant, constant

OF_TASK: Final = frozenset({"continue_on"})
"""Settings that hold for the task, not for what it calls."""
_OF_PODS: Final = ("labels", "annotations")

Arguments: TypeAlias = "tuple[tuple[str, ir.Expr], ...]"


def of_call(
    step: ir.Step,
    call: ir.Pipeline | ir.PipelineRef,
    visible: Mapping[str, ir.Resource],
    *,
    by_reference: bool,
) -> tuple[ir.Pipeline | ir.PipelineRef, Arguments]:
    """Return what a step calls with its own settings in it, and the arguments that these need.

    `visible` are the resources that the settings may name.
    """
    own = {name: value for name, value in step.settings.values.items() if name not in OF_TASK}
    if not own:
        return call, ()
    first = next(iter(own.items()))
    if isinstance(call, ir.PipelineRef):
        raise Refused(
            first[1].span,
            f"`{first[0]}` of a call of the pipeline itself has no form on Argo",
            f"set it in `{call.name}`",
        )
    if by_reference:
        raise Refused(
            first[1].span,
            f"`{call.name}` is an object of its own in the cluster, whose settings a call cannot change",
            f"set `{first[0]}` in `{call.name}`",
        )
    copied = _Copied(call, visible)
    settings = {name: copied.setting(name, value) for name, value in own.items()}
    made = _one_body(call, settings) if call.body is not None else _graph(call, settings)
    made = replace(made, params=(*call.params, *copied.params), resources=copied.resources)
    return made, tuple(copied.arguments)


def _graph(call: ir.Pipeline, settings: dict[str, ir.Expr]) -> ir.Pipeline:
    if "timeout" in settings:
        raise Refused(
            settings["timeout"].span,
            "Argo limits the time of a pod and of a run, not of a graph",
            f"set `timeout` in the steps of `{call.name}`",
        )
    of_pods: dict[str, ir.Expr] = {name: settings.pop(name) for name in _OF_PODS if name in settings}
    own = ir.Settings(merge(call.settings.values, settings))
    if of_pods and call.graph is not None:
        return replace(call, settings=own, graph=_labelled(call.graph, of_pods))
    return replace(call, settings=own)


def _one_body(call: ir.Pipeline, settings: dict[str, ir.Expr]) -> ir.Pipeline:
    for name in ("parallelism", "fail_fast"):
        if name in settings:
            raise Refused(settings[name].span, f"`{name}` is for graphs, and `{call.name}` is one pod")
    if call.body is None:
        return call
    return replace(
        call, body=replace(call.body, settings=ir.Settings(merge(call.body.settings.values, settings)))
    )


def _labelled(graph: ir.Graph, settings: dict[str, ir.Expr]) -> ir.Graph:
    """Return a graph whose pods have more labels and annotations."""
    return replace(graph, nodes=tuple(_labelled_node(node, settings) for node in graph.nodes))


def _labelled_node(
    node: ir.Step | ir.Group | ir.Choice, settings: dict[str, ir.Expr]
) -> ir.Step | ir.Group | ir.Choice:
    match node:
        case ir.Choice(branches):
            inner = tuple((condition, _labelled(graph, settings)) for condition, graph in branches)
            return replace(node, branches=inner)
        case ir.Group(graph=graph):
            return replace(node, graph=_labelled(graph, settings))
        case ir.Step(call=ir.Body() as body):
            if isinstance(body.run, ir.BuiltIn) and body.run.name != "kubernetes":
                return node
            own = ir.Settings(merge(node.settings.values, settings))
            return replace(node, settings=own, call=replace(body, settings=own))
        case _:
            return replace(node, settings=ir.Settings(merge(node.settings.values, settings)))


class _Copied:
    """The values of settings, as the copy of a pipeline reads them."""

    def __init__(self, call: ir.Pipeline, visible: Mapping[str, ir.Resource]) -> None:
        self.call = call
        self.visible = visible
        self.params: list[ir.Param] = []
        self.arguments: list[tuple[str, ir.Expr]] = []
        self.resources = dict(call.resources)

    def setting(self, name: str, value: ir.Expr | ir.RangeExpr) -> ir.Expr:
        """Return a setting with params in place of values from around the step."""
        if isinstance(value, ir.RangeExpr):
            message = f"bug: {name} is no range"
            raise TypeError(message)
        if name == "cache" and isinstance(value, ir.MapExpr):
            stores = ((key, self._store(one) if key == "store" else one) for key, one in value.entries)
            value = replace(value, entries=tuple(stores))
        return self._inside(value, name)

    def _inside(self, expr: ir.Expr, name: str) -> ir.Expr:
        match expr:
            case _ if not isinstance(constant(expr), NotConstant):
                return expr
            case ir.MapExpr(entries):
                made = tuple((key, self._inside(value, f"{name}-{key}")) for key, value in entries)
                return replace(expr, entries=made)
            case ir.ListExpr(items):
                return replace(expr, items=tuple(self._inside(item, name) for item in items))
            case ir.KeyRef(resource, key):
                return replace(expr, resource=self._resource(resource), key=self._inside(key, name))
            case ir.Unary(_, operand) if _is_of_engine(expr):
                return replace(expr, operand=self._inside(operand, name))
            case ir.Binary(_, left, right) if _is_of_engine(expr):
                return replace(expr, left=self._inside(left, name), right=self._inside(right, name))
            case ir.FunctionCall(_, arguments) if _is_of_engine(expr):
                return replace(expr, arguments=tuple(self._inside(one, name) for one in arguments))
            case _ if _is_of_engine(expr):
                return expr
            case _:
                return self._param(expr, name)

    def _param(self, expr: ir.Expr, name: str) -> ir.Expr:
        taken = [param.name for param in (*self.call.params, *self.params)]
        own = names.unique(names.parameter_name(f"call-{name}"), taken)
        self.params.append(ir.Param(own, expr.type, None, None, "", expr.span))
        self.arguments.append((own, expr))
        return ir.ParamRef(own, expr.type, expr.span)

    def _store(self, name: ir.Expr) -> ir.Expr:
        """Return the name of a config, as the copy knows it."""
        if isinstance(name, ir.Literal) and name.value in self.visible:
            return replace(name, value=self._resource(str(name.value)))
        return name

    def _resource(self, name: str) -> str:
        found = self.visible[name]
        if self.resources.get(name) == found:
            return name
        own = names.unique(f"{name} of the call", self.resources)
        value = None if found.value is None else self._inside(found.value, name)
        known = ir.Literal(found.name, kinds.STRING, found.span) if value is None else value
        self.resources[own] = replace(found, value=known)
        return own


def _is_of_engine(expr: ir.Expr) -> bool:
    return any(isinstance(part, ir.EngineRef) for part in ir.walk(expr))
