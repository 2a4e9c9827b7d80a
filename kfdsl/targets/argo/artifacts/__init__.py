"""Artifacts: from where they come, where they go, and folders of those that a loop made.

Here belongs what is said of files that travel: stores and keys (`places`, `stores`), addresses, parts of them, whether
an optional one is there (`presence`), and when they are deleted (`run_artifacts`).
"""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions, names
from kfdsl.targets.argo.artifacts import addresses, gathered, presence, subpaths
from kfdsl.targets.argo.artifacts.places import loaded, located
from kfdsl.targets.argo.artifacts.run_artifacts import removal
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes import declared
from kfdsl.targets.argo.scopes.leaf import Leaf, argo_name, input_path, option, output_path
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Home, Task

WRITABLE = 0o777


def declare(leaf: Leaf, entry: ir.Input, value: ir.Expr | None) -> None:
    """Write an input artifact, and the argument of the call."""
    name = argo_name(entry)
    optional = isinstance(entry.type, kinds.Optional)
    source = value if value is not None else entry.default
    made = _input(entry, source)
    leaf.artifacts[name] = made
    leaf.addresses[entry.name] = addresses.of(source, leaf.task or leaf)
    if isinstance(source, (ir.PlaceRef, ir.LoadedRef)) and (
        leaf.task is None or value is None or not leaf.body.shared
    ):
        made |= located(source, leaf)
    elif source is not None and leaf.task is not None:
        found = source_of(source, leaf.task)
        leaf.task.artifacts.append({"name": name} | found | ({"optional": True} if optional else {}))
    if optional:
        _declare_path(leaf, entry, source)


def _input(entry: ir.Input, source: ir.Expr | None) -> Object:
    made: Object = {"name": argo_name(entry), "path": input_path(entry)}
    mode = option(entry, "mode")
    if mode is not None:
        made["mode"] = int(str(mode), 8)
    if option(entry, "recurse"):
        made["recurseMode"] = True
    gathered = isinstance(kinds.bare(entry.type), kinds.ListOf)
    if gathered or isinstance(source, ir.ItemOutputRef):  # files without an archive that keeps permissions
        made |= {"mode": WRITABLE, "recurseMode": True}
    if gathered or isinstance(entry.type, kinds.Optional):
        made["optional"] = True
    return made


def _declare_path(leaf: Leaf, entry: ir.Input, source: ir.Expr | None) -> None:
    """Declare the input with the path of an optional artifact, or the marker."""
    name, path = f"{argo_name(entry)}-path", input_path(entry)
    if leaf.task is None or source is None:
        default = text.encode(path) if source is not None else text.ABSENT
        leaf.parameters[name] = {"name": name, "default": default}
        return
    leaf.parameters[name] = {"name": name}
    leaf.task.arguments.append({"name": name, "value": presence.path_or_absent(source, leaf.task, path)})


def source_of(expr: ir.Expr, task: Task) -> Object:
    """Return from where an argument takes an artifact, as seen from a call."""
    scope = task.scope
    match expr:
        case ir.OutputRef():
            return _source_of_output(expr, task)
        case ir.ParamRef(name):
            return {"from": _tag(param(scope, name))}
        case ir.PartOf(base):
            return subpaths.of(source_of(base, task), expr, task)
        case ir.LoadedRef() | ir.PlaceRef():
            return located(expr, task)
        case ir.EachRef(step, output) if output is not None:
            return {"optional": True, "s3": {"key": gathered.key_of(task, step, output, expr.span)}}
        case ir.ItemOutputRef(step, position, output) if not isinstance(expr.type, kinds.Optional):
            return {"s3": {"key": f"{gathered.key_of(task, step, output, expr.span)}/{position:06}"}}
        case ir.Binary("??"):
            if not all(scope.is_around(scope.frame.homes[step].scope) for step in _producers(expr)):
                return {"from": _tag(_taken(expr, scope))}
            joined = _joined(expr, scope)
            task.waits[joined.name] = None
            return {"from": "{{tasks." + joined.name + ".outputs.artifacts.chosen}}"}
        case ir.ItemOutputRef():
            raise Refused(
                expr.span,
                "whether one item of a loop has an artifact cannot be asked on Argo",
                "read the folder of all items: `STEP.*.OUTPUT`",
            )
        case _:
            raise Refused(expr.span, "an argument that is an artifact is a reference to one on Argo")


def _source_of_output(expr: ir.OutputRef, task: Task) -> Object:
    step, output, scope = expr.step, expr.output, task.scope
    home = scope.frame.homes[step]
    if scope.frame.is_handler and not scope.is_around(home.scope) and not declared.by_pod(home.node, output):
        raise Refused(
            expr.span,
            "a handler of the run reads artifacts of steps only on Argo, not of groups and pipelines",
            "let a step take the artifact in and out again, and read that",
        )
    call = loading(scope, step)
    return loaded(call, task) if call is not None else {"from": _tag(fetch(scope, step, output))}


def source_in(expr: ir.Expr, scope: Scope) -> Object:
    """Return from where a DAG takes an artifact that it gives to its call."""
    match expr:
        case ir.OutputRef(step, output):
            call = loading(scope, step)
            return loaded(call, scope) if call is not None else {"from": _tag(fetch(scope, step, output))}
        case ir.ParamRef(name):
            return {"from": _tag(param(scope, name))}
        case ir.Binary("??"):
            alternatives = _alternatives(expr)
            codes = [names.path_text(fetch(scope, *_output(entry))) for entry in alternatives]
            return {"fromExpression": _first(alternatives, codes, scope)}
        case ir.PlaceRef() | ir.LoadedRef():
            return located(expr, scope)
        case _:
            raise Refused(expr.span, "an artifact that a graph gives comes from a step of it on Argo")


def loading(scope: Scope, step: str) -> ir.LoadedRef | None:
    """Return the `load(…)` that a step is."""
    node = scope.frame.homes[step].node
    if (
        isinstance(node, ir.Step)
        and isinstance(node.call, ir.Body)
        and isinstance(node.call.run, ir.BuiltIn)
        and node.call.run.name == "load"
    ):
        run = node.call.run
        return ir.LoadedRef(run.arguments, kinds.Artifact("Artifact", ""), run.span)
    return None


def _producers(expr: ir.Expr) -> list[str]:
    return [part.step for part in ir.walk(expr) if isinstance(part, ir.OutputRef)]


def _alternatives(expr: ir.Expr) -> list[ir.Expr]:
    """Return the terms of `a ?? b ?? c`."""
    return [*_alternatives(expr.left), *_alternatives(expr.right)] if isinstance(expr, ir.Binary) else [expr]


def _output(expr: ir.Expr) -> tuple[str, str]:
    if not isinstance(expr, ir.OutputRef):
        raise Refused(expr.span, "only outputs of steps can be alternatives on Argo")
    return expr.step, expr.output


def _first(alternatives: list[ir.Expr], codes: list[str], scope: Scope) -> str:
    """Return the code of the first alternative whose step has succeeded, of the last where none has."""
    code = codes[-1]
    for alternative, own in reversed(list(zip(alternatives[:-1], codes[:-1], strict=True))):
        task = scope.task_of(_output(alternative)[0])
        if task is not None:
            code = f"{names.path_text(('tasks', task.name, 'status'))} == 'Succeeded' ? {own} : {code}"
    return code


def _joined(expr: ir.Expr, scope: Scope) -> Task:
    """Add a task that gives the alternative that exists: arguments cannot choose, outputs can."""
    alternatives = _alternatives(expr)
    wanted = "-or-".join(_producers(expr))
    known = next((task for task in scope.tasks if task.joins == expr), None)
    if known is not None:
        return known
    numbers = [str(number) for number in range(1, len(alternatives) + 1)]
    made = scope.add_task(scope.frame.homes[_producers(expr)[0]].node, wanted, expr.span)
    made.joins = expr
    made.needs = dict.fromkeys(_producers(expr))
    which = _first(alternatives, [f"'{number}'" for number in numbers], scope)
    made.arguments.append({"name": "which", "value": expressions.tag(which)})
    for number, alternative in zip(numbers, alternatives, strict=True):
        source = _tag(fetch(scope, *_output(alternative)))
        made.artifacts.append({"name": f"file-{number}", "from": source, "optional": True})
    made.template = scope.frame.registry.add_plain(chooser(numbers))
    return made


def chooser(numbers: list[str]) -> tuple[Object, Object]:
    """Return a template that gives one of its artifacts, and the one that it has to run for that."""
    code = f"inputs.artifacts['file-{numbers[-1]}']"
    for number in reversed(numbers[:-1]):
        code = f"inputs.parameters.which == '{number}' ? inputs.artifacts['file-{number}'] : {code}"
    nothing: Object = {"name": "nothing", "suspend": {"duration": "0"}}
    return {
        "name": "choose",
        "inputs": {
            "parameters": [{"name": "which"}],
            "artifacts": [{"name": f"file-{n}", "optional": True} for n in numbers],
        },
        "dag": {"tasks": [{"name": "nothing", "template": "nothing"}]},
        "outputs": {"artifacts": [{"name": "chosen", "fromExpression": code, "optional": True}]},
    }, nothing


def _taken(expr: ir.Expr, scope: Scope) -> tuple[str, ...]:
    """Take an artifact in from the call; it is chosen where all that may make it are in reach."""
    key = ("artifact", repr(expr))
    if key not in scope.given:
        wanted = "-or-".join(_producers(expr)) or "artifact"
        scope.given[key] = own = names.unique(names.parameter_name(wanted), scope.artifacts)
        optional: Object = {"optional": True} if isinstance(expr.type, kinds.Optional) else {}
        scope.artifacts[own] = {"name": own} | optional
        outer = scope.task_or_bug
        outer.artifacts.append({"name": own} | source_of(expr, outer) | optional)
    return ("inputs", "artifacts", scope.given[key])


def _tag(path: tuple[str, ...]) -> str:
    return "{{" + ".".join(path) + "}}"


def param(scope: Scope, name: str) -> tuple[str, ...]:
    """Return the path of an artifact that is a param of the pipeline, handed down."""
    root = scope.task is None or scope.task.scope.frame is not scope.frame
    if not root and name not in scope.artifacts:
        declared_as = next(one.type for one in scope.frame.pipeline.params if one.name == name)
        optional: Object = {"optional": True} if isinstance(declared_as, kinds.Optional) else {}
        scope.artifacts[name] = {"name": name} | optional
        outer = scope.task_or_bug
        outer.artifacts.append({"name": name, "from": _tag(param(outer.scope, name))} | optional)
    return ("inputs", "artifacts", name)


def fetch(scope: Scope, step: str, output: str) -> tuple[str, ...]:
    """Return the path of an output artifact of a step for a DAG, handed up and down."""
    home = scope.frame.homes[step]
    if not scope.is_around(home.scope):
        if scope.task is None and scope.frame.is_handler:
            return ("workflow", "outputs", "artifacts", declared.global_name(home.node, output))
        own = names.parameter_name(f"{step}-{output}")
        if own not in scope.artifacts:
            optional = _may_lack(scope.task_or_bug.scope, home, output) or scope.may_omit
            scope.artifacts[own] = {"name": own} | ({"optional": True} if optional else {})
            outer = scope.task_or_bug
            source = _tag(fetch(outer.scope, step, output))
            outer.artifacts.append({"name": own, "from": source} | ({"optional": True} if optional else {}))
        return ("inputs", "artifacts", own)
    if home.scope is scope:
        return ("tasks", home.task.name, "outputs", "artifacts", declared.engine_name(home.node, output))
    child = scope.child_with(home.scope)
    name = give(child, home, output)
    return ("tasks", child.task_or_bug.name, "outputs", "artifacts", name)


def give(scope: Scope, home: Home, output: str) -> str:
    """Hand an artifact up from a DAG; return its name there."""
    name = names.parameter_name(output if home.scope is scope else f"{home.node.name}-{output}")
    if name not in scope.artifact_outputs:
        optional = _may_lack(scope, home, output) or home.task.tolerant or scope.may_omit
        source = _tag(fetch(scope, home.node.name, output))
        scope.artifact_outputs[name] = {"name": name, "from": source} | (
            {"optional": True} if optional else {}
        )
    return name


def _may_lack(scope: Scope, home: Home, output: str) -> bool:
    """Tell whether a step may give nothing, or a call on the way to it may be skipped."""
    if isinstance(declared.output_kind(home.node, output), kinds.Optional):
        return True
    own: Task | None = home.task
    while own is not None:
        if own.is_conditional:
            return True
        if own.scope.depth <= scope.depth:
            return False
        own = own.scope.task
    return False


def output(leaf: Leaf, entry: ir.Output) -> Object:
    """Return an output artifact."""
    made: Object = {"name": argo_name(entry), "path": output_path(entry)}
    archive = option(entry, "archive")
    if archive is not None:
        level = archive.get("tar") if isinstance(archive, dict) else None
        made["archive"] = {"tar": {"compressionLevel": level}} if level is not None else {str(archive): {}}
    if option(entry, "gc") is not None:
        made["artifactGC"] = removal(option(entry, "gc"))
    if option(entry, "global") is not None:
        made["globalName"] = option(entry, "global")
    if option(entry, "default") == "none" or isinstance(entry.type, kinds.Optional):
        made["optional"] = True
    if entry.to is not None:
        made |= located(entry.to, leaf)
    key = leaf.output_keys.get(entry.name)
    if key is not None:
        if entry.to is not None:
            raise Refused(
                entry.to.span,
                f"`{entry.name}` is read as a folder of all items, which Argo keeps in the default repository",
                "leave `to` out, or say where with the pipeline's `artifacts = { store = … }`",
            )
        made |= {"archive": {"none": {}}, "s3": {"key": key}}
    return made
