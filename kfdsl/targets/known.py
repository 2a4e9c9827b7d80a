"""The targets by name, with their versions and the kinds of objects that they make: what can be asked for.

No target is imported here, so that the command line knows them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple


class Target(NamedTuple):
    """A format: the engine's `title`; its `versions`, newest first; what a pipeline becomes, by `kinds`.

    Of the kinds in `single` a file holds one pipeline, since the engine's server takes one at a time; those in
    `json` are no YAML.
    """

    title: str
    versions: tuple[str, ...]
    kinds: tuple[str, ...]
    single: tuple[str, ...] = ()
    json: tuple[str, ...] = ()


TARGETS: Final[Mapping[str, Target]] = {
    "argo": Target(
        "Argo Workflows",
        ("4.1", "4.0", "3.7"),
        ("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"),
    ),
    "kfp": Target(
        "Kubeflow Pipelines",
        ("2.17",),
        ("pipeline", "pipeline-version", "recurring-run"),
        ("pipeline", "recurring-run"),
        ("recurring-run",),
    ),
}


class Chosen(NamedTuple):
    """A target as somebody wrote it, and what it is: the newest version where none was given."""

    word: str
    name: str
    version: str

    @property
    def target(self) -> Target:
        """The target itself."""
        return TARGETS[self.name]


def words() -> Iterator[str]:
    """Yield all that names one target: `argo`, `argo@4.1` and so on."""
    for name, target in TARGETS.items():
        yield name
        yield from (f"{name}@{version}" for version in target.versions)


def chosen(text: str) -> tuple[Chosen, ...]:
    """Return the targets of a list such as `argo@3.7,argo`, each once.

    Raises:
        ValueError: one of them does not exist; the message says what was meant.

    """
    return tuple({one.word: one for one in map(_one, text.split(","))}.values())


def _one(text: str) -> Chosen:
    word = text.strip()
    name, at, version = word.partition("@")
    target = TARGETS.get(name)
    if target is not None and at and version not in target.versions:
        message = f"{name} has no version `{version}`: there is {', '.join(target.versions)}"
        raise ValueError(message)
    if target is None:
        from kfdsl.nearest import nearest  # noqa: PLC0415  # only now

        close = nearest(word, words())
        message = f"there is no target `{word}`: " + (
            f"did you mean `{close}`?" if close else f"there is {', '.join(words())}"
        )
        raise ValueError(message)
    return Chosen(word, name, version or target.versions[0])


def check_kind(kind: str | None, targets: tuple[Chosen, ...]) -> None:
    """See whether all targets have a kind of object.

    Raises:
        ValueError: one has not; the message says what was meant.

    """
    for one in targets if kind is not None else ():
        if kind not in one.target.kinds:
            from kfdsl.nearest import nearest  # noqa: PLC0415  # only now

            close = nearest(str(kind), one.target.kinds)
            message = f"{one.word} has no kind `{kind}`: " + (
                f"did you mean `{close}`?" if close else f"there is {', '.join(one.target.kinds)}"
            )
            raise ValueError(message)
