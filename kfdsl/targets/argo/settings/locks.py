"""Mutexes and semaphores of templates and runs."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import constant_of, field_text


def synchronization(own: ir.Settings, leaf: Leaf) -> Object:
    """Return locks, in the form that 3.7 to 4.1 take."""
    made: Object = {}
    mutex = own.expr("mutex")
    if mutex is not None:
        given = dict(mutex.entries) if isinstance(mutex, ir.MapExpr) else {"name": mutex}
        made["mutexes"] = [_lock(given, leaf) | {"name": field_text(given["name"], leaf)}]
    semaphore = own.expr("semaphore")
    if isinstance(semaphore, ir.KeyRef):
        resource = leaf.body.resources[semaphore.resource]
        name = field_text(resource.value, leaf) if resource.value is not None else resource.name
        made["semaphores"] = [{"configMapKeyRef": {"name": name, "key": field_text(semaphore.key, leaf)}}]
    elif isinstance(semaphore, ir.MapExpr):
        given = dict(semaphore.entries)
        made["semaphores"] = [_lock(given, leaf) | {"database": {"key": field_text(given["key"], leaf)}}]
    elif semaphore is not None:
        raise Refused(
            semaphore.span, 'a semaphore is `config["key"]` or `{ key = …, database = true }` on Argo'
        )
    return made


def _lock(given: Mapping[str, ir.Expr], leaf: Leaf) -> Object:
    made: Object = {}
    if "namespace" in given:
        made["namespace"] = field_text(given["namespace"], leaf)
    if "database" in given and "name" in given:
        made["database"] = constant_of(given["database"], "database")
    return made
