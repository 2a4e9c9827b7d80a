"""The program in front of a Python script: typed variables in, outputs out, line numbers kept."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo.scopes.leaf import Leaf, metadata_path, output_path
from kfdsl.targets.common import python_program as program
from kfdsl.targets.common.scripts import Added, names_any


def needs_prologue(script: ir.Script, beside: Added) -> bool:
    """Tell whether the text uses a variable by its name; all of them are in the environment anyway."""
    if script.function or beside or any(isinstance(value, ir.FieldOf) for _, value in script.variables):
        return True
    return names_any(script.text, {name for name, _ in script.variables})


def prologue(script: ir.Script, leaf: Leaf, beside: Added) -> str:
    """Return the program that runs the text it gets as its first argument. See reference/argo-patterns/48."""
    described = [
        value.base.name
        for _, value in script.variables
        if isinstance(value, ir.FieldOf) and isinstance(value.base, ir.OutputPath)
    ]
    for name in described:
        leaf.metadata.add(name)
    own = {value.name for _, value in script.variables if isinstance(value, ir.OutputPath)}
    values = [entry for entry in leaf.body.outputs if entry.name in own and not kinds.is_artifact(entry.type)]
    entries = [
        (name, _value(name, value, leaf))
        for name, value in script.variables
        if not _is_value_output(value, leaf)
    ]
    paths = {program.identifier(entry.name): repr(output_path(entry)) for entry in values}
    paths |= {f"{program.identifier(name)}_metadata": repr(metadata_path(name)) for name in described}
    lines = _begin(script, leaf, beside)
    if script.function:
        lines += program.call(script.function, entries, [program.identifier(entry.name) for entry in values])
    else:
        lines += [program.variables(entries), *(program.RUN_TO_THE_END if paths else [program.RUN])]
    lines += program.write(paths)
    if paths and not script.function:
        lines.append(program.END)
    return "\n".join(["def run():", *(f"  {line}" for line in lines), "run()", ""])


def _begin(script: ir.Script, leaf: Leaf, beside: Added) -> list[str]:
    modules = [*program.MODULES]
    modules += ["subprocess"] if beside.install else []
    modules += ["tempfile"] if beside.files else []
    path = program.file_name(script, leaf.name)
    lines = [
        f"import {', '.join(modules)}",
        f"text, path, scope = sys.argv.pop(1), {path!r}, sys.modules['__main__'].__dict__",
        *program.install(beside.install),
    ]
    if beside.files:
        lines += program.lay_down(f"name in {list(beside.files)!r}", "sys.argv.pop(1)")
    return [*lines, *program.SHOW]


def _is_value_output(value: ir.Expr, leaf: Leaf) -> bool:
    if isinstance(value, ir.FieldOf):
        return isinstance(value.base, ir.OutputPath)
    return isinstance(value, ir.OutputPath) and not kinds.is_artifact(leaf.outputs_by_name[value.name].type)


def _value(name: str, value: ir.Expr, leaf: Leaf) -> str:
    if isinstance(value, ir.OutputPath):
        return repr(output_path(leaf.outputs_by_name[value.name]))
    if isinstance(value, ir.InputRef) and kinds.is_artifact(value.type):
        code = f"os.environ[{name!r}]"
        if isinstance(kinds.bare(value.type), kinds.ListOf):
            return f"sorted(os.path.join({code}, n) for n in os.listdir({code}))"
        # A step may succeed without writing an optional artifact, of which Argo tells nothing but that it is not there.
        absent = isinstance(value.type, kinds.Optional)
        return f"{code} if os.path.exists({code}) else None" if absent else code
    return program.typed(f"os.environ[{name!r}]", value.type)
