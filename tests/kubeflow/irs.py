"""Short ways to write an IR in a test."""

from __future__ import annotations

from typing import Any

from .spec import EXIT, Json, Spec

COUNT = "NUMBER_INTEGER"


def constant(value: Any) -> Json:  # noqa: ANN401  # JSON
    """An argument that is a constant."""
    return {"runtimeValue": {"constant": value}}


def received(name: str, selector: str = "") -> Json:
    """An argument that is an input of the DAG."""
    return {
        "componentInputParameter": name,
        **({"parameterExpressionSelector": selector} if selector else {}),
    }


def output(producer: str, key: str, selector: str = "") -> Json:
    """An argument that is an output of another task."""
    source = {"producerTask": producer, "outputParameterKey": key}
    return {"taskOutputParameter": source, **({"parameterExpressionSelector": selector} if selector else {})}


def status(producer: str) -> Json:
    """An argument that is the final status of another task."""
    return {"taskFinalStatus": {"producerTask": producer}}


def made(producer: str, key: str) -> Json:
    """An artifact of another task."""
    return {"taskOutputArtifact": {"producerTask": producer, "outputArtifactKey": key}}


def passed(name: str) -> Json:
    """An artifact that is an input of the DAG."""
    return {"componentInputArtifact": name}


def task(  # noqa: PLR0913  # as many as a task has
    component: str,
    parameters: Json | None = None,
    artifacts: Json | None = None,
    *,
    after: tuple[str, ...] = (),
    when: str = "",
    exits: bool = False,
    items: Any = None,  # noqa: ANN401  # a list, or the name of an input
    item: str = "item",
    at_most: int = 0,
    retries: int = 0,
    cache: bool = True,
) -> Json:
    """A task; one with `items` is a loop."""
    made: Json = {
        "componentRef": {"name": component},
        "inputs": {"parameters": parameters or {}, "artifacts": artifacts or {}},
        "dependentTasks": list(after),
        "cachingOptions": {"enableCache": True} if cache else {},
    }
    if when or exits:
        made["triggerPolicy"] = {"condition": when} if when else {"strategy": EXIT}
    if items is not None:
        kind = "inputParameter" if not items.startswith("[") else "raw"
        made["parameterIterator"] = {"items": {kind: items}, "itemInput": item}
        made["iteratorPolicy"] = {"parallelismLimit": at_most}
    if retries:
        made["retryPolicy"] = {"maxRetryCount": retries}
    return made


def _definitions(types: dict[str, str | Json]) -> Json:
    """Read `{"x": "STRING", "y": {"parameterType": …}, "m": "Model"}`."""
    parameters: Json = {}
    artifacts: Json = {}
    for name, type_ in types.items():
        if isinstance(type_, dict):
            parameters[name] = type_
        elif type_.isupper():
            parameters[name] = {"parameterType": type_}
        else:
            artifacts[name] = {
                "artifactType": {"schemaTitle": f"system.{type_.rstrip('?')}", "schemaVersion": "0.0.1"}
            }
            artifacts[name] |= {"isOptional": True} if type_.endswith("?") else {}
    return {"parameters": parameters, "artifacts": artifacts}


def optional(type_: str, default: Any = None) -> Json:  # noqa: ANN401  # JSON
    """An input that need not be given."""
    return {
        "parameterType": type_,
        "isOptional": True,
        **({} if default is None else {"defaultValue": default}),
    }


def step(
    inputs: dict[str, str | Json] | None = None,
    outputs: dict[str, str | Json] | None = None,
    *,
    argv: tuple[str, ...] = ("true",),
    **more: Any,  # noqa: ANN401  # of the container, or `kubernetes`
) -> Json:
    """A component that is a container."""
    kubernetes = more.pop("kubernetes", {})
    return {
        "inputDefinitions": _definitions(inputs or {}),
        "outputDefinitions": _definitions(outputs or {}),
        "container": {"image": "busybox", "command": list(argv), **more},
        "kubernetes": kubernetes,
    }


def importer(uri: Json) -> Json:
    """A component that imports an artifact."""
    made = _definitions({"artifact": "Model"})
    inputs = _definitions({"uri": "STRING"})
    return {
        "inputDefinitions": inputs,
        "outputDefinitions": made,
        "importer": {"artifactUri": uri, "typeSchema": {}},
    }


def dag(
    tasks: dict[str, Json],
    inputs: dict[str, str | Json] | None = None,
    outputs: dict[str, tuple[str, Any]] | None = None,
) -> Json:
    """A component that is a DAG; its outputs are `{name: (type, ("task", "key"))}`, or of a list of these."""
    outputs = outputs or {}
    sources: Json = {"parameters": {}, "artifacts": {}}
    for name, (type_, selectors) in outputs.items():
        found = selectors if isinstance(selectors, list) else [selectors]
        if not type_.isupper():
            selected = [{"producerSubtask": one, "outputArtifactKey": key} for one, key in found]
            sources["artifacts"][name] = {"artifactSelectors": selected}
            continue
        selected = [{"producerSubtask": one, "outputParameterKey": key} for one, key in found]
        sources["parameters"][name] = (
            {"valueFromOneof": {"parameterSelectors": selected}}
            if isinstance(selectors, list)
            else {"valueFromParameter": selected[0]}
        )
    return {
        "inputDefinitions": _definitions(inputs or {}),
        "outputDefinitions": _definitions({name: type_ for name, (type_, _) in outputs.items()}),
        "dag": {"tasks": tasks, "outputs": sources},
    }


def pipeline(root: Json, **components: Json) -> Spec:
    """Return a whole IR; `_` in the name of a component is a `-`."""
    executors: Json = {}
    settings: Json = {}
    found: Json = {}
    for key, component in components.items():
        name = key.replace("_", "-")
        found[name] = {
            part: value for part, value in component.items() if part.endswith("Definitions") or part == "dag"
        }
        for kind in ("container", "importer"):
            if kind in component:
                found[name]["executorLabel"] = f"exec-{name}"
                executors[f"exec-{name}"] = {kind: component[kind]}
        if component.get("kubernetes"):
            settings[f"exec-{name}"] = component["kubernetes"]
    return Spec(
        {"root": root, "components": found, "deploymentSpec": {"executors": executors}},
        {"platforms": {"kubernetes": {"deploymentSpec": {"executors": settings}}}},
    )
