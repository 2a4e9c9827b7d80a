"""Claims that are made for a run: a task makes each before its users, and one deletes it after them.

As on other engines a claim is kept where the run fails: what depends on a failed step does not start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kfdsl import ir, kinds
from kfdsl.functions import text_of
from kfdsl.targets.kfp import types, values
from kfdsl.targets.kfp.dag import Dag, Source, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_MADE_BY: Final = "argostub/createpvc"
_DELETED_BY: Final = "argostub/deletepvc"
"""Images that do not exist: the driver of the backend does what they say."""
STANDARD: Final = "standard"
"""The class of claims that the driver takes where none is given."""
_STRING: Final = types.parameter(kinds.STRING)
_OPTIONAL: Final[Object] = _STRING | {"isOptional": True}
_STRUCT: Final[Object] = types.parameter(kinds.MapOf(kinds.STRING)) | {"isOptional": True}
_CREATION: Final[dict[str, Object]] = {
    "access_modes": types.parameter(kinds.ListOf(kinds.STRING)),
    "size": _STRING,
    "pvc_name": _OPTIONAL,
    "pvc_name_suffix": _OPTIONAL,
    "storage_class_name": _OPTIONAL | {"defaultValue": ""},
    "volume_name": _OPTIONAL,
    "annotations": _STRUCT,
    "data_source": _STRUCT,
}
"""The inputs of the component that makes a claim, all of them: the backend knows one such component."""
_UNREAD: Final = (
    ("annotations", "annotations", "the driver of Kubeflow Pipelines stops at annotations of a claim"),
    ("source", "data_source", "the driver of Kubeflow Pipelines does not read what a claim is copied from"),
)


def made(resource: ir.Resource, leaf: Leaf) -> Source:
    """Return the name of the claim that is made for the run."""
    root = leaf.task.dag.around()[-1]
    found = root.frame.claims.get(resource.name)
    if found is None:
        found = root.frame.claims[resource.name] = _create(resource, root, leaf.findings)
    elif found[0] != resource:
        raise Refused(
            resource.span.head,
            f"two volumes of the run are called `{resource.name}`",
            "give one another name",
        )
    return found[1]


def _create(resource: ir.Resource, root: Dag, findings: Findings) -> tuple[ir.Resource, Source]:
    """Add the task that makes a claim."""
    given = dict(resource.arguments)
    known(given, ("size", "class", "mode", "volume", "annotations", "source"))
    task = root.add(f"create-{resource.name}", resource.span)
    suffix = resource.name.replace("_", "-").lower()
    task.give_constant("access_modes", list(modes(given)))
    task.give_constant("size", size(given))
    task.give_constant("pvc_name_suffix", f"-{suffix}")
    task.give_constant(
        "storage_class_name", values.plain(given["class"], "`class`") if "class" in given else STANDARD
    )
    if "class" not in given:
        findings.differs(
            resource.span.head,
            f"Kubeflow makes a claim of class `{STANDARD}` where none is said, not of the cluster's default",
            'say it: `class = "…"`',
        )
    if "volume" in given:
        task.give_constant("volume_name", values.plain(given["volume"], "`volume`"))
    for name, key, why in _UNREAD:
        if name in given:
            findings.unrunnable(given[name].span, why, "leave it out, or use a claim made before: `claim(…)`")
            task.give_constant(key, values.fixed(given[name], f"`{name}`"))
    _stub(task, "createpvc", _MADE_BY, _CREATION)
    task.component = {**(task.component or {}), "outputDefinitions": {"parameters": {"name": _STRING}}}
    return resource, Source(root, "name", kinds.STRING, f"{task.name}-name", task)


def _stub(task: Task, name: str, image: str, inputs: Mapping[str, Object]) -> None:
    task.component_name = name
    task.component = {"executorLabel": "", "inputDefinitions": {"parameters": dict(inputs)}}
    task.executor = {"container": {"image": image}}
    task.fields["cachingOptions"] = {}


def finish(root: Dag, findings: Findings) -> None:
    """Add the tasks that delete the claims of a run after all that use them."""
    for resource, source in root.frame.claims.values():
        creation = source.task
        users = [
            task for task in root.tasks.values() if creation is not None and creation.name in task.depends
        ]
        task = root.add(f"delete-{resource.name}", resource.span)
        task.give("pvc_name", source)
        _stub(task, "deletepvc", _DELETED_BY, {"pvc_name": _STRING})
        for user in users:
            task.wait_for(user)
        skipped = next((user for user in users if user.condition), None)
        if skipped is not None:
            findings.differs(
                skipped.span.head,
                f"the claim `{resource.name}` stays in the cluster where this is skipped",
                "Kubeflow deletes it after all its users; let one that always runs be the last",
            )


def modes(given: Mapping[str, ir.Expr]) -> list[str]:
    """Return the access modes of a claim."""
    mode = values.fixed(given["mode"], "`mode`") if "mode" in given else "ReadWriteOnce"
    return [str(one) for one in mode] if isinstance(mode, list) else [str(mode)]


def size(given: Mapping[str, ir.Expr]) -> str:
    """Return the size of a claim."""
    return text_of(values.fixed(given["size"], "`size`"))


def known(given: Mapping[str, ir.Expr], names: tuple[str, ...]) -> None:
    """Refuse arguments of a claim for which there is no field."""
    for name, value in given.items():
        if name not in names and not (name == "volume_mode" and values.fixed(value, name) == "Filesystem"):
            raise Refused(
                value.span, f"`{name}` of this volume has no field in Kubeflow Pipelines", "leave it out"
            )


__all__ = ["finish", "known", "made", "modes", "size"]
