"""The schema of Kubeflow's pipelines: the specification, and the settings of Kubernetes that go with it.

`kfp.schema.json` is written by `.ci/kfp_schema.py` of the messages that Kubeflow publishes, in the words of
`kfdsl.targets.common.schema`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from kfdsl import resources
from kfdsl.targets.common.schema import Schema, Schemas
from kfdsl.targets.common.schema.shape import Shape

VERSION: Final = "2.1.0"
"""The version of the specification."""


@cache
def schemas() -> Schemas:
    """Return the schemas of the messages, by their names."""
    whole: Schema = json.loads(resources.read("targets/kfp/schema/kfp.schema.json"))
    return Schemas("Kubeflow Pipelines", (VERSION,), whole["$defs"])


def shape(*, partial: bool = False) -> Shape:
    """Return what checks objects, or patches of them."""
    return Shape(schemas(), VERSION, partial=partial)


def reference(name: str) -> Schema:
    """Return the schema of a message."""
    return {"$ref": f"#/$defs/{name}"}
