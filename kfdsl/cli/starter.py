"""The shape of a pipeline and a path in, a file to begin with out."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from collections.abc import Iterable

from kfdsl import resources
from kfdsl.cli.inputs import STDIN, SUFFIX
from kfdsl.cli.problem import Problem, trouble

SHAPES = {
    "steps": "two steps with data between them, and a condition",
    "minimal": "one container",
    "train": "ML training: fan-out, the best model, deployed under a condition",
    "map-reduce": "parts of work side by side, and their results together",
    "cron": "every night, with a secret, retries and an alert",
    "ci": "check out, test with several versions, build",
}
"""What a file can begin with: each is `kfdsl/starters/NAME.pipe`, a pipeline called `my-pipeline`."""

NAME = "my-pipeline"
LONGEST = 40
"""Letters of a pipeline's name: Kubernetes takes 63, and Argo adds to them."""


def create(path: str, shape: str, *, force: bool) -> tuple[str, str]:
    """Return the path to write, and the text.

    Raises:
        Problem: there is a file at the path already.

    """
    file = _file(path)
    name = pipeline_name(os.path.splitext(os.path.basename(file))[0]) if file != STDIN else NAME
    if file != STDIN and os.path.lexists(file) and not force:
        message = f"{file} exists already: choose another name, or replace it with --force"
        raise Problem(message)
    return file, text(shape, name)


def text(shape: str, name: str) -> str:
    """Return a starter whose pipeline has a name."""
    return resources.read(f"starters/{shape}{SUFFIX}").replace(NAME, name)


def _file(path: str) -> str:
    """Return the file that is meant: a folder's is named after the folder, and `.pipe` may be left out."""
    if path == STDIN:
        return path
    if os.path.isdir(path) or path.endswith(os.sep):
        folder = os.path.basename(os.path.realpath(path)) or "pipeline"
        return os.path.normpath(os.path.join(path, pipeline_name(folder) + SUFFIX))
    return path if path.endswith(SUFFIX) else path + SUFFIX


def pipeline_name(text: str) -> str:
    """Return the name of a pipeline for any text: what Kubernetes takes as a name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
    if not name:
        return "pipeline"
    if not name[0].isalpha() or name in ("true", "false", "not"):
        return f"pipeline-{name}"
    return name


def write(file: str, content: str, *, force: bool) -> None:
    """Write a new file; with `force`, replace what is there."""
    from kfdsl.cli.output import replace_all

    if force:
        replace_all([(file, content)])
        return
    try:
        os.makedirs(os.path.dirname(file) or os.curdir, exist_ok=True)
        with open(file, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
    except OSError as error:
        raise Problem(trouble("write", file, error)) from error


def listing(shapes: Iterable[str]) -> str:
    """Return a line for each shape."""
    width = max(map(len, SHAPES))
    return "".join(f"{shape:{width}}  {SHAPES[shape]}\n" for shape in shapes)


def next_step(file: str, target: str) -> str:
    """Say what to type next, and what that does."""
    shown = file if not file.startswith("-") else f".{os.sep}{file}"
    if target != "kfp":
        return f"`kfdsl compile {shlex.quote(shown)} | kubectl create -f -` runs it"
    yaml = shlex.quote(os.path.splitext(shown)[0] + ".yaml")
    return f"`kfdsl compile {shlex.quote(shown)} --target kfp -o {yaml}` makes what is uploaded to Kubeflow Pipelines"
