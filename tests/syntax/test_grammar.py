"""The grammar, the tables made of it, and the lexer agree with each other and with Lark."""

# ruff: noqa: ANN401
# Shapes of trees are nested lists, which have no type.

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lark import Lark, Token, Tree
from lark.parsers.lalr_interactive_parser import InteractiveParser

from kfdsl import resources, tables
from kfdsl.lex import lex
from kfdsl.parse import Parser, parse
from kfdsl.source import Source

ROOT = Path(__file__).parents[2]
WRONG = ("examples/errors", "tests/errors")
"""Where programs are wrong on purpose."""

PROGRAMS = sorted(
    path
    for folder in ("examples", "tests")
    for path in (ROOT / folder).rglob("*.pipe")
    if not str(path.relative_to(ROOT)).startswith(WRONG)
)
LANGUAGE = ROOT / "../shared/design/language.md"
SAMPLES = {
    "NAME": "aZ_-0.",
    "NUMBER": "01_.e+a",
    "STRING": '"\\a$\n{',
    "VERBATIM": "'a\"\n\\",
}


@cache
def lark() -> Lark:
    return Lark(resources.read(tables.GRAMMAR), parser="lalr", maybe_placeholders=False, strict=True)


def test_grammar_has_no_conflict() -> None:
    """`strict=True` makes Lark refuse shift/reduce conflicts and terminals that clash."""
    assert lark().rules


@pytest.mark.parametrize("kind", SAMPLES)
def test_lexer_reads_a_terminal_as_the_grammar_says(kind: str) -> None:
    """All texts of up to five characters from an alphabet that holds what is special about the terminal."""
    pattern = re.compile(lark().get_terminal(kind).pattern.to_regexp())
    differ = []
    for length in range(1, 6):
        for characters in itertools.product(SAMPLES[kind], repeat=length):
            text = "".join(characters)
            tokens = lex(Source("x", text))
            ours = tokens.kinds == [kind, "$END"] and not tokens.problems and tokens.text(0) == text
            if ours != bool(pattern.fullmatch(text)):
                differ.append(text)

    assert differ == []


def test_tables_are_those_of_the_grammar() -> None:
    digest = tables.fingerprint()

    assert digest == tables.load().GRAMMAR


def test_tables_do_not_depend_on_the_hash_seed() -> None:
    build = "import sys; from kfdsl import tables; sys.stdout.write(tables.build())"
    built = [
        subprocess.run(
            [sys.executable, "-c", build],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert built[0] == built[1]
    tables.load()
    kept = ROOT / "kfdsl/_tables.py"
    assert not kept.exists() or built[0] == kept.read_bytes()


# ---- one parser against the other


def lark_shape(text: str) -> Any:  # nested lists
    """Return what Lark's own parser makes of our tokens, as nested lists of rule names and texts."""
    tokens = lex(Source("x", text))
    machine = Parser(tokens).machine
    interactive: InteractiveParser = lark().parse_interactive("")
    for i, kind in enumerate(tokens.kinds[:-1]):
        choices = interactive.choices()  # type: ignore[no-untyped-call]  # Lark has no types here
        name = machine.signs.get(kind, "COMPARE" if kind in ("==", "!=", "<=", ">=") else kind)
        word = machine.keywords.get(tokens.text(i)) if kind == "NAME" else None
        if word is not None and word in choices and not ("NAME" in choices and tokens.kinds[i + 1] == "="):
            name = word
        interactive.feed_token(Token(name, tokens.text(i)))
    return _of_tree(interactive.feed_eof())  # type: ignore[no-untyped-call]  # likewise


def _of_tree(tree: Any) -> Any:  # Tree or Token
    return [str(tree.data), *map(_of_tree, tree.children)] if isinstance(tree, Tree) else str(tree)


def our_shape(text: str) -> Any:  # nested lists
    """Return what our driver of the tables makes of the same tokens."""
    tokens = lex(Source("x", text))
    parser = Parser(tokens)
    for name in parser.makers:
        parser.makers[name] = lambda _span, children, name=name: [
            name,
            *(tokens.text(c) if isinstance(c, int) else c for c in children),
        ]
    parser.run()
    assert parser.kinds[parser.at] == "$END"
    return parser.values[-1]


def test_there_are_programs_to_compare() -> None:
    assert len(PROGRAMS) > 100


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: str(p.relative_to(ROOT)))
def test_driver_agrees_with_lark(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert parse(Source(path.name, text))[1] == ()
    assert our_shape(text) == lark_shape(text)


def fenced_programs() -> list[tuple[int, str]]:
    """Return the code blocks of the design, with the lines they begin in."""
    if not LANGUAGE.exists():
        return []
    text = LANGUAGE.read_text(encoding="utf-8")
    blocks = re.finditer(r"^```pipe\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    # One block shows the form of a header: clauses in brackets, and no program.
    return [(text[: m.start()].count("\n") + 1, m[1]) for m in blocks if "[= component(" not in m[1]]


@pytest.mark.skipif(not LANGUAGE.exists(), reason=f"{LANGUAGE} is not here")
def test_design_has_programs() -> None:
    assert len(fenced_programs()) >= 3


@pytest.mark.parametrize(
    ("line", "text"), fenced_programs(), ids=lambda v: str(v) if isinstance(v, int) else ""
)
def test_program_of_the_design_parses(line: int, text: str) -> None:
    tree, problems = parse(Source(f"language.md:{line}", text))

    assert problems == ()
    assert tree is not None
    assert tree.declarations
