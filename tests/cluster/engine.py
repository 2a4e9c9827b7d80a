"""Argo Workflows as a function: `Engine.run` takes YAML and returns what happened."""

from __future__ import annotations

import json
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

import yaml
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException

from .history import ENDED, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GROUP, _VERSION = "argoproj.io", "v1alpha1"
_PLURALS = {
    "Workflow": "workflows",
    "WorkflowTemplate": "workflowtemplates",
    "CronWorkflow": "cronworkflows",
    "ClusterWorkflowTemplate": "clusterworkflowtemplates",
}
_RULES = [
    {"apiGroups": [_GROUP], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"]},
    {
        "apiGroups": [_GROUP],
        "resources": ["workflowtasksets", "workflowartifactgctasks"],
        "verbs": ["list", "watch"],
    },
    {
        "apiGroups": [_GROUP],
        "resources": ["workflowtasksets/status", "workflowartifactgctasks/status"],
        "verbs": ["patch"],
    },
    {
        "apiGroups": [""],
        "resources": ["configmaps"],
        "verbs": ["create", "get", "list", "watch", "patch", "delete"],
    },
]
"""What workflow pods may do; the last is for steps that manage an object."""

_EXECUTOR_LINE = re.compile(
    r'time="?[^"\s]+"? level=[A-Za-z]+ msg=[^\n]* argo=true[^\n]*\n?|Error: exit status [0-9]+\n\Z'
)
"""The executor writes into the log of the author's container, even behind text without a line end."""


class Engine:
    """A fresh namespace of a cluster; use it as a context manager, which deletes the namespace at its end.

    Argo's controller must look after all namespaces. Safe to use from several threads.
    """

    def __init__(self, kubeconfig: str) -> None:
        """Connect to the cluster of a kubeconfig file."""
        # untyped, since the client's types want model objects where it takes plain ones as well
        connect: Any = config.new_client_from_config
        self._api = api = connect(kubeconfig)
        self._core: Any = client.CoreV1Api(api)
        self._rbac: Any = client.RbacAuthorizationV1Api(api)
        self._objects: Any = client.CustomObjectsApi(api)
        self._watch: Any = watch.Watch
        self.namespace = ""

    def __enter__(self) -> Self:
        """Make the namespace, with the rights and secrets that workflow pods need."""
        made = self._core.create_namespace({"metadata": {"generateName": "kfdsl-test-"}})
        self.namespace = made.metadata.name
        self._rbac.create_namespaced_role(self.namespace, {"metadata": {"name": "workflow"}, "rules": _RULES})
        binding = {
            "metadata": {"name": "workflow"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "workflow"},
            "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": self.namespace}],
        }
        self._rbac.create_namespaced_role_binding(self.namespace, binding)
        self._copy_artifact_secrets()
        return self

    def __exit__(self, *_: object) -> None:
        """Delete the namespace; the cluster does the rest in its own time."""
        self._core.delete_namespace(self.namespace)
        self._api.close()

    def run(self, text: str, timeout: float = 180, parameters: Mapping[str, str] | None = None) -> Run:
        """Submit YAML and wait for its end; see `submit` and `Pending.wait`."""
        return self.submit(text, parameters).wait(timeout)

    def submit(self, text: str, parameters: Mapping[str, str] | None = None) -> Pending:
        """Apply templates and create the one workflow of a text.

        Without a `Workflow` in it, the last template or schedule is started as `argo submit --from` does.

        Raises:
            ApiException: the cluster refuses a document; unknown fields are refused too.
            ValueError: nothing can be started, or there are several workflows.
        """
        documents = [document for document in yaml.safe_load_all(text) if document]
        templates = [document for document in documents if document["kind"] != "Workflow"]
        workflows = [document for document in documents if document["kind"] == "Workflow"]
        if not workflows and templates:
            workflows = [_started_from(templates[-1])]
        if len(workflows) != 1:
            message = f"expected one workflow, found {len(workflows)}"
            raise ValueError(message)
        for document in templates:
            self._apply(document)
        workflow = workflows[0]
        workflow.setdefault("metadata", {})["namespace"] = self.namespace
        _set_parameters(workflow, parameters or {})
        made = self._objects.create_namespaced_custom_object(
            _GROUP, _VERSION, self.namespace, "workflows", workflow, field_validation="Strict"
        )
        return Pending(self, made["metadata"]["name"])

    def lacks(self, needed: str) -> str:
        """Return what the cluster has not that a case needs; empty where it has all."""
        account, namespace = "system:serviceaccount:argo:argo", "argo"  # as Argo's own manifests call them
        reviews: Any = client.AuthorizationV1Api(self._api)
        for verb in ("create", "update") if needed == "caches" else ():
            asked = {"namespace": namespace, "verb": verb, "resource": "configmaps"}
            review = {"spec": {"user": account, "resourceAttributes": asked}}
            answer = reviews.create_subject_access_review(review)
            if not answer.status.allowed:
                return f"Argo's controller may not {verb} ConfigMaps in its namespace {namespace}"
        return ""

    def workflow(self, name: str) -> dict[str, Any]:  # the client has no types
        """Return a workflow as it stands."""
        found: dict[str, Any] = self._objects.get_namespaced_custom_object(
            _GROUP, _VERSION, self.namespace, "workflows", name
        )
        return found

    def changes(self, workflow: dict[str, Any], seconds: int) -> Iterator[dict[str, Any]]:
        """Yield later states of a workflow; it may stop early."""
        events = self._watch().stream(
            self._objects.list_namespaced_custom_object,
            _GROUP,
            _VERSION,
            self.namespace,
            "workflows",
            field_selector=f"metadata.name={workflow['metadata']['name']}",
            resource_version=workflow["metadata"]["resourceVersion"],
            timeout_seconds=seconds,
        )
        for event in events:
            yield event["object"]

    def log(self, workflow: str, node: str) -> str:
        """Return what the main container of a pod wrote, without the executor's own lines."""
        pods = self._core.list_namespaced_pod(
            self.namespace, label_selector=f"workflows.argoproj.io/workflow={workflow}"
        )
        for pod in pods.items:
            if pod.metadata.annotations.get("workflows.argoproj.io/node-id") == node:
                # decoded here, since the client turns text that looks like JSON into Python's notation
                answer = self._core.read_namespaced_pod_log(
                    pod.metadata.name, self.namespace, container="main", _preload_content=False
                )
                return _EXECUTOR_LINE.sub("", answer.data.decode())
        message = f"workflow {workflow} has no pod of node {node} any more"
        raise LookupError(message)

    def _apply(self, document: dict[str, Any]) -> None:
        document["metadata"]["namespace"] = self.namespace
        kind, name = document["kind"], document["metadata"]["name"]
        if kind not in _PLURALS:
            message = f"do not know how to apply a {kind}"
            raise ValueError(message)
        if kind.startswith("Cluster"):
            message = "cluster-wide objects would outlive the test's namespace"
            raise ValueError(message)
        place = (_GROUP, _VERSION, self.namespace, _PLURALS[kind])
        try:
            self._objects.create_namespaced_custom_object(*place, document, field_validation="Strict")
        except ApiException as error:
            if error.status != HTTPStatus.CONFLICT:
                raise
            self._objects.patch_namespaced_custom_object(*place, name, document, field_validation="Strict")

    def _copy_artifact_secrets(self) -> None:
        """Let pods reach the default artifact store: its keys are secrets of the pod's own namespace."""
        found = self._core.list_config_map_for_all_namespaces(
            field_selector="metadata.name=workflow-controller-configmap"
        )
        for settings in found.items:
            store = yaml.safe_load((settings.data or {}).get("artifactRepository", "{}"))
            for name in sorted(set(_secret_names(store))):
                secret = self._core.read_namespaced_secret(name, settings.metadata.namespace)
                self._core.create_namespaced_secret(
                    self.namespace, {"metadata": {"name": name}, "type": secret.type, "data": secret.data}
                )
            return


class Pending:
    """A workflow that was submitted and may still run."""

    def __init__(self, engine: Engine, name: str) -> None:
        """Remember a workflow by its name."""
        self._engine = engine
        self.name = name

    def wait(self, timeout: float = 180) -> Run:
        """Return the run once it has ended.

        Raises:
            TimeoutError: it has not ended so many seconds after this call; says how far it came.
        """
        deadline = time.monotonic() + timeout
        workflow = self._engine.workflow(self.name)
        while not _has_ended(workflow):
            left = deadline - time.monotonic()
            if left <= 0:
                run = self._read(workflow)
                message = f"not ended after {timeout:.0f} s{_hint(workflow)}\n{run.table()}"
                raise TimeoutError(message)
            for changed in self._engine.changes(workflow, max(1, round(left))):
                if _has_ended(changed):
                    break
            # asked anew, since the watch may have ended for its own reasons
            workflow = self._engine.workflow(self.name)
        return self._read(workflow)

    def _read(self, workflow: dict[str, Any]) -> Run:
        return Run(workflow, lambda node: self._engine.log(self.name, node))


def _has_ended(workflow: dict[str, Any]) -> bool:
    status = workflow.get("status", {})
    return status.get("phase") in ENDED and bool(status.get("finishedAt"))


def _hint(workflow: dict[str, Any]) -> str:
    return "" if "status" in workflow else "; no controller looks after this namespace"


def _started_from(document: dict[str, Any]) -> dict[str, Any]:
    """Return a workflow that starts a template, or a scheduled workflow at once."""
    kind, name = document["kind"], document["metadata"]["name"]
    match kind:
        case "WorkflowTemplate":
            spec = {"workflowTemplateRef": {"name": name}}
        case "CronWorkflow":
            spec = json.loads(json.dumps(document["spec"]["workflowSpec"]))
        case _:
            message = f"do not know how to start a {kind}"
            raise ValueError(message)
    metadata = {"generateName": f"{name}-"}
    return {"apiVersion": f"{_GROUP}/{_VERSION}", "kind": "Workflow", "metadata": metadata, "spec": spec}


def _set_parameters(workflow: dict[str, Any], parameters: Mapping[str, str]) -> None:
    if parameters:
        arguments = workflow["spec"].setdefault("arguments", {})
        others = [p for p in arguments.get("parameters", ()) if p["name"] not in parameters]
        given = [{"name": name, "value": value} for name, value in parameters.items()]
        arguments["parameters"] = others + given


def _secret_names(value: object) -> Iterator[str]:
    """Yield the names in `…Secret: {name, key}` at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith("Secret") and isinstance(inner, dict) and "name" in inner:
                yield inner["name"]
            yield from _secret_names(inner)
