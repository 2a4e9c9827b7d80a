"""The schema of Kubeflow's pipelines takes what Kubeflow's own compiler made."""

from __future__ import annotations

import pytest
import yaml

from kfdsl.targets.kfp import schema

from .corpora import KFP

MISSING = KFP.missing()
GOLDENS = sorted(KFP.originals.rglob("*.yaml"))


@pytest.mark.skipif(bool(MISSING), reason=MISSING or "the goldens are there")
def test_there_are_goldens() -> None:
    assert len(GOLDENS) >= len(KFP.ports())


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.stem)
def test_a_golden_fits(golden: object) -> None:
    shape = schema.shape()
    with open(str(golden), encoding="utf-8") as file:
        documents = [one for one in yaml.load_all(file, yaml.CSafeLoader) if one]
    for document in documents:
        if "platforms" in document:
            made, name = document["platforms"].get("kubernetes", {}), "SinglePlatformSpec"
        else:
            made, name = document, "PipelineSpec"
        assert shape.problems(whole(made), schema.reference(name)) == []


def whole(value: object) -> object:
    """Return a value with whole numbers as integers: JSON does not tell `50.0` from `50`."""
    if isinstance(value, dict):
        return {key: whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
