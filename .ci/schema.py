"""Write the JSON Schema that kfdsl checks its manifests with: `python .ci/schema.py`.

In: the published schemas of Argo and Kubernetes, which `go mod download` fetches as parts of their modules.
Out: kfdsl/targets/argo/schema/argo.schema.json, closed to unknown fields, without descriptions.

Argo's fields and their types come of its `api/jsonschema/schema.json`, patterns and words of its full CRDs;
pods and what is in them of Kubernetes' `api/openapi-spec/swagger.json`. What the versions of Argo have or
lack is found by comparing them. Argo 4.1 is not to be had as a module, so that `ADDED` says what it added.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).resolve().parents[1] / "kfdsl/targets/argo/schema/argo.schema.json"

ARGO = {
    "3.7": "github.com/argoproj/argo-workflows/v3@v3.7.18",
    "4.0": "github.com/argoproj/argo-workflows/v4@v4.0.5",
}
KUBERNETES = {"4.0": "k8s.io/kubernetes@v1.33.13", "4.1": "k8s.io/kubernetes@v1.35.4"}
"""By the first version of Argo that is built with these types; 3.7 has those of 4.0."""

OWN = "io.argoproj.workflow.v1alpha1."
KINDS = ("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow")
POD = "io.k8s.api.core.v1.PodSpec"

Schema = dict[str, Any]  # JSON

_CLAIMS: Schema = {"type": "array", "items": {"$ref": "#/definitions/io.k8s.api.core.v1.PodResourceClaim"}}
_RESOURCES: Schema = {"$ref": "#/definitions/io.k8s.api.core.v1.ResourceRequirements"}
_RULES: Schema = {
    "type": "array",
    "items": {"$ref": "#/definitions/io.k8s.api.core.v1.ContainerRestartRule"},
}
ADDED: dict[str, dict[str, Schema]] = {
    # docs/new-features.md of v4.1.0, https://github.com/argoproj/argo-workflows/pull/ 15234 16399 10341 10851 12656
    "WorkflowSpec": {
        "executorPlugins": {"type": "array", "items": {"$ref": f"#/definitions/{OWN}ExecutorPlugin"}},
        "podResources": _RESOURCES,
        "resourceClaims": _CLAIMS,
    },
    "Template": {"pendingTimeout": {"type": "string"}, "podResources": _RESOURCES, "resourceClaims": _CLAIMS},
    "S3Artifact": {"addressingStyle": {"type": "string", "enum": ["", "path", "virtual-hosted"]}},
    "S3ArtifactRepository": {"addressingStyle": {"type": "string", "enum": ["", "path", "virtual-hosted"]}},
    "HTTPArtifact": {"saveStreamViaFile": {"type": "boolean"}},
    # Of the newer Kubernetes: these repeat the fields of a container.
    "ContainerNode": {"restartPolicyRules": _RULES},
    "ScriptTemplate": {"restartPolicyRules": _RULES},
    "UserContainer": {"restartPolicyRules": _RULES},
}
"""Fields that Argo 4.1 added, by their owner."""

NEW: dict[str, Schema] = {
    f"{OWN}ExecutorPlugin": {
        "type": "object",
        "properties": {
            "metadata": {"$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},
            "spec": {"$ref": f"#/definitions/{OWN}PluginSpec"},
        },
        "required": ["metadata", "spec"],
    },
    f"{OWN}PluginSpec": {
        "type": "object",
        "properties": {"sidecar": {"$ref": f"#/definitions/{OWN}PluginSidecar"}},
        "required": ["sidecar"],
    },
    f"{OWN}PluginSidecar": {
        "type": "object",
        "properties": {
            "automountServiceAccountToken": {"type": "boolean"},
            "container": {"$ref": "#/definitions/io.k8s.api.core.v1.Container"},
        },
        "required": ["container"],
    },
}
"""Definitions that Argo 4.1 added."""

INSTEAD = {"schedule": "schedules", "mutex": "mutexes", "semaphore": "semaphores"}
"""Fields that Argo 4.0 removed, and what says the same."""

_DIGITS = r"(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))"
OVERRIDES: dict[str, Schema] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "type": ["integer", "string"],
        "pattern": rf"^(\+|-)?{_DIGITS}(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?{_DIGITS}))?$",
    },
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["integer", "string"]},
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": {"type": "string"},
    f"{OWN}Item": {},
    f"{OWN}Plugin": {"type": "object", "additionalProperties": {}},
    f"{OWN}NoneStrategy": {"type": "object", "properties": {}},
    f"{OWN}ZipStrategy": {"type": "object", "properties": {}},
    f"{OWN}RetryNodeAntiAffinity": {"type": "object", "properties": {}},
    f"{OWN}SuppliedValueFrom": {"type": "object", "properties": {}},
}
METADATA = ("annotations", "finalizers", "generateName", "labels", "name", "namespace", "ownerReferences")
"""What an author may say of an object; the rest is written by the cluster."""
NOT_REQUIRED = {"io.k8s.api.core.v1.Container": {"name"}, f"{OWN}ScriptTemplate": {"image", "source"}}
"""What the engine fills in itself, or a template's default may."""

MERGED = {"ContainerSetTemplate.containers": "name"}
"""Lists that have no merge key upstream though their items have names that are unique."""
ATOMIC = {"tolerations"}
"""Lists whose merge key upstream, `key`, does not tell their items apart."""

KEYWORDS = ("enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")

RELAXED = {"CronWorkflowSpec.schedules": ("[0-9*,/?-]", "[A-Za-z0-9*,/?-]")}
"""Patterns of items that Argo 4.1 made wider: what is in them there, and here."""


def main() -> None:
    """Write the schema."""
    argo = {version: _json(module, "api/jsonschema/schema.json") for version, module in ARGO.items()}
    pods = {version: _json(module, "api/openapi-spec/swagger.json") for version, module in KUBERNETES.items()}
    own = {name: made for name, made in argo["4.0"].items() if name.startswith(OWN)} | NEW
    whole = pods["4.1"] | own
    whole |= OVERRIDES
    for name, fields in ADDED.items():
        old = whole[OWN + name]
        added = {field: {**made, "x-since": "4.1"} for field, made in fields.items()}
        whole[OWN + name] = {**old, "properties": old["properties"] | added}
    wanted = _reached(whole, [*(OWN + kind for kind in KINDS), POD])
    names = _names(wanted)
    definitions = {}
    for name in sorted(wanted, key=lambda n: names[n]):
        definitions[names[name]] = _definition(name, whole[name], names, _Older(argo, pods))
    _constrain(definitions)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"written by .ci/schema.py of {', '.join([*ARGO.values(), *KUBERNETES.values()])}; Apache-2.0",
        "oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in KINDS],
        "$defs": definitions,
    }
    rows = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(made, separators=(',', ':'))}" for name, made in definitions.items()
    )
    head = json.dumps(schema | {"$defs": 0}, indent=0).replace("\n", "")
    TARGET.write_text(head.replace('"$defs": 0', f'"$defs": {{\n{rows}\n}}') + "\n", encoding="utf-8")
    print(f"{TARGET.stat().st_size} bytes, {len(definitions)} definitions")


def _json(module: str, path: str) -> Schema:
    definitions: Schema = json.loads((_folder(module) / path).read_text(encoding="utf-8"))["definitions"]
    return definitions


def _folder(module: str) -> Path:
    command = ["go", "mod", "download", "-json", module]
    return Path(json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["Dir"])


def _reached(whole: Schema, roots: list[str]) -> set[str]:
    """Return the names of the definitions that manifests and pods consist of."""
    found: set[str] = set()
    stack = list(roots)
    while stack:
        name = stack.pop()
        if name in found:
            continue
        found.add(name)
        made = whole[name]
        for field, inner in made.get("properties", {}).items():
            if not _is_written_by_the_cluster(name, field):
                stack += re.findall(r'"#/definitions/([^"]+)"', json.dumps(inner))
        rest = {key: made[key] for key in ("items", "additionalProperties") if key in made}
        stack += re.findall(r'"#/definitions/([^"]+)"', json.dumps(rest))
    return found


def _is_written_by_the_cluster(name: str, field: str) -> bool:
    if name.endswith(".meta.v1.ObjectMeta"):
        return field not in METADATA
    return field == "status" and (name.startswith(OWN) or name.endswith(".PersistentVolumeClaim"))


def _names(wanted: set[str]) -> dict[str, str]:
    """Return short names; where two are the same, the one that is not Argo's says whose it is."""
    names: dict[str, str] = {}
    for name in sorted(wanted, key=lambda n: (not n.startswith(OWN), n)):
        short = name.rpartition(".")[2]
        names[name] = f"Kubernetes{short}" if short in names.values() else short
    return names


class _Older:
    """The definitions of older versions."""

    def __init__(self, argo: dict[str, Schema], pods: dict[str, Schema]) -> None:
        self.argo = argo
        self.pods = pods

    def since(self, name: str, field: str) -> str:
        """Return the first version that has a field, empty for 3.7 or before."""
        if name.startswith(OWN):
            if name in NEW or field not in self.argo["4.0"][name].get("properties", {}):
                return ""  # said already
            old = self.argo["3.7"].get(name)
            return "" if old is None or field in old.get("properties", {}) else "4.0"
        old = self.pods["4.0"].get(name)
        return "" if old is None or field in old.get("properties", {}) else "4.1"

    def type_before(self, name: str, field: str) -> Schema | None:
        """Return what a field refers to in 3.7 where that is another definition than later."""
        old = self.argo["3.7"].get(name, {}).get("properties", {}).get(field, {})
        new = self.argo["4.0"].get(name, {}).get("properties", {}).get(field, {})
        same = not old or not new or old.get("$ref") == new.get("$ref")
        return None if same else {"$ref": old["$ref"]}


def _definition(name: str, made: Schema, names: dict[str, str], older: _Older) -> Schema:
    if name in OVERRIDES:
        return _short(made, names)
    result: Schema = {"type": made["type"]} if "type" in made else {}
    if "properties" in made:
        result["properties"] = _properties(name, made, names, older)
        required = sorted(set(made.get("required", ())) - NOT_REQUIRED.get(name, set()) - {"status"})
        if name.startswith(OWN) and name.removeprefix(OWN) in KINDS:
            required = ["apiVersion", "kind", "metadata", "spec"]
        if required:
            result["required"] = required
        result["additionalProperties"] = False
    else:
        result |= _short({k: v for k, v in made.items() if k in ("items", "additionalProperties")}, names)
    removed = _removed(name, names, older)
    if removed:
        result["x-removed"] = removed
    return result


def _properties(name: str, made: Schema, names: dict[str, str], older: _Older) -> Schema:
    properties: Schema = {}
    kind = name.removeprefix(OWN)
    for field, inner in sorted(made["properties"].items()):
        if _is_written_by_the_cluster(name, field):
            continue
        one = _short(inner, names)
        before = older.type_before(name, field)
        if before is not None:
            one["x-before"] = {"version": "4.0", "schema": _short(before, names)}
        since = older.since(name, field)
        if since:
            one["x-since"] = since
        key = MERGED.get(f"{names[name]}.{field}")
        if key is not None:
            one |= {"x-kubernetes-patch-merge-key": key, "x-kubernetes-patch-strategy": "merge"}
        if field in ATOMIC:
            one.pop("x-kubernetes-patch-merge-key", None)
            one.pop("x-kubernetes-patch-strategy", None)
        if kind in KINDS and field in ("kind", "apiVersion"):
            one = {"type": "string", "const": kind if field == "kind" else "argoproj.io/v1alpha1"}
        properties[field] = one
    return properties


def _removed(name: str, names: dict[str, str], older: _Older) -> Schema:
    """Return the fields that only 3.7 has."""
    before = older.argo["3.7"].get(name, {}).get("properties", {}) if name.startswith(OWN) else {}
    now = older.argo["4.0"].get(name, {}).get("properties", {})
    return {
        field: {**_short(before[field], names), "x-until": "3.7", "x-instead": INSTEAD[field]}
        for field in sorted(set(before) - set(now))
    }


def _short(made: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  # JSON
    """Return a schema without words for people, its references to short names."""
    if not isinstance(made, dict):
        return made
    if "$ref" in made:
        rest = {key: made[key] for key in ("x-since",) if key in made}
        return {"$ref": f"#/$defs/{names[made['$ref'].removeprefix('#/definitions/')]}", **rest}
    kept = (
        "type", "enum", "pattern", "x-since", "x-kubernetes-patch-merge-key", "x-kubernetes-patch-strategy",
    )  # fmt: skip
    result = {key: made[key] for key in kept if key in made}
    for key in ("items", "additionalProperties"):
        if key in made:
            result[key] = _short(made[key], names)
    if "properties" in made:
        result["properties"] = {field: _short(one, names) for field, one in made["properties"].items()}
        result["additionalProperties"] = False
    return result


def _constrain(definitions: Schema) -> None:
    """Take words, patterns and sizes from the CRDs, which have no references but every field in its place."""
    folder = _folder(ARGO["4.0"]) / "manifests/base/crds/full"
    for kind in KINDS:
        path = folder / f"argoproj.io_{kind.lower()}s.yaml"
        crd = yaml.safe_load(path.read_text(encoding="utf-8"))
        root = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        _narrow(definitions, definitions[kind]["properties"]["spec"], root["properties"]["spec"])
    for place, (old, new) in RELAXED.items():
        owner, field = place.split(".")
        items = definitions[owner]["properties"][field]["items"]
        items["pattern"] = items["pattern"].replace(old, new)


def _narrow(definitions: Schema, own: Schema, crd: Schema) -> None:
    target = own
    if "$ref" in own:
        target = definitions[own["$ref"].removeprefix("#/$defs/")]
    if not crd.get("x-kubernetes-int-or-string"):
        own |= {key: crd[key] for key in KEYWORDS if key in crd and crd.get("type") != "object"}
    for field, inner in crd.get("properties", {}).items():
        if field in target.get("properties", {}):
            _narrow(definitions, target["properties"][field], inner)
    for key in ("items", "additionalProperties"):
        if isinstance(target.get(key), dict) and isinstance(crd.get(key), dict):
            _narrow(definitions, target[key], crd[key])


if __name__ == "__main__":
    main()
