"""Files that are no programs: a clear finding each, in seconds and within bounds, never a traceback."""

# ruff: noqa: E501
# A row of a table is read best on one line.

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from kfdsl.compiler import check_file, check_text

ROOT = Path(__file__).parents[2]
GOOD = 'component c {\n  image = "a"\n  command = ["b"]\n}\n'
SECONDS = 20
"""Much more than any of the texts below takes; what grows with the square of its size takes longer."""
BYTES = 1536 * 2**20


def write(folder: Path, **files: str) -> Path:
    """Write files into a project of their own; return the first."""
    (folder / "kfdsl.toml").write_text("")
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.pipe"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"edition 2026\n{text}")
    return folder / f"{next(iter(files))}.pipe"


def names(path: Path) -> list[str]:
    return [d.name for d in check_file(str(path))]


def importing(path: str) -> str:
    return f'import "{path}" {{ c }}\n\npipeline p {{\n  step s = c()\n}}\n'


# ---- files


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "## doc\n\n# more", "\ufeff", " \t\r\n"])
def test_empty_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.pipe"
    path.write_text(text, encoding="utf-8")

    assert names(path) == ["empty-file"]


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe", b"pipeline p {}\n\xe9", b"PK\x03\x04\x00\x00", b"\x7fELF\x02\x01\x00", b"\xed\xa0\x80"],
)
def test_file_that_is_no_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.pipe"
    path.write_bytes(data)

    assert names(path) == ["unreadable-text"]


def test_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.pipe"
    with path.open("wb") as file:
        file.truncate(2**30)

    assert names(path) == ["unreadable-text"]


def test_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check_file(str(tmp_path / "x.pipe"))


def test_directory_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        check_file(str(tmp_path))


def test_link_to_itself_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "x.pipe").symlink_to("x.pipe")

    with pytest.raises(OSError, match="symbolic link"):
        check_file(str(tmp_path / "x.pipe"))


def test_pipe_in_the_file_system_is_not_waited_for(tmp_path: Path) -> None:
    """Reading a FIFO that nobody writes would never end."""
    os.mkfifo(tmp_path / "c.pipe")

    assert names(write(tmp_path, x=importing("c.pipe"))) == ["unreadable-import"]


# ---- imported files


@pytest.mark.parametrize(
    "path",
    [
        "missing.pipe",
        "no/folder.pipe",
        "x.pipe/y.pipe",
        "folder.pipe",
        "loop.pipe",
        "c.txt",
        "",
        "a\\u0000b.pipe",
    ],
)
def test_import_that_cannot_be_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder.pipe").mkdir()
    (tmp_path / "loop.pipe").symlink_to("loop.pipe")

    assert names(write(tmp_path, x=importing(path))) == ["unreadable-import"]


def test_import_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "c.pipe").write_bytes(b"\xff")

    assert names(write(tmp_path, x=importing("c.pipe"))) == ["unreadable-import"]


def test_import_that_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "c.pipe").write_text("component c {\n  image =\n}\n")
    found = check_file(str(write(tmp_path, x=importing("c.pipe"))))

    assert [(d.name, os.path.basename(d.span.source.name), d.span.line) for d in found] == [
        ("missing-value", "c.pipe", 2)
    ]


@pytest.mark.parametrize("path", ["../c.pipe", "/c.pipe", "folder/../../c.pipe", "link.pipe"])
def test_import_from_outside(tmp_path: Path, path: str) -> None:
    project = tmp_path / "project"
    (project / "folder").mkdir(parents=True)
    (tmp_path / "c.pipe").write_text(GOOD)
    (project / "link.pipe").symlink_to("../c.pipe")

    assert names(write(project, x=importing(path))) == ["import-outside"]


@pytest.mark.parametrize("files", [["x"], ["x", "y"], ["x", "y", "folder__z"]])
def test_import_cycle(tmp_path: Path, files: list[str]) -> None:
    paths = [f"{name.replace('__', '/')}.pipe" for name in files]
    targets = [
        os.path.relpath(target, os.path.dirname(path) or ".")
        for path, target in zip(paths, [*paths[1:], paths[0]], strict=True)
    ]
    found = check_file(
        str(
            write(
                tmp_path,
                **{
                    name: importing(target) + GOOD.replace(" c ", f" c{i} ")
                    for i, (name, target) in enumerate(zip(files, targets, strict=True))
                },
            )
        )
    )
    (cycle,) = [d for d in found if d.name == "import-cycle"]

    assert [os.path.basename(path) for path in [*paths, paths[0]]] == cycle.message.split(": ")[1].split(
        " → "
    )


def test_long_chain_of_imports(tmp_path: Path) -> None:
    """A hundred files are read; each imports the next one."""
    files = {
        f"x{i}": importing(f"x{i + 1}.pipe").replace("pipeline p", f"component c{i}") for i in range(100)
    }
    files = {
        name: text.replace("{ c }", f"{{ c{i + 1} as c }}").split("\n\n", maxsplit=1)[0]
        + f"\ncomponent c{i} = c()\n"
        for i, (name, text) in enumerate(files.items())
    }
    first = write(tmp_path, **files, x100="component c100 {\n  image = 'a'\n  command = ['b']\n}\n")

    assert [d.name for d in check_file(str(first)) if d.severity == "error"] == []


# ---- large texts, each in a process of its own with a bound on its memory

MANY = 100_000
STEP = '  step s { image = "a", command = ["b"] }\n}\n'
IN_CONDITION = "edition 2026\npipeline p {\n  param x: int = 1 where #\n" + STEP
IN_TYPE = "edition 2026\npipeline p {\n  param x: #\n" + STEP
IN_DEFAULT = "edition 2026\npipeline p {\n  param x: string = #\n" + STEP
TEN = 10_000_000

LARGE: dict[str, tuple[str, str, str]] = {
    "parentheses": (IN_CONDITION, "'(' * MANY", "KF010"),
    "closed parentheses": (IN_CONDITION, "'(' * MANY + 'x' + ')' * MANY", "KF010"),
    "lists": (IN_CONDITION, "'[' * MANY", "KF010"),
    "braces": ("pipeline p #", "'{' * MANY", "KF010"),
    "maps": (IN_CONDITION, "'{a = ' * MANY", "KF010"),
    "texts": (IN_CONDITION, "'\"${' * MANY", "KF010"),
    "blocks": (IN_CONDITION, "'$\"\"\"${' * MANY", "KF010"),
    "groups": ("pipeline p {\n#", "''.join(f'group g{i} {{\\n' for i in range(MANY)) + '}' * MANY", "KF0"),
    "generic types": (IN_TYPE, "'list<' * MANY + 'int' + '>' * MANY", "KF010"),
    "open generic types": (IN_TYPE, "'list<' * MANY", "KF010"),
    "optional types": (IN_TYPE, "'int' + '? ' * MANY", "KF010"),
    "question marks": (IN_TYPE, "'int' + '?' * MANY", "KF001"),
    "fields": (IN_CONDITION, "'x' + '.b' * MANY + ' > 1'", "KF010"),
    "stars": (IN_CONDITION, "'x' + '.*' * MANY", "KF010"),
    "indices": (IN_CONDITION, "'x' + '[1]' * MANY", "KF010"),
    "calls": (IN_CONDITION, "'x' + '()' * MANY", "KF010"),
    "sums": (IN_CONDITION, "'x + ' * MANY + 'x > 1'", "KF010"),
    "conjunctions": (IN_CONDITION, "'x > 1 and ' * MANY + 'x > 1'", "KF010"),
    "coalescing": (IN_CONDITION, "'x ?? ' * MANY + 'x > 1'", "KF010"),
    "negations": (IN_CONDITION, "'not ' * MANY + 'x > 1'", "KF010"),
    "minus signs": (IN_CONDITION, "'- ' * MANY + 'x > 1'", "KF010"),
    "paths": ("edition 2026\npipeline p {\n  step s {\n    in a#\n  }\n}\n", "'.b' * MANY", "KF010"),
    "closing brackets": ("#", "'])}' * MANY", "KF003"),
    "a long number": (IN_CONDITION, "'x > ' + '9' * MANY", "KF146"),
    "a long name": (IN_CONDITION, "'a' * MANY + ' > 1'", "KF100"),
    "values in a text": (IN_DEFAULT, "'\"' + '${x}' * MANY + '\"'", "KF"),
    "a comment": ("#", "'# ' + 'x' * TEN", "KF015"),
    "comments": ("#", "'# x\\n' * (TEN // 4)", "KF015"),
    "a text": (IN_DEFAULT, "'\"' + 'x' * TEN + '\"'", "KF146"),
    "an open text": (IN_DEFAULT, "'\"' + 'x' * TEN", "KF004"),
    "an open block": (IN_DEFAULT, "'\"\"\"' + 'x\\n' * (TEN // 2)", "KF004"),
    "white space": ("#", "' ' * TEN", "KF015"),
    "line ends": ("#", "'\\r\\n' * (TEN // 2)", "KF015"),
    "signs": ("#", "'$%^ &*( ;;' * (TEN // 10)", "KF0"),
    "semicolons": ("#", "';' * TEN", "KF0"),
    "backquotes": ("#", "'`' * TEN", "KF005"),
    "quotes": ("#", "'\"' * TEN", "KF004"),
    "zero bytes": ("#", "'\\0' * TEN", "KF005"),
    "open texts": ("#", "'\"a\\n' * (TEN // 3)", "KF004"),
    "bad escapes": (IN_DEFAULT, "'\"' + '\\\\q' * (TEN // 10) + '\"'", "KF009"),
    "words": ("#", "'foo bar baz\\n' * (TEN // 100)", "KF0"),
    "documentation": ("edition 2026\n#pipeline p {\n" + STEP, "'## d\\n' * MANY", ""),
    "missing values": ("pipeline p {\n#}\n", "''.join(f'  step s{i} {{ image = , command = [] }}\\n' for i in range(5000))", "KF012"),
    "open brackets": ("pipeline p {\n#}\n", "''.join(f'  step s{i} {{ image = (\\n' for i in range(5000))", "KF002"),
    "unknown names": ("edition 2026\npipeline p {\n#}\n", "''.join(f'  step s{i} after q{i} {{ image = \"a\", command = [z{i}] }}\\n' for i in range(5000))", "KF101"),
    "constants that double": ("edition 2026\nlet b0 = 'abcdefgh'\n#" + GOOD, "''.join(f'let b{i + 1} = \"${{b{i}}}${{b{i}}}\"\\n' for i in range(60))", "KF146"),
    "lists that double": ("edition 2026\nlet b0 = [1]\n#" + GOOD, "''.join(f'let b{i + 1} = [b{i}, b{i}]\\n' for i in range(60))", "KF146"),
    "numbers that double": ("edition 2026\nlet b0 = 9\n#" + GOOD, "''.join(f'let b{i + 1} = b{i} * b{i}\\n' for i in range(60))", "KF146"),
    "a long range": ("edition 2026\nlet b = #\n" + GOOD, "'range(1_000_000_000_000)'", "KF146"),
    "a wide number": ("edition 2026\nlet b = #\n" + GOOD, "'format(1, \"%999999999d\")'", "KF146"),
    "a large replacement": ("edition 2026\nlet b = #\n" + GOOD, "'replace(\"' + 'a' * MANY + '\", \"a\", \"' + 'b' * MANY + '\")'", "KF146"),
}  # fmt: skip
"""A program with a `#`; what stands there, as a Python expression; the beginning of the first finding's code."""
CHECK = f"""
import json, sys
from kfdsl.compiler import check_text
place, expression = json.load(sys.stdin)
MANY, TEN = {MANY}, {TEN}
found = [d for d in check_text(place.replace("#", eval(expression), 1)) if d.severity == "error"]
print(json.dumps([len(found), found[0].code if found else ""]))
"""


def limited() -> None:
    """Bound the memory of a process, so that one that takes more ends with a MemoryError, which is a traceback."""
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


@pytest.mark.parametrize("what", LARGE)
def test_large_text_is_answered(what: str) -> None:
    place, expression, code = LARGE[what]
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=json.dumps([place, expression]),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=limited,
    )

    assert (done.returncode, done.stderr) == (0, "")
    count, first = json.loads(done.stdout)
    assert first.startswith(code)
    assert bool(count) == bool(code)


@pytest.mark.parametrize("level", [5, 50, 150, 190])
def test_groups_may_be_deep(level: int) -> None:
    opened = "".join(f"group g{i} {{\n" for i in range(level))
    found = check_text(
        f"edition 2026\npipeline p {{\n{opened}step s {{\n  image = 'a'\n  command = ['b']\n}}\n{'}' * level}\n}}\n".replace(
            "}}", "}\n}"
        )
    )

    assert [d.message for d in found if d.severity == "error" and not d.code.startswith("KF3")] == []


@pytest.mark.parametrize(
    "expression",
    [
        "x" + " + x" * 900 + " > 1",
        "x > 1" + " and x > 1" * 900,
        "not " * 900 + "x > 1",
        "x" + " ?? x" * 900 + " > 1",
    ],
)
def test_expression_may_be_long(expression: str) -> None:
    """Just below what is refused: no stage may run out of stack."""
    found = check_text(
        f"edition 2026\npipeline p {{\n  param x: int = 2\n  step s when {expression} {{\n    image = 'a'\n    command = ['b']\n  }}\n}}\n"
    )

    assert not {d.name for d in found} & {"nested-too-deep"}


def test_a_negative_duration_is_one_finding() -> None:
    text = 'edition 2026\npipeline x {\n  param b: duration = -5s\n  step s { image = "a", command = ["x"] }\n}\n'

    assert [(d.name, str(d.span)) for d in check_text(text)] == [("type-mismatch", "<text>:3:24")]
