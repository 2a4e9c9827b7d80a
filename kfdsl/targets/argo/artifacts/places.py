"""Places of artifacts: keys of stores, and what `load(…)` takes from outside."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.argo.artifacts import stores
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Task
from kfdsl.targets.argo.settings.fields import constant_of, field_text


def located(expr: ir.PlaceRef | ir.LoadedRef, reader: Scope | Task) -> Object:
    """Return the location of `store["key"]` or `load(…)`."""
    if isinstance(expr, ir.LoadedRef):
        return loaded(expr, reader)
    key = field_text(expr.key, reader)
    if expr.store is None:
        return {"s3": {"key": key}}
    if not key.strip("/"):
        raise Refused(
            expr.span,
            "Argo takes a store without a key for the default repository",
            "name a folder of the store",
        )
    return stores.place(reader.resources[expr.store], key, reader)


_SCHEMES: Final = ("s3", "gs", "azure", "oss", "hdfs", "http", "https", "git+https", "git+http", "git+ssh")
_ANYWHERE: Final = ("uri", "text", "type", "metadata", "reimport")
_GIT: Final = {
    "username": "usernameSecret",
    "password": "passwordSecret",
    "ssh_key": "sshPrivateKeySecret",
    "insecure": "insecureSkipTLS",
    "insecure_host_key": "insecureIgnoreHostKey",
    "single_branch": "singleBranch",
    "depth": "depth",
    "branch": "branch",
    "revision": "revision",
}
_OPTIONS: Final = {
    "git": (*_GIT, "submodules", "fetch"),
    "http": (
        "headers",
        "username",
        "password",
        "certificate",
        "certificate_key",
        "oauth2",
        "stream_via_file",
    ),
    "hdfs": ("user", "force", "kerberos", "protection"),
}
"""What `load` takes beside an address, by what the address leads to."""


def loaded(expr: ir.LoadedRef, reader: Scope | Task) -> Object:
    """Return the location of an artifact from outside."""
    given = dict(expr.arguments)
    if "text" in given:
        return {"raw": {"data": field_text(given["text"], reader)}}
    uri = field_text(given["uri"], reader)
    scheme, found, rest = uri.partition("://")
    if not found or "{{" in scheme:
        raise Refused(
            given["uri"].span,
            "Argo must know what kind of address this is",
            "begin it with a scheme that is written out, as `https://${host}`",
        )
    if scheme not in _SCHEMES:
        raise Refused(
            given["uri"].span, f"Argo loads nothing from `{scheme}://`", f"it knows {', '.join(_SCHEMES)}"
        )
    kind = "git" if scheme.startswith("git+") else "http" if scheme in ("http", "https") else scheme
    known = _OPTIONS.get(kind, ())
    options = {name: value for name, value in given.items() if name not in _ANYWHERE}
    wrong = next((value for name, value in options.items() if name not in known), None)
    if wrong is not None:
        name = next(key for key, value in options.items() if value is wrong)
        helps = () if known else ("declare a `store`, which takes credentials and options",)
        raise Refused(wrong.span, f"`{name}` means nothing for `{scheme}://`", *helps)
    if kind == "git":
        return {"git": {"repo": f"{scheme.removeprefix('git+')}://{rest}"} | _git(options, reader)}
    if kind == "http":
        return {"http": {"url": uri} | stores.fields("http", options, reader)}
    host, _, path = rest.partition("/")
    if stores.is_uncertain(host):
        raise Refused(given["uri"].span, f"Argo must know where the host of `{scheme}://` ends")
    if kind == "oss" and "." not in host:
        raise Refused(
            given["uri"].span,
            "OSS needs an endpoint on Argo",
            "write `oss://BUCKET.ENDPOINT/key`, or declare a `store`",
        )
    if kind == "hdfs" and not {"user", "kerberos"} & set(options):
        raise Refused(given["uri"].span, "HDFS needs a `user` or `kerberos` on Argo", 'add `user = "…"`')
    return _of_store(kind, host, path, options, reader)


def _of_store(kind: str, host: str, path: str, options: dict[str, ir.Expr], reader: Scope | Task) -> Object:
    match kind:
        case "gs":
            return {"gcs": {"bucket": host, "key": path}}
        case "s3":
            return {"s3": {"endpoint": stores.AWS, "bucket": host, "key": path}}
        case "azure":
            container, _, blob = path.partition("/")
            endpoint = f"https://{host}" if "." in host else f"https://{host}.blob.core.windows.net"
            return {"azure": {"endpoint": endpoint, "container": container, "blob": blob}}
        case "oss":
            bucket, _, endpoint = host.partition(".")
            return {"oss": {"endpoint": f"https://{endpoint}", "bucket": bucket, "key": path}}
        case "hdfs":
            return {"hdfs": {"addresses": [host], "path": f"/{path}"} | stores.fields(kind, options, reader)}
        case _:
            message = f"bug: no artifact is loaded from `{kind}://`"
            raise LookupError(message)


def _git(options: dict[str, ir.Expr], reader: Scope | Task) -> Object:
    made: Object = {}
    for name, value in options.items():
        match name:
            case "username" | "password" | "ssh_key":
                made[_GIT[name]] = stores.selector(value, reader)
            case "branch" | "revision":
                made[name] = field_text(value, reader)
            case "submodules":
                made |= {} if constant_of(value, name) else {"disableSubmodules": True}
            case "fetch" if isinstance(value, ir.ListExpr):
                made["fetch"] = [field_text(item, reader) for item in value.items]
            case _:
                made[_GIT[name]] = constant_of(value, name)
    return made
