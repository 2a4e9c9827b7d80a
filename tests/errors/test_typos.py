"""Mistypings in a realistic file: one good message at the right place, and no noise."""

from __future__ import annotations

import pytest

from kfdsl import Diagnostic, check_text

from . import gallery
from .typos import PROGRAM, TYPOS, Typo


@pytest.fixture(params=TYPOS, ids=lambda typo: str(typo.name))
def typo(request: pytest.FixtureRequest) -> Typo:
    found: Typo = request.param
    return found


def written(typo: Typo) -> str:
    assert typo.old in PROGRAM
    return PROGRAM.replace(typo.old, typo.new, 1)


def findings(text: str) -> tuple[Diagnostic, ...]:
    return check_text(text, name="typo.pipe")


def test_the_program_itself_is_right() -> None:
    assert findings(PROGRAM) == ()


def test_names_are_unique() -> None:
    assert len({typo.name for typo in TYPOS}) == len(TYPOS)


def test_there_is_one_finding_at_the_right_place(typo: Typo) -> None:
    found = [(d.code, d.span.line, d.span.text, d.message) for d in findings(written(typo))]

    assert found == [(typo.code, typo.line, typo.text, typo.message)]


def test_safe_fix_leaves_no_mistake(typo: Typo) -> None:
    text = written(typo)
    for fix in (fix for d in findings(text) for fix in d.fixes if fix.safe):
        after = findings(gallery.fixed(text, fix))
        assert [d.message for d in after if d.severity == "error"] == [], fix.title


def test_tabs_are_spaces() -> None:
    assert findings(PROGRAM.replace("    ", "\t\t").replace("  ", "\t")) == ()
