"""How much one object of Argo may hold: the numbers of its schema, of Kubernetes and of Linux.

Sources: the `maxItems` and `maxLength` markers in `pkg/apis/workflow/v1alpha1` of argo-workflows 4.1, which its
full custom resource definitions carry; Kubernetes' validation of objects; `MAX_ARG_STRLEN` of Linux.
"""

from __future__ import annotations

from typing import Final

TASKS: Final = 200
"""Tasks of one DAG."""

TEMPLATES: Final = 200
"""Templates of one manifest."""

PARAMETERS: Final = 500
"""Input parameters of one template."""

METRICS: Final = 100
"""Metrics of one template, or of the run."""

GAUGE: Final = 256
"""Characters of the value of a gauge."""

DEPTH: Final = 90
"""DAGs in each other; the controller of Argo stops at 100 templates."""

OBJECT: Final = 1024**2
"""Bytes of a manifest: Argo gives up on a run whose object is larger (MAX_WORKFLOW_SIZE, its default)."""

ANNOTATIONS: Final = 256 * 1024
"""Bytes of all annotations of one object."""

TEMPLATE: Final = 128 * 1024
"""Bytes of a template that travel with its pod; more needs a ConfigMap."""

TEXT: Final = 128 * 1024
"""Bytes of an argument or of a variable with its name and `=`, the ending zero included (MAX_ARG_STRLEN)."""
