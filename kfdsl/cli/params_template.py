"""Params of a pipeline in, a file of values to fill in out, for `--params`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from kfdsl import ir
from kfdsl.kinds import is_artifact, show
from kfdsl.parameter_schema import default
from kfdsl.parameters import is_required

_UNPRINTABLE = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML does not take as it is, or as a line break."""


def render(pipeline: ir.Pipeline, values: Mapping[str, object], form: str) -> str:
    """Return the template in `yaml` or `json`, with the values that are given already."""
    params = [param for param in pipeline.params if not is_artifact(param.type)]
    params.sort(key=lambda param: not is_required(param))
    if form == "json":
        every = {param.name: values.get(param.name, default(param)) for param in params}
        wanted = {p.name: every[p.name] for p in params if every[p.name] is not None or is_required(p)}
        return f"{json.dumps(wanted, ensure_ascii=False, indent=2)}\n"
    return "\n".join((*_head(pipeline), *(line for param in params for line in _yaml(param, values))))


def _head(pipeline: ir.Pipeline) -> Iterator[str]:
    yield f"# Values for `{pipeline.name}`, a pipeline of {_comment(pipeline.span.source.name)[0]}."
    yield "# Fill in what is required; take the `#` away from what is to differ from its default."
    files = [param.name for param in pipeline.params if is_artifact(param.type)]
    if files:
        yield f"# Artifacts are given where the run is submitted: {', '.join(files)}."
    yield ""


def _yaml(param: ir.Param, values: Mapping[str, object]) -> Iterator[str]:
    for line in _comment(param.doc) if param.doc else ():
        yield f"# {line}".rstrip()
    where = f", where {' '.join(param.where.span.text.split())}" if param.where is not None else ""
    required = is_required(param) and param.name not in values
    yield f"# {_comment(show(param.type) + where)[0]}{' (required)' if required else ''}"
    if param.name in values:
        yield f"{_key(param.name)}: {_scalar(values[param.name])}"
    elif required:
        yield f"{_key(param.name)}:"
    else:
        value = default(param)
        if param.default is not None and value is None:
            yield f"# {_key(param.name)}:  # {' '.join(param.default.span.text.split())}, known when it runs"
        else:
            yield f"# {_key(param.name)}: {_scalar(value)}"
    yield ""


def _comment(text: str) -> list[str]:
    return [_UNPRINTABLE.sub("\ufffd", line) for line in text.split("\n")] or [""]


def _key(name: str) -> str:
    """Return a name as a key of YAML; older readers take some words for bools."""
    words = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    return f'"{name}"' if name.lower() in words else name


def _scalar(value: object) -> str:
    """Return a value in one line, in the part of YAML that is JSON too."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
