"""Where artifacts are: keys of every kind of store, and addresses."""

from __future__ import annotations

from typing import Any

import pytest

from .programs import argument, manifest, manifests, refused, task, template

CREDENTIALS = 'secret c = "cred"\nconfig k = "krb"\n'
KEY = {"name": "cred", "key": "a"}


def located(declared: str, value: str) -> dict[str, Any]:
    """Return the location of an input artifact."""
    made = manifest(f'{CREDENTIALS}{declared}\nstep a {{ in x: Artifact = {value}\ncommand = ["true"] }}')
    found: dict[str, Any] = template(made, "a")["inputs"]["artifacts"][0]
    return {key: value for key, value in found.items() if key not in ("name", "path")}


@pytest.mark.parametrize(
    ("store", "location"),
    [
        ('s3(bucket = "b")', {"s3": {"endpoint": "s3.amazonaws.com", "bucket": "b", "key": "k"}}),
        (
            (
                's3("b", "e", "r", true, session_token = c["a"], role = "arn", use_sdk_credentials = true, '
                'ca = c["a"], create = true, encryption = { kms_key = "K", kms_context = "C", customer_key = c["a"] }, '
                'addressing = "path")'
            ),
            {
                "s3": {
                    "bucket": "b",
                    "endpoint": "e",
                    "region": "r",
                    "insecure": True,
                    "sessionTokenSecret": KEY,
                    "roleARN": "arn",
                    "useSDKCreds": True,
                    "caSecret": KEY,
                    "createBucketIfNotPresent": {},
                    "encryptionOptions": {
                        "enableEncryption": True,
                        "kmsKeyId": "K",
                        "kmsEncryptionContext": "C",
                        "serverSideCustomerKeySecret": KEY,
                    },
                    "addressingStyle": "path",
                    "key": "k",
                }
            },
        ),
        (
            's3("b", "e", create = { object_locking = true })',
            {
                "s3": {
                    "bucket": "b",
                    "endpoint": "e",
                    "createBucketIfNotPresent": {"objectLocking": True},
                    "key": "k",
                }
            },
        ),
        ('s3("b", "e", create = false)', {"s3": {"bucket": "b", "endpoint": "e", "key": "k"}}),
        (
            'gcs("b", credentials = c["a"])',
            {"gcs": {"bucket": "b", "serviceAccountKeySecret": KEY, "key": "k"}},
        ),
        (
            'azure("x", "https://e", account_key = c["a"])',
            {"azure": {"container": "x", "endpoint": "https://e", "accountKeySecret": KEY, "blob": "k"}},
        ),
        (
            'oss("b", "e", security_token = "t", create = true, lifecycle = { infrequent = 7d, delete = 720h })',
            {
                "oss": {
                    "bucket": "b",
                    "endpoint": "e",
                    "securityToken": "t",
                    "createBucketIfNotPresent": True,
                    "lifecycleRule": {"markInfrequentAccessAfterDays": 7, "markDeletionAfterDays": 30},
                    "key": "k",
                }
            },
        ),
        (
            (
                'hdfs(["n:1"], force = true, protection = "privacy", kerberos = { cache = c["a"], realm = "R", '
                'config = k["a"], service = "s", user = "u", keytab = c["a"] })'
            ),
            {
                "hdfs": {
                    "addresses": ["n:1"],
                    "force": True,
                    "dataTransferProtection": "privacy",
                    "krbCCacheSecret": KEY,
                    "krbRealm": "R",
                    "krbConfigConfigMap": {"name": "krb", "key": "a"},
                    "krbServicePrincipalName": "s",
                    "krbUsername": "u",
                    "krbKeytabSecret": KEY,
                    "path": "/k",
                }
            },
        ),
        (
            'artifactory("http://h/r/", username = c["a"])',
            {"artifactory": {"url": "http://h/r/k", "usernameSecret": KEY}},
        ),
        (
            (
                'http("http://h", headers = { A = "b" }, certificate = c["a"], certificate_key = c["a"], '
                'oauth2 = { client_id = c["a"], client_secret = c["a"], token_url = c["a"], scopes = ["s"], '
                'parameters = { p = "q" } }, stream_via_file = true)'
            ),
            {
                "http": {
                    "url": "http://h/k",
                    "headers": [{"name": "A", "value": "b"}],
                    "saveStreamViaFile": True,
                    "auth": {
                        "clientCert": {"clientCertSecret": KEY, "clientKeySecret": KEY},
                        "oauth2": {
                            "clientIDSecret": KEY,
                            "clientSecretSecret": KEY,
                            "tokenURLSecret": KEY,
                            "scopes": ["s"],
                            "endpointParams": [{"key": "p", "value": "q"}],
                        },
                    },
                }
            },
        ),
        (
            'plugin("p", "a: b", timeout = 5s)',
            {"plugin": {"name": "p", "configuration": "a: b", "connectionTimeoutSeconds": 5, "key": "k"}},
        ),
    ],
)
def test_keys_of_stores(store: str, location: dict[str, Any]) -> None:
    assert located(f"store s = {store}", 's["k"]') == location


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ('"s3://b/k/l"', {"s3": {"endpoint": "s3.amazonaws.com", "bucket": "b", "key": "k/l"}}),
        ('"gs://b/k"', {"gcs": {"bucket": "b", "key": "k"}}),
        (
            '"azure://acme/x/b/c"',
            {"azure": {"endpoint": "https://acme.blob.core.windows.net", "container": "x", "blob": "b/c"}},
        ),
        ('"azure://h.io/x/b"', {"azure": {"endpoint": "https://h.io", "container": "x", "blob": "b"}}),
        ('"oss://b.h.io/k"', {"oss": {"endpoint": "https://h.io", "bucket": "b", "key": "k"}}),
        ('"hdfs://n:1/d/f", user = "u"', {"hdfs": {"addresses": ["n:1"], "path": "/d/f", "hdfsUser": "u"}}),
        (
            '"https://h/x", username = c["a"], password = c["a"]',
            {
                "http": {
                    "url": "https://h/x",
                    "auth": {"basicAuth": {"usernameSecret": KEY, "passwordSecret": KEY}},
                }
            },
        ),
        (
            (
                '"git+ssh://git@h/x.git", branch = "main", depth = 1, single_branch = true, submodules = false, '
                'fetch = ["refs/x"], ssh_key = c["a"], insecure_host_key = true, insecure = true'
            ),
            {
                "git": {
                    "repo": "ssh://git@h/x.git",
                    "branch": "main",
                    "depth": 1,
                    "singleBranch": True,
                    "disableSubmodules": True,
                    "fetch": ["refs/x"],
                    "sshPrivateKeySecret": KEY,
                    "insecureIgnoreHostKey": True,
                    "insecureSkipTLS": True,
                }
            },
        ),
        ('text = "hello"', {"raw": {"data": "hello"}}),
    ],
)
def test_addresses(address: str, location: dict[str, Any]) -> None:
    assert located("", f"load({address})") == location


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('load("ftp://h/x")', "Argo loads nothing from `ftp://`"),
        ('load("s3://b/k", user = "u")', "`user` means nothing for `s3://`"),
        ('load("https://h/x", depth = 1)', "`depth` means nothing for `https://`"),
        ('load("oss://b/k")', "OSS needs an endpoint on Argo"),
        ('load("hdfs://n:1/k")', "HDFS needs a `user` or `kerberos` on Argo"),
        ("load(p)", "Argo must know what kind of address this is"),
        ('load("s3://${lower(p)}/k")', "Argo must know where the host of `s3://` ends"),
    ],
)
def test_addresses_that_argo_cannot_take(value: str, message: str) -> None:
    if "lower" in value:
        value = value.replace("lower(p)", 'replace(p, "/", "-")')

    found = refused(f'param p: string\nstep a {{ in x: Artifact = {value}\ncommand = ["true"] }}')

    assert found == [message]


def test_a_key_of_a_store_may_be_an_argument_of_a_component() -> None:
    (made,) = manifests("""
      edition 2026
      component show { in x: Artifact\nimage = "i", command = ["cat", x] }
      pipeline p {
        store s = s3("b", "e")
        param day: int
        step b = show(x = s["${day}/x"])
        step c = show(x = load(text = "t"))
      }
    """)

    assert [task(made, name)["arguments"]["artifacts"] for name in "bc"] == [
        [{"name": "x", "s3": {"bucket": "b", "endpoint": "e", "key": "{{workflow.parameters.day}}/x"}}],
        [{"name": "x", "raw": {"data": "t"}}],
    ]


MAYBE = """
  param n: int
  step maybe when n > 1 { script sh = "true", out f: Artifact }
"""


def test_a_group_asks_whether_an_artifact_from_outside_is_there() -> None:
    made = manifest(MAYBE + "group g { step a { in f: Artifact? = maybe.f\nscript sh = 'echo $f' } }")

    assert argument(made, "g", "maybe-f-present") == (
        "{{= tasks.maybe.status == 'Succeeded' ? 'true' : 'false' }}"
    )
    assert argument(made, "a", "f-path") == (
        "{{= inputs.parameters['maybe-f-present'] == 'true' ? '/tmp/inputs/f' : '$(KF_NONE)' }}"
    )
    assert task(made, "g")["arguments"]["artifacts"] == [
        {"name": "maybe-f", "from": "{{tasks.maybe.outputs.artifacts.f}}", "optional": True}
    ]


def test_a_group_tells_whether_an_artifact_inside_is_there() -> None:
    made = manifest(
        MAYBE.replace("step maybe", "group g { step maybe")
        + "step ok { script sh = 'true' } }\nstep a { in f: Artifact? = maybe.f\nscript sh = 'echo $f' }"
    )

    assert argument(made, "a", "f-path") == (
        "{{= (tasks.g.outputs?.parameters?.['maybe-f-present'] ?? '') == 'true' ? '/tmp/inputs/f' : '$(KF_NONE)' }}"
    )


def test_a_handler_of_the_run_asks_for_a_flag_that_the_step_leaves() -> None:
    made = manifest(MAYBE + "on exit { step a { in f: Artifact? = maybe.f\nscript sh = 'echo $f' } }")

    (flag,) = template(made, "maybe")["outputs"]["parameters"]
    assert flag["globalName"] == "maybe-f-present"
    assert flag["valueFrom"]["default"] == "true"
    assert task(made, "a")["arguments"]["artifacts"] == [
        {"name": "f", "from": "{{workflow.outputs.artifacts.maybe-f}}", "optional": True}
    ]
    assert "workflow.outputs?.parameters?.['maybe-f-present'] ?? '$(KF_NONE)'" in argument(
        made, "a", "f-path"
    )


def test_a_folder_of_all_items_is_not_in_places_of_their_own() -> None:
    found = refused("""
      store g = gcs(bucket = "b")
      step a for x in ["a", "b"] { script sh = "true", out m: Model to g[x] }
      step b { in ms = a.*.m, command = ["ls", ms] }
    """)

    assert found == ["`m` is read as a folder of all items, which Argo keeps in the default repository"]


STORES = """
  param n: int
  store s = s3("b", "e")
  step make { script sh = "true", out f: Artifact to s["a/$x"], out g: Artifact, out h: Artifact to s["a/${n}"] }
"""


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("make.f", "s3://b/a/$$x"),  # as Kubernetes reads it
        ('s["k"]', "s3://b/k"),
        ('load("https://h/x")', "https://h/x"),
    ],
)
def test_an_address_that_is_known_before_the_run_is_a_constant(value: str, address: str) -> None:
    made = manifest(f'{STORES}step a {{ in x: Artifact = {value}\ncommand = ["echo", x.uri] }}')

    assert template(made, "a")["container"]["command"] == ["echo", address]


@pytest.mark.parametrize("value", ["make.g", "make.h", 's["${n}"]', 'load(text = "t")'])
def test_an_address_of_the_run_is_refused(value: str) -> None:
    found = refused(f'{STORES}step a {{ in x: Artifact = {value}\ncommand = ["echo", x.uri] }}')

    assert found == ["Argo does not tell the address of `x`"]
