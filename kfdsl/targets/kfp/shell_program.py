"""Scripts that are not Python: a shell of the image makes their arguments variables, and sees to their outputs.

Where nothing has to be done once the script has ended, its own text follows the prologue. Otherwise it runs in
a shell of its own, so that it may `exit` and set options and traps as it likes.
"""

from __future__ import annotations

import json
import shlex
from typing import Final

from kfdsl import ir, kinds
from kfdsl.functions import text_of
from kfdsl.lower.scripts import SHELLS
from kfdsl.targets.common import scripts
from kfdsl.targets.common.shell_script import FOLDER
from kfdsl.targets.kfp import argv, environment, shell_texts
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.products import Product, input_place
from kfdsl.targets.kfp.python_program import EVERYTHING
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_OPTIONS: Final = {
    "node": "-e", "ruby": "-e", "perl": "-e", "Rscript": "-e", "julia": "-e", "lua": "-e", "php": "-r",
}  # fmt: skip
"""How interpreters take a text as an argument; others do by `-c`."""


class Program:
    """Builds the text of the shell, and the arguments that it takes.

    `exported` are the variables with their values, `others` the values behind them; `opening` is what is done
    with them, `closing` what is done when the script has ended. `functions` are those that they use.
    """

    def __init__(self, script: ir.Script, leaf: Leaf, products: list[Product]) -> None:
        """Sort the variables of the script by how their values arrive."""
        self.script = script
        self.leaf = leaf
        self.products = {one.name: one for one in products}
        self.files = scripts.added(script, leaf.settings, Refused).files
        self.shell = script.interpreter[0] if _is_shell(script) else "sh"
        self.wrapped = not _is_shell(script) or bool(self.files) or any(_has_end(one) for one in products)
        self.exported: list[tuple[str, str]] = []
        self.others: list[str] = [leaf.shown(script.text, script.span)] if self.wrapped else []
        self.opening: list[str] = []
        self.closing: list[str] = []
        self.functions: dict[str, None] = {}
        later = [value for value in script.variables if not self._exports(*value)]
        self.exported += [
            (name, argv.text_or_empty(value, leaf)) for name, value in environment.at_run_time(leaf)
        ]
        for name, value in later:
            self._ask(name, value)
        workdir = leaf.settings.expr("workdir")
        if workdir is not None:
            self.opening.append(f"cd {self._other(argv.text(workdir, leaf))} || exit")
        self._lay_files()
        for product in products:
            self._close(product)
        self._tell([one for one in products if one.tells])

    def container(self) -> Object:
        """Return the fields `command` and `args`."""
        plain = not (self.exported or self.others or self.opening)
        if plain:
            option = () if self.script.interpreter[-1] == "-c" else ("-c",)
            return {
                "command": [
                    *self.script.interpreter,
                    *option,
                    self.leaf.shown(self.script.text, self.script.span),
                ]
            }
        head = self._exporting()
        if self.wrapped:
            lines = [*head, *self._functions(), *self.opening, *self._run(), *self.closing]
            text = self.leaf.shown("\n".join(lines) + "\n", self.script.span)
            command: list[str] = [self.shell, "-c", text, self.leaf.task.name]
        else:
            text = self.leaf.shown(
                "\n".join([*head, *self._functions(), *self.opening, self.script.text]), self.script.span
            )
            option = () if self.script.interpreter[-1] == "-c" else ("-c",)
            command = [*self.script.interpreter, *option, text, self.leaf.task.name]
        values = [value for _, value in self.exported]
        return {"command": list(command), "args": [*values, *self.others]}

    # The values: those of variables come first, so that their numbers are those of the first line.

    def _other(self, argument: str) -> str:
        """Take one more argument; return how the shell reads it."""
        if argument not in self.others:
            self.others.append(argument)
        return _argument(len(self.exported) + self.others.index(argument) + 1)

    def _exporting(self) -> list[str]:
        file, line = self.script.origin
        said = f"  # {file.rpartition('/')[2]}:{line}"
        given = " ".join(f"{name}={_argument(n)}" for n, (name, _) in enumerate(self.exported, 1))
        shift = "" if self.wrapped or self.opening else f"; shift {len(self.exported)}"
        lines = [f"export {given}{shift}{said}"] if given else []
        if not shift and not self.wrapped:
            self.opening.append(f"shift {len(self.exported) + len(self.others)}")
        return lines

    def _exports(self, name: str, value: ir.Expr) -> bool:
        """Take the value of a variable as an argument, where it can be one."""
        match value:
            case ir.OutputPath(output):
                product = self.products[output]
                self.exported.append(
                    (name, self.leaf.shown(product.at, value.span) if product.at else product.path)
                )
            case ir.FieldOf(ir.OutputPath() | ir.InputRef(), ("metadata" | "name")):
                return False
            case ir.InputRef(base, kind) if kinds.is_artifact(kind):
                if isinstance(kinds.bare(kind), kinds.ListOf):
                    return False
                self.exported.append((name, self.leaf.placeholder(value)))
                self._place(name, self.leaf.declared[base])
            case _:
                self.exported.append((name, argv.text_or_empty(value, self.leaf)))
        return True

    def _place(self, name: str, entry: ir.Input) -> None:
        """Bring an artifact to the author's path; see to one that may be absent, whose placeholder stays."""
        if isinstance(entry.type, kinds.Optional):
            self.opening.append(f'case "${name}" in /*) ;; *) {name}= ;; esac')
        at = input_place(entry)
        if at:
            own = shlex.quote(at)
            folder = shlex.quote(at.rpartition("/")[0] or "/")
            brought = f'mkdir -p {folder} && ln -s "${name}" {own} && {name}={own} || exit'
            absent = isinstance(entry.type, kinds.Optional)
            self.opening.append(f'[ -z "${name}" ] || {{ {brought}; }}' if absent else brought)

    def _ask(self, name: str, value: ir.Expr) -> None:
        """Add what finds a value in all that the engine tells: the folder of a list, names and metadata."""
        match value:
            case ir.FieldOf(ir.OutputPath(output)):
                path = self._other(self.products[output].path)
                self.opening.append(f"export {name}={path}_metadata")
                return
            case ir.FieldOf(ir.InputRef(base), field):
                everything = self._other(EVERYTHING)
                self.opening += [
                    f"{name}=$(printf %s {everything} | ask {field} {shlex.quote(base)}) || exit; export {name}"
                ]
            case ir.InputRef(base):
                everything = self._other(EVERYTHING)
                self.opening.append(
                    f'{name}=$(mktemp -d) && folder {everything} {shlex.quote(base)} "${name}" || exit; export {name}'
                )
                self.functions["folder"] = None
            case _:
                message = f"bug: {name} is no variable of an artifact"
                raise LookupError(message)
        self.functions["ask"] = None
        self.leaf.findings.differs(
            value.span,
            f"on Kubeflow `${name}` needs python3 or jq in the image",
            "or write the script in Python",
        )

    def _lay_files(self) -> None:
        if not self.files:
            return
        self.opening.append(f"export script_dir={FOLDER}")
        for name, content in self.files.items():
            folder, path = shlex.quote(name.rpartition("/")[0]), shlex.quote(name)
            given = self._other(self.leaf.shown(content, self.script.span))
            self.opening.append(
                f'mkdir -p "$script_dir"/{folder} && printf %s {given} > "$script_dir"/{path} || exit'
            )

    # What runs, and what is done with what it left behind.

    def _run(self) -> list[str]:
        script = self.script
        options = list(script.interpreter)
        if options[-1] != "-c":
            options.append(_OPTIONS.get(script.interpreter[0].rpartition("/")[2], "-c"))
        own = _argument(len(self.exported) + 1)
        name = f" {shlex.quote(self.leaf.task.name)}" if _is_shell(script) else ""
        run = f"{shlex.join(options)} {own}{name}"
        printed = [one for one in self.products.values() if one.printed]
        if not printed:
            return [f"{run} || exit"]
        path = self._other(printed[0].path)
        return [
            "exec 3>&1",
            f'code=$({{ {{ {run} 3>&- 4>&-; echo "$?" >&4; }} | tee {path} >&3; }} 4>&1)',
            '[ "$code" = 0 ] || exit "$code"',
            f"last {path}",
            f"trim {path}",
        ]

    def _close(self, product: Product) -> None:
        """Add what checks an output, and brings it to the engine as the language means it."""
        if product.printed:
            self.functions |= dict.fromkeys(("last", "trim"))
            self._other(product.path)
            return
        if not _has_end(product):
            return
        path = f'"${product.variable}"'
        if product.default is not None:
            self.closing.append(
                f"[ -e {path} ] || printf %s {shlex.quote(text_of(product.default))} > {path}"
            )
        else:
            self.functions["missing"] = None
            self.closing.append(f"[ -e {path} ] || missing {product.name}")
        if product.is_artifact:
            return
        if product.at:
            engine = self._other(product.path)
            self.closing.append(f"cat {path} > {engine} || exit")
            path = engine
        if product.is_text:
            self.functions["trim"] = None
            self.closing.append(f"trim {path}")

    def _tell(self, telling: list[Product]) -> None:
        """Add what tells the engine metadata and places of artifacts: JSON in a file that it names."""
        if not telling:
            return
        everything = self._other(EVERYTHING)
        contents: list[str] = []
        told: list[str] = []
        for one in telling:
            fields = [f'"customPath": {json.dumps(one.at)}'.replace("%", "%%")] if one.at else []
            if one.is_metadata and one.described:
                raise Refused(
                    self.script.span,
                    f"what `{one.name}` holds is its metadata, and `${one.variable}_metadata` is something else",
                    f"write all of it to `${one.variable}`",
                )
            if one.is_metadata or one.described:
                source = f'"${one.variable}"' if one.is_metadata else f'"${one.variable}_metadata"'
                contents.append(f'"$(json {source})"')
                fields.append('"metadata": %s')
                self.functions["json"] = None
            told.append(f'{json.dumps(one.name)}: {{"artifacts": [{{{", ".join(fields)}}}]}}')
        form = shlex.quote(f'{{"artifacts": {{{", ".join(told)}}}}}')
        self.closing += [
            f"told={everything}",
            'told=${told##*\'"outputFile"\'}; told=${told#*\\"}; told=${told%%\\"*}',
            'mkdir -p "${told%/*}" || exit',
            f'printf {" ".join([form, *contents])} > "$told"',
        ]

    def _functions(self) -> list[str]:
        return [shell_texts.FUNCTIONS[name] for name in shell_texts.FUNCTIONS if name in self.functions]


def _is_shell(script: ir.Script) -> bool:
    return script.interpreter[0].rpartition("/")[2] in SHELLS


def _has_end(product: Product) -> bool:
    """Tell whether something is to be done with an output when the script has ended."""
    return (
        product.is_artifact
        or product.is_text
        or product.printed
        or product.default is not None
        or bool(product.at)
    )


def _argument(number: int) -> str:
    return f'"${number}"' if number < 10 else f'"${{{number}}}"'
