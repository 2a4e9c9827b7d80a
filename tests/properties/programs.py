"""Programs made at random: correct ones, and what is nearly one."""

# ruff: noqa: ANN401
# `choose` returns whatever it is given.

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from kfdsl.lex import lex
from kfdsl.source import Source

from .literals import VALUES, quoted

WORDS = [
    "pipeline",
    "component",
    "step",
    "group",
    "if",
    "elif",
    "else",
    "for",
    "in",
    "out",
    "param",
    "after",
    "when",
    "and",
    "or",
    "not",
    "on",
    "exit",
    "let",
    "import",
    "as",
    "edition",
    "defaults",
    "script",
    "image",
    "command",
    "args",
    "env",
    "secret",
    "config",
    "volume",
    "store",
    "where",
    "at",
    "to",
    "patch",
    "test",
    "stub",
    "with",
    "expect",
    "attempt",
    "metric",
    "container",
    "sidecar",
    "init",
    "true",
    "false",
    "x",
    "y",
    "a-b",
    "int",
    "string",
    "list",
    "map",
    "enum",
    "json",
    "1",
    "2.5",
    "1h",
    "2Gi",
    "2026",
]
SIGNS = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "=",
    "==",
    "!=",
    "<=",
    ">=",
    ",",
    ".",
    "..",
    ":",
    "*",
    "/",
    "%",
    "+",
    "-",
    "?",
    "??",
    "&",
    "|",
    ";",
    "!",
    "$",
    "#",
    "##",
    "@",
    "\\",
    '"""',
    '$"""',
    '"',
    "'",
    "${",
    '"a${',
    "\n",
    "\r\n",
    "\t",
]
TOKENS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(SIGNS),
    st.sampled_from(("\n", "\n  ", '"a"', "'b'", '"${x}"', '"""\n  a\n"""')),
)


def soup() -> st.SearchStrategy[str]:
    """Return texts made of the language's own words and signs."""
    return st.lists(TOKENS, max_size=40).map(" ".join)


@st.composite
def mutations(draw: st.DrawFn, program: str) -> str:
    """Return a program in which some tokens are left out, doubled, swapped or put in."""
    tokens = lex(Source("x", program))
    pieces = [program[a:b] for a, b in zip(tokens.starts, [*tokens.starts[1:], len(program)], strict=True)]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(pieces) - 2, 0)))
        match draw(st.integers(0, 3)):
            case 0:
                del pieces[at : at + draw(st.integers(1, 3))]
            case 1:
                pieces.insert(at, pieces[at] if at < len(pieces) else "x")
            case 2:
                pieces[at : at + 2] = reversed(pieces[at : at + 2])
            case _:
                pieces.insert(at, f" {draw(TOKENS)} ")
    return "".join(pieces)


# ---- correct programs


class Writer:
    """Writes one correct program, keeping track of what may be read where."""

    def __init__(self, draw: st.DrawFn) -> None:
        """Start a program."""
        self.draw = draw
        self.count = 0
        self.lines = ["edition 2026", ""]

    def choose(self, *options: Any) -> Any:  # one of them
        return self.draw(st.sampled_from(options))

    def maybe(self) -> bool:
        return self.draw(st.booleans())

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def text(self) -> str:
        return quoted(self.draw(VALUES))

    def program(self) -> str:
        components = [self.component() for _ in range(self.draw(st.integers(0, 2)))]
        self.lines.append("pipeline p {")
        params = [self.param() for _ in range(self.draw(st.integers(0, 3)))]
        self.steps("  ", params, components, depth=0)
        if self.maybe():
            self.lines += [
                "  on exit {",
                f"    step {self.name('bye')} {{",
                *self.body("      ", ['"${run.status}"']),
                "    }",
                "  }",
            ]
        self.lines.append("}")
        return "\n".join(self.lines) + "\n"

    def component(self) -> str:
        name = self.name("component-")
        self.lines += [
            f"component {name} {{",
            "  in word: string",
            *self.body("  ", ["word"]),
            "  out said: string",
            "}",
            "",
        ]
        return name

    def param(self) -> str:
        name = self.name("param-")
        kind, value = self.choose(("string", self.text()), ("int", "3"), ("float", "0.5"), ("bool", "true"))
        self.lines.append(f"  param {name}: {kind} = {value}")
        return name

    def body(self, margin: str, values: list[str]) -> list[str]:
        words = ", ".join(self.choose(self.text(), *values) for _ in range(self.draw(st.integers(0, 3))))
        lines = [f'{margin}image = "busybox"', f'{margin}command = ["echo", {words}]']
        if self.maybe():
            lines.append(f"{margin}env = {{ A = {self.choose(self.text(), *values)} }}")
        if self.maybe():
            lines.append(
                margin
                + self.choose(
                    "retry = 2", "timeout = 1h", "memory = 1Gi..2Gi", "cpu = 500m", 'labels = { a = "b" }'
                )
            )
        return lines

    def steps(self, margin: str, values: list[str], components: list[str], depth: int) -> None:
        """Write some steps; each may read and follow those before it at the same place."""
        names: list[str] = []
        for _ in range(self.draw(st.integers(1, 3))):
            what = self.draw(st.integers(0, 5 if depth < 2 else 1))  # levels are enough
            if what == 1 and components:
                self.call(margin, values, components, names)
            elif what == 2:
                self.nested(margin, f"group {self.name('group')}", values, components, depth)
            elif what == 3:
                item, items = self.name("item"), self.choose("[1, 2]", '["a", "b"]', "range(3)")
                self.nested(margin, f"for {item} in {items}", [*values, item], components, depth)
            elif what == 4:
                self.nested(
                    margin,
                    "if 1 < 2 or true" if not values else f"if string({values[0]}) != {self.text()}",
                    values,
                    components,
                    depth,
                )
            else:
                self.step(margin, values, names)

    def order(self, names: list[str]) -> str:
        if not names or not self.maybe():
            return ""
        return f" after {self.choose(*names)}{self.choose('', '.succeeded', '.done')}"

    @staticmethod
    def present(values: list[str], order: str) -> list[str]:
        """Return the values that are there after an order: a step that is `done` may have failed."""
        done = order.removeprefix(" after ").removesuffix(".done") if order.endswith(".done") else ""
        return [v for v in values if not done or v != f"{done}.value"]

    def step(self, margin: str, all_values: list[str], names: list[str]) -> None:
        name = self.name("step")
        header = self.order(names)
        values = self.present(all_values, header)
        if self.maybe() and values:
            header += f" when string({self.choose(*values)}) != {self.text()}"
            plain = False
        elif self.maybe():
            header += f" for {(x := self.name('each'))} in [1, 2], at_most = 2"
            values, plain = [*values, x], False
        else:
            plain = ".done" not in header
        self.lines += [
            f"{margin}step {name}{header} {{",
            *self.body(margin + "  ", values),
            f"{margin}  out value: string",
            f"{margin}}}",
        ]
        if plain:
            names.append(name)
            all_values.append(f"{name}.value")

    def call(self, margin: str, values: list[str], components: list[str], names: list[str]) -> None:
        name = self.name("call")
        order = self.order(names)
        word = self.choose(self.text(), *(f"string({v})" for v in self.present(values, order)))
        self.lines.append(f"{margin}step {name} = {self.choose(*components)}(word = {word}){order}")

    def nested(self, margin: str, header: str, values: list[str], components: list[str], depth: int) -> None:
        self.lines.append(f"{margin}{header} {{")
        self.steps(margin + "  ", list(values), components, depth + 1)
        self.lines.append(f"{margin}}}")


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Return correct programs: params, steps, data, order, conditions, loops, groups, components, handlers."""
    return Writer(draw).program()


Check = Callable[[str], None]
