"""Built-in components: approve, wait, http, kubernetes, extern."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.argo import names
from kfdsl.targets.argo.artifacts.places import located
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.pods import manifests, selectors
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf, argo_name
from kfdsl.targets.argo.settings import engine_conditions
from kfdsl.targets.argo.settings.fields import as_written, constant_of, duration, field_text
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.units import seconds


def render(run: ir.BuiltIn, own: ir.Settings, leaf: Leaf) -> Object:
    """Return the part of a template that says what it does."""
    match run.name:
        case "wait":
            return {"suspend": {"duration": duration(run.arguments[0][1], leaf)}}
        case "approve":
            return {"suspend": _approve(run, leaf)}
        case "http":
            return {"http": _http(run, own, leaf)}
        case "load":
            return {"suspend": {"duration": "0"}}  # its readers take the artifact from where it is
        case "list_files":
            return {"data": _listing(run, leaf)}
        case "plugin":
            return {"plugin": _plugin(run, leaf)}
        case "kubernetes":
            return {"resource": _resource(run, leaf)}
        case _:
            message = f"bug: `{run.name}` is no template of its own"
            raise LookupError(message)


def output(run: ir.BuiltIn, entry: ir.Output) -> Object:
    """Return from where a value output of a built-in comes."""
    if run.name == "kubernetes" and entry.value is not None and entry.value != "stdout":
        return {"jsonPath": selectors.json_path(entry.value)}
    if run.name == "plugin" and entry.value is None:
        return {"supplied": {}}
    told = (
        "an output of an object is a path in it"
        if run.name == "kubernetes"
        else f"`{run.name}` gives no such output"
    )
    raise Refused(entry.span, f"{told} on Argo")


def answer(entry: ir.Input) -> Object:
    """Return from where the answer of a person comes."""
    if entry.default is None:
        return {"supplied": {}}
    default = constant(entry.default)
    if isinstance(default, NotConstant):
        return {"supplied": {}, "default": f"{{{{inputs.parameters.{argo_name(entry)}}}}}"}
    return {"supplied": {}, "default": text.of_constant(default)}


def _listing(run: ir.BuiltIn, leaf: Leaf) -> Object:
    """Return a list of the keys in a place, those that are wanted and what is made of each."""
    given = dict(run.arguments)
    code = "data"
    if "where" in given:
        code = f"filter({code}, {engine_conditions.condition(given['where'], leaf)})"
    if "each" in given:
        code = f"map({code}, {engine_conditions.condition(given['each'], leaf)})"
    place = given["place"]
    if not isinstance(place, ir.PlaceRef) or place.store is None:
        raise Refused(
            place.span, "Argo lists a place of a declared store only", "declare the store, and name it here"
        )
    return {
        "source": {"artifactPaths": {"name": "files"} | located(place, leaf)},
        "transformation": [{"expression": code}],
    }


def _plugin(run: ir.BuiltIn, leaf: Leaf) -> Object:
    given = dict(run.arguments)
    parameters = as_written(given["parameters"], leaf) if "parameters" in given else {}
    return {str(constant_of(given["name"], "name")): parameters}


def _approve(run: ir.BuiltIn, leaf: Leaf) -> Object:
    message, timeout = run.argument("message"), run.argument("timeout")
    if message is not None:
        leaf.parameters[names.unique("message", leaf.parameters)] = {
            "name": "message",
            "value": field_text(message, leaf),
        }
    return {"duration": duration(timeout, leaf)} if timeout is not None else {}


def _http(run: ir.BuiltIn, own: ir.Settings, leaf: Leaf) -> Object:
    given = dict(run.arguments)
    made: Object = {"url": field_text(given["url"], leaf)}
    if "method" in given:
        made["method"] = field_text(given["method"], leaf)
    headers = given.get("headers")
    if isinstance(headers, ir.MapExpr):
        made["headers"] = [_header(name, value, leaf) for name, value in headers.entries]
    if "body" in given:
        made["body"] = field_text(given["body"], leaf)
    if "success" in given:
        made["successCondition"] = engine_conditions.condition(given["success"], leaf)
    if "insecure" in given:
        made["insecureSkipVerify"] = constant_of(given["insecure"], "insecure")
    timeout = given.get("timeout") or own.expr("timeout")
    if timeout is not None:
        made["timeoutSeconds"] = int(seconds(str(constant_of(timeout, "timeout"))))
    return made


def _header(name: str, value: ir.Expr, leaf: Leaf) -> Object:
    if isinstance(value, ir.KeyRef):
        resource = leaf.body.resources[value.resource]
        secret = field_text(resource.value, leaf) if resource.value is not None else resource.name
        return {
            "name": name,
            "valueFrom": {"secretKeyRef": {"name": secret, "key": field_text(value.key, leaf)}},
        }
    return {"name": name, "value": field_text(value, leaf)}


def _resource(run: ir.BuiltIn, leaf: Leaf) -> Object:
    given = dict(run.arguments)
    made: Object = {"action": constant_of(given["action"], "action")}
    if "merge" in given:
        made["mergeStrategy"] = constant_of(given["merge"], "merge")
    if "flags" in given:
        flags = given["flags"]
        items = flags.items if isinstance(flags, ir.ListExpr) else ()
        made["flags"] = [field_text(item, leaf) for item in items] or constant_of(flags, "flags")
    if "owner" in given:
        made["setOwnerReference"] = constant_of(given["owner"], "owner")
    for name, field in (("success", "successCondition"), ("failure", "failureCondition")):
        if name in given:
            made[field] = selectors.selector(given[name], leaf)
    if "manifest" in given:
        made["manifest"] = manifests.document(given["manifest"], leaf)
    return made


__all__ = ["argo_name", "output", "render"]
