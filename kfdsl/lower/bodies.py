"""Bodies: what one pod runs, of a component or of a step that has a body of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import (
    BOOL,
    INT,
    JSON,
    STRING,
    UNKNOWN,
    Artifact,
    Enum,
    Kind,
    ListOf,
    MapOf,
    Unknown,
    bare,
    fits,
    is_artifact,
    show,
)
from kfdsl.lower import (
    builtins_table,
    expressions,
    interface,
    pods,
    resources,
    script_names,
    scripts,
    settings,
    shapes,
)
from kfdsl.lower.context import Edit, Fix, Label, did_you_mean
from kfdsl.lower.module import resource_value
from kfdsl.lower.scope import Scope, Value
from kfdsl.nearest import nearest
from kfdsl.node import Node
from kfdsl.source import Span

STEP_FIELDS: Mapping[str, Kind] = {"name": STRING, "id": STRING, "attempt": INT}

_IN_OPTIONS = {"mode": STRING, "name": STRING, "recurse": BOOL}
_OUT_OPTIONS = ("archive", "gc", "default", "global", "name", "mode")


class Parts(Node):
    """The items of a body by kind."""

    ins: tuple[s.In, ...]
    outs: tuple[s.Out, ...]
    settings: tuple[s.Setting, ...]
    scripts: tuple[s.Script, ...]
    containers: tuple[s.Container, ...]
    metrics: tuple[s.Metric, ...]
    patches: tuple[s.Patch, ...]
    handlers: tuple[s.Handler, ...]
    resources: tuple[s.Resource, ...]
    others: tuple[s.Item, ...]


def sort(items: tuple[s.Item, ...]) -> Parts:
    """Sort the items of a body."""
    known = (s.In, s.Out, s.Setting, s.Script, s.Container, s.Metric, s.Patch, s.Handler, s.Resource)
    groups: list[tuple[Any, ...]] = [tuple(i for i in items if isinstance(i, kind)) for kind in known]
    return Parts(*groups, tuple(i for i in items if not isinstance(i, known)))


class Owner(Node):
    """Whose body it is: `what` in messages, its name, where that stands, and whether `in`s get their values here."""

    what: str
    name: s.Name
    is_component: bool
    doc: str


class Bound(Node):
    """A body, the values of its inputs, and what its settings come to without those of its surroundings."""

    body: ir.Body
    arguments: tuple[tuple[str, ir.Expr], ...]
    settings: Mapping[str, ir.Expr | ir.RangeExpr]


def lower(
    scope: Scope, owner: Owner, parts: Parts, call: s.Expression | None, declared: Mapping[str, ir.Resource]
) -> Bound:
    """Check a body. `call` is the built-in that it runs; `declared` the resources visible from outside."""
    context = scope.context
    for item in parts.others:
        misplaced(scope, item, f"the body of a {owner.what}")
    values = {r.name.text: resource_value(r) for r in parts.resources}
    scope = scope.with_values(values)
    own = {**declared, **resources.lower(scope, parts.resources)}
    inputs, arguments, inner = _inputs(scope, owner, parts.ins, call)
    script = scripts.read(scope, parts.scripts[0]) if parts.scripts else None
    if script is not None and script.function is not None:
        inputs, arguments = _from_signature(scope, owner, script, parts, inputs, arguments, inner)
    inside = scope.with_values(inner, inside=True).with_roots({"step": STEP_FIELDS})
    outputs = _outputs(inside, owner, parts.outs, call)
    _one_name_space(scope, owner, parts)
    paths = _paths(outputs)
    inside = inside.with_values({n: v for n, v in paths.items() if n not in inner})
    found = settings.lower(
        inside,
        [i for i in parts.settings if i.name.text not in settings.RUNS],
        settings.STEP,
        f"a {owner.what}",
    )
    run = _what_runs(inside, owner, parts, call, script, inputs, outputs)
    if isinstance(run, ir.Script):
        _names_of_script(inside, owner, parts, run, [*inputs, *outputs])
    if isinstance(run, (ir.Command, ir.Script, ir.Containers)):
        _outputs_of_files(context, outputs)
    pods.check_settings(context, parts.settings, run)
    if isinstance(run, ir.Containers):
        pods.check_outputs(context, run, parts.outs)
    body = ir.Body(
        owner.name.text,
        tuple(inputs),
        tuple(outputs),
        run,
        ir.Settings(found),
        tuple(container(inside, c) for c in parts.containers if c.kind == "sidecar"),
        tuple(container(inside, c) for c in parts.containers if c.kind == "init"),
        tuple(metric(inside.with_values(_written(outputs)), m) for m in parts.metrics),
        tuple(p for p in (patch(scope, p) for p in parts.patches) if p),
        own,
        owner.is_component,
        owner.doc,
        owner.name.span,
    )
    return Bound(body, tuple(arguments), found)


def misplaced(scope: Scope, item: s.Item, where: str) -> None:
    """Report an item that does not belong where it stands."""
    word = item.span.text.split(maxsplit=1)[0]
    span = Span(item.span.source, item.span.start, item.span.start + len(word))
    homes = {
        "param": "a pipeline; a step or component has `in`s",
        "defaults": "a file or pipeline",
        "step": "a pipeline or group",
        "group": "a pipeline or group",
        "if": "a pipeline or group",
        "for": "a pipeline or group",
        "in": "a step or component",
    }
    helps = (f"`{word}` belongs to {homes[word]}",) if word in homes else ()
    scope.context.report(
        "misplaced-item", span, f"`{word}` does not belong into {where}", label="not here", helps=helps
    )


# ---- inputs and outputs


def _inputs(
    scope: Scope, owner: Owner, items: tuple[s.In, ...], call: s.Expression | None
) -> tuple[list[ir.Input], list[tuple[str, ir.Expr]], dict[str, Value]]:
    inputs: list[ir.Input] = []
    arguments: list[tuple[str, ir.Expr]] = []
    values: dict[str, Value] = {}
    for item in items:
        name = item.name.text
        if any(i.name == name for i in inputs):
            continue
        wanted = scope.module.type_of(item.type) if item.type is not None else None
        value = _bound(scope, owner, item, wanted, call)
        kind = wanted if wanted is not None else bare(value.type) if value is not None else UNKNOWN
        is_default = owner.is_component or (call is not None and interface.built_in(call) == "approve")
        at = expressions.value(scope, item.at, STRING) if item.at is not None else None
        options = constants(scope, item.options, _IN_OPTIONS)
        inputs.append(
            ir.Input(name, kind, value if is_default else None, at, options, item.doc, item.name.span)
        )
        if value is not None and not is_default:
            arguments.append((name, value))
        values[name] = input_value(name, kind, item.name.span)
        if item.to is not None:
            scope.context.report(
                "misplaced-item",
                item.to.span,
                "`to` belongs to an `out`",
                label="an `in` has a place as its value",
            )
    return inputs, arguments, values


def input_value(name: str, kind: Kind, span: Span) -> Value:
    """Return an `in` as a name of the value space."""
    return Value("input", kind, span, lambda at: ir.InputRef(name, kind, at))


def _bound(
    scope: Scope, owner: Owner, item: s.In, wanted: Kind | None, call: s.Expression | None
) -> ir.Expr | None:
    name = item.name
    if item.value is None:
        if wanted is None:
            scope.context.report(
                "missing-type",
                name.span,
                f"`in {name.text}` has neither a type nor a value",
                label="of which type?",
            )
        elif not owner.is_component and interface.built_in(call) not in ("extern", "approve"):
            scope.context.report(
                "unbound-input",
                name.span,
                f"`in {name.text}` of step `{owner.name.text}` has no value",
                label="from where?",
                helps=(f"bind it: `in {name.text} = …`",),
            )
        return None
    if item.short and name.text == "*":
        scope.context.report(
            "missing-value",
            item.value.span,
            "a list of records needs a name here",
            label="write `in name = …`",
        )
    if owner.is_component and wanted is None:
        scope.context.report(
            "missing-type",
            name.span,
            f"`in {name.text}` of a component needs a type",
            label=f"write `in {name.text}: T = …`",
        )
    asked = Label(item.type.span, "this is asked for") if item.type is not None else None
    value = expressions.value(scope, item.value, wanted, asked)
    if isinstance(value, ir.KeyRef):
        from kfdsl.lower import references  # noqa: PLC0415

        references.refuse_secret(scope, value, "an input")
    if (
        owner.is_component
        and not isinstance(value, (ir.KeyRef, ir.PlaceRef, ir.LoadedRef))
        and not isinstance(value.type, Unknown)
    ):
        return scope.module.fold(value)
    return value


def constants(
    scope: Scope, options: s.MapLiteral | None, known: Mapping[str, Kind]
) -> tuple[tuple[str, Any], ...]:
    """Return the options of an `in` as constants."""
    if options is None:
        return ()
    checked = shapes.record_of({name: shapes.constant_of(kind) for name, kind in known.items()})(
        scope, options
    )
    entries = checked.entries if isinstance(checked, ir.MapExpr) else ()
    return tuple((name, value.value if isinstance(value, ir.Literal) else None) for name, value in entries)


def _outputs(
    scope: Scope, owner: Owner, items: tuple[s.Out, ...], call: s.Expression | None
) -> list[ir.Output]:
    outputs: list[ir.Output] = []
    for item in items:
        if any(o.name == item.name.text for o in outputs):
            continue
        if item.type is None:
            scope.context.report(
                "missing-type",
                item.name.span,
                f"`out {item.name.text}` needs a type",
                label=f"write `out {item.name.text}: T`",
            )
        kind = scope.module.type_of(item.type) if item.type is not None else UNKNOWN
        value = _output_value(scope, item, kind, call)
        at = expressions.value(scope, item.at, STRING) if item.at is not None else None
        place = expressions.value(scope, item.to, Artifact("Artifact")) if item.to is not None else None
        if item.to is not None and not is_artifact(kind) and not isinstance(kind, Unknown):
            scope.context.report(
                "type-mismatch",
                item.to.span,
                f"a store holds artifacts, `{item.name.text}` is a `{show(kind)}`",
                label="not a file",
            )
        options, metadata = _out_options(scope, item, kind)
        to = place if isinstance(place, ir.PlaceRef) else None
        outputs.append(
            ir.Output(item.name.text, kind, value, at, to, options, metadata, item.doc, item.name.span)
        )
    return outputs


def _output_value(scope: Scope, item: s.Out, kind: Kind, call: s.Expression | None) -> Any:  # noqa: ANN401  # see ir.Output
    if item.value is None:
        return None
    if isinstance(item.value, s.Name) and item.value.text == "stdout" and "stdout" not in scope.values:
        if is_artifact(kind):
            scope.context.report(
                "type-mismatch",
                item.value.span,
                "what a step prints is a value, not an artifact",
                label="not a file",
            )
        return "stdout"
    roots = builtins_table.OUTPUT_ROOTS.get(interface.built_in(call) or "", {})
    return expressions.value(scope.with_roots(roots), item.value, kind if not roots else None)


def _out_options(
    scope: Scope, item: s.Out, kind: Kind
) -> tuple[tuple[tuple[str, Any], ...], tuple[tuple[str, ir.Expr], ...]]:
    options: list[tuple[str, Any]] = []
    metadata: list[tuple[str, ir.Expr]] = []
    for entry in shapes.unique(scope, item.options) if item.options is not None else ():
        key = entry.key.text
        if key == "archive":
            checked = shapes.either(
                (shapes.is_map, shapes.record_of({"tar": shapes.constant_int})),
                otherwise=shapes.words("none", "zip", "tar"),
            )(scope, entry.value)
            options.append((key, None if isinstance(checked, ir.RangeExpr) else scope.module.value(checked)))
        elif key == "gc":
            words = shapes.words("OnWorkflowCompletion", "OnWorkflowDeletion", "Never")(scope, entry.value)
            options.append((key, None if isinstance(words, ir.RangeExpr) else scope.module.value(words)))
        elif key in _OUT_OPTIONS:
            value = expressions.lower(scope, entry.value)
            options.append((key, None if isinstance(value.type, Unknown) else scope.module.value(value)))
        elif is_artifact(kind):
            metadata.append((key, expressions.value(scope, entry.value, JSON)))
        else:
            scope.context.report(
                "unknown-setting",
                entry.key.span,
                f"a value `out` has no option `{key}`",
                label=f"known: {', '.join(_OUT_OPTIONS)}",
            )
    return tuple(options), tuple(metadata)


def _paths(outputs: list[ir.Output]) -> dict[str, Value]:
    return {o.name: _path(o) for o in outputs if o.value is None}


def _path(output: ir.Output) -> Value:
    return Value("output", STRING, output.span, lambda at: ir.OutputPath(output.name, STRING, at))


def _written(outputs: list[ir.Output]) -> dict[str, Value]:
    """Return the value outputs as what was written to them, for metrics."""
    return {o.name: _written_value(o) for o in outputs if not is_artifact(o.type)}


def _written_value(output: ir.Output) -> Value:
    return Value("output", output.type, output.span, lambda at: ir.OutputPath(output.name, output.type, at))


def _one_name_space(scope: Scope, owner: Owner, parts: Parts) -> None:
    """Report `in`s, `out`s and loop variables of one name; an artifact in and out at one path is the same file."""
    seen: dict[str, s.In | s.Out] = {}
    for item in (*parts.ins, *parts.outs):
        first = seen.setdefault(item.name.text, item)
        if first is item or item.name.text == "*":
            continue
        same_file = (
            isinstance(first, s.In)
            and isinstance(item, s.Out)
            and item.at is not None
            and first.at is not None
        )
        if same_file and item.at == first.at:
            continue
        scope.context.report(
            "duplicate-name",
            item.name.span,
            f"`{item.name.text}` is declared twice in `{owner.name.text}`",
            label="again here",
            labels=(Label(first.name.span, "first here"),),
        )
    for name, value in scope.values.items():
        if value.what == "loop variable" and name in seen and not owner.is_component:
            item = seen[name]
            scope.context.report(
                "duplicate-name",
                item.name.span,
                f"`{name}` is the loop variable too",
                label="choose another name",
                labels=(Label(value.declared, "the loop variable"),),
            )


def _outputs_of_files(context: Any, outputs: list[ir.Output]) -> None:  # noqa: ANN401  # Context
    for output in outputs:
        if (
            output.value is not None
            and output.value != "stdout"
            and not isinstance(output.value.type, Unknown)
        ):
            context.report(
                "unwritten-output",
                output.span,
                f"`out {output.name}` of a step that runs a container is written by it",
                label="has a value",
                helps=(
                    "leave the value out: the path to write to is the variable of its name",
                    "or read what it prints: `= stdout`",
                ),
            )


# ---- what runs


def _names_of_script(
    scope: Scope, owner: Owner, parts: Parts, run: ir.Script, declared: list[ir.Input | ir.Output]
) -> None:
    """Report names that a script reads and nothing sets, where its text is written out."""
    text = parts.scripts[0].text if parts.scripts else None
    if text is None:
        commands = [i.value for i in parts.settings if i.name.text == "command"]
        inline = scripts.inline_shell(commands[0]) if commands else None
        text = inline[1] if inline is not None else None
    if isinstance(text, s.Text) and run.function is None:
        script_names.check(scope, run, text.span, declared, owner.name.text)


def _what_runs(
    scope: Scope,
    owner: Owner,
    parts: Parts,
    call: s.Expression | None,
    script: scripts.Text | None,
    inputs: list[ir.Input],
    outputs: list[ir.Output],
) -> ir.Command | ir.Script | ir.BuiltIn | ir.Containers | None:
    said = _said(scope, parts)
    pods = tuple(c for c in parts.containers if c.kind == "container")
    ways: list[tuple[str, Span]] = []
    if said:
        first = next(iter(said.values()))
        ways.append((f"`{first.name.text}`", first.span))
    ways += [("`script`", i.span) for i in parts.scripts]
    ways += [("`container`s", pods[0].span)] if pods else []
    ways += [("a call", call.span)] if call is not None else []
    if len(ways) > 1:
        scope.context.report(
            "several-commands",
            ways[1][1],
            f"{owner.what} `{owner.name.text}` says twice what it runs",
            label=ways[1][0],
            labels=(Label(ways[0][1], ways[0][0]),),
        )
    if call is not None:
        return builtins_table.lower(scope, call)
    if parts.scripts:
        return (
            _script(scope, script, inputs, outputs, parts.scripts[0].span)
            if script is not None
            else ir.Command((), None, parts.scripts[0].span)
        )
    if pods:
        return _containers(scope, pods)
    if said:
        return command(scope, said, inputs, outputs)
    return None


def _said(scope: Scope, parts: Parts) -> dict[str, s.Setting]:
    """Return `command` and `args` by name; report those given twice."""
    said: dict[str, s.Setting] = {}
    for item in parts.settings:
        name = item.name
        if name.text in settings.RUNS and said.setdefault(name.text, item) is not item:
            first = Label(said[name.text].name.span, "first here")
            scope.context.report(
                "duplicate-key", name.span, f"`{name.text}` is set twice", label="again here", labels=(first,)
            )
    return said


def command(
    scope: Scope, said: Mapping[str, s.Setting], inputs: list[ir.Input], outputs: list[ir.Output]
) -> ir.Command | ir.Script:
    """Check `command` and `args`; a shell with `-c` and a literal text is a script."""
    main, rest = said.get("command"), said.get("args")
    span = (main or rest or next(iter(said.values()))).span
    if main is not None and rest is None:
        shell = scripts.inline_shell(main.value)
        if shell is not None:
            interpreter, text = shell
            origin = (text.span.source.name, text.span.line)
            found = scripts.variables(scope, text.value, inputs, outputs, text.span)
            return ir.Script(interpreter, scripts.text_of(text), found, None, origin, text.span)
    return ir.Command(_words(scope, main), _words(scope, rest), span)


def _words(scope: Scope, setting: s.Setting | None) -> tuple[ir.Expr, ...] | None:
    """Check a list of words; `[…] ?? []` among them is spliced."""
    if setting is None:
        return None
    value = setting.value
    if isinstance(value, s.Text):
        parts = value.value.split()
        listed = "[" + ", ".join(f'"{p}"' for p in parts) + "]"
        scope.context.report(
            "type-mismatch",
            value.span,
            f"`{setting.name.text}` is a list of words",
            label="a text",
            fixes=(Fix("make it a list", (Edit(value.span, listed),)),),
            helps=("no shell splits it into words",),
        )
        return ()
    if isinstance(value, s.ListLiteral):
        bare_words = _bare_words(scope, value)
        if bare_words:
            edits = tuple(Edit(w.span, f'"{w.span.text}"') for w in bare_words)
            scope.context.report(
                "unknown-name",
                bare_words[0].span,
                f"nothing here is called `{bare_words[0].span.text}`",
                label="not found",
                fixes=(Fix("if words are meant, put them in quotes", edits, safe=False),),
            )
            return ()
        return tuple(_word(scope, item) for item in value.items)
    if isinstance(value, s.Range):
        scope.context.report(
            "type-mismatch", value.span, f"`{setting.name.text}` is a list of words", label="a range"
        )
        return ()
    lowered = expressions.present(scope, expressions.lower(scope, value, ListOf(STRING)))
    if not fits(lowered.type, ListOf(STRING)):
        scope.context.report(
            "type-mismatch",
            value.span,
            f"`{setting.name.text}` is a list of words",
            label=f"gives a `{show(lowered.type)}`",
        )
        return ()
    folded = scope.module.fold(lowered)
    return folded.items if isinstance(folded, ir.ListExpr) else ()


def _bare_words(scope: Scope, value: s.ListLiteral) -> list[s.Expression]:
    """Return the words of a list that stand there without quotes, none where they may be misspelt names."""
    found: list[s.Expression] = []
    if any(isinstance(i, s.Text) for i in value.items):
        return found
    for item in value.items:
        name = item.base if isinstance(item, s.Field) else item
        if (
            not isinstance(name, s.Name)
            or name.text in {**scope.values, **scope.roots}
            or scope.module.missing(name.text)
        ):
            continue
        if name.text not in scope.steps:
            if nearest(name.text, {**scope.values, **scope.steps}) is not None:
                return []
            found.append(item)
        elif isinstance(item, s.Field) and item.name.text not in scope.steps[name.text].outputs and found:
            found.append(item)
    return found if any(isinstance(w, s.Name) for w in found) else []


def _word(scope: Scope, item: s.Expression) -> ir.Expr:
    if isinstance(item, s.Binary) and item.operator == "??" and isinstance(item.left, s.ListLiteral):
        words = []
        for part in item.left.items:
            words.append(expressions.lower(scope, part))
        left = ir.ListExpr(tuple(words), ListOf(STRING), item.left.span)
        right = expressions.lower(scope, item.right)
        return ir.Binary("??", left, right, ListOf(STRING), item.span)
    lowered = expressions.text(scope, item)
    if isinstance(lowered, ir.KeyRef):
        from kfdsl.lower import references  # noqa: PLC0415

        references.refuse_key(scope, lowered, "a command")
    return lowered


def _script(
    scope: Scope, script: scripts.Text, inputs: list[ir.Input], outputs: list[ir.Output], span: Span
) -> ir.Script:
    if script.function is not None:
        given: list[tuple[str, ir.Expr]] = [
            (i.name.replace("-", "_"), ir.InputRef(i.name, i.type, i.span)) for i in inputs
        ]
        given += [
            (o.name.replace("-", "_"), ir.OutputPath(o.name, o.type, o.span))
            for o in outputs
            if o.value is None
        ]
        return ir.Script(script.interpreter, script.text, tuple(given), script.function, script.origin, span)
    found = scripts.variables(scope, script.text, inputs, outputs, span)
    return ir.Script(script.interpreter, script.text, found, None, script.origin, span)


def _containers(scope: Scope, items: tuple[s.Container, ...]) -> ir.Containers:
    names = {c.name.text: c.name for c in items}
    for item in items:
        if names[item.name.text] is not item.name:
            scope.context.report(
                "duplicate-name",
                names[item.name.text].span,
                f"there are two containers `{item.name.text}`",
                label="again here",
                labels=(Label(item.name.span, "first here"),),
            )
        for name in _names_of(item.after) if item.after is not None else []:
            if name.text not in names:
                scope.context.report(
                    "unknown-step",
                    name.span,
                    f"no container is named `{name.text}`",
                    label="not found",
                    fixes=did_you_mean(name.text, names, name.span),
                )
    found = tuple(container(scope, c) for c in items)
    pods.check_order(scope.context, found, names)
    return ir.Containers(found, items[0].span)


def container(scope: Scope, item: s.Container) -> ir.Container:
    """Check a `container`, `sidecar` or `init`."""
    parts = sort(item.block.items)
    for other in (
        *parts.ins,
        *parts.outs,
        *parts.metrics,
        *parts.handlers,
        *parts.resources,
        *parts.containers,
        *parts.others,
    ):
        misplaced(scope, other, f"a {item.kind}")
    known = {**settings.BODY, "mirror_mounts": shapes.flag}
    found = settings.lower(
        scope, [i for i in parts.settings if i.name.text not in settings.RUNS], known, f"a {item.kind}"
    )
    said = {i.name.text: i for i in parts.settings if i.name.text in settings.RUNS}
    run: ir.Command | ir.Script | None = None
    if parts.scripts:
        text = scripts.read(scope, parts.scripts[0])
        run = _script(scope, text, [], [], parts.scripts[0].span) if text is not None else None
    elif said:
        run = command(scope, said, [], [])
    after = tuple(c.text for c in _names_of(item.after)) if item.after is not None else ()
    patches = tuple(p for p in (patch(scope, p) for p in parts.patches) if p)
    if item.kind != "container" and "image" not in found and not patches:
        scope.context.report(
            "missing-image",
            item.name.span,
            f"{item.kind} `{item.name.text}` has no image",
            label='needs `image = "…"`',
            notes=("neither `defaults` nor the step's image hold for it",),
        )
    return ir.Container(item.kind, item.name.text, after, run, ir.Settings(found), patches, item.name.span)


def _names_of(after: s.After) -> list[s.Name]:
    def names(expr: s.Expression) -> list[s.Name]:
        if isinstance(expr, s.Name):
            return [expr]
        if isinstance(expr, s.Binary):
            return names(expr.left) + names(expr.right)
        return []

    return [n for c in after.conditions for n in names(c)]


def metric(scope: Scope, item: s.Metric) -> ir.Metric:
    """Check a `metric`."""
    inside = scope.with_roots({"step": {**STEP_FIELDS, **settings.STEP_RESULT}})
    parts = sort(item.block.items)
    found = settings.lower(inside, parts.settings, settings.METRIC, "a metric")
    if sum(k in found for k in ("gauge", "counter", "histogram")) != 1:
        scope.context.report(
            "missing-argument",
            item.name.span,
            f"metric `{item.name.text}` is one of gauge, counter, histogram",
            label="which?",
        )
    if "help" not in found:
        scope.context.report(
            "missing-argument",
            item.name.span,
            f"metric `{item.name.text}` needs a `help` text",
            label="what does it measure?",
        )
    return ir.Metric(item.name.text, ir.Settings(found), item.span)


def patch(scope: Scope, item: s.Patch) -> ir.Patch | None:
    """Check the form of a `patch`; its text is read by the target."""
    if not isinstance(item.text, s.Text):
        scope.context.report(
            "not-constant", item.text.span, "the text of a patch is written out", label='expected `"""…"""`'
        )
        return None
    path = tuple(n.text for n in item.path)
    if path[0] not in ("argo", "pod", "kfp"):
        scope.context.report(
            "invalid-patch",
            item.path[0].span,
            f"`patch {path[0]}`: a patch goes to `argo`, `pod` or `kfp.…`",
            label="not one of them",
        )
    return ir.Patch(path, item.text.value, item.text.span)


# ---- functions from files


def _from_signature(
    scope: Scope,
    owner: Owner,
    script: scripts.Text,
    parts: Parts,
    inputs: list[ir.Input],
    arguments: list[tuple[str, ir.Expr]],
    values: dict[str, Value],
) -> tuple[list[ir.Input], list[tuple[str, ir.Expr]]]:
    """Add the `in`s that a function's parameters stand for; report parameters that nothing gives."""
    signature = scripts.signature(scope, script)
    if signature is None:
        return inputs, arguments
    names = {i.name.replace("-", "_") for i in inputs} | {o.name.text.replace("-", "_") for o in parts.outs}
    for name, kind, optional in signature.parameters:
        if name in names:
            continue
        surrounding = scope.values.get(name)
        if (
            not owner.is_component
            and surrounding is not None
            and surrounding.what in ("param", "loop variable", "constant")
        ):
            inputs = [*inputs, ir.Input(name, surrounding.type, None, None, (), "", script.span)]
            arguments = [*arguments, (name, surrounding.refer(script.span))]
            values[name] = input_value(name, surrounding.type, script.span)
        elif owner.is_component and kind is not None and not optional:
            inputs = [*inputs, ir.Input(name, kind, None, None, (), "", script.span)]
            values[name] = input_value(name, kind, script.span)
        elif not optional:
            scope.context.report(
                "unbound-input",
                script.span,
                f"nothing gives `{script.function}` its `{name}`",
                label=f"has a parameter `{name}`",
                helps=(f"declare it: `in {name} = …`",),
            )
    if not signature.takes_any:
        known = {p[0] for p in signature.parameters}
        for item in parts.ins:
            if item.name.text.replace("-", "_") not in known:
                scope.context.report(
                    "unknown-argument",
                    item.name.span,
                    f"`{script.function}` has no parameter `{item.name.text}`",
                    label="not a parameter",
                )
    return inputs, arguments


__all__ = [
    "Bound",
    "Enum",
    "MapOf",
    "Owner",
    "Parts",
    "command",
    "container",
    "lower",
    "metric",
    "misplaced",
    "patch",
    "sort",
]
