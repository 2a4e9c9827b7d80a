"""Strings, and the ways to write one as a literal of the language."""

# ruff: noqa: E501
# A row of a table is read best on one line.

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

ODD = (
    "", " ", "y", "yes", "no", "on", "off", "null", "~", "true", "False", "1", "1.0", "1e3", "0o7", "0x1f", "1_000", ".inf", "-.NaN",
    "2024-01-01", "2024-01-01T00:00:00Z", "12:30:45", "<<", "=", "!!str x", "&a", "*a", "- a", "a: b", "# a", "a #b", "|", ">", "%YAML",
    "---", "...", "{{", "}}", "{{x}}", "{{=1}}", "{{ inputs.parameters.x }}", "$(x)", "$$(x)", "$", "$$", "${x}", "\\${x}", "$(KF_LB)",
    "'", '"', "''", '"""', '""""', "'''", '\\"', "\\", "\\n", "\n", "\r", "\r\n", "\n\n", " a", "a ", "\ta", "a\n", "\na", "a\n  b\n", "  a\n b",
    "\0", "\x07", "\x1b[0m", "\x7f", "\x85", "\u00a0", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff", "\U0001f600", "\U0010ffff", "e\u0301",
    "a,b", "[a]", "{a}", "a\\", 'a"""', "{", "{ {", "$ (", "{$(", "$(KF", "\u200b", "\u202e",
)  # fmt: skip
"""What quoting rules forget."""

VALUES = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=12),
    st.text(alphabet="{}$()'\"\\\n\r\t ab#:-\0\x85\ufeff", max_size=12),
    st.lists(st.sampled_from(ODD), min_size=2, max_size=4).map("".join),
)
"""Any string, and often one of those that are hard to write."""

_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


def quoted(value: str, *, escape_all: bool = False) -> str:
    """Write a value as `"…"`, which can hold any."""

    def escaped(i: int) -> str:
        character = value[i]
        if escape_all or (character < " " and character not in _SHORT):
            units = character.encode("utf-16-be")
            return "".join(f"\\u{units[j : j + 2].hex()}" for j in range(0, len(units), 2))
        if character == "$" and value[i + 1 : i + 2] == "{":
            return "\\$"
        return _SHORT.get(character, character)

    return f'"{"".join(map(escaped, range(len(value))))}"'


def verbatim(value: str) -> str | None:
    """Write a value as `'…'`; None where it holds what that cannot."""
    return None if "'" in value or "\n" in value else f"'{value}'"


def block(value: str, *, margin: str = "  ", sign: str = "") -> str | None:
    """Write a value as a block over lines; None where that cannot hold it.

    It cannot where the value has a CR LF, which is read as a line end, or an indentation of its own. With `sign`
    of `$` it interpolates, and a backslash before `${` cannot be written.
    """
    filled = [line for line in value.split("\n") if line.strip(" \t")]
    if "\r\n" in value + "\n" or (sign and "\\${" in value) or all(line[0] in " \t" for line in filled):
        return None
    quotes = '"' * max(3, *(1 + run for run in _runs(value)))
    text = value.replace("${", "\\${") if sign else value
    lines = text.split("\n")
    body = "\n".join(margin + line for line in lines)
    return f"{sign}{quotes}\n{body}\n{margin}{quotes}"


def _runs(value: str) -> Iterator[int]:
    run = 0
    yield 0
    for character in value:
        run = run + 1 if character == '"' else 0
        yield run


def line_block(value: str, *, sign: str = "") -> str | None:
    """Write a value as a block on one line; None where that cannot hold it."""
    if not value or "\n" in value or value.startswith('"') or (sign and "\\${" in value):
        return None
    # Of a longer run of quotes the last ones close the block, so the value may end with quotes.
    inner = value.rstrip('"')
    quotes = '"' * max(3, *(1 + run for run in _runs(inner)))
    text = value.replace("${", "\\${") if sign else value
    return f"{sign}{quotes}{text}{quotes}"


def literals(value: str) -> dict[str, str]:
    """Return all ways to write a value, by name."""
    ways = {
        "quoted": quoted(value),
        "escaped": quoted(value, escape_all=True),
        "verbatim": verbatim(value),
        "block": block(value),
        "block at the margin": block(value, margin=""),
        "block after a tab": block(value, margin="\t"),
        "interpolating block": block(value, sign="$"),
        "block on a line": line_block(value),
        "interpolating block on a line": line_block(value, sign="$"),
    }
    return {name: text for name, text in ways.items() if text is not None}
