from __future__ import annotations

from pathlib import Path

import pytest

from kfdsl import check_text
from kfdsl.codes import CODES

from . import gallery


def name_of(program: Path) -> str:
    return program.stem


@pytest.fixture(params=gallery.PROGRAMS, ids=name_of)
def program(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_report_is_the_expected_one(program: Path, update: bool) -> None:  # noqa: FBT001  # a fixture
    expected = program.with_suffix(".txt")
    report = gallery.report(program)

    if update:
        expected.write_text(report, encoding="utf-8")
    assert report == expected.read_text(encoding="utf-8")


def test_program_has_exactly_one_mistake(program: Path) -> None:
    found = gallery.findings(program)

    assert len(found) == 1, [(d.code, d.message) for d in found]


def test_program_says_what_is_wrong_and_names_its_edition(program: Path) -> None:
    first, second, *_ = program.read_text(encoding="utf-8").splitlines()

    assert first.startswith("# ")
    assert first.endswith(".")
    assert second.startswith("edition ") or [d.name for d in gallery.findings(program)] == ["other-format"]


def test_safe_fix_mends_the_program(program: Path) -> None:
    text = program.read_text(encoding="utf-8")
    for diagnostic in gallery.findings(program):
        for fix in diagnostic.fixes:
            if fix.safe:
                after = gallery.fixed(text, fix)
                found = check_text(after, name=program.name, root=str(gallery.FOLDER))
                assert [d.message for d in found if d.severity == "error"] == [], fix.title


def test_expected_reports_have_programs(update: bool) -> None:  # noqa: FBT001  # a fixture
    orphans = [p for p in gallery.FOLDER.glob("*.txt") if not p.with_suffix(".pipe").exists()]

    for orphan in orphans if update else ():
        orphan.unlink()
    assert [p.name for p in orphans if p.exists()] == []


def test_every_code_has_an_example_or_a_reason() -> None:
    shown = {d.name for program in gallery.PROGRAMS for d in gallery.findings(program)}
    wanted = {name for name, code in CODES.items() if not code.code.startswith("KF2")}

    assert wanted - shown == set(gallery.WITHOUT_EXAMPLE)


def test_page_of_errors_is_current(update: bool) -> None:  # noqa: FBT001  # a fixture
    if update:
        gallery.PAGE.write_text(gallery.page(), encoding="utf-8")
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page()


def test_ten_mistakes_of_one_file_are_ten_findings() -> None:
    """A block that is never closed does not hide what is wrong in and behind it."""
    text = (Path(__file__).parent / "ten.pipe").read_text(encoding="utf-8")
    found = check_text(text, name="ten.pipe")

    assert sorted((d.span.line, d.name) for d in found) == [
        (10, "secret-leak"),
        (15, "missing-image"),
        (15, "unclosed-block"),
        (18, "unknown-script-variable"),
        (24, "unknown-step"),
        (25, "type-mismatch"),
        (27, "suspicious-quantity"),
        (32, "dependency-cycle"),
        (45, "unknown-output"),
        (52, "maybe-skipped"),
    ]
