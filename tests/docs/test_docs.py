"""What the pages show is true: programs check and compile, tables are complete, links lead somewhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from kfdsl import Diagnostic, check_text, compile_text
from kfdsl.cli import main
from kfdsl.codes import CODES
from kfdsl.functions import FUNCTIONS
from kfdsl.kinds import ARTIFACTS, SCALARS
from kfdsl.lower import order, run_values, settings_table, stores, volumes
from kfdsl.lower.builtins_table import BUILT_INS
from kfdsl.lower.pipelines import WHOLE_RUN

from . import pages

EXAMPLE = str(pages.ROOT / "examples" / "churn")
BLOCKS = [block for page in pages.PAGES for block in pages.blocks(page)]
GOOD = [block for block in BLOCKS if "error" not in block.info]
WRONG = [block for block in BLOCKS if "error" in block.info]
ROWS = pages.rows(pages.LANGUAGE)
SETTINGS = {
    "Settings of containers": (settings_table.BODY, "body"),
    "Settings of steps": (settings_table.STEP.keys() - settings_table.BODY.keys(), "body"),
    "Settings of pipelines": (settings_table.GRAPH, "pipeline"),
    "Metrics": (settings_table.METRIC, "metric"),
}
NOT_CONSTANT = ("date", "jsonpath", "present")


def name_of(block: pages.Block) -> str:
    return f"{block.page}:{block.line}"


def findings(text: str) -> tuple[Diagnostic, ...]:
    """Return what is found in a text; it stands beside the churn example, whose files it may name."""
    return check_text(text, name="docs.pipe", root=EXAMPLE)


def is_pending(problem: str) -> bool:
    """Tell whether the target only says that it does not render something yet."""
    return problem.startswith("not-on-argo") and problem.endswith(("yet", "so far"))


def shown(found: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{d.name} at line {d.span.line}: {d.message}" for d in found]


@cache
def refused(text: str, target: str) -> list[str]:
    """Return why a text does not compile for a target."""
    result = compile_text(text, name="docs.pipe", root=EXAMPLE, target=target)
    return shown(tuple(d for d in result.diagnostics if d.severity == "error"))


# ---- blocks


def test_there_are_blocks_to_check() -> None:
    assert len(GOOD) > 40
    assert len(WRONG) > 10


@pytest.mark.parametrize("block", GOOD, ids=name_of)
def test_block_checks_clean(block: pages.Block) -> None:
    found = shown(tuple(d for d in findings(block.program) if d.severity != "note"))

    assert [problem for problem in found if not is_pending(problem)] == []


@pytest.mark.parametrize("block", GOOD, ids=name_of)
def test_block_compiles(block: pages.Block) -> None:
    """A target may say that it does not render something yet."""
    problems = refused(block.program, block.target)

    if problems and all(map(is_pending, problems)):
        pytest.xfail(problems[0])
    assert problems == []


@pytest.mark.parametrize("block", WRONG, ids=name_of)
def test_block_has_exactly_the_finding_that_it_shows(block: pages.Block) -> None:
    wanted = block.info["error"]
    found = (
        compile_text(block.program, name="docs.pipe", root=EXAMPLE, target=block.target).diagnostics
        if block.target != "argo" or wanted.startswith("not-on")
        else findings(block.program)
    )

    names = [d.name for d in found if d.severity != "note" or d.name == wanted]
    assert names == [wanted], shown(found)


@pytest.mark.parametrize("block", BLOCKS, ids=name_of)
def test_block_has_known_words_only(block: pages.Block) -> None:
    assert set(block.info) <= {"fragment", "error", "prelude", "target"}
    assert ("prelude" in block.info) == (pages.PLACE in block.text)


# ---- tables


def setting_examples() -> list[tuple[str, str, str]]:
    """Return each example of the tables of settings, its place, and what the table says about Argo."""
    listed = [(SETTINGS[row.heading][1], row.cells) for row in ROWS if row.heading in SETTINGS]
    return [(example, place, cells[2]) for place, cells in listed for example in pages.code(cells[1])]


def with_setting(example: str, place: str) -> str:
    """Return a program that has a setting; of the same ones that the prelude has, the example stays."""
    program = pages.prelude("body")
    if place == "pipeline":
        return program.replace("  step work", f"  {example}\n  step work")
    if place == "metric":
        needed = "" if example.startswith("help") else 'help = "x", '
        needed += "" if example.startswith(("gauge", "counter", "histogram")) else "gauge = 1, "
        example = f"metric m {{ {needed}{example} }}"
    elif example.startswith("image ="):
        program = program.replace('image   = "busybox:1.36"', "")
    elif example.startswith(("packages", "files")):
        program = program.replace('command = ["true"]', 'script python = "pass"')
    return program.replace(pages.PLACE, example)


@pytest.mark.parametrize(("example", "place", "on_argo"), setting_examples())
def test_example_of_a_setting_checks_clean(example: str, place: str, on_argo: str) -> None:
    """What Argo does not take begins with "not" in its last cell."""
    found = shown(findings(with_setting(example, place)))

    if on_argo.startswith("not"):
        found = [problem for problem in found if not problem.startswith("not-on-argo")]
    assert found == []


@pytest.mark.parametrize("heading", SETTINGS)
def test_table_has_exactly_the_settings_there_are(heading: str) -> None:
    listed = [name for row in ROWS if row.heading == heading for name in pages.code(row.cells[0])]

    assert sorted(listed) == sorted(SETTINGS[heading][0])


def test_table_has_exactly_the_functions_there_are() -> None:
    listed = [name for row in ROWS if row.heading == "Functions" for name in pages.code(row.cells[0])]

    assert sorted(listed) == sorted(FUNCTIONS)


CONSTANT_FUNCTIONS = [
    row
    for row in ROWS
    if row.heading == "Functions" and not set(pages.code(row.cells[0])) & set(NOT_CONSTANT)
]


@pytest.mark.parametrize("row", CONSTANT_FUNCTIONS, ids=lambda row: str(row.cells[0]))
def test_example_of_a_function_gives_what_the_table_says(row: pages.Row) -> None:
    """That a `where` does not hold is reported only if the compiler has computed both sides."""
    _, _, examples, results = row.cells
    for example, result in zip(pages.code(examples), pages.code(results), strict=True):
        rule = f"param x: bool = true where x and {example} != {result}"
        unequal = f"edition 2026\npipeline p {{\n {rule}\n step a = wait(1s)\n}}\n"
        assert [d.name for d in findings(unequal)] == ["constraint-violated"], example


def test_all_types_are_described() -> None:
    described = {name for row in ROWS if row.heading == "Types" for name in pages.code(row.cells[0])}

    assert described >= {*SCALARS, *ARTIFACTS}


@pytest.mark.parametrize(
    "kind", [kind for row in ROWS if row.heading == "Types" for kind in pages.code(row.cells[0])]
)
def test_type_of_the_table_is_a_type(kind: str) -> None:
    assert shown(findings(f"edition 2026\npipeline p {{\n param x: {kind}\n step a = wait(1s)\n}}\n")) == []


def test_all_built_in_components_are_described() -> None:
    listed = [
        text for row in ROWS if row.heading == "Built-in components" for text in pages.code(row.cells[0])
    ]

    assert sorted(text.partition("(")[0] for text in listed) == sorted(BUILT_INS)


def test_arguments_of_built_in_components_are_described_in_their_order() -> None:
    listed = [
        text
        for row in ROWS
        if row.heading == "Built-in components"
        for text in pages.code(row.cells[0])
        if '"' not in text
    ]

    for text in listed:
        name, _, arguments = text.removesuffix(")").partition("(")
        described, known = arguments.split(", "), [a for a in BUILT_INS[name] if a != "text"]
        more = described[-1] == "…"  # the others are in a table of their own
        assert described[: -1 if more else None] == (known[: len(described) - 1] if more else known)


@pytest.mark.parametrize("name", BUILT_INS["load"])
def test_arguments_of_load_are_described(name: str) -> None:
    headings = ("Built-in components", "Artifacts from outside")
    described = {
        text
        for row in ROWS
        if row.heading in headings
        for cell in row.cells
        for code in pages.code(cell)
        for text in re.findall("[a-z0-9_]+", code)
    }

    assert name in described


@pytest.mark.parametrize("name", [*stores.STORES, *volumes.VOLUMES])
def test_arguments_of_stores_and_volumes_are_described(name: str) -> None:
    page = pages.LANGUAGE.read_text(encoding="utf-8")
    section = page[page.index("### Stores") : page.index("## Expressions")]
    described = {
        text for code in pages.code(section.replace("```", "")) for text in re.findall("[a-z0-9_]+", code)
    }

    assert set({**stores.STORES, **volumes.VOLUMES}[name]) <= described


EXAMPLES = "\n".join(
    (
        *(block.text for block in pages.blocks(pages.LANGUAGE)),
        *(example for row in ROWS if row.heading in SETTINGS for example in pages.code(row.cells[1])),
    )
)
SHOWN = {
    "settings": (
        {*settings_table.STEP, *settings_table.GRAPH, *settings_table.LIBRARY, *settings_table.METRIC},
        r"\b{} *=",
    ),
    "options of inputs and outputs": (
        ("archive", "gc", "default", "global", "name", "mode", "recurse"),
        r"[{{,] {} =",
    ),
    "built-in components": (BUILT_INS, r"= {}\("),
    "stores": (stores.STORES, r"= {}\("),
    "volumes": (volumes.VOLUMES, r"= {}\("),
    "functions": (FUNCTIONS, r"\b{}\("),
    "types": ({*SCALARS, *ARTIFACTS}, r": {}\b"),
    "values of the run": ({*run_values.RUN, *run_values.RUN_RESULT}, r"\brun\.{}\b"),
    "values of an attempt": (run_values.LAST, r"\blast\.{}\b"),
    "values of a step": (
        ({*run_values.STEP, *run_values.STEP_RESULT} - {"id"}),  # not on Argo
        r"\bstep\.{}\b",
    ),
    "facts": ({*run_values.OF_PROGRAM, *run_values.OF_DAEMON}, r"\w\.{}\b"),
    "results": (order.RESULTS, r"\w\.{}\b"),
    "handlers": (("exit", "success", "failure", "running"), r"\bon {}\b"),
}


@pytest.mark.parametrize("things", SHOWN)
def test_all_are_shown_in_an_example(things: str) -> None:
    names, pattern = SHOWN[things]

    assert [n for n in sorted(names) if not re.search(pattern.format(re.escape(n)), EXAMPLES)] == []


def test_all_values_of_the_run_are_described() -> None:
    described = {
        name for row in ROWS if row.heading == "Values of the run" for name in pages.code(row.cells[0])
    }

    assert described >= {f"run.{name}" for name in (*run_values.RUN, *run_values.RUN_RESULT)}
    assert described >= {f"last.{name}" for name in run_values.LAST} | {
        f"step.{name}" for name in (*run_values.STEP, *run_values.STEP_RESULT)
    }


def test_all_facts_of_steps_are_described() -> None:
    described = {
        name for row in ROWS if row.heading == "Facts of a step" for name in pages.code(row.cells[0])
    }

    assert described == {f"x.{name}" for name in (*run_values.OF_PROGRAM, *run_values.OF_DAEMON)}


def test_all_results_are_described() -> None:
    described = {name for row in ROWS if row.heading == "Order" for name in pages.code(row.cells[0])}

    assert described == {"x", *(f"x.{result}" for result in order.RESULTS)}


@pytest.mark.parametrize("name", [*volumes.VOLUMES, *stores.STORES])
def test_volumes_and_stores_are_described(name: str) -> None:
    described = [
        text
        for row in ROWS
        if row.heading in ("Stores", "Volumes")
        for cell in row.cells
        for text in pages.code(cell)
    ]

    assert any(f"{name}(" in text for text in described)


def test_settings_of_the_run_in_a_pipeline_of_one_body_are_listed() -> None:
    lists = [
        set(text.split())
        for text in pages.code(pages.LANGUAGE.read_text(encoding="utf-8").replace("```", ""))
    ]

    assert set(WHOLE_RUN) in lists


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: str(code.code))
def test_every_code_is_in_a_described_range(code: tuple[str, ...]) -> None:
    ranges = [pages.code(row.cells[0]) for row in ROWS if row.heading == "What kfdsl reports"]

    assert any(low <= code[0] <= high for low, high in ranges)


# ---- links


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: str(page.relative_to(pages.ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in pages.links(page):
        path, _, anchor = link.partition("#")
        if path.startswith(("http:", "https:")):
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in pages.anchors(target), link


def test_the_contents_of_the_language_lead_to_every_section() -> None:
    text = pages.LANGUAGE.read_text(encoding="utf-8")
    contents = text[: text.index("\n## ")]

    assert {link.removeprefix("#") for link in re.findall(r"\]\((#[^)]*)\)", contents)} == pages.anchors(
        pages.LANGUAGE
    ) - {"the-language"}


def test_the_readme_shows_what_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The YAML of its first program, the graph of its second, and a report of docs/errors.md."""
    readme = (pages.ROOT / "README.md").read_text(encoding="utf-8")
    (yaml,) = re.findall(r"^```yaml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    graph, report = re.findall(r"^```text\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    first, second = pages.blocks(pages.ROOT / "README.md")

    assert compile_text(first.text).text.partition("\n")[2] == yaml
    assert 180 < len(compile_text(second.text).text.splitlines()) < 220
    monkeypatch.chdir(tmp_path)
    Path("nightly.pipe").write_text(second.text, encoding="utf-8")
    assert main(["graph", "nightly.pipe"]) == 0
    assert capsys.readouterr().out == graph
    assert report == (pages.ROOT / "examples" / "errors" / "maybe-skipped.txt").read_text(encoding="utf-8")


def test_the_index_leads_to_every_page() -> None:
    index = pages.ROOT / "docs" / "index.md"
    reached = {(index.parent / link.partition("#")[0]).resolve() for link in pages.links(index)}

    assert {page for page in pages.PAGES if page.is_relative_to(index.parent)} - {index} <= reached


# ---- docs/adding.md


@pytest.mark.parametrize("name", pages.places(pages.ADDING))
def test_what_the_recipes_name_exists(name: str) -> None:
    path, _, word = name.partition(":")
    target = pages.ROOT / path

    assert target.exists()
    assert not word or re.search(
        rf"^(?:def |class |    def )?{word}\b", target.read_text(encoding="utf-8"), re.MULTILINE
    )


def test_lint_rules_are_still_planned() -> None:
    """When they come, the recipe has to say how they are."""
    assert not (pages.ROOT / "kfdsl" / "rules").exists()
