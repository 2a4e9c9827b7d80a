"""The stores of artifacts: their kinds, and the arguments by which each is declared."""

from __future__ import annotations

from typing import Final

from kfdsl.lower.amounts import duration
from kfdsl.lower.declared import key_of
from kfdsl.lower.shapes import (
    Shape,
    constant_int,
    either,
    flag,
    is_map,
    list_of,
    map_of,
    record_of,
    text,
    words,
)

SECRET: Final = key_of("secret")
_CREATE: Final = either((is_map, record_of({"object_locking": flag}, ("object_locking",))), otherwise=flag)
LOGIN: Final[dict[str, Shape]] = {
    "username": SECRET,
    "password": SECRET,
}
HTTP: Final[dict[str, Shape]] = {
    "headers": map_of(text),
    **LOGIN,
    "certificate": SECRET,
    "certificate_key": SECRET,
    "oauth2": record_of(
        {
            "client_id": SECRET,
            "client_secret": SECRET,
            "token_url": SECRET,
            "scopes": list_of(text),
            "parameters": map_of(text),
        }
    ),
    "stream_via_file": flag,
}
"""How a server of artifacts is asked; `load` takes the same."""
_KERBEROS: Final = record_of(
    {
        "cache": SECRET,
        "keytab": SECRET,
        "user": text,
        "realm": text,
        "config": key_of("config"),
        "service": text,
    }
)
HDFS: Final[dict[str, Shape]] = {
    "user": text,
    "force": flag,
    "kerberos": _KERBEROS,
    "protection": words("authentication", "integrity", "privacy"),
}
STORES: Final[dict[str, dict[str, Shape]]] = {
    "s3": {
        "bucket": text,
        "endpoint": text,
        "region": text,
        "insecure": flag,
        "access_key": SECRET,
        "secret_key": SECRET,
        "session_token": SECRET,
        "role": text,
        "use_sdk_credentials": flag,
        "ca": SECRET,
        "create": _CREATE,
        "encryption": record_of({"kms_key": text, "kms_context": text, "customer_key": SECRET}),
        "addressing": words("path", "virtual-hosted"),
    },
    "gcs": {"bucket": text, "credentials": SECRET},
    "azure": {"container": text, "endpoint": text, "account_key": SECRET, "use_sdk_credentials": flag},
    "oss": {
        "bucket": text,
        "endpoint": text,
        "access_key": SECRET,
        "secret_key": SECRET,
        "security_token": text,
        "create": flag,
        "use_sdk_credentials": flag,
        "lifecycle": record_of({"infrequent": duration, "delete": duration}),
    },
    "hdfs": {"addresses": list_of(text), **HDFS},
    "artifactory": {"url": text, **LOGIN},
    "http": {"url": text, **HTTP},
    "plugin": {"name": text, "configuration": text, "timeout": duration},
}
"""Arguments of the calls that declare stores, in the order of positional ones."""
REQUIRED: Final = {
    "s3": ("bucket",),
    "gcs": ("bucket",),
    "azure": ("container", "endpoint"),
    "oss": ("bucket", "endpoint"),
    "hdfs": ("addresses",),
    "artifactory": ("url",),
    "http": ("url",),
    "plugin": ("name",),
}
GIT: Final[dict[str, Shape]] = {
    "revision": text,
    "branch": text,
    "depth": constant_int,
    "single_branch": flag,
    "submodules": flag,
    "fetch": list_of(text),
    "ssh_key": SECRET,
    **LOGIN,
    "insecure": flag,
    "insecure_host_key": flag,
}
"""How `load` takes a repository of git."""
