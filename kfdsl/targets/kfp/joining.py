"""Joins: one value out of several tasks of which one has run, given by the DAG that holds them all."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.kfp import names
from kfdsl.targets.kfp.dag import Dag, Source
from kfdsl.targets.kfp.refusal import Refused


def join(sources: list[Source], reader: Dag, expr: ir.Expr) -> Source:
    """Return what the one of several tasks has made that ran; a single one is taken as it is.

    Raises:
        Refused: the reader stands among the tasks, where none has the value of all.
    """
    if len(sources) == 1:
        return sources[0]
    frame = reader.frame
    key = tuple(sources)
    found = frame.joins.get(key)
    if found is None:
        found = frame.joins[key] = _joined(sources, _common(sources), expr)
    if found.task is not None and found.task.inner in reader.around():
        raise Refused(
            expr.span,
            f"on Kubeflow, `{expr.span.text}` cannot be read among the steps that it chooses from",
        )
    return found


def _common(sources: list[Source]) -> Dag:
    """Return the innermost DAG that holds all tasks."""
    first, *others = (source.dag.around() for source in sources)
    return next(dag for dag in first if all(dag in around for around in others))


def _joined(sources: list[Source], dag: Dag, expr: ir.Expr) -> Source:
    if dag.task is None or dag is dag.frame.root:
        raise Refused(
            expr.span, f"Kubeflow cannot choose `{expr.span.text}` from steps that are not alternatives"
        )
    first = sources[0]
    name = names.free(f"{names.CHANNEL}{first.channel}", dag.outputs)
    local = [dag.local(source) for source in sources]
    if first.is_artifact:
        chosen = [
            {"outputArtifactKey": one.key, "producerSubtask": one.task.name}
            for one in local
            if one.task is not None
        ]
        dag.outputs[name] = {"artifactSelectors": chosen}
    else:
        chosen = [
            {"outputParameterKey": one.key, "producerSubtask": one.task.name}
            for one in local
            if one.task is not None
        ]
        dag.outputs[name] = {"valueFromOneof": {"parameterSelectors": chosen}}
    dag.output_kinds[name] = local[0].kind
    dag.output_docs[name] = ""
    return Source(dag.task.dag, name, local[0].kind, first.channel, dag.task)
