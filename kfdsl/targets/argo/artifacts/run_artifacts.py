"""Where the artifacts of a run are kept, and when they are deleted."""

from __future__ import annotations

import json
from typing import Final

from kfdsl import ir
from kfdsl.targets.argo.artifacts import stores
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import as_written, constant_of, field_text, name_text

_KEY: Final = "{{workflow.name}}/{{pod.name}}"
"""The default of Argo's own repositories: each pod has a folder."""


def of_run(own: ir.Settings, leaf: Leaf) -> Object:
    """Return the fields of a spec."""
    artifacts = own.expr("artifacts")
    given = dict(artifacts.entries) if isinstance(artifacts, ir.MapExpr) else {}
    made: Object = {}
    if "gc" in given:
        made["artifactGC"] = _of_run(given["gc"], leaf)
    if "repository" in given:
        made["artifactRepositoryRef"] = _repository(given["repository"], leaf)
    if "store" in given:
        # In `templateDefaults` it reaches templates of other objects too, which a location in each would not.
        store = leaf.resources[str(constant_of(given["store"], "store"))]
        prefix = f"{field_text(given['prefix'], leaf).strip('/')}/" if "prefix" in given else ""
        location = stores.place(store, prefix + _KEY, leaf)
        logs = own.expr("archive_logs")  # a location of its own takes no notice of the run's setting
        if logs is not None:
            location = {"archiveLogs": constant_of(logs, "archive_logs")} | location
        made["templateDefaults"] = {"archiveLocation": location}
    return made


def _repository(value: ir.Expr, leaf: Leaf) -> Object:
    given = dict(value.entries) if isinstance(value, ir.MapExpr) else {"config": value}
    fields = {"config": "configMap", "key": "key"}
    return {fields[name]: name_text(one, leaf) for name, one in given.items()}


def _of_run(value: ir.Expr, leaf: Leaf) -> Object:
    made = removal(constant_of(value, "gc"))
    given = dict(value.entries) if isinstance(value, ir.MapExpr) else {}
    if "force" in given:
        made["forceFinalizerRemoval"] = constant_of(given["force"], "force")
    if "pod" in given:
        made["podSpecPatch"] = json.dumps(as_written(given["pod"], leaf), separators=(",", ":"))
    return made


def removal(value: ir.Constant) -> Object:
    """Return when an artifact is deleted, and by which pod."""
    if not isinstance(value, dict):
        return {"strategy": value}
    made: Object = {"strategy": value["on"]}
    if "service_account" in value:
        made["serviceAccountName"] = value["service_account"]
    metadata = {key: value[key] for key in ("labels", "annotations") if key in value}
    return made | ({"podMetadata": metadata} if metadata else {})
