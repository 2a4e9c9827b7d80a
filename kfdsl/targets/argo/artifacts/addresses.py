"""Addresses of artifacts, where the engine needs no run to know them: `x.uri`."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.argo.artifacts.places import located
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Home, Task
from kfdsl.targets.common.constants import NotConstant, constant


def of(expr: ir.Expr | None, reader: Scope | Task) -> str:
    """Return the address of an artifact, empty where it is known in the run only."""
    match expr:
        case ir.LoadedRef(arguments) if "uri" in dict(arguments):
            found = constant(dict(arguments)["uri"])
            return "" if isinstance(found, NotConstant) else str(found)
        case ir.PlaceRef(str()):
            return _written(located(expr, reader))
        case ir.OutputRef(step, output):
            return _of_output(_homes(reader)[step].node, output, reader)
        case _:
            return ""


def _homes(reader: Scope | Task) -> dict[str, Home]:
    return (reader.scope if isinstance(reader, Task) else reader).frame.homes


def _of_output(node: ir.Step | ir.Group, output: str, reader: Scope | Task) -> str:
    """Return the address of an output that its step puts into a store."""
    if not isinstance(node, ir.Step) or not isinstance(node.call, ir.Body) or node.loop is not None:
        return ""
    found = next((entry for entry in node.call.outputs if entry.name == output), None)
    if found is None or found.to is None or isinstance(constant(found.to.key), NotConstant):
        return ""
    return of(found.to, reader) if found.to.store in reader.resources else ""


def _written(location: Object) -> str:
    """Return a location as an address; empty where it holds a value of the run."""
    ((kind, fields),) = location.items()
    known = {name: str(value) for name, value in fields.items()} if isinstance(fields, dict) else {}
    text = _address(kind, known)
    return "" if "{{" in text else text


def _address(kind: str, fields: dict[str, str]) -> str:
    match kind:
        case "s3":
            return f"s3://{fields['bucket']}/{fields['key']}"
        case "gcs":
            return f"gs://{fields['bucket']}/{fields['key']}"
        case "azure":
            return f"{fields['endpoint']}/{fields['container']}/{fields['blob']}"
        case "oss":
            host = fields["endpoint"].rpartition("://")[2]
            return f"oss://{fields['bucket']}.{host}/{fields['key']}"
        case "http" | "artifactory":
            return fields["url"]
        case _:
            return ""
