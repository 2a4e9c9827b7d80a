"""Places of artifacts: keys of stores, and what `load(…)` takes from outside."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.argo import expressions
from kfdsl.targets.argo.expressions import Reader
from kfdsl.targets.argo.fields import field_text
from kfdsl.targets.argo.leaf import Leaf
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Object


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


_STORES: Final = {
    "s3": {"endpoint": "endpoint", "bucket": "bucket", "region": "region", "insecure": "insecure"},
    "gcs": {"bucket": "bucket"},
    "oss": {"endpoint": "endpoint", "bucket": "bucket"},
    "azure": {"endpoint": "endpoint", "container": "container"},
    "hdfs": {"addresses": "addresses", "user": "hdfsUser"},
}
_KEYS: Final = {"azure": "blob", "hdfs": "path"}
_SECRETS: Final = {
    "access_key": "accessKeySecret", "secret_key": "secretKeySecret", "account_key": "accountKeySecret",
    "service_account_key": "serviceAccountKeySecret", "session_token": "sessionTokenSecret",
}  # fmt: skip


def place(store: ir.Resource, key: str, leaf: Leaf) -> Object:
    """Return the location of a key of a store."""
    fields = _STORES.get(store.call)
    if fields is None:
        raise Refused(store.span, f"a store on `{store.call}` is not rendered for Argo yet")
    made: Object = {}
    for name, value in store.arguments:
        if name in fields:
            known = expressions.constant(value)
            made[fields[name]] = (
                field_text(value, leaf) if isinstance(known, (str, expressions.NotConstant)) else known
            )
        elif isinstance(value, ir.KeyRef) and (name in _SECRETS or store.call == "gcs"):
            made[_SECRETS.get(name, "serviceAccountKeySecret")] = _secret(value, leaf)
        else:
            raise Refused(value.span, f"`{name}` of a store on `{store.call}` is not rendered for Argo yet")
    return {store.call: made | {_KEYS.get(store.call, "key"): key}}


def _secret(value: ir.KeyRef, leaf: Leaf) -> Object:
    resource = leaf.body.resources[value.resource]
    name = field_text(resource.value, leaf) if resource.value is not None else resource.name
    return {"name": name, "key": field_text(value.key, leaf)}


def loaded(expr: ir.LoadedRef, leaf: Reader) -> Object:
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
        listed = (
            [{"name": k, "value": field_text(v, leaf)} for k, v in headers.entries]
            if isinstance(headers, ir.MapExpr)
            else []
        )
        return {"http": {"url": uri} | ({"headers": listed} if listed else {})}
    bucket, _, key = rest.partition("/")
    if scheme == "gs":
        return {"gcs": {"bucket": bucket, "key": key}}
    if scheme in ("s3", "oss"):
        return {scheme: {"bucket": bucket, "key": key}}
    raise Refused(expr.span, f"an artifact from `{scheme}://` is not rendered for Argo yet")
