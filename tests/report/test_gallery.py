"""The forms of the error gallery, whole."""

from __future__ import annotations

from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label
from kfdsl.source import Span

from .sample import at, churn, point, shown


def test_gallery_1_a_reference_with_a_typo() -> None:
    source = churn({30: "  task preprocess {", 40: "    in data   = preproces.train_set"})
    wrong = at(source, 40, "preproces")
    diagnostic = Diagnostic(
        "KF101",
        "unknown-task",
        "error",
        "no task named `preproces` in pipeline `churn`",
        wrong,
        "not found",
        labels=(Label(at(source, 30, "preprocess"), "similar name, defined here"),),
        fixes=(Fix("did you mean `preprocess`?", (Edit(wrong, "preprocess"),)),),
    )
    expected = """
error: no task named `preproces` in pipeline `churn`  [unknown-task KF101]
  --> churn.pipe:40:17
   |
30 |   task preprocess {
   |        ---------- similar name, defined here
...
40 |     in data   = preproces.train_set
   |                 ^^^^^^^^^ not found
   |
help: did you mean `preprocess`?
   |
40 |     in data   = preprocess.train_set
   |                          +
"""

    assert shown(diagnostic) == expected


def test_gallery_2_an_output_that_is_not_declared() -> None:
    source = churn(
        {
            26: "    out raw: artifact",
            27: "    out rows: int",
            63: "  task deploy when evaluate.auc >= min_auc and ingest.row > 10_000 {",
        }
    )
    row = at(source, 63, "row")
    diagnostic = Diagnostic(
        "KF103",
        "unknown-output",
        "error",
        "task `ingest` has no output `row`",
        row,
        "not an output of `ingest`",
        labels=(
            Label(at(source, 26, "raw"), ""),
            Label(at(source, 27, "rows"), "declared outputs: raw, rows"),
        ),
        helps=("did you mean `rows`?",),
    )
    expected = """
error: task `ingest` has no output `row`  [unknown-output KF103]
  --> churn.pipe:63:55
   |
26 |     out raw: artifact
   |         ---
27 |     out rows: int
   |         ---- declared outputs: raw, rows
...
63 |   task deploy when evaluate.auc >= min_auc and ingest.row > 10_000 {
   |                                                       ^^^ not an output of `ingest`
   |
help: did you mean `rows`?
"""

    assert shown(diagnostic) == expected


def test_gallery_3_a_cycle_is_told_in_its_own_order() -> None:
    source = churn(
        {
            24: "    in seed   = evaluate.best",
            31: "    in raw = ingest.raw",
            57: "    in test   = preprocess.test_set",
        }
    )
    diagnostic = Diagnostic(
        "KF110",
        "dependency-cycle",
        "error",
        "three tasks wait for each other",
        at(source, 24, "evaluate.best"),
        "1. `ingest` needs `evaluate`",
        labels=(
            Label(at(source, 57, "preprocess.test_set"), "2. `evaluate` needs `preprocess`"),
            Label(at(source, 31, "ingest.raw"), "3. `preprocess` needs `ingest`"),
        ),
        helps=("every cycle in this pipeline goes through line 24",),
        notes=("see the loop with `kfdsl graph churn.pipe --view cycles`",),
    )
    expected = """
error: three tasks wait for each other  [dependency-cycle KF110]
  --> churn.pipe:24:17
   |
24 |     in seed   = evaluate.best
   |                 ^^^^^^^^^^^^^ 1. `ingest` needs `evaluate`
...
57 |     in test   = preprocess.test_set
   |                 ------------------- 2. `evaluate` needs `preprocess`
...
31 |     in raw = ingest.raw
   |              ---------- 3. `preprocess` needs `ingest`
   |
help: every cycle in this pipeline goes through line 24
note: see the loop with `kfdsl graph churn.pipe --view cycles`
"""

    assert shown(diagnostic) == expected


def test_gallery_4_a_line_is_inserted() -> None:
    source = churn({15: "  defaults {", 16: "    retries = 2", 30: "  task preprocess {"})
    added = Edit(point(source, 16, 1), '    image     = "ghcr.io/acme/ml:4.2.0"\n')
    diagnostic = Diagnostic(
        "KF120",
        "missing-image",
        "error",
        "task `preprocess` has no image",
        at(source, 30, "preprocess"),
        'needs `image = "..."`, here or in `defaults`',
        fixes=(Fix('every other task uses "ghcr.io/acme/ml:4.2.0"; add it to the defaults', (added,)),),
    )
    expected = """
error: task `preprocess` has no image  [missing-image KF120]
  --> churn.pipe:30:8
   |
30 |   task preprocess {
   |        ^^^^^^^^^^ needs `image = "..."`, here or in `defaults`
   |
help: every other task uses "ghcr.io/acme/ml:4.2.0"; add it to the defaults
   |
15 |   defaults {
16 +     image     = "ghcr.io/acme/ml:4.2.0"
"""

    assert shown(diagnostic) == expected


def test_gallery_5_a_block_is_not_closed() -> None:
    task, last = "  task preprocess {", "    out test_set: artifact"
    source = churn({30: task, 36: last, 38: "  task train for family in families, at_most = 3 {"})
    diagnostic = Diagnostic(
        "KF002",
        "unclosed-block",
        "error",
        "block `task preprocess` is never closed",
        at(source, 30, "{"),
        "opened here",
        labels=(
            Label(point(source, 36, len(last) + 1), "expected `}` after this line"),
            Label(at(source, 38, "task"), "starts a new task at the same indentation"),
        ),
        fixes=(Fix("add `}` on line 37", (Edit(point(source, 37, 1), "  }\n"),)),),
    )
    expected = """
error: block `task preprocess` is never closed  [unclosed-block KF002]
  --> churn.pipe:30:19
   |
30 |   task preprocess {
   |                   ^ opened here
...
36 |     out test_set: artifact
   |                           - expected `}` after this line
37 |
38 |   task train for family in families, at_most = 3 {
   |   ---- starts a new task at the same indentation
   |
help: add `}` on line 37
   |
36 |     out test_set: artifact
37 +   }
"""

    assert shown(diagnostic) == expected


def test_gallery_8_labels_of_one_line_are_stacked() -> None:
    source = churn({9: '  param epochs: string = "10"', 41: "    in epochs: int = epochs"})
    span = at(source, 41, "= epochs")
    old = at(source, 9, 'string = "10"')
    diagnostic = Diagnostic(
        "KF150",
        "type-mismatch",
        "error",
        "expected `int`, found `string`",
        Span(source, span.start + 2, span.end),
        "gives a `string`",
        labels=(
            Label(at(source, 9, "string"), "`epochs` is a `string` here"),
            Label(at(source, 41, "int"), "`train` asks for `int` here"),
        ),
        fixes=(Fix("declare the parameter as a number", (Edit(old, "int = 10"),)),),
    )
    expected = """
error: expected `int`, found `string`  [type-mismatch KF150]
  --> churn.pipe:41:22
   |
 9 |   param epochs: string = "10"
   |                 ------ `epochs` is a `string` here
...
41 |     in epochs: int = epochs
   |                ---   ^^^^^^ gives a `string`
   |                |
   |                `train` asks for `int` here
   |
help: declare the parameter as a number
   |
 9 |   param epochs: int = 10
   |                 ~~~~~~~~
"""

    assert shown(diagnostic) == expected
