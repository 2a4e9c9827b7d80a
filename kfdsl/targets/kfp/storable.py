"""What the server keeps as it is: an IR in, what it would refuse or change out.

The server reads a file with gopkg.in/yaml.v3, stores it with sigs.k8s.io/yaml, and reads that again; on the way
values are `google.protobuf.Value`, whose numbers are doubles. The limits here were found by doing the same with
every character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from kfdsl import ir
from kfdsl.source import Span
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.yaml_text import Value

EXACT: Final = 2**53
"""The largest integer up to which doubles have all of them."""

_TEXT: Final = re.compile("[\x7f-\x9f\ufffe\uffff]")
"""What no text may hold: it cannot be stored, or becomes a space."""

_KEY: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufffe\uffff]|^<<$")
_PLATFORM: Final = re.compile(r"\n|\t[^\n]*\n")
"""How a text of several lines may not begin among the settings of the platform, which are then ignored."""

_SUSPECT: Final = re.compile(r"\\u(?:00[789]|202|fff)|<<|\d{16}")
"""What the written text has wherever it may hold any of these."""

_WHERE: Final = "it is `{}` of what is compiled"


def check(pipeline: ir.Pipeline, parts: Mapping[str, Value], text: str, findings: Findings) -> None:
    """Report the parts of an IR, written as `text`, that do not arrive as they are."""
    if _SUSPECT.search(text):
        for path, value, is_key in _scalars(parts, ""):
            _check(pipeline, path, value, findings, is_key=is_key)
    for path, value, _ in _scalars(parts.get("platforms"), "platforms"):
        if isinstance(value, str) and _PLATFORM.match(value):
            message = "the server of Kubeflow reads no text here that begins with a line break or a tab"
            findings.refuse(pipeline.name_span, message, _WHERE.format(path))


def _check(pipeline: ir.Pipeline, path: str, value: Value, findings: Findings, *, is_key: bool) -> None:
    if isinstance(value, str):
        found = (_KEY if is_key else _TEXT).search(value)
        if found:
            shown = f"U+{ord(found[0]):04X}" if len(found[0]) == 1 else f"`{found[0]}`"
            what = "a key with" if is_key else "a text with"
            message = f"the server of Kubeflow does not keep {what} {shown} as it is"
            findings.refuse(_place(pipeline, found[0]), message, _WHERE.format(path))
    elif isinstance(value, int) and abs(value) > EXACT:
        message = f"`{value}` is larger than 2^53, up to which Kubeflow keeps integers exactly"
        findings.refuse(
            _place(pipeline, str(abs(value))), message, "give it as a string", _WHERE.format(path)
        )


def _place(pipeline: ir.Pipeline, sought: str) -> Span:
    """Return the place in a pipeline that has a text, or its name."""
    source = pipeline.span.source
    written = re.compile("_?".join(map(re.escape, sought)))  # digits may be grouped
    found = written.search(source.text, pipeline.span.start, pipeline.span.end)
    return Span(source, *found.span()) if found else pipeline.name_span


def _scalars(value: Value, path: str) -> Iterator[tuple[str, Value, bool]]:
    """Yield the path, the value, and whether it is a key, of all keys and scalars."""
    stack: list[tuple[str, Value]] = [(path, value)]
    while stack:
        at, one = stack.pop()
        if isinstance(one, Mapping):
            for key, entry in one.items():
                inner = f"{at}.{key}" if at else key
                yield inner, key, True
                stack.append((inner, entry))
        elif isinstance(one, (list, tuple)):
            stack += [(f"{at}[{number}]", entry) for number, entry in enumerate(one)]
        else:
            yield at, one, False
