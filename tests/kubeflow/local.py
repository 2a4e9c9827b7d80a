"""kfp's own local runner, `kfp.local.DockerRunner`, with programs of this machine in place of Docker.

Its other runner, `SubprocessRunner`, refuses each component that is not one of its lightweight Python ones. This
one hands image, words and variables to the client of Docker; here that client is a stand-in that executes the
words. All else is kfp's: how it orders tasks, fills in placeholders, evaluates conditions, loops and collects.
It ignores retries, caches and all settings of Kubernetes, and its conditions are some of CEL's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .oracles import python


@dataclass(frozen=True)
class Started:
    """A container that ran: of which component, and how it ended."""

    component: str
    argv: list[str]
    code: int
    log: str


@dataclass(frozen=True)
class LocalRun:
    """What kfp made of an IR: `error` says why it made nothing of it."""

    starts: list[Started]
    outputs: dict[str, Any]
    succeeded: bool
    error: str

    def log(self, component: str) -> str:
        """Return the log of the one container of a component.

        Raises:
            LookupError: none ran, or several.
        """
        logs = [one.log for one in self.starts if one.component == component]
        if len(logs) != 1:
            message = f"{len(logs)} containers of {component}: {[one.component for one in self.starts]} {self.error}"
            raise LookupError(message)
        return logs[0]


_RUNNER = """
import contextlib, importlib.machinery, json, os, subprocess, sys, tempfile, threading, types, warnings
warnings.simplefilter("ignore")
starts, now = [], threading.local()

class Container:
    def __init__(self, image, command, environment=None, **_):
        try:
            done = subprocess.run(
                command, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
            )
            self.code, self.out = done.returncode, done.stdout
        except OSError as error:
            self.code, self.out = 127, str(error).encode()
        log = self.out.decode(errors="replace")
        starts.append({"component": now.name, "argv": command, "code": self.code, "log": log})
    def logs(self, stream=True):
        return [self.out]
    def wait(self):
        return {"StatusCode": self.code}

class Client:
    def __init__(self):
        self.images = types.SimpleNamespace(list=lambda: [], pull=lambda image: None)
        self.containers = types.SimpleNamespace(run=Container)
    def info(self):
        return {}
    def close(self):
        pass

docker = types.ModuleType("docker")
docker.__spec__ = importlib.machinery.ModuleSpec("docker", None)
docker.DockerClient = docker.from_env = Client
docker.errors = types.SimpleNamespace(NotFound=KeyError)
sys.modules["docker"] = docker

from kfp import components, local
from kfp.local import task_dispatcher

real = task_dispatcher.run_single_task_implementation
def recorded(*args, **kwargs):
    now.name = kwargs["component_name"]
    return real(*args, **kwargs)
task_dispatcher.run_single_task_implementation = recorded

found = []
for path, arguments in json.load(sys.stdin):
    starts.clear()
    out, error, succeeded = {}, "", False
    with tempfile.TemporaryDirectory() as root, contextlib.redirect_stdout(sys.stderr):
        try:
            local.init(runner=local.DockerRunner(), raise_on_error=True, pipeline_root=root)
            task = components.load_component_from_file(path)(**arguments)
            succeeded = True
            out = {name: value for name, value in task.outputs.items() if not hasattr(value, "uri")}
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
    found.append({"starts": list(starts), "outputs": out, "succeeded": succeeded, "error": error})
print("\\n" + json.dumps(found))
"""


def run_all(cases: Sequence[tuple[Path, dict[str, Any]]]) -> list[LocalRun]:
    """Run IRs with arguments, one after the other in one process."""
    given = json.dumps([(str(path), arguments) for path, arguments in cases])
    found = json.loads(python(_RUNNER, given).splitlines()[-1])
    return [LocalRun(**{**one, "starts": [Started(**start) for start in one["starts"]]}) for one in found]
