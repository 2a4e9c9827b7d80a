"""What has no form on Kubeflow, and what an author can do about it: settings and built-in components."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.kfp import forms
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused

STEP: Final = {
    "disk": "give the step a volume: `empty(size = …)` or `ephemeral(size = …)`",
    "ports": "leave it out: a pod on Kubeflow is not reached by others",
    "ready": "leave it out, or wait inside of what runs",
    "daemon": "start the service outside of the pipeline, or in the step that uses it",
    "devices": "ask for an accelerator by `gpu`",
    "service_account": "choose it where the run is started: it holds for the whole run",
    "priority_class": "ask an administrator for a default class of the namespace",
    "scheduler": "place the step by `node`, `tolerate` or `affinity`",
    "host_aliases": "reach the host by a name that the cluster resolves",
    "mutex": "put the steps one after the other: `after`",
    "semaphore": "limit a loop: `at_most`",
    "pod_cpu": "say what the container needs: `cpu`",
    "pod_memory": "say what the container needs: `memory`",
    "pod_hugepages": "leave it out",
    "archive_logs": "logs are kept as the administrator of Kubeflow says",
    "continue_on": "follow the failure: `after step.done`",
}
"""Settings of a step without a field."""
GRAPH: Final = {
    "retry": "say it for the steps in it: Kubeflow tries pods again, not graphs",
    "timeout": "say it for the steps in it: Kubeflow ends pods, not graphs",
    "parallelism": "limit a loop: `at_most`",
    "mutex": STEP["mutex"],
    "semaphore": STEP["semaphore"],
    "labels": "say it for the steps in it",
    "annotations": "say it for the steps in it",
    "continue_on": STEP["continue_on"],
}
"""Settings of a group, or of the call of a pipeline, without a field."""
HELD: Final = frozenset({"retry", "mutex", "semaphore", "parallelism", "fail_fast"})
"""Settings of a pipeline that hold for its graph where it is called."""
_OF_STEPS: Final = "say it in `defaults { … }`, for each step"
RUN: Final = {
    "name_prefix": "name the run where it is started",
    "parallelism": "limit a loop: `at_most`",
    "priority": "leave it out: runs of Kubeflow have no priority",
    "pod_gc": "leave it out: pods are kept as the administrator of Kubeflow says",
    "artifacts": 'say where artifacts go: `root = "s3://bucket/folder"`',
    "archive_logs": STEP["archive_logs"],
    "pod_cpu": _OF_STEPS.replace("it", "`cpu`", 1),
    "pod_memory": _OF_STEPS.replace("it", "`memory`", 1),
    "pod_hugepages": "leave it out",
    "devices": STEP["devices"],
    "executor_plugins": "leave it out",
    "retry": _OF_STEPS,
    "mutex": STEP["mutex"],
    "semaphore": "let one run wait for another where runs are started",
    "priority_class": STEP["priority_class"],
    "dns": "leave it out",
    "host_network": "leave it out",
    "host_aliases": STEP["host_aliases"],
    "scheduler": STEP["scheduler"],
    "suspended": "suspend the recurring run where it is made",
    "disruption": "leave it out",
}
"""Settings of a pipeline without a field."""

OF_FORMS: Final = {
    "namespace": ((forms.VERSION, forms.RECURRING), "upload it into the namespace in which it is to run"),
    "labels": ((forms.VERSION,), "a run has none; for its pods say it in `defaults { … }`"),
    "annotations": ((forms.VERSION,), "a run has none; for its pods say it in `defaults { … }`"),
    "service_account": ((forms.RECURRING,), "choose it where the run is started"),
}
"""Settings of the object that holds a pipeline, or of its runs: the forms that have them."""
_OUTPUT: Final = {
    "gc": "leave it out: artifacts are kept as the administrator of Kubeflow says",
    "archive": 'leave it out, or write `archive = "none"`: files are kept as they are',
    "global": "give it out of the pipeline: `out x = step.x`",
    "name": "name the `out` as the engine is to call it",
}
_INPUT: Final = {
    "mode": "set the permissions in what runs",
    "recurse": "set the permissions in what runs",
    "name": "name the `in` as the engine is to call it",
}
"""Options of outputs and inputs without a field."""
_BUILT_IN: Final = {
    "approve": "start what follows as a run of its own, once somebody agreed",
    "wait": 'wait in a step: `command = ["sleep", "30"]`',
    "http": "ask in a step, as with `curl`, in an image that has it",
    "kubernetes": "run `kubectl` in a step whose service account may do it",
    "extern": "call a component or a pipeline: templates of Argo do not exist there",
    "list_files": "list them in a step that gives a `list<string>`",
    "plugin": "run the same in a container",
}


def refuse(own: ir.Settings, table: dict[str, str], what: str, findings: Findings) -> None:
    """Note the settings for which there is no field."""
    for name, value in own.values.items():
        if name in table:
            findings.refuse(
                value.span, f"`{name}` of a {what} has no field in Kubeflow Pipelines", table[name]
            )
        elif name == "fail_fast" and isinstance(value, ir.Literal) and value.value is False:
            findings.refuse(
                value.span,
                "Kubeflow starts nothing more in a graph in which a step failed, and cannot be told otherwise",
                "leave `fail_fast` out",
            )


def of_entries(body: ir.Body, findings: Findings) -> None:
    """Note what is said of inputs and outputs and has no field."""
    for entry in body.outputs:
        if entry.to is not None:
            findings.refuse(
                entry.to.span,
                "Kubeflow puts artifacts into the folder of the run, and nowhere else",
                'say where runs are: `root = "s3://bucket/folder"`, or copy it there in the step',
            )
        for name, value in entry.options:
            if name in _OUTPUT and (name, value) != ("archive", "none"):
                findings.refuse(entry.span, f"`{name}` of an `out` has no form on Kubeflow", _OUTPUT[name])
    for one in body.inputs:
        for name, _ in one.options:
            if name in _INPUT:
                findings.refuse(one.span, f"`{name}` of an `in` has no form on Kubeflow", _INPUT[name])


def built_in(run: ir.BuiltIn) -> Refused:
    """Return what is said of a built-in component that does not exist there."""
    return Refused(
        run.span, f"`{run.name}` does not exist on Kubeflow", _BUILT_IN.get(run.name, "run a container")
    )
