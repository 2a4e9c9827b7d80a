"""Types of a `component.yaml` as those of the language."""

from __future__ import annotations

import re
from typing import Final

from kfdsl.lower.kubeflow.reader import Reader
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar
from kfdsl.source import Span

_VALUES: Final = {
    **dict.fromkeys(("integer", "int"), "int"),
    **dict.fromkeys(("double", "float"), "float"),
    **dict.fromkeys(("string", "str", "text"), "string"),
    **dict.fromkeys(("bool", "boolean"), "bool"),
    **dict.fromkeys(("dict", "jsonobject"), "map"),
    **dict.fromkeys(("list", "jsonarray"), "list"),
}
"""Types of values, in lower case; see PARAMETER_TYPES_MAPPING of kfp.dsl.types.type_utils."""
_ARTIFACTS: Final = {
    name.lower(): name
    for name in (
        "Artifact", "Model", "Dataset", "Metrics", "ClassificationMetrics", "SlicedClassificationMetrics",
        "HTML", "Markdown",
    )
}  # fmt: skip
_GOOGLE = re.compile(r"google\.[A-Za-z]+")
FILLED_IN = ("PipelineTaskFinalStatus", "TaskConfig")


def type_of(
    reader: Reader, port: Mapping, name: Scalar, foreign: dict[str, str]
) -> tuple[str | None, str | None, Span]:
    """Return the type of a value, or the artifact type if it names one; the type is None for a mistake."""
    value = port.entries.get("type")
    if value is None:
        return "", None, name.span
    if isinstance(value, Mapping):
        (word, span), *_ = [(k, value.keys[k]) for k in value.entries] or [("", value.span)]
        return _VALUES.get(word.lower(), ""), None, span
    text = reader.text(value, "a type")
    if text is None:
        return None, None, value.span
    word = text.text.removeprefix("typing.")
    if word in FILLED_IN:
        help_ = "a handler reads `run.status`" if word == FILLED_IN[0] else "write settings at the step"
        reader.refuse(text.span, f"`{word}`, an input that Kubeflow fills in,", help_)
        return "map", None, text.span  # no findings follow
    outer = word.partition("[")[0].lower()
    if outer in ("list", "dict") or word.lower() in _VALUES:
        return _VALUES[outer if outer in ("list", "dict") else word.lower()], None, text.span
    if _GOOGLE.fullmatch(word):
        short = word.partition(".")[2]
        foreign[short] = f"{word}@0.0.1"
        return "", short, text.span
    return "", _ARTIFACTS.get(word.lower()), text.span
