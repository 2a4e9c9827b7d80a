"""Whether an optional artifact is there: flags that travel beside artifacts, since no expression sees those."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions, names
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.scopes import declared
from kfdsl.targets.argo.scopes.leaf import OUTPUTS
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Home, Task

YES = "true"


def path_or_absent(expr: ir.Expr, task: Task, path: str) -> str:
    """Return the path of an optional artifact, or the marker, as an argument."""
    code = of(expr, task.scope)
    if code == YES:
        return text.encode(path)
    return expressions.tag(f"{code} ? {text.literal(path)} : '{text.ABSENT}'")


def flag(expr: ir.Expr, task: Task) -> str:
    """Return the argument that tells whether an artifact is there."""
    code = of(expr, task.scope)
    return code if code in (YES, "false") else expressions.tag(_as_text(code))


def flag_name(name: str) -> str:
    """Return the parameter that tells whether an artifact of a name is there."""
    return f"{names.parameter_name(name)}-present"


def give(scope: Scope, name: str, expr: ir.Expr) -> None:
    """Let a DAG tell its call whether an artifact that it gives is there."""
    own = flag_name(name)
    scope.outputs[own] = {"name": own, "valueFrom": {"expression": _as_text(of(expr, scope))}}


def of(expr: ir.Expr, scope: Scope) -> str:
    """Return the condition under which an artifact is there, for a DAG."""
    match expr:
        case ir.Binary("??", left, right):
            terms = [of(left, scope), of(right, scope)]
            return YES if YES in terms else f"({' || '.join(terms)})"
        case ir.OutputRef(step, output):
            return _of_output(scope, scope.frame.homes[step], output)
        case ir.PartOf(base):
            return of(base, scope)
        case ir.ParamRef(name, kind) if isinstance(kind, kinds.Optional):
            return _of_param(scope, name)
        case _:
            return YES


def _of_param(scope: Scope, name: str) -> str:
    own = flag_name(name)
    if scope.task is not None and scope.task.scope.frame is scope.frame and own not in scope.parameters:
        scope.parameters[own] = {"name": own}
        outer = scope.task.scope
        scope.task.arguments.append({"name": own, "value": _argument(_of_param(outer, name))})
    return _is_set(("inputs", "parameters", own))


def _of_output(scope: Scope, home: Home, output: str) -> str:
    if not scope.is_around(home.scope):
        return _taken(scope, home, output)
    if home.scope is not scope:
        child = scope.child_with(home.scope)
        own = flag_name(f"{home.node.name}-{output}")
        if own not in child.outputs:
            code = _of_output(child, home, output)
            child.outputs[own] = {"name": own, "valueFrom": {"expression": _as_text(code)}}
        return _given(child.task_or_bug, own)
    kind = declared.output_kind(home.node, output)
    if isinstance(kind, kinds.Optional) and not _is_body(home.node):
        return _given(home.task, flag_name(output))
    if not (home.task.is_conditional or home.tolerant or home.task.in_hook):
        return YES
    return f"{names.path_text(('tasks', home.task.name, 'status'))} == 'Succeeded'"


def _taken(scope: Scope, home: Home, output: str) -> str:
    """Take a flag in from the call."""
    own = flag_name(f"{home.node.name}-{output}")
    if scope.task is None:
        told = flag_name(declared.global_name(home.node, output))
        path = ("workflow", "outputs", "parameters", told)
        found = Reference(path, kinds.STRING, encoded=False, nil=True, guard=home.task.name)
        return f"({found.code}) == '{YES}'"
    code = _of_output(scope.task.scope, home, output)
    if code == YES:
        return YES
    if own not in scope.parameters:
        scope.parameters[own] = {"name": own}
        scope.task.arguments.append({"name": own, "value": _argument(code)})
    return _is_set(("inputs", "parameters", own))


def _is_body(node: ir.Step | ir.Group) -> bool:
    return isinstance(node, ir.Step) and isinstance(node.call, ir.Body)


def _given(task: Task, name: str) -> str:
    """Return whether a flag that a DAG gives is set; the DAG may have been skipped."""
    path = names.path_text(("tasks", task.name, "outputs", "parameters", name), safe_from=3)
    return f"({path} ?? '') == '{YES}'"


def _is_set(path: tuple[str, ...]) -> str:
    return f"{names.path_text(path)} == '{YES}'"


def _argument(code: str) -> str:
    return code if code == YES else expressions.tag(_as_text(code))


def _as_text(code: str) -> str:
    return f"'{YES}'" if code == YES else f"{code} ? '{YES}' : 'false'"


def told_at_the_end(name: str, global_name: str) -> Object:
    """Return an output that is there if its step was successful: nothing is written to its path."""
    source: Object = {"path": f"{OUTPUTS}{name}-present", "default": YES}
    return {"name": flag_name(name), "globalName": flag_name(global_name), "valueFrom": source}


def declare(scope: Scope, param: ir.Param) -> None:
    """Declare the flag of an artifact that a pipeline may be called without."""
    own = flag_name(param.name)
    scope.parameters[own] = {"name": own, "default": YES if param.default is not None else "false"}
