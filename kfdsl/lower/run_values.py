"""Values that the engine knows at run time: the fields of `run`, `step` and `last`, by where they exist."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import syntax as s
from kfdsl.kinds import DURATION, FLOAT, INT, JSON, STRING, Enum, Kind, MapOf, Optional, Record

RUN: Mapping[str, Kind] = {
    "id": STRING,
    "name": STRING,
    "namespace": STRING,
    "created": STRING,
    "scheduled": STRING,
    "display": STRING,
    "service_account": STRING,
    "priority": INT,
    "entrypoint": STRING,
    "params": JSON,
    "labels": MapOf(STRING),
    "annotations": MapOf(STRING),
}
RUN_RESULT: Mapping[str, Kind] = {"status": STRING, "failures": JSON, "duration": FLOAT}
"""Fields of `run`: everywhere, and those that exist in handlers only."""

OF_OBJECT = ("labels", "annotations")
"""Fields of `run` that hold what the pipeline's settings of these names declare."""

STEP: Mapping[str, Kind] = {"name": STRING, "id": STRING, "pod": STRING, "attempt": INT}
STEP_RESULT: Mapping[str, Kind] = {
    "status": STRING,
    "duration": INT,
    "exit_code": INT,
    "resources": Record((("cpu", INT), ("memory", INT))),
}
"""Fields of `step`: everywhere in a body, and those that exist in its metrics only."""

LAST: Mapping[str, Kind] = {"status": STRING, "exit_code": INT, "duration": INT, "message": STRING}
"""Fields of `last`, the attempt before, in the condition of a `retry`."""

CRON: Mapping[str, Kind] = {
    "failed": INT,
    "succeeded": INT,
    "last": Optional(STRING),
    "since_last": Optional(DURATION),
    "now": STRING,
    "name": STRING,
    "namespace": STRING,
}
"""Fields of `cron`, in the conditions of a `schedule`."""

STATUS = Enum(("Succeeded", "Failed", "Error", "Skipped", "Omitted", "Running"))
"""How a step ended; `Running` is that of a daemon."""

OF_STEP: Mapping[str, Kind] = {"status": STATUS, "id": STRING, "started": STRING, "finished": STRING}
OF_POD: Mapping[str, Kind] = {**OF_STEP, "host": STRING}
OF_PROGRAM: Mapping[str, Kind] = {**OF_POD, "exit_code": INT}
"""Facts of a step, which others read like outputs: of any, of one that is a pod, of one that runs a program."""
OF_DAEMON: Mapping[str, Kind] = {"ip": STRING}

OF_THE_END = frozenset(("exit_code", "host"))
"""Facts that may be missing when a step fails: there was no program that ended, or no node for its pod."""


def of_pipeline(items: tuple[s.Item, ...]) -> Mapping[str, Kind]:
    """Return the fields of `run` in a pipeline, where the labels and annotations of the run are known."""
    declared = {
        item.name.text: Record(tuple((entry.key.text, STRING) for entry in item.value.entries))
        for item in items
        if isinstance(item, s.Setting)
        and item.name.text in OF_OBJECT
        and isinstance(item.value, s.MapLiteral)
    }
    return {**RUN, **{name: declared.get(name, Record(())) for name in OF_OBJECT}}
