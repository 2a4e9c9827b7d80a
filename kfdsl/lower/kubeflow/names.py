"""Names of Kubeflow as names of the language."""

from __future__ import annotations

import re

_LEGAL = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")


def of_port(name: str) -> str:
    """Return what an input or output of a `component.yaml` is called: as the SDK of Kubeflow does.

    `Input 1` is `input_1`; see `sanitize_input_name` of kfp.dsl.utils.
    """
    return re.sub(r"[^_0-9a-z]+", "_", name.lower()).strip("_")


def of_component(name: str) -> str:
    """Return what a component, task or pipeline is called: `Train model` is `train-model`.

    See `maybe_rename_for_k8s` of kfp.dsl.utils.
    """
    return re.sub(r"-+", "-", re.sub(r"[^-0-9a-z]+", "-", name.lower())).strip("-")


def legal(name: str) -> str:
    """Return a name as the language can write it: unchanged where it can."""
    if _LEGAL.fullmatch(name):
        return name
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("-")
    return plain if _LEGAL.fullmatch(plain) else f"_{plain}"
