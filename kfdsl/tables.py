"""The LALR tables of grammar/pipe.lark: built by Lark, kept as Python source in `kfdsl/_tables.py`.

Importing Lark and building the tables costs more than a second, so both happen when the wheel is built
or when the grammar of a checkout has changed, not when a pipeline is compiled.
"""

from __future__ import annotations

import hashlib
import importlib
import os
from types import ModuleType

from kfdsl import resources

GRAMMAR = "grammar/pipe.lark"


def load() -> ModuleType:
    """Return the module of the tables; build it first where it is missing or older than the grammar."""
    digest = fingerprint()
    try:
        module = importlib.import_module("kfdsl._tables")
    except ModuleNotFoundError:
        module = ModuleType("kfdsl._tables")
    if getattr(module, "GRAMMAR", None) != digest:
        text = build()
        exec(compile(text, "kfdsl/_tables.py", "exec"), module.__dict__)  # noqa: S102  # text made by `build`
        _keep(text)
    return module


def fingerprint() -> str:
    """Return a digest of the grammar's text and of this module's format."""
    return hashlib.sha256(f"3\n{resources.read(GRAMMAR)}".encode()).hexdigest()[:16]


def write(path: str | os.PathLike[str]) -> None:
    """Build the tables and write them as a Python module."""
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(build())


def _keep(text: str) -> None:
    from pathlib import Path  # takes milliseconds, and the grammar changes rarely

    target = Path(__file__).with_name("_tables.py")
    temporary = target.with_suffix(".new")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)


def build() -> str:
    """Return the tables as Python source.

    `KEYWORDS` and `SIGNS` map texts to terminals.

    `RULES` has a row a rule: number of symbols; which children to keep, as indices; which of these are lists to
    be spliced; whether the rule itself is such a list; whether a single child stands for it; the rule's name;
    its left side.

    `STATES` has a row a state: symbols and their actions, above 0 for "go to state n - 1", below 0 for "reduce
    by rule -n - 1"; a row that is a number reduces whatever comes. Rows are tuples, which are read from compiled
    code faster than dictionaries. The last state is the accepting one.
    """
    from lark import Lark  # costs 60 ms and is needed for building only
    from lark.grammar import NonTerminal
    from lark.parsers.lalr_analysis import Shift

    lark = Lark(resources.read(GRAMMAR), parser="lalr", maybe_placeholders=False)
    table = lark.parser.parser._parse_table  # noqa: SLF001  # Lark has no other way to it
    words = {str(t.pattern.value): str(t.name) for t in lark.terminals if t.pattern.type == "str"}
    rules: list[tuple[object, ...]] = []
    numbers = {}
    for rule in lark.rules:
        kept = tuple(i for i, symbol in enumerate(rule.expansion) if not _dropped(symbol))
        spliced = tuple(
            i
            for i in kept
            if isinstance(rule.expansion[i], NonTerminal) and rule.expansion[i].name.startswith("_")
        )
        name = str(rule.origin.name)
        numbers[rule] = len(rules)
        rules.append(
            (
                len(rule.expansion),
                kept,
                spliced,
                name.startswith("_"),
                bool(rule.options.expand1 and not rule.alias),
                str(rule.alias or name),
                name,
            )
        )
    end = table.end_states["start"]
    # Lark numbers states as its sets happen to be ordered; the way to them is the same in every process.
    order = [table.start_states["start"]]
    seen = {*order, end}
    for state in order:
        rows_by_name = {str(getattr(s, "name", s)): row for s, row in table.states[state].items()}
        for _, (action, target) in sorted(rows_by_name.items()):
            if action is Shift and target not in seen:
                seen.add(target)
                order.append(target)
    order.append(end)
    index = {state: i for i, state in enumerate(order)}
    rows: list[str] = []
    for state in order:
        row = {}
        for symbol, (action, argument) in table.states[state].items():
            row[str(getattr(symbol, "name", symbol))] = (
                index[argument] + 1 if action is Shift else -numbers[argument] - 1
            )
        reductions = set(row.values())
        only = row and len(reductions) == 1 and min(reductions) < 0
        ordered = sorted(row.items())
        rows.append(
            repr(min(reductions))
            if only
            else repr((tuple(k for k, _ in ordered), tuple(v for _, v in ordered)))
        )
    signs = {text: name for text, name in words.items() if not text.isidentifier()}
    keywords = {text: name for text, name in words.items() if text.isidentifier()}
    return "\n".join(
        [
            '"""Generated from grammar/pipe.lark by kfdsl.tables; do not edit."""',
            f"GRAMMAR = {fingerprint()!r}",
            f"KEYWORDS = {dict(sorted(keywords.items()))!r}",
            f"SIGNS = {dict(sorted(signs.items()))!r}",
            f"RULES = ({', '.join(map(repr, rules))},)",
            f"STATES = ({', '.join(rows)},)",
            "",
        ]
    )


def _dropped(symbol: object) -> bool:
    return bool(getattr(symbol, "filter_out", False))
