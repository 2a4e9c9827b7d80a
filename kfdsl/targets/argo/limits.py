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
