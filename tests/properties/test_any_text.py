"""Any text is a program or is told why not: never an exception, and every place is in the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdsl.compiler import compile_text
from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Span

from . import BOUNDED
from .programs import mutations, programs, soup

EXAMPLE = '''edition 2026

## Doc.
pipeline churn {
  param table: string
  param epochs: int = 10 where 1 <= epochs and epochs <= 500
  param families: list<string> = ["a", "b"]
  secret warehouse = "warehouse-creds"
  defaults {
    image = "x:1"
    retry = { limit = 2, backoff = 30s }
  }
  step ingest {
    env = { DB = warehouse["url"] }
    command = ["python", "--table", table, "--rows", rows]
    out rows: int
  }
  step train for family in families, at_most = 3 after ingest {
    cpu = 2..4
    script bash = """
      train "$family" > "$auc"
    """
    out auc: float
  }
  if ingest.rows > 10 {
    step deploy { command = ["deploy", "x-${run.name} ${ingest.rows}"] }
  } else {
    step stay { args = [] }
  }
  on exit { step bye { command = ["echo", "${run.status}"] } }
}
'''


def check(text: str) -> None:
    result = compile_text(text)

    assert (
        bool(result.manifests) != any(d.severity == "error" for d in result.diagnostics) or not text.strip()
    )
    for found in result.diagnostics:
        for span in spans(found):
            assert 0 <= span.start <= span.end <= len(span.source.text)
        assert found.message


def spans(found: Diagnostic) -> list[Span]:
    return [
        found.span,
        *(label.span for label in found.labels),
        *(edit.span for fix in found.fixes for edit in fix.edits),
    ]


def test_example_is_correct() -> None:
    """So that its mutations are near to a program."""
    assert [d for d in compile_text(EXAMPLE).diagnostics if d.severity == "error"] == []


@settings(BOUNDED, max_examples=200)
@given(st.text(max_size=60))
def test_any_characters(text: str) -> None:
    check(text)


@settings(BOUNDED, max_examples=150)
@given(soup())
def test_any_words(text: str) -> None:
    check(text)


@settings(BOUNDED, max_examples=200)
@given(soup())
def test_any_words_in_a_step(text: str) -> None:
    check(f"pipeline p {{\n  step s {{\n    image = {text}\n  }}\n  step t {{ image = a }}\n}}\n")


@settings(BOUNDED, max_examples=200)
@given(mutations(EXAMPLE))
def test_any_mutation_of_a_program(text: str) -> None:
    check(text)


@settings(BOUNDED, max_examples=60)
@given(programs().flatmap(mutations))
def test_any_mutation_of_any_program(text: str) -> None:
    check(text)


@pytest.mark.parametrize("size", range(0, len(EXAMPLE), 7))
def test_any_beginning_of_a_program(size: int) -> None:
    check(EXAMPLE[:size])
