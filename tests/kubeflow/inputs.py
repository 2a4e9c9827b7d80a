"""What a driver makes of the inputs of a task: values of other tasks, selectors, types, null and nil."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from . import upstream
from .cel import CelError, compiled, evaluate
from .executions import Artifact, DriverError, Execution
from .spec import Json, Spec, Task
from .values import NIL, TYPES, Nil, Value, doubled, kind, proto_json, text

_SELECTOR_NAMES = frozenset(
    {"null_value", "number_value", "string_value", "bool_value", "struct_value", "list_value"}
)
_CONDITION_NAMES = frozenset({"inputs", "outputs"})


@dataclass
class Inputs:
    """The inputs of an execution."""

    parameters: dict[str, Value] = field(default_factory=dict)
    artifacts: dict[str, list[Artifact]] = field(default_factory=dict)


@dataclass(frozen=True)
class RunInfo:
    """What placeholders say of the run."""

    name: str = "run"
    resource: str = "run-x7"
    id: str = "0f4c2d1e"


def resolved(spec: Spec, task: Task, dag: Execution, run: RunInfo) -> Inputs:
    """Return the inputs of a task of a DAG.

    Raises:
        DriverError: they cannot be had, or are not what the component takes.
    """
    inputs = Inputs()
    defined = spec.definitions(task.component, "input", "parameters")
    unset: set[str] = set()
    if spec.kind(task.component) == "dag":
        for name, definition in defined.items():
            if name not in task.inputs("parameters") and definition.get("isOptional"):
                inputs.parameters[name] = doubled(definition.get("defaultValue"))
                unset.update([] if "defaultValue" in definition else [name])
    for name, source in sorted(task.inputs("parameters").items()):
        if defined.get(name, {}).get("parameterType") == "TASK_CONFIG":
            continue
        value = parameter(task, source, dag, run)
        if value is None:
            if not defined.get(name, {}).get("isOptional"):
                message = f"the resolved input parameter is null: {name} of {task.name}"
                raise DriverError(message)
            continue
        _check_literals(name, value, defined.get(name, {}))
        inputs.parameters[name] = value
    for name, source in sorted(task.inputs("artifacts").items()):
        inputs.artifacts[name] = _artifact(source, dag)
    _finish(spec, task, inputs, unset, is_iteration=False)
    return inputs


def of_iteration(spec: Spec, task: Task, loop: Execution, index: int) -> Inputs:
    """Return the inputs of one iteration: those of the loop, for whose list comes the item.

    Raises:
        DriverError: as `resolved`; a selector is applied once more.
    """
    inputs = Inputs(dict(loop.parameters), loop.received())
    iterator = task.iterator
    source = iterator["items"].get("inputParameter") or iterator["itemInput"]
    item = items(inputs.parameters.pop(source))[index]
    inputs.parameters[iterator["itemInput"]] = item
    _finish(spec, task, inputs, set(), is_iteration=True)
    return inputs


def of_root(spec: Spec, arguments: dict[str, Value]) -> Inputs:
    """Return the inputs of a run."""
    inputs = Inputs(dict(arguments))
    for name, definition in spec.definitions("root", "input", "parameters").items():
        if name not in inputs.parameters:
            inputs.parameters[name] = doubled(definition.get("defaultValue"))
    return inputs


def items(value: Value) -> list[Value]:
    """Return what a loop goes over: a list, or text that is JSON of one.

    Raises:
        DriverError: it is something else.
    """
    if isinstance(value, str):
        try:
            value = doubled(json.loads(value))
        except ValueError:
            message = f"iterating failed: {value!r} is no JSON"
            raise DriverError(message) from None
        return value if isinstance(value, list) else []
    if not isinstance(value, list):
        message = f"value of kind {kind(value)} cannot be iterated"
        raise DriverError(message)
    return value


def loop_items(task: Task, inputs: Inputs) -> list[Value]:
    """Return what a loop goes over, and keep a list that the task itself has among its inputs."""
    iterator = task.iterator
    if "raw" in iterator["items"]:
        inputs.parameters[iterator["itemInput"]] = doubled(json.loads(iterator["items"]["raw"]))
        return items(inputs.parameters[iterator["itemInput"]])
    name = iterator["items"]["inputParameter"]
    if name not in inputs.parameters:
        message = f"iterating on item input {iterator['itemInput']!r} failed: cannot find input parameter"
        raise DriverError(message)
    return items(inputs.parameters[name])


def triggers(task: Task, inputs: Inputs) -> bool:
    """Tell whether the condition of a task holds.

    Raises:
        DriverError: it is no CEL, or fails, or is no boolean.
    """
    if not task.condition:
        return True
    names = {"inputs": {"parameter_values": inputs.parameters}, "outputs": {}}
    try:
        result = evaluate(compiled(task.condition, _CONDITION_NAMES), names)
    except CelError as error:
        message = f"the condition of {task.name} failed: {error}"
        raise DriverError(message) from None
    if not isinstance(result, bool):
        message = f"the condition of {task.name}: return type is not bool, got {result!r}"
        raise DriverError(message)
    return result


def selected(value: Value, selector: str) -> Value:
    """Return what a selector makes of a value.

    Raises:
        CelError: it is no CEL, or fails, or its result is none of JSON.
    """
    field_of = {"list": "list_value", "struct": "struct_value"}.get(kind(value), f"{kind(value)}_value")
    names = {} if isinstance(value, Nil) else {field_of: value, "string_value": text(value)}
    result = evaluate(compiled(selector, _SELECTOR_NAMES), names)
    if result is None:
        message = "failed to convert result to protobuf.Value: null"
        raise CelError(message)
    return doubled(result)


def parameter(task: Task, source: Json, dag: Execution, run: RunInfo) -> Value:
    """Return the value of a source, None where it is null.

    Raises:
        DriverError: it cannot be had.
    """
    if "componentInputParameter" in source:
        name = source["componentInputParameter"]
        if name not in dag.parameters:
            message = f"parent DAG does not have input parameter {name}"
            raise DriverError(message)
        return dag.parameters[name]
    if "taskOutputParameter" in source:
        return upstream.parameter(dag, source["taskOutputParameter"])
    if "taskFinalStatus" in source:
        return _status(task, dag, run)
    constant = source["runtimeValue"]["constant"]
    known = {
        "{{$.pipeline_job_name}}": run.name,
        "{{$.pipeline_job_resource_name}}": run.resource,
        "{{$.pipeline_job_uuid}}": run.id,
        "{{$.pipeline_task_name}}": task.name,
        "{{$.pipeline_task_uuid}}": "1",
        "{{$.pipeline_job_create_time_utc}}": "2026-01-01T00:00:00Z",
        "{{$.pipeline_job_schedule_time_utc}}": "2026-01-01T00:00:00Z",
    }
    if isinstance(constant, str):
        constant = constant.replace("{{$.workspace_path}}", "/kfp-workspace")
        return known.get(constant, constant)
    # What is here is a value, even null.
    return NIL if constant is None else doubled(constant)


def _status(task: Task, dag: Execution, run: RunInfo) -> Value:
    """Return the final status of the first task that an exit task waits for, whatever it names."""
    if not task.after:
        message = f"task {task.name} has no dependent tasks"
        raise DriverError(message)
    # In an iteration the keys of all tasks have its index, and this one is looked for without.
    producer = dag.tasks().get(dag.key(task.after[0]))
    if producer is None:
        message = f"producer task, {task.after[0]}, not in tasks"
        raise DriverError(message)
    return {
        "state": producer.state,
        "pipelineTaskName": producer.name,
        "pipelineJobResourceName": run.resource,
        "error": {},
    }


def _artifact(source: Json, dag: Execution) -> list[Artifact]:
    if "componentInputArtifact" in source:
        name = source["componentInputArtifact"]
        received = dag.received()
        if name not in received:
            message = f"parent DAG does not have input artifact {name}"
            raise DriverError(message)
        return received[name]
    return upstream.artifacts(dag, source["taskOutputArtifact"])


def _check_literals(name: str, value: Value, definition: Json) -> None:
    literals = [doubled(literal) for literal in definition.get("literals", [])]
    if literals and value not in literals:
        message = f"parameter {name!r}: {proto_json(value)} is none of its literals"
        raise DriverError(message)


def _finish(spec: Spec, task: Task, inputs: Inputs, unset: set[str], *, is_iteration: bool) -> None:
    """Apply the selectors of a task, then check and convert the values by its component's definitions."""
    for name, source in sorted(task.inputs("parameters").items()):
        selector = source.get("parameterExpressionSelector")
        if selector:
            try:
                if name not in inputs.parameters:
                    message = "value not found in inputs"
                    raise CelError(message)  # noqa: TRY301  # it is told as all others
                inputs.parameters[name] = selected(inputs.parameters[name], selector)
            except CelError as error:
                message = f"resolving parameter {name!r}: evaluation of {selector!r} failed: {error}"
                raise DriverError(message) from None
    iterator = task.iterator
    of_loop = iterator.get("items", {}).get("inputParameter") if is_iteration else iterator.get("itemInput")
    for name, definition in spec.definitions(task.component, "input", "parameters").items():
        if name != of_loop:
            _check_type(name, definition, inputs, unset)


def _check_type(name: str, definition: Json, inputs: Inputs, unset: set[str]) -> None:
    if name not in inputs.parameters:
        if definition.get("isOptional"):
            return
        if "defaultValue" not in definition:
            message = f"neither value nor default value provided for non-optional parameter {name!r}"
            raise DriverError(message)
    value = inputs.parameters.get(name, NIL)
    if value is None and name in unset:
        return
    if definition["parameterType"] == "STRING":
        inputs.parameters[name] = text(value)
    elif kind(value) != TYPES[definition["parameterType"]]:
        expected = definition["parameterType"]
        message = f"input parameter {name!r} type mismatch: expect {expected}, got {kind(value)}"
        raise DriverError(message)
