"""The schema of Argo's objects, and what is held against it: whole manifests, and the patches of the author.

`argo.schema.json` is written by `.ci/schema.py` of what Argo and Kubernetes publish, in the words of
`kfdsl.targets.common.schema`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from kfdsl import resources
from kfdsl.targets.common.schema import Schema, Schemas

VERSIONS: Final = ("4.1", "4.0", "3.7")
"""The versions of Argo that can be compiled for, newest first; the first is the default."""


@cache
def schemas() -> Schemas:
    """Return the schemas of Argo's and Kubernetes' objects."""
    return Schemas("Argo", VERSIONS, definitions())


@cache
def definitions() -> Schema:
    """Return the definitions by name: `Workflow`, `Template`, `PodSpec`, …."""
    whole: Schema = json.loads(resources.read("targets/argo/schema/argo.schema.json"))
    found: Schema = whole["$defs"]
    return found
