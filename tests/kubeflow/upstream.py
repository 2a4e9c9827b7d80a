"""Where the driver finds an output of another task: through sub-DAGs, joins and loops, as it does it."""

from __future__ import annotations

from .executions import Artifact, DriverCrashError, DriverError, Execution
from .spec import Json
from .values import NIL, Value

DONE = frozenset({"COMPLETE", "CACHED"})


def parameter(dag: Execution, source: Json) -> Value:
    """Return an output parameter that a task of a DAG reads.

    Raises:
        DriverError: there is no such execution.
    """
    found = _found(dag, source["producerTask"], source["outputParameterKey"], "parameters")
    return found[0] if isinstance(found, tuple) else found


def artifacts(dag: Execution, source: Json) -> list[Artifact]:
    """Return an output artifact that a task of a DAG reads, or those of a loop.

    Raises:
        DriverError: there is no such execution, or it has no such artifact.
    """
    found = _found(dag, source["producerTask"], source["outputArtifactKey"], "artifacts")
    if isinstance(found, tuple):
        found = list(found)
    if any(one is NIL for one in found):
        message = "invalid memory address: the artifact of a task that did not write one"
        raise DriverCrashError(message)
    return list(found)


def _found(dag: Execution, producer: str, output: str, what: str) -> Value:
    """Return the output of one execution as a tuple of one, or the list of those of a loop."""
    tasks = dag.tasks()
    name = dag.key(producer, dag.index)
    current = tasks.get(name)
    if current is None:
        message = f"producer task, {producer}, not in tasks"
        raise DriverError(message)
    while current.is_dag:
        if (current.count or 0) > 0 or (current.parent and (current.parent.count or 0) > 0):
            return collected(current, tasks, output, what)
        name, output = _producer(current, tasks, name, output, what)
        if name not in tasks:
            message = f"subTaskName, {name.rpartition('_')[0]}, not in tasks"
            raise DriverError(message)
        current = tasks[name]
    return (_value(current, output, what),)


def _value(execution: Execution, output: str, what: str) -> Value:
    values = execution.outputs if what == "parameters" else execution.output_artifacts
    return values.get(output, NIL)


def collected(loop: Execution, tasks: dict[str, Execution], output: str, what: str) -> list[Value]:
    """Return the outputs of all iterations of a loop, those of loops in it too: flat, level by level.

    Raises:
        DriverError: an iteration has not the task, since its condition did not hold: the driver crashes.
    """
    result: list[Value] = []
    key = before = output
    queue: list[Execution | None] = [loop]
    previous = loop.name
    name = ""
    while queue:
        current = queue.pop(0)
        if current is None:
            message = "invalid memory address or nil pointer dereference: an iteration lacks the task"
            raise DriverCrashError(message)
        if current.name == previous:
            key = before
        previous, before = current.name, key
        try:
            name, key = _producer(current, tasks, name, key, what)
        except DriverCrashError:
            raise
        except DriverError:
            name, key = "", ""
        if not current.is_dag:
            result.append(_value(current, key, what))
        elif current.count is None:
            queue.append(tasks.get(name if current.index is None else f"{name}_idx_{current.index}"))
        else:
            queue += [tasks.get(current.key(current.name, index)) for index in range(current.count)]
    return result


def _producer(
    dag: Execution, tasks: dict[str, Execution], name: str, output: str, what: str
) -> tuple[str, str]:
    """Return the key of the task in a DAG that makes an output, and how the output is called there."""
    if not dag.is_dag:
        return name, output
    spec = dag.producers[what].get(output)
    if spec is None:
        message = f"invalid memory address or nil pointer dereference: no output {output} of {dag.name}"
        raise DriverCrashError(message)
    selectors = spec["artifactSelectors"] if what == "artifacts" else _selectors(spec)
    key = "outputArtifactKey" if what == "artifacts" else "outputParameterKey"
    if len(selectors) == 1 and "valueFromOneof" not in spec:
        chosen = selectors[0]
    else:
        ended = (
            one
            for one in selectors
            if (task := tasks.get(dag.key(one["producerSubtask"]))) is not None and task.state in DONE
        )
        found = next(ended, None)
        if found is None:
            message = f"processing OneOf: No successful task found for {output} of {dag.name}"
            raise DriverError(message)
        chosen = found
    return dag.key(chosen["producerSubtask"]), chosen[key]


def _selectors(spec: Json) -> list[Json]:
    if "valueFromOneof" in spec:
        return list(spec["valueFromOneof"]["parameterSelectors"])
    return [spec["valueFromParameter"]]
