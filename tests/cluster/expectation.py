"""What a case says should happen, `NAME.expect.yaml`, and the comparison with what did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NotRequired, Protocol, TypeAlias, TypedDict

import jsonschema
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Phase: TypeAlias = Literal["Succeeded", "Failed", "Error", "Skipped", "Omitted", "absent", "not run"]


class Step(Protocol):
    """One node of what ran."""

    @property
    def phase(self) -> str:
        """How it ended."""

    @property
    def inputs(self) -> Mapping[str, str]:
        """The values that it got."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """The values that it left."""


class Ran(Protocol):
    """What is asked of a run, be it of Argo (`history.Run`) or of another engine."""

    phase: str
    message: str

    def nodes_named(self, name: str) -> Sequence[Step]:
        """Return the nodes of a name."""

    def node(self, name: str) -> Step:
        """Return the one node of a name, or raise a LookupError."""

    def pods(self, name: str) -> Sequence[object]:
        """Return what really ran under a name."""

    def ran(self, name: str) -> bool:
        """Tell whether anything ran under a name."""

    def order(self, first: str, second: str) -> bool:
        """Tell whether all under the first name had ended when anything under the second started."""

    def log(self, name: str) -> str:
        """Return the text of the one container of a name, or raise a LookupError."""


class Expectation(TypedDict):
    """All is optional but `phase`.

    `steps`: the phase of all nodes of a name; `absent` is no node, `not run` any reason why no pod ran.
    `order`: all that ran under the first name ended before anything under the second started.
    `counts`: how many pods ran under a name.
    `outputs`, `inputs`: values of the one node of a name, as the engine stored them.
    `logs`: the whole log, or `{contains: part}`; `{equals: text}` is the long form of the whole.
    `message`: part of the workflow's message.
    `parameters`: what to submit the workflow with.
    `needs`: what not every cluster has; see `Engine.lacks`.
    """

    phase: Literal["Succeeded", "Failed", "Error"]
    message: NotRequired[str]
    steps: NotRequired[dict[str, Phase]]
    order: NotRequired[list[tuple[str, str]]]
    counts: NotRequired[dict[str, int]]
    outputs: NotRequired[dict[str, dict[str, str]]]
    inputs: NotRequired[dict[str, dict[str, str]]]
    logs: NotRequired[dict[str, str | dict[str, str]]]
    parameters: NotRequired[dict[str, str]]
    needs: NotRequired[Literal["caches"]]


_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_VALUES = {"type": "object", "additionalProperties": _TEXTS}
_SCHEMA = {
    "type": "object",
    "required": ["phase"],
    "additionalProperties": False,
    "properties": {
        "phase": {"enum": ["Succeeded", "Failed", "Error"]},
        "message": {"type": "string"},
        "steps": {
            "type": "object",
            "additionalProperties": {
                "enum": ["Succeeded", "Failed", "Error", "Skipped", "Omitted", "absent", "not run"]
            },
        },
        "order": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
        },
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        "outputs": _VALUES,
        "inputs": _VALUES,
        "logs": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "properties": {"equals": {"type": "string"}, "contains": {"type": "string"}},
                        "additionalProperties": False,
                        "minProperties": 1,
                    },
                ]
            },
        },
        "parameters": _TEXTS,
        "needs": {"enum": ["caches"]},
    },
}


def read(path: Path) -> Expectation:
    """Return the expectation in a file.

    Raises:
        jsonschema.ValidationError: a word is wrong, which would otherwise expect nothing.
    """
    expected: Expectation = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.validate(expected, _SCHEMA)
    return expected


def differences(run: Ran, expected: Expectation) -> list[str]:
    """Return what is not as expected, a sentence each; nothing if all is."""
    return list(_differences(run, expected))


def _differences(run: Ran, expected: Expectation) -> Iterator[str]:
    yield from _unequal("the run's phase", run.phase, expected["phase"])
    if expected.get("message", "") not in run.message:
        yield f"the run's message is {run.message!r}, which lacks {expected['message']!r}"
    for name, phase in expected.get("steps", {}).items():
        yield from _phases(run, name, phase)
    for first, second in expected.get("order", ()):
        if not run.order(first, second):
            yield f"{first} had not ended when {second} started, or one of them never ran"
    for name, count in expected.get("counts", {}).items():
        yield from _unequal(f"the number of pods of {name}", len(run.pods(name)), count)
    for name, outputs in expected.get("outputs", {}).items():
        yield from _values(f"output of {name}", run.node(name).outputs, outputs)
    for name, inputs in expected.get("inputs", {}).items():
        yield from _values(f"input of {name}", run.node(name).inputs, inputs)
    for name, log in expected.get("logs", {}).items():
        yield from _log(f"the log of {name}", run.log(name), log)


def _phases(run: Ran, name: str, phase: Phase) -> Iterator[str]:
    found = {node.phase for node in run.nodes_named(name)} or {"absent"}
    if phase == "not run":
        if run.ran(name):
            yield f"{name} ran and is {'/'.join(sorted(found))}, expected not to run"
    elif found != {phase}:
        yield f"{name} is {'/'.join(sorted(found))}, expected {phase}"


def _values(what: str, found: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[str]:
    for name, value in expected.items():
        yield from _unequal(f"{what} {name}", found.get(name), value)


def _log(what: str, text: str, expected: str | Mapping[str, str]) -> Iterator[str]:
    wanted: Mapping[str, str] = {"equals": expected} if isinstance(expected, str) else expected
    if "equals" in wanted:
        yield from _unequal(what, text, wanted["equals"])
    if wanted.get("contains", "") not in text:
        yield f"{what} is {text!r}, which lacks {wanted['contains']!r}"


def _unequal(what: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{what} is {found!r}, expected {expected!r}"
