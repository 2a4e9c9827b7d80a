"""Containers: the fields of one container from what it runs and its settings."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions, python_script, text
from kfdsl.targets.argo.argv import picked, shown, words, written
from kfdsl.targets.argo.expressions import NotConstant
from kfdsl.targets.argo.leaf import Leaf
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Object
from kfdsl.units import go_duration, seconds

_RESOURCES = {"cpu": "cpu", "memory": "memory", "disk": "ephemeral-storage"}


class Pod:
    """What belongs to the pod of a template beside its containers: volumes, and what only a patch of the pod can say."""

    __slots__ = ("claims", "leaf", "needs_outputs", "patch", "volumes")

    def __init__(self, leaf: Leaf) -> None:
        """Begin with nothing."""
        self.leaf = leaf
        self.volumes: dict[str, Object] = {}
        self.claims = leaf.claims
        self.patch: dict[str, Object] = {}
        self.needs_outputs = False


def constant_of(expr: ir.Expr, what: str) -> ir.Constant:
    """Return the value of a setting that Argo takes no tag for."""
    value = expressions.constant(expr)
    if isinstance(value, NotConstant):
        raise Refused(expr.span, f"`{what}` must be a constant on Argo")
    return value


def field_text(expr: ir.Expr, leaf: Leaf) -> str:
    """Return the text of a field that Kubernetes does not expand: an image, a label."""
    value = expressions.constant(expr)
    if not isinstance(value, NotConstant):
        result = text.of_constant(value)
        if text.has_tag(result):
            raise Refused(expr.span, "`{{` cannot stand here on Argo, which would read it as its own placeholder")
        return result
    return meant(expr, leaf)


def name_text(expr: ir.Expr, leaf: Leaf) -> str:
    """Return the text of a field whose valid values have no `$` or brace, so that form E is the value: an image, a name."""
    found = expressions.reference(expr, leaf)
    if found is not None and found.is_plain and not found.levels and found.path[0]:
        return found.tag
    if isinstance(expr, ir.TextExpr):
        return "".join(part if isinstance(part, str) else name_text(part, leaf) for part in expr.parts)
    return field_text(expr, leaf)


def meant(expr: ir.Expr, leaf: Leaf) -> str:
    """Return the text of a value where nothing undoes form E, so it is undone in the tag."""
    found = expressions.reference(expr, leaf)
    if found is not None and found.is_plain and not found.levels and (found.raw or not found.loaded) and found.path[0]:
        return found.tag
    if isinstance(expr, ir.TextExpr):
        return "".join(part if isinstance(part, str) else meant(part, leaf) for part in expr.parts)
    return expressions.tag(expressions.as_text(expr, leaf).text)


def container(run: ir.Command | ir.Script | None, settings: ir.Settings, leaf: Leaf, pod: Pod, name: str = "") -> Object:
    """Return a container, the main one without a name; for the main one of a script that Argo can hold, `source` is its text."""
    made: Object = {}
    main = not name
    image = settings.expr("image")
    if image is not None:
        made["image"] = name_text(image, leaf)
    variables: list[Object] = []
    match run:
        case ir.Command(command, args):
            if command is not None:
                made["command"], listed = picked(command, args or (), leaf)
            else:
                listed = words(args or (), leaf)
            if listed:
                made["args"] = listed
        case ir.Script():
            made |= _script(run, settings, leaf, pod, variables, main=main)
        case None:
            pass
    made |= _fields(settings, leaf, pod, name)
    env = variables + environment(settings.expr("env"), leaf)
    if env:
        made["env"] = env
    mounts = mounted(settings.expr("mount"), leaf, pod)
    if mounts:
        made["volumeMounts"] = mounts
    return made


def _script(script: ir.Script, settings: ir.Settings, leaf: Leaf, pod: Pod, variables: list[Object], *, main: bool) -> Object:
    if settings.get("packages") is not None or settings.get("files") is not None:
        raise Refused(script.span, "`packages` and `files` are not rendered for Argo yet")
    outputs = [entry for entry in leaf.body.outputs if entry.value is None] if main else []
    if script.is_python and (script.variables or script.function or outputs):
        variables += [variable(name, value, leaf) for name, value in script.variables if not isinstance(value, ir.OutputPath)]
        source = python_script.prologue(script, leaf)
        leaf.brace = leaf.brace or text.has_tag(script.text) or text.has_tag(source)
        return {
            "command": [*script.interpreter, "-c", text.shown(source)],
            "args": [text.shown(script.text)],
        }
    variables += [variable(name, value, leaf) for name, value in script.variables]
    interpreter = [shown(word, leaf) for word in script.interpreter]
    if interpreter[-1] == "-c":
        return {"command": interpreter, "args": [shown(script.text, leaf)]}
    if main and not text.has_tag(script.text):
        return {"command": interpreter, "source": text.shown(script.text)}
    return {"command": [*interpreter, *_option(script)], "args": [shown(script.text, leaf)]}


def _option(script: ir.Script) -> list[str]:
    """The option by which an interpreter takes its text as an argument."""
    return ["-e"] if script.interpreter[0].rpartition("/")[2] in ("node", "ruby", "perl", "deno") else ["-c"]


def variable(name: str, value: ir.Expr, leaf: Leaf) -> Object:
    """Return an environment variable."""
    if isinstance(value, ir.KeyRef):
        return {"name": name, "valueFrom": key_selector(value, leaf)}
    if isinstance(value, ir.FunctionCall) and value.function == "field":
        return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": constant_of(value.arguments[0], "field")}}}
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


def resource_name(resource: ir.Resource, leaf: Leaf) -> str:
    """Return the name of a secret, config or claim in Kubernetes."""
    return name_text(resource.value, leaf) if resource.value is not None else resource.name


def _fields(settings: ir.Settings, leaf: Leaf, pod: Pod, name: str) -> Object:
    made: Object = {}
    pull = settings.expr("image_pull")
    if pull is not None:
        made["imagePullPolicy"] = constant_of(pull, "image_pull")
    workdir = settings.expr("workdir")
    if workdir is not None:
        made["workingDir"] = field_text(workdir, leaf)
    resources, patched = _resources(settings, leaf)
    if resources:
        made["resources"] = resources
    if patched:
        pod.patch[name] = {"resources": patched}
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
    """Return requests and limits: the constant ones, and those with values, which only a patch of the pod can hold."""
    fixed: dict[str, Object] = {"requests": {}, "limits": {}}
    patched: dict[str, Object] = {"requests": {}, "limits": {}}

    def put(side: str, name: str, value: ir.Expr | None) -> None:
        if value is None:
            return
        known = expressions.constant(value)
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
        made["httpGet"] = {"path": field_text(given["http"], leaf), "port": constant_of(given["port"], "port") if "port" in given else 80}
        if "scheme" in given:
            made["httpGet"] |= {"scheme": constant_of(given["scheme"], "scheme")}  # type: ignore[operator]  # a map, made above
    if "tcp" in given:
        made["tcpSocket"] = {"port": constant_of(given["tcp"], "tcp")}
    if "command" in given and isinstance(given["command"], ir.ListExpr):
        made["exec"] = {"command": [field_text(item, leaf) for item in given["command"].items]}
    for name, field in (("delay", "initialDelaySeconds"), ("timeout", "timeoutSeconds"), ("period", "periodSeconds")):
        if name in given:
            made[field] = int(seconds(str(constant_of(given[name], name))))
    return made


def duration(expr: ir.Expr, what: str) -> str:
    """Return a constant duration as Go reads it."""
    return go_duration(str(constant_of(expr, what)))


def mounted(mount: ir.Expr | None, leaf: Leaf, pod: Pod) -> list[Object]:
    """Return the mounts of a container; the volumes go to the pod."""
    if not isinstance(mount, ir.MapExpr):
        return []
    made = []
    for path, value in mount.entries:
        fields = dict(value.entries) if isinstance(value, ir.MapExpr) else {"volume": value}
        name = str(constant_of(fields["volume"], "mount"))
        entry: Object = {"name": _volume(name, fields, leaf, pod), "mountPath": path}
        if "readonly" in fields:
            entry["readOnly"] = constant_of(fields["readonly"], "readonly")
        if "sub_path" in fields:
            entry["subPath"] = field_text(fields["sub_path"], leaf)
        made.append(entry)
    return made


def _volume(name: str, fields: dict[str, ir.Expr], leaf: Leaf, pod: Pod) -> str:
    resource = leaf.body.resources[name]
    own = name.replace("_", "-").lower()
    given = dict(resource.arguments)
    items: Object = {}
    if "items" in fields and isinstance(fields["items"], ir.MapExpr):
        items["items"] = [{"key": key, "path": field_text(path, leaf)} for key, path in fields["items"].entries]
    if "mode" in fields:
        items["defaultMode"] = int(str(constant_of(fields["mode"], "mode")), 8)
    optional: Object = {"optional": True} if resource.optional else {}
    match resource.kind, resource.call:
        case "secret", _:
            made: Object = {"secret": {"secretName": resource_name(resource, leaf)} | items | optional}
        case "config", _:
            made = {"configMap": {"name": resource_name(resource, leaf)} | items | optional}
        case _, "claim":
            made = {"persistentVolumeClaim": {"claimName": _first(given, resource, leaf)}}
        case _, "empty":
            made = {"emptyDir": _empty(given)}
        case _, "host":
            made = {"hostPath": {"path": _first(given, resource, leaf)}}
        case _, "ephemeral":
            made = {"ephemeral": {"volumeClaimTemplate": claim_template(given)}}
        case _, "new_claim" | "workspace":
            pod.claims[own] = {"metadata": {"name": own}} | claim_template(given)
            return own
        case _:
            raise Refused(resource.span, f"the volume `{name}` is not rendered for Argo yet")
    pod.volumes.setdefault(own, {"name": own} | made)
    return own


def _first(given: dict[str, ir.Expr], resource: ir.Resource, leaf: Leaf) -> str:
    """The one argument of `claim` and `host`."""
    value = resource.value if resource.value is not None else next(iter(given.values()))
    return name_text(value, leaf)


def _empty(given: dict[str, ir.Expr]) -> Object:
    made: Object = {}
    if "medium" in given:
        made["medium"] = constant_of(given["medium"], "medium")
    if "size" in given:
        made["sizeLimit"] = text.of_constant(constant_of(given["size"], "size"))
    return made


def claim_template(given: dict[str, ir.Expr]) -> Object:
    """Return the body of a claim that is made for a run or a pod."""
    metadata = {key: constant_of(given[key], key) for key in ("labels", "annotations") if key in given}
    mode = constant_of(given["mode"], "mode") if "mode" in given else "ReadWriteOnce"
    spec: Object = {"accessModes": mode if isinstance(mode, list) else [mode]}
    if "class" in given:
        spec["storageClassName"] = constant_of(given["class"], "class")
    if "size" in given:
        spec["resources"] = {"requests": {"storage": text.of_constant(constant_of(given["size"], "size"))}}
    return ({"metadata": metadata} if metadata else {}) | {"spec": spec}


def is_optional(kind: kinds.Kind) -> bool:
    """Tell whether a value of the type may be absent."""
    return isinstance(kind, kinds.Optional)
