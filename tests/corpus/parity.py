"""The table of docs/argo-parity.md: what each port has that differs from the upstream example, and why."""

from __future__ import annotations

from pathlib import Path

from . import originals

PAGE = Path(__file__).resolve().parents[2] / "docs" / "argo-parity.md"
BEGIN = "<!-- table: pytest --update tests/corpus -->"


def page() -> str:
    """Return the page with its table made anew; what stands above the table is kept."""
    written = PAGE.read_text(encoding="utf-8")
    return written[: written.index(BEGIN)] + BEGIN + "\n\n" + _table()


def _table() -> str:
    known = originals.known_differences()
    ports = originals.ports()
    same = [port for port in ports if port not in known]
    rows = [
        f"| {port} | {'<br>'.join(dict.fromkeys(_sentence(reason) for reason in known[port].values()))} |"
        for port in ports
        if port in known
    ]
    summary = f"Of {len(ports)} ports, {len(same)} equal the original in everything, and {len(rows)} nearly."
    lines = [
        summary,
        "",
        "| workflow | what differs, and why |",
        "|---|---|",
        *rows,
        "",
        "Equal in everything: " + ", ".join(same) + ".",
    ]
    return "\n".join(lines) + "\n"


def _sentence(reason: str) -> str:
    return reason.replace("|", "\\|")
