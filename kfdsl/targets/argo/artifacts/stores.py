"""Stores of artifacts: from a declaration and a key to the location that Argo has for each kind."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Task
from kfdsl.targets.argo.settings.fields import constant_of, field_text
from kfdsl.units import seconds

AWS: Final = "s3.amazonaws.com"
"""Without an endpoint Argo takes the whole location for one of the default repository, the bucket apart."""
_KEYS: Final = {"azure": "blob", "hdfs": "path", "artifactory": "url", "http": "url"}
_TEXTS: Final = {
    "bucket": "bucket",
    "endpoint": "endpoint",
    "region": "region",
    "role": "roleARN",
    "addressing": "addressingStyle",
    "container": "container",
    "security_token": "securityToken",
    "protection": "dataTransferProtection",
    "name": "name",
    "configuration": "configuration",
    "url": "url",
}
_FLAGS: Final = {
    "insecure": "insecure",
    "use_sdk_credentials": "useSDKCreds",
    "force": "force",
    "stream_via_file": "saveStreamViaFile",
}
_SECRETS: Final = {
    "access_key": "accessKeySecret",
    "secret_key": "secretKeySecret",
    "session_token": "sessionTokenSecret",
    "ca": "caSecret",
    "account_key": "accountKeySecret",
    "credentials": "serviceAccountKeySecret",
    "username": "usernameSecret",
    "password": "passwordSecret",
}


def place(store: ir.Resource, key: str, reader: Scope | Task) -> Object:
    """Return the location of a key of a store."""
    given = dict(store.arguments)
    made = fields(store.call, given, reader)
    if store.call == "s3":
        made = {"endpoint": AWS} | made
    name = _KEYS.get(store.call, "key")
    if name == "url":
        key = f"{str(made['url']).removesuffix('/')}/{key}"
    elif name == "path" and not key.startswith(("/", "{{")):
        key = f"/{key}"
    return {store.call: made | {name: key}}


def fields(kind: str, given: dict[str, ir.Expr], reader: Scope | Task) -> Object:
    """Return what a kind of location says beside its key."""
    made: Object = {}
    http = {name: given[name] for name in _AUTHORITY if name in given} if kind == "http" else {}
    for name, value in given.items():
        if name in http:
            continue
        if name in _TEXTS:
            made[_TEXTS[name]] = field_text(value, reader)
        elif name in _FLAGS:
            made[_FLAGS[name]] = constant_of(value, name)
        elif name in _SECRETS:
            made[_SECRETS[name]] = selector(value, reader)
        else:
            made |= _special(kind, name, value, reader)
    authority = _authority(http, reader)
    return made | ({"auth": authority} if authority else {})


def selector(value: ir.Expr, reader: Scope | Task) -> Object:
    """Return the selector of a key of a secret or config."""
    if not isinstance(value, ir.KeyRef):
        raise Refused(value.span, "this takes a key of a secret on Argo")
    resource = reader.resources[value.resource]
    name = field_text(resource.value, reader) if resource.value is not None else resource.name
    optional: Object = {"optional": True} if resource.optional else {}
    return {"name": name, "key": field_text(value.key, reader)} | optional


def _special(kind: str, name: str, value: ir.Expr, reader: Scope | Task) -> Object:
    """Return the fields of an argument that is no single field of its kind."""
    match name, value:
        case "create", _:
            return _creation(kind, value)
        case "encryption", ir.MapExpr(entries):
            return {"encryptionOptions": {"enableEncryption": True} | _encryption(dict(entries), reader)}
        case "lifecycle", ir.MapExpr(entries):
            return {"lifecycleRule": {_LIFECYCLE[key]: _days(days) for key, days in entries}}
        case "addresses", ir.ListExpr(items):
            return {"addresses": [field_text(item, reader) for item in items]}
        case "user", _:
            return {"hdfsUser": field_text(value, reader)}
        case "kerberos", ir.MapExpr(entries):
            return _kerberos(dict(entries), reader)
        case "headers", ir.MapExpr(entries):
            return {"headers": [_header(key, header, reader) for key, header in entries]}
        case "timeout", _:
            return {"connectionTimeoutSeconds": int(seconds(str(constant_of(value, name))))}
        case _:
            message = f"bug: no field for `{name}` of a store on `{kind}`"
            raise LookupError(message)


def _creation(kind: str, value: ir.Expr) -> Object:
    wanted = constant_of(value, "create")
    if kind != "s3":
        return {"createBucketIfNotPresent": wanted}
    if isinstance(wanted, dict):
        return {"createBucketIfNotPresent": {"objectLocking": True} if wanted["object_locking"] else {}}
    return {"createBucketIfNotPresent": {}} if wanted else {}


_LIFECYCLE: Final = {"infrequent": "markInfrequentAccessAfterDays", "delete": "markDeletionAfterDays"}


def _days(value: ir.Expr) -> int:
    amount = seconds(str(constant_of(value, "lifecycle"))) / 86400
    if amount != int(amount):
        raise Refused(value.span, "OSS counts whole days here, as `30d`")
    return int(amount)


def _encryption(given: dict[str, ir.Expr], reader: Scope | Task) -> Object:
    made: Object = {}
    for name, field in (("kms_key", "kmsKeyId"), ("kms_context", "kmsEncryptionContext")):
        if name in given:
            made[field] = field_text(given[name], reader)
    if "customer_key" in given:
        made["serverSideCustomerKeySecret"] = selector(given["customer_key"], reader)
    return made


_KERBEROS: Final = {
    "cache": "krbCCacheSecret",
    "keytab": "krbKeytabSecret",
    "user": "krbUsername",
    "realm": "krbRealm",
    "config": "krbConfigConfigMap",
    "service": "krbServicePrincipalName",
}


def _kerberos(given: dict[str, ir.Expr], reader: Scope | Task) -> Object:
    return {
        _KERBEROS[name]: selector(value, reader)
        if isinstance(value, ir.KeyRef)
        else field_text(value, reader)
        for name, value in given.items()
    }


_AUTHORITY: Final[tuple[str, ...]] = ("username", "password", "certificate", "certificate_key", "oauth2")
_OAUTH2: Final = {
    "client_id": "clientIDSecret",
    "client_secret": "clientSecretSecret",
    "token_url": "tokenURLSecret",
}


def _authority(given: dict[str, ir.Expr], reader: Scope | Task) -> Object:
    """Return how a client of a server proves who it is."""
    made: Object = {}
    for group, names in (
        ("basicAuth", {"username": "usernameSecret", "password": "passwordSecret"}),
        ("clientCert", {"certificate": "clientCertSecret", "certificate_key": "clientKeySecret"}),
    ):
        found = {field: selector(given[name], reader) for name, field in names.items() if name in given}
        made |= {group: found} if found else {}
    oauth2 = given.get("oauth2")
    if isinstance(oauth2, ir.MapExpr):
        own: Object = {}
        for name, value in oauth2.entries:
            if name in _OAUTH2:
                own[_OAUTH2[name]] = selector(value, reader)
            elif isinstance(value, ir.ListExpr):
                own["scopes"] = [field_text(item, reader) for item in value.items]
            elif isinstance(value, ir.MapExpr):
                own["endpointParams"] = [
                    {"key": key, "value": field_text(one, reader)} for key, one in value.entries
                ]
        made["oauth2"] = own
    return made


def _header(name: str, value: ir.Expr, reader: Scope | Task) -> Object:
    if isinstance(value, ir.KeyRef):
        raise Refused(
            value.span,
            "Argo takes no secret in a header of an artifact",
            "use `username` and `password`, `certificate` or `oauth2`",
        )
    return {"name": name, "value": field_text(value, reader)}


def is_uncertain(text: str) -> bool:
    """Tell whether a part of an address ends inside a tag."""
    return text.count("{{") != text.count("}}")
