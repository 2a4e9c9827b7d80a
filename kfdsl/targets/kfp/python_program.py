"""The program in front of a Python script: arguments become typed variables, assigned outputs become files."""

from __future__ import annotations

from typing import Final

from kfdsl import ir, kinds
from kfdsl.functions import text_of
from kfdsl.targets.common import python_program as program
from kfdsl.targets.common import scripts
from kfdsl.targets.common.scripts import Added
from kfdsl.targets.kfp import argv, environment
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.products import Product, input_place
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

EVERYTHING: Final = "{{$}}"
"""All that the engine tells a container, as JSON; what a container is told of its artifacts stands in it."""

_READ: Final = [
    "def read(at): return json.JSONDecoder().raw_decode(told[told.index(':', at) + 1:].lstrip())[0]",
]
_ARTIFACTS: Final = [  # they stand first: texts that the engine puts into the JSON cannot be met on the way
    "def local(artifact):",
    "  kind, _, rest = artifact['uri'].partition('://')",
    "  if kind == 'oci': rest = rest.replace('/', '_') + '/models'",
    "  return '/%s/%s' % ('gcs' if kind == 'gs' else kind, rest) if rest else kind",
    r"""begin = re.match(r'\s*{\s*"inputs"\s*:\s*{\s*"artifacts"', told)""",
    "artifacts = read(begin.end()) if begin else {}",
]
_PLAIN: Final = [  # the engine keeps a list as `{"list": …}`, an object as `{"struct": …}`
    "def plain(artifact):",
    "  kept = {'list': list, 'struct': dict}",
    "  return {",
    "    key: next((v for k, v in value.items() if len(value) == 1 and isinstance(v, kept.get(k, ()))), value)",
    "    if isinstance(value, dict) else value for key, value in artifact.get('metadata', {}).items()",
    "  }",
]
_COPY_PRINTED: Final = [
    "shown, (reader, writer), kept = os.dup(1), os.pipe(), [b'']",
    "os.dup2(writer, 1)",
    "os.close(writer)",
    "def copy():",
    "  for part in iter(lambda: os.read(reader, 65536), b''):",
    "    os.write(shown, part)",
    "    kept[0] = (kept[0] + part)[-262144:]",
    "copying = threading.Thread(target=copy, daemon=True)",
    "copying.start()",
]


def container(script: ir.Script, leaf: Leaf, products: list[Product]) -> Object:
    """Return the fields `command` and `args`."""
    beside = scripts.added(script, leaf.settings, Refused)
    made = Program(script, leaf, products, beside)
    if made.is_plain:
        return {"command": [*script.interpreter, "-c", *made.arguments]}
    return {
        "command": [*script.interpreter, "-c", leaf.shown(made.text(), script.span)],
        "args": made.arguments,
    }


class Program:
    """Builds the text of the program, and the arguments that it takes.

    `targets` are the places of the arguments, `opening` what is done before the script runs, `variables` the
    names that the script sees, each with the code of its value.
    """

    def __init__(self, script: ir.Script, leaf: Leaf, products: list[Product], beside: Added) -> None:
        """Sort the variables of the script by how their values arrive."""
        self.script = script
        self.leaf = leaf
        self.products = products
        self.values = [one for one in products if not one.is_artifact and not one.printed]
        self.printed = [one for one in products if one.printed]
        self.beside = beside
        self.modules = {*program.MODULES}
        self.targets = ["text"]
        self.arguments = [leaf.shown(script.text, script.span)]
        self.opening: list[str] = []
        self.variables: list[tuple[str, str]] = []
        for name, value in script.variables:
            self._variable(name, value)
        for product in products:
            if product.is_artifact and product.at:
                self.opening.append(f"outs[{product.name!r}] = {product.at!r}")
            else:
                self._take(f"outs[{product.name!r}]", product.path)
        for name, value in environment.at_run_time(leaf):
            self._take(f"os.environ[{name!r}]", argv.text_or_empty(value, leaf))
        if any(one.tells for one in products):
            self._know_everything()
        for content in beside.files.values():
            self._take("", leaf.shown(content, script.span))

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing has to be done before or after the script."""
        return not (self.arguments[1:] or self.products or self.beside or self.script.function)

    def _take(self, target: str, argument: str) -> None:
        if target:
            self.targets.append(target)
        self.arguments.append(argument)

    def _variable(self, name: str, value: ir.Expr) -> None:
        code = f"os.environ[{name!r}]"
        match value:
            case ir.OutputPath(output):
                if any(one.name == output and one.is_artifact for one in self.products):
                    self.variables.append((name, f"outs[{output!r}]"))
            case ir.FieldOf(ir.OutputPath()):
                pass  # it is what the script assigns
            case ir.FieldOf(ir.InputRef(base), ("name" | "metadata") as field):
                found = f"artifacts[{base!r}]['artifacts'][0]"
                if field == "metadata":
                    self._tell(*_PLAIN, f"{code} = json.dumps(plain({found}), ensure_ascii=False)")
                    self.variables.append((name, f"json.loads({code})"))
                else:
                    self._tell(f"{code} = {found}.get('name', '')")
                    self.variables.append((name, code))
            case ir.InputRef(base, kind) if kinds.is_artifact(kind):
                self._artifact(name, base, value)
            case _:
                self._take(code, argv.text_or_empty(value, self.leaf))
                self.variables.append((name, program.typed(code, value.type)))

    def _artifact(self, name: str, base: str, value: ir.Expr) -> None:
        code = f"os.environ[{name!r}]"
        entry = self.leaf.declared[base]
        if isinstance(kinds.bare(entry.type), kinds.ListOf):
            self.modules.add("tempfile")
            self._tell(
                f"{code} = tempfile.mkdtemp()",
                f"for number, artifact in enumerate(artifacts.get({base!r}, {{}}).get('artifacts', [])):",
                f"  os.symlink(local(artifact), os.path.join({code}, '%06d' % number))",
            )
            self.variables.append((name, f"sorted(os.path.join({code}, n) for n in os.listdir({code}))"))
            return
        self._take(code, self.leaf.placeholder(value))
        self.variables.append((name, code))
        absent = isinstance(entry.type, kinds.Optional)
        if absent:  # the engine leaves the placeholder of what is not there
            self.opening.append(f"{code} = {code} if {code}.startswith('/') else ''")
            self.variables[-1] = (name, f"{code} or None")
        at = input_place(entry)
        if at:
            lines = [
                f"os.makedirs(os.path.dirname({at!r}), exist_ok=True)",
                f"os.symlink({code}, {at!r})",
                f"{code} = {at!r}",
            ]
            self.opening += [f"if {code}:", *(f"  {line}" for line in lines)] if absent else lines

    def _tell(self, *lines: str) -> None:
        """Add lines that read what the engine tells of artifacts."""
        if "artifacts = read(begin.end()) if begin else {}" not in self.opening:
            self.modules.add("re")
            self.opening = [*_ARTIFACTS, *self.opening]
            self._know_everything()
        self.opening += lines

    def _know_everything(self) -> None:
        if "told" not in self.targets:
            self._take("told", EVERYTHING)

    def text(self) -> str:
        """Return the program."""
        lines = [*self._ran(), *self._written(), *self._told()]
        if self.products and not self.script.function:
            lines.append(program.END)
        return "\n".join(["def run():", *(f"  {line}" for line in [*self._begin(), *lines]), "run()", ""])

    def _begin(self) -> list[str]:
        path = program.file_name(self.script, self.leaf.task.name)
        taken = [*self.targets, *(["*files"] if self.beside.files else [])]
        paths = [one for one in self.products if one.is_artifact]
        if self.beside.install:
            self.modules.add("subprocess")
        if self.beside.files:
            self.modules.add("tempfile")
        if self.printed:
            self.modules.add("threading")
        return [
            "import " + ", ".join(sorted(self.modules)),
            f"path, scope, outs = {path!r}, sys.modules['__main__'].__dict__, {{}}",
            ", ".join(taken) + (" = " if taken[1:] else ", = ") + "sys.argv[1:]",
            "sys.argv[1:] = []",
            *(_READ if "told" in self.targets else []),
            *self.opening,
            *(f"os.environ[{one.variable!r}] = outs[{one.name!r}]" for one in paths),
            *program.install(self.beside.install),
            *(
                program.lay_down(f"name, content in zip({list(self.beside.files)!r}, files)", "content")
                if self.beside.files
                else []
            ),
            *program.SHOW,
        ]

    def _ran(self) -> list[str]:
        before = _COPY_PRINTED if self.printed else []
        if self.script.function:
            outputs = [one.variable for one in self.values]
            return [*before, *program.call(self.script.function, self.variables, outputs), *self._kept()]
        run = program.RUN_TO_THE_END if self.products else [program.RUN]
        return [program.variables(self.variables), *before, *run, *self._kept()]

    def _kept(self) -> list[str]:
        """Return what writes what was printed to the file of the output."""
        if not self.printed:
            return []
        return [
            "sys.stdout.flush()",
            "os.dup2(shown, 1)",
            "copying.join()",
            f"with open(outs[{self.printed[0].name!r}], 'wb') as file:",
            "  said = kept[0].decode('utf-8', 'ignore').encode()",
            "  file.write(said[:-1] if said.endswith(b'\\n') else said)",
        ]

    def _written(self) -> list[str]:
        """Return what writes the values, and ends the step where an output is missing."""
        lines = program.write({one.variable: f"outs[{one.name!r}]" for one in self.values})
        for one in self.values:
            missing = f"if not os.path.exists(outs[{one.name!r}])"
            if one.at:
                lines += [
                    f"{missing} and os.path.exists({one.at!r}):",
                    f"  with open({one.at!r}, 'rb') as file: content = file.read()",
                    f"  with open(outs[{one.name!r}], 'wb') as file: file.write(content)",
                ]
            if one.default is not None:
                lines += [
                    f"{missing}:",
                    f"  with open(outs[{one.name!r}], 'w', encoding='utf-8') as file:",
                    f"    file.write({text_of(one.default)!r})",
                ]
        if self.products:
            lines += [
                "for name, path in outs.items():",
                "  if not os.path.exists(path): sys.exit('output %s was not written' % name)",
            ]
        return lines

    def _told(self) -> list[str]:
        """Return what tells the engine the metadata and the places of artifacts."""
        telling = [one for one in self.products if one.tells]
        if not telling:
            return []
        lines = ["tell = {}"]
        for one in telling:
            custom = f", 'customPath': {one.at!r}" if one.at else ""
            lines.append(f"tell[{one.name!r}] = {{'metadata': {{}}{custom}}}")
            if one.is_metadata:
                lines += [
                    f"with open(outs[{one.name!r}], encoding='utf-8') as file: more = json.load(file)",
                    f"tell[{one.name!r}]['metadata'].update(more)",
                ]
            if one.described:
                lines += [
                    f"more = scope.get('{one.variable}_metadata', {{}})",
                    f"tell[{one.name!r}]['metadata'].update(json.loads(more) if isinstance(more, str) else more)",
                ]
        return [
            *lines,
            "path = read(told.rindex('\"outputFile\"'))",
            "os.makedirs(os.path.dirname(path), exist_ok=True)",
            "with open(path, 'w', encoding='utf-8') as file:",
            "  json.dump({'artifacts': {name: {'artifacts': [one]} for name, one in tell.items()}}, file)",
        ]
