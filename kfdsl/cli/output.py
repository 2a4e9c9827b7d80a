"""Texts to files: where each goes, and their replacement so that no reader ever sees half a file."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from kfdsl.cli.inputs import STDIN, Input
from kfdsl.cli.inputs import SUFFIX as SOURCE
from kfdsl.cli.problem import Problem, trouble
from kfdsl.node import Node

SUFFIX = ".yaml"


class Text(Node):
    """What one source came to.

    `folder` is where it goes below `-o DIR`, or empty, `suffix` how its file is called there. Of what is `alone` a
    file holds one: `pipeline` names it.
    """

    item: Input
    text: str
    folder: str = ""
    alone: bool = False
    pipeline: str = ""
    suffix: str = SUFFIX


Files: TypeAlias = "dict[str, list[Text]]"


def place(texts: Sequence[Text], output: str | None) -> Files:
    """Return the texts of each output file by its path: one file, or one for each source below a folder.

    Without `output`, which means standard output, the path is empty.

    Raises:
        Problem: two sources, or two that must be alone, would go to one file.

    """
    if output is None or not (output.endswith(os.sep) or os.path.isdir(output)):
        _refuse_together(texts)
        return {output or "": list(texts)}
    files: Files = {}
    number = Counter((one.folder, one.item.path) for one in texts)
    for one in texts:
        if one.item.path == STDIN:
            message = f"standard input has no name to be written below {output}: give -o FILE"
            raise Problem(message)
        stem = os.path.splitext(one.item.below)[0]
        if one.alone and number[one.folder, one.item.path] > 1:
            stem += f".{one.pipeline}"
        path = os.path.join(output, one.folder, stem + one.suffix)
        first = files.setdefault(path, [one])[0]
        if first is one:
            continue
        if first.item.path != one.item.path:
            message = f"{first.item.path} and {one.item.path} would both be written to {path}"
            raise Problem(message)
        files[path].append(one)
    return files


def _refuse_together(texts: Sequence[Text]) -> None:
    folders = sorted({one.folder for one in texts})
    if len(folders) > 1:
        message = (
            f"there are {len(folders)} targets: `-o DIR/` writes a file below DIR/{folders[0]}/,"
            f" DIR/{folders[1]}/ and so on"
        )
        raise Problem(message)
    if len(texts) > 1 and any(one.alone for one in texts):
        named = [f"{one.item.path}:{one.pipeline}" for one in texts]
        shown = ", ".join(f"`{name}`" for name in named[:3]) + (", …" if len(named) > 3 else "")
        message = (
            f"these are {len(texts)} pipelines, and Kubeflow Pipelines take one from a file: compile one of"
            f" {shown}, or write each to a file of its own below `-o DIR/`"
        )
        raise Problem(message)


def refuse_inputs(outputs: Sequence[str], read: Sequence[str]) -> None:
    """Refuse to write over what was read, or over any other source.

    Raises:
        Problem: an output is an input, ends in `.pipe`, or is there twice.

    """
    inputs = {os.path.realpath(path) for path in read}
    seen: set[str] = set()
    for path in outputs:
        real = os.path.realpath(path)
        if real in inputs or path.endswith(SOURCE):
            message = (
                f"{path} is {'an input' if real in inputs else f'a {SOURCE} file'}, and would be written over"
            )
            raise Problem(message)
        if real in seen:
            message = f"{path} would be written twice"
            raise Problem(message)
        seen.add(real)


def join(texts: Iterable[Text]) -> str:
    """Return YAML documents as one stream."""
    return "---\n".join(one.text if one.text.endswith("\n") else f"{one.text}\n" for one in texts)


def replace_all(files: Iterable[tuple[str, str]]) -> None:
    """Write each text to its path: all beside their targets first, then all put in place.

    Whatever interrupts the first part, signals included, leaves every target as it was and nothing beside it.
    A target that is no regular file, such as /dev/stdout, is written to.
    """
    staged: list[tuple[str, str]] = []
    path = ""
    with _stoppable():
        try:
            for path, text in files:
                _stage(path, text, staged)
            while staged:
                os.replace(*staged[0])
                del staged[0]
        except OSError as error:
            raise Problem(trouble("write", path, error)) from error
        finally:
            for temporary, _ in staged:
                if os.path.exists(temporary):
                    os.unlink(temporary)


def _stage(path: str, text: str, staged: list[tuple[str, str]]) -> None:
    data = text.encode("utf-8", "backslashreplace")
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb") as device:
            device.write(data)
        return
    target = os.path.realpath(path)  # a link stays a link
    folder, name = os.path.split(target)
    if os.path.dirname(path):
        os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}")
    staged.append((temporary, target))
    with open(temporary, "xb") as file:
        if mode is not None:
            os.chmod(file.fileno(), stat.S_IMODE(mode))
        file.write(data)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the signals that end a process into an exception, so that clean-up runs."""
    import signal  # only for files
    import threading

    signals = [signal.SIGTERM, signal.SIGHUP] if hasattr(signal, "SIGHUP") else [signal.SIGTERM]
    if threading.current_thread() is not threading.main_thread():
        signals = []  # Python accepts handlers in the main thread only
    before = [(number, signal.signal(number, _stop)) for number in signals]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _stop(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)
