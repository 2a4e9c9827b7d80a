"""The tasks that are no DAGs: a container from its driver to its last attempt, an importer, a claim."""

from __future__ import annotations

from dataclasses import dataclass

from .argv import by_driver, local_path
from .executions import Artifact, DriverError, Execution
from .inputs import Inputs
from .launcher import Call, Containers, LauncherError, Published, launch, provisioned
from .pod import Cluster, Lookup, PodError, checked, variables
from .spec import Spec, Task
from .trace import Node
from .values import doubled, proto_json


@dataclass(frozen=True)
class Pod:
    """What the driver made of a container."""

    image: str
    words: list[str]
    environment: dict[str, str]


@dataclass
class Steps:
    """What the steps of a run have in common; `cache` is what earlier ones left."""

    spec: Spec
    containers: Containers
    root: str
    cluster: Cluster
    cache: dict[str, Published] | None
    starts: int = 0

    def importer(self, task: Task, node: Node, execution: Execution, start: int) -> None:
        """Import an artifact; what is in its store is not looked at.

        Raises:
            DriverError: it has no URI.
        """
        importer = self.spec.executor(task.component)["importer"]
        source = importer["artifactUri"]
        uri = source.get("constant") or execution.parameters.get(source.get("runtimeParameter", ""), "")
        if not isinstance(uri, str) or not uri:
            message = "the importer's URI is empty"
            raise DriverError(message)
        try:
            path = local_path(uri, self.root)
        except ValueError:
            path = ""
        name = next(iter(self.spec.definitions(task.component, "output", "artifacts")))
        execution.output_artifacts[name] = Artifact(
            uri, importer["typeSchema"], doubled(importer.get("metadata", {})), path
        )
        execution.state = "COMPLETE"
        node.artifacts = {name: uri}
        node.started, node.ended, node.attempts, node.phase = start, start + 1, 1, "Succeeded"

    def container(self, task: Task, node: Node, execution: Execution, start: int, lookup: Lookup) -> None:
        """Run a container.

        Raises:
            DriverError: its driver fails.
        """
        container = self.spec.executor(task.component)["container"]
        settings = self.spec.kubernetes(task.component)
        inputs = Inputs(execution.parameters, execution.artifacts)
        if self.cache is not None and task.raw.get("cachingOptions", {}).get("enableCache"):
            known = self.cache.get(self._fingerprint(task, inputs))
            if known is not None:
                self._publish(node, execution, known, "CACHED")
                node.started, node.ended, node.cached, node.phase = start, start, True, "Succeeded"
                return
        words = by_driver([*container.get("command", []), *container.get("args", [])], inputs)
        image = checked(container, settings, inputs)
        node.started, node.ended = start, start + 1
        try:
            environment = variables(container, settings, self.cluster, lookup, f"{task.name}-x7")
        except PodError as error:  # it waits until somebody ends the run; its execution stays as it is
            node.phase, node.message = "Failed", str(error)
            return
        self._attempts(task, node, execution, Pod(image, words, environment))

    def _attempts(self, task: Task, node: Node, execution: Execution, pod: Pod) -> None:
        start = node.started or 0
        inputs = Inputs(execution.parameters, execution.artifacts)
        tries = 1 + int(task.raw.get("retryPolicy", {}).get("maxRetryCount", 0))
        component = self.spec.components[task.component]
        types = self.spec.definitions(task.component, "output", "parameters")
        for attempt in range(tries):
            self.starts += 1
            base = f"{node.path.replace('/', '-')}-{self.starts}-{attempt}"
            files, artifacts, output_file = provisioned(self.root, component, base)
            call = Call(
                path=node.path,
                task=task.name,
                component=task.component,
                image=pod.image,
                argv=pod.words,
                environment=pod.environment,
                inputs=inputs,
                files=files,
                artifacts=artifacts,
                output_file=output_file,
                types={name: one["parameterType"] for name, one in types.items()},
                attempt=attempt,
            )
            published = Published()
            node.attempts, node.ended = attempt + 1, start + attempt + 1
            try:
                launch(self.containers, call, component, published)
            except LauncherError as error:
                node.phase, node.message, node.log = "Failed", str(error), published.log
                self._publish(node, execution, Published(log=published.log), "FAILED")
                execution.update_dag()
                continue
            node.phase, node.message = "Succeeded", ""
            self._publish(node, execution, published, "COMPLETE")
            execution.update_dag()
            if self.cache is not None:
                self.cache[self._fingerprint(task, inputs)] = published
            return

    def _publish(self, node: Node, execution: Execution, published: Published, state: str) -> None:
        execution.state = state
        execution.outputs = dict(published.outputs)
        execution.output_artifacts = dict(published.artifacts)
        node.outputs_ = execution.outputs
        node.artifacts = {name: one.uri for name, one in published.artifacts.items()}
        node.log = published.log

    def _fingerprint(self, task: Task, inputs: Inputs) -> str:
        container = self.spec.executor(task.component)["container"]
        names = {name: [one.uri for one in found] for name, found in inputs.artifacts.items()}
        words = [container.get(key) for key in ("image", "command", "args")]
        outputs = self.spec.components[task.component].get("outputDefinitions", {})
        key = task.raw.get("cachingOptions", {}).get("cacheKey")
        return proto_json(doubled([words, inputs.parameters, names, outputs, key]))
