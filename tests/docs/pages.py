"""The pages for people: their blocks of `.pipe` text, their tables, their links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((*ROOT.glob("docs/**/*.md"), ROOT / "README.md", *ROOT.glob("examples/*/README.md")))
ADDING = ROOT / "docs" / "adding.md"
LANGUAGE = ROOT / "docs" / "language.md"
PLACE = "# the example stands here"

_BLOCK = re.compile(r"^```pipe(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")
_PLACE = re.compile(r"[\w./]+(?:/|\.(?:py|lark|toml|md))(?::\w+)?")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


class Block(NamedTuple):
    """A block of `.pipe` text: the words behind ```` ```pipe ````, its text, and where it begins."""

    page: str
    line: int
    info: dict[str, str]
    text: str

    @property
    def program(self) -> str:
        """The text as a whole program: fragments in the prelude that they name."""
        prelude = self.info.get("fragment")
        return self.text if prelude is None else wrapped(self.text, prelude)

    @property
    def target(self) -> str:
        """What the text is compiled for."""
        return self.info.get("target", "argo")


class Row(NamedTuple):
    """A row of a table: the heading above it, and its cells."""

    heading: str
    cells: tuple[str, ...]


def blocks(page: Path) -> list[Block]:
    """Return the `.pipe` blocks of a page."""
    text = page.read_text(encoding="utf-8")
    name = page.relative_to(ROOT).as_posix()
    found = []
    for match in _BLOCK.finditer(text):
        words = [word.partition("=") for word in match["info"].split()]
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(name, line, {key: value for key, _, value in words}, match["text"]))
    return found


def prelude(name: str) -> str:
    """Return the program in which the fragments of a name stand, as docs/language.md shows it."""
    (found,) = [block.text for block in blocks(LANGUAGE) if block.info.get("prelude") == name]
    return found


def wrapped(text: str, name: str) -> str:
    """Return a fragment inside its prelude."""
    return prelude(name).replace(PLACE, text)


def rows(page: Path) -> list[Row]:
    """Return the rows of all tables of a page, their headers apart."""
    found, heading, header = [], "", True
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.strip("# ")
        if not line.startswith("|"):
            header = True
        elif line.startswith("|---"):
            header = False
        elif not header:
            found.append(Row(heading, tuple(cell.strip() for cell in line.strip("|").split("|"))))
    return found


def code(cell: str) -> list[str]:
    """Return the code spans of a cell."""
    return _CODE.findall(cell)


def places(page: Path) -> list[str]:
    """Return the files and folders that a page names, `PATH:WORD` for what is in them.

    What has NAME in it stands for others.
    """
    spans = [span for line in page.read_text(encoding="utf-8").splitlines() for span in code(line)]
    return sorted(
        {span for span in spans if _PLACE.fullmatch(span) and "NAME" not in span and "rules/" not in span}
    )


def links(page: Path) -> list[str]:
    """Return where the links of a page lead."""
    return _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings make, in the way of GitHub."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
