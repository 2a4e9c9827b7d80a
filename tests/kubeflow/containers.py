"""What runs the containers: functions of a test, or the programs of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .launcher import Call, Ended
from .values import doubled, text

SECONDS = 60
"""How long a program may take."""


class StepFails(Exception):  # noqa: N818  # a stub raises it to say what should happen
    """A stub's step fails."""


Stub = Callable[[Call], Mapping[str, Any] | None]
"""Gets a call and returns the outputs of the step; of an artifact the text in its file."""


@dataclass
class Stubs:
    """Steps that are functions, by the task's or the component's name; others write an output of each type.

    `calls` are all that were made, in order.
    """

    stubs: Mapping[str, Stub | Mapping[str, Any] | Exception] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def run(self, call: Call) -> Ended:
        """Write what the stub of a step returns."""
        self.calls.append(call)
        stub = self.stubs.get(call.task, self.stubs.get(call.component, {}))
        if isinstance(stub, Exception):
            return Ended(1, str(stub))
        try:
            outputs = stub(call) if callable(stub) else stub
        except StepFails as error:
            return Ended(1, str(error))
        outputs = {**_of_each_type(call), **(outputs or {})}
        for name, path in call.files.items():
            if outputs[name] is not None:
                Path(path).write_text(text(doubled(outputs[name])), encoding="utf-8")
        for name, artifact in call.artifacts.items():
            if outputs[name] is not None:
                Path(artifact.path).write_text(outputs[name], encoding="utf-8")
        return Ended()


EXAMPLES = {
    "STRING": "text",
    "NUMBER_INTEGER": 1,
    "NUMBER_DOUBLE": 1.5,
    "BOOLEAN": True,
    "LIST": [1, 2],
    "STRUCT": {"a": 1},
}


def _of_each_type(call: Call) -> dict[str, Any]:
    parameters = {name: EXAMPLES[call.types[name]] for name in call.files}
    return parameters | dict.fromkeys(call.artifacts, "")


@dataclass
class Local:
    """Programs of this machine, in place of those of the image.

    `root` is the folder that stands for the root of all containers' file systems.
    """

    root: str

    def run(self, call: Call) -> Ended:
        """Execute the argv of a step in a folder of its own."""
        program = shutil.which(call.argv[0])
        if program is None:
            return Ended(127, f"{call.argv[0]}: not found")
        with tempfile.TemporaryDirectory(dir=self.root) as folder:
            known = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8"}
            try:
                done = subprocess.run(
                    call.argv,
                    executable=program,
                    cwd=folder,
                    env={**known, **call.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    timeout=SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return Ended(124, f"not ended after {SECONDS} s")
        return Ended(done.returncode, done.stdout.decode(errors="replace"))
