"""Settings of a pod: where it runs, for how long, as whom, and what is written on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kfdsl import ir
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import affinity, values
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_TOLERATION: Final = ("key", "operator", "value", "effect")
_USER: Final = {"user": "runAsUser", "group": "runAsGroup"}


def of_pod(own: ir.Settings, leaf: Leaf) -> None:
    """Put the settings of a step's pod into its platform settings."""
    made = leaf.task.platform
    for name, render in _RENDERED.items():
        value = own.expr(name)
        if value is not None:
            leaf.findings.attempt(lambda r=render, v=value: made.update(r(v, leaf)))  # type: ignore[misc]
    metadata: Object = {}
    for name in ("labels", "annotations"):
        entries = own.expr(name)
        if isinstance(entries, ir.MapExpr) and entries.entries:
            leaf.findings.attempt(lambda n=name, e=entries: metadata.update({n: _texts(e, f"`{n}`")}))  # type: ignore[misc]
    if metadata:
        made["podMetadata"] = metadata


def _texts(entries: ir.MapExpr, what: str) -> Object:
    return {key: values.plain(value, what) for key, value in entries.entries}


def _timeout(value: ir.Expr, leaf: Leaf) -> Object:  # noqa: ARG001  # one shape for all
    return {"activeDeadlineSeconds": str(values.seconds(value, "`timeout`"))}


def _pull(value: ir.Expr, leaf: Leaf) -> Object:  # noqa: ARG001  # likewise
    return {"imagePullPolicy": values.plain(value, "`image_pull`")}


def _pull_secrets(value: ir.Expr, leaf: Leaf) -> Object:
    listed = value.items if isinstance(value, ir.ListExpr) else ()
    made: list[Object] = []
    for item in listed:
        name = str(values.fixed(item, "`image_pull_secrets`"))
        resource = leaf.body.resources.get(name) or _of_run(leaf, name)
        of_secret = resource.value if resource is not None and resource.value is not None else item
        binding, text = values.parameter(of_secret, leaf, "the name of a secret")
        made.append({"secretNameParameter": binding} | ({"secretName": text} if text else {}))
    return {"imagePullSecret": list(made)}


def _of_run(leaf: Leaf, name: str) -> ir.Resource | None:
    """Return a secret that only the pipeline of the run sees."""
    return leaf.task.dag.around()[-1].frame.pipeline.resources.get(name)


def _node(value: ir.Expr, leaf: Leaf) -> Object:
    if isinstance(value, ir.MapExpr):
        if isinstance(constant(value), NotConstant):
            raise Refused(
                value.span,
                "Kubeflow takes the labels of a node from constants, or all of them from one map",
                "give the whole map: `param nodes: map<string>`, `node = nodes`",
            )
        return {"nodeSelector": {"labels": _texts(value, "`node`")}}
    return {"nodeSelector": {"nodeSelectorJson": values.structure(value, leaf, "`node`")}}


def _tolerate(value: ir.Expr, leaf: Leaf) -> Object:
    if not isinstance(value, ir.ListExpr):
        return {"tolerations": [{"tolerationJson": values.structure(value, leaf, "`tolerate`")}]}
    return {"tolerations": [_toleration(item, leaf) for item in value.items]}


def _toleration(item: ir.Expr, leaf: Leaf) -> Object:
    if not isinstance(item, ir.MapExpr):
        return {"tolerationJson": values.structure(item, leaf, "a toleration")}
    given = dict(item.entries)
    made: Object = {
        name: values.plain(given[name], f"`{name}` of a toleration") for name in _TOLERATION if name in given
    }
    if "seconds" in given:
        made["tolerationSeconds"] = values.plain(given["seconds"], "`seconds`")
    return made


def _security(value: ir.Expr, leaf: Leaf) -> Object:
    given = dict(value.entries) if isinstance(value, ir.MapExpr) else {}
    made: Object = {}
    for name, expr in given.items():
        if name in _USER:
            made[_USER[name]] = str(values.fixed(expr, f"`{name}`"))
        elif name == "non_root":
            made["runAsNonRoot"] = values.fixed(expr, "`non_root`")
        elif name != "drop" or values.fixed(expr, "`drop`") != ["ALL"]:
            raise Refused(
                expr.span,
                f"`{name}` of `security` has no field in Kubeflow Pipelines",
                "Kubeflow knows `user`, `group` and `non_root`; with any of them it drops all capabilities",
            )
    if given and "drop" not in given:
        leaf.findings.differs(
            value.span, "with `security` Kubeflow also takes all capabilities from the container"
        )
    return {"securityContext": made}


_RENDERED: Final[dict[str, Callable[[ir.Expr, Leaf], Object]]] = {
    "timeout": _timeout,
    "image_pull": _pull,
    "image_pull_secrets": _pull_secrets,
    "node": _node,
    "tolerate": _tolerate,
    "affinity": affinity.terms,
    "security": _security,
}
