"""The schema that comes with kfdsl: what it takes, and that it agrees with others on that."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from kfdsl import resources
from kfdsl.compiler import compile_text
from kfdsl.targets.argo.schema import VERSIONS, definitions, schemas
from kfdsl.targets.common.schema.shape import Problem, Shape

from .programs import manifest, template

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("KFDSL_SHARED", ROOT.parent / "shared"))
ORACLE = SHARED / "oracle" / "argo"
NO_ORACLE = "" if ORACLE.exists() else f"no {ORACLE}: set KFDSL_SHARED to the folder with oracle/"

DIFFERENT = {
    # Fields that only the cluster fills in, or that a manifest's own metadata may have.
    ("more", "ObjectMeta", "generateName"),
    ("more", "ObjectMeta", "ownerReferences"),
    ("less", "PersistentVolumeClaim", "status"),
    # An inline template is written out here; in a CRD nothing may refer to itself.
    ("type", "Template", ""),
    ("type", "DAGTask.withItems", ""),
    ("type", "WorkflowStep.withItems", ""),
    # A plugin is any map in both.
    ("other", "Plugin", ""),
    # Argo wants it for the sidecar of a plugin only; the schema has one definition of a container.
    ("required", "Container", ""),
}
"""Where the two differ on purpose: how, whose, which field."""


def loaded(text: str) -> Any:  # noqa: ANN401  # YAML
    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012  # as PyYAML declares it
            first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
            for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return list(yaml.load_all(text, Loader))  # a subclass of SafeLoader


def problems(document: dict[str, Any], version: str = VERSIONS[0]) -> list[Problem]:
    return Shape(schemas(), version).problems(document, definitions()[document["kind"]])


def differences(ours: Any, theirs: Any, owner: str) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401  # JSON
    """Yield where two schemas differ."""
    if "$ref" in ours:
        owner = ours["$ref"].rpartition("/")[2]
        ours = {**definitions()[owner], **{key: value for key, value in ours.items() if key != "$ref"}}
    if ours.get("type") != theirs.get("type"):
        yield "type", owner, ""
        return
    own, other = ours.get("properties", {}), theirs.get("properties", {})
    yield from (("more", owner, field) for field in own if field not in other)
    yield from (("less", owner, field) for field in other if field not in own)
    for field in own.keys() & other.keys():
        yield from differences(own[field], other[field], f"{owner}.{field}")
    if sorted(ours.get("required", ())) != sorted(theirs.get("required", ())):
        yield "required", owner, ""
    for word in ("enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"):
        if ours.get(word) != theirs.get(word):
            yield word, owner, ""
    for word, name in (("items", "items"), ("additionalProperties", "other")):
        if isinstance(ours.get(word), dict) != isinstance(theirs.get(word), dict):
            yield name, owner, ""
        elif isinstance(ours.get(word), dict):
            yield from differences(ours[word], theirs[word], f"{owner}[]")


@pytest.mark.skipif(bool(NO_ORACLE), reason=NO_ORACLE)
@pytest.mark.parametrize("kind", ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"])
def test_schema_is_that_of_the_full_crds(kind: str) -> None:
    theirs = json.loads((ORACLE / f"{kind}.schema.json").read_text(encoding="utf-8"))
    ours = definitions()[kind]["properties"]["spec"]

    assert set(differences(ours, theirs["properties"]["spec"], kind)) - DIFFERENT == set()


@pytest.mark.skipif(bool(NO_ORACLE), reason=NO_ORACLE)
def test_upstream_examples_fit() -> None:
    files = sorted((SHARED / "corpus" / "argo").rglob("*.yaml"))
    found = {}
    for path in files:
        for document in loaded(path.read_text(encoding="utf-8")):
            if document and document.get("kind") in definitions():
                found[path.name] = problems(document)

    assert len(found) > 100  # the corpus is there
    assert {name: one for name, one in found.items() if one} == {}


def changed(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:  # noqa: ANN401  # JSON
    """Yield paths into a document, and what may be put there to make it wrong or leave it right."""
    wrong: object
    for wrong in ("text", 3, True, [], {}, 1.5):
        yield path, wrong
    if isinstance(value, dict):
        yield (*path, "noSuchField"), "text"
        for key, inner in value.items():
            yield from changed(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from changed(inner, (*path, index))


RICH = """
edition 2026

pipeline rich {
  param n: int = 2
  volume data = empty(size = 1Gi)
  schedule = "0 3 * * *"
  step a {
    image = "busybox"
    command = ["echo", n]
    retry = { limit = 2, backoff = 10s }
    cpu = 1..2
    mount = { "/data" = data }
    mutex = "m"
    tolerate = [{ key = "k", operator = "Exists" }]
    out x: string = stdout
  }
  step b for i in [1, 2] {
    in y = a.x
    image = "busybox"
    command = ["echo", y, i]
  }
}
"""


def test_checker_agrees_with_jsonschema() -> None:
    """On a document and on thousands of changes of it: the same verdict as a library that knows all words."""
    whole = json.loads(resources.read("targets/argo/schema/argo.schema.json"))
    del whole["oneOf"]
    document = loaded(compile_text(RICH).text)[0]
    library = Draft202012Validator(whole | {"$ref": f"#/$defs/{document['kind']}"})
    assert problems(document) == []

    changes = list(changed(document))[6:]
    for path, value in changes:
        other = copy.deepcopy(document)
        inner = other
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        assert bool(
            Shape(schemas(), VERSIONS[0]).problems(other, definitions()[document["kind"]])
        ) != library.is_valid(other), (path, value)

    assert len(changes) > 500  # a document worth changing


@pytest.mark.parametrize(
    ("field", "value", "since"),
    [
        ("pendingTimeout", "10s", "4.1"),
        ("podResources", {"limits": {"cpu": 1}}, "4.1"),
        ("resourceClaims", [{"name": "gpu"}], "4.1"),
        ("archiveLocation", {"plugin": {"name": "x", "key": "y"}}, "4.0"),
        ("archiveLocation", {"s3": {"key": "k", "addressingStyle": "path"}}, "4.1"),
        ("timeout", "10s", "3.7"),
    ],
)
def test_fields_exist_from_a_version_on(field: str, value: object, since: str) -> None:
    document = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "x"},
        "spec": {"templates": [{"name": "x", field: value}]},
    }
    for version in VERSIONS:
        found = [one.kind for one in problems(document, version)]

        assert found == ([] if VERSIONS.index(version) <= VERSIONS.index(since) else ["version"])


def test_fields_that_are_gone_name_what_says_the_same() -> None:
    document = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "CronWorkflow",
        "metadata": {"name": "x"},
        "spec": {"schedule": "* * * * *", "schedules": ["* * * * *"], "workflowSpec": {}},
    }

    assert [one.message for one in problems(document)] == [
        "Argo has `schedule` up to 3.7 only; `schedules`, a list, says the same in every version"
    ]


@pytest.mark.parametrize(("version", "lacking"), [("4.1", []), ("4.0", []), ("3.7", ["missing"])])
def test_a_cache_has_a_key_in_old_versions_only(version: str, lacking: list[str]) -> None:
    def cached(config_map: dict[str, str]) -> list[str]:
        memoize = {"key": "k", "maxAge": "", "cache": {"configMap": config_map}}
        document = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {"name": "x"},
            "spec": {"templates": [{"name": "x", "memoize": memoize}]},
        }
        return [one.kind for one in problems(document, version)]

    assert cached({"name": "c"}) == lacking
    assert cached({"name": "c", "key": "cache"}) == ([] if lacking else ["unknown"])
    body = 'step a { cache = { key = "k" }, script sh = \'echo 1 > "$n"\', out n: int }'
    made = template(manifest(body, target=f"argo@{version}"), "a")
    assert made["memoize"]["cache"]["configMap"] == {"name": "a-cache"} | (
        {"key": "cache"} if lacking else {}
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_names_of_months_and_weekdays_are_numbers_for_every_version(version: str) -> None:
    schedule = 'schedule = ["0 4 * jan-MAR,Dec MON-fri/2", "@daily", "@every 90m"]'
    made = manifest(f"{schedule}\nstep a {{ command = ['true'] }}", target=f"argo@{version}")

    assert made["spec"]["schedules"] == ["0 4 * 1-3,12 1-5/2", "@daily", "@every 90m"]
