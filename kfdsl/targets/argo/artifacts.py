"""Artifacts: from where they come, where they go, and folders of those that a loop made."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.argo import expressions, names, plan, text
from kfdsl.targets.argo.leaf import Leaf, argo_name, input_path, option, output_path
from kfdsl.targets.argo.pods import constant_of, field_text
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Home, Object, Position, Prefix, Scope, Task

WRITABLE = 0o777
READABLE = 0o644


def declare(leaf: Leaf, entry: ir.Input, value: ir.Expr | None) -> None:
    """Write an input artifact, and the argument of the call."""
    name = argo_name(entry)
    optional = isinstance(entry.type, kinds.Optional)
    made: Object = {"name": name, "path": input_path(entry)}
    mode = option(entry, "mode")
    if mode is not None:
        made["mode"] = int(str(mode), 8)
    gathered = isinstance(kinds.bare(entry.type), kinds.ListOf)
    if gathered:
        made |= {"mode": WRITABLE, "recurseMode": True}
    if optional or gathered:
        made["optional"] = True
    leaf.artifacts[name] = made
    source = value if value is not None else entry.default
    if source is None:
        if optional:
            leaf.parameters[f"{name}-path"] = {"name": f"{name}-path", "default": text.ABSENT}
        return
    if isinstance(source, (ir.PlaceRef, ir.LoadedRef)) and (leaf.task is None or value is None or not leaf.body.shared):
        made |= located(source, leaf)
        return
    if leaf.task is None:
        return
    found = source_of(source, leaf.task)
    leaf.task.artifacts.append({"name": name} | found | ({"optional": True} if optional else {}))
    if optional:
        leaf.parameters[f"{name}-path"] = {"name": f"{name}-path"}
        leaf.task.arguments.append({"name": f"{name}-path", "value": presence(source, leaf.task, input_path(entry))})


def source_of(expr: ir.Expr, task: Task) -> Object:
    """Return from where an argument takes an artifact, as seen from a call."""
    scope = task.scope
    match expr:
        case ir.OutputRef(step, output):
            return {"from": _tag(fetch(scope, step, output))}
        case ir.ParamRef(name):
            return {"from": _tag(param(scope, name))}
        case ir.EachRef(step, output) if output is not None:
            return {"optional": True, "s3": {"key": gathered_key(task, step, output, shared_loops(task, step))}}
        case _:
            raise Refused(expr.span, "this artifact is not rendered for Argo yet")


def _tag(path: tuple[str, ...]) -> str:
    return "{{" + ".".join(path) + "}}"


def param(scope: Scope, name: str) -> tuple[str, ...]:
    """Return the path of an artifact that is a param of the pipeline, handed down."""
    root = scope.task is None or scope.task.scope.frame is not scope.frame
    if not root and name not in scope.artifacts:
        scope.artifacts[name] = {"name": name}
        outer = scope.task_or_bug
        outer.artifacts.append({"name": name, "from": _tag(param(outer.scope, name))})
    return ("inputs", "artifacts", name)


def fetch(scope: Scope, step: str, output: str) -> tuple[str, ...]:
    """Return the path of an output artifact of a step for a DAG, handed up and down."""
    home = scope.frame.homes[step]
    if not scope.is_around(home.scope):
        own = names.parameter_name(f"{step}-{output}")
        if own not in scope.artifacts:
            optional = _may_lack(scope.task_or_bug.scope, home)
            scope.artifacts[own] = {"name": own} | ({"optional": True} if optional else {})
            outer = scope.task_or_bug
            source = _tag(fetch(outer.scope, step, output))
            outer.artifacts.append({"name": own, "from": source} | ({"optional": True} if optional else {}))
        return ("inputs", "artifacts", own)
    if home.scope is scope:
        return ("tasks", home.task.name, "outputs", "artifacts", _engine_name(home, output))
    child = scope.child_with(home.scope)
    name = give(child, home, output)
    return ("tasks", child.task_or_bug.name, "outputs", "artifacts", name)


def give(scope: Scope, home: Home, output: str) -> str:
    """Hand an artifact up from a DAG; return its name there."""
    name = names.parameter_name(output if home.scope is scope else f"{home.node.name}-{output}")
    if name not in scope.artifact_outputs:
        optional = _may_lack(scope, home) or home.task.tolerant
        source = _tag(fetch(scope, home.node.name, output))
        scope.artifact_outputs[name] = {"name": name, "from": source} | ({"optional": True} if optional else {})
    return name


def _may_lack(scope: Scope, home: Home) -> bool:
    """Tell whether a call on the way to a step may be skipped."""
    own: Task | None = home.task
    while own is not None:
        if own.is_conditional:
            return True
        if own.scope.depth <= scope.depth:
            return False
        own = own.scope.task
    return False


def _engine_name(home: Home, output: str) -> str:
    call = home.node.call if isinstance(home.node, ir.Step) else None
    if isinstance(call, ir.Body):
        return next((argo_name(entry) for entry in call.outputs if entry.name == output), output)
    return output


def presence(expr: ir.Expr, task: Task, path: str) -> str:
    """Return the path of an optional artifact, or the marker, as an argument."""
    if not isinstance(expr, ir.OutputRef):
        return text.encode(path)
    own = task.scope.task_of(expr.step)
    if own is None:
        raise Refused(expr.span, "an optional artifact from outside the group is not rendered for Argo yet")
    status = names.path_text(("tasks", own.name, "status"))
    return expressions.tag(f"{status} == 'Succeeded' ? {text.literal(path)} : '{text.ABSENT}'")


# ---- folders of artifacts


def gathered_key(reader: Task | Scope, step: str, output: str, shared: list[Task]) -> str:
    """Return the key below which the items of a loop put an artifact; `shared` are loops whose item is known."""
    frame = reader.frame if isinstance(reader, Scope) else reader.scope.frame
    home = frame.homes[step]
    span = home.task.span
    prefix = reader.read(Prefix(kinds.DURATION, span)).tag
    positions = [reader.read(Position(task, kinds.DURATION, span)).tag for task in shared]
    own = home.node.name if output == _only_artifact(home) else f"{home.node.name}-{output}"
    return "/".join([prefix, own, *positions])


def shared_loops(task: Task, step: str) -> list[Task]:
    """Return the loops that a reader is in together with a step."""
    home = task.scope.frame.homes[step]
    return [loop for loop in plan.loops_around(home) if loop.inner is not None and loop.inner.is_around(task.scope)]


def _only_artifact(home: Home) -> str:
    call = home.node.call if isinstance(home.node, ir.Step) else None
    found = [entry.name for entry in call.outputs if kinds.is_artifact(entry.type)] if isinstance(call, ir.Body) else []
    return found[0] if len(found) == 1 else ""


# ---- outputs and places


def output(leaf: Leaf, entry: ir.Output) -> Object:
    """Return an output artifact."""
    made: Object = {"name": argo_name(entry), "path": output_path(entry)}
    archive = option(entry, "archive")
    if archive is not None:
        made["archive"] = {str(archive): {}} if isinstance(archive, str) else {"tar": {"compressionLevel": dict(archive)["tar"]}}  # type: ignore[arg-type]  # a map by its shape
    if option(entry, "gc") is not None:
        made["artifactGC"] = {"strategy": option(entry, "gc")}
    if option(entry, "global") is not None:
        made["globalName"] = option(entry, "global")
    if option(entry, "default") == "none" or isinstance(entry.type, kinds.Optional):
        made["optional"] = True
    if entry.to is not None:
        made |= located(entry.to, leaf)
    key = leaf.output_keys.get(entry.name)
    if key is not None:
        made |= {"archive": {"none": {}}, "s3": {"key": key}}
    return made


def located(expr: ir.Expr, leaf: Leaf) -> Object:
    """Return the location of `store["key"]` or `load(…)`."""
    if isinstance(expr, ir.PlaceRef):
        key = _key(expr.key, leaf)
        if expr.store is None:
            return {"s3": {"key": key}}
        return place(leaf.body.resources[expr.store], key, leaf)
    if isinstance(expr, ir.LoadedRef):
        return loaded(expr, leaf)
    raise Refused(expr.span, "this artifact is not rendered for Argo yet")


def _key(expr: ir.Expr, leaf: Leaf) -> str:
    return field_text(expr, leaf)


def place(store: ir.Resource, key: str, leaf: Leaf) -> Object:
    """Return the location of a key of a store."""
    given = dict(store.arguments)
    if store.call != "s3" and store.call != "gcs" and store.call != "oss":
        raise Refused(store.span, f"a store on `{store.call}` is not rendered for Argo yet")
    made: Object = {}
    for name in ("endpoint", "bucket", "region"):
        if name in given:
            made[name] = field_text(given[name], leaf)
    if "insecure" in given:
        made["insecure"] = constant_of(given["insecure"], "insecure")
    made["key"] = key
    for name, field in (("access_key", "accessKeySecret"), ("secret_key", "secretKeySecret"), ("service_account_key", "serviceAccountKeySecret")):
        value = given.get(name)
        if isinstance(value, ir.KeyRef):
            made[field] = _secret(value, leaf)
    return {store.call: made}


def _secret(value: ir.KeyRef, leaf: Leaf) -> Object:
    resource = leaf.body.resources[value.resource]
    name = field_text(resource.value, leaf) if resource.value is not None else resource.name
    return {"name": name, "key": field_text(value.key, leaf)}


def loaded(expr: ir.LoadedRef, leaf: Leaf) -> Object:
    """Return the location of an artifact from outside."""
    given = dict(expr.arguments)
    if "text" in given:
        return {"raw": {"data": field_text(given["text"], leaf)}}
    uri = field_text(given["uri"], leaf)
    scheme, _, rest = uri.partition("://")
    if scheme.startswith("git+"):
        revision = {"revision": field_text(given["revision"], leaf)} if "revision" in given else {}
        return {"git": {"repo": f"{scheme.removeprefix('git+')}://{rest}"} | revision}
    if scheme in ("http", "https"):
        headers = given.get("headers")
        listed = [{"name": k, "value": field_text(v, leaf)} for k, v in headers.entries] if isinstance(headers, ir.MapExpr) else []
        return {"http": {"url": uri} | ({"headers": listed} if listed else {})}
    bucket, _, key = rest.partition("/")
    if scheme == "gs":
        return {"gcs": {"bucket": bucket, "key": key}}
    if scheme in ("s3", "oss"):
        return {scheme: {"bucket": bucket, "key": key}}
    raise Refused(expr.span, f"an artifact from `{scheme}://` is not rendered for Argo yet")


def is_folder(kind: Kind) -> bool:
    """Tell whether a type is a list of artifacts."""
    return isinstance(kinds.bare(kind), kinds.ListOf) and kinds.is_artifact(kind)
