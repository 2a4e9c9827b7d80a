"""Texts to files: where each goes, and their replacement so that no reader ever sees half a file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from kfdsl.cli.inputs import STDIN, Input
from kfdsl.cli.inputs import SUFFIX as SOURCE
from kfdsl.cli.problem import Problem, trouble

SUFFIX = ".yaml"


def place(texts: Sequence[tuple[Input, str]], output: str) -> dict[str, str]:
    """Return the text of each output file by its path: one file, or one for each source below a folder."""
    if not (output.endswith(os.sep) or os.path.isdir(output)):
        return {output: join(text for _, text in texts)}
    files: dict[str, list[str]] = {}
    sources: dict[str, str] = {}
    for item, text in texts:
        if item.path == STDIN:
            message = f"standard input has no name to be written below {output}: give -o FILE"
            raise Problem(message)
        path = os.path.join(output, os.path.splitext(item.below)[0] + SUFFIX)
        if sources.setdefault(path, item.path) != item.path:
            message = f"{sources[path]} and {item.path} would both be written to {path}"
            raise Problem(message)
        files.setdefault(path, []).append(text)
    return {path: join(parts) for path, parts in files.items()}


def sources(texts: Sequence[tuple[Input, str]], output: str) -> dict[str, list[str]]:
    """Return the paths of the inputs that each output file is made from."""
    found: dict[str, list[str]] = {}
    for item, text in texts:
        for path in place([(item, text)], output):
            found.setdefault(path, []).append(item.path)
    return found


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


def join(texts: Iterable[str]) -> str:
    """Return YAML documents as one stream."""
    return "---\n".join(text if text.endswith("\n") else f"{text}\n" for text in texts)


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
