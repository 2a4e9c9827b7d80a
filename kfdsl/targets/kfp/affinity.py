"""Affinity as Kubernetes has it, to the terms of the platform settings."""

from __future__ import annotations

from typing import Any, Final

from kfdsl import ir
from kfdsl.targets.kfp import values
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"
_PODS: Final = {"podAffinity": False, "podAntiAffinity": True}


def terms(value: ir.Expr, leaf: Leaf) -> Object:
    """Return the affinity of a pod; one that only the run knows is that to nodes."""
    if not isinstance(value, ir.MapExpr):
        return {"nodeAffinity": [{"nodeAffinityJson": values.structure(value, leaf, "`affinity`")}]}
    made: dict[str, list[Object]] = {}
    for name, part in value.entries:
        given: Any = (
            None
            if name == "nodeAffinity" and not isinstance(part, ir.MapExpr)
            else values.fixed(part, "`affinity`")
        )
        if given is None:
            made["nodeAffinity"] = [{"nodeAffinityJson": values.structure(part, leaf, "`affinity`")}]
        elif name == "nodeAffinity":
            made["nodeAffinity"] = _nodes(given, part)
        elif name in _PODS:
            made.setdefault("podAffinity", []).extend(_pods(given, part, anti=_PODS[name]))
            leaf.findings.unrunnable(
                part.span,
                f"`{name}`: the backend of Kubeflow Pipelines does not read it",
                "place the steps by `nodeAffinity` or `node`",
            )
        else:
            raise Refused(part.span, f"`{name}` is no affinity of Kubernetes")
    return {name: list(listed) for name, listed in made.items() if listed}


def _nodes(given: Any, place: ir.Expr) -> list[Object]:  # noqa: ANN401  # JSON
    found: list[Object] = []
    _only(given, (_REQUIRED, _PREFERRED), place)
    found += [_node(term, place) for term in given.get(_REQUIRED, {}).get("nodeSelectorTerms", ())]
    for entry in given.get(_PREFERRED, ()):
        _only(entry, ("weight", "preference"), place)
        found.append(_node(entry.get("preference", {}), place) | {"weight": entry.get("weight", 1)})
    return found


def _node(term: Any, place: ir.Expr) -> Object:  # noqa: ANN401  # JSON
    _only(term, ("matchExpressions", "matchFields"), place)
    return {name: listed for name, listed in term.items() if listed}


def _pods(given: Any, place: ir.Expr, *, anti: bool) -> list[Object]:  # noqa: ANN401  # JSON
    found: list[Object] = []
    _only(given, (_REQUIRED, _PREFERRED), place)
    found += [_pod(term, place) for term in given.get(_REQUIRED, ())]
    for entry in given.get(_PREFERRED, ()):
        _only(entry, ("weight", "podAffinityTerm"), place)
        found.append(_pod(entry.get("podAffinityTerm", {}), place) | {"weight": entry.get("weight", 1)})
    return [one | ({"anti": True} if anti else {}) for one in found]


def _pod(term: Any, place: ir.Expr) -> Object:  # noqa: ANN401  # JSON
    _only(term, ("labelSelector", "namespaceSelector", "namespaces", "topologyKey"), place)
    made: Object = {}
    for name, what in (("labelSelector", "Pod"), ("namespaceSelector", "Namespace")):
        chosen = term.get(name, {})
        _only(chosen, ("matchLabels", "matchExpressions"), place)
        for key, field in (("matchExpressions", "Expressions"), ("matchLabels", "Labels")):
            if chosen.get(key):
                made[f"match{what}{field}"] = chosen[key]
    for name in ("namespaces", "topologyKey"):
        if term.get(name):
            made[name] = term[name]
    return made


def _only(given: Any, known: tuple[str, ...], place: ir.Expr) -> None:  # noqa: ANN401  # JSON
    wrong = [key for key in given if key not in known] if isinstance(given, dict) else [str(given)]
    if wrong:
        raise Refused(
            place.span, f"`{wrong[0]}` of an affinity has no field in Kubeflow Pipelines", "leave it out"
        )
