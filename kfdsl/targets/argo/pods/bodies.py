"""Templates of bodies: inputs, what runs, outputs and settings of one step."""

from __future__ import annotations

import json

from kfdsl import ir, kinds
from kfdsl.targets.argo import artifacts, expressions, settings
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.pods import built_ins, foreign, pod_settings
from kfdsl.targets.argo.pods.containers import container, key_selector
from kfdsl.targets.argo.pods.volumes import Pod
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.schema import patches
from kfdsl.targets.argo.scopes import declared
from kfdsl.targets.argo.scopes.leaf import (
    OUTPUTS,
    Leaf,
    argo_name,
    input_path,
    metadata_path,
    option,
    output_path,
)
from kfdsl.targets.argo.scopes.registry import markers
from kfdsl.targets.argo.scopes.tasks import Task
from kfdsl.targets.argo.settings import fields
from kfdsl.targets.common import usage
from kfdsl.targets.common.constants import NotConstant, constant


def template(leaf: Leaf, own: ir.Settings, arguments: tuple[tuple[str, ir.Expr], ...]) -> Object:
    """Return the template of a body; its call gets the arguments."""
    foreign.check(leaf)
    declare(leaf, arguments)
    body = leaf.body
    leaf.retried = own.get("retry") is not None
    pod = Pod(leaf)
    match body.run:
        case ir.BuiltIn():
            made = built_ins.render(body.run, own, leaf)
        case ir.Containers(containers):
            made = {"containerSet": _container_set(containers, own, leaf, pod)}
        case ir.Command() | ir.Script() | None:
            main = container(body.run, own, leaf, pod)
            made = (
                {"script" if "source" in main else "container": main} if main else {}
            )  # then a patch says what runs
    outputs = _outputs(leaf, pod)
    rest = settings.of_leaf(own, leaf) | pod_settings.of_pod(own, leaf, pod) | _beside(leaf, pod)
    _mount_outputs(made, pod, rest)
    inputs = _sections(leaf.parameters, leaf.artifacts)
    result: Object = {"name": leaf.name}
    if "metadata" in rest:
        result["metadata"] = rest.pop("metadata")
    result |= ({"inputs": inputs} if inputs else {}) | made | ({"outputs": outputs} if outputs else {}) | rest
    if pod.patch or pod.root:
        result["podSpecPatch"] = json.dumps(pod.patches(), ensure_ascii=False, separators=(",", ":"))
    patches.apply(body.patches, result, "Template", leaf.frame.registry.patched, body.span)
    patches.finish_pod(result, leaf.frame.registry.patched, body.span)
    return result


def _sections(parameters: dict[str, Object], files: dict[str, Object]) -> Object:
    made: Object = {"parameters": list(parameters.values())} if parameters else {}
    return made | ({"artifacts": list(files.values())} if files else {})


def declare(leaf: Leaf, arguments: tuple[tuple[str, ir.Expr], ...]) -> None:
    """Write the declared inputs, and the arguments of the call."""
    given = dict(arguments)
    asked = isinstance(leaf.body.run, ir.BuiltIn) and leaf.body.run.name == "approve"
    for entry in leaf.body.inputs:
        if asked and not isinstance(kinds.bare(entry.type), kinds.Enum):
            continue  # a free text is only an output: the interface asks for it
        value = given.get(entry.name)
        if leaf.task is None and value is not None and not kinds.is_artifact(entry.type):
            leaf.aliases[entry.name] = value
        elif kinds.is_artifact(entry.type):
            artifacts.declare(leaf, entry, value)
        else:
            _parameter(leaf, entry, value, leaf.task)


def _parameter(leaf: Leaf, entry: ir.Input, value: ir.Expr | None, task: Task | None) -> None:
    name = argo_name(entry)
    made: Object = {"name": name}
    if entry.doc:
        made["description"] = entry.doc
    harmless = True
    computed = entry.default is not None and isinstance(constant(entry.default), NotConstant)
    if computed and task is not None:
        value = value if value is not None else entry.default
    elif entry.default is not None:
        default = constant(entry.default)
        if isinstance(default, NotConstant):
            raise Refused(entry.default.span, "a default must be a constant on Argo")
        made["default"] = text.encoded_constant(default)
        harmless = "$" not in str(made["default"])
    elif value is None and isinstance(entry.type, kinds.Optional):
        made["default"] = text.ABSENT
    if isinstance(entry.type, kinds.Enum):
        made["enum"] = list(entry.type.members)
    leaf.parameters[name] = made
    if value is not None and task is not None:
        if isinstance(value, ir.KeyRef):
            task.arguments.append({"name": name, "valueFrom": key_selector(value, leaf)})
            return
        argument = expressions.argument(value, task)
        harmless = "$" not in argument and "{{" not in argument
        task.arguments.append({"name": name, "value": argument})
    if harmless and not leaf.open and (value is not None or entry.default is not None):
        leaf.constants.add(name)


def _outputs(leaf: Leaf, pod: Pod) -> Object:
    parameters: dict[str, Object] = {}
    files: dict[str, Object] = {}
    for entry in leaf.body.outputs:
        if entry.value == "stdout" or declared.is_response(entry.value):
            continue
        if entry.at is None and entry.value is None and not isinstance(leaf.body.run, ir.BuiltIn):
            pod.needs_outputs = True
        if kinds.is_artifact(entry.type):
            files[entry.name] = artifacts.output(leaf, entry)
            if entry.name in leaf.metadata:
                name = f"{argo_name(entry)}_metadata"
                source = {"path": metadata_path(entry.name), "default": "{}"}
                parameters[name] = {"name": name, "valueFrom": source}
                pod.needs_outputs = True
        else:
            parameters[entry.name] = _output(leaf, entry)
    if isinstance(leaf.body.run, ir.BuiltIn) and leaf.body.run.name == "approve":
        for answer in leaf.body.inputs:
            parameters[answer.name] = {"name": answer.name, "valueFrom": built_ins.answer(answer)}
    return _sections(parameters, files)


def _output(leaf: Leaf, entry: ir.Output) -> Object:
    made: Object = {"name": argo_name(entry)}
    if option(entry, "global"):
        made["globalName"] = option(entry, "global")
    source: Object = {"path": output_path(entry)}
    if isinstance(leaf.body.run, ir.BuiltIn):
        source = built_ins.output(leaf.body.run, entry)
    elif entry.value is not None:
        raise Refused(entry.span, "an output of a container is a file or its stdout on Argo")
    default = option(entry, "default")
    if default is not None:
        source["default"] = text.of_constant(default)
    if entry.doc:
        made["description"] = entry.doc
    return made | {"valueFrom": source}


def _mount_outputs(made: Object, pod: Pod, rest: Object) -> None:
    """Mount an empty folder at /tmp/outputs: it exists for every user, and beside a read-only root."""
    if pod.needs_outputs:
        name = "outputs" if "outputs" not in pod.volumes else "kf-outputs"
        targets = [
            value for key, value in made.items() if key in ("container", "script") and isinstance(value, dict)
        ]
        container_set = made.get("containerSet")
        if isinstance(container_set, dict):
            targets.append(container_set)
        for target in targets:
            target["volumeMounts"] = [
                *target.get("volumeMounts", ()),
                {"name": name, "mountPath": OUTPUTS.rstrip("/")},
            ]
        pod.volumes[name] = {"emptyDir": {}}
    if pod.volumes:
        rest["volumes"] = [{"name": name} | made for name, made in pod.volumes.items()]


def _container_set(containers: tuple[ir.Container, ...], own: ir.Settings, leaf: Leaf, pod: Pod) -> Object:
    made = []
    for entry in containers:
        if entry.name != "main":
            _refuse_artifacts(entry)
        merged = ir.Settings(_merged(own, entry.settings))
        one: Object = {"name": entry.name} | container(entry.run, merged, leaf, pod, entry.name)
        if entry.after:
            one["dependencies"] = list(entry.after)
        patches.apply(entry.patches, one, "ContainerNode", leaf.frame.registry.patched, entry.span)
        made.append(one)
    shared = _shared_mounts(made)
    for one in made if shared else ():
        one["volumeMounts"] = [mount for mount in one["volumeMounts"] if mount not in shared]  # type: ignore[attr-defined]  # a list where something is shared
        if not one["volumeMounts"]:
            del one["volumeMounts"]
    common: Object = {"volumeMounts": shared} if shared else {}
    return common | {"containers": made}


def _refuse_artifacts(entry: ir.Container) -> None:
    for node in usage.nodes(entry.run):
        if isinstance(node, ir.InputRef) and kinds.is_artifact(node.type):
            raise Refused(
                node.span,
                f"the files of artifacts are not in {entry.kind} `{entry.name}` on Argo",
                "read it in the main container, and share a volume",
            )


def _shared_mounts(containers: list[Object]) -> list[Object]:
    """Return the mounts that all containers of several have; they stand once."""
    first, *others = (one.get("volumeMounts", ()) for one in containers)
    listed = [mount for mount in first if all(mount in mounts for mounts in others)]  # type: ignore[attr-defined,operator]  # lists of mounts
    return listed if others else []


def _merged(own: ir.Settings, inner: ir.Settings) -> dict[str, ir.Expr | ir.RangeExpr]:
    """The step's image, env and mount hold for each of its containers."""
    merged = {
        name: own.values[name] for name in ("image", "image_pull", "env", "mount") if name in own.values
    }
    for name, value in inner.values.items():
        old = merged.get(name)
        if isinstance(old, ir.MapExpr) and isinstance(value, ir.MapExpr):
            merged[name] = ir.MapExpr(
                tuple((dict(old.entries) | dict(value.entries)).items()), value.type, value.span
            )
        else:
            merged[name] = value
    return merged


def _beside(leaf: Leaf, pod: Pod) -> Object:
    made: Object = {}
    for key, entries in (("initContainers", leaf.body.inits), ("sidecars", leaf.body.sidecars)):
        listed = []
        for entry in entries:
            one: Object = {"name": entry.name} | container(entry.run, entry.settings, leaf, pod, entry.name)
            mirror = entry.settings.expr("mirror_mounts")
            if mirror is None:
                _refuse_artifacts(entry)
            if mirror is not None:
                one["mirrorVolumeMounts"] = fields.constant_of(mirror, "mirror_mounts")
            _give_markers(one, leaf)
            patches.apply(entry.patches, one, "UserContainer", leaf.frame.registry.patched, entry.span)
            listed.append(one)
        if listed:
            made[key] = listed
    return made


def _give_markers(container: Object, leaf: Leaf) -> None:
    """Set the variables for `{` and for absent values in a container beside the main one."""
    content = str([container.get("command"), container.get("args"), container.get("env")])
    if "{{" in content or f"$({text.BRACE})" in content:
        env = container.get("env")
        container["env"] = markers(brace=leaf.brace, none=leaf.none) + (env if isinstance(env, list) else [])
        if not container["env"]:
            del container["env"]


__all__ = ["declare", "input_path", "template"]
