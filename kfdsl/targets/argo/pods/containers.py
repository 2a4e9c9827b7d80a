"""Containers: the fields of one container from what it runs and its settings."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.pods import python_script
from kfdsl.targets.argo.pods.argv import argv, shown, written
from kfdsl.targets.argo.pods.pod_settings import used_devices
from kfdsl.targets.argo.pods.volumes import Pod, mounted
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import constant_of, field_text, name_text, resource_name
from kfdsl.targets.common import scripts, shell_script
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.units import seconds

_RESOURCES = {"cpu": "cpu", "memory": "memory", "disk": "ephemeral-storage"}


def container(
    run: ir.Command | ir.Script | None, settings: ir.Settings, leaf: Leaf, pod: Pod, name: str = ""
) -> Object:
    """Return a container, the main one without a name; `source` is the text of a script."""
    made: Object = {}
    main = not name
    image = settings.expr("image")
    if image is not None:
        made["image"] = name_text(image, leaf)
    variables: list[Object] = []
    match run:
        case ir.Command(command, args):
            words = argv(command or (), args or (), leaf)
            if words.command:
                made["command"] = words.command
            if words.args:
                made["args"] = words.args
            if words.computed:
                pod.patch_of(name)["args"] = words.computed
        case ir.Script():
            made |= _script(run, settings, leaf, variables, main=main)
        case None:
            pass
    made |= _fields(settings, leaf, pod, name)
    env = variables + environment(settings.expr("env"), leaf)
    if env:
        made["env"] = env
    return made | mounted(settings.expr("mount"), leaf, pod)


def _script(
    script: ir.Script, settings: ir.Settings, leaf: Leaf, variables: list[Object], *, main: bool
) -> Object:
    added = scripts.added(script, settings, Refused)
    if script.is_python and python_script.needs_prologue(script, added):
        variables += [
            variable(name, value, leaf)
            for name, value in script.variables
            if not isinstance(value, ir.OutputPath)
        ]
        source = python_script.prologue(script, leaf, added)
        leaf.brace = leaf.brace or text.has_tag(script.text) or text.has_tag(source)
        return {
            "command": [*script.interpreter, "-c", text.shown(source)],
            "args": [shown(script.text, leaf), *(shown(content, leaf) for content in added.files.values())],
        }
    variables += [variable(name, value, leaf) for name, value in script.variables]
    interpreter = [shown(word, leaf) for word in script.interpreter]
    if added.files:
        program = shell_script.lay_down(interpreter, script, added.files)
        return {
            "command": ["sh", "-c", text.shown(program), "sh"],
            "args": [shown(content, leaf) for content in (*added.files.values(), script.text)],
        }
    if interpreter[-1] == "-c":
        return {"command": interpreter, "args": [shown(script.text, leaf)]}
    if main and not text.has_tag(script.text):
        return {"command": interpreter, "source": text.shown(script.text)}
    return {"command": [*interpreter, *shell_script.option(script)], "args": [shown(script.text, leaf)]}


def variable(name: str, value: ir.Expr, leaf: Leaf) -> Object:
    """Return an environment variable."""
    if isinstance(value, ir.KeyRef):
        return {"name": name, "valueFrom": key_selector(value, leaf)}
    if isinstance(value, ir.FunctionCall) and value.function == "field":
        return {
            "name": name,
            "valueFrom": {"fieldRef": {"fieldPath": constant_of(value.arguments[0], "field")}},
        }
    return {"name": name, "value": written(value, leaf)}


def environment(env: ir.Expr | None, leaf: Leaf) -> list[Object]:
    """Return the variables of `env`: those of secrets last, so that no value can name one."""
    if not isinstance(env, ir.MapExpr):
        return []
    made = [(name, variable(name, value, leaf)) for name, value in env.entries]
    secret = [entry for _, entry in made if "secretKeyRef" in str(entry.get("valueFrom", ""))]
    return [entry for _, entry in made if entry not in secret] + secret


def key_selector(key: ir.KeyRef, leaf: Leaf) -> Object:
    """Return the selector of a key of a secret or config."""
    resource = leaf.body.resources[key.resource]
    kind = "secretKeyRef" if resource.kind == "secret" else "configMapKeyRef"
    selector: Object = {"name": resource_name(resource, leaf), "key": field_text(key.key, leaf)}
    return {kind: selector | ({"optional": True} if resource.optional else {})}


def _fields(settings: ir.Settings, leaf: Leaf, pod: Pod, name: str) -> Object:
    made: Object = {}
    pull = settings.expr("image_pull")
    if pull is not None:
        made["imagePullPolicy"] = constant_of(pull, "image_pull")
    workdir = settings.expr("workdir")
    if workdir is not None:
        made["workingDir"] = field_text(workdir, leaf)
    resources, patched = _resources(settings, leaf)
    claimed = used_devices(settings.expr("devices"))
    if claimed:
        resources["claims"] = claimed
    if resources:
        made["resources"] = resources
    if patched:
        pod.patch_of(name)["resources"] = patched
    security = settings.expr("security")
    if isinstance(security, ir.MapExpr):
        made["securityContext"] = security_context(security)
    ready = settings.expr("ready")
    if isinstance(ready, ir.MapExpr):
        made["readinessProbe"] = _probe(ready, leaf)
    ports = settings.expr("ports")
    if ports is not None:
        listed = constant_of(ports, "ports")
        made["ports"] = [port if isinstance(port, dict) else {"containerPort": port} for port in listed]  # type: ignore[union-attr]  # a list by its shape
    return made


def _resources(settings: ir.Settings, leaf: Leaf) -> tuple[Object, Object]:
    """Return requests and limits: the constant ones, and those that only a patch of the pod can hold."""
    fixed: dict[str, Object] = {"requests": {}, "limits": {}}
    patched: dict[str, Object] = {"requests": {}, "limits": {}}

    def put(side: str, name: str, value: ir.Expr | None) -> None:
        if value is None:
            return
        known = constant(value)
        if isinstance(known, NotConstant):
            patched[side][name] = name_text(value, leaf)
        else:
            fixed[side][name] = known if isinstance(known, int) else text.of_constant(known)

    for name, field in _RESOURCES.items():
        value = settings.get(name)
        low, high = (value.low, value.high) if isinstance(value, ir.RangeExpr) else (value, value)
        put("requests", field, low)
        put("limits", field, high)
    gpu = settings.expr("gpu")
    for name, amount in gpu.entries if isinstance(gpu, ir.MapExpr) else (("nvidia.com/gpu", gpu),):
        put("limits", name, amount)
    return _filled(fixed), _filled(patched)


def _filled(sides: dict[str, Object]) -> Object:
    return {side: amounts for side, amounts in sides.items() if amounts}


def security_context(security: ir.MapExpr) -> Object:
    """Return the security context of a container."""
    known = {
        "privileged": "privileged", "user": "runAsUser", "group": "runAsGroup", "non_root": "runAsNonRoot",
        "read_only_root": "readOnlyRootFilesystem", "escalation": "allowPrivilegeEscalation",
    }  # fmt: skip
    made: Object = {}
    capabilities: Object = {}
    for name, value in security.entries:
        if name in known:
            made[known[name]] = constant_of(value, name)
        elif name in ("add", "drop"):
            capabilities[name] = constant_of(value, name)
        elif name == "seccomp":
            made["seccompProfile"] = {"type": constant_of(value, name)}
    return made | ({"capabilities": capabilities} if capabilities else {})


def _probe(ready: ir.MapExpr, leaf: Leaf) -> Object:
    given = dict(ready.entries)
    made: Object = {}
    if "http" in given:
        made["httpGet"] = {
            "path": field_text(given["http"], leaf),
            "port": constant_of(given["port"], "port") if "port" in given else 80,
        }
        if "scheme" in given:
            made["httpGet"] |= {"scheme": constant_of(given["scheme"], "scheme")}  # type: ignore[operator]  # a map, made above
    if "tcp" in given:
        made["tcpSocket"] = {"port": constant_of(given["tcp"], "tcp")}
    if "command" in given and isinstance(given["command"], ir.ListExpr):
        made["exec"] = {"command": [field_text(item, leaf) for item in given["command"].items]}
    for name, field in (
        ("delay", "initialDelaySeconds"),
        ("timeout", "timeoutSeconds"),
        ("period", "periodSeconds"),
    ):
        if name in given:
            made[field] = int(seconds(str(constant_of(given[name], name))))
    return made
