"""Bodies: the items of a component, or of a step with a body of its own, to what one pod runs."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl.kinds import STRING, ListOf
from kfdsl.lower import (
    containers,
    functions_from_files,
    lets,
    pods,
    ports,
    resources,
    run_values,
    running,
    script_names,
    scripts,
    settings,
    settings_table,
)
from kfdsl.lower.body_parts import Owner, Parts, misplaced
from kfdsl.lower.metrics import metric
from kfdsl.lower.patches import BODY, ONE_BODY, patch
from kfdsl.lower.scope import Scope
from kfdsl.lower.values import output_paths, resource_value, written_values
from kfdsl.node import Node


class Bound(Node):
    """A body, the values of its inputs, and what its settings come to without those of its surroundings."""

    body: ir.Body
    arguments: tuple[tuple[str, ir.Expr], ...]
    settings: Mapping[str, ir.Expr | ir.RangeExpr]


def lower(scope: Scope, owner: Owner, parts: Parts, declared: Mapping[str, ir.Resource]) -> Bound:
    """Check a body; `declared` are the resources visible from outside."""
    for item in parts.others:
        misplaced(scope, item, f"the body of a {owner.what}")
    scope = scope.with_values({r.name.text: resource_value(r) for r in parts.resources})
    own = {**declared, **resources.lower(scope, parts.resources)}
    inputs = ports.inputs(scope, owner, parts.ins)
    script = scripts.read(scope, parts.scripts[0]) if parts.scripts else None
    if script is not None and script.function is not None:
        inputs = functions_from_files.with_parameters(scope, owner, script, parts, inputs)
    inside = scope.with_values(inputs.values).with_roots({"step": run_values.STEP})
    named = lets.declare(scope.context, inside.values, parts.lets, scope.steps)
    inside = inside.with_values(named)
    lets.check(inside, named)
    outputs = ports.outputs(inside, owner, parts.outs)
    if owner.built_in == "list_files" and owner.call is not None:
        outputs += (ports.printed("paths", ListOf(STRING), owner.call.span),)
    ports.check_names(scope, owner, parts)
    paths = output_paths(outputs)
    hidden = {**inputs.values, **named}
    inside = inside.with_values({n: v for n, v in paths.items() if n not in hidden})
    plain = [i for i in parts.settings if i.name.text not in settings_table.RUNS]
    found = settings.lower(inside, plain, settings_table.STEP, f"a {owner.what}")
    run = _run(inside, owner, parts, script, running.Ports(inputs.ports, outputs))
    allowed = ONE_BODY if owner.what == "pipeline" else BODY
    body = ir.Body(
        owner.name.text,
        inputs.ports,
        outputs,
        run,
        ir.Settings(found),
        tuple(containers.beside(inside, c, inputs.ports) for c in parts.containers if c.kind == "sidecar"),
        tuple(containers.beside(inside, c, inputs.ports) for c in parts.containers if c.kind == "init"),
        tuple(metric(inside.with_values(written_values(outputs)), m) for m in parts.metrics),
        tuple(p for p in (patch(scope, p, allowed) for p in parts.patches) if p),
        own,
        owner.is_component,
        owner.doc,
        owner.name.span,
    )
    return Bound(body, inputs.arguments, found)


def _run(
    scope: Scope, owner: Owner, parts: Parts, script: scripts.Text | None, own: running.Ports
) -> ir.Command | ir.Script | ir.BuiltIn | ir.Containers | None:
    """Return what a body runs, checked against its outputs and settings."""
    run = running.what_runs(scope, owner, parts, script, own)
    if isinstance(run, ir.Script):
        script_names.of_body(scope, owner.name.text, parts, run, [*own.inputs, *own.outputs])
    if isinstance(run, (ir.Command, ir.Script, ir.Containers)):
        ports.check_outputs_of_files(scope.context, own.outputs)
    pods.check_settings(scope.context, parts.settings, run)
    if isinstance(run, ir.Containers):
        pods.check_outputs(scope.context, run, parts.outs)
    return run
